package consent

import (
	"time"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/policy"
)

// spokenFor is how many days words count, from the first of them. Package policy has
// the same limit for each note by itself.
const spokenFor = 30

// Note records that an adult patient said that texts are welcome, in the place of what
// was noted before. A consent that stands is stronger than words: CodeStands. Said
// again, it counts no longer: CodeWords once that is over, until something was signed.
// Nobody signs for a child by word: CodeSigner.
func Note(d *journal.Decision, id clinic.PatientID) (clinic.ConsentID, error) {
	patient, err := patients.Get(d.Tx, id)
	if err != nil {
		return clinic.ConsentID{}, err
	}
	current, err := Current(d.Tx, id)
	if err != nil {
		return clinic.ConsentID{}, err
	}
	if current != nil && standing(current.Moved) && current.State(d.Now) != policy.ConsentExpired {
		return clinic.ConsentID{}, clinic.E(CodeStands)
	}
	zone, err := patient.Zone.Location()
	if err != nil {
		return clinic.ConsentID{}, err
	}
	majority, err := majority(d.Tx)
	if err != nil {
		return clinic.ConsentID{}, err
	}
	today := clinic.DateOf(d.Now.Time().In(zone))
	if patient.BirthDate.Age(today) < majority {
		return clinic.ConsentID{}, clinic.E(CodeSigner)
	}
	last, ends := today.AddDays(spokenFor), today.AddDays(spokenFor+1).In(zone)
	first, err := firstSpoken(d.Tx, id)
	if err != nil {
		return clinic.ConsentID{}, err
	}
	if first != 0 {
		ends = first.Add(spokenFor * 24 * time.Hour)
		last = clinic.DateOf(ends.Time().In(zone))
	}
	if d.Now >= ends {
		return clinic.ConsentID{}, clinic.E(CodeWords)
	}
	noted := clinic.NewID[clinic.ConsentID]()
	d.Record(journal.Event{Kind: kindRecorded, Dossier: patient.Dossier, Body: recordedBody{
		Consent: noted, Patient: id, Form: string(Spoken), SignedOn: today, Starts: d.Now, Ends: ends,
		Expires: last, Scope: Scope{
			Categories: []policy.Category{policy.Scheduling, policy.Reminders}, ToHour: 24, Zone: patient.Zone,
		},
		Signer: SignedByPatient, Way: Spoken,
	}})
	return noted, nil
}
