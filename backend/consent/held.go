package consent

import (
	"fmt"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/sqlite"
)

// StrangersOn reports whether what a number said at an instant was said by somebody
// else than the patients who have it: it was held by then, and still is.
func StrangersOn(tx *sqlite.Tx, number clinic.NumberID, at clinic.Instant) (bool, error) {
	holds, err := patients.Holds(tx, number)
	since := holds[number].Since
	return !since.IsZero() && at >= since, err
}

// HoldNumber holds a number on which somebody else answered. What has raised a doubt there
// since the stranger had it, as far as is known, was the stranger's to say: it pauses
// nobody's texts, and ends nobody's consent. With a zero instant, what is open stays open.
func HoldNumber(d *journal.Decision, id clinic.NumberID, since clinic.Instant) error {
	if err := patients.HoldNumber(d, id); err != nil || since.IsZero() {
		return err
	}
	return resettle(d, id, since, "", DecidedStranger)
}

// NoStranger opens the doubts again that were taken for a stranger's on a number since an
// instant, and were the patient's.
func NoStranger(d *journal.Decision, id clinic.NumberID, since clinic.Instant) error {
	return resettle(d, id, since, DecidedStranger, "")
}

// resettle gives the doubts of a number since an instant, so far decided in one way,
// another decision.
func resettle(d *journal.Decision, id clinic.NumberID, since clinic.Instant, from, to Decision) error {
	number, err := patients.GetNumber(d.Tx, id)
	if err != nil {
		return err
	}
	all, err := DoubtsOn(d.Tx, id)
	for _, one := range all {
		if one.Decided == from && one.At >= since {
			settle(d, number, one, to)
		}
	}
	return err
}

// ReleaseNumber ends the hold of a number that was right after all. So it was the
// patient, and no stranger, who asked for no texts on it meanwhile: her consent ends as
// of then, as by any other STOP, and what may have meant one is open again.
func ReleaseNumber(d *journal.Decision, id clinic.NumberID) error {
	number, err := patients.GetNumber(d.Tx, id)
	if err != nil {
		return err
	}
	if err := patients.ReleaseNumber(d, id); err != nil {
		return err
	}
	if err := NoStranger(d, id, 0); err != nil {
		return err
	}
	var stopped clinic.Instant
	if err := d.Tx.QueryRow(`SELECT coalesce((SELECT stopped FROM opt_outs WHERE number = ?), 0)`, id).Scan(&stopped); err != nil {
		return fmt.Errorf("consent: read opt-outs: %w", err)
	}
	hers, err := StrangersOn(d.Tx, id, stopped) // as it seemed until now
	if err != nil || !hers {
		return err
	}
	return takeBack(d, number, clinic.NewID[clinic.MessageID](), stopped, ByText)
}
