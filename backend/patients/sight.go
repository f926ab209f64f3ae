package patients

import (
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"quietline/backend/clinic"
	"quietline/backend/sqlite"
)

// Sight is the patients whom a person may see. It holds in the statements
// themselves, before a page is cut or anything is counted, and it is asked of the
// tables in the same read: who is taken off a care team a moment earlier sees
// nothing more. The zero Sight sees nobody, so that whoever forgets to ask shows
// nothing.
type Sight struct {
	rule rule
	only []clinic.PatientID
	by   clinic.StaffID
	at   clinic.Instant
}

type rule int

const (
	nobody rule = iota
	everybody
	listed
	inCare
	unrestricted
)

// SeeAll returns the sight of somebody who may see every patient.
func SeeAll() Sight { return Sight{rule: everybody} }

// See returns the sight of somebody who may see these patients and no others.
func See(only ...clinic.PatientID) Sight { return Sight{rule: listed, only: slices.Clone(only)} }

// InCareOf returns the sight of a clinician at a moment: her own patients, those
// of whoever she covers for, and those whom she has opened in an emergency.
func InCareOf(by clinic.StaffID, at clinic.Instant) Sight {
	return Sight{rule: inCare, by: by, at: at}
}

// Unrestricted returns the sight of somebody who is no clinician at a moment:
// every patient but those whose texts are for clinicians only, unless she has
// opened one of them in an emergency.
func Unrestricted(by clinic.StaffID, at clinic.Instant) Sight {
	return Sight{rule: unrestricted, by: by, at: at}
}

// All reports whether every patient is in sight.
func (s Sight) All() bool { return s.rule == everybody }

// Sees reports whether a patient exists and is in sight.
func (s Sight) Sees(tx *sqlite.Tx, id clinic.PatientID) (bool, error) {
	where, args := s.Condition("p.id")
	var one int
	err := tx.QueryRow(`SELECT 1 FROM patients p WHERE p.id = ? AND `+where, append([]any{id}, args...)...).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("patients: read sight: %w", err)
	}
	return true, nil
}

const (
	opened = `SELECT patient FROM care_emergencies WHERE staff = ? AND begins <= ? AND ends > ?`
	cared  = `SELECT patient FROM care_therapists WHERE staff = ?
		UNION ALL SELECT t.patient FROM care_covers v CROSS JOIN care_therapists t ON t.staff = v.of
			WHERE v.by = ? AND v.begins <= ? AND v.ends > ?
		UNION ALL ` + opened
)

// Condition returns what must hold of a column with patients' ids, for a
// statement that reads rows about patients. A row of nobody's is not in a sight
// that is not all.
func (s Sight) Condition(column string) (where string, args []any) {
	at := int64(s.at)
	switch s.rule {
	case everybody:
		return "TRUE", nil
	case listed:
		return column + " IN " + sqlite.InSet, []any{sqlite.Set(s.only...)}
	case inCare:
		return column + " IN (" + cared + ")", []any{s.by, s.by, at, at, s.by, at, at}
	case unrestricted:
		return column + " IS NOT NULL AND (" + column + " NOT IN (SELECT patient FROM care_restricted) OR " + column + " IN (" + opened + "))",
			[]any{s.by, at, at}
	}
	return "FALSE", nil
}

// Hidden returns what holds of a column with patients' ids for those who are out
// of sight, where these are the few. Where it is those in sight who are few, few is
// false.
func (s Sight) Hidden(column string) (where string, args []any, few bool) {
	switch s.rule {
	case everybody:
		return "FALSE", nil, true
	case unrestricted:
		at := int64(s.at)
		return column + " IN (SELECT patient FROM care_restricted) AND " + column + " NOT IN (" + opened + ")",
			[]any{s.by, at, at}, true
	}
	return "", nil, false
}
