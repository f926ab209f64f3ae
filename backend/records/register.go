package records

import (
	"slices"

	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/patients"
	"quietline/backend/policy"
	"quietline/backend/settings"
	"quietline/backend/sqlite"
)

// MostLines is how many patients one register takes; a clinic with more prints it
// in parts.
const MostLines = 10_000

// Standing is which patients a register lists.
type Standing string

// The standings.
const (
	Everybody Standing = ""
	InForce   Standing = "in_force" // texts may rest on the consent, for now
	RunsOut   Standing = "expiring"
	Missing   Standing = "missing" // none, or one that is over or on hold
	TakenBack Standing = "revoked"
)

// Standings lists them.
func Standings() []Standing { return []Standing{Everybody, InForce, RunsOut, Missing, TakenBack} }

// Filter is which patients a register lists; what is empty asks for nothing.
type Filter struct {
	Standing Standing
	Language clinic.Language
	Category policy.Category
}

// Line is one patient of a register.
type Line struct {
	Patient patients.Patient
	// Phone is the first number; empty where there is none.
	Phone    clinic.Phone
	OptedOut bool
	// Consent is the one that counts, or nil; State is how it stands.
	Consent *consent.Consent
	State   policy.ConsentState
}

// Lines returns the patients in sight that a filter lets through, by name.
// CodeTooMany means more than MostLines, CodeEmpty that there is nobody.
func Lines(tx *sqlite.Tx, s Sight, f Filter, now clinic.Instant) ([]Line, error) {
	texting, err := settings.GetTexting(tx)
	if err != nil {
		return nil, err
	}
	var all []Line
	for after, more := "", true; more; {
		page, err := patients.Find(tx, s, "", after, 200)
		if err != nil {
			return nil, err
		}
		some, err := linesOf(tx, page.Items, now, texting.Majority)
		if err != nil {
			return nil, err
		}
		for _, l := range some {
			if f.lets(l) {
				all = append(all, l)
			}
		}
		if len(all) > MostLines {
			return nil, clinic.E(CodeTooMany).With("most", MostLines)
		}
		after, more = page.Next, page.Next != ""
	}
	if len(all) == 0 {
		return nil, clinic.E(CodeEmpty)
	}
	return all, nil
}

func linesOf(tx *sqlite.Tx, page []patients.Named, now clinic.Instant, majority int) ([]Line, error) {
	ids := make([]clinic.PatientID, len(page))
	for i, n := range page {
		ids[i] = n.ID
	}
	who, err := patients.GetAll(tx, ids...)
	if err != nil {
		return nil, err
	}
	numbers, err := patients.NumbersOf(tx, ids...)
	if err != nil {
		return nil, err
	}
	current, err := consent.CurrentOf(tx, ids...)
	if err != nil {
		return nil, err
	}
	var first []clinic.NumberID
	for _, of := range numbers {
		first = append(first, of[0].ID)
	}
	out, err := consent.OptedOut(tx, first...)
	if err != nil {
		return nil, err
	}
	lines := make([]Line, len(page))
	for i, n := range page {
		l := Line{Patient: who[n.ID]}
		if of := numbers[n.ID]; len(of) > 0 {
			l.Phone = of[0].Phone
			_, l.OptedOut = out[of[0].ID]
		}
		if c, found := current[n.ID]; found {
			l.Consent = &c
			if l.State, _, err = c.Stands(now, l.Patient, majority); err != nil {
				return nil, err
			}
		}
		lines[i] = l
	}
	return lines, nil
}

func (f Filter) lets(l Line) bool {
	if f.Language != "" && l.Patient.Language != f.Language {
		return false
	}
	stands := l.Consent != nil && l.State.InForce()
	if f.Category != "" && !(stands && slices.Contains(l.Consent.Scope.Categories, f.Category)) {
		return false
	}
	switch f.Standing {
	case InForce:
		return stands && !l.OptedOut
	case RunsOut:
		return l.State == policy.ConsentExpiring
	case Missing:
		return !stands
	case TakenBack:
		return l.State == policy.ConsentRevoked
	}
	return true
}
