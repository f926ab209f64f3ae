package settings

import (
	"fmt"
	"slices"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/sqlite"
)

// MostBackups is how many folders a computer copies the clinic into: one that is
// always there, and one that lies elsewhere at night.
const MostBackups = 2

// CodeBackups: more folders than MostBackups, or one of them twice.
const CodeBackups clinic.Code = "settings.backups"

// Backups are the folders that one computer copies the clinic into. They belong to
// its seat, because a path means nothing on another computer: a clinic that was
// moved or restored has none until somebody chooses them, and is told so. They are
// recorded all the same, so that who stopped a backup can be shown later.
type Backups struct {
	Seat    clinic.SeatID `json:"seat"`
	Folders []string      `json:"folders"`
}

// Check refuses what is no choice of folders.
func (b Backups) Check() error {
	if b.Seat.IsZero() || slices.Contains(b.Folders, "") {
		return clinic.E(clinic.CodeBadInput)
	}
	if len(b.Folders) > MostBackups {
		return clinic.E(CodeBackups)
	}
	for i, folder := range b.Folders {
		if slices.Contains(b.Folders[:i], folder) {
			return clinic.E(CodeBackups)
		}
	}
	return nil
}

var kindBackups = journal.Kind{Name: "clinic.backups", Version: 1, MinReader: 1, Class: journal.ClassSettings}

// ChangeBackups records the folders of a computer from now on. What lies in a folder
// that is no longer among them stays there.
func ChangeBackups(d *journal.Decision, b Backups) error {
	if err := b.Check(); err != nil {
		return err
	}
	before, err := GetBackups(d.Tx, b.Seat)
	if err != nil {
		return err
	}
	if !slices.Equal(before.Folders, b.Folders) {
		d.Record(journal.Event{Kind: kindBackups, Body: b})
	}
	return nil
}

// GetBackups returns the folders of a computer in the order in which they were
// chosen; none until some were.
func GetBackups(tx *sqlite.Tx, seat clinic.SeatID) (Backups, error) {
	b := Backups{Seat: seat}
	rows, err := tx.Query(`SELECT folder FROM settings_backups WHERE seat = ? ORDER BY place`, seat)
	if err != nil {
		return Backups{}, fmt.Errorf("settings: read backups: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var folder string
		if err := rows.Scan(&folder); err != nil {
			return Backups{}, fmt.Errorf("settings: read backups: %w", err)
		}
		b.Folders = append(b.Folders, folder)
	}
	return b, rows.Err()
}

func applyBackups(tx *sqlite.Tx, b Backups) error {
	if _, err := tx.Exec(`DELETE FROM settings_backups WHERE seat = ?`, b.Seat); err != nil {
		return err
	}
	for place, folder := range b.Folders {
		if _, err := tx.Exec(`INSERT INTO settings_backups VALUES (?, ?, ?)`, b.Seat, place, folder); err != nil {
			return err
		}
	}
	return nil
}
