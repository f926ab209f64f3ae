package settings

import (
	"database/sql"
	"errors"
	"fmt"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/sqlite"
)

// SigningIn says what the clinic asks of whoever signs in, beside her passphrase.
type SigningIn struct {
	// Phone: everybody needs a code from her phone. 45 CFR 164.312(d) asks for proof
	// of who somebody is and names no means; the rule proposed on 6 January 2025 (90
	// FR 898, not final) would ask for two.
	Phone bool `json:"phone"`
}

// DefaultSigningIn returns what a new clinic asks: a passphrase. Each person may
// have her phone asked for besides.
func DefaultSigningIn() SigningIn { return SigningIn{} }

// CodePhoneOfRule: the rule that the clinic follows asks everybody for a code.
const CodePhoneOfRule clinic.Code = "settings.phone_of_rule"

var kindSigningIn = journal.Kind{Name: "clinic.signing_in", Version: 1, MinReader: 1, Class: journal.ClassSettings}

// ChangeSigningIn records what is asked from each person's next sign-in on.
// CodePhoneOfRule: what RuleProposed asks is not left out while it is followed.
func ChangeSigningIn(d *journal.Decision, s SigningIn) error {
	before, err := GetSigningIn(d.Tx)
	if err != nil || before == s {
		return err
	}
	locking, err := GetLocking(d.Tx)
	if err != nil {
		return err
	}
	if locking.Rule == RuleProposed && !s.Phone {
		return clinic.E(CodePhoneOfRule)
	}
	d.Record(journal.Event{Kind: kindSigningIn, Body: s})
	return nil
}

// GetSigningIn returns what is asked: the default until something else was
// recorded.
func GetSigningIn(tx *sqlite.Tx) (SigningIn, error) {
	var s SigningIn
	err := tx.QueryRow(`SELECT phone FROM settings_signing_in WHERE one = 1`).Scan(&s.Phone)
	if errors.Is(err, sql.ErrNoRows) {
		return DefaultSigningIn(), nil
	}
	if err != nil {
		return SigningIn{}, fmt.Errorf("settings: read signing in: %w", err)
	}
	return s, nil
}

func applySigningIn(tx *sqlite.Tx, s SigningIn) error {
	_, err := tx.Exec(`INSERT INTO settings_signing_in VALUES (1, ?)
		ON CONFLICT (one) DO UPDATE SET phone = excluded.phone`, s.Phone)
	return err
}
