package exchange

import (
	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/journal"
	"quietline/backend/patients"
)

// HoldNumber holds a patient's number because a stranger answered on it. What came in from
// the first of the stranger's texts on leaves the patient's chart, and what it may have
// meant is the stranger's; zero leaves both as they are. CodeNotFound: she has no such
// text there in sight.
func HoldNumber(d *journal.Decision, s archive.Sight, patient clinic.PatientID, id clinic.NumberID, first clinic.MessageID) error {
	if first.IsZero() {
		return consent.HoldNumber(d, id, 0)
	}
	number, err := patients.GetNumber(d.Tx, id)
	if err != nil {
		return err
	}
	m, err := archive.GetMessage(d.Tx, s, first)
	if err != nil {
		return err
	}
	if err := consent.HoldNumber(d, id, m.At); err != nil {
		return err
	}
	return archive.MoveOff(d, s, patient, number, first)
}

// PutTextsBack records that the texts of a move were the patient's after all: they stand
// on her chart again, and what they may have meant is for a person to decide again. See
// [archive.PutTextsBack].
func PutTextsBack(d *journal.Decision, s archive.Sight, id archive.MoveID) error {
	m, number, err := archive.MoveOn(d.Tx, s, id)
	if err != nil {
		return err
	}
	if err := archive.PutTextsBack(d, s, id); err != nil {
		return err
	}
	return consent.NoStranger(d, number, m.First)
}
