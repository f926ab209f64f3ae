package desk

import (
	"context"

	"quietline/app/door"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/session"
	"quietline/backend/sqlite"
)

// HandOver names the form that a patient is to read and sign on this device.
type HandOver struct {
	Patient clinic.PatientID `json:"patient"`
	Form    string           `json:"form"`
}

// handOver puts the device into a patient's hands: from then on only that form, its
// signature and the way back are open, whatever window asks. It is not kept: a program
// that starts anew is locked.
func (d *Desk) handOver(ctx context.Context, c *door.Caller, r HandOver) (door.None, error) {
	o, err := d.current()
	if err != nil {
		return door.None{}, err
	}
	if err := o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		f, err := consent.TemplateByVersion(tx, r.Form)
		if err != nil {
			return err
		}
		if !f.Signable() {
			return clinic.E(consent.CodeForm)
		}
		return mustSee(tx, sightOf(c), r.Patient)
	}); err != nil {
		return door.None{}, err
	}
	if err := d.session.HandOver(session.Handed{Patient: r.Patient, Form: r.Form}); err != nil {
		return door.None{}, err
	}
	d.tickets.Void()
	d.changes.Publish(door.Changed{Topic: topicState})
	return door.None{}, nil
}
