package records

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"quietline/backend/archive/blob"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/patients"
	"quietline/backend/policy"
	"quietline/backend/settings"
	"quietline/backend/sqlite"
)

// Sight is whose papers somebody may make and check.
type Sight = patients.Sight

// Evidence is a consent as it stands on paper: what was signed, by whom, under
// which words, and everything that happened to it since.
type Evidence struct {
	consent.Record
	Patient   patients.Patient
	Numbers   []patients.Linked
	Signature consent.Signature
	// State is how it stands at the moment of asking, with Hold where it is on hold.
	State policy.ConsentState
	Hold  policy.Hold
	Sum   Sum
}

// EvidenceOf returns a consent as it stands at an instant; CodeNotFound also for
// one whose patient is out of sight.
func EvidenceOf(tx *sqlite.Tx, s Sight, id clinic.ConsentID, now clinic.Instant) (Evidence, error) {
	r, err := consent.RecordOf(tx, id)
	if err != nil {
		return Evidence{}, err
	}
	if err := sees(tx, s, r.Consent); err != nil {
		return Evidence{}, err
	}
	e := Evidence{Record: r}
	if e.Patient, err = patients.Get(tx, r.Consent.Patient); err != nil {
		return Evidence{}, err
	}
	numbers, err := patients.NumbersOf(tx, e.Patient.ID)
	if err != nil {
		return Evidence{}, err
	}
	e.Numbers = numbers[e.Patient.ID]
	if e.Signature, err = consent.SignatureOf(tx, id); err != nil {
		return Evidence{}, err
	}
	texting, err := settings.GetTexting(tx)
	if err != nil {
		return Evidence{}, err
	}
	if e.State, e.Hold, err = r.Consent.Stands(now, e.Patient, texting.Majority); err != nil {
		return Evidence{}, err
	}
	e.Sum, err = SumOf(e)
	return e, err
}

// Sum is the SHA-256, in hex, of what a consent record says. What the calendar does
// is no part of it: a consent that ran out says the same as before.
type Sum string

// contentV1 is what is summed. It is a format: papers in drawers bear its check.
// A record that says more will be another version beside it.
type contentV1 struct {
	Version     int         `json:"version"`
	Code        string      `json:"code"`
	Patient     string      `json:"patient"`
	Born        clinic.Date `json:"born"`
	Form        string      `json:"form"`
	FormHash    string      `json:"formHash"`
	Way         string      `json:"way"`
	SignedOn    clinic.Date `json:"signedOn"`
	Expires     clinic.Date `json:"expires"`
	Signer      string      `json:"signer"`
	SignerName  string      `json:"signerName"`
	Authority   string      `json:"authority"`
	Document    string      `json:"document"`
	Witness     string      `json:"witness"`
	Interpreter string      `json:"interpreter"`
	CopyGiven   bool        `json:"copyGiven"`
	// Beside, and a moment's From and Channel, were told of later; a record without them
	// says the same as ever, and one with them is of version 3.
	Beside  string            `json:"beside,omitempty"`
	Drawn   string            `json:"drawn"`
	Typed   string            `json:"typed"`
	History []contentV1Moment `json:"history"`
	// Scans are the sums of the scans, oldest first. A record with one is of version 2;
	// one without says the same as ever.
	Scans []blob.Hash `json:"scans,omitempty"`
}

type contentV1Moment struct {
	At         clinic.Instant    `json:"at"`
	What       string            `json:"what"`
	By         clinic.StaffID    `json:"by"`
	How        string            `json:"how"`
	Hold       string            `json:"hold"`
	Categories []policy.Category `json:"categories"`
	Excluded   []policy.Category `json:"excluded"`
	FromHour   int               `json:"fromHour"`
	ToHour     int               `json:"toHour"`
	Weekdays   []int             `json:"weekdays"`
	PerDay     int               `json:"perDay"`
	PerWeek    int               `json:"perWeek"`
	Shared     bool              `json:"shared"`
	Numbers    []clinic.NumberID `json:"numbers"`
	From       clinic.Date       `json:"from,omitzero"`
	Channel    policy.Channel    `json:"channel,omitempty"`
}

// SumOf returns the sum of what a consent record says.
func SumOf(e Evidence) (Sum, error) {
	c := e.Consent
	content := contentV1{
		Version: 1, Code: string(e.Code), Patient: e.Patient.Name, Born: e.Patient.BirthDate, Form: c.Form, FormHash: c.FormHash,
		Way: string(c.Way), SignedOn: c.SignedOn, Expires: c.Expires, Signer: string(c.Signer), SignerName: c.SignerName,
		Authority: c.Details.Authority, Document: c.Details.Document, Witness: c.Details.Witness,
		Interpreter: c.Details.Interpreter, CopyGiven: c.Details.CopyGiven, Beside: c.Details.Beside, Drawn: e.Signature.Drawn, Typed: e.Signature.Typed,
	}
	told := c.Details.Beside != ""
	for _, h := range e.History {
		m := contentV1Moment{
			At: h.At, What: string(h.What), By: h.By, How: string(h.How), Hold: string(h.Hold),
			Categories: h.Scope.Categories, Excluded: h.Scope.Excluded, FromHour: h.Scope.FromHour, ToHour: h.Scope.ToHour,
			PerDay: h.Scope.PerDay, PerWeek: h.Scope.PerWeek, Shared: h.Scope.SharedPhone, Numbers: h.Scope.Numbers,
			From: h.Scope.From, Channel: h.Scope.Channel,
		}
		told = told || !h.Scope.From.IsZero() || h.Scope.Channel != policy.ChannelText
		for _, w := range h.Scope.Weekdays {
			m.Weekdays = append(m.Weekdays, int(w))
		}
		content.History = append(content.History, m)
	}
	for _, scan := range e.Scans {
		content.Version, content.Scans = 2, append(content.Scans, scan.File.Hash)
	}
	if told {
		content.Version = 3
	}
	raw, err := json.Marshal(content)
	if err != nil {
		return "", fmt.Errorf("records: sum: %w", err)
	}
	sum := sha256.Sum256(raw)
	return Sum(hex.EncodeToString(sum[:])), nil
}

// checkLetters are those of a record code: nobody confuses two of them.
var checkLetters = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// checkSize is how many letters of a sum stand on the paper.
const checkSize = 4

// Check is the part of a sum that stands on the paper, behind the record code.
func (s Sum) Check() string {
	raw, err := hex.DecodeString(string(s))
	if err != nil || len(raw) != sha256.Size {
		return ""
	}
	return checkLetters.EncodeToString(raw)[:checkSize]
}

// PaperCode is the code on a paper: the record code with the check of the content.
func (e Evidence) PaperCode() string { return string(e.Code) + "-" + e.Sum.Check() }

// readPaperCode reads a code as somebody typed or scanned it, with its check or
// without. consent.CodeRecordCode means that it cannot be one.
func readPaperCode(typed string) (code consent.RecordCode, check string, err error) {
	letters := strings.ToUpper(strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '–' {
			return -1
		}
		return r
	}, typed))
	if body, ok := cutLast(letters, checkSize); ok && len(letters) == codeSize+checkSize {
		letters, check = body, letters[len(body):]
		check = strings.NewReplacer("O", "0", "I", "1", "L", "1").Replace(check)
	}
	code, err = consent.ReadCode(letters)
	return code, check, err
}

// codeSize is how many letters a record code has.
const codeSize = 10

func cutLast(s string, n int) (string, bool) {
	if len(s) < n {
		return s, false
	}
	return s[:len(s)-n], true
}
