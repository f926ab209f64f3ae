package desk

import (
	"context"
	"errors"

	"quietline/app/door"
	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/policy"
	"quietline/backend/settings"
	"quietline/backend/sqlite"
)

// patients answers a page of patients.
func (d *Desk) patients(ctx context.Context, c *door.Caller, q PatientQuery) (PatientPage, error) {
	o, err := d.current()
	if err != nil {
		return PatientPage{}, err
	}
	var page PatientPage
	err = o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		sight := sightOf(c)
		found, err := patients.Find(tx, sight.Patients(), q.Search, q.After, q.Limit)
		if err != nil {
			return err
		}
		for _, n := range found.Items {
			c.Saw(n.Dossier)
		}
		page.Next = found.Next
		page.Items, err = o.presenter(tx).patients(sight, found.Items)
		return err
	})
	return page, err
}

// patient answers a patient's card.
func (d *Desk) patient(ctx context.Context, c *door.Caller, r PatientRef) (PatientCard, error) {
	o, err := d.current()
	if err != nil {
		return PatientCard{}, err
	}
	return o.card(ctx, c, r.ID)
}

func (o *open) card(ctx context.Context, c *door.Caller, id clinic.PatientID) (PatientCard, error) {
	var card PatientCard
	err := o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		p, err := patients.Get(tx, id)
		if err != nil {
			return err
		}
		c.Saw(p.Dossier)
		card, err = o.presenter(tx).card(sightOf(c), id)
		return err
	})
	return card, err
}

// addPatient adds a patient, unless somebody else has the number and nobody said
// that it is shared: then it answers who.
func (d *Desk) addPatient(ctx context.Context, c *door.Caller, r AddPatient) (AddedPatient, error) {
	o, err := d.current()
	if err != nil {
		return AddedPatient{}, err
	}
	phone, err := clinic.ParsePhone(r.Phone)
	if err != nil {
		return AddedPatient{}, err
	}
	var added AddedPatient
	_, err = o.clinic.Journal.Submit(ctx, journal.Actor{Staff: c.ID}, func(dec *journal.Decision) error {
		added = AddedPatient{}
		same, err := whoHas(dec.Tx, phone)
		if err != nil {
			return err
		}
		if len(same) > 0 && !r.Shared {
			for _, p := range same {
				c.Saw(p.Dossier)
				added.SameNumber = append(added.SameNumber, PatientName{ID: p.ID, Name: p.Name})
			}
			return nil
		}
		rules, err := settings.GetTexting(dec.Tx)
		if err != nil {
			return err
		}
		fresh, err := patients.Add(dec, patients.New{
			Name: r.Name, BirthDate: r.BirthDate, Language: clinic.Language(r.Language), Zone: clinic.Zone(r.Zone),
			Guardian: r.Guardian, Phone: phone, Shared: r.Shared,
			Majority: rules.Majority,
		})
		if err != nil {
			return err
		}
		number := patients.Number{ID: fresh.Number, Phone: phone, Dossier: fresh.NumberDossier}
		added.ID = fresh.Patient
		added.Thread, err = archive.Adopt(dec, number, patients.Patient{ID: fresh.Patient, Dossier: fresh.Dossier})
		return err
	})
	if err != nil || added.ID.IsZero() {
		return added, err
	}
	if peer := o.wired.Load().peer; peer != nil {
		err = peer.Greet(phone, clinic.Language(r.Language))
	}
	return added, err
}

func whoHas(tx *sqlite.Tx, phone clinic.Phone) ([]patients.Named, error) {
	number, err := patients.NumberOf(tx, phone)
	if errors.Is(err, clinic.E(clinic.CodeNotFound)) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return patients.With(tx, number.ID)
}

// recordPaper records a consent that was signed on paper.
func (d *Desk) recordPaper(ctx context.Context, c *door.Caller, r RecordPaper) (RecordedConsent, error) {
	o, err := d.current()
	if err != nil {
		return RecordedConsent{}, err
	}
	paper := consent.Paper{
		ID: r.Key, Patient: r.Patient, Form: r.Form, SignedOn: r.SignedOn, Expires: r.Expires,
		Signer: consent.Signer(r.Signer), SignerName: r.SignerName, Attested: r.Attested, Details: consent.Details(r.Details),
		Hold: policy.Hold(r.Hold),
		Scope: ConsentScope{
			Categories: r.Categories, Excluded: r.Excluded, FromHour: r.FromHour, ToHour: r.ToHour, Weekdays: r.Weekdays,
			PerDay: r.PerDay, PerWeek: r.PerWeek, SharedPhone: r.SharedPhone, Numbers: r.Numbers, From: r.From, Channel: r.Channel,
		}.scope(),
	}
	record := func(dec *journal.Decision) (clinic.ConsentID, error) { return consent.RecordPaper(dec, paper) }
	if !r.Scan.IsZero() {
		scan, err := o.keepScan(ctx, c, r.Scan)
		if err != nil {
			return RecordedConsent{}, err
		}
		defer scan.Settle()
		record = func(dec *journal.Decision) (clinic.ConsentID, error) {
			return consent.RecordPaperWith(dec, paper, scan.ScanFile)
		}
	}
	var recorded RecordedConsent
	_, err = o.clinic.Journal.Submit(ctx, journal.Actor{Staff: c.ID}, func(dec *journal.Decision) (err error) {
		if err := mustSee(dec.Tx, sightOf(c), r.Patient); err != nil {
			return err
		}
		recorded.ID, err = record(dec)
		return err
	})
	return recorded, err
}
