package checks

import (
	"database/sql"
	"errors"
	"fmt"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/sqlite"
)

const (
	// DrillAgain is how soon a backup is tried again that did not bring the records back.
	DrillAgain = 24 * time.Hour
	// DrillSpoiledAgain is how soon one is that did, and lost a picture or a file: the next
	// copy has it again, and all of a large clinic is not brought back each day for it.
	DrillSpoiledAgain = 7 * 24 * time.Hour
	// DrillGrace is how much later a drill may come before that is said: the disk may
	// lie elsewhere for a while.
	DrillGrace = 7 * 24 * time.Hour
)

// DrillOutcome is what trying a backup came to.
type DrillOutcome string

// The outcomes, the worst last.
const (
	DrillGood    DrillOutcome = "good"    // what came back is the clinic, row by row
	DrillSpoiled DrillOutcome = "spoiled" // it is, but for some pictures or files
	DrillDiffers DrillOutcome = "differs" // something else came back
	DrillDamaged DrillOutcome = "damaged" // it could not be brought back
)

// Drilled is that a backup was restored to try it. Its author is who asked for it,
// nobody where it was due.
type Drilled struct {
	Began   clinic.Instant `json:"began"`
	Outcome DrillOutcome   `json:"outcome"`
	// Code says why nothing could be brought back; empty otherwise.
	Code clinic.Code `json:"code,omitempty"`
	// Folder is where the backup lies, Copy the number of the copy, Made when that was
	// made.
	Folder string         `json:"folder"`
	Copy   uint64         `json:"copy"`
	Made   clinic.Instant `json:"made"`
	// Events and Attachments count what came back, Spoiled the attachments that did not
	// although the clinic has them.
	Events      uint64 `json:"events"`
	Attachments uint64 `json:"attachments"`
	Spoiled     uint64 `json:"spoiled"`
	// Content is the hash of the clinic's content, in hexadecimal.
	Content string `json:"content"`
	// Copying, Restoring and Opening are how long each was worked on, in milliseconds.
	Copying   int64 `json:"copying"`
	Restoring int64 `json:"restoring"`
	Opening   int64 `json:"opening"`
}

// DrillSeen is that somebody has read what a drill came to.
type DrillSeen struct {
	// Began names the drill.
	Began clinic.Instant `json:"began"`
}

// Seen is who has read it, and when.
type Seen struct {
	By clinic.StaffID
	At clinic.Instant
}

// Drill is a drill on record.
type Drill struct {
	Drilled
	// Ended is when it was recorded, By who asked for it.
	Ended clinic.Instant
	By    clinic.StaffID
	// Seen lists who has read it, the first first.
	Seen []Seen
}

var (
	kindDrilled   = journal.Kind{Name: "drill.finished", Version: 1, MinReader: 1, Class: journal.ClassAudit}
	kindDrillSeen = journal.Kind{Name: "drill.seen", Version: 1, MinReader: 1, Class: journal.ClassAudit}
)

// RecordDrilled records what a drill came to. One that began at the same instant is
// recorded once.
func RecordDrilled(d *journal.Decision, r Drilled) {
	id := d.Names.EventID("drill.finished", fmt.Appendf(nil, "%d", r.Began))
	d.Record(journal.Event{ID: id, Kind: kindDrilled, Body: r})
}

// RecordDrillSeen records that the decision's actor has read what a drill came to; the
// first time counts. clinic.CodeNotFound: there is no such drill.
func RecordDrillSeen(d *journal.Decision, began clinic.Instant) error {
	var there, seen bool
	err := d.Tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM drills WHERE began = ?), EXISTS (SELECT 1 FROM drills_seen WHERE began = ? AND staff = ?)`,
		int64(began), int64(began), d.Actor.Staff).Scan(&there, &seen)
	switch {
	case err != nil:
		return fmt.Errorf("checks: look for a drill: %w", err)
	case !there:
		return clinic.E(clinic.CodeNotFound)
	case seen:
		return nil
	}
	d.Record(journal.Event{Kind: kindDrillSeen, Body: DrillSeen{Began: began}})
	return nil
}

// Drills returns the newest drills, the newest first, at most so many.
func Drills(tx *sqlite.Tx, most int) ([]Drill, error) {
	var all []Drill
	rows, err := tx.Query(`SELECT at, staff, began, outcome, code, folder, copy, made, events, attachments, spoiled, content,
		copying, restoring, opening FROM drills ORDER BY seq DESC LIMIT ?`, most)
	if err != nil {
		return nil, fmt.Errorf("checks: read drills: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var d Drill
		if err := rows.Scan(&d.Ended, &d.By, &d.Began, &d.Outcome, &d.Code, &d.Folder, &d.Copy, &d.Made, &d.Events, &d.Attachments,
			&d.Spoiled, &d.Content, &d.Copying, &d.Restoring, &d.Opening); err != nil {
			return nil, fmt.Errorf("checks: read drills: %w", err)
		}
		all = append(all, d)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("checks: read drills: %w", err)
	}
	for i := range all {
		if all[i].Seen, err = drillSeen(tx, all[i].Began); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func drillSeen(tx *sqlite.Tx, began clinic.Instant) (all []Seen, err error) {
	rows, err := tx.Query(`SELECT staff, at FROM drills_seen WHERE began = ? ORDER BY at, staff`, int64(began))
	if err != nil {
		return nil, fmt.Errorf("checks: read who has seen a drill: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var s Seen
		if err := rows.Scan(&s.By, &s.At); err != nil {
			return nil, fmt.Errorf("checks: read who has seen a drill: %w", err)
		}
		all = append(all, s)
	}
	return all, rows.Err()
}

// LastGoodDrill returns when the backup in a folder last brought all records back, but
// for some pictures or files perhaps; zero for never.
func LastGoodDrill(tx *sqlite.Tx, folder string) (at clinic.Instant, err error) {
	err = tx.QueryRow(`SELECT at FROM drills WHERE folder = ? AND outcome IN (?, ?) ORDER BY seq DESC LIMIT 1`,
		folder, string(DrillGood), string(DrillSpoiled)).Scan(&at)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("checks: read last good drill: %w", err)
	}
	return at, nil
}

// LastDrill returns the last drill of the backup in a folder; nil for none.
func LastDrill(tx *sqlite.Tx, folder string) (*Drill, error) {
	d := Drill{Drilled: Drilled{Folder: folder}}
	err := tx.QueryRow(`SELECT at, began, outcome FROM drills WHERE folder = ? ORDER BY seq DESC LIMIT 1`, folder).
		Scan(&d.Ended, &d.Began, &d.Outcome)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("checks: read last drill: %w", err)
	}
	return &d, nil
}

// DrillDue returns when the next drill of a backup is due after its last one, where one
// is due every so often; zero, which is at once, where there was none.
func DrillDue(last *Drill, every time.Duration) clinic.Instant {
	switch {
	case last == nil:
		return 0
	case last.Outcome == DrillSpoiled:
		return last.Ended.Add(min(DrillSpoiledAgain, every))
	case last.Outcome != DrillGood:
		return last.Ended.Add(DrillAgain)
	}
	return last.Ended.Add(every)
}

// DrillOverdue reports whether a good drill of a backup should have been long since: the
// last one was at an instant, zero for none, and the backup is there since another.
func DrillOverdue(good, since, now clinic.Instant, every time.Duration) bool {
	if good.IsZero() {
		return !since.IsZero() && now.Sub(since) > DrillGrace
	}
	return now.Sub(good) > every+DrillGrace
}

func drillSchema() []string {
	return []string{
		`CREATE TABLE drills (
			seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, staff BLOB, began INTEGER NOT NULL, outcome TEXT NOT NULL,
			code TEXT NOT NULL, folder TEXT NOT NULL, copy INTEGER NOT NULL, made INTEGER NOT NULL, events INTEGER NOT NULL,
			attachments INTEGER NOT NULL, spoiled INTEGER NOT NULL, content TEXT NOT NULL, copying INTEGER NOT NULL,
			restoring INTEGER NOT NULL, opening INTEGER NOT NULL
		) STRICT`,
		`CREATE TABLE drills_seen (
			began INTEGER NOT NULL, staff BLOB NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (began, staff)
		) STRICT, WITHOUT ROWID`,
	}
}

func applyDrill(tx *sqlite.Tx, e journal.Applied) error {
	if e.Kind == kindDrillSeen.Name {
		var s DrillSeen
		if err := e.Body.Decode(&s); err != nil {
			return err
		}
		if e.Author.IsZero() {
			return nil // nobody has read it
		}
		_, err := tx.Exec(`INSERT INTO drills_seen VALUES (?, ?, ?) ON CONFLICT DO NOTHING`, int64(s.Began), e.Author, int64(e.At))
		return err
	}
	var d Drilled
	if err := e.Body.Decode(&d); err != nil {
		return err
	}
	_, err := tx.Exec(`INSERT INTO drills VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		int64(e.Seq), int64(e.At), e.Author, int64(d.Began), string(d.Outcome), string(d.Code), d.Folder, int64(d.Copy), int64(d.Made),
		int64(d.Events), int64(d.Attachments), int64(d.Spoiled), d.Content, d.Copying, d.Restoring, d.Opening)
	return err
}
