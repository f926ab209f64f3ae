package desk

import (
	"context"

	"quietline/app/door"
	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/settings"
	"quietline/backend/sqlite"
	"quietline/backend/staff"
)

// clinician returns a member who works here and treats patients.
func clinician(tx *sqlite.Tx, id clinic.StaffID) (staff.Member, error) {
	m, err := staff.Get(tx, id)
	switch {
	case err != nil:
		return m, err
	case !m.Works():
		return m, clinic.E(staff.CodeLeft)
	case m.Role != clinic.Therapist:
		return m, clinic.E(CodeNoTherapist)
	}
	return m, nil
}

// assignCare gives a patient to a therapist.
func (d *Desk) assignCare(ctx context.Context, c *door.Caller, r CareRef) (PatientCard, error) {
	return d.changeCare(ctx, c, r.Patient, func(dec *journal.Decision) error {
		if _, err := clinician(dec.Tx, r.Member); err != nil {
			return err
		}
		return patients.Assign(dec, r.Patient, r.Member)
	})
}

// endCare takes a therapist off a patient's care team.
func (d *Desk) endCare(ctx context.Context, c *door.Caller, r CareRef) (PatientCard, error) {
	return d.changeCare(ctx, c, r.Patient, func(dec *journal.Decision) error {
		return patients.EndCare(dec, r.Patient, r.Member)
	})
}

// restrictCare keeps a patient's texts among clinicians.
func (d *Desk) restrictCare(ctx context.Context, c *door.Caller, r RestrictCare) (PatientCard, error) {
	return d.changeCare(ctx, c, r.Patient, func(dec *journal.Decision) error {
		return patients.Restrict(dec, r.Patient, r.Only)
	})
}

func (d *Desk) changeCare(ctx context.Context, c *door.Caller, id clinic.PatientID, decide func(*journal.Decision) error) (PatientCard, error) {
	o, err := d.current()
	if err != nil {
		return PatientCard{}, err
	}
	if _, err := o.clinic.Journal.Submit(ctx, journal.Actor{Staff: c.ID}, func(dec *journal.Decision) error {
		if err := mustSee(dec.Tx, sightOf(c), id); err != nil {
			return err
		}
		return decide(dec)
	}); err != nil {
		return PatientCard{}, err
	}
	return o.card(ctx, c, id)
}

// waitingPatients answers the patients whom nobody cares for.
func (d *Desk) waitingPatients(ctx context.Context, c *door.Caller, _ door.None) (WaitingPatients, error) {
	o, err := d.current()
	if err != nil {
		return WaitingPatients{}, err
	}
	var answer WaitingPatients
	err = o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		answer.Items, answer.All, err = depending(tx, c, clinic.StaffID{})
		return err
	})
	return answer, err
}

// dependingShown is how many patients a list of those who need somebody names.
const dependingShown = 200

func depending(tx *sqlite.Tx, c *door.Caller, on clinic.StaffID) ([]PatientName, int, error) {
	some, all, err := patients.Depending(tx, on, dependingShown)
	if err != nil {
		return nil, 0, err
	}
	var shown []PatientName
	for _, n := range some {
		c.Saw(n.Dossier)
		shown = append(shown, PatientName{ID: n.ID, Name: n.Name})
	}
	return shown, all, nil
}

// covers answers the covers that the caller may know of: a therapist, her own.
func (d *Desk) covers(ctx context.Context, c *door.Caller, _ door.None) (CoverList, error) {
	o, err := d.current()
	if err != nil {
		return CoverList{}, err
	}
	var list CoverList
	err = o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		all, err := patients.Covers(tx, onlyOwn(c), c.At)
		if err != nil {
			return err
		}
		var who []clinic.StaffID
		for _, v := range all {
			who = append(who, v.Of, v.By)
		}
		names, err := staff.Names(tx, who...)
		for _, v := range all {
			list.Items = append(list.Items, CoverRow{
				ID: v.ID, Of: Person{v.Of, names[v.Of]}, By: Person{v.By, names[v.By]}, From: v.From, Until: v.Until, Mine: arranges(c, v.Of),
			})
		}
		return err
	})
	return list, err
}

// onlyOwn returns the one person whose covers a caller may know of; zero for
// everybody's.
func onlyOwn(c *door.Caller) clinic.StaffID {
	if c.Role == clinic.Therapist {
		return c.ID
	}
	return clinic.StaffID{}
}

// arranges reports whether a caller arranges the covers of somebody.
func arranges(c *door.Caller, of clinic.StaffID) bool { return onlyOwn(c).IsZero() || of == c.ID }

// arrangeCover records a cover, by days in the clinic's time zone.
func (d *Desk) arrangeCover(ctx context.Context, c *door.Caller, r ArrangeCover) (CoverList, error) {
	o, err := d.current()
	if err != nil {
		return CoverList{}, err
	}
	if r.From.IsZero() || r.To.IsZero() {
		return CoverList{}, clinic.E(patients.CodeCoverTime)
	}
	if r.Of.IsZero() {
		r.Of = onlyOwn(c)
	}
	if !arranges(c, r.Of) {
		return CoverList{}, clinic.E(clinic.CodeForbidden)
	}
	if _, err := o.clinic.Journal.Submit(ctx, journal.Actor{Staff: c.ID}, func(dec *journal.Decision) error {
		for _, id := range []clinic.StaffID{r.Of, r.By} {
			if _, err := clinician(dec.Tx, id); err != nil {
				return err
			}
		}
		own, err := settings.Get(dec.Tx)
		if err != nil {
			return err
		}
		zone, err := own.Zone.Location()
		if err != nil {
			return err
		}
		return patients.ArrangeCover(dec, patients.Cover{
			Of: r.Of, By: r.By, From: r.From.In(zone), Until: r.To.AddDays(1).In(zone),
		})
	}); err != nil {
		return CoverList{}, err
	}
	return d.covers(ctx, c, door.None{})
}

// endCover ends a cover.
func (d *Desk) endCover(ctx context.Context, c *door.Caller, r CoverRef) (CoverList, error) {
	o, err := d.current()
	if err != nil {
		return CoverList{}, err
	}
	if _, err := o.clinic.Journal.Submit(ctx, journal.Actor{Staff: c.ID}, func(dec *journal.Decision) error {
		v, err := patients.GetCover(dec.Tx, r.ID)
		if err != nil {
			return err
		}
		if !arranges(c, v.Of) {
			return clinic.E(clinic.CodeNotFound)
		}
		patients.EndCover(dec, r.ID)
		return nil
	}); err != nil {
		return CoverList{}, err
	}
	return d.covers(ctx, c, door.None{})
}
