package settings

import (
	"database/sql"
	"errors"
	"fmt"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/sqlite"
)

// CodeTexting: an age of majority that no state has.
const CodeTexting clinic.Code = "settings.texting"

// Texting is what the clinic decides about consents, beyond what the law leaves
// open to nobody.
type Texting struct {
	// Majority is the age at which a guardian's consent ends: 18 in most states, 19
	// in Alabama and Nebraska, 21 in Mississippi.
	Majority int `json:"majority"`
	// VerifiedOnly asks a person before a text goes to a number that nobody has
	// verified with a code.
	VerifiedOnly bool `json:"verifiedOnly"`
	// Spoken lets a consent that was only spoken carry texts about visits for up to
	// 30 days.
	Spoken bool `json:"spoken"`
	// AnswerFirst lets ready words answer a patient who texts first and has no consent.
	// Since version 2.
	AnswerFirst bool `json:"answerFirst"`
	// AskMany lets many patients be asked for a consent by text, one after the other.
	// Since version 3.
	AskMany bool `json:"askMany"`
	// LiftLimits lets an office manager lift the clinic's own hours and caps for one text.
	// Since version 4.
	LiftLimits bool `json:"liftLimits"`
}

// DefaultTexting returns what a new clinic begins with.
func DefaultTexting() Texting { return Texting{Majority: 18} }

var kindTexting = journal.Kind{Name: "clinic.texting", Version: 4, MinReader: 1, Class: journal.ClassSettings}

// ChangeTexting records what counts from now on.
func ChangeTexting(d *journal.Decision, t Texting) error {
	if t.Majority < 18 || t.Majority > 21 {
		return clinic.E(CodeTexting)
	}
	before, err := GetTexting(d.Tx)
	if err != nil {
		return err
	}
	if before != t {
		d.Record(journal.Event{Kind: kindTexting, Body: t})
	}
	return nil
}

// GetTexting returns what counts: the default until something else was recorded.
func GetTexting(tx *sqlite.Tx) (Texting, error) {
	var t Texting
	err := tx.QueryRow(`SELECT majority, verified_only, spoken, answer_first, ask_many, lift_limits FROM settings_texting WHERE one = 1`).
		Scan(&t.Majority, &t.VerifiedOnly, &t.Spoken, &t.AnswerFirst, &t.AskMany, &t.LiftLimits)
	if errors.Is(err, sql.ErrNoRows) {
		return DefaultTexting(), nil
	}
	if err != nil {
		return Texting{}, fmt.Errorf("settings: read texting: %w", err)
	}
	return t, nil
}

func applyTexting(tx *sqlite.Tx, t Texting) error {
	_, err := tx.Exec(`INSERT INTO settings_texting VALUES (1, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (one) DO UPDATE SET majority = excluded.majority, verified_only = excluded.verified_only,
		spoken = excluded.spoken, answer_first = excluded.answer_first,
		ask_many = excluded.ask_many, lift_limits = excluded.lift_limits`,
		t.Majority, t.VerifiedOnly, t.Spoken, t.AnswerFirst, t.AskMany, t.LiftLimits)
	return err
}
