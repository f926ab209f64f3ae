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

// ReleaseNumber ends the hold of a number that was right after all. So it was the
// patient, and no stranger, who asked for no texts on it meanwhile: her consent ends as
// of then, as by any other STOP.
func ReleaseNumber(d *journal.Decision, id clinic.NumberID) error {
	number, err := patients.GetNumber(d.Tx, id)
	if err != nil {
		return err
	}
	if err := patients.ReleaseNumber(d, id); err != nil {
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
