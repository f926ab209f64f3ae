// Package audit keeps who saw what and when: every thread and record opened,
// every list shown, every lock and sign-in.
//
// An entry is an event, so it cannot be left out, changed or removed without
// breaking the chain. It names dossiers and never repeats content. Reviewing and
// reporting come later; nothing recorded now will be missing then.
package audit

import (
	"encoding/binary"
	"encoding/json"
	"fmt"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/sqlite"
)

// Access is one look at content.
type Access struct {
	// Kind is what was looked at: inbox, thread, patient, ….
	Kind string `json:"kind"`
	// Seen are the dossiers whose content was in the answer.
	Seen []clinic.DossierID `json:"seen"`
}

// Step is a step of a session.
type Step string

// The steps of a session.
const (
	SignedIn  Step = "signed_in"
	Reopened  Step = "reopened" // with the short passphrase, after a lock
	Locked    Step = "locked"
	Recovered Step = "recovered" // opened with the recovery sheet
	Arrived   Step = "arrived"   // opened where it has just come from another computer
	// ChangedPassphrase: by who has it. Who gave one to somebody else is recorded with
	// whom; see RecordPassphraseGiven.
	ChangedPassphrase Step = "changed_passphrase"
	gavePassphrase    Step = "gave_passphrase"
	// The recovery sheet was typed back from the paper, or another took its place.
	CheckedSheet  Step = "checked_sheet"
	ReplacedSheet Step = "replaced_sheet"
)

var (
	kindAccess   = journal.Kind{Name: "access.recorded", Version: 1, MinReader: 1, Class: journal.ClassAudit}
	kindFailures = journal.Kind{Name: "session.failures", Version: 1, MinReader: 1, Class: journal.ClassAudit}
	kindStep     = journal.Kind{Name: "session.step", Version: 1, MinReader: 1, Class: journal.ClassAudit}
	kindLate     = journal.Kind{Name: "session.locked_late", Version: 1, MinReader: 1, Class: journal.ClassAudit}
	kindGiven    = journal.Kind{Name: "session.passphrase_given", Version: 1, MinReader: 1, Class: journal.ClassAudit}
	kindRefused  = journal.Kind{Name: "session.refused", Version: 1, MinReader: 1, Class: journal.ClassAudit}
)

type failuresBody struct {
	Count int `json:"count"`
}

type stepBody struct {
	Step Step `json:"step"`
}

type givenBody struct {
	To clinic.StaffID `json:"to"`
}

// lateBody is a lock, or an attempt that failed, that was recorded when somebody
// signed in.
type lateBody struct {
	At clinic.Instant `json:"at"`
}

// RecordAccess records a look; its author is the decision's actor.
func RecordAccess(d *journal.Decision, a Access) {
	d.Record(journal.Event{Kind: kindAccess, Body: a})
}

// RecordStep records a step of a session.
func RecordStep(d *journal.Decision, s Step) {
	d.Record(journal.Event{Kind: kindStep, Body: stepBody{s}})
}

// RecordPassphraseGiven records that the decision's actor gave somebody else a new
// passphrase. Whoever does that could sign in as her, so it is on record who it was.
func RecordPassphraseGiven(d *journal.Decision, to clinic.StaffID) {
	d.Record(journal.Event{Kind: kindGiven, Body: givenBody{to}})
}

// RecordLateLock records a lock of the decision's actor that could not be recorded
// when it happened: the keys do not wait for a slow disk. The same lock twice is
// one.
func RecordLateLock(d *journal.Decision, at clinic.Instant) {
	when := binary.BigEndian.AppendUint64(nil, uint64(at))
	d.Record(journal.Event{
		ID: d.Names.EventID("session.locked_late", d.Actor.Staff[:], when), Kind: kindLate, Body: lateBody{at},
	})
}

// RecordRefused records one attempt to sign in as the decision's actor that failed
// at an instant, while the clinic was locked. Recording it again does nothing. It
// is not counted among the failures: those are counted where they happen, and
// recorded together at the next sign-in of the same person.
func RecordRefused(d *journal.Decision, id clinic.EventID, at clinic.Instant) {
	d.Record(journal.Event{ID: id, Kind: kindRefused, Body: lateBody{at}})
}

// RecordFailures records how many attempts to sign in as the decision's actor
// failed on this device since the last that succeeded.
func RecordFailures(d *journal.Decision, n int) {
	d.Record(journal.Event{Kind: kindFailures, Body: failuresBody{n}})
}

// Entry is a line of the access record.
type Entry struct {
	At   clinic.Instant
	By   clinic.StaffID
	Kind string
	Seen []clinic.DossierID
}

// Newest returns the newest entries of the access record, newest first.
func Newest(tx *sqlite.Tx, limit int) ([]Entry, error) {
	rows, err := tx.Query(`SELECT at, staff, kind, seen FROM audit_access ORDER BY seq DESC LIMIT ?`, limit)
	if err != nil {
		return nil, fmt.Errorf("audit: read: %w", err)
	}
	defer rows.Close()
	var entries []Entry
	for rows.Next() {
		var e Entry
		var seen string
		if err := rows.Scan(&e.At, &e.By, &e.Kind, &seen); err != nil {
			return nil, fmt.Errorf("audit: read: %w", err)
		}
		if err := json.Unmarshal([]byte(seen), &e.Seen); err != nil {
			return nil, fmt.Errorf("audit: read dossiers: %w", err)
		}
		entries = append(entries, e)
	}
	return entries, rows.Err()
}

// Failures are failed attempts to sign in as somebody: how many, and when the
// newest of them were found, at her next sign-in.
type Failures struct {
	Count int
	Last  clinic.Instant
}

// FailuresSince returns the failed attempts that were found since a moment.
func FailuresSince(tx *sqlite.Tx, since clinic.Instant) (map[clinic.StaffID]Failures, error) {
	rows, err := tx.Query(`SELECT staff, sum(count), max(at) FROM audit_failures WHERE at >= ? GROUP BY staff`, int64(since))
	if err != nil {
		return nil, fmt.Errorf("audit: read failures: %w", err)
	}
	defer rows.Close()
	all := map[clinic.StaffID]Failures{}
	for rows.Next() {
		var id clinic.StaffID
		var f Failures
		if err := rows.Scan(&id, &f.Count, &f.Last); err != nil {
			return nil, fmt.Errorf("audit: read failures: %w", err)
		}
		all[id] = f
	}
	return all, rows.Err()
}

// Look is how often somebody looked at something of one dossier.
type Look struct {
	Kind  string
	Times int
}

// LooksAt returns what somebody looked at of a dossier from one moment up to but
// not including another, by kind.
func LooksAt(tx *sqlite.Tx, by clinic.StaffID, dossier clinic.DossierID, from, until clinic.Instant) ([]Look, error) {
	rows, err := tx.Query(`SELECT kind, count(*) FROM audit_access a WHERE staff = ? AND at >= ? AND at < ?
		AND EXISTS (SELECT 1 FROM json_each(a.seen) WHERE value = ?) GROUP BY kind ORDER BY kind`,
		by, int64(from), int64(until), dossier.String())
	if err != nil {
		return nil, fmt.Errorf("audit: read looks: %w", err)
	}
	defer rows.Close()
	var all []Look
	for rows.Next() {
		var l Look
		if err := rows.Scan(&l.Kind, &l.Times); err != nil {
			return nil, fmt.Errorf("audit: read looks: %w", err)
		}
		all = append(all, l)
	}
	return all, rows.Err()
}

// Projection returns the reducer of this package's table.
func Projection() journal.Projection { return projection{} }

type projection struct{}

func (projection) Name() string { return "audit" }

func (projection) Schema() []string {
	return []string{
		`CREATE TABLE audit_access (
			seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, staff BLOB, kind TEXT NOT NULL, seen TEXT NOT NULL
		) STRICT`,
		`CREATE INDEX audit_access_by ON audit_access (staff, at)`,
		`CREATE TABLE audit_failures (
			seq INTEGER PRIMARY KEY, staff BLOB NOT NULL, at INTEGER NOT NULL, count INTEGER NOT NULL
		) STRICT`,
	}
}

func (projection) Kinds() []journal.Kind {
	return []journal.Kind{kindAccess, kindStep, kindLate, kindFailures, kindRefused, kindGiven}
}

func (projection) Decisive() []string { return nil }

func (projection) Apply(tx *sqlite.Tx, e journal.Applied, _ *journal.Touched) error {
	if e.Body.Destroyed() {
		return nil
	}
	var a Access
	at := e.At
	switch e.Kind {
	case kindAccess.Name:
		if err := e.Body.Decode(&a); err != nil {
			return err
		}
	case kindStep.Name:
		var s stepBody
		if err := e.Body.Decode(&s); err != nil {
			return err
		}
		a = Access{Kind: string(s.Step), Seen: []clinic.DossierID{}}
	case kindLate.Name:
		var l lateBody
		if err := e.Body.Decode(&l); err != nil {
			return err
		}
		a, at = Access{Kind: string(Locked), Seen: []clinic.DossierID{}}, l.At
	case kindRefused.Name:
		var l lateBody
		if err := e.Body.Decode(&l); err != nil {
			return err
		}
		a, at = Access{Kind: "sign_in_refused", Seen: []clinic.DossierID{}}, l.At
	case kindGiven.Name:
		a = Access{Kind: string(gavePassphrase), Seen: []clinic.DossierID{}}
	case kindFailures.Name:
		var f failuresBody
		if err := e.Body.Decode(&f); err != nil {
			return err
		}
		a = Access{Kind: "sign_in_failed", Seen: []clinic.DossierID{}}
		if _, err := tx.Exec(`INSERT INTO audit_failures VALUES (?, ?, ?, ?)`,
			int64(e.Pos.Seq), e.Author, int64(e.At), f.Count); err != nil {
			return err
		}
	default:
		return fmt.Errorf("audit: no rule for kind %s", e.Kind)
	}
	seen, err := json.Marshal(a.Seen)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO audit_access (seq, at, staff, kind, seen) VALUES (?, ?, ?, ?, ?)`,
		int64(e.Pos.Seq), int64(at), e.Author, a.Kind, string(seen))
	return err
}
