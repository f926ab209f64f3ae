package exchange

import (
	"database/sql"
	"errors"
	"fmt"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/provider"
	"quietline/backend/sqlite"
)

var (
	// Up to version 1 a reading always went down to the oldest text.
	kindListened = journal.Kind{Name: "exchange.listened", Version: 2, MinReader: 2, Class: journal.ClassOutbox}
	kindHistory  = journal.Kind{Name: "exchange.history", Version: 1, MinReader: 1, Class: journal.ClassOutbox}
)

// listenedBody says up to when, by the provider's clock, every text is known that
// was made since the line was first read.
type listenedBody struct {
	UpTo clinic.Instant `json:"upTo"`
	// Line names number and account. Since version 2; zero before.
	Line clinic.EventID `json:"line"`
}

// Stage is how far the reading of earlier texts has come.
type Stage string

// The stages.
const (
	HistoryNone   Stage = ""       // the line was never read
	HistoryGoing  Stage = "going"  // being read, or about to be
	HistoryPaused Stage = "paused" // a person has stopped it for now
	HistoryWhole  Stage = "whole"  // every text that the provider lists is here
)

// historyBody is how far the reading of earlier texts has come.
type historyBody struct {
	Line  clinic.EventID `json:"line"`
	Stage Stage          `json:"stage"`
	// Place is where the provider's list goes on.
	Place provider.Cursor `json:"place,omitempty"`
	// Texts were brought so far; BackTo is when the oldest was made that was seen.
	Texts  int            `json:"texts"`
	BackTo clinic.Instant `json:"backTo"`
}

// What must happen before anything is sent, on a line that is new or after the
// archive went on from an older copy of itself.
const (
	againNothing = 0
	againListen  = 1 // the provider's list is to be read from up_to
	againAll     = 2 // all of it is, since nobody knows what is missing
)

func readingSchema() []string {
	return []string{
		`CREATE TABLE exchange_reading (
			one INTEGER PRIMARY KEY CHECK (one = 1), line BLOB,
			up_to INTEGER NOT NULL, -- every text made until then is known, since began
			began INTEGER NOT NULL, -- when the line was first read
			again INTEGER NOT NULL, -- what is to be read before anything is sent
			alone INTEGER NOT NULL, -- what was sent before may be of an earlier program, or of a part that is lost
			stage TEXT NOT NULL, place TEXT NOT NULL, texts INTEGER NOT NULL, back_to INTEGER NOT NULL,
			since INTEGER NOT NULL, -- when the reading of earlier texts began
			hours INTEGER NOT NULL, fortnight INTEGER NOT NULL, everything INTEGER NOT NULL -- when so much was compared
		) STRICT`,
		`CREATE TABLE exchange_days (
			day TEXT PRIMARY KEY, listed INTEGER NOT NULL, kept INTEGER NOT NULL, brought INTEGER NOT NULL,
			aside INTEGER NOT NULL, as_of INTEGER NOT NULL
		) STRICT, WITHOUT ROWID`,
	}
}

// turnTo makes a line the one that is read. What was read of another says nothing
// about it, and nothing is sent before all of it was read: a patient may have opted
// out on it years ago.
func turnTo(tx *sqlite.Tx, line clinic.EventID, at clinic.Instant) error {
	if _, err := tx.Exec(`INSERT INTO exchange_reading VALUES (1, ?, 0, 0, ?, 0, ?, '', 0, 0, ?, 0, 0, 0) ON CONFLICT DO NOTHING`,
		line, againAll, string(HistoryGoing), int64(at)); err != nil || line.IsZero() {
		return err
	}
	var before clinic.EventID
	if err := tx.QueryRow(`SELECT line FROM exchange_reading WHERE one = 1`).Scan(&before); err != nil || before == line {
		return err
	}
	if !before.IsZero() {
		if _, err := tx.Exec(`DELETE FROM exchange_days`); err != nil {
			return err
		}
		if _, err := tx.Exec(`UPDATE exchange_reading SET up_to = 0, began = 0, alone = 0, stage = ?, place = '', texts = 0, back_to = 0,
				since = ?, hours = 0, fortnight = 0, everything = 0 WHERE one = 1`, string(HistoryGoing), int64(at)); err != nil {
			return err
		}
	}
	_, err := tx.Exec(`UPDATE exchange_reading SET line = ?, again = CASE stage WHEN ? THEN again ELSE ? END WHERE one = 1`,
		line, string(HistoryWhole), againAll)
	return err
}

func applyListened(tx *sqlite.Tx, e journal.Applied, b listenedBody) error {
	if err := turnTo(tx, b.Line, e.At); err != nil {
		return err
	}
	if e.Version < 2 {
		if _, err := tx.Exec(`UPDATE exchange_reading SET stage = ?, place = '', again = min(again, ?) WHERE one = 1`, string(HistoryWhole), againListen); err != nil {
			return err
		}
	}
	_, err := tx.Exec(`UPDATE exchange_reading SET up_to = max(up_to, ?1), began = CASE began WHEN 0 THEN ?1 ELSE began END,
		again = CASE again WHEN 1 THEN 0 ELSE again END WHERE one = 1`, int64(b.UpTo))
	return err
}

func applyHistory(tx *sqlite.Tx, e journal.Applied, b historyBody) error {
	if err := turnTo(tx, b.Line, e.At); err != nil {
		return err
	}
	_, err := tx.Exec(`UPDATE exchange_reading SET stage = ?1, place = ?2, texts = ?3, back_to = ?4,
		again = CASE WHEN ?1 = 'whole' THEN min(again, 1) ELSE again END WHERE one = 1`,
		string(b.Stage), string(b.Place), b.Texts, int64(b.BackTo))
	return err
}

// reopenReading has the provider read anew from where the older copy ends, or as
// a whole where nobody knows.
func reopenReading(tx *sqlite.Tx, e journal.Applied, b archive.Reopened) error {
	if err := turnTo(tx, clinic.EventID{}, e.At); err != nil {
		return err
	}
	again := againListen
	if b.Since.IsZero() {
		again = againAll
		if _, err := tx.Exec(`UPDATE exchange_reading SET stage = ?, place = '', since = ? WHERE one = 1`, string(HistoryGoing), int64(e.At)); err != nil {
			return err
		}
	}
	_, err := tx.Exec(`UPDATE exchange_reading SET up_to = min(up_to, ?), again = ?, alone = ? WHERE one = 1`, int64(b.Since), again, int64(e.At))
	return err
}

// reading is how far the provider was read.
type reading struct {
	line  clinic.EventID
	upTo  clinic.Instant
	began clinic.Instant
	again int
	alone clinic.Instant
	historyBody
	since                        clinic.Instant
	hours, fortnight, everything clinic.Instant
}

// readingOf returns how far the line was read that was read last; zero where none
// was.
func readingOf(tx *sqlite.Tx) (reading, error) {
	var r reading
	err := tx.QueryRow(`SELECT line, up_to, began, again, alone, stage, place, texts, back_to, since, hours, fortnight, everything
		FROM exchange_reading WHERE one = 1`).Scan(&r.line, &r.upTo, &r.began, &r.again, &r.alone,
		&r.Stage, &r.Place, &r.Texts, &r.BackTo, &r.since, &r.hours, &r.fortnight, &r.everything)
	if errors.Is(err, sql.ErrNoRows) {
		return reading{}, nil
	}
	if err != nil {
		return reading{}, fmt.Errorf("exchange: read how far was listened: %w", err)
	}
	r.Line = r.line
	return r, nil
}

// of is the reading as it is for a line: nothing of another one counts, but that
// something must be read before anything is sent.
func (r reading) of(line clinic.EventID) reading {
	if !r.line.IsZero() && r.line != line {
		r = reading{again: r.again, historyBody: historyBody{Stage: HistoryGoing}}
	}
	r.line, r.Line = line, line
	return r
}

// aloneSince is since when this archive should be the only one that sends from
// the number; zero where it has not begun to listen. Before, there may have been
// another program, or a part of this archive that is lost. When it went on from an older
// copy of itself is known by the clock here, and when a text was made by the provider's:
// by as much as they may differ, such a text can be of the part that is lost. Nothing that
// the provider lists of a text would tell.
func (r reading) aloneSince() clinic.Instant {
	switch {
	case r.began.IsZero():
		return 0
	case r.alone.IsZero():
		return r.began
	}
	return max(r.began, r.alone.Add(lookBack))
}

// lineID names number and account, the same at every workstation.
func (x *Exchange) lineID() clinic.EventID {
	return x.cfg.Journal.Names().EventID("exchange.line", []byte(x.cfg.Phone), []byte(x.cfg.Account))
}

// reading reads how far this exchange's line was read.
func (x *Exchange) reading(tx *sqlite.Tx) (reading, error) {
	r, err := readingOf(tx)
	return r.of(x.lineID()), err
}
