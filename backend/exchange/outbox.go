package exchange

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/policy"
	"quietline/backend/sqlite"
)

var kindListened = journal.Kind{Name: "exchange.listened", Version: 1, MinReader: 1, Class: journal.ClassOutbox}

// listenedBody says up to when, by the provider's clock, every text is known.
type listenedBody struct {
	UpTo clinic.Instant `json:"upTo"`
}

// Projection returns the reducer of the outbox: the texts that have not reached
// an end at the provider's door, and how far the provider was read.
func Projection() journal.Projection { return projection{} }

type projection struct{}

func (projection) Name() string { return "exchange" }

func (projection) Schema() []string {
	return []string{
		`CREATE TABLE outbox (
			message BLOB PRIMARY KEY, seq INTEGER NOT NULL, thread BLOB NOT NULL, state TEXT NOT NULL,
			category TEXT NOT NULL, started_by TEXT NOT NULL, overrides TEXT NOT NULL,
			since INTEGER NOT NULL, until INTEGER NOT NULL, attempts INTEGER NOT NULL, attempted INTEGER NOT NULL
		) STRICT, WITHOUT ROWID`,
		`CREATE INDEX outbox_in_order ON outbox (thread, seq)`,
		// again: the provider's list is to be read once more from up_to before
		// anything is sent.
		`CREATE TABLE exchange_listened (
			one INTEGER PRIMARY KEY CHECK (one = 1), up_to INTEGER NOT NULL, again INTEGER NOT NULL
		) STRICT`,
	}
}

func (projection) Kinds() []journal.Kind {
	return []journal.Kind{
		kindListened, archive.KindWritten, archive.KindPostponed, archive.KindHeld, archive.KindConfirmed,
		archive.KindWithdrawn, archive.KindAttempt, archive.KindAccepted, archive.KindFailed, archive.KindUnsure,
		archive.KindAsk, archive.KindReopened,
	}
}

func (projection) Decisive() []string { return []string{"outbox", "exchange_listened"} }

func (projection) Apply(tx *sqlite.Tx, e journal.Applied, touched *journal.Touched) error {
	if e.Body.Destroyed() {
		return nil
	}
	if e.Kind != kindListened.Name {
		touched.Add(TopicLine)
	}
	switch e.Kind {
	case kindListened.Name:
		var b listenedBody
		if err := e.Body.Decode(&b); err != nil {
			return err
		}
		_, err := tx.Exec(`INSERT INTO exchange_listened VALUES (1, ?, 0)
			ON CONFLICT (one) DO UPDATE SET up_to = max(up_to, excluded.up_to), again = 0`, int64(b.UpTo))
		return err
	case archive.KindReopened.Name:
		var b archive.Reopened
		if err := e.Body.Decode(&b); err != nil {
			return err
		}
		return applyReopened(tx, b)
	case archive.KindWritten.Name:
		var b archive.Written
		if err := e.Body.Decode(&b); err != nil {
			return err
		}
		return applyWritten(tx, e, b)
	case archive.KindPostponed.Name:
		var b archive.Postponed
		if err := e.Body.Decode(&b); err != nil {
			return err
		}
		return applyPostponed(tx, b)
	case archive.KindConfirmed.Name:
		var b archive.Confirmed
		if err := e.Body.Decode(&b); err != nil {
			return err
		}
		return applyConfirmed(tx, e, b)
	case archive.KindAttempt.Name:
		var b archive.Attempt
		if err := e.Body.Decode(&b); err != nil {
			return err
		}
		_, err := tx.Exec(`UPDATE outbox SET state = ?, attempts = ?, attempted = ? WHERE message = ?`,
			string(archive.Sending), b.Number, int64(e.At), b.Message)
		return err
	case archive.KindAccepted.Name:
		var b archive.Accepted
		if err := e.Body.Decode(&b); err != nil {
			return err
		}
		return leave(tx, b.Message)
	}
	var b archive.Stopped
	if err := e.Body.Decode(&b); err != nil {
		return err
	}
	switch e.Kind {
	case archive.KindWithdrawn.Name, archive.KindFailed.Name:
		return leave(tx, b.Message)
	case archive.KindHeld.Name:
		return stand(tx, b.Message, archive.Held)
	case archive.KindUnsure.Name:
		return stand(tx, b.Message, archive.Unsure)
	case archive.KindAsk.Name:
		return stand(tx, b.Message, archive.Ask)
	}
	return fmt.Errorf("exchange: no rule for kind %s", e.Kind)
}

func applyWritten(tx *sqlite.Tx, e journal.Applied, b archive.Written) error {
	overrides, err := json.Marshal(b.Overrides)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO outbox VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0) ON CONFLICT DO NOTHING`,
		b.Message, int64(e.Pos.Seq), b.Thread, string(archive.Waiting), string(b.Category), string(b.StartedBy),
		string(overrides), int64(e.At))
	return err
}

// applyPostponed keeps since when a text could have gone: where it waits for an
// hour, that hour; where it waits for the line, what it was.
func applyPostponed(tx *sqlite.Tx, b archive.Postponed) error {
	state := archive.Waiting
	if b.Until != 0 {
		state = archive.Later
	}
	_, err := tx.Exec(`UPDATE outbox SET state = ?1, until = ?2, since = CASE WHEN ?2 > 0 THEN ?2 ELSE since END
		WHERE message = ?3`, string(state), int64(b.Until), b.Message)
	return err
}

// applyConfirmed lets a text wait anew, from now: a person has just read it.
func applyConfirmed(tx *sqlite.Tx, e journal.Applied, b archive.Confirmed) error {
	overrides, err := json.Marshal(b.Overrides)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`UPDATE outbox SET state = ?, until = 0, since = ?, overrides = ? WHERE message = ?`,
		string(archive.Waiting), int64(e.At), string(overrides), b.Message)
	return err
}

// applyReopened lets nothing of the outbox go by itself, and nothing at all until
// the provider was read anew. A text that waited may have been attempted in the
// time that is missing, so that one in the provider's list can be it.
func applyReopened(tx *sqlite.Tx, b archive.Reopened) error {
	if _, err := tx.Exec(`UPDATE outbox SET state = ?, until = 0, attempts = max(attempts, 1),
		attempted = CASE attempted WHEN 0 THEN since ELSE attempted END`, string(archive.Ask)); err != nil {
		return err
	}
	_, err := tx.Exec(`INSERT INTO exchange_listened VALUES (1, 0, 1)
		ON CONFLICT (one) DO UPDATE SET up_to = min(up_to, ?), again = 1`, int64(b.Since))
	return err
}

func stand(tx *sqlite.Tx, id clinic.MessageID, state archive.State) error {
	_, err := tx.Exec(`UPDATE outbox SET state = ? WHERE message = ?`, string(state), id)
	return err
}

func leave(tx *sqlite.Tx, id clinic.MessageID) error {
	_, err := tx.Exec(`DELETE FROM outbox WHERE message = ?`, id)
	return err
}

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
}

const itemColumns = `message, thread, state, category, started_by, overrides, since, until, attempts, attempted`

func scanItem(row interface{ Scan(...any) error }) (item, error) {
	var i item
	var overrides string
	if err := row.Scan(&i.message, &i.thread, &i.state, &i.category, &i.startedBy, &overrides,
		&i.since, &i.until, &i.attempts, &i.attempted); err != nil {
		return item{}, err
	}
	if err := json.Unmarshal([]byte(overrides), &i.overrides); err != nil {
		return item{}, fmt.Errorf("exchange: read overrides: %w", err)
	}
	return i, nil
}

func itemOf(tx *sqlite.Tx, id clinic.MessageID) (item, error) {
	i, err := scanItem(tx.QueryRow(`SELECT `+itemColumns+` FROM outbox WHERE message = ?`, id))
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
// does not. After the archive went on from an older copy, nothing is due until
// the provider's list was read.
func due(tx *sqlite.Tx, now clinic.Instant) ([]item, error) {
	return items(tx, `(state = 'waiting' OR (state = 'later' AND until <= ?)) AND NOT EXISTS (
		SELECT 1 FROM outbox e WHERE e.thread = o.thread AND e.seq < o.seq AND e.state IN ('waiting', 'sending', 'unsure'))
		AND NOT EXISTS (SELECT 1 FROM exchange_listened WHERE again = 1)`,
		int64(now))
}

// decide asks whether the text may go now.
func (i item) decide(tx *sqlite.Tx, line policy.Line, now clinic.Instant) (policy.Verdict, error) {
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
	draft := draftOf(thread, m.Body, i.category, i.startedBy, i.overrides)
	draft.HeldSince = i.since
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
		count(*) FILTER (WHERE state IN ('held', 'ask')) FROM outbox WHERE thread IN `+sqlite.InSet,
		sqlite.Set(threads...)).Scan(&c.Waiting, &c.Undecided)
	if err != nil {
		return Counts{}, fmt.Errorf("exchange: count outbox: %w", err)
	}
	return c, nil
}

// WaitingThreads returns the threads that have a text in the outbox.
func WaitingThreads(tx *sqlite.Tx) ([]clinic.ThreadID, error) {
	rows, err := tx.Query(`SELECT DISTINCT thread FROM outbox`)
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

// listened returns up to when the provider was read, and whether it must be read
// from there once more before anything is sent.
func listened(tx *sqlite.Tx) (upTo clinic.Instant, again bool, err error) {
	err = tx.QueryRow(`SELECT up_to, again FROM exchange_listened WHERE one = 1`).Scan(&upTo, &again)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, false, nil
	}
	return upTo, again, err
}
