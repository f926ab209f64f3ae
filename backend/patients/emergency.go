package patients

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/sqlite"
)

// Codes of emergency access.
const (
	// CodeReason: an emergency needs a reason in words, min (int) characters.
	CodeReason clinic.Code = "patients.emergency_reason"
	// CodeEmergencyTime: it lasts max (int) minutes at most.
	CodeEmergencyTime clinic.Code = "patients.emergency_time"
	// CodeReviewed: somebody has reviewed it already.
	CodeReviewed clinic.Code = "patients.emergency_reviewed"
)

// How long emergency access lasts unless something else is asked for, and at
// most.
const (
	EmergencyFor    = 60 * time.Minute
	MaxEmergencyFor = 8 * time.Hour
)

const (
	minReason = 10
	maxReason = 1000
)

// TopicEmergency is touched when somebody opens a patient in an emergency, and
// when that is reviewed.
const TopicEmergency = "emergency"

type emergencyKind struct{}

// EmergencyID names one emergency access.
type EmergencyID = clinic.ID[emergencyKind]

// Emergency is one time that somebody opened a patient whom she does not
// otherwise see (45 CFR 164.312(a)(2)(ii)).
type Emergency struct {
	ID      EmergencyID
	Staff   clinic.StaffID
	Patient clinic.PatientID
	Dossier clinic.DossierID
	Reason  string
	From    clinic.Instant
	Until   clinic.Instant
	// ReviewedBy is zero until somebody has reviewed it.
	ReviewedBy clinic.StaffID
	ReviewedAt clinic.Instant
	Note       string
}

type emergencyBody struct {
	Emergency EmergencyID      `json:"emergency"`
	Patient   clinic.PatientID `json:"patient"`
	Reason    string           `json:"reason"`
	From      clinic.Instant   `json:"from"`
	Until     clinic.Instant   `json:"until"`
}

type reviewBody struct {
	Emergency EmergencyID `json:"emergency"`
	Note      string      `json:"note"`
}

var (
	kindEmergency = journal.Kind{Name: "emergency.opened", Version: 1, MinReader: 1, Class: journal.ClassAudit}
	kindReviewed  = journal.Kind{Name: "emergency.reviewed", Version: 1, MinReader: 1, Class: journal.ClassAudit}
)

// OpenEmergency opens a patient for the decision's actor, for a reason and a
// time; zero is EmergencyFor.
func OpenEmergency(d *journal.Decision, patient clinic.PatientID, reason string, lasting time.Duration) (Emergency, error) {
	if lasting == 0 {
		lasting = EmergencyFor
	}
	reason = strings.TrimSpace(reason)
	switch n := len([]rune(reason)); {
	case n < minReason || n > maxReason:
		return Emergency{}, clinic.E(CodeReason).With("min", minReason)
	case lasting < time.Minute || lasting > MaxEmergencyFor:
		return Emergency{}, clinic.E(CodeEmergencyTime).With("max", int(MaxEmergencyFor/time.Minute))
	}
	p, err := Get(d.Tx, patient)
	if err != nil {
		return Emergency{}, err
	}
	e := Emergency{
		ID: clinic.NewID[EmergencyID](), Staff: d.Actor.Staff, Patient: patient, Dossier: p.Dossier, Reason: reason,
		From: d.Now, Until: d.Now.Add(lasting),
	}
	d.Record(journal.Event{Kind: kindEmergency, Dossier: p.Dossier, Body: emergencyBody{
		Emergency: e.ID, Patient: patient, Reason: reason, From: e.From, Until: e.Until,
	}})
	return e, nil
}

// ReviewEmergency records that the decision's actor has looked into it. Nobody
// reviews her own.
func ReviewEmergency(d *journal.Decision, id EmergencyID, note string) error {
	e, err := GetEmergency(d.Tx, id)
	switch {
	case err != nil:
		return err
	case !e.ReviewedBy.IsZero():
		return clinic.E(CodeReviewed)
	case e.Staff == d.Actor.Staff:
		return clinic.E(clinic.CodeForbidden)
	case len([]rune(note)) > maxReason:
		return clinic.E(clinic.CodeBadInput)
	}
	d.Record(journal.Event{Kind: kindReviewed, Dossier: e.Dossier, Body: reviewBody{id, strings.TrimSpace(note)}})
	return nil
}

const emergencyColumns = `id, staff, patient, dossier, reason, begins, ends, reviewed_by, reviewed_at, note`

func (e *Emergency) fields() []any {
	return []any{&e.ID, &e.Staff, &e.Patient, &e.Dossier, &e.Reason, &e.From, &e.Until, &e.ReviewedBy, &e.ReviewedAt, &e.Note}
}

// GetEmergency returns one emergency access, or CodeNotFound.
func GetEmergency(tx *sqlite.Tx, id EmergencyID) (Emergency, error) {
	var e Emergency
	err := tx.QueryRow(`SELECT `+emergencyColumns+` FROM care_emergencies WHERE id = ?`, id).Scan(e.fields()...)
	if errors.Is(err, sql.ErrNoRows) {
		return Emergency{}, clinic.E(clinic.CodeNotFound)
	}
	if err != nil {
		return Emergency{}, fmt.Errorf("patients: read emergency: %w", err)
	}
	return e, nil
}

// Emergencies returns those that nobody has reviewed yet, and then the newest of
// the others, up to a limit.
func Emergencies(tx *sqlite.Tx, limit int) ([]Emergency, error) {
	rows, err := tx.Query(`SELECT `+emergencyColumns+` FROM care_emergencies
		ORDER BY reviewed_at <> 0, begins DESC, id LIMIT ?`, limit)
	if err != nil {
		return nil, fmt.Errorf("patients: read emergencies: %w", err)
	}
	defer rows.Close()
	var all []Emergency
	for rows.Next() {
		var e Emergency
		if err := rows.Scan(e.fields()...); err != nil {
			return nil, fmt.Errorf("patients: read emergencies: %w", err)
		}
		all = append(all, e)
	}
	return all, rows.Err()
}

// Identify returns the one patient who is named exactly: by name and birth date,
// or by a number that she alone has. CodeNotFound says no more than that: whoever
// asks does not learn who else there is.
func Identify(tx *sqlite.Tx, name string, born clinic.Date, phone clinic.Phone) (clinic.PatientID, error) {
	query, args := `SELECT id FROM patients WHERE folded = ? AND birth_date = ? LIMIT 2`, []any{Fold(squeeze(name)), born.String()}
	if phone != "" {
		query, args = `SELECT l.patient FROM numbers n JOIN patient_numbers l ON l.number = n.id WHERE n.phone = ? LIMIT 2`,
			[]any{string(phone)}
	}
	rows, err := tx.Query(query, args...)
	if err != nil {
		return clinic.PatientID{}, fmt.Errorf("patients: identify: %w", err)
	}
	defer rows.Close()
	var found []clinic.PatientID
	for rows.Next() {
		var id clinic.PatientID
		if err := rows.Scan(&id); err != nil {
			return clinic.PatientID{}, fmt.Errorf("patients: identify: %w", err)
		}
		found = append(found, id)
	}
	if err := rows.Err(); err != nil {
		return clinic.PatientID{}, fmt.Errorf("patients: identify: %w", err)
	}
	if len(found) != 1 {
		return clinic.PatientID{}, clinic.E(clinic.CodeNotFound)
	}
	return found[0], nil
}
