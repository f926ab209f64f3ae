package consent

import (
	"cmp"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/policy"
	"quietline/backend/sqlite"
)

// A consent by text is asked for with ready words, which name the clinic and warn
// that others might read texts. It is agreed to twice: the patient tells somebody
// that she may be asked, or texts first herself, and then answers YES from the
// number that was asked, while the question is open. It covers texts about visits to
// that number and no more. Who signs for somebody else does so on a form.

const (
	// AskedFor is how long an answer counts.
	AskedFor = 7 * 24 * time.Hour
	// remindAfter is when the question is asked once more; not in its last day.
	remindAfter = 48 * time.Hour
	// clocksDiffer is by how much the provider's clock may be behind ours.
	clocksDiffer = 5 * time.Minute
)

//go:embed asks/*.txt
var asks embed.FS

// Asker is in whose name a text asks.
type Asker struct {
	Practice string
	Phone    clinic.Phone
	// Week is how many texts a week the clinic starts at most.
	Week int
}

// QuestionFor returns the words that ask in a language, filled in, and their
// template. CodeNoPhone means that the clinic has no phone that could be named.
func QuestionFor(tx *sqlite.Tx, language clinic.Language, by Asker) (Template, string, error) {
	all, err := ReadyWords(tx)
	if err != nil {
		return Template{}, "", err
	}
	for _, t := range all {
		if t.Variant == ByTextOnly && t.Language == language {
			words, err := by.fill(t.Text)
			return t, words, err
		}
	}
	return Template{}, "", clinic.E(CodeForm)
}

// ThanksFor returns the words that confirm a consent by text: what it is for, how
// often, whom to ask, what it may cost, and how it ends.
func ThanksFor(language clinic.Language, by Asker) (string, error) {
	text, err := askText("thanks-1-" + string(language))
	if err != nil {
		return "", err
	}
	return by.fill(text)
}

func (a Asker) fill(text string) (string, error) {
	if a.Phone == "" {
		return "", clinic.E(CodeNoPhone)
	}
	return strings.NewReplacer(practicePlace, a.Practice, phonePlace, a.Phone.Display(), "{week}", fmt.Sprint(a.Week)).Replace(text), nil
}

// Question is a request for a consent by text, as it is about to be asked.
type Question struct {
	Patient clinic.PatientID
	// Number is the only one from which an answer counts.
	Number clinic.NumberID
	// Message is the text that asks, Words what it says, Form the template of them.
	Message clinic.MessageID
	Words   string
	Form    Template
	// PerWeek is how many texts a week the patient agrees to.
	PerWeek int
}

// NewQuestionID names a question that is about to be asked.
func NewQuestionID() clinic.ConsentID { return clinic.NewID[clinic.ConsentID]() }

type askedBody struct {
	Consent clinic.ConsentID `json:"consent"`
	Patient clinic.PatientID `json:"patient"`
	Number  clinic.NumberID  `json:"number"`
	Message clinic.MessageID `json:"message"`
	Form    string           `json:"form"`
	Hash    string           `json:"formHash"`
	Words   string           `json:"words"`
	Scope   Scope            `json:"scope"`
	Until   clinic.Instant   `json:"until"`
}

type aboutBody struct {
	Consent clinic.ConsentID `json:"consent"`
	// Message is the reminder, or the patient's answer.
	Message clinic.MessageID `json:"message"`
}

type agreedBody struct {
	Consent  clinic.ConsentID `json:"consent"`
	Message  clinic.MessageID `json:"message"`
	SignedOn clinic.Date      `json:"signedOn"`
	Starts   clinic.Instant   `json:"starts"`
	Ends     clinic.Instant   `json:"ends"`
	Expires  clinic.Date      `json:"expires"`
	// Signer is the patient's name on that day.
	Signer string `json:"signer"`
}

var (
	kindAsked     = kind("consent.asked")
	kindReminded  = kind("consent.reminded")
	kindReplied   = kind("consent.replied")
	kindAgreed    = kind("consent.agreed")
	kindDeclined  = kind("consent.declined")
	kindUnreached = kind("consent.unreached")
)

// AskByText records that a patient is asked by text. Whether she may be asked is
// package policy's to say, and that somebody is allowed to say so the caller's.
func AskByText(d *journal.Decision, id clinic.ConsentID, q Question) error {
	p, err := patients.Get(d.Tx, q.Patient)
	if err != nil {
		return err
	}
	return record(d, q.Patient, kindAsked, askedBody{
		Consent: id, Patient: q.Patient, Number: q.Number, Message: q.Message, Form: q.Form.Version, Hash: q.Form.Hash, Words: q.Words,
		Scope: Scope{
			Categories: []policy.Category{policy.Scheduling, policy.Reminders}, ToHour: 24, Zone: p.Zone, PerWeek: q.PerWeek,
			Numbers: []clinic.NumberID{q.Number},
		},
		Until: d.Now.Add(AskedFor),
	})
}

// Remind records the text that reminds of a question, the only one there will be.
func Remind(d *journal.Decision, r TextRequest, message clinic.MessageID) error {
	return record(d, r.Patient, kindReminded, aboutBody{Consent: r.Consent, Message: message})
}

// Unreached records that a question never reached the patient, so that no answer is
// waited for.
func Unreached(d *journal.Decision, r TextRequest) error {
	return record(d, r.Patient, kindUnreached, refBody{Consent: r.Consent})
}

// TextRequest is a question by text.
type TextRequest struct {
	Consent clinic.ConsentID
	Patient clinic.PatientID
	Number  clinic.NumberID
	// State is that of its consent: requested, pending once something else than YES or
	// NO was answered, and what came of it.
	State policy.ConsentState
	Form  string
	Words string
	// Asked is when it was asked; Until the first instant at which no answer counts.
	Asked, Until clinic.Instant
	// Message is the text that asks, Reminder the one that reminds, zero for none.
	Message, Reminder clinic.MessageID
	// Answer is the patient's text, zero for none.
	Answer clinic.MessageID
}

// Open reports whether an answer counts at an instant.
func (r TextRequest) Open(at clinic.Instant) bool {
	return (r.State == policy.ConsentRequested || r.State == policy.ConsentPending) && at < r.Until
}

// Waits reports whether nothing at all was answered yet.
func (r TextRequest) Waits(now clinic.Instant) bool {
	return r.State == policy.ConsentRequested && r.Open(now)
}

// RemindAt is when it may be reminded of.
func (r TextRequest) RemindAt() clinic.Instant { return r.Asked.Add(remindAfter) }

// RemindUntil is when it is too late to remind of it.
func (r TextRequest) RemindUntil() clinic.Instant { return r.Until.Add(-24 * time.Hour) }

const requestColumns = `r.consent, r.patient, r.number, c.state, c.form, r.words, r.asked, r.until, r.message, r.reminder, r.answer`

func textRequests(tx *sqlite.Tx, where string, args ...any) ([]TextRequest, error) {
	rows, err := tx.Query(`SELECT `+requestColumns+` FROM consent_requests r JOIN consents c ON c.id = r.consent WHERE `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("consent: read requests: %w", err)
	}
	defer rows.Close()
	var all []TextRequest
	for rows.Next() {
		var r TextRequest
		var reminder, answer optionalMessage
		if err := rows.Scan(&r.Consent, &r.Patient, &r.Number, &r.State, &r.Form, &r.Words, &r.Asked, &r.Until, &r.Message, &reminder, &answer); err != nil {
			return nil, fmt.Errorf("consent: read requests: %w", err)
		}
		r.Reminder, r.Answer = clinic.MessageID(reminder), clinic.MessageID(answer)
		all = append(all, r)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("consent: read requests: %w", err)
	}
	slices.SortStableFunc(all, func(a, b TextRequest) int { return cmp.Compare(b.Asked, a.Asked) })
	return all, nil
}

// optionalMessage scans an id that may be missing.
type optionalMessage clinic.MessageID

func (o *optionalMessage) Scan(src any) error {
	if b, ok := src.([]byte); ok && len(b) == 0 {
		return nil
	}
	return (*clinic.MessageID)(o).Scan(src)
}

// RequestOf returns a question by text, or CodeNotFound.
func RequestOf(tx *sqlite.Tx, id clinic.ConsentID) (TextRequest, error) {
	all, err := textRequests(tx, `r.consent = ?`, id)
	if err == nil && len(all) == 0 {
		err = clinic.E(clinic.CodeNotFound)
	}
	if err != nil {
		return TextRequest{}, err
	}
	return all[0], nil
}

// RequestsOf returns the questions by text of some consents; others are not in it.
func TextRequestsOf(tx *sqlite.Tx, ids ...clinic.ConsentID) (map[clinic.ConsentID]TextRequest, error) {
	all, err := textRequests(tx, `r.consent IN `+sqlite.InSet, sqlite.Set(ids...))
	found := make(map[clinic.ConsentID]TextRequest, len(all))
	for _, r := range all {
		found[r.Consent] = r
	}
	return found, err
}

// EarlierQuestion returns the newest question by text to a patient other than one.
func EarlierQuestion(tx *sqlite.Tx, patient clinic.PatientID, than clinic.ConsentID) (TextRequest, bool, error) {
	all, err := textRequests(tx, `r.patient = ? AND r.consent <> ?`, patient, than)
	if err != nil || len(all) == 0 {
		return TextRequest{}, false, err
	}
	return all[0], true, nil
}

// Unanswered returns the questions by text that wait for any answer.
func Unanswered(tx *sqlite.Tx, now clinic.Instant) ([]TextRequest, error) {
	return textRequests(tx, `c.state = 'requested' AND r.until > ?`, int64(now))
}

// AskedOn returns the question that a text from a number may answer at an instant. A
// text from before it was asked answers none, whenever it is read.
func AskedOn(tx *sqlite.Tx, number clinic.NumberID, at clinic.Instant) (TextRequest, bool, error) {
	all, err := textRequests(tx, `r.number = ? AND c.state IN ('requested', 'pending') AND r.until > ? AND r.asked <= ?`,
		number, int64(at), int64(at.Add(clocksDiffer)))
	if err != nil {
		return TextRequest{}, false, err
	}
	for _, r := range all {
		if r.Open(at) {
			return r, true, nil
		}
	}
	return TextRequest{}, false, nil
}

// Answer is what a text says to a question.
type Answer string

// The answers. Anything but the bare word is for a person to read.
const (
	SaysYes       Answer = "yes"
	SaysNo        Answer = "no"
	SaysOtherwise Answer = ""
)

// ReadAnswer reads a text as an answer: the one word, in English or Spanish, whatever
// its case and accent, with blanks and punctuation around it and nothing else.
func ReadAnswer(body string) Answer {
	word := strings.ToLower(strings.TrimFunc(body, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsPunct(r) || unicode.In(r, unicode.Cf) }))
	switch word {
	case "yes", "si", "sí", "si\u0301":
		return SaysYes
	case "no":
		return SaysNo
	}
	return SaysOtherwise
}

// Reply records what a text of the patient says to a question that is open, at the
// time of the text: YES gives the consent, NO ends the question, and what was spoken
// with it, and anything else waits for a person. counts says that nobody else can have
// written it and that it came after the question; without, it waits for a person too.
func Reply(d *journal.Decision, r TextRequest, body string, by clinic.MessageID, at clinic.Instant, counts bool) (Answer, error) {
	says := ReadAnswer(body)
	p, err := patients.Get(d.Tx, r.Patient)
	if err != nil {
		return "", err
	}
	switch {
	case counts && says == SaysYes:
		zone, err := p.Zone.Location()
		if err != nil {
			return "", err
		}
		signed := clinic.DateOf(at.Time().In(zone))
		ends := clinic.DateOf(time.Date(signed.Year+1, signed.Month, signed.Day-1, 12, 0, 0, 0, time.UTC))
		d.Record(journal.Event{
			ID: d.Names.EventID("consent.agreed", by[:], r.Consent[:]), Kind: kindAgreed, Dossier: p.Dossier, At: at,
			Body: agreedBody{
				Consent: r.Consent, Message: by, SignedOn: signed, Starts: at, Ends: ends.AddDays(1).In(zone), Expires: ends, Signer: p.Name,
			},
		})
		return SaysYes, nil
	case counts && says == SaysNo:
		return SaysNo, decline(d, r, p, by, at)
	}
	if r.State == policy.ConsentRequested {
		d.Record(journal.Event{
			ID: d.Names.EventID("consent.replied", by[:], r.Consent[:]), Kind: kindReplied, Dossier: p.Dossier, At: at,
			Body: aboutBody{Consent: r.Consent, Message: by},
		})
	}
	return SaysOtherwise, nil
}

// decline ends a question with a no, and what was spoken before.
func decline(d *journal.Decision, r TextRequest, p patients.Patient, by clinic.MessageID, at clinic.Instant) error {
	d.Record(journal.Event{
		ID: d.Names.EventID("consent.declined", by[:], r.Consent[:]), Kind: kindDeclined, Dossier: p.Dossier, At: at,
		Body: aboutBody{Consent: r.Consent, Message: by},
	})
	current, err := Current(d.Tx, r.Patient)
	if err != nil || current == nil || current.Moved != policy.ConsentVerbal || current.Starts >= at {
		return err
	}
	d.Record(journal.Event{
		ID: d.Names.EventID("consent.revoked", by[:], current.ID[:]), Kind: kindRevoked, Dossier: p.Dossier, At: at,
		Body: howBody{Consent: current.ID, How: ByText},
	})
	return nil
}

// stopAsking ends every open question to a patient who asked not to be texted.
func stopAsking(d *journal.Decision, who clinic.PatientID, by clinic.MessageID, at clinic.Instant) error {
	open, err := textRequests(d.Tx, `r.patient = ? AND c.state IN ('requested', 'pending') AND r.asked < ?`, who, int64(at))
	if err != nil || len(open) == 0 {
		return err
	}
	p, err := patients.Get(d.Tx, who)
	if err != nil {
		return err
	}
	for _, r := range open {
		if err := decline(d, r, p, by, at); err != nil {
			return err
		}
	}
	return nil
}

func requestSchema() []string {
	return []string{
		`CREATE TABLE consent_requests (
			consent BLOB PRIMARY KEY, patient BLOB NOT NULL, number BLOB NOT NULL, message BLOB NOT NULL, reminder BLOB NOT NULL,
			answer BLOB NOT NULL, asked INTEGER NOT NULL, until INTEGER NOT NULL, words TEXT NOT NULL
		) STRICT, WITHOUT ROWID`,
		`CREATE INDEX consent_requests_by_number ON consent_requests (number)`,
		`CREATE INDEX consent_requests_by_patient ON consent_requests (patient)`,
	}
}

func applyAsked(tx *sqlite.Tx, e journal.Applied, touched *journal.Touched) error {
	var b askedBody
	if err := e.Body.Decode(&b); err != nil {
		return err
	}
	touched.Add(Topic, b.Patient)
	if _, err := tx.Exec(`INSERT INTO consent_requests VALUES (?, ?, ?, ?, x'', x'', ?, ?, ?)`,
		b.Consent, b.Patient, b.Number, b.Message, int64(e.At), int64(b.Until), b.Words); err != nil {
		return err
	}
	return insert(tx, e, recordedBody{
		Consent: b.Consent, Patient: b.Patient, Form: b.Form, FormHash: b.Hash, Scope: b.Scope, Ends: b.Until, Way: OnText,
	}, policy.ConsentRequested, WhatRequested)
}

// applyAbout brings what happens to a question into the tables.
func applyAbout(tx *sqlite.Tx, e journal.Applied, touched *journal.Touched) error {
	var b aboutBody
	if err := e.Body.Decode(&b); err != nil {
		return err
	}
	if err := touch(tx, b.Consent, touched); err != nil {
		return err
	}
	what, column, state := WhatReminded, "reminder", policy.ConsentRequested
	switch e.Kind {
	case kindReplied.Name:
		what, column, state = WhatAnswered, "answer", policy.ConsentPending
	case kindDeclined.Name:
		what, column, state = WhatDeclined, "answer", policy.ConsentDeclined
	}
	if _, err := tx.Exec(`UPDATE consent_requests SET `+column+` = ? WHERE consent = ?`, b.Message, b.Consent); err != nil {
		return err
	}
	if _, err := tx.Exec(`UPDATE consents SET state = ? WHERE id = ?`, string(state), b.Consent); err != nil {
		return err
	}
	return remember(tx, e, b.Consent, what, "", "")
}

// applyUnreached ends a question that nobody has seen. It has no end of its own: there
// is nothing to rest from.
func applyUnreached(tx *sqlite.Tx, e journal.Applied, touched *journal.Touched) error {
	var b refBody
	if err := e.Body.Decode(&b); err != nil {
		return err
	}
	if err := touch(tx, b.Consent, touched); err != nil {
		return err
	}
	if _, err := tx.Exec(`UPDATE consents SET state = ?, ends = 0 WHERE id = ?`, string(policy.ConsentUnanswered), b.Consent); err != nil {
		return err
	}
	return remember(tx, e, b.Consent, WhatUnreached, "", "")
}

// applyAgreed gives the consent that was asked for, in the place of what was before.
func applyAgreed(tx *sqlite.Tx, e journal.Applied, touched *journal.Touched) error {
	var b agreedBody
	if err := e.Body.Decode(&b); err != nil {
		return err
	}
	c, err := Get(tx, b.Consent)
	if errors.Is(err, clinic.E(clinic.CodeNotFound)) {
		return nil // its beginning was destroyed
	}
	if err != nil {
		return err
	}
	if c.Moved != policy.ConsentRequested && c.Moved != policy.ConsentPending {
		return nil // what was ended before the answer stays ended
	}
	touched.Add(Topic, c.Patient)
	if err := replace(tx, e, c.Patient, c.ID); err != nil {
		return err
	}
	if _, err := tx.Exec(`UPDATE consent_requests SET answer = ? WHERE consent = ?`, b.Message, b.Consent); err != nil {
		return err
	}
	if _, err := tx.Exec(`UPDATE consents SET state = ?, signed_on = ?, expires = ?, starts = ?, ends = ?, signer = ?, signer_name = ? WHERE id = ?`,
		string(policy.ConsentGiven), b.SignedOn.String(), b.Expires.String(), int64(b.Starts), int64(b.Ends), string(SignedByPatient), b.Signer,
		b.Consent); err != nil {
		return err
	}
	return remember(tx, e, b.Consent, WhatGiven, ByText, "")
}

// ofRequest returns the words that a consent by text was asked for in, as they went
// out; empty for every other consent.
func ofRequest(tx *sqlite.Tx, id clinic.ConsentID) (string, error) {
	var words string
	err := tx.QueryRow(`SELECT words FROM consent_requests WHERE consent = ?`, id).Scan(&words)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("consent: read request: %w", err)
	}
	return words, nil
}
