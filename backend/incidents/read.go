package incidents

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"quietline/backend/clinic"
	"quietline/backend/sqlite"
)

// Incident is one, as it stands.
type Incident struct {
	ID       ID
	Message  clinic.MessageID
	Thread   clinic.ThreadID
	Number   clinic.NumberID
	Happened clinic.Instant
	About    clinic.PatientID
	Dossier  clinic.DossierID
	// Recipient and Contents are as first reported.
	Recipient  Recipient
	Contents   []Content
	Found      clinic.Date
	ReportedAt clinic.Instant
	ReportedBy clinic.StaffID
	// Pauses says that nobody has decided about the number yet.
	Pauses     bool
	Conclusion Conclusion
	// ToldPatient and ToldHHS are when they were told; zero where they were not.
	ToldPatient, ToldHHS clinic.Date
	// ClosedAt is zero while it is open.
	ClosedAt clinic.Instant
	ClosedBy clinic.StaffID
}

// Task is something that is to be done about an incident.
type Task string

// The tasks, in the order in which they come up.
const (
	DecideTheNumber Task = "number"
	AssessTheRisk   Task = "assess"
	TellThePatient  Task = "patient"
	TellTheHHS      Task = "hhs"
)

// Due is a task and by which day it is to be done; zero is as soon as possible.
type Due struct {
	Task Task
	By   clinic.Date
}

// Due returns what is to be done about the incident, with notices due within some days
// of discovery. As long as nobody has assessed the risk, a breach is presumed and the
// same day counts for that. The report to the department may stay due once it is closed.
func (i Incident) Due(days int) []Due {
	var all []Due
	if i.Pauses {
		all = append(all, Due{Task: DecideTheNumber})
	}
	by := i.Found.AddDays(days)
	switch i.Conclusion {
	case NotAssessed:
		all = append(all, Due{AssessTheRisk, by})
	case Breach:
		if i.ToldPatient.IsZero() {
			all = append(all, Due{TellThePatient, by})
		}
		if i.ToldHHS.IsZero() {
			yearEnd := clinic.Date{Year: i.Found.Year, Month: 12, Day: 31}
			all = append(all, Due{TellTheHHS, yearEnd.AddDays(noticeOfYear)})
		}
	}
	return all
}

const columns = `id, message, thread, number, happened, about, dossier, recipient, contents, found, reported_at, reported_by,
	pauses, conclusion, told_patient, told_hhs, closed_at, closed_by`

func scan(row interface{ Scan(...any) error }) (Incident, error) {
	var i Incident
	var contents, found, patient, hhs string
	if err := row.Scan(&i.ID, &i.Message, &i.Thread, &i.Number, &i.Happened, &i.About, &i.Dossier, &i.Recipient, &contents, &found,
		&i.ReportedAt, &i.ReportedBy, &i.Pauses, &i.Conclusion, &patient, &hhs, &i.ClosedAt, &i.ClosedBy); err != nil {
		return Incident{}, err
	}
	if err := json.Unmarshal([]byte(contents), &i.Contents); err != nil {
		return Incident{}, fmt.Errorf("contents: %w", err)
	}
	for _, d := range []struct {
		to   *clinic.Date
		text string
	}{{&i.Found, found}, {&i.ToldPatient, patient}, {&i.ToldHHS, hhs}} {
		if err := d.to.UnmarshalText([]byte(d.text)); err != nil {
			return Incident{}, fmt.Errorf("date: %w", err)
		}
	}
	return i, nil
}

// Closes reports whether the incident may be closed: nothing is due but the report to the
// department, which for fewer than 500 patients is made once a year.
func (i Incident) Closes() bool {
	return !slices.ContainsFunc(i.Due(mostDays), func(d Due) bool { return d.Task != TellTheHHS })
}

// Reports returns of how many closed ones the department is to be told in the year that
// has begun, or was to be told before, and the first day by which; zero where of none.
func Reports(all []Incident, today clinic.Date) (n int, first clinic.Date) {
	for _, i := range all {
		if i.ClosedAt.IsZero() {
			continue
		}
		for _, due := range i.Due(mostDays) {
			if today.DaysUntil(due.By) > noticeOfYear {
				continue
			}
			if n++; first.IsZero() || due.By.Before(first) {
				first = due.By
			}
		}
	}
	return n, first
}

// Get returns an incident, or CodeNotFound.
func Get(tx *sqlite.Tx, id ID) (Incident, error) {
	i, err := scan(tx.QueryRow(`SELECT `+columns+` FROM incidents WHERE id = ?`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return Incident{}, clinic.E(clinic.CodeNotFound)
	}
	if err != nil {
		return Incident{}, fmt.Errorf("incidents: read: %w", err)
	}
	return i, nil
}

// List returns the open incidents and those whose report to the department is due, those
// found first first, and then the newest of the others, up to a limit.
func List(tx *sqlite.Tx, limit int) ([]Incident, error) {
	rows, err := tx.Query(`SELECT `+columns+` FROM incidents
		ORDER BY closed_at <> 0, conclusion <> ?1 OR told_hhs <> '',
			CASE WHEN closed_at = 0 OR conclusion = ?1 AND told_hhs = '' THEN found END, closed_at DESC, id LIMIT ?2`, string(Breach), limit)
	if err != nil {
		return nil, fmt.Errorf("incidents: read: %w", err)
	}
	defer rows.Close()
	var all []Incident
	for rows.Next() {
		i, err := scan(rows)
		if err != nil {
			return nil, fmt.Errorf("incidents: read: %w", err)
		}
		all = append(all, i)
	}
	return all, rows.Err()
}

// Of returns the incidents of those of some texts that went to the wrong person.
func Of(tx *sqlite.Tx, texts ...clinic.MessageID) (map[clinic.MessageID]ID, error) {
	rows, err := tx.Query(`SELECT message, id FROM incidents WHERE message IN `+sqlite.InSet, sqlite.Set(texts...))
	if err != nil {
		return nil, fmt.Errorf("incidents: read of texts: %w", err)
	}
	defer rows.Close()
	all := map[clinic.MessageID]ID{}
	for rows.Next() {
		var m clinic.MessageID
		var id ID
		if err := rows.Scan(&m, &id); err != nil {
			return nil, fmt.Errorf("incidents: read of texts: %w", err)
		}
		all[m] = id
	}
	return all, rows.Err()
}

// Paused returns those of some numbers to which nothing may go until somebody decides.
func Paused(tx *sqlite.Tx, numbers ...clinic.NumberID) (map[clinic.NumberID]bool, error) {
	rows, err := tx.Query(`SELECT number FROM incidents WHERE pauses = 1 AND number IN `+sqlite.InSet, sqlite.Set(numbers...))
	if err != nil {
		return nil, fmt.Errorf("incidents: read pauses: %w", err)
	}
	defer rows.Close()
	all := map[clinic.NumberID]bool{}
	for rows.Next() {
		var id clinic.NumberID
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("incidents: read pauses: %w", err)
		}
		all[id] = true
	}
	return all, rows.Err()
}

// Days returns within how many days of discovery a patient is told of a breach.
func Days(tx *sqlite.Tx) (int, error) {
	days := mostDays
	err := tx.QueryRow(`SELECT days FROM incident_days WHERE one = 1`).Scan(&days)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, fmt.Errorf("incidents: read days: %w", err)
	}
	return days, nil
}

// What happened to an incident.
type What string

// The steps.
const (
	WhatOpened   What = "opened"
	WhatNoted    What = "noted"
	WhatNumber   What = "number"
	WhatAssessed What = "assessed"
	WhatTold     What = "told"
	WhatClosed   What = "closed"
)

// Step is one thing that happened to an incident. What does not belong to it is zero.
type Step struct {
	At   clinic.Instant
	By   clinic.StaffID
	What What
	stepBody
}

// stepBody joins what the steps say, in the shapes of their events.
type stepBody struct {
	Done       []Deed      `json:"done,omitempty"`
	Words      string      `json:"words,omitempty"`
	Right      bool        `json:"right,omitempty"`
	Factors    *Factors    `json:"factors,omitempty"`
	Conclusion Conclusion  `json:"conclusion,omitempty"`
	Whom       Told        `json:"whom,omitempty"`
	On         clinic.Date `json:"on,omitzero"`
}

// History returns all that happened to an incident, oldest first.
func History(tx *sqlite.Tx, id ID) ([]Step, error) {
	rows, err := tx.Query(`SELECT at, staff, what, body FROM incident_steps WHERE incident = ? ORDER BY seq`, id)
	if err != nil {
		return nil, fmt.Errorf("incidents: read history: %w", err)
	}
	defer rows.Close()
	var all []Step
	for rows.Next() {
		var s Step
		var body string
		if err := rows.Scan(&s.At, &s.By, &s.What, &body); err != nil {
			return nil, fmt.Errorf("incidents: read history: %w", err)
		}
		if err := json.Unmarshal([]byte(body), &s.stepBody); err != nil {
			return nil, fmt.Errorf("incidents: read history: %w", err)
		}
		all = append(all, s)
	}
	return all, rows.Err()
}

// Disclosure is one entry in the accounting of a patient.
type Disclosure struct {
	Incident  ID
	Thread    clinic.ThreadID
	At        clinic.Instant
	Number    clinic.NumberID
	Recipient Recipient
	Contents  []Content
}

// DisclosuresOf returns the accounting of a patient, newest first.
func DisclosuresOf(tx *sqlite.Tx, id clinic.PatientID) ([]Disclosure, error) {
	rows, err := tx.Query(`SELECT d.incident, i.thread, d.at, d.number, d.recipient, d.contents
		FROM disclosures d JOIN incidents i ON i.id = d.incident WHERE d.patient = ? ORDER BY d.at DESC, d.seq DESC`, id)
	if err != nil {
		return nil, fmt.Errorf("incidents: read disclosures: %w", err)
	}
	defer rows.Close()
	var all []Disclosure
	for rows.Next() {
		var d Disclosure
		var contents string
		if err := rows.Scan(&d.Incident, &d.Thread, &d.At, &d.Number, &d.Recipient, &contents); err != nil {
			return nil, fmt.Errorf("incidents: read disclosures: %w", err)
		}
		if err := json.Unmarshal([]byte(contents), &d.Contents); err != nil {
			return nil, fmt.Errorf("incidents: read disclosures: %w", err)
		}
		all = append(all, d)
	}
	return all, rows.Err()
}
