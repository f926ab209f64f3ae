package patients

import (
	"fmt"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/sqlite"
)

// Codes of care teams.
const (
	// CodeCoverTime: a cover ends after it begins, in the future, and lasts at most
	// MaxCover.
	CodeCoverTime clinic.Code = "patients.cover_time"
	// CodeCoverSelf: nobody covers for herself.
	CodeCoverSelf clinic.Code = "patients.cover_self"
)

// MaxCover is how long a cover lasts at most: a longer absence is a hand-over.
const MaxCover = 92 * 24 * time.Hour

// TopicCare is touched when somebody's patients change.
const TopicCare = "care"

type coverKind struct{}

// CoverID names one cover.
type CoverID = clinic.ID[coverKind]

// Cover lets one clinician see the patients of another, from one moment up to
// but not including another.
type Cover struct {
	ID    CoverID        `json:"id"`
	Of    clinic.StaffID `json:"of"`
	By    clinic.StaffID `json:"by"`
	From  clinic.Instant `json:"from"`
	Until clinic.Instant `json:"until"`
}

type careBody struct {
	Patient clinic.PatientID `json:"patient"`
	Staff   clinic.StaffID   `json:"staff"`
}

type handedBody struct {
	From clinic.StaffID `json:"from"`
	// To is zero where the patients wait for a therapist.
	To clinic.StaffID `json:"to"`
}

type coverBody struct {
	Cover CoverID `json:"cover"`
}

type restrictedBody struct {
	Patient    clinic.PatientID `json:"patient"`
	Restricted bool             `json:"restricted"`
}

var (
	kindCare       = journal.Kind{Name: "care.assigned", Version: 1, MinReader: 1, Class: journal.ClassPatient}
	kindCareEnded  = journal.Kind{Name: "care.ended", Version: 1, MinReader: 1, Class: journal.ClassPatient}
	kindHandedOver = journal.Kind{Name: "care.handed_over", Version: 1, MinReader: 1, Class: journal.ClassStaff}
	kindCovered    = journal.Kind{Name: "care.covered", Version: 1, MinReader: 1, Class: journal.ClassStaff}
	kindCoverEnded = journal.Kind{Name: "care.cover_ended", Version: 1, MinReader: 1, Class: journal.ClassStaff}
	kindRestricted = journal.Kind{Name: "care.restricted", Version: 1, MinReader: 1, Class: journal.ClassPatient}
)

// Assign puts a clinician on a patient's care team. Whether that person is a
// clinician is the caller's to know. Doing it again does nothing.
func Assign(d *journal.Decision, patient clinic.PatientID, to clinic.StaffID) error {
	return changeTeam(d, kindCare, patient, to, false)
}

// EndCare takes a clinician off a patient's care team. Doing it again does
// nothing.
func EndCare(d *journal.Decision, patient clinic.PatientID, of clinic.StaffID) error {
	return changeTeam(d, kindCareEnded, patient, of, true)
}

func changeTeam(d *journal.Decision, kind journal.Kind, patient clinic.PatientID, who clinic.StaffID, there bool) error {
	p, err := Get(d.Tx, patient)
	if err != nil {
		return err
	}
	var is bool
	if err := d.Tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM care_therapists WHERE staff = ? AND patient = ?)`,
		who, patient).Scan(&is); err != nil {
		return fmt.Errorf("patients: read care team: %w", err)
	}
	if is == there {
		d.Record(journal.Event{Kind: kind, Dossier: p.Dossier, Body: careBody{patient, who}})
	}
	return nil
}

// HandOver ends a person's place on every care team, and gives those patients
// who would have nobody left to another, or to nobody for the zero id. Her covers
// end with it.
func HandOver(d *journal.Decision, from, to clinic.StaffID) {
	d.Record(journal.Event{Kind: kindHandedOver, Body: handedBody{from, to}})
}

// ArrangeCover records a cover.
func ArrangeCover(d *journal.Decision, c Cover) error {
	switch {
	case c.Of == c.By || c.Of.IsZero() || c.By.IsZero():
		return clinic.E(CodeCoverSelf)
	case c.Until <= c.From, c.Until <= d.Now, c.Until.Sub(c.From) > MaxCover:
		return clinic.E(CodeCoverTime)
	}
	c.ID = clinic.NewID[CoverID]()
	d.Record(journal.Event{Kind: kindCovered, Body: c})
	return nil
}

// EndCover ends a cover, at once.
func EndCover(d *journal.Decision, id CoverID) {
	d.Record(journal.Event{Kind: kindCoverEnded, Body: coverBody{id}})
}

// Restrict keeps a patient's texts among clinicians, or lets the desk see them
// again.
func Restrict(d *journal.Decision, patient clinic.PatientID, restricted bool) error {
	p, err := Get(d.Tx, patient)
	if err != nil {
		return err
	}
	if now, err := IsRestricted(d.Tx, patient); err != nil || now == restricted {
		return err
	}
	d.Record(journal.Event{Kind: kindRestricted, Dossier: p.Dossier, Body: restrictedBody{patient, restricted}})
	return nil
}

// IsRestricted reports whether a patient's texts are for clinicians only.
func IsRestricted(tx *sqlite.Tx, patient clinic.PatientID) (bool, error) {
	var is bool
	err := tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM care_restricted WHERE patient = ?)`, patient).Scan(&is)
	if err != nil {
		return false, fmt.Errorf("patients: read restriction: %w", err)
	}
	return is, nil
}

// CareTeam returns who cares for a patient, who was assigned first first.
func CareTeam(tx *sqlite.Tx, patient clinic.PatientID) ([]clinic.StaffID, error) {
	rows, err := tx.Query(`SELECT staff FROM care_therapists WHERE patient = ? ORDER BY seq, staff`, patient)
	if err != nil {
		return nil, fmt.Errorf("patients: read care team: %w", err)
	}
	defer rows.Close()
	var all []clinic.StaffID
	for rows.Next() {
		var id clinic.StaffID
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("patients: read care team: %w", err)
		}
		all = append(all, id)
	}
	return all, rows.Err()
}

// CaredBy counts the patients of each of those who have any.
func CaredBy(tx *sqlite.Tx) (map[clinic.StaffID]int, error) {
	rows, err := tx.Query(`SELECT staff, count(*) FROM care_therapists GROUP BY staff`)
	if err != nil {
		return nil, fmt.Errorf("patients: count care: %w", err)
	}
	defer rows.Close()
	all := map[clinic.StaffID]int{}
	for rows.Next() {
		var id clinic.StaffID
		var n int
		if err := rows.Scan(&id, &n); err != nil {
			return nil, fmt.Errorf("patients: count care: %w", err)
		}
		all[id] = n
	}
	return all, rows.Err()
}

// Depending returns the first patients, by name, whom nobody but one person cares
// for, and how many there are. For the zero id: whom nobody cares for at all.
func Depending(tx *sqlite.Tx, on clinic.StaffID, limit int) (some []Named, all int, err error) {
	where := `EXISTS (SELECT 1 FROM care_therapists t WHERE t.patient = p.id AND t.staff = ?1)
		AND NOT EXISTS (SELECT 1 FROM care_therapists t WHERE t.patient = p.id AND t.staff <> ?1)`
	args := []any{on}
	if on.IsZero() {
		where, args = `NOT EXISTS (SELECT 1 FROM care_therapists t WHERE t.patient = p.id)`, nil
	}
	if err := tx.QueryRow(`SELECT count(*) FROM patients p WHERE `+where, args...).Scan(&all); err != nil {
		return nil, 0, fmt.Errorf("patients: count care: %w", err)
	}
	some, err = named(tx.Query(`SELECT p.id, p.dossier, p.name FROM patients p WHERE `+where+
		fmt.Sprintf(` ORDER BY p.folded, p.id LIMIT %d`, limit), args...))
	return some, all, err
}

// Covers returns the covers that have not ended at a moment, first to begin
// first: all of them, or those of and by one person.
func Covers(tx *sqlite.Tx, of clinic.StaffID, at clinic.Instant) ([]Cover, error) {
	rows, err := tx.Query(`SELECT id, of, by, begins, ends FROM care_covers
		WHERE ends > ?1 AND (?2 IS NULL OR of = ?2 OR by = ?2) ORDER BY begins, id`, int64(at), of)
	if err != nil {
		return nil, fmt.Errorf("patients: read covers: %w", err)
	}
	defer rows.Close()
	var all []Cover
	for rows.Next() {
		var c Cover
		if err := rows.Scan(&c.ID, &c.Of, &c.By, &c.From, &c.Until); err != nil {
			return nil, fmt.Errorf("patients: read covers: %w", err)
		}
		all = append(all, c)
	}
	return all, rows.Err()
}

// GetCover returns a cover, or CodeNotFound where there is none any more.
func GetCover(tx *sqlite.Tx, id CoverID) (Cover, error) {
	c := Cover{ID: id}
	err := tx.QueryRow(`SELECT of, by, begins, ends FROM care_covers WHERE id = ?`, id).Scan(&c.Of, &c.By, &c.From, &c.Until)
	return c, oneRow(err)
}
