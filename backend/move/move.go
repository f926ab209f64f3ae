// Package move keeps on record that a clinic goes to another computer, so that
// two copies are not both used by mistake. Whoever has the file and its code, and
// takes the clinic back here, can still use both; that is refused by nothing.
//
// A move is begun on the old computer, handed over once the file that carries the
// clinic is whole, and arrives on the new one. The code of that file is told to
// nobody before the handing over is on record: a move that was begun and not handed
// over is known to have led nowhere. One that was handed over may have arrived
// somewhere, which the old computer cannot know; there a person decides.
//
// The order of the log is what counts. Records whose content was destroyed still
// count: that something moved is no patient's.
package move

import (
	"database/sql"
	"errors"
	"fmt"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/sqlite"
)

type moveKind struct{}

// ID names one move.
type ID = clinic.ID[moveKind]

// Topic of change.
const Topic = "move"

// Stage is how far a move has come in this copy of the records.
type Stage string

// The stages.
const (
	// Here: nothing is under way; the clinic is where these records are.
	Here Stage = ""
	// Begun: the file was being written, or the records are the file's.
	Begun Stage = "begun"
	// HandedOver: the file was whole and its code was told.
	HandedOver Stage = "handed_over"
)

// Standing is where the clinic stands by these records.
type Standing struct {
	Stage Stage
	// ID, At and By are those of the step that the stage came with.
	ID ID
	At clinic.Instant
	By clinic.StaffID
}

type body struct {
	ID ID `json:"id"`
}

var (
	kindBegun      = journal.Kind{Name: "move.begun", Version: 1, MinReader: 1, Class: journal.ClassAudit}
	kindHandedOver = journal.Kind{Name: "move.handed_over", Version: 1, MinReader: 1, Class: journal.ClassAudit}
	kindTakenBack  = journal.Kind{Name: "move.taken_back", Version: 1, MinReader: 1, Class: journal.ClassAudit}
	kindArrived    = journal.Kind{Name: "move.arrived", Version: 1, MinReader: 1, Class: journal.ClassAudit}
)

// errOrder is a step that does not follow from the one before. The program asks
// before it takes one.
var errOrder = errors.New("move: a step out of order")

// Begin records that the decision's actor begins a move.
func Begin(d *journal.Decision, id ID) error { return step(d, kindBegun, id, Here) }

// HandOver records that the file is whole and that its code will be told.
func HandOver(d *journal.Decision, id ID) error { return step(d, kindHandedOver, id, Begun) }

// TakeBack records that the clinic stays where it was: a move that led nowhere, or
// one that was handed over and that somebody takes back.
func TakeBack(d *journal.Decision) error {
	s, err := Get(d.Tx)
	if err != nil {
		return err
	}
	return step(d, kindTakenBack, s.ID, Begun, HandedOver)
}

// Arrive records that the clinic has come to the computer on which this is written.
func Arrive(d *journal.Decision, id ID) error { return step(d, kindArrived, id, Begun) }

func step(d *journal.Decision, kind journal.Kind, id ID, after ...Stage) error {
	s, err := Get(d.Tx)
	if err != nil {
		return err
	}
	for _, stage := range after {
		if s.Stage == stage && (stage == Here || s.ID == id) {
			d.Record(journal.Event{Kind: kind, Body: body{id}})
			return nil
		}
	}
	return clinic.E(clinic.CodeInternal).Because(errOrder)
}

// Get returns where the clinic stands.
func Get(tx *sqlite.Tx) (Standing, error) {
	var s Standing
	err := tx.QueryRow(`SELECT stage, id, at, staff FROM move WHERE one = 1`).Scan(&s.Stage, &s.ID, &s.At, &s.By)
	if errors.Is(err, sql.ErrNoRows) {
		return Standing{}, nil
	}
	if err != nil {
		return Standing{}, fmt.Errorf("move: read: %w", err)
	}
	return s, nil
}

// Projection returns the reducer of this package's table.
func Projection() journal.Projection { return projection{} }

type projection struct{}

func (projection) Name() string { return "move" }

func (projection) Schema() []string {
	return []string{`CREATE TABLE move (
		one INTEGER PRIMARY KEY CHECK (one = 1), stage TEXT NOT NULL, id BLOB, at INTEGER NOT NULL, staff BLOB
	) STRICT`}
}

func (projection) Kinds() []journal.Kind {
	return []journal.Kind{kindBegun, kindHandedOver, kindTakenBack, kindArrived}
}

// Decisive: whether these records may be worked with at all.
func (projection) Decisive() []string { return []string{"move"} }

func (projection) Apply(tx *sqlite.Tx, e journal.Applied, touched *journal.Touched) error {
	touched.Add(Topic)
	var b body
	if !e.Body.Destroyed() {
		if err := e.Body.Decode(&b); err != nil {
			return err
		}
	}
	stage := Here
	switch e.Kind {
	case kindBegun.Name:
		stage = Begun
	case kindHandedOver.Name:
		stage = HandedOver
	case kindTakenBack.Name, kindArrived.Name:
	default:
		return fmt.Errorf("move: no rule for kind %s", e.Kind)
	}
	_, err := tx.Exec(`INSERT INTO move VALUES (1, ?, ?, ?, ?)
		ON CONFLICT (one) DO UPDATE SET stage = excluded.stage, id = excluded.id, at = excluded.at, staff = excluded.staff`,
		string(stage), b.ID, int64(e.At), e.Author)
	return err
}
