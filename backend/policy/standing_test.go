package policy_test

import (
	"slices"
	"testing"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/policy"
)

type standingCase struct {
	title      string
	facts      policy.Facts
	state      policy.StandingState
	categories []policy.Category
	reasons    []clinic.Code
}

func standingCases() []standingCase {
	var cases []standingCase
	add := func(title string, state policy.StandingState, categories []policy.Category, change func(*policy.Facts), reasons ...clinic.Code) {
		draft, facts := ordinaryDay()
		facts.Now = clinic.At(mondayMorning)
		facts.Patient.ID = draft.Patient
		change(&facts)
		cases = append(cases, standingCase{title, facts, state, categories, reasons})
	}
	ticked := []policy.Category{policy.Scheduling, policy.Reminders}
	home := policy.NumberFact{ID: phones["home"], Verified: true}

	add("an ordinary patient can be texted", policy.CanText, ticked, func(*policy.Facts) {})
	add("at night just the same", policy.CanText, ticked, func(f *policy.Facts) {
		f.Now = f.Now.Add(14 * hour)
		f.Settings = policy.Settings{AllowUnverified: true}
	})
	add("no consent", policy.CannotText, nil, func(f *policy.Facts) { f.Consent = nil }, policy.CodeNoConsent)
	add("stop on the other phone", policy.CannotText, nil, func(f *policy.Facts) {
		home.OptedOutSince = f.Now
		f.Numbers = append(f.Numbers, home)
		home.OptedOutSince = 0
	}, policy.CodeOptedOut)
	add("no number at all", policy.CannotText, nil, func(f *policy.Facts) { f.Numbers = nil }, policy.CodeNumberUnknown)
	add("one number paused for a stranger, the other fine", policy.CanText, ticked, func(f *policy.Facts) {
		f.Numbers[0].Paused = policy.PausedWrongNumber
		f.Numbers = append(f.Numbers, home)
	})
	add("the only number paused", policy.CannotText, nil, func(f *policy.Facts) {
		f.Numbers[0].Paused = policy.PausedWrongNumber
	}, policy.CodeNumberPaused)
	add("a form on which nothing is ticked", policy.CannotText, nil, func(f *policy.Facts) {
		f.Consent.Categories = nil
	}, policy.CodeCategory)
	add("a consent for next week", policy.CannotText, nil, func(f *policy.Facts) {
		f.Consent.Starts = f.Now.Add(7 * 24 * hour)
	}, policy.CodeConsentNotBegun)
	add("a consent that ended says so and nothing about categories", policy.CannotText, nil, func(f *policy.Facts) {
		f.Consent.Ends = f.Now
	}, policy.CodeConsentExpired)
	add("so does one that ended and was about medication only", policy.CannotText, nil, func(f *policy.Facts) {
		f.Consent.Ends = f.Now
		f.Consent.Categories = []policy.Category{policy.Medication}
	}, policy.CodeConsentExpired)
	add("a phone that others read", policy.LimitedText, ticked, func(f *policy.Facts) {
		f.Numbers[0].SharedWith = 1
	}, policy.CodeSharedPhone)
	add("the phone that nobody else reads comes first", policy.CanText, ticked, func(f *policy.Facts) {
		f.Numbers[0].SharedWith = 1
		f.Numbers = append(f.Numbers, home)
	})
	add("wherever it stands in the list", policy.CanText, ticked, func(f *policy.Facts) {
		home.SharedWith = 1
		f.Numbers = append(f.Numbers, home)
	})
	add("narrowed to reminders", policy.LimitedText, []policy.Category{policy.Reminders}, func(f *policy.Facts) {
		f.Consent.State = policy.ConsentNarrowed
		f.Consent.Excluded = []policy.Category{policy.Scheduling}
	}, policy.CodeLimitedNarrowed, policy.CodeLimitedExclusions)
	add("days and hours of her own", policy.LimitedText, ticked, func(f *policy.Facts) {
		f.Consent.Hours = policy.Hours{{Days: policy.Days(1), From: 540, To: 600}}
	}, policy.CodeLimitedHours)
	add("who would rather be called can still be texted", policy.LimitedText, ticked, func(f *policy.Facts) {
		f.Consent.Channel = policy.ChannelCall
	}, policy.CodeLimitedChannel)
	add("a consent that ends soon limits nothing yet", policy.CanText, ticked, func(f *policy.Facts) {
		f.Consent.State, f.Consent.Ends = policy.ConsentExpiring, f.Now.Add(72*hour)
	}, policy.CodeLimitedEnding)
	add("a clinic that is not live", policy.CannotText, nil, func(f *policy.Facts) {
		f.Line = policy.LineLiveRefused
	}, policy.CodeNotLive)
	return cases
}

func TestStanding(t *testing.T) {
	for _, c := range standingCases() {
		t.Run(c.title, func(t *testing.T) {
			s := policy.StandingOf(c.facts)
			var codes []clinic.Code
			for _, r := range s.Reasons {
				codes = append(codes, r.Code)
				if r.Code == policy.CodeCategory && r.Params != nil {
					t.Errorf("it is about every category, not about %v", r.Params)
				}
			}
			if s.State != c.state || !slices.Equal(s.Categories, c.categories) || !slices.Equal(codes, c.reasons) {
				t.Errorf("got %s %v %v\nwant %s %v %v", s.State, s.Categories, codes, c.state, c.categories, c.reasons)
			}
		})
	}
}

// TestAConsentForLaterNamesTheDayOnItsForm: midnight of the patient is another day, or an
// hour of the night, where the clinic is.
func TestAConsentForLaterNamesTheDayOnItsForm(t *testing.T) {
	day := clinic.Date{Year: 2026, Month: 4, Day: 6}
	for _, name := range []string{"Pacific/Honolulu", "America/Denver", "Pacific/Auckland"} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		draft, facts := ordinaryDay()
		facts.Now, facts.Patient.ID = clinic.At(mondayMorning), draft.Patient
		facts.Consent.Zone, facts.Consent.Starts = zone, day.In(zone)
		if r := policy.StandingOf(facts).Reasons; len(r) != 1 || r[0].Params["starts"] != day {
			t.Errorf("%s: the reasons are %v", name, r)
		}
	}
}
