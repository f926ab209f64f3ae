package consent

import (
	"slices"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/patients"
	"quietline/backend/policy"
	"quietline/backend/sqlite"
)

// Scope is what a consent covers.
type Scope struct {
	Categories []policy.Category `json:"categories"`
	Excluded   []policy.Category `json:"excluded"`
	// FromHour and ToHour bound the hours of the day; 0 and 24 allow all.
	FromHour int `json:"fromHour"`
	ToHour   int `json:"toHour"`
	// Weekdays are the days on which texts are welcome; none means every day.
	Weekdays []time.Weekday `json:"weekdays"`
	// Zone is the zone in which the hours are read.
	Zone clinic.Zone `json:"zone"`
	// PerDay and PerWeek are the patient's own limits for texts that the clinic
	// starts; zero is none.
	PerDay  int `json:"perDay"`
	PerWeek int `json:"perWeek"`
	// SharedPhone says that the form records that others read this phone.
	SharedPhone bool `json:"sharedPhone"`
	// Numbers are those that may be texted; none means every number of the patient.
	Numbers []clinic.NumberID `json:"numbers,omitempty"`
	// Channel is how the patient would rather be reached; empty for by text.
	Channel policy.Channel `json:"channel,omitempty"`
	// From is the first day on which texts are welcome, in Zone; zero for the day of the
	// signature.
	From clinic.Date `json:"from,omitzero"`
}

// Allows reports whether texts about a category are welcome: ticked, and not ruled out.
func (s Scope) Allows(c policy.Category) bool {
	return slices.Contains(s.Categories, c) && !slices.Contains(s.Excluded, c)
}

// Hours returns the scope's hours in the form in which texts are decided on.
func (s Scope) Hours() policy.Hours {
	if s.FromHour == 0 && s.ToHour == 24 && len(s.Weekdays) == 0 {
		return nil
	}
	return policy.Hours{{Days: policy.Days(everyDay(s.Weekdays)...), From: s.FromHour * 60, To: s.ToHour * 60}}
}

func (s Scope) check() error {
	if len(s.Categories) == 0 {
		return clinic.E(CodeCategories)
	}
	for _, c := range slices.Concat(s.Categories, s.Excluded) {
		if !c.Valid() {
			return clinic.E(CodeCategories)
		}
	}
	if s.FromHour < 0 || s.ToHour > 24 || s.FromHour >= s.ToHour {
		return clinic.E(CodeHours)
	}
	if s.PerDay < 0 || s.PerWeek < 0 || s.PerWeek > 50 || s.PerDay > 50 {
		return clinic.E(CodeHours)
	}
	if !s.Channel.Valid() {
		return clinic.E(clinic.CodeBadInput)
	}
	for _, w := range s.Weekdays {
		if w < time.Sunday || w > time.Saturday {
			return clinic.E(CodeHours)
		}
	}
	_, err := s.Zone.Location()
	return err
}

// ofThePatient refuses numbers that are not the patient's.
func (s Scope) ofThePatient(tx *sqlite.Tx, id clinic.PatientID) error {
	if len(s.Numbers) == 0 {
		return nil
	}
	all, err := patients.NumbersOf(tx, id)
	if err != nil {
		return err
	}
	for _, n := range s.Numbers {
		if !slices.ContainsFunc(all[id], func(l patients.Linked) bool { return l.ID == n }) {
			return clinic.E(clinic.CodeNotFound)
		}
	}
	return nil
}

// within reports whether a scope allows nothing that another does not.
func (s Scope) within(o Scope) bool {
	for _, c := range s.Categories {
		if !slices.Contains(o.Categories, c) {
			return false
		}
	}
	for _, c := range o.Excluded {
		if !slices.Contains(s.Excluded, c) && slices.Contains(s.Categories, c) {
			return false
		}
	}
	for _, w := range everyDay(s.Weekdays) {
		if !slices.Contains(everyDay(o.Weekdays), w) {
			return false
		}
	}
	for _, n := range s.Numbers {
		if len(o.Numbers) > 0 && !slices.Contains(o.Numbers, n) {
			return false
		}
	}
	fewer := func(limit, of int) bool { return of == 0 || limit > 0 && limit <= of }
	return !s.From.Before(o.From) && s.FromHour >= o.FromHour && s.ToHour <= o.ToHour && s.Zone == o.Zone && (o.SharedPhone || !s.SharedPhone) &&
		(o.Channel == policy.ChannelText || s.Channel != policy.ChannelText) &&
		(len(o.Numbers) == 0 || len(s.Numbers) > 0) && fewer(s.PerDay, o.PerDay) && fewer(s.PerWeek, o.PerWeek)
}

func everyDay(days []time.Weekday) []time.Weekday {
	if len(days) == 0 {
		return []time.Weekday{0, 1, 2, 3, 4, 5, 6}
	}
	return days
}
