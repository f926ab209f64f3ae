package exchange

import (
	"time"

	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/incidents"
	"quietline/backend/patients"
	"quietline/backend/policy"
	"quietline/backend/settings"
	"quietline/backend/sqlite"
)

// Contact is what is known about texting a patient, apart from any one text.
type Contact struct {
	Patient patients.Patient
	// Numbers are the patient's, first given first.
	Numbers []patients.Linked
	// OptedOut is since when those of the numbers are opted out that are.
	OptedOut map[clinic.NumberID]clinic.Instant
	// Verified is since when those of the numbers are verified that are. A number that
	// was given to somebody since is to be verified again.
	Verified map[clinic.NumberID]clinic.Instant
	// Held is since when those of the numbers are held that are: a stranger answered.
	Held map[clinic.NumberID]clinic.Instant
	// Paused is since when those of the numbers are paused that are: words from them may
	// mean "stop", and nobody has decided yet.
	Paused map[clinic.NumberID]clinic.Instant
	// Consent is the one that counts, or nil.
	Consent *consent.Consent

	facts policy.Facts
}

// Standing returns what the patient may be texted for, apart from any one text.
func (c Contact) Standing() policy.Standing { return policy.StandingOf(c.facts) }

// Contacts returns what is known about texting some patients, in as many
// statements as for one. A patient who does not exist is not in it.
func Contacts(tx *sqlite.Tx, line policy.Line, now clinic.Instant, ids ...clinic.PatientID) (map[clinic.PatientID]Contact, error) {
	line, err := lineNow(tx, line)
	if err != nil {
		return nil, err
	}
	own, err := settings.Get(tx)
	if err != nil {
		return nil, err
	}
	texting, err := settings.GetTexting(tx)
	if err != nil {
		return nil, err
	}
	who, err := patients.GetAll(tx, ids...)
	if err != nil {
		return nil, err
	}
	numbers, err := patients.NumbersOf(tx, ids...)
	if err != nil {
		return nil, err
	}
	var all []clinic.NumberID
	for _, of := range numbers {
		for _, l := range of {
			all = append(all, l.ID)
		}
	}
	out, err := consent.OptedOut(tx, all...)
	if err != nil {
		return nil, err
	}
	verified, err := consent.Verified(tx, all...)
	if err != nil {
		return nil, err
	}
	holds, err := patients.Holds(tx, all...)
	if err != nil {
		return nil, err
	}
	paused, err := consent.Paused(tx, all...)
	if err != nil {
		return nil, err
	}
	wrong, err := incidents.Paused(tx, all...)
	if err != nil {
		return nil, err
	}
	current, err := consent.CurrentOf(tx, ids...)
	if err != nil {
		return nil, err
	}
	zones := map[clinic.Zone]*time.Location{} // loading one reads files
	contacts := make(map[clinic.PatientID]Contact, len(who))
	for id, p := range who {
		c := Contact{
			Patient: p, Numbers: numbers[id], OptedOut: out, Verified: map[clinic.NumberID]clinic.Instant{}, Held: map[clinic.NumberID]clinic.Instant{},
			Paused: paused,
			facts:  policy.Facts{Now: now, Line: line, Settings: own.Policy(texting)},
		}
		c.facts.Patient.ID = id
		if zones[p.Zone] == nil {
			if zones[p.Zone], err = p.Zone.Location(); err != nil {
				return nil, err
			}
		}
		c.facts.Patient.Zone = zones[p.Zone]
		c.facts.Patient.Adult = p.BirthDate.Age(clinic.DateOf(now.Time().In(zones[p.Zone]))) >= texting.Majority
		for _, l := range c.Numbers {
			n := policy.NumberFact{
				ID: l.ID, OptedOutSince: out[l.ID], SharedWith: l.Others, Guardian: l.Whose == patients.Guardians,
			}
			if wrong[l.ID] {
				n.Paused = policy.PausedIncident
			}
			if h := holds[l.ID]; !h.Since.IsZero() {
				n.Paused, c.Held[l.ID] = policy.PausedWrongNumber, h.Since
			}
			if _, doubted := paused[l.ID]; doubted {
				n.Paused = policy.PausedForReview // the harder of the two
			}
			if v := verified[l.ID]; v.Seq > max(l.Newest, holds[l.ID].Seq) {
				n.Verified, c.Verified[l.ID] = true, v.At
			}
			if l.Shared {
				n.SharedWith = max(n.SharedWith, 1)
			}
			c.facts.Numbers = append(c.facts.Numbers, n)
		}
		if paper, found := current[id]; found {
			c.Consent = &paper
			if c.facts.Consent, err = paper.Fact(now, p, texting.Majority); err != nil {
				return nil, err
			}
		}
		contacts[id] = c
	}
	return contacts, nil
}
