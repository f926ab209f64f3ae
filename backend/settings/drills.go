package settings

import (
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/sqlite"
)

// Drills say how often the clinic's backup is restored to try it. There is no never: a
// backup that nobody has restored is a hope (45 CFR 164.308(a)(7)(ii)(D) asks for
// periodic testing of contingency plans).
type Drills struct {
	// Days are between two drills, one of DrillDays.
	Days int `json:"days"`
}

// DrillDays are the choices.
func DrillDays() []int { return []int{30, 90, 180, 365} }

// DefaultDrills returns what holds in a new clinic.
func DefaultDrills() Drills { return Drills{Days: 90} }

// Every is how long a drill is good for.
func (d Drills) Every() time.Duration { return time.Duration(d.Days) * 24 * time.Hour }

var kindDrills = journal.Kind{Name: "clinic.drills", Version: 1, MinReader: 1, Class: journal.ClassSettings}

// ChangeDrills records how often from now on. clinic.CodeBadInput: it is none of the
// choices.
func ChangeDrills(d *journal.Decision, now Drills) error {
	if !slices.Contains(DrillDays(), now.Days) {
		return clinic.E(clinic.CodeBadInput)
	}
	before, err := GetDrills(d.Tx)
	if err != nil {
		return err
	}
	if before != now {
		d.Record(journal.Event{Kind: kindDrills, Body: now})
	}
	return nil
}

// GetDrills returns what holds: the default until something else was recorded.
func GetDrills(tx *sqlite.Tx) (Drills, error) {
	var d Drills
	err := tx.QueryRow(`SELECT days FROM settings_drills WHERE one = 1`).Scan(&d.Days)
	if errors.Is(err, sql.ErrNoRows) {
		return DefaultDrills(), nil
	}
	if err != nil {
		return Drills{}, fmt.Errorf("settings: read drills: %w", err)
	}
	return d, nil
}

func applyDrills(tx *sqlite.Tx, d Drills) error {
	_, err := tx.Exec(`INSERT INTO settings_drills VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET days = excluded.days`, d.Days)
	return err
}
