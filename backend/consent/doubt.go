package consent

import (
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/policy"
	"quietline/backend/sqlite"
)

// A Doubt is a question whether whoever has a number still wants texts, which only a
// person can answer: her words may mean it, or what the provider does is not what is
// known here. While one of the first two kinds is open, nothing is sent to any number
// of any patient who has that number. It is raised by a text, under an id that follows
// from that text, so that a clinic which was restored and reads the text again asks
// again.
type Doubt struct {
	// Message is the text that raised it: one of hers, or the one of ours that was
	// refused.
	Message clinic.MessageID
	Number  clinic.NumberID
	Why     Why
	At      clinic.Instant
	// Decided is what a person made of it, empty while it is open. By is zero where
	// nobody had to decide: she said it herself meanwhile.
	Decided   Decision
	By        clinic.StaffID
	DecidedAt clinic.Instant
}

// Why is what raised a doubt.
type Why string

// What raises doubts.
const (
	// WhyWords: a text of hers may mean that she wants no more.
	WhyWords Why = "words"
	// WhyRefused: the provider refused a text because she had asked it for no more, and
	// nobody here knew. Her number is opted out; whether she took a consent back, and
	// not only stopped something before it, has to be found out.
	WhyRefused Why = "refused"
	// WhyReopened: after a STOP she wrote a word on which the provider delivers again,
	// and which means nothing here. She stays opted out.
	WhyReopened Why = "reopened"
)

// Decision is what a person makes of a doubt.
type Decision string

// The decisions.
const (
	// DecidedStop: she wants no more texts. It counts from the time of the doubt.
	DecidedStop Decision = "stop"
	// DecidedReminders: she wants reminders and nothing else.
	DecidedReminders Decision = "reminders"
	// DecidedGoOn: she meant something else; what she agreed to stands.
	DecidedGoOn Decision = "go_on"
	// DecidedStranger: somebody else wrote it, on a number that is held; what the patient
	// agreed to stands. It is open again where it was the patient after all.
	DecidedStranger Decision = "stranger"
)

type doubtBody struct {
	Message clinic.MessageID `json:"message"`
	Number  clinic.NumberID  `json:"number"`
	Why     Why              `json:"why"`
}

type settledBody struct {
	Message  clinic.MessageID `json:"message"`
	Decision Decision         `json:"decision"`
}

var (
	kindDoubted = kind("consent.doubted")
	// Version 2 may say that it was a stranger's, or with no decision that it was not.
	kindSettled = journal.Kind{Name: "consent.doubt_settled", Version: 2, MinReader: 2, Class: journal.ClassConsent}
)

// Doubted records that a text of hers raises a doubt, and reports whether it does: not
// on a number that a stranger has, and not where the words came before every consent of
// hers began and were read elsewhere (past).
func Doubted(d *journal.Decision, number patients.Number, by clinic.MessageID, at clinic.Instant, why Why, past bool) (bool, error) {
	if stranger, err := StrangersOn(d.Tx, number.ID, at); err != nil || stranger {
		return false, err
	}
	if past {
		begun, err := agreedBefore(d.Tx, number.ID, at)
		if err != nil || !begun {
			return false, err
		}
	}
	d.Record(journal.Event{
		ID: d.Names.EventID("consent.doubted", by[:]), Kind: kindDoubted, Dossier: number.Dossier, At: at,
		Body: doubtBody{Message: by, Number: number.ID, Why: why},
	})
	return true, nil
}

// agreedBefore reports whether anybody with a number has a consent that began before an
// instant, so that words of then can be about it.
func agreedBefore(tx *sqlite.Tx, number clinic.NumberID, at clinic.Instant) (bool, error) {
	who, err := patients.With(tx, number)
	if err != nil {
		return false, err
	}
	ids := make([]clinic.PatientID, len(who))
	for i, p := range who {
		ids[i] = p.ID
	}
	current, err := CurrentOf(tx, ids...)
	if err != nil {
		return false, err
	}
	for _, c := range current {
		if revocable(c.Moved) && c.Starts < at {
			return true, nil
		}
	}
	return false, nil
}

// Words are when a number said STOP and START last, zero for never.
type Words struct{ Stopped, Started clinic.Instant }

// With is what both come to.
func (w Words) With(o Words) Words {
	return Words{Stopped: max(w.Stopped, o.Stopped), Started: max(w.Started, o.Started)}
}

// explains reports whether a STOP is why the provider refused a text at an instant: it
// came before, and no START between them.
func (w Words) explains(at clinic.Instant) bool {
	return w.Stopped != 0 && w.Stopped <= at && (w.Started <= w.Stopped || w.Started > at)
}

// RefusedAtProvider records, with the text of ours that showed it, that the provider
// delivered nothing to a number at an instant because that number asked it to. The number
// is opted out from then on; the consents of who has it stand until a person has decided.
// Where the number is opted out already, or a STOP explains it, among the words that are
// read in the same decision too, nothing changes, and the answer is false.
func RefusedAtProvider(d *journal.Decision, number patients.Number, by clinic.MessageID, at clinic.Instant, now Words) (bool, error) {
	var before Words
	if err := d.Tx.QueryRow(`SELECT coalesce(max(stopped), 0), coalesce(max(started), 0) FROM opt_outs WHERE number = ?`, number.ID).
		Scan(&before.Stopped, &before.Started); err != nil {
		return false, fmt.Errorf("consent: read opt-outs: %w", err)
	}
	all := before.With(now)
	if all.explains(at) || all.Stopped != 0 && all.Stopped >= all.Started {
		return false, nil
	}
	d.Record(journal.Event{
		ID: d.Names.EventID("number.refused", by[:]), Kind: kindOptedOut, Dossier: number.Dossier, At: at,
		Body: optBody{Number: number.ID, Message: by, How: AtProvider},
	})
	return Doubted(d, number, by, at, WhyRefused, false)
}

// SettleDoubt records what a person makes of a doubt that is open, and does what
// follows. Who says stop ends her consents as her own STOP would have.
//
// Where reminders alone remain, a consent that allows none ends in the same way, and so do
// spoken words and open questions: they cannot be narrowed.
//
// CodeDecided: somebody has decided already. CodeWider: reminders alone are more than
// any consent of hers allows. CodeBadInput: no decision about this doubt, as that it was a
// stranger's on a number that is not held.
func SettleDoubt(d *journal.Decision, doubt Doubt, decision Decision) error {
	if doubt.Decided != "" {
		return clinic.E(CodeDecided)
	}
	if decision == DecidedStranger {
		holds, err := patients.Holds(d.Tx, doubt.Number)
		if err != nil {
			return err
		}
		if holds[doubt.Number].Since.IsZero() {
			return clinic.E(clinic.CodeBadInput)
		}
	} else if !slices.Contains(doubt.Why.Decisions(), decision) {
		return clinic.E(clinic.CodeBadInput)
	}
	number, err := patients.GetNumber(d.Tx, doubt.Number)
	if err != nil {
		return err
	}
	settle(d, number, doubt, decision)
	switch decision {
	case DecidedStop:
		return Stop(d, number, doubt.Message, doubt.At, ByText)
	case DecidedReminders:
		return onlyReminders(d, number, doubt)
	}
	return nil
}

func settle(d *journal.Decision, number patients.Number, doubt Doubt, decision Decision) {
	d.Record(journal.Event{Kind: kindSettled, Dossier: number.Dossier, Body: settledBody{Message: doubt.Message, Decision: decision}})
}

// Decisions returns what a person can make of a doubt.
func (w Why) Decisions() []Decision {
	switch w {
	case WhyWords:
		return []Decision{DecidedStop, DecidedReminders, DecidedGoOn}
	case WhyRefused:
		return []Decision{DecidedStop, DecidedGoOn}
	}
	return []Decision{DecidedGoOn}
}

// onlyReminders narrows the consents of everyone on a number to reminders, and takes back
// what cannot be: nothing else is left that a text could rest on.
func onlyReminders(d *journal.Decision, number patients.Number, doubt Doubt) error {
	able, err := RemindersOn(d.Tx, number.ID)
	if err != nil {
		return err
	}
	if len(able) == 0 {
		return clinic.E(CodeWider)
	}
	narrowed := make([]clinic.ConsentID, len(able))
	for n, c := range able {
		scope := c.Scope
		scope.Categories = []policy.Category{policy.Reminders}
		if err := Narrow(d, c.ID, scope, ByText); err != nil {
			return err
		}
		narrowed[n] = c.ID
	}
	return takeBack(d, number, doubt.Message, doubt.At, ByText, narrowed...)
}

// RemindersOn returns the consents of those on a number that can be narrowed to
// reminders.
func RemindersOn(tx *sqlite.Tx, number clinic.NumberID) ([]Consent, error) {
	who, err := patients.With(tx, number)
	if err != nil {
		return nil, err
	}
	var able []Consent
	for _, p := range who {
		c, err := Current(tx, p.ID)
		if err != nil {
			return nil, err
		}
		if c == nil || !standing(c.Moved) || !c.Scope.Allows(policy.Reminders) {
			continue
		}
		hers, err := c.saidOn(tx, number)
		if err != nil {
			return nil, err
		}
		if hers {
			able = append(able, *c)
		}
	}
	return able, nil
}

func doubtSchema() []string {
	return []string{
		`CREATE TABLE consent_doubts (
			message BLOB PRIMARY KEY, number BLOB NOT NULL, why TEXT NOT NULL, at INTEGER NOT NULL,
			decided TEXT NOT NULL, decided_by BLOB, decided_at INTEGER NOT NULL
		) STRICT, WITHOUT ROWID`,
		`CREATE INDEX consent_doubts_by_number ON consent_doubts (number, at, message)`,
		`CREATE INDEX consent_doubts_open ON consent_doubts (at, message) WHERE decided = ''`,
	}
}

// applyDoubted raises no doubt about words on a number that is opted out already: there
// is nothing left to take back.
func applyDoubted(tx *sqlite.Tx, e journal.Applied, touched *journal.Touched) error {
	var b doubtBody
	if err := e.Body.Decode(&b); err != nil {
		return err
	}
	if b.Why == WhyWords {
		out, err := OptedOut(tx, b.Number)
		if err != nil {
			return err
		}
		if _, stopped := out[b.Number]; stopped {
			return nil
		}
	}
	touched.Add(Topic)
	_, err := tx.Exec(`INSERT INTO consent_doubts VALUES (?, ?, ?, ?, '', NULL, 0) ON CONFLICT DO NOTHING`,
		b.Message, b.Number, string(b.Why), int64(e.At))
	return err
}

func applySettled(tx *sqlite.Tx, e journal.Applied, touched *journal.Touched) error {
	var b settledBody
	if err := e.Body.Decode(&b); err != nil {
		return err
	}
	touched.Add(Topic)
	if b.Decision == "" { // no stranger's after all
		_, err := tx.Exec(`UPDATE consent_doubts SET decided = '', decided_by = NULL, decided_at = 0 WHERE message = ? AND decided = ?`,
			b.Message, string(DecidedStranger))
		return err
	}
	_, err := tx.Exec(`UPDATE consent_doubts SET decided = ?, decided_by = ?, decided_at = ? WHERE message = ? AND decided = ''`,
		string(b.Decision), e.Author, int64(e.At), b.Message)
	return err
}

// answerDoubts ends the doubts that a STOP or a START in plain words answers by itself. A
// refusal is answered by a STOP from before it, too, where it is read only now.
func answerDoubts(tx *sqlite.Tx, e journal.Applied, b optBody) error {
	if b.How == AtProvider {
		return nil
	}
	which, decided := `at <= ?2 OR why = '`+string(WhyRefused)+`' AND NOT EXISTS (
		SELECT 1 FROM opt_outs o WHERE o.number = ?3 AND o.started > ?2 AND o.started <= consent_doubts.at)`, DecidedStop
	if e.Kind == kindOptedIn.Name {
		which, decided = `at <= ?2 AND why = '`+string(WhyReopened)+`'`, DecidedGoOn
	}
	_, err := tx.Exec(`UPDATE consent_doubts SET decided = ?1, decided_at = ?2 WHERE number = ?3 AND decided = '' AND (`+which+`)`,
		string(decided), int64(e.At), b.Number)
	return err
}

const doubtColumns = `message, number, why, at, decided, decided_by, decided_at`

// DoubtBy returns the doubt that a text has raised, or CodeNotFound.
func DoubtBy(tx *sqlite.Tx, message clinic.MessageID) (Doubt, error) {
	d, err := scanDoubt(tx.QueryRow(`SELECT `+doubtColumns+` FROM consent_doubts WHERE message = ?`, message))
	if errors.Is(err, sql.ErrNoRows) {
		return Doubt{}, clinic.E(clinic.CodeNotFound)
	}
	return d, err
}

// OpenDoubts returns the doubts that nobody has decided, those raised first first.
func OpenDoubts(tx *sqlite.Tx) ([]Doubt, error) {
	return doubts(tx.Query(`SELECT ` + doubtColumns + ` FROM consent_doubts WHERE decided = '' ORDER BY at, message`))
}

// DoubtsOn returns the doubts that a number has raised, those raised first first.
func DoubtsOn(tx *sqlite.Tx, number clinic.NumberID) ([]Doubt, error) {
	return doubts(tx.Query(`SELECT `+doubtColumns+` FROM consent_doubts WHERE number = ? ORDER BY at, message`, number))
}

// Paused returns since when doubts keep texts from those of some numbers that they do.
func Paused(tx *sqlite.Tx, numbers ...clinic.NumberID) (map[clinic.NumberID]clinic.Instant, error) {
	open, err := doubts(tx.Query(`SELECT `+doubtColumns+` FROM consent_doubts
		WHERE decided = '' AND why <> ? AND number IN `+sqlite.InSet, string(WhyReopened), sqlite.Set(numbers...)))
	since := make(map[clinic.NumberID]clinic.Instant, len(open))
	for _, d := range open {
		if first, known := since[d.Number]; !known || d.At < first {
			since[d.Number] = d.At
		}
	}
	return since, err
}

func doubts(rows *sqlite.Rows, err error) ([]Doubt, error) {
	if err != nil {
		return nil, fmt.Errorf("consent: read doubts: %w", err)
	}
	defer rows.Close()
	var all []Doubt
	for rows.Next() {
		d, err := scanDoubt(rows)
		if err != nil {
			return nil, fmt.Errorf("consent: read doubts: %w", err)
		}
		all = append(all, d)
	}
	return all, rows.Err()
}

func scanDoubt(row interface{ Scan(...any) error }) (Doubt, error) {
	var d Doubt
	err := row.Scan(&d.Message, &d.Number, &d.Why, &d.At, &d.Decided, &d.By, &d.DecidedAt)
	return d, err
}
