package consent

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/policy"
	"quietline/backend/sqlite"
)

// A round asks many patients for a consent by text, one after the other. Who is asked
// is decided for each when her turn comes; the round keeps whose turn it is, so that
// it goes on after a lock or a stop of the program, and asks nobody twice.

// MostInRound is how many patients one round asks.
const MostInRound = 500

// TopicRound is touched when a round goes on.
const TopicRound = "round"

// Codes of a round.
const (
	// CodeRoundOpen: another round is under way.
	CodeRoundOpen clinic.Code = "consent.round_open"
	// CodeRoundSize: nobody, or more than parameter "most" at once.
	CodeRoundSize clinic.Code = "consent.round_size"
	// CodeRoundOff: the clinic does not ask many patients at once.
	CodeRoundOff clinic.Code = "consent.round_off"
)

type roundKind struct{}

// RoundID names one round.
type RoundID = clinic.ID[roundKind]

// RoundEnd is why a round is over; empty while it is not.
type RoundEnd string

// The ends.
const (
	RoundRuns    RoundEnd = ""
	RoundDone    RoundEnd = "done"
	RoundStopped RoundEnd = "stopped" // by a person
	RoundLeft    RoundEnd = "left"    // whoever began it has left the clinic
	RoundOff     RoundEnd = "off"     // the clinic does not ask many at once any more
	RoundFails   RoundEnd = "fails"   // one question after the other did not arrive
	// RoundRestored: the records went on from an older copy. In the time that is missing
	// others of it may have been asked.
	RoundRestored RoundEnd = "restored"
)

// RoundEnds lists them.
func RoundEnds() []RoundEnd {
	return []RoundEnd{RoundRuns, RoundDone, RoundStopped, RoundLeft, RoundOff, RoundFails, RoundRestored}
}

// Round is one round, as it stands.
type Round struct {
	ID    RoundID
	Begun clinic.Instant
	By    clinic.StaffID
	End   RoundEnd
	// Ended is when it was over, zero while it is not.
	Ended clinic.Instant
	// Waiting, Asked and Passed count its patients. Passed are those who could not be
	// asked when their turn came.
	Waiting, Asked, Passed int
}

// InRound is a patient of a round.
type InRound struct {
	Patient clinic.PatientID
	// Turn is when hers came; zero while it has not.
	Turn clinic.Instant
	// State is what has come of her question; empty where she was not asked.
	State policy.ConsentState
	// Reason is why she was passed over, nil where she was not.
	Reason *policy.Reason
}

type roundBody struct {
	Round    RoundID            `json:"round"`
	Patients []clinic.PatientID `json:"patients"`
}

// turnBody has a consent where the patient was asked, and a reason where she was not.
type turnBody struct {
	Round   RoundID          `json:"round"`
	Patient clinic.PatientID `json:"patient"`
	Consent clinic.ConsentID `json:"consent,omitzero"`
	Reason  *policy.Reason   `json:"reason,omitempty"`
}

type roundEndBody struct {
	Round RoundID  `json:"round"`
	End   RoundEnd `json:"end"`
}

var (
	kindRound    = kind("consent.round_begun")
	kindTurn     = kind("consent.round_turn")
	kindRoundEnd = kind("consent.round_ended")
)

// BeginRound begins to ask patients, in this order. The same round again does nothing.
// Who may begin one, and whether the clinic asks many at all, is the caller's to say.
func BeginRound(d *journal.Decision, id RoundID, who []clinic.PatientID) error {
	if len(who) == 0 || len(who) > MostInRound {
		return clinic.E(CodeRoundSize).With("most", MostInRound)
	}
	seen := make(map[clinic.PatientID]bool, len(who))
	for _, p := range who {
		seen[p] = true
	}
	if id.IsZero() || len(seen) != len(who) {
		return clinic.E(clinic.CodeBadInput)
	}
	var known int
	if err := d.Tx.QueryRow(`SELECT count(*) FROM consent_rounds WHERE id = ?`, id).Scan(&known); err != nil || known > 0 {
		return err
	}
	if last, found, err := LastRound(d.Tx); err != nil || found && last.End == RoundRuns {
		if err == nil {
			err = clinic.E(CodeRoundOpen)
		}
		return err
	}
	d.Record(journal.Event{Kind: kindRound, Body: roundBody{id, who}})
	return nil
}

// AskedInTurn records that a patient of a round was asked with a question.
func AskedInTurn(d *journal.Decision, id RoundID, who clinic.PatientID, question clinic.ConsentID) {
	d.Record(journal.Event{Kind: kindTurn, Body: turnBody{Round: id, Patient: who, Consent: question}})
}

// PassedOver records that a patient of a round could not be asked in her turn, and why.
func PassedOver(d *journal.Decision, id RoundID, who clinic.PatientID, why policy.Reason) {
	d.Record(journal.Event{Kind: kindTurn, Body: turnBody{Round: id, Patient: who, Reason: &why}})
}

// EndRound ends a round that runs. Who was asked stays asked.
func EndRound(d *journal.Decision, r Round, end RoundEnd) {
	if r.End == RoundRuns && end != RoundRuns {
		d.Record(journal.Event{Kind: kindRoundEnd, Body: roundEndBody{r.ID, end}})
	}
}

// LastRound returns the last round, and whether there was one.
func LastRound(tx *sqlite.Tx) (Round, bool, error) {
	all, err := rounds(tx, math.MaxInt64, 1)
	if err != nil || len(all) == 0 {
		return Round{}, false, err
	}
	return all[0], true, nil
}

// RoundsBefore returns up to limit rounds that were begun before another, the newest
// first. CodeNotFound: there is no such round.
func RoundsBefore(tx *sqlite.Tx, id RoundID, limit int) ([]Round, error) {
	var seq int64
	err := tx.QueryRow(`SELECT seq FROM consent_rounds WHERE id = ?`, id).Scan(&seq)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, clinic.E(clinic.CodeNotFound)
	}
	if err != nil {
		return nil, fmt.Errorf("consent: read rounds: %w", err)
	}
	return rounds(tx, seq, limit)
}

func rounds(tx *sqlite.Tx, before int64, limit int) ([]Round, error) {
	rows, err := tx.Query(`SELECT r.id, r.begun, r.staff, r.ending, r.ended, (SELECT count(*) FROM consent_round_patients p WHERE p.round = r.id AND p.turn = 0),
			(SELECT count(p.consent) FROM consent_round_patients p WHERE p.round = r.id),
			(SELECT count(*) FROM consent_round_patients p WHERE p.round = r.id AND p.reason <> '')
		FROM consent_rounds r WHERE r.seq < ? ORDER BY r.seq DESC LIMIT ?`, before, limit)
	if err != nil {
		return nil, fmt.Errorf("consent: read rounds: %w", err)
	}
	defer rows.Close()
	var all []Round
	for rows.Next() {
		var r Round
		if err := rows.Scan(&r.ID, &r.Begun, &r.By, &r.End, &r.Ended, &r.Waiting, &r.Asked, &r.Passed); err != nil {
			return nil, fmt.Errorf("consent: read rounds: %w", err)
		}
		all = append(all, r)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("consent: read rounds: %w", err)
	}
	return all, nil
}

// NewestInRound returns the newest questions of a round, the last first.
func NewestInRound(tx *sqlite.Tx, id RoundID, most int) ([]TextRequest, error) {
	return textRequests(tx, `r.consent IN (SELECT consent FROM consent_round_patients WHERE round = ? AND consent IS NOT NULL
		ORDER BY turn DESC, place DESC LIMIT ?)`, id, most)
}

// WaitingIn returns the patients of a round whose turn has not come, in order.
func WaitingIn(tx *sqlite.Tx, id RoundID) ([]clinic.PatientID, error) {
	rows, err := tx.Query(`SELECT patient FROM consent_round_patients WHERE round = ? AND turn = 0 ORDER BY place`, id)
	if err != nil {
		return nil, fmt.Errorf("consent: read round: %w", err)
	}
	defer rows.Close()
	var all []clinic.PatientID
	for rows.Next() {
		var p clinic.PatientID
		if err := rows.Scan(&p); err != nil {
			return nil, fmt.Errorf("consent: read round: %w", err)
		}
		all = append(all, p)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("consent: read round: %w", err)
	}
	return all, nil
}

// PatientsIn returns the patients of a round in order, and what has come of each.
func PatientsIn(tx *sqlite.Tx, id RoundID, now clinic.Instant) ([]InRound, error) {
	rows, err := tx.Query(`SELECT p.patient, p.turn, p.reason, coalesce(c.state, ''), coalesce(q.until, 0) FROM consent_round_patients p
		LEFT JOIN consents c ON c.id = p.consent LEFT JOIN consent_requests q ON q.consent = p.consent
		WHERE p.round = ? ORDER BY p.place`, id)
	if err != nil {
		return nil, fmt.Errorf("consent: read round: %w", err)
	}
	defer rows.Close()
	var all []InRound
	for rows.Next() {
		var p InRound
		var reason string
		var until clinic.Instant
		if err := rows.Scan(&p.Patient, &p.Turn, &reason, &p.State, &until); err != nil {
			return nil, fmt.Errorf("consent: read round: %w", err)
		}
		if p.State == policy.ConsentRequested && until <= now {
			p.State = policy.ConsentUnanswered
		}
		if reason != "" {
			p.Reason = &policy.Reason{}
			if err := json.Unmarshal([]byte(reason), p.Reason); err != nil {
				return nil, fmt.Errorf("consent: read round: %w", err)
			}
		}
		all = append(all, p)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("consent: read round: %w", err)
	}
	return all, nil
}

func roundSchema() []string {
	return []string{
		`CREATE TABLE consent_rounds (
			seq INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, begun INTEGER NOT NULL, staff BLOB, ending TEXT NOT NULL, ended INTEGER NOT NULL
		) STRICT`,
		`CREATE TABLE consent_round_patients (
			round BLOB NOT NULL, place INTEGER NOT NULL, patient BLOB NOT NULL,
			turn INTEGER NOT NULL, -- when it came; 0 while it has not
			consent BLOB, -- the question, where there was one
			reason TEXT NOT NULL, -- why she was passed over
			PRIMARY KEY (round, patient)
		) STRICT, WITHOUT ROWID`,
	}
}

func applyRound(tx *sqlite.Tx, e journal.Applied, touched *journal.Touched) error {
	touched.Add(TopicRound)
	switch e.Kind {
	case kindRound.Name:
		var b roundBody
		if err := e.Body.Decode(&b); err != nil {
			return err
		}
		if _, err := tx.Exec(`INSERT INTO consent_rounds VALUES (?, ?, ?, ?, '', 0)`, int64(e.Pos.Seq), b.Round, int64(e.At), e.Author); err != nil {
			return err
		}
		for place, p := range b.Patients {
			if _, err := tx.Exec(`INSERT INTO consent_round_patients VALUES (?, ?, ?, 0, NULL, '')`, b.Round, place, p); err != nil {
				return err
			}
		}
		return nil
	case kindTurn.Name:
		return applyTurn(tx, e)
	}
	var b roundEndBody
	if err := e.Body.Decode(&b); err != nil {
		return err
	}
	_, err := tx.Exec(`UPDATE consent_rounds SET ending = ?, ended = ? WHERE id = ?`, string(b.End), int64(e.At), b.Round)
	return err
}

func applyTurn(tx *sqlite.Tx, e journal.Applied) error {
	var b turnBody
	if err := e.Body.Decode(&b); err != nil {
		return err
	}
	reason := ""
	if b.Reason != nil {
		raw, err := json.Marshal(b.Reason)
		if err != nil {
			return err
		}
		reason = string(raw)
	}
	_, err := tx.Exec(`UPDATE consent_round_patients SET turn = ?, consent = ?, reason = ? WHERE round = ? AND patient = ?`,
		int64(e.At), b.Consent, reason, b.Round, b.Patient)
	return err
}
