package consent

import (
	"slices"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/policy"
	"quietline/backend/sqlite"
)

// Stop records that a number asked, at an instant, not to be texted, and takes
// back every consent in force of everyone on that number that began before: a
// written consent does not outlive the patient's own word. START lifts the first
// and never restores the second. On a number that was held already a stranger asked:
// that closes the number and ends nobody's consent.
func Stop(d *journal.Decision, number patients.Number, by clinic.MessageID, at clinic.Instant, how How) error {
	d.Record(journal.Event{
		ID: d.Names.EventID("number.opted_out", by[:]), Kind: kindOptedOut, Dossier: number.Dossier, At: at,
		Body: optBody{Number: number.ID, Message: by, How: how},
	})
	if stranger, err := StrangersOn(d.Tx, number.ID, at); err != nil || stranger {
		return err
	}
	return takeBack(d, number, by, at, how)
}

// takeBack takes back the consents of everyone on a number, but for those that remain.
func takeBack(d *journal.Decision, number patients.Number, by clinic.MessageID, at clinic.Instant, how How, remain ...clinic.ConsentID) error {
	who, err := patients.With(d.Tx, number.ID)
	if err != nil {
		return err
	}
	for _, p := range who {
		if err := stopAsking(d, p.ID, by, at); err != nil {
			return err
		}
		current, err := Current(d.Tx, p.ID)
		if err != nil {
			return err
		}
		if current == nil || !standing(current.Moved) && current.Moved != policy.ConsentVerbal || current.Starts >= at ||
			slices.Contains(remain, current.ID) {
			continue
		}
		hers, err := current.saidOn(d.Tx, number.ID)
		if err != nil {
			return err
		}
		if !hers {
			continue
		}
		d.Record(journal.Event{
			ID: d.Names.EventID("consent.revoked", by[:], current.ID[:]), Kind: kindRevoked, Dossier: p.Dossier, At: at,
			Body: howBody{Consent: current.ID, How: how},
		})
	}
	return nil
}

// saidOn reports whether what is said on a number is about the consent: what a parent's
// phone says does not take back what the teen signed for her own; package policy has a
// person look first.
func (c Consent) saidOn(tx *sqlite.Tx, number clinic.NumberID) (bool, error) {
	if c.Signer != SignedByMinor {
		return true, nil
	}
	theirs, err := isGuardians(tx, c.Patient, number)
	return !theirs, err
}

func isGuardians(tx *sqlite.Tx, patient clinic.PatientID, number clinic.NumberID) (bool, error) {
	all, err := patients.NumbersOf(tx, patient)
	return slices.ContainsFunc(all[patient], func(l patients.Linked) bool {
		return l.ID == number && guardiansAlone(l)
	}), err
}

// guardiansAlone reports whether nobody but a parent or guardian speaks by a number.
func guardiansAlone(l patients.Linked) bool {
	return l.Whose == patients.Guardians && !l.Shared && l.Others == 0
}

// Start records that a number asked, at an instant, to be texted again.
func Start(d *journal.Decision, number patients.Number, by clinic.MessageID, at clinic.Instant) {
	d.Record(journal.Event{
		ID: d.Names.EventID("number.opted_in", by[:]), Kind: kindOptedIn, Dossier: number.Dossier, At: at,
		Body: optBody{Number: number.ID, Message: by, How: ByText},
	})
}
