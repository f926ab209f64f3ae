package exchange

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/sqlite"
)

var (
	kindElsewhere = journal.Kind{Name: "exchange.copy_found", Version: 1, MinReader: 1, Class: journal.ClassOutbox}
	kindHere      = journal.Kind{Name: "exchange.copy_settled", Version: 1, MinReader: 1, Class: journal.ClassOutbox}
)

// Elsewhere is another copy of this archive that has gone on, as a backup tells: it
// holds records that this archive does not have and did not leave behind.
type Elsewhere struct {
	// Pos is how far the other had come when that could be read last, zero for never, and
	// Made when that was written; zero where it is known for its keys alone.
	journal.Pos
	Made clinic.Instant
	// Found is when it was found; zero for never. Settled is when a person said that
	// this copy is the one that is used, zero while nothing is sent; By is who did.
	Found, Settled clinic.Instant
	By             clinic.StaffID
}

// Open reports whether nothing is sent because of it.
func (e Elsewhere) Open() bool { return !e.Found.IsZero() && e.Settled.IsZero() }

type elsewhereBody struct {
	Incarnation uint32         `json:"incarnation"`
	Seq         uint64         `json:"seq"`
	Made        clinic.Instant `json:"made"`
}

// hereBody says of which state of the other copy a person has decided.
type hereBody struct {
	Incarnation uint32 `json:"incarnation"`
	Seq         uint64 `json:"seq"`
}

func applyElsewhere(tx *sqlite.Tx, e journal.Applied, b elsewhereBody) error {
	_, err := tx.Exec(`INSERT INTO exchange_standstill VALUES (?1, ?2, 0, NULL, 0, 0, ?3, ?4, ?5)
		ON CONFLICT DO UPDATE SET asked = ?2, ended = 0, ended_by = NULL, incarnation = ?3, seq = ?4, made = ?5`,
		stillElsewhere, int64(e.At), b.Incarnation, int64(b.Seq), int64(b.Made))
	return err
}

func applyHere(tx *sqlite.Tx, e journal.Applied, b hereBody) error {
	_, err := tx.Exec(`UPDATE exchange_standstill SET ended = ?, ended_by = ? WHERE what = ? AND incarnation = ? AND seq = ?`,
		int64(e.At), e.Author, stillElsewhere, b.Incarnation, int64(b.Seq))
	return err
}

// ElsewhereOf returns what is known of another copy.
func ElsewhereOf(tx *sqlite.Tx) (Elsewhere, error) {
	var e Elsewhere
	var by []byte
	err := tx.QueryRow(`SELECT asked, ended, ended_by, incarnation, seq, made FROM exchange_standstill WHERE what = ?`, stillElsewhere).
		Scan(&e.Found, &e.Settled, &by, &e.Incarnation, &e.Seq, &e.Made)
	if errors.Is(err, sql.ErrNoRows) {
		return Elsewhere{}, nil
	}
	if err != nil {
		return Elsewhere{}, fmt.Errorf("exchange: read other copy: %w", err)
	}
	copy(e.By[:], by)
	return e, nil
}

// StopForCopy records that another copy of this archive has come to a position: from
// then on nothing is sent here until a person has decided. What a person has decided
// about stays decided, unless the other has gone on since: then it is still in use.
//
// A zero position says that the backup's keys followed the other copy, so that nobody
// can read how far it had come. The caller says so once for each state of the backup in
// which it was met.
func StopForCopy(ctx context.Context, j Journal, at journal.Pos, made clinic.Instant) error {
	_, err := j.Submit(ctx, journal.Actor{}, func(d *journal.Decision) error {
		known, err := ElsewhereOf(d.Tx)
		if err != nil || known.Open() {
			return err
		}
		gone := at.Incarnation > known.Incarnation || at.Incarnation == known.Incarnation && at.Seq > known.Seq
		switch {
		case at.IsZero():
			at = known.Pos // of which a person may have decided before
		case !known.Found.IsZero() && !gone:
			return nil
		}
		d.Record(journal.Event{Kind: kindElsewhere, Body: elsewhereBody{at.Incarnation, at.Seq, made}})
		return nil
	})
	return err
}

// UseThisCopy records that a person has said that this copy is the one that is used,
// knowing of the other as far as it was shown to her. What the other has sent shows in
// the provider's list as a second sender's.
func UseThisCopy(ctx context.Context, j Journal, by clinic.StaffID, shown journal.Pos) error {
	_, err := j.Submit(ctx, journal.Actor{Staff: by}, func(d *journal.Decision) error {
		known, err := ElsewhereOf(d.Tx)
		if err != nil || !known.Open() {
			return err
		}
		if known.Pos != shown {
			return clinic.E(CodeReviewMoved).Retryable()
		}
		d.Record(journal.Event{Kind: kindHere, Body: hereBody{shown.Incarnation, shown.Seq}})
		return nil
	})
	return err
}
