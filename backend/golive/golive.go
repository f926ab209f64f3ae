// Package golive holds how a clinic gets from no account at the provider to texting
// with patients through its own: what has been entered and proven so far, what still
// has to be mended, and the step itself.
//
// The set-up can be left and taken up again at any point; each part is an event. What
// decides stands in one table ([Judge]). The step is recorded with everything that was
// found (package settings, GoLive), and until it stands a real account carries no
// text.
//
// It guarantees that no account goes live with a check that is not good, other than
// those that the provider does not let a key see and that the two proofs, a real text
// out and a real one in, show in their place. Proofs count for a week and for the key and
// the number with which they were made; so does the trial by which pictures may be sent
// ([Pictures]), and for as long as those stay. It asks nobody anything: whoever calls brings
// what the provider said.
package golive

import (
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/provider"
	"quietline/backend/settings"
	"quietline/backend/sqlite"
)

// Codes of this package.
const (
	// CodeNotReady: checks that decide are not good; "count" says how many.
	CodeNotReady clinic.Code = "golive.not_ready"
	// CodeChanged: the set-up is not what was checked any more.
	CodeChanged clinic.Code = "golive.changed"
	// CodeNoKey, CodeNoNumber, CodeNoProof: an earlier part of the set-up is missing.
	CodeNoKey    clinic.Code = "golive.no_key"
	CodeNoNumber clinic.Code = "golive.no_number"
	CodeNoProof  clinic.Code = "golive.no_proof"
	// CodeLive: the line is live, where texts are written in conversations.
	CodeLive clinic.Code = "golive.live"
	// CodeAgreement: the document has no name, or is of a day that has not come.
	CodeAgreement clinic.Code = "golive.agreement"
	// CodeHeldRefuses: the phone of a proof has asked for no more texts.
	CodeHeldRefuses clinic.Code = "golive.held_refuses"
	// CodeOwnNumber: the proof has to go to another phone than the clinic's number.
	CodeOwnNumber clinic.Code = "golive.own_number"

	// Why credentials are not taken.
	CodePasteEmpty     clinic.Code = "golive.paste_empty"
	CodePasteNoAccount clinic.Code = "golive.paste_no_account"
	CodePasteNoKey     clinic.Code = "golive.paste_no_key"
	CodePasteNoSecret  clinic.Code = "golive.paste_no_secret"
	CodePasteTwo       clinic.Code = "golive.paste_two"
	CodeKeyUnknown     clinic.Code = "golive.key_unknown"
	CodeKeyElsewhere   clinic.Code = "golive.key_elsewhere"
	CodeKeyNoTexts     clinic.Code = "golive.key_no_texts"
	CodeKeyNoNumbers   clinic.Code = "golive.key_no_numbers"
	// CodeKeyNoSending, CodeKeyNoReply: what a key lacks shows when it is used.
	CodeKeyNoSending clinic.Code = "golive.key_no_sending"
	CodeKeyNoReply   clinic.Code = "golive.key_no_reply"
	// CodeKeyOtherAccount: another key of a live line has to be of the same account.
	CodeKeyOtherAccount clinic.Code = "golive.key_other_account"
)

// Codes lists the codes of this package.
func Codes() []clinic.Code {
	return []clinic.Code{
		CodeNotReady, CodeChanged, CodeNoKey, CodeNoNumber, CodeNoProof, CodeLive, CodeAgreement, CodeHeldRefuses, CodeOwnNumber,
		CodePasteEmpty, CodePasteNoAccount, CodePasteNoKey, CodePasteNoSecret, CodePasteTwo,
		CodeKeyUnknown, CodeKeyElsewhere, CodeKeyNoTexts, CodeKeyNoNumbers, CodeKeyNoSending, CodeKeyNoReply, CodeKeyOtherAccount,
		CodeNoTrial, CodeTrialWrong, CodeTrialOver, CodeTrialPatient, CodeTrialAgreement, CodeKeyNoPictures, CodeNumberNoPictures,
	}
}

// Topic is touched when the set-up moves on.
const Topic = "golive"

// Draft is a set-up as far as it has come. It never leaves for the screen as it is:
// Credentials are sealed in the log like any body.
type Draft struct {
	Credentials
	Phone     clinic.Phone
	Agreement Agreement
	Proof     Proof
	// NoReply: somebody knows that nothing is answered outside of the clinic's hours,
	// and wants to go live so.
	NoReply bool
}

// Agreement is the business associate agreement with the provider: 45 CFR
// 164.502(e) wants one in writing before it may hold what patients write.
type Agreement struct {
	// Document says where it is, in the clinic's own words.
	Document string         `json:"document"`
	Signed   clinic.Date    `json:"signed"`
	At       clinic.Instant `json:"-"`
	By       clinic.StaffID `json:"-"`
}

// Proof is one real text out and one real text in.
type Proof struct {
	// Code is what the text out holds, and what the text in answers with.
	Code string
	// Held is the phone that somebody holds in her hand.
	Held    clinic.Phone
	AskedAt clinic.Instant
	// Out and In are when each was seen, zero for not yet. Out has at least left the
	// provider; Arrived is when it was seen to have come to the phone.
	Out, Arrived, In clinic.Instant
}

// proofCounts is for how long a proof counts: what it shows of an account, a number and
// their registration is of the day on which it was seen.
const proofCounts = 7 * 24 * time.Hour

// Counting returns what counts of a proof at an instant: what was seen longer than a week
// ago is left out.
func (p Proof) Counting(now clinic.Instant) Proof {
	for _, seen := range []*clinic.Instant{&p.Out, &p.Arrived, &p.In} {
		if now.Sub(*seen) > proofCounts {
			*seen = 0
		}
	}
	return p
}

// Seen is what a look found of a proof: the names of its texts, empty for not there.
// Arrived says that the one that went out has come to the phone.
type Seen struct {
	Out, In provider.SID
	Arrived bool
}

type (
	keyBody struct {
		Account string `json:"account"`
		Key     string `json:"key"`
		Secret  string `json:"secret"`
	}
	numberBody struct {
		Phone clinic.Phone `json:"phone"`
	}
	askedBody struct {
		Code string       `json:"code"`
		Held clinic.Phone `json:"held"`
	}
	seenBody struct {
		Code string       `json:"code"`
		Way  string       `json:"way"`
		SID  provider.SID `json:"sid"`
		// Arrived, since version 2: earlier ones do not say whether the text only left.
		Arrived bool `json:"arrived,omitempty"`
	}
	noReplyBody struct {
		NoReply bool `json:"noReply"`
	}
)

const (
	wayOut = "out"
	wayIn  = "in"
)

func kind(name string) journal.Kind {
	return journal.Kind{Name: "golive." + name, Version: 1, MinReader: 1, Class: journal.ClassSettings}
}

var (
	// Version 2 forgets the proofs with any other key, and the agreement with any other
	// account.
	kindKey       = journal.Kind{Name: "golive.key", Version: 2, MinReader: 1, Class: journal.ClassSettings}
	kindNumber    = kind("number")
	kindAgreement = kind("agreement")
	kindAsked     = kind("proof_asked")
	kindSeen      = journal.Kind{Name: "golive.proof_seen", Version: 2, MinReader: 1, Class: journal.ClassSettings}
	kindNoReply   = kind("no_reply")
	kindEnded     = kind("ended")
)

// UseKey records credentials that the provider took. Another key forgets the proof,
// which it has not given; another account the number and the agreement as well.
func UseKey(d *journal.Decision, c Credentials) error {
	if err := c.check(); err != nil {
		return err
	}
	d.Record(journal.Event{Kind: kindKey, Body: keyBody(c)})
	return nil
}

// End records that the set-up is over because the line was disconnected: its key, number
// and proof are forgotten, and going live begins with them. The agreement stays.
func End(d *journal.Decision) error {
	draft, err := Get(d.Tx)
	if err == nil && draft.Account != "" {
		d.Record(journal.Event{Kind: kindEnded})
	}
	return err
}

// UseNumber records the number that is to be the clinic's; another than before
// forgets the proof.
func UseNumber(d *journal.Decision, phone clinic.Phone) error {
	if !phone.Valid() {
		return clinic.E(clinic.CodeBadPhone)
	}
	draft, err := Get(d.Tx)
	if err != nil {
		return err
	}
	if draft.Account == "" {
		return clinic.E(CodeNoKey)
	}
	if draft.Phone != phone {
		d.Record(journal.Event{Kind: kindNumber, Body: numberBody{Phone: phone}})
	}
	return nil
}

// maxDocument is how long a document's name may be.
const maxDocument = 120

// RecordAgreement records that somebody has seen the agreement: which document, and
// of what day. today is the clinic's.
func RecordAgreement(d *journal.Decision, a Agreement, today clinic.Date) error {
	a.Document = strings.TrimSpace(a.Document)
	if n := len([]rune(a.Document)); n < 3 || n > maxDocument || a.Signed.IsZero() || today.Before(a.Signed) {
		return clinic.E(CodeAgreement)
	}
	d.Record(journal.Event{Kind: kindAgreement, Body: a})
	return nil
}

// WithoutReply records whether somebody wants to go live although nothing is answered
// outside of the clinic's hours.
func WithoutReply(d *journal.Decision, without bool) error {
	draft, err := Get(d.Tx)
	if err == nil && draft.NoReply != without {
		d.Record(journal.Event{Kind: kindNoReply, Body: noReplyBody{NoReply: without}})
	}
	return err
}

// NewCode makes the code of a proof out of a random number from 0 up to 1: four digits.
// It is no secret; it tells one text from another.
func NewCode(random float64) string { return strconv.Itoa(1000 + int(random*9000)) }

// ProofText is the text that goes out, without accents and in both languages: whoever
// holds the phone may read either.
func ProofText(code string) string {
	return "Quietline test " + code + ". Reply with this number. Responda con este numero."
}

// CheckHeld refuses a phone to which nothing can be sent to try the line now: before there
// is a key and a number to send from, or the clinic's own.
func CheckHeld(tx *sqlite.Tx, held clinic.Phone) error {
	draft, err := Get(tx)
	switch {
	case err != nil:
		return err
	case !held.Valid():
		return clinic.E(clinic.CodeBadPhone)
	case draft.Account == "":
		return clinic.E(CodeNoKey)
	case draft.Phone == "":
		return clinic.E(CodeNoNumber)
	case draft.Phone == held:
		return clinic.E(CodeOwnNumber)
	}
	return nil
}

// AskProof records, before the text goes out, that a proof is being made. Each is a
// text of its own: one of which nothing is known any more is looked for, not sent
// again.
func AskProof(d *journal.Decision, code string, held clinic.Phone) error {
	if err := CheckHeld(d.Tx, held); err != nil {
		return err
	}
	d.Record(journal.Event{Kind: kindAsked, Body: askedBody{Code: code, Held: held}})
	return nil
}

// proofWithin is how long after it was asked for a text can be its proof.
const proofWithin = 24 * time.Hour

// Recognise finds the two texts of a proof among messages of the account. The text out
// is seen once a phone company has taken it, and has arrived once the company says so: one
// of a number that is not registered may be taken first and dropped a minute later. The
// text in is the code, from the phone that was named.
func (p Proof) Recognise(listed []provider.Message, ours clinic.Phone) (seen Seen) {
	if p.Code == "" {
		return Seen{}
	}
	for _, m := range listed {
		from, _ := m.From.Phone()
		to, _ := m.To.Phone()
		// The provider's clock may be a little behind.
		if m.Created < p.AskedAt.Add(-time.Minute) || m.Created > p.AskedAt.Add(proofWithin) {
			continue
		}
		switch {
		case m.Direction == provider.Outbound && from == ours && to == p.Held && m.Body == ProofText(p.Code):
			if arrived := m.Status == provider.Delivered; arrived || m.Status == provider.Sent && m.ErrorCode == 0 {
				seen.Out, seen.Arrived = m.SID, arrived
			}
		case m.Direction == provider.Inbound && from == p.Held && to == ours && strings.Contains(m.Body, p.Code):
			seen.In = m.SID
		}
	}
	return seen
}

// RecordSeen records what was seen of the proof and is not on record yet.
func RecordSeen(d *journal.Decision, code string, s Seen) error {
	draft, err := Get(d.Tx)
	if err != nil || draft.Proof.Code != code {
		return err
	}
	if p := draft.Proof; s.Out != "" && (p.Out.IsZero() || s.Arrived && p.Arrived.IsZero()) {
		d.Record(journal.Event{Kind: kindSeen, Body: seenBody{Code: code, Way: wayOut, SID: s.Out, Arrived: s.Arrived}})
	}
	if s.In != "" && draft.Proof.In.IsZero() {
		d.Record(journal.Event{Kind: kindSeen, Body: seenBody{Code: code, Way: wayIn, SID: s.In}})
	}
	return nil
}

// Go records the step, where everything that decides is good and the set-up is still
// the one that was checked.
func Go(d *journal.Decision, checked Found) error {
	draft, err := Get(d.Tx)
	if err != nil {
		return err
	}
	if draft != checked.Draft {
		return clinic.E(CodeChanged)
	}
	checked.Now = d.Now
	results := Judge(checked)
	if open := Open(results); open > 0 {
		return clinic.E(CodeNotReady).With("count", open)
	}
	record := make([]settings.Checked, len(results))
	for i, r := range results {
		record[i] = settings.Checked{Check: string(r.Check), State: string(r.State), Finding: string(r.Finding)}
	}
	return settings.GoLive(d, settings.Line{
		Kind: settings.LineTwilio, Account: draft.Account, Key: draft.Key, Secret: draft.Secret, Phone: draft.Phone,
	}, record)
}

// Get returns the set-up as far as it has come.
func Get(tx *sqlite.Tx) (Draft, error) {
	var d Draft
	var signed string
	err := tx.QueryRow(`SELECT account, key, secret, phone, document, signed, agreed_at, agreed_by, code, held, asked_at, out_at, arrived_at, in_at, no_reply
		FROM golive WHERE one = 1`).Scan(
		&d.Account, &d.Key, &d.Secret, &d.Phone, &d.Agreement.Document, &signed, &d.Agreement.At, &d.Agreement.By,
		&d.Proof.Code, &d.Proof.Held, &d.Proof.AskedAt, &d.Proof.Out, &d.Proof.Arrived, &d.Proof.In, &d.NoReply)
	if errors.Is(err, sql.ErrNoRows) {
		return Draft{}, nil
	}
	if err == nil {
		err = d.Agreement.Signed.UnmarshalText([]byte(signed))
	}
	if err != nil {
		return Draft{}, fmt.Errorf("golive: read: %w", err)
	}
	return d, nil
}
