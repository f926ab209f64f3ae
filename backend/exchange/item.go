package exchange

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/patients"
	"quietline/backend/policy"
	"quietline/backend/sqlite"
)

// item is a text in the outbox.
type item struct {
	message   clinic.MessageID
	thread    clinic.ThreadID
	state     archive.State
	category  policy.Category
	startedBy policy.StartedBy
	overrides []policy.Override
	since     clinic.Instant
	until     clinic.Instant
	attempts  int
	attempted clinic.Instant
	// first is when it was first attempted; doubts counts the attempts that may have
	// left.
	first  clinic.Instant
	doubts int
	// atProvider: it is to wait with the provider where it may.
	atProvider bool
	// pictures counts the pictures that go with it.
	pictures int
	// purpose is for what it leaves without a consent, asks which question it asks.
	purpose policy.Purpose
	asks    clinic.ConsentID
}

// waits leaves out the traces: texts that went out or were given up while an
// attempt of theirs is in doubt.
const waits = `state NOT IN ('given_up', 'sent')`

const itemColumns = `message, thread, state, category, started_by, overrides, since, until, attempts, attempted, first_attempted, doubts, purpose, asks, at_provider, pictures`

func scanItem(row interface{ Scan(...any) error }) (item, error) {
	var i item
	var overrides string
	if err := row.Scan(&i.message, &i.thread, &i.state, &i.category, &i.startedBy, &overrides,
		&i.since, &i.until, &i.attempts, &i.attempted, &i.first, &i.doubts, &i.purpose, &i.asks, &i.atProvider, &i.pictures); err != nil {
		return item{}, err
	}
	if err := json.Unmarshal([]byte(overrides), &i.overrides); err != nil {
		return item{}, fmt.Errorf("exchange: read overrides: %w", err)
	}
	return i, nil
}

// itemOf returns a text that waits, or archive.CodeNotWaiting.
func itemOf(tx *sqlite.Tx, id clinic.MessageID) (item, error) {
	i, err := scanItem(tx.QueryRow(`SELECT `+itemColumns+` FROM outbox WHERE message = ? AND `+waits, id))
	if errors.Is(err, sql.ErrNoRows) {
		return item{}, clinic.E(archive.CodeNotWaiting)
	}
	return i, err
}

func items(tx *sqlite.Tx, where string, args ...any) ([]item, error) {
	rows, err := tx.Query(`SELECT `+itemColumns+` FROM outbox o WHERE `+where+` ORDER BY seq`, args...)
	if err != nil {
		return nil, fmt.Errorf("exchange: read outbox: %w", err)
	}
	defer rows.Close()
	var all []item
	for rows.Next() {
		i, err := scanItem(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, i)
	}
	return all, rows.Err()
}

// due returns the texts whose turn it is: the first of its thread that can move,
// once its hour has come. A text whose fate is open holds back those behind it,
// so that a thread's order is kept; one that waits for an hour or for a person
// does not. On a line that is new, and after the archive went on from an older copy,
// nothing is due until the provider's list was read; nor at a standstill.
func due(tx *sqlite.Tx, now clinic.Instant) ([]item, error) {
	return items(tx, `(state = 'waiting' OR (state = 'later' AND until <= ?)) AND NOT EXISTS (
		SELECT 1 FROM outbox e WHERE e.thread = o.thread AND e.seq < o.seq AND e.state IN ('waiting', 'sending', 'unsure'))
		AND NOT EXISTS (SELECT 1 FROM exchange_reading WHERE one = 1 AND again > 0)
		AND NOT EXISTS (SELECT 1 FROM exchange_standstill WHERE what IN ('elsewhere', 'review') AND ended = 0)`,
		int64(now))
}

// decide asks whether the text may go now.
func (i item) decide(tx *sqlite.Tx, line policy.Line, now clinic.Instant) (policy.Verdict, error) {
	return i.decideAt(tx, line, now, 0)
}

// decideAt asks whether the text may be left with the provider for a time; zero asks
// whether it may go now.
func (i item) decideAt(tx *sqlite.Tx, line policy.Line, now, at clinic.Instant) (policy.Verdict, error) {
	m, err := archive.GetMessage(tx, archive.SeeAll(), i.message)
	if err != nil {
		return policy.Verdict{}, err
	}
	thread, err := archive.GetThread(tx, archive.SeeAll(), i.thread)
	if err != nil {
		return policy.Verdict{}, err
	}
	facts, err := Facts(tx, thread, line, now)
	if err != nil {
		return policy.Verdict{}, err
	}
	draft := draftOf(thread, m.Body, i.pictures, i.category, i.startedBy, i.overrides)
	draft.HeldSince, draft.SendAt, draft.Purpose = i.since, at, i.purpose
	if !at.IsZero() {
		draft.HeldSince = 0 // its hour lies ahead: nothing has held it
	}
	if i.state == archive.Scheduled || i.state == archive.Sending {
		// It counts towards the caps already, and not a second time.
		if own := slices.Index(facts.Sent, m.Left); own >= 0 {
			facts.Sent = slices.Delete(facts.Sent, own, own+1)
		}
	}
	if i.purpose != policy.Ordinary { // ready words tell nothing
		facts.Request, err = i.requestFact(tx, now)
		return policy.Decide(draft, facts), err
	}
	// Names were asked about when the text was written, of somebody who may see them.
	if _, facts.Findings, err = check(tx, patients.Sight{}, m.Body, i.category, facts); err != nil {
		return policy.Verdict{}, err
	}
	return policy.Decide(draft, facts), nil
}

// Counts is what waits in the outbox.
type Counts struct {
	Waiting   int // has not left
	Undecided int // a person has to decide
}

// Count counts what waits in the threads in sight.
func Count(tx *sqlite.Tx, s archive.Sight) (Counts, error) {
	threads, err := WaitingThreads(tx)
	if err != nil {
		return Counts{}, err
	}
	if threads, err = archive.InSight(tx, s, threads...); err != nil {
		return Counts{}, err
	}
	var c Counts
	err = tx.QueryRow(`SELECT count(*) FILTER (WHERE state NOT IN ('held', 'ask')),
		count(*) FILTER (WHERE state IN ('held', 'ask')) FROM outbox WHERE `+waits+` AND thread IN `+sqlite.InSet,
		sqlite.Set(threads...)).Scan(&c.Waiting, &c.Undecided)
	if err != nil {
		return Counts{}, fmt.Errorf("exchange: count outbox: %w", err)
	}
	return c, nil
}

// WaitingThreads returns the threads that have a text in the outbox.
func WaitingThreads(tx *sqlite.Tx) ([]clinic.ThreadID, error) {
	rows, err := tx.Query(`SELECT DISTINCT thread FROM outbox WHERE ` + waits)
	if err != nil {
		return nil, fmt.Errorf("exchange: read outbox: %w", err)
	}
	defer rows.Close()
	all := []clinic.ThreadID{}
	for rows.Next() {
		var id clinic.ThreadID
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("exchange: read outbox: %w", err)
		}
		all = append(all, id)
	}
	return all, rows.Err()
}
