package settings

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/sqlite"
)

// Rule is the set of rules that the clinic holds its locking to.
type Rule string

// The rules.
const (
	// RuleInForce: 45 CFR 164.312(a)(2)(iii) asks for an automatic logoff and names
	// no time. NIST SP 800-63B-4 has people signed out after 15 idle minutes at the
	// latest.
	RuleInForce Rule = "in_force"
	// RuleProposed is how we read the rule that was proposed on 6 January 2025 (90
	// FR 898) and is not final. It makes the automatic logoff a must, and names no
	// time either: the times are ours. It asks for a second factor as well, which
	// comes with it.
	RuleProposed Rule = "proposed"
)

// Bounds are what a rule leaves to choose from.
type Bounds struct {
	// IdleMost is how many minutes a desk may rest at most before it locks.
	IdleMost int
	// LongestMost is how many hours a session may last at most.
	LongestMost int
}

// Bounds returns the bounds of a rule; an unknown rule has none.
func (r Rule) Bounds() (b Bounds, known bool) {
	switch r {
	case RuleInForce:
		return Bounds{IdleMost: 15, LongestMost: 24}, true
	case RuleProposed:
		return Bounds{IdleMost: 10, LongestMost: 12}, true
	}
	return Bounds{}, false
}

// Locking says when a desk locks by itself. A locked screen, sleep and a change
// of user lock it at once, which is not to be chosen.
type Locking struct {
	Rule Rule `json:"rule"`
	// The minutes of rest after which the desk of each role locks.
	FrontDesk      int `json:"frontDesk"`
	Therapist      int `json:"therapist"`
	OfficeManager  int `json:"officeManager"`
	PrivacyOfficer int `json:"privacyOfficer"`
	// Longest is after how many hours it locks however busy.
	Longest int `json:"longest"`
}

// DefaultLocking returns the locking of a new clinic: ten minutes of rest for
// everybody, and twelve hours, which is longer than any working day and shorter
// than two.
func DefaultLocking() Locking {
	return Locking{Rule: RuleInForce, FrontDesk: 10, Therapist: 10, OfficeManager: 10, PrivacyOfficer: 10, Longest: 12}
}

// ProposedLocking returns the locking that is offered beside RuleProposed.
func ProposedLocking() Locking {
	return Locking{Rule: RuleProposed, FrontDesk: 5, Therapist: 5, OfficeManager: 5, PrivacyOfficer: 5, Longest: 10}
}

// The shortest times that a clinic may choose, in minutes and hours.
const (
	idleLeast    = 1
	longestLeast = 1
)

// ShortestLocking returns the shortest times that any clinic may choose. They hold
// where the clinic's own cannot be read: a desk that locks too early asks for a
// passphrase, and one that locks too late shows patients to whoever passes.
func ShortestLocking() Locking {
	return Locking{
		Rule: RuleProposed, FrontDesk: idleLeast, Therapist: idleLeast, OfficeManager: idleLeast,
		PrivacyOfficer: idleLeast, Longest: longestLeast,
	}
}

// For returns how long the desk of a role may rest and how long its session may
// last. An unknown role gets the strictest.
func (l Locking) For(role clinic.Role) (idle, longest time.Duration) {
	minutes := min(l.FrontDesk, l.Therapist, l.OfficeManager, l.PrivacyOfficer)
	switch role {
	case clinic.FrontDesk:
		minutes = l.FrontDesk
	case clinic.Therapist:
		minutes = l.Therapist
	case clinic.OfficeManager:
		minutes = l.OfficeManager
	case clinic.PrivacyOfficer:
		minutes = l.PrivacyOfficer
	}
	return time.Duration(minutes) * time.Minute, time.Duration(l.Longest) * time.Hour
}

// CodeLocking: times that the clinic's rule does not leave to choose.
const CodeLocking clinic.Code = "settings.locking"

// Check refuses times outside of the rule's bounds.
func (l Locking) Check() error {
	bounds, known := l.Rule.Bounds()
	if !known {
		return clinic.E(clinic.CodeBadInput)
	}
	refused := clinic.E(CodeLocking).With("minutes", bounds.IdleMost).With("hours", bounds.LongestMost)
	for _, minutes := range []int{l.FrontDesk, l.Therapist, l.OfficeManager, l.PrivacyOfficer} {
		if minutes < idleLeast || minutes > bounds.IdleMost {
			return refused
		}
	}
	if l.Longest < longestLeast || l.Longest > bounds.LongestMost {
		return refused
	}
	return nil
}

var kindLocking = journal.Kind{Name: "clinic.locking", Version: 1, MinReader: 1, Class: journal.ClassSettings}

// ChangeLocking records when desks lock from now on. RuleProposed brings along that
// everybody is asked for a code from her phone.
func ChangeLocking(d *journal.Decision, l Locking) error {
	if err := l.Check(); err != nil {
		return err
	}
	before, err := GetLocking(d.Tx)
	if err != nil {
		return err
	}
	if before != l {
		d.Record(journal.Event{Kind: kindLocking, Body: l})
	}
	if l.Rule == RuleProposed {
		return ChangeSigningIn(d, SigningIn{Phone: true})
	}
	return nil
}

// GetLocking returns when desks lock: the default until something else was
// recorded.
func GetLocking(tx *sqlite.Tx) (Locking, error) {
	var l Locking
	err := tx.QueryRow(`SELECT rule, front_desk, therapist, office_manager, privacy_officer, longest
		FROM settings_locking WHERE one = 1`).Scan(
		&l.Rule, &l.FrontDesk, &l.Therapist, &l.OfficeManager, &l.PrivacyOfficer, &l.Longest)
	if errors.Is(err, sql.ErrNoRows) {
		return DefaultLocking(), nil
	}
	if err != nil {
		return Locking{}, fmt.Errorf("settings: read locking: %w", err)
	}
	return l, nil
}

// HeldLocking returns what a desk is held to: the clinic's own times, by a read of its
// records, and the shortest that any clinic may choose where the read fails, with the
// error. It always returns times.
func HeldLocking(ctx context.Context, read func(context.Context, func(*sqlite.Tx) error) error) (Locking, error) {
	held := ShortestLocking()
	err := read(ctx, func(tx *sqlite.Tx) error {
		l, err := GetLocking(tx)
		if err == nil {
			held = l
		}
		return err
	})
	if err != nil {
		return ShortestLocking(), err // also where it failed behind the times
	}
	return held, nil
}

func applyLocking(tx *sqlite.Tx, l Locking) error {
	_, err := tx.Exec(`INSERT INTO settings_locking VALUES (1, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (one) DO UPDATE SET rule = excluded.rule, front_desk = excluded.front_desk,
		therapist = excluded.therapist, office_manager = excluded.office_manager,
		privacy_officer = excluded.privacy_officer, longest = excluded.longest`,
		string(l.Rule), l.FrontDesk, l.Therapist, l.OfficeManager, l.PrivacyOfficer, l.Longest)
	return err
}
