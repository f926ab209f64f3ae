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
	Missing   Standing = "missing" // none, or one that is over, on hold or not begun
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
	Phone clinic.Phone
	// Minor says that the patient does not sign alone yet, by the clinic's own rule.
	Minor bool
	// OptedOut says that a STOP on one of the patient's numbers closes all of them, as
	// package policy has it; Held that a stranger answers on each of them.
	OptedOut bool
	Held     bool
	// Consent is the one that counts, or nil; State is how it stands, and Begins its
	// first day where that is still to come.
	Consent *consent.Consent
	State   policy.ConsentState
	Begins  clinic.Date
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
	var all []clinic.NumberID
	for _, of := range numbers {
		for _, l := range of {
			all = append(all, l.ID)
		}
	}
	phones := phones{}
	if phones.out, err = consent.OptedOut(tx, all...); err != nil {
		return nil, err
	}
	if phones.holds, err = patients.Holds(tx, all...); err != nil {
		return nil, err
	}
	lines := make([]Line, len(page))
	for i, n := range page {
		l := Line{Patient: who[n.ID]}
		zone, err := l.Patient.Zone.Location()
		if err != nil {
			return nil, err
		}
		l.Minor = l.Patient.BirthDate.Age(clinic.DateOf(now.Time().In(zone))) < majority
		if of := numbers[n.ID]; len(of) > 0 {
			l.Phone = of[0].Phone
		}
		c, found := current[n.ID]
		own := found && (c.Signer == consent.SignedByPatient || c.Signer == consent.SignedByMinor) && c.Way != consent.Spoken
		l.OptedOut, l.Held = phones.closed(numbers[n.ID], own)
		if found {
			l.Consent = &c
			if l.State, _, err = c.Stands(now, l.Patient, majority); err != nil {
				return nil, err
			}
			begins, err := c.Begins()
			if err != nil {
				return nil, err
			}
			if now < begins {
				l.Begins = clinic.DateOf(begins.Time().In(zone))
			}
		}
		lines[i] = l
	}
	return lines, nil
}

// Topics are what the consent that counts allows texts about, in the order of its form.
func (l Line) Topics() []policy.Category {
	if l.Consent == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(l.Consent.Scope.Categories), func(c policy.Category) bool { return !l.Consent.Scope.Allows(c) })
}

// phones is what was said on some numbers.
type phones struct {
	out   map[clinic.NumberID]clinic.Instant
	holds map[clinic.NumberID]patients.Hold
}

// closed reports whether a STOP closes all of a patient's numbers on which no stranger
// answers, and whether one answers on each. The patient said stop and not her phone, so
// one STOP counts for every number, but for what a stranger said, and for what a
// guardian's phone said where the patient signed for herself and has a phone of her own.
func (p phones) closed(of []patients.Linked, own bool) (out, held bool) {
	strangers := func(l patients.Linked) bool { return !p.holds[l.ID].Since.IsZero() }
	held = len(of) > 0
	for _, to := range of {
		if strangers(to) {
			continue
		}
		held = false
		stopped := slices.ContainsFunc(of, func(n patients.Linked) bool {
			guardians := own && n.Whose == patients.Guardians && to.Whose != patients.Guardians
			return !p.out[n.ID].IsZero() && !strangers(n) && !guardians
		})
		if !stopped {
			return false, false
		}
		out = true
	}
	return out, held
}

func (f Filter) lets(l Line) bool {
	if f.Language != "" && l.Patient.Language != f.Language {
		return false
	}
	stands := l.Consent != nil && l.State.InForce() && l.Begins.IsZero()
	if f.Category != "" && !(stands && l.Consent.Scope.Allows(f.Category)) {
		return false
	}
	switch f.Standing {
	case InForce:
		return stands && !l.OptedOut && !l.Held
	case RunsOut:
		return l.State == policy.ConsentExpiring
	case Missing:
		return !stands
	case TakenBack:
		return l.State == policy.ConsentRevoked
	}
	return true
}
