package patients

import (
	"fmt"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/sqlite"
)

var (
	kindHeld     = journal.Kind{Name: "number.held", Version: 1, MinReader: 1, Class: journal.ClassPatient}
	kindReleased = journal.Kind{Name: "number.released", Version: 1, MinReader: 1, Class: journal.ClassPatient}
)

type holdBody struct {
	Number clinic.NumberID `json:"number"`
}

// Hold is since when a number is held because a stranger answered on it.
type Hold struct {
	Since clinic.Instant // zero where it is held no more
	// Seq is the position at which it was last held: what was verified before counts
	// no more.
	Seq uint64
}

// HoldNumber holds a number on which somebody else answered: nobody is texted on it,
// whoever has it, and what comes from it belongs to no patient. Holding it again does
// nothing. CodeNotFound: there is no such number.
func HoldNumber(d *journal.Decision, number clinic.NumberID) error {
	n, held, err := heldNumber(d, number)
	if err == nil && held.Since.IsZero() {
		d.Record(journal.Event{Kind: kindHeld, Dossier: n.Dossier, Body: holdBody{number}})
	}
	return err
}

// ReleaseNumber ends a hold, once somebody has found out that the number is right. It
// has to be verified anew.
func ReleaseNumber(d *journal.Decision, number clinic.NumberID) error {
	n, held, err := heldNumber(d, number)
	if err == nil && !held.Since.IsZero() {
		d.Record(journal.Event{Kind: kindReleased, Dossier: n.Dossier, Body: holdBody{number}})
	}
	return err
}

func heldNumber(d *journal.Decision, id clinic.NumberID) (Number, Hold, error) {
	n, err := GetNumber(d.Tx, id)
	if err != nil {
		return Number{}, Hold{}, err
	}
	holds, err := Holds(d.Tx, id)
	return n, holds[id], err
}

// Holds returns those of some numbers that were ever held.
func Holds(tx *sqlite.Tx, numbers ...clinic.NumberID) (map[clinic.NumberID]Hold, error) {
	rows, err := tx.Query(`SELECT number, since, seq FROM number_holds WHERE number IN `+sqlite.InSet, sqlite.Set(numbers...))
	if err != nil {
		return nil, fmt.Errorf("patients: read holds: %w", err)
	}
	defer rows.Close()
	all := map[clinic.NumberID]Hold{}
	for rows.Next() {
		var id clinic.NumberID
		var h Hold
		if err := rows.Scan(&id, &h.Since, &h.Seq); err != nil {
			return nil, fmt.Errorf("patients: read holds: %w", err)
		}
		all[id] = h
	}
	return all, rows.Err()
}

// LastMoved returns the position at which a number was last given to anybody or held;
// zero where it never was.
func LastMoved(tx *sqlite.Tx, number clinic.NumberID) (uint64, error) {
	var seq uint64
	err := tx.QueryRow(`SELECT max(coalesce((SELECT max(given) FROM patient_numbers WHERE number = ?1), 0),
		coalesce((SELECT seq FROM number_holds WHERE number = ?1), 0))`, number).Scan(&seq)
	if err != nil {
		return 0, fmt.Errorf("patients: read number: %w", err)
	}
	return seq, nil
}

func applyHold(tx *sqlite.Tx, e journal.Applied, touched *journal.Touched) error {
	var b holdBody
	if err := e.Body.Decode(&b); err != nil {
		return err
	}
	who, err := With(tx, b.Number)
	if err != nil {
		return err
	}
	for _, p := range who {
		touched.Add(Topic, p.ID)
	}
	if e.Kind == kindReleased.Name {
		_, err = tx.Exec(`UPDATE number_holds SET since = 0 WHERE number = ?`, b.Number)
		return err
	}
	_, err = tx.Exec(`INSERT INTO number_holds (number, since, seq) VALUES (?, ?, ?)
		ON CONFLICT (number) DO UPDATE SET since = excluded.since, seq = excluded.seq`, b.Number, int64(e.At), int64(e.Pos.Seq))
	return err
}
