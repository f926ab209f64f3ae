package exchange

import (
	"errors"
	"time"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/patients"
	"quietline/backend/policy"
	"quietline/backend/settings"
	"quietline/backend/sqlite"
)

// Facts gathers all that is known about texting in a thread, for package policy
// to decide on. A thread with an unknown sender has no patient, which policy
// refuses.
func Facts(tx *sqlite.Tx, t archive.Thread, line policy.Line, now clinic.Instant) (policy.Facts, error) {
	f, err := PatientFacts(tx, t.Patient, line, now)
	if err != nil {
		return policy.Facts{}, err
	}
	if t.Patient.IsZero() {
		n, err := numberFact(tx, t.Number)
		if err != nil {
			return policy.Facts{}, err
		}
		f.Numbers = []policy.NumberFact{n}
	}
	last, err := archive.LastFrom(tx, t.ID)
	switch {
	case err == nil:
		f.LastInbound = policy.InboundFact{ID: last.ID, From: t.Number, At: last.At}
	case !errors.Is(err, clinic.E(clinic.CodeNotFound)):
		return policy.Facts{}, err
	}
	return f, nil
}

// PatientFacts gathers what is known about texting a patient, apart from any one
// thread.
func PatientFacts(tx *sqlite.Tx, id clinic.PatientID, line policy.Line, now clinic.Instant) (policy.Facts, error) {
	own, err := settings.Get(tx)
	if err != nil {
		return policy.Facts{}, err
	}
	f := policy.Facts{Now: now, Line: line, Settings: own.Policy()}
	if id.IsZero() {
		return f, nil
	}
	p, err := patients.Get(tx, id)
	if err != nil {
		return policy.Facts{}, err
	}
	f.Patient.ID = id
	if f.Patient.Zone, err = p.Zone.Location(); err != nil {
		return policy.Facts{}, err
	}
	numbers, err := patients.NumbersOf(tx, id)
	if err != nil {
		return policy.Facts{}, err
	}
	for _, l := range numbers {
		n, err := numberFact(tx, l.ID)
		if err != nil {
			return policy.Facts{}, err
		}
		n.SharedWith = l.Others
		if l.Shared {
			n.SharedWith = max(n.SharedWith, 1)
		}
		f.Numbers = append(f.Numbers, n)
	}
	current, err := consent.Current(tx, id)
	if err != nil {
		return policy.Facts{}, err
	}
	if current != nil {
		if f.Consent, err = current.Fact(now); err != nil {
			return policy.Facts{}, err
		}
	}
	threads, err := archive.OfPatient(tx, id)
	if err != nil {
		return policy.Facts{}, err
	}
	for _, t := range threads {
		started, err := archive.StartedSince(tx, t.ID, now.Add(-8*24*time.Hour))
		if err != nil {
			return policy.Facts{}, err
		}
		f.Sent = append(f.Sent, started...)
	}
	return f, nil
}

func numberFact(tx *sqlite.Tx, id clinic.NumberID) (policy.NumberFact, error) {
	out, err := consent.OptedOutSince(tx, id)
	return policy.NumberFact{ID: id, OptedOutSince: out}, err
}
