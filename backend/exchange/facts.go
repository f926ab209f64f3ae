package exchange

import (
	"errors"
	"time"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/consent"
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
		out, err := consent.OptedOut(tx, t.Number)
		if err != nil {
			return policy.Facts{}, err
		}
		f.Numbers = []policy.NumberFact{{ID: t.Number, OptedOutSince: out[t.Number]}}
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
	if id.IsZero() {
		line, err := lineNow(tx, line)
		if err != nil {
			return policy.Facts{}, err
		}
		own, err := settings.Get(tx)
		if err != nil {
			return policy.Facts{}, err
		}
		texting, err := settings.GetTexting(tx)
		return policy.Facts{Now: now, Line: line, Settings: own.Policy(texting)}, err
	}
	contacts, err := Contacts(tx, line, now, id)
	if err != nil {
		return policy.Facts{}, err
	}
	contact, found := contacts[id]
	if !found {
		return policy.Facts{}, clinic.E(clinic.CodeNotFound)
	}
	f := contact.facts
	err = readLately(tx, &f, id, now)
	return f, err
}

// readLately adds the texts to a patient that count for the limits a day and a week.
func readLately(tx *sqlite.Tx, f *policy.Facts, id clinic.PatientID, now clinic.Instant) (err error) {
	since := now.Add(-8 * 24 * time.Hour)
	if f.Sent, err = archive.StartedSince(tx, id, since); err != nil {
		return err
	}
	f.Answered, err = archive.AnsweredSince(tx, id, since)
	return err
}
