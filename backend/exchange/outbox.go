package exchange

import (
	"encoding/json"
	"fmt"
	"slices"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/provider"
	"quietline/backend/sqlite"
)

// kindRepeated says that a text which went out did so in an earlier attempt as
// well: a person had let it go again before that one was found.
var kindRepeated = journal.Kind{Name: "exchange.repeated", Version: 1, MinReader: 1, Class: journal.ClassOutbox}

// repeatedBody names the text as it was listed, and the text of ours that it is.
type repeatedBody struct {
	Message clinic.MessageID `json:"message"`
	Of      clinic.MessageID `json:"of"`
}

// Projection returns the reducer of the outbox: the texts that have not reached
// an end at the provider's door, and how far the provider was read.
func Projection() journal.Projection { return projection{} }

type projection struct{}

func (projection) Name() string { return "exchange" }

func (projection) Schema() []string {
	return slices.Concat(outboxSchema(), readingSchema(), strangerSchema(), standstillSchema(), purgeSchema(), pictureSchema())
}

func outboxSchema() []string {
	return []string{
		`CREATE TABLE outbox (
			message BLOB PRIMARY KEY, seq INTEGER NOT NULL, thread BLOB NOT NULL, state TEXT NOT NULL,
			category TEXT NOT NULL, started_by TEXT NOT NULL, overrides TEXT NOT NULL,
			since INTEGER NOT NULL, until INTEGER NOT NULL, attempts INTEGER NOT NULL, attempted INTEGER NOT NULL,
			first_attempted INTEGER NOT NULL,
			purpose TEXT NOT NULL, asks BLOB, -- for what it leaves without a consent, and which question it asks
			doubts INTEGER NOT NULL, -- attempts that may have left and were not found at the provider yet
			at_provider INTEGER NOT NULL, -- it is to wait with the provider where it may
			pictures INTEGER NOT NULL -- how many go with it
		) STRICT, WITHOUT ROWID`,
		`CREATE INDEX outbox_in_order ON outbox (thread, seq)`,
	}
}

func (projection) Kinds() []journal.Kind {
	return []journal.Kind{
		kindListened, kindHistory, kindCompared, kindStranger, kindSettled, archive.KindWritten, archive.KindPostponed, archive.KindHeld, archive.KindConfirmed,
		archive.KindWithdrawn, archive.KindPictured, archive.KindAttempt, archive.KindAccepted, archive.KindFailed, archive.KindUnsure,
		archive.KindAsk, archive.KindGivenUp, archive.KindReopened, kindRepeated,
		archive.KindRecall, archive.KindTooLate, archive.KindReported,
		kindReviewAsked, kindReviewed, kindElsewhere, kindHere, kindPurging, kindPurged, archive.KindAttachmentStored, kindLent, kindReturned,
	}
}

// Decisive: a changed row of the outbox sends a text, and one of the standstills lets
// all go; one of the others keeps a stretch from being read, or has something removed
// at the provider.
func (projection) Decisive() []string {
	return []string{"outbox", "exchange_reading", "exchange_strangers", "exchange_standstill", "exchange_purging"}
}

func (projection) Apply(tx *sqlite.Tx, e journal.Applied, touched *journal.Touched) error {
	if e.Body.Destroyed() {
		return nil
	}
	switch e.Kind {
	case kindListened.Name, kindLent.Name, kindReturned.Name, archive.KindAttachmentStored.Name, archive.KindReported.Name:
	default:
		touched.Add(TopicLine)
	}
	switch e.Kind {
	case kindListened.Name:
		return with(tx, e, applyListened)
	case kindHistory.Name:
		return with(tx, e, applyHistory)
	case kindCompared.Name:
		return with(tx, e, applyCompared)
	case kindStranger.Name:
		return with(tx, e, applyStranger)
	case kindSettled.Name:
		return with(tx, e, applySettled)
	case kindReviewAsked.Name:
		return with(tx, e, applyReviewAsked)
	case kindReviewed.Name:
		return with(tx, e, applyReviewed)
	case kindElsewhere.Name:
		return with(tx, e, applyElsewhere)
	case kindHere.Name:
		return with(tx, e, applyHere)
	case archive.KindReopened.Name:
		return with(tx, e, applyReopened)
	case archive.KindWritten.Name:
		return with(tx, e, applyWritten)
	case archive.KindPictured.Name:
		return with(tx, e, applyPictured)
	case archive.KindPostponed.Name:
		return with(tx, e, applyPostponed)
	case archive.KindConfirmed.Name:
		return with(tx, e, applyConfirmed)
	case archive.KindAttempt.Name:
		return with(tx, e, applyAttempt)
	case archive.KindAccepted.Name:
		return with(tx, e, applyAccepted)
	case archive.KindReported.Name:
		return with(tx, e, func(tx *sqlite.Tx, _ journal.Applied, b archive.Reported) error {
			return applyReported(tx, touched, b)
		})
	case kindPurging.Name:
		return with(tx, e, applyPurging)
	case kindPurged.Name:
		return with(tx, e, applyPurged)
	case archive.KindAttachmentStored.Name:
		return with(tx, e, applyCame)
	case kindLent.Name:
		return with(tx, e, applyLent)
	case kindReturned.Name:
		return with(tx, e, applyReturned)
	case kindRepeated.Name:
		return with(tx, e, applyRepeated)
	}
	return with(tx, e, applyStopped)
}

// with decodes the body of an event for a rule.
func with[B any](tx *sqlite.Tx, e journal.Applied, rule func(*sqlite.Tx, journal.Applied, B) error) error {
	var b B
	if err := e.Body.Decode(&b); err != nil {
		return err
	}
	return rule(tx, e, b)
}

func applyAttempt(tx *sqlite.Tx, e journal.Applied, b archive.Attempt) error {
	_, err := tx.Exec(`UPDATE outbox SET state = ?1, attempts = ?2, attempted = ?3,
			first_attempted = CASE first_attempted WHEN 0 THEN ?3 ELSE first_attempted END
		WHERE message = ?4`, string(archive.Sending), b.Number, int64(e.At), b.Message)
	return err
}

func applyStopped(tx *sqlite.Tx, e journal.Applied, b archive.Stopped) error {
	switch e.Kind {
	case archive.KindWithdrawn.Name, archive.KindFailed.Name:
		return leave(tx, b.Message, archive.GivenUp)
	case archive.KindGivenUp.Name:
		return stand(tx, b.Message, archive.GivenUp)
	case archive.KindHeld.Name:
		return stand(tx, b.Message, archive.Held)
	case archive.KindUnsure.Name:
		return applyUnsure(tx, b)
	case archive.KindAsk.Name:
		return stand(tx, b.Message, archive.Ask)
	case archive.KindRecall.Name:
		return stand(tx, b.Message, archive.Recalling)
	case archive.KindTooLate.Name:
		return leave(tx, b.Message, archive.Sent)
	}
	return fmt.Errorf("exchange: no rule for kind %s", e.Kind)
}

func applyWritten(tx *sqlite.Tx, e journal.Applied, b archive.Written) error {
	overrides, err := json.Marshal(b.Overrides)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO outbox VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0, ?, ?, 0, 0, 0) ON CONFLICT DO NOTHING`,
		b.Message, int64(e.Pos.Seq), b.Thread, string(archive.Waiting), string(b.Category), string(b.StartedBy),
		string(overrides), int64(e.At), string(b.Purpose), b.Asks)
	return err
}

// applyPostponed keeps since when a text could have gone: where it waits for an
// hour, that hour; where it waits for the line, what it was.
func applyPostponed(tx *sqlite.Tx, _ journal.Applied, b archive.Postponed) error {
	state := archive.Waiting
	if b.Until != 0 {
		state = archive.Later
	}
	_, err := tx.Exec(`UPDATE outbox SET state = ?1, until = ?2, since = CASE WHEN ?2 > 0 THEN ?2 ELSE since END,
		at_provider = ?4 WHERE message = ?3`, string(state), int64(b.Until), b.Message, b.AtProvider)
	return err
}

// applyConfirmed lets a text wait anew, from now: a person has just read it.
func applyConfirmed(tx *sqlite.Tx, e journal.Applied, b archive.Confirmed) error {
	overrides, err := json.Marshal(b.Overrides)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`UPDATE outbox SET state = ?, until = 0, since = ?, overrides = ?, at_provider = 0 WHERE message = ?`,
		string(archive.Waiting), int64(e.At), string(overrides), b.Message)
	return err
}

// applyReopened lets nothing of the outbox go by itself, and nothing at all until
// the provider was read anew. A text that waited may have been attempted in the
// time that is missing, so that one in the provider's list can be it; one that was to
// wait there keeps its hour for then, and can have been left with it as long before as
// the provider takes one. What lies with the provider under a name stays
// there: it can be called off.
func applyReopened(tx *sqlite.Tx, e journal.Applied, b archive.Reopened) error {
	if _, err := tx.Exec(`UPDATE outbox SET state = ?1, until = iif(at_provider, until, 0), attempts = max(attempts, 1),
			doubts = doubts + (state NOT IN ('unsure', 'ask')),
			attempted = CASE attempted WHEN 0 THEN since - iif(at_provider, ?2, 0) ELSE attempted END,
			first_attempted = CASE first_attempted WHEN 0 THEN since - iif(at_provider, ?2, 0) ELSE first_attempted END
		WHERE state NOT IN ('scheduled', 'recalling') AND `+waits, string(archive.Ask), provider.MaxAhead.Milliseconds()); err != nil {
		return err
	}
	return reopenReading(tx, e, b)
}

// stand notes how a text stands. The trace of one that went out stays one: nobody can hold
// it any more.
func stand(tx *sqlite.Tx, id clinic.MessageID, state archive.State) error {
	_, err := tx.Exec(`UPDATE outbox SET state = ? WHERE message = ? AND state <> 'sent'`, string(state), id)
	return err
}

// applyUnsure counts an attempt that may have left.
func applyUnsure(tx *sqlite.Tx, b archive.Stopped) error {
	_, err := tx.Exec(`UPDATE outbox SET doubts = doubts + (state = 'sending'), state = ? WHERE message = ? AND state <> 'sent'`,
		string(archive.Unsure), b.Message)
	return err
}

// applyAccepted lets a text go that the provider has. While it is being sent, the
// word is about the attempt under way; otherwise it explains one of those that
// were in doubt.
//
// One that the provider keeps until its time stays: it can still be asked for.
func applyAccepted(tx *sqlite.Tx, _ journal.Applied, b archive.Accepted) error {
	if _, err := tx.Exec(`UPDATE outbox SET doubts = max(doubts - (state <> 'sending'), 0) WHERE message = ?`,
		b.Message); err != nil {
		return err
	}
	if b.State == archive.Scheduled {
		return stand(tx, b.Message, archive.Scheduled)
	}
	return leave(tx, b.Message, archive.Sent)
}

// leave takes a text out of the outbox. One of which an attempt is still in doubt
// stays as a trace: that attempt may show at the provider, and is then no
// stranger's text.
func leave(tx *sqlite.Tx, id clinic.MessageID, trace archive.State) error {
	if _, err := tx.Exec(`DELETE FROM outbox WHERE message = ? AND doubts = 0`, id); err != nil {
		return err
	}
	return stand(tx, id, trace)
}

// applyReported lets a text go that has left the provider at its time.
func applyReported(tx *sqlite.Tx, touched *journal.Touched, b archive.Reported) error {
	var waited bool
	err := tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM outbox WHERE message = ? AND `+atProvider+`)`, b.Message).Scan(&waited)
	if err != nil || !waited {
		return err
	}
	touched.Add(TopicLine)
	return leave(tx, b.Message, archive.Sent)
}

// applyRepeated notes that an attempt of a text that went out has been found.
func applyRepeated(tx *sqlite.Tx, _ journal.Applied, b repeatedBody) error {
	if _, err := tx.Exec(`UPDATE outbox SET doubts = max(doubts - 1, 0) WHERE message = ?`, b.Of); err != nil {
		return err
	}
	_, err := tx.Exec(`DELETE FROM outbox WHERE message = ? AND doubts = 0 AND state = 'sent'`, b.Of)
	return err
}
