package settings

import (
	"database/sql"
	"errors"
	"fmt"

	"quietline/backend/journal"
	"quietline/backend/sqlite"
)

// Receiving says whether texts are received while a desk is locked.
//
// No rule of law asks for it or forbids it. It is on in a new clinic, because a
// patient's STOP must count as soon as it can (47 CFR 64.1200(a)(10): within ten
// business days at the latest, and no text after that), and a weekend is long. The
// price is that a locked program holds a key that reads texts at the provider.
type Receiving struct {
	WhileLocked bool `json:"whileLocked"`
}

// DefaultReceiving returns what holds in a new clinic.
func DefaultReceiving() Receiving { return Receiving{WhileLocked: true} }

var kindReceiving = journal.Kind{Name: "clinic.receiving", Version: 1, MinReader: 1, Class: journal.ClassSettings}

// ChangeReceiving records what holds from the next lock on.
func ChangeReceiving(d *journal.Decision, r Receiving) error {
	before, err := GetReceiving(d.Tx)
	if err != nil {
		return err
	}
	if before != r {
		d.Record(journal.Event{Kind: kindReceiving, Body: r})
	}
	return nil
}

// GetReceiving returns what holds: the default until something else was recorded.
func GetReceiving(tx *sqlite.Tx) (Receiving, error) {
	var r Receiving
	err := tx.QueryRow(`SELECT while_locked FROM settings_receiving WHERE one = 1`).Scan(&r.WhileLocked)
	if errors.Is(err, sql.ErrNoRows) {
		return DefaultReceiving(), nil
	}
	if err != nil {
		return Receiving{}, fmt.Errorf("settings: read receiving: %w", err)
	}
	return r, nil
}

func applyReceiving(tx *sqlite.Tx, r Receiving) error {
	_, err := tx.Exec(`INSERT INTO settings_receiving VALUES (1, ?)
		ON CONFLICT (one) DO UPDATE SET while_locked = excluded.while_locked`, r.WhileLocked)
	return err
}
