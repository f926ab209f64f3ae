package consent

import (
	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/policy"
)

// Request notes that a patient was asked for a consent.
func Request(d *journal.Decision, patient clinic.PatientID, form string) (clinic.ConsentID, error) {
	f, err := TemplateByVersion(d.Tx, form)
	if err != nil {
		return clinic.ConsentID{}, err
	}
	id := clinic.NewID[clinic.ConsentID]()
	return id, record(d, patient, kindRequested, requestedBody{Consent: id, Patient: patient, Form: f.Version, FormHash: f.Hash})
}

// Answered notes that a patient has answered a request and something is still
// missing.
func Answered(d *journal.Decision, id clinic.ConsentID) error {
	c, err := Get(d.Tx, id)
	if err != nil {
		return err
	}
	if c.Moved != policy.ConsentRequested {
		return clinic.E(CodeOver)
	}
	return record(d, c.Patient, kindAnswered, refBody{Consent: id})
}
