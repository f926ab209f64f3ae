package desk

import (
	"context"
	"time"

	"quietline/app/door"
	"quietline/backend/archive"
	"quietline/backend/audit"
	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/sqlite"
	"quietline/backend/staff"
)

// openEmergency opens a patient whom the caller does not see. Where nobody is
// meant, the answer is the same as for a door to nowhere, and only the attempts
// that found somebody are emergencies; the access record keeps who was opened.
func (d *Desk) openEmergency(ctx context.Context, c *door.Caller, r OpenEmergency) (OpenedEmergency, error) {
	o, err := d.current()
	if err != nil {
		return OpenedEmergency{}, err
	}
	var phone clinic.Phone
	if r.Phone != "" {
		if phone, err = clinic.ParsePhone(r.Phone); err != nil {
			return OpenedEmergency{}, err
		}
	}
	var opened patients.Emergency
	if _, err := o.clinic.Journal.Submit(ctx, journal.Actor{Staff: c.ID}, func(dec *journal.Decision) error {
		id := r.Patient
		if id.IsZero() {
			if id, err = patients.Identify(dec.Tx, r.Name, r.BirthDate, phone); err != nil {
				return err
			}
		} else if err := mustSee(dec.Tx, sightOf(c), id); err != nil {
			return err
		}
		opened, err = patients.OpenEmergency(dec, id, r.Reason, time.Duration(r.Minutes)*time.Minute)
		return err
	}); err != nil {
		return OpenedEmergency{}, err
	}
	answer := OpenedEmergency{Patient: opened.Patient, Until: opened.Until}
	c.At = opened.From // what was just opened is in sight
	err = o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		c.Saw(opened.Dossier)
		threads, err := archive.ThreadsOf(tx, sightOf(c), opened.Patient)
		answer.Thread = threads[opened.Patient]
		return err
	})
	return answer, err
}

// emergenciesShown is how many the list names.
const emergenciesShown = 100

// emergencies answers who opened whom, why, and what was looked at.
func (d *Desk) emergencies(ctx context.Context, c *door.Caller, _ door.None) (EmergencyList, error) {
	o, err := d.current()
	if err != nil {
		return EmergencyList{}, err
	}
	var list EmergencyList
	err = o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		all, err := patients.Emergencies(tx, emergenciesShown)
		if err != nil {
			return err
		}
		var who []clinic.StaffID
		var whom []clinic.PatientID
		for _, e := range all {
			who, whom = append(who, e.Staff, e.ReviewedBy), append(whom, e.Patient)
		}
		names, err := staff.Names(tx, who...)
		if err != nil {
			return err
		}
		named, err := patients.GetAll(tx, whom...)
		if err != nil {
			return err
		}
		for _, e := range all {
			c.Saw(e.Dossier)
			row := EmergencyRow{
				ID: e.ID, By: Person{e.Staff, names[e.Staff]}, Patient: PatientName{ID: e.Patient, Name: named[e.Patient].Name},
				Reason: e.Reason, From: e.From, Until: e.Until, ReviewedBy: names[e.ReviewedBy], ReviewedAt: e.ReviewedAt, Note: e.Note,
			}
			looks, err := audit.LooksAt(tx, e.Staff, e.Dossier, e.From, e.Until)
			if err != nil {
				return err
			}
			for _, l := range looks {
				row.Looks = append(row.Looks, Look(l))
			}
			if e.ReviewedBy.IsZero() {
				list.Waiting++
			}
			list.Items = append(list.Items, row)
		}
		return nil
	})
	return list, err
}

// reviewEmergency signs an emergency access off.
func (d *Desk) reviewEmergency(ctx context.Context, c *door.Caller, r ReviewEmergency) (EmergencyList, error) {
	o, err := d.current()
	if err != nil {
		return EmergencyList{}, err
	}
	if _, err := o.clinic.Journal.Submit(ctx, journal.Actor{Staff: c.ID}, func(dec *journal.Decision) error {
		return patients.ReviewEmergency(dec, r.ID, r.Note)
	}); err != nil {
		return EmergencyList{}, err
	}
	return d.emergencies(ctx, c, door.None{})
}
