// Package settings holds the clinic's own particulars and settings: its name and
// time zone, the hours and caps for texts that it starts, the line to the
// provider, when a desk locks by itself, what is asked of whoever signs in,
// whether texts are received while it is locked, and where a computer makes backups.
//
// Settings are events like everything else, so that it can be shown later which
// rule was in force when a text left. What belongs to one device (an unsent
// draft) is kept elsewhere.
package settings

import (
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/policy"
	"quietline/backend/sqlite"
)

// Codes of this package.
const (
	CodeName        clinic.Code = "settings.name"
	CodeHours       clinic.Code = "settings.hours"
	CodeCaps        clinic.Code = "settings.caps"
	CodeFounded     clinic.Code = "settings.founded"
	CodeRealRefused clinic.Code = "settings.real_provider_refused"
	CodeAddress     clinic.Code = "settings.provider_address"
	CodeLineAccount clinic.Code = "settings.provider_account"
	// CodeTextName: the name for texts is longer than parameter "limit". CodeAnswerHours:
	// nobody can promise that.
	CodeTextName    clinic.Code = "settings.text_name"
	CodeAnswerHours clinic.Code = "settings.answer_hours"
)

// Codes lists the codes of this package.
func Codes() []clinic.Code {
	return []clinic.Code{
		CodeName, CodeHours, CodeCaps, CodeFounded, CodeRealRefused, CodeAddress, CodeLineAccount, CodeLocking, CodePhoneOfRule,
		CodeBackups, CodeTexting, CodeTextName, CodeAnswerHours,
	}
}

// Topics of change.
const (
	TopicSettings = "settings"
	TopicLine     = "line"
)

// Clinic is what describes the clinic and limits the texts that it starts.
type Clinic struct {
	Name string `json:"name"`
	// TextName names the clinic where a text has to be short; empty for Name. Since
	// version 2.
	TextName    string          `json:"textName"`
	OfficePhone clinic.Phone    `json:"officePhone"`
	Zone        clinic.Zone     `json:"zone"`
	Language    clinic.Language `json:"language"`
	Hours       Hours           `json:"hours"`
	Caps        Caps            `json:"caps"`
	// AnswerHours is within how many working hours the clinic usually answers a text, as
	// its consent forms say. Since version 2.
	AnswerHours int `json:"answerHours"`
}

const (
	// maxTextName is how long the name in texts may be: what has to go into a text
	// without a consent leaves room for no more.
	maxTextName = 30
	// usualAnswer is what forms said before a clinic could say otherwise.
	usualAnswer = 24
)

// InTexts returns the name by which short texts call the clinic.
func (c Clinic) InTexts() string {
	if c.TextName != "" {
		return c.TextName
	}
	return c.Name
}

// tidied fills in what the clinic did not say.
func (c Clinic) tidied() Clinic {
	c.TextName = strings.Join(strings.Fields(c.TextName), " ")
	if c.AnswerHours == 0 {
		c.AnswerHours = usualAnswer
	}
	return c
}

// Hours are the hours of the day within which the clinic may start a text, on
// weekdays and on Sundays: from From up to but not including To.
type Hours struct {
	From       int `json:"from"`
	To         int `json:"to"`
	SundayFrom int `json:"sundayFrom"`
	SundayTo   int `json:"sundayTo"`
}

// Caps are how many texts the clinic may start to one patient.
type Caps struct {
	Day  int `json:"day"`
	Week int `json:"week"`
}

// Default returns the limits of a new clinic; package policy names their source.
func Default() (Hours, Caps) {
	return Hours{From: 9, To: 20, SundayFrom: 12, SundayTo: 20}, Caps{Day: 1, Week: 3}
}

// Policy returns what the line is in the form in which texts are decided on.
func (l Line) Policy() policy.Line {
	switch l.Kind {
	case LineSample:
		return policy.LineSample
	case LinePractice, LineSimulator:
		return policy.LineSimulator
	case LineTwilio:
		if l.Live {
			return policy.LineLive
		}
	}
	return policy.LineLiveRefused
}

// Policy returns the limits in the form in which texts are decided on.
func (c Clinic) Policy(t Texting) policy.Settings {
	workdays := policy.Days(time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday)
	return policy.Settings{
		Hours: policy.Hours{
			{Days: workdays, From: c.Hours.From * 60, To: c.Hours.To * 60},
			{Days: policy.Days(time.Sunday), From: c.Hours.SundayFrom * 60, To: c.Hours.SundayTo * 60},
		},
		Caps:            policy.Caps{PerDay: c.Caps.Day, PerWeek: c.Caps.Week},
		AllowUnverified: !t.VerifiedOnly,
		AllowVerbal:     t.Spoken,
		AnswerFirst:     t.AnswerFirst,
	}
}

// LineKind is the kind of peer that texts go to.
type LineKind string

// The kinds. A real account becomes the line by [GoLive] alone: Connect refuses it.
const (
	LineNone      LineKind = ""
	LineSample    LineKind = "sample"    // the sample clinic's, inside the program
	LinePractice  LineKind = "practice"  // the same for a clinic of one's own
	LineSimulator LineKind = "simulator" // a simulated provider on this computer
	LineTwilio    LineKind = "twilio"    // a real account
)

// Line is how the provider is reached, and with what credentials. It is sealed
// in the log like any body and never leaves for the screen or a log line.
type Line struct {
	Kind    LineKind     `json:"kind"`
	Address string       `json:"address"`
	Account string       `json:"account"`
	Key     string       `json:"key"`
	Secret  string       `json:"secret"`
	Phone   clinic.Phone `json:"phone"`
	// Live says that the step of going live stands for this account and number.
	Live bool `json:"-"`
}

var (
	kindFounded   = journal.Kind{Name: "clinic.founded", Version: 2, MinReader: 1, Class: journal.ClassSettings}
	kindChanged   = journal.Kind{Name: "clinic.changed", Version: 2, MinReader: 1, Class: journal.ClassSettings}
	kindConnected = journal.Kind{Name: "line.connected", Version: 1, MinReader: 1, Class: journal.ClassSettings}
)

// Found records the birth of a clinic; it can happen once.
func Found(d *journal.Decision, c Clinic) error {
	if _, err := Get(d.Tx); err == nil {
		return clinic.E(CodeFounded)
	} else if !errors.Is(err, clinic.E(clinic.CodeNotFound)) {
		return err
	}
	if err := c.Check(); err != nil {
		return err
	}
	d.Record(journal.Event{Kind: kindFounded, Body: c.tidied()})
	return nil
}

// Change records new settings.
func Change(d *journal.Decision, c Clinic) error {
	before, err := Get(d.Tx)
	if err != nil {
		return err
	}
	if err := c.Check(); err != nil {
		return err
	}
	if c = c.tidied(); before != c {
		d.Record(journal.Event{Kind: kindChanged, Body: c})
	}
	return nil
}

// CheckLine refuses a line that cannot be used.
//
// A simulator is accepted on this computer's loopback addresses only, so that a
// practice clinic cannot be pointed at a stranger's server. A real account is refused:
// it has to go live.
func CheckLine(l Line) error {
	switch l.Kind {
	case LineSample, LinePractice:
	case LineSimulator:
		if !loopback(l.Address) {
			return clinic.E(CodeAddress)
		}
		if l.Account == "" || l.Key == "" || l.Secret == "" {
			return clinic.E(CodeLineAccount)
		}
	case LineTwilio:
		return clinic.E(CodeRealRefused)
	default:
		return clinic.E(clinic.CodeBadInput)
	}
	if !l.Phone.Valid() {
		return clinic.E(clinic.CodeBadPhone)
	}
	return nil
}

// Connect records the line to the provider.
func Connect(d *journal.Decision, l Line) error {
	if err := CheckLine(l); err != nil {
		return err
	}
	if l.Kind != LineSimulator {
		l = Line{Kind: l.Kind, Phone: l.Phone} // reached by the program itself
	}
	d.Record(journal.Event{Kind: kindConnected, Body: l})
	return nil
}

func loopback(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.Port() == "" {
		return false
	}
	switch u.Hostname() {
	case "127.0.0.1", "::1", "localhost":
		return u.Path == "" || u.Path == "/"
	}
	return false
}

// Check refuses settings that no clinic can have.
func (c Clinic) Check() error {
	if n := len([]rune(strings.TrimSpace(c.Name))); n < 2 || n > 80 {
		return clinic.E(CodeName)
	}
	if short := []rune(c.tidied().TextName); len(short) == 1 || len(short) > maxTextName {
		return clinic.E(CodeTextName).With("limit", maxTextName)
	}
	if c.AnswerHours < 0 || c.AnswerHours > 99 {
		return clinic.E(CodeAnswerHours)
	}
	if c.OfficePhone != "" && !c.OfficePhone.Valid() {
		return clinic.E(clinic.CodeBadPhone)
	}
	if _, err := c.Zone.Location(); err != nil {
		return err
	}
	if !c.Language.Valid() {
		return clinic.E(clinic.CodeBadInput)
	}
	for _, h := range [][2]int{{c.Hours.From, c.Hours.To}, {c.Hours.SundayFrom, c.Hours.SundayTo}} {
		if h[0] < 0 || h[1] > 24 || h[0] >= h[1] {
			return clinic.E(CodeHours)
		}
	}
	if c.Caps.Day < 1 || c.Caps.Week < c.Caps.Day || c.Caps.Week > 50 {
		return clinic.E(CodeCaps)
	}
	return nil
}

// Get returns the clinic's settings, CodeNotFound before Found.
func Get(tx *sqlite.Tx) (Clinic, error) {
	var c Clinic
	err := tx.QueryRow(`SELECT name, office_phone, zone, language, hours_from, hours_to, sunday_from, sunday_to,
		cap_day, cap_week, text_name, answer_hours FROM settings_clinic WHERE one = 1`).Scan(
		&c.Name, &c.OfficePhone, &c.Zone, &c.Language, &c.Hours.From, &c.Hours.To, &c.Hours.SundayFrom, &c.Hours.SundayTo,
		&c.Caps.Day, &c.Caps.Week, &c.TextName, &c.AnswerHours)
	if errors.Is(err, sql.ErrNoRows) {
		return Clinic{}, clinic.E(clinic.CodeNotFound)
	}
	if err != nil {
		return Clinic{}, fmt.Errorf("settings: read: %w", err)
	}
	return c, nil
}

// KeyOlderThan reports whether the key to the provider was entered before a
// position of the log. A line without a key of its own has none to change.
func KeyOlderThan(tx *sqlite.Tx, seq uint64) (bool, error) {
	var older bool
	err := tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM settings_line WHERE secret <> '' AND seq < ?)`, int64(seq)).Scan(&older)
	if err != nil {
		return false, fmt.Errorf("settings: read line: %w", err)
	}
	return older, nil
}

// GetLine returns the line to the provider; its kind is LineNone before Connect.
func GetLine(tx *sqlite.Tx) (Line, error) {
	var l Line
	err := tx.QueryRow(`SELECT kind, address, account, key, secret, phone,
		EXISTS (SELECT 1 FROM settings_live v WHERE v.account = l.account AND v.phone = l.phone)
		FROM settings_line l WHERE one = 1`).Scan(
		&l.Kind, &l.Address, &l.Account, &l.Key, &l.Secret, &l.Phone, &l.Live)
	if errors.Is(err, sql.ErrNoRows) {
		return Line{}, nil
	}
	if err != nil {
		return Line{}, fmt.Errorf("settings: read line: %w", err)
	}
	return l, nil
}
