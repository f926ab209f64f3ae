// Package afterhours holds when the clinic's desk is open, and what is answered to
// patients who text while it is not: that nobody reads it now, from when on somebody
// does, and whom to call in an emergency, in English and Spanish.
//
// The clinic's computers are off then, so the answer is left with the provider as
// ready texts with instants (package provider, Responder). This package works them
// out: zones, weekdays, closed days and daylight saving are settled here, for
// [Ahead], and whoever looks after the line renews them while the program runs. After
// that the provider is silent.
//
// It guarantees that what it works out covers every instant of the time ahead at
// which the desk is closed and none at which it is open, and it remembers every text
// that was ever left, so that one which went out is recognised ([Made]).
package afterhours

import (
	"cmp"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/provider"
	"quietline/backend/sqlite"
)

// Codes of this package.
const (
	// CodeHours: a day that closes before it opens, or a week without an open hour.
	CodeHours clinic.Code = "afterhours.hours"
	// CodeNoPhone: the clinic has no phone that could be named.
	CodeNoPhone clinic.Code = "afterhours.no_phone"
	// CodeNeverClosed: the desk is always open, so that there is nothing to answer.
	CodeNeverClosed clinic.Code = "afterhours.never_closed"
	// CodeTooManyRefused: more phones asked for no texts than can be left with the provider.
	// A reply that left one of them out would answer somebody who asked for silence.
	CodeTooManyRefused clinic.Code = "afterhours.too_many_refused"
	// CodeManyRefused: soon it will be so; "refused" says how many there are, "limit" how
	// many there can be.
	CodeManyRefused clinic.Code = "afterhours.many_refused"
	// CodeElsewhere: somebody else has set since where the number's texts go.
	CodeElsewhere clinic.Code = "afterhours.elsewhere"
)

// Codes lists the codes of this package.
func Codes() []clinic.Code {
	return []clinic.Code{CodeHours, CodeNoPhone, CodeNeverClosed, CodeTooManyRefused, CodeManyRefused, CodeElsewhere}
}

// Topic is touched when hours or what is left at the provider change.
const Topic = "afterhours"

// How far ahead answers are worked out, and how much of it may be used up before they
// are left anew. A clinic that starts no program for so long answers nobody any more.
const (
	Ahead   = 60 * 24 * time.Hour
	renewAt = 46 * 24 * time.Hour
)

// Day is when the desk is open on a day of the week: minutes after midnight, From
// included and To not. Both zero is closed.
type Day struct {
	From int `json:"from"`
	To   int `json:"to"`
}

// Closed reports whether the desk is closed all day.
func (d Day) Closed() bool { return d == Day{} }

// Hours are when the desk is open, and whether anything is answered when it is not.
type Hours struct {
	On bool `json:"on"`
	// Week is by weekday, Sunday first.
	Week [7]Day `json:"week"`
	// Holidays are days on which the desk is closed whatever the weekday, in order.
	Holidays []clinic.Date `json:"holidays"`
}

// Default returns the hours that are offered to a clinic that has named none.
func Default() Hours {
	h := Hours{}
	for day := time.Monday; day <= time.Friday; day++ {
		h.Week[day] = Day{From: 9 * 60, To: 17 * 60}
	}
	return h
}

// MaxHolidays is how many days can be named: two years of them.
const MaxHolidays = 60

// Check refuses hours that no desk can have.
func (h Hours) Check() error {
	opens := false
	for _, d := range h.Week {
		if d.Closed() {
			continue
		}
		if d.From < 0 || d.To > 24*60 || d.From >= d.To {
			return clinic.E(CodeHours)
		}
		opens = true
	}
	if !opens {
		return clinic.E(CodeHours)
	}
	if len(h.Holidays) > MaxHolidays || slices.ContainsFunc(h.Holidays, clinic.Date.IsZero) {
		return clinic.E(clinic.CodeBadInput).With("field", "holidays")
	}
	return nil
}

// Number is a number of an account at the provider.
type Number struct {
	Account string
	Phone   clinic.Phone
}

// Left is what is in force at the provider, as far as this archive knows.
type Left struct {
	// Begun says that something of ours is there, or may be: it was on record before it
	// was left.
	Begun bool
	// Of is the number that it was left for; zero for one of a time when that was not
	// recorded.
	Of Number
	// At is when it was left there, zero where nothing is for sure. Until is the end of
	// its last period.
	At, Until clinic.Instant
	// Before is what the number did until then.
	Before provider.Replaced
	// basis is what it was worked out from.
	basis string
}

// leftBody is a plan that is in force, or about to be left.
type leftBody struct {
	// Since version 2.
	Account string       `json:"account,omitempty"`
	Phone   clinic.Phone `json:"phone,omitempty"`

	Until   clinic.Instant    `json:"until"`
	Before  provider.Replaced `json:"before"`
	Basis   string            `json:"basis"`
	Periods []period          `json:"periods"`
}

type period struct {
	From clinic.Instant `json:"from"`
	To   clinic.Instant `json:"to"`
	Text string         `json:"text"`
}

var (
	kindHours     = journal.Kind{Name: "afterhours.changed", Version: 1, MinReader: 1, Class: journal.ClassSettings}
	kindLeaving   = journal.Kind{Name: "afterhours.leaving", Version: 1, MinReader: 1, Class: journal.ClassSettings}
	kindLeft      = journal.Kind{Name: "afterhours.left", Version: 2, MinReader: 1, Class: journal.ClassSettings}
	kindWithdrawn = journal.Kind{Name: "afterhours.withdrawn", Version: 1, MinReader: 1, Class: journal.ClassSettings}
)

// Change records the hours from now on.
func Change(d *journal.Decision, h Hours) error {
	if err := h.Check(); err != nil {
		return err
	}
	h.Holidays = slices.Clone(h.Holidays)
	slices.SortFunc(h.Holidays, func(a, b clinic.Date) int {
		if a.Before(b) {
			return -1
		}
		return 1
	})
	h.Holidays = slices.Compact(h.Holidays)
	d.Record(journal.Event{Kind: kindHours, Body: h})
	return nil
}

// RecordLeaving records a plan before it is left with the provider for a number, and what
// the number does now: whatever happens in between, its answers are known for ours, and it
// can be taken back. What the number did before is kept from the first time on: a plan
// that replaces another finds that.
func RecordLeaving(d *journal.Decision, p Plan, of Number, before provider.Replaced) error {
	was, err := GetLeft(d.Tx)
	if err != nil {
		return err
	}
	if was.Begun && was.For(of) && before.URL == "" && before.Application == "" {
		before, before.Service = was.Before, cmp.Or(before.Service, was.Before.Service)
	}
	d.Record(journal.Event{Kind: kindLeaving, Body: p.body(of, before)})
	return nil
}

// For reports whether it was left for a number.
func (l Left) For(of Number) bool { return l.Of == Number{} || l.Of == of }

// RecordLeft records that the plan whose leaving was recorded is in force now.
func RecordLeft(d *journal.Decision, p Plan, of Number) error {
	was, err := GetLeft(d.Tx)
	if err == nil {
		d.Record(journal.Event{Kind: kindLeft, Body: p.body(of, was.Before)})
	}
	return err
}

func (p Plan) body(of Number, before provider.Replaced) leftBody {
	b := leftBody{Account: of.Account, Phone: of.Phone, Before: before, Basis: p.basis}
	for _, one := range p.Reply.Periods {
		b.Periods = append(b.Periods, period(one))
		b.Until = one.To
	}
	return b
}

// RecordWithdrawn records that nothing of ours is in force at the provider any more.
func RecordWithdrawn(d *journal.Decision) { d.Record(journal.Event{Kind: kindWithdrawn}) }

// Get returns the hours: the default until some were recorded, and then false.
func Get(tx *sqlite.Tx) (h Hours, named bool, err error) {
	var body string
	err = tx.QueryRow(`SELECT hours FROM afterhours WHERE one = 1`).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return Default(), false, nil
	}
	if err == nil {
		err = json.Unmarshal([]byte(body), &h)
	}
	if err != nil {
		return Hours{}, false, fmt.Errorf("afterhours: read: %w", err)
	}
	return h, true, nil
}

// GetLeft returns what is in force at the provider, or may be; zero where nothing is.
func GetLeft(tx *sqlite.Tx) (Left, error) {
	var l Left
	var before string
	err := tx.QueryRow(`SELECT account, phone, at, until, before, basis FROM afterhours_left WHERE one = 1`).
		Scan(&l.Of.Account, &l.Of.Phone, &l.At, &l.Until, &before, &l.basis)
	if errors.Is(err, sql.ErrNoRows) {
		return Left{}, nil
	}
	if err == nil {
		err = json.Unmarshal([]byte(before), &l.Before)
	}
	if err != nil {
		return Left{}, fmt.Errorf("afterhours: read what is left: %w", err)
	}
	l.Begun = true
	return l, nil
}

// made is how long after the end of a period its answer can still be listed: it
// follows the patient's text by seconds, and clocks differ.
const made = 10 * time.Minute

// Made reports whether a text from the clinic's number is one that was left with the
// provider for the hour at which it was made: an answer of the clinic's own, and of no
// other program.
func Made(tx *sqlite.Tx, body string, at clinic.Instant) (bool, error) {
	var is bool
	err := tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM afterhours_texts WHERE text = ? AND since - ? <= ? AND ? < until + ?)`,
		body, made.Milliseconds(), int64(at), int64(at), made.Milliseconds()).Scan(&is)
	if err != nil {
		return false, fmt.Errorf("afterhours: read texts: %w", err)
	}
	return is, nil
}
