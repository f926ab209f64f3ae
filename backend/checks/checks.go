// Package checks keeps what is known of the health of the clinic's records: when
// all of them were last read and held against each other, what was found, when
// that is due again, when a backup of them was tried and who has read what that came
// to, and when somebody went on with an older copy of them or carried a readable copy
// out.
//
// A full check ([Run]) reads everything: the files' own structure, the log with
// every link, signature and body, and the views against views made anew. It
// rests as long as it works, so that nobody at the desk waits for it, and goes
// on where it was cut short. It changes nothing and repairs nothing; what it
// finds is for a person to answer.
//
// It finds what has changed on the disk. It cannot find what was wrong when it
// was written, nor an older state of the whole folder, unless an anchor tells.
package checks

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/sqlite"
)

const (
	// Every is how long a full check is good for.
	Every = 7 * 24 * time.Hour
	// Grace is how much later it may come before that is said.
	Grace = 24 * time.Hour
)

// Topic of change.
const Topic = "health"

// Outcome is what a full check came to.
type Outcome string

// The outcomes, the worst last.
const (
	Good           Outcome = "good"
	ListsDiffer    Outcome = "lists"   // the views are not what the log says; making them anew answers it
	RecordsDamaged Outcome = "records" // the log, or what it names, cannot all be read
)

// Part is what a check looks at.
type Part string

// The parts, in the order in which they are checked.
const (
	Files       Part = "files"       // the structure of the files
	Records     Part = "records"     // the log
	Lists       Part = "lists"       // the views
	Attachments Part = "attachments" // the files that the log names
)

// Problem is a fault in one part.
type Problem struct {
	Part Part        `json:"part"`
	Code clinic.Code `json:"code"`
}

// LostFile is an attachment whose file is missing or cannot be read as it was
// written.
type LostFile struct {
	Attachment clinic.AttachmentID `json:"attachment"`
	Code       clinic.Code         `json:"code"`
}

// MaxLost is how many of them a check names. How many there are, and their codes, it
// says in any case.
const MaxLost = 1000

// Finished is what a full check found.
type Finished struct {
	Began    clinic.Instant `json:"began"`
	Outcome  Outcome        `json:"outcome"`
	Problems []Problem      `json:"problems"`
	// Lost names the attachments among what was found, MaxLost of them; LostFiles says
	// how many there are.
	Lost      []LostFile `json:"lost,omitempty"`
	LostFiles int        `json:"lost_files,omitempty"`
	// Events counts the events that were read.
	Events uint64 `json:"events"`
}

// Resumed is that somebody went on with an older copy of the records.
type Resumed struct {
	// Code says how it was noticed: that the log ends too early or went another
	// way, or that the file with the keys is older.
	Code clinic.Code `json:"code"`
	// From and Until bound what is missing; zero where nobody can tell.
	From  clinic.Instant `json:"from"`
	Until clinic.Instant `json:"until"`
	// Sheet says that the recovery sheet was shown for it.
	Sheet bool `json:"sheet"`
}

// Exported is that somebody carried out what could still be read of damaged
// records; all zero where it is not known how much that was.
type Exported struct {
	Events     uint64 `json:"events"`
	Texts      uint64 `json:"texts"`
	Unreadable uint64 `json:"unreadable"`
}

var (
	kindFinished = journal.Kind{Name: "check.finished", Version: 1, MinReader: 1, Class: journal.ClassAudit}
	kindResumed  = journal.Kind{Name: "records.resumed", Version: 1, MinReader: 1, Class: journal.ClassAudit}
	kindExported = journal.Kind{Name: "records.exported", Version: 1, MinReader: 1, Class: journal.ClassAudit}
)

// RecordFinished records what a full check found. One that began at the same
// instant is recorded once.
func RecordFinished(d *journal.Decision, f Finished) {
	if f.Problems == nil {
		f.Problems = []Problem{}
	}
	began := fmt.Appendf(nil, "%d", f.Began)
	d.Record(journal.Event{ID: d.Names.EventID("check.finished", began), Kind: kindFinished, Body: f})
}

// RecordResumed records that the decision's actor went on with an older copy.
func RecordResumed(d *journal.Decision, r Resumed) {
	d.Record(journal.Event{Kind: kindResumed, Body: r})
}

// RecordExported records an export that was made at an instant; its author is the
// decision's actor. The same export twice is one.
func RecordExported(d *journal.Decision, at clinic.Instant, e Exported) {
	id := d.Names.EventID("records.exported", fmt.Appendf(nil, "%d", at), d.Actor.Staff[:])
	d.Record(journal.Event{ID: id, Kind: kindExported, At: at, Body: e})
}

// Last returns the newest full check, when it ended, and whether there was one.
func Last(tx *sqlite.Tx) (f Finished, at clinic.Instant, found bool, err error) {
	var problems, lost string
	err = tx.QueryRow(`SELECT at, began, outcome, problems, lost, lost_files, events FROM checks ORDER BY seq DESC LIMIT 1`).
		Scan(&at, &f.Began, &f.Outcome, &problems, &lost, &f.LostFiles, &f.Events)
	if errors.Is(err, sql.ErrNoRows) {
		return Finished{}, 0, false, nil
	}
	if err == nil {
		err = errors.Join(json.Unmarshal([]byte(problems), &f.Problems), json.Unmarshal([]byte(lost), &f.Lost))
	}
	if err != nil {
		return Finished{}, 0, false, fmt.Errorf("checks: read last check: %w", err)
	}
	return f, at, true, nil
}

// LastResumed returns when somebody last went on with an older copy, and whether
// that ever was.
func LastResumed(tx *sqlite.Tx) (r Resumed, at clinic.Instant, found bool, err error) {
	err = tx.QueryRow(`SELECT at, code, missing_from, missing_until, sheet FROM records_resumed ORDER BY seq DESC LIMIT 1`).
		Scan(&at, &r.Code, &r.From, &r.Until, &r.Sheet)
	if errors.Is(err, sql.ErrNoRows) {
		return Resumed{}, 0, false, nil
	}
	if err != nil {
		return Resumed{}, 0, false, fmt.Errorf("checks: read last resumption: %w", err)
	}
	return r, at, true, nil
}

// LastExported returns when what was left of damaged records was last carried
// out; zero for never.
func LastExported(tx *sqlite.Tx) (at clinic.Instant, err error) {
	err = tx.QueryRow(`SELECT coalesce(max(at), 0) FROM records_exported`).Scan(&at)
	if err != nil {
		return 0, fmt.Errorf("checks: read last export: %w", err)
	}
	return at, nil
}

// Due returns when the next full check is due after one that ended at an
// instant; zero, which is at once, where there was none.
func Due(last clinic.Instant) clinic.Instant {
	if last.IsZero() {
		return 0
	}
	return last.Add(Every)
}

// Overdue reports whether a full check should have been made long since.
func Overdue(last, now clinic.Instant) bool {
	return !last.IsZero() && now.Sub(Due(last)) > Grace
}

// Projection returns the reducer of this package's tables.
func Projection() journal.Projection { return projection{} }

type projection struct{}

func (projection) Name() string { return "checks" }

func (projection) Schema() []string {
	return append(drillSchema(), []string{
		`CREATE TABLE checks (
			seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, began INTEGER NOT NULL, outcome TEXT NOT NULL,
			problems TEXT NOT NULL, lost TEXT NOT NULL, lost_files INTEGER NOT NULL, events INTEGER NOT NULL
		) STRICT`,
		`CREATE TABLE records_resumed (
			seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, staff BLOB, code TEXT NOT NULL,
			missing_from INTEGER NOT NULL, missing_until INTEGER NOT NULL, sheet INTEGER NOT NULL
		) STRICT`,
		`CREATE TABLE records_exported (
			seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, staff BLOB,
			events INTEGER NOT NULL, texts INTEGER NOT NULL, unreadable INTEGER NOT NULL
		) STRICT`,
	}...)
}

func (projection) Kinds() []journal.Kind {
	return []journal.Kind{kindFinished, kindResumed, kindExported, kindDrilled, kindDrillSeen}
}

func (projection) Decisive() []string { return nil }

func (projection) Apply(tx *sqlite.Tx, e journal.Applied, touched *journal.Touched) error {
	if e.Body.Destroyed() {
		return nil
	}
	touched.Add(Topic)
	switch e.Kind {
	case kindDrilled.Name, kindDrillSeen.Name:
		return applyDrill(tx, e)
	case kindFinished.Name:
		var f Finished
		if err := e.Body.Decode(&f); err != nil {
			return err
		}
		problems, err := json.Marshal(f.Problems)
		if err != nil {
			return err
		}
		lost, err := json.Marshal(f.Lost)
		if err != nil {
			return err
		}
		_, err = tx.Exec(`INSERT INTO checks VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
			int64(e.Seq), int64(e.At), int64(f.Began), string(f.Outcome), string(problems), string(lost), f.LostFiles, int64(f.Events))
		return err
	case kindResumed.Name:
		var r Resumed
		if err := e.Body.Decode(&r); err != nil {
			return err
		}
		_, err := tx.Exec(`INSERT INTO records_resumed VALUES (?, ?, ?, ?, ?, ?, ?)`,
			int64(e.Seq), int64(e.At), e.Author, string(r.Code), int64(r.From), int64(r.Until), r.Sheet)
		return err
	case kindExported.Name:
		var x Exported
		if err := e.Body.Decode(&x); err != nil {
			return err
		}
		_, err := tx.Exec(`INSERT INTO records_exported VALUES (?, ?, ?, ?, ?, ?)`,
			int64(e.Seq), int64(e.At), e.Author, int64(x.Events), int64(x.Texts), int64(x.Unreadable))
		return err
	}
	return fmt.Errorf("checks: no rule for kind %s", e.Kind)
}
