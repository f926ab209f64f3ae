package records

import (
	"database/sql"
	"errors"
	"fmt"

	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/sqlite"
)

// FormCopy is one printed copy of a form, as it was made.
type FormCopy struct {
	Print
	// Form is the version that stands on it.
	Form string
	// Patient is whom it is filled in for; zero for a blank one.
	Patient clinic.PatientID
}

// CopyCode is the code on a printed copy of a form: that of the copy, with the check of
// the form's hash.
func CopyCode(copied Key, formHash string) string {
	return string(consent.CodeOfCopy(copied)) + "-" + Sum(formHash).Check()
}

// FindCopy finds the printed copy of a form by the code that it bears. The finding is
// Matches where the paper bears the check of the form's words, Differs where it bears
// another, Unchecked where it was left out. Errors are those of [Verify].
func FindCopy(tx *sqlite.Tx, s Sight, typed string) (FormCopy, Finding, error) {
	code, check, err := readPaperCode(typed)
	if err != nil {
		return FormCopy{}, "", err
	}
	var c FormCopy
	err = tx.QueryRow(`SELECT at, staff, sum, form, patient FROM papers WHERE copy = ? AND copy <> '' ORDER BY seq LIMIT 1`, string(code)).
		Scan(&c.At, &c.By, &c.Sum, &c.Form, &c.Patient)
	if errors.Is(err, sql.ErrNoRows) {
		return FormCopy{}, "", clinic.E(clinic.CodeNotFound)
	}
	if err != nil {
		return FormCopy{}, "", fmt.Errorf("records: read copy: %w", err)
	}
	if !c.Patient.IsZero() {
		seen, err := s.Sees(tx, c.Patient)
		if err == nil && !seen {
			err = clinic.E(clinic.CodeNotFound)
		}
		if err != nil {
			return FormCopy{}, "", err
		}
	}
	switch check {
	case "":
		return c, Unchecked, nil
	case c.Sum.Check():
		return c, Matches, nil
	}
	return c, Differs, nil
}
