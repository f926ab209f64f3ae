// Package records assembles what the clinic puts on paper, and tells later
// whether a paper still says what is kept.
//
// What stands on a paper is gathered here from the records, within the sight of
// whoever asks; how it is laid out is the screen's. Making one is an event: which
// paper, of which consent, when and by whom. A consent record bears the code of
// its consent and a check of its content. Whoever types the two learns whether the
// paper says what is kept now, said it once, or never did.
//
// Limits: the check is twenty bits. It finds a paper that is out of date or was
// altered by hand; the answer shows what is kept, for a person to compare. A paper
// is evidence only together with these records. Nothing is kept of the pages
// themselves.
package records

import (
	"fmt"

	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/incidents"
	"quietline/backend/journal"
	"quietline/backend/sqlite"
)

// Codes of this package.
const (
	// CodeGone: a paper that is not held any more is to be printed or saved.
	CodeGone clinic.Code = "records.gone"
	// CodeTooMany: more than one paper takes; the parameter "most" says how many it
	// takes.
	CodeTooMany clinic.Code = "records.too_many"
	// CodeEmpty: there is nothing to put on the paper.
	CodeEmpty clinic.Code = "records.empty"
	// CodeUnknown: a code that no consent in sight has.
	CodeUnknown clinic.Code = "records.unknown"
	// CodeNotSaved: the file could not be written where the person said.
	CodeNotSaved clinic.Code = "records.not_saved"
)

// Codes lists the codes of this package.
func Codes() []clinic.Code {
	return []clinic.Code{CodeGone, CodeTooMany, CodeEmpty, CodeUnknown, CodeNotSaved}
}

// Sort is what a paper is.
type Sort string

// The papers.
const (
	ConsentRecord Sort = "consent"
	Form          Sort = "form"
	Register      Sort = "register"
	SentTexts     Sort = "texts"
	Incident      Sort = "incident"
)

// Made is a paper that was made.
type Made struct {
	Sort Sort `json:"sort"`
	// Consent is that of a consent record, and Sum the sum of what stands on it.
	Consent clinic.ConsentID `json:"consent,omitzero"`
	Sum     Sum              `json:"sum,omitzero"`
	// Form is the version of a form.
	Form string `json:"form,omitzero"`
	// Copy is the id of one printed copy of a form, from which its code derives; zero
	// where the copy bears none. Patient is whom it is filled in for, or zero, and Sum
	// the form's hash. Since version 2.
	Copy    Key              `json:"copy,omitzero"`
	Patient clinic.PatientID `json:"patient,omitzero"`
	// Incident is that of an incident page. Since version 3.
	Incident incidents.ID `json:"incident,omitzero"`
	// People is how many patients are on it.
	People int `json:"people"`
}

// kindMade names ids and sums alone, and so outlives what it points to.
var kindMade = journal.Kind{Name: "paper.made", Version: 3, MinReader: 1, Class: journal.ClassAudit}

// RecordMade records that the decision's actor makes a paper.
func RecordMade(d *journal.Decision, m Made) {
	d.Record(journal.Event{Kind: kindMade, Body: m})
}

// Print is a paper that was made of a consent.
type Print struct {
	At  clinic.Instant
	By  clinic.StaffID
	Sum Sum
}

// prints returns the papers that were made of a consent, newest first.
func prints(tx *sqlite.Tx, id clinic.ConsentID) ([]Print, error) {
	rows, err := tx.Query(`SELECT at, staff, sum FROM papers WHERE consent = ? ORDER BY seq DESC`, id)
	if err != nil {
		return nil, fmt.Errorf("records: read papers: %w", err)
	}
	defer rows.Close()
	var all []Print
	for rows.Next() {
		var p Print
		if err := rows.Scan(&p.At, &p.By, &p.Sum); err != nil {
			return nil, fmt.Errorf("records: read papers: %w", err)
		}
		all = append(all, p)
	}
	return all, rows.Err()
}

// Projection returns the reducer of this package's table.
func Projection() journal.Projection { return projection{} }

type projection struct{}

func (projection) Name() string { return "records" }

func (projection) Schema() []string {
	return []string{
		`CREATE TABLE papers (
			seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, staff BLOB, sort TEXT NOT NULL,
			consent BLOB, sum TEXT NOT NULL, form TEXT NOT NULL, people INTEGER NOT NULL, patient BLOB, copy TEXT NOT NULL
		) STRICT`,
		`CREATE INDEX papers_by_copy ON papers (copy) WHERE copy <> ''`,
		`CREATE INDEX papers_of_consent ON papers (consent, seq) WHERE sort = 'consent'`,
	}
}

func (projection) Kinds() []journal.Kind { return []journal.Kind{kindMade} }

func (projection) Decisive() []string { return nil }

func (projection) Apply(tx *sqlite.Tx, e journal.Applied, _ *journal.Touched) error {
	if e.Body.Destroyed() {
		return nil
	}
	var m Made
	if err := e.Body.Decode(&m); err != nil {
		return err
	}
	copied := ""
	if !m.Copy.IsZero() {
		copied = string(consent.CodeOfCopy(m.Copy))
	}
	if _, err := tx.Exec(`INSERT INTO papers (seq, at, staff, sort, consent, sum, form, people, patient, copy) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		int64(e.Pos.Seq), int64(e.At), e.Author, string(m.Sort), m.Consent, string(m.Sum), m.Form, m.People, m.Patient, copied); err != nil {
		return fmt.Errorf("records: keep paper: %w", err)
	}
	return nil
}

// sees answers CodeNotFound for a consent of somebody out of sight, as for one that
// does not exist.
func sees(tx *sqlite.Tx, s Sight, c consent.Consent) error {
	seen, err := s.Sees(tx, c.Patient)
	if err == nil && !seen {
		err = clinic.E(clinic.CodeNotFound)
	}
	return err
}
