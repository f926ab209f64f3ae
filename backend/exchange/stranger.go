package exchange

import (
	"context"
	"fmt"
	"time"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/provider"
	"quietline/backend/sqlite"
)

// quietAfter is how long no text of a second sender must have gone out before this
// archive takes itself for the only one again.
const quietAfter = 7 * 24 * time.Hour

var (
	kindStranger = journal.Kind{Name: "exchange.second_sender", Version: 1, MinReader: 1, Class: journal.ClassOutbox}
	kindSettled  = journal.Kind{Name: "exchange.second_sender_settled", Version: 1, MinReader: 1, Class: journal.ClassOutbox}
)

// stranger is a text from the clinic's number that this archive did not send.
type stranger struct {
	Message clinic.MessageID `json:"message"`
	Thread  clinic.ThreadID  `json:"thread"`
	At      clinic.Instant   `json:"at"`
}

// settledBody says up to which of them a person knows where they come from.
type settledBody struct {
	UpTo clinic.Instant `json:"upTo"`
}

func strangerSchema() []string {
	return []string{
		`CREATE TABLE exchange_strangers (
			message BLOB PRIMARY KEY, thread BLOB NOT NULL, at INTEGER NOT NULL, settled INTEGER NOT NULL
		) STRICT, WITHOUT ROWID`,
		`CREATE INDEX exchange_strangers_by_time ON exchange_strangers (settled, at)`,
	}
}

func recordStranger(d *journal.Decision, dossier clinic.DossierID, sid provider.SID, s stranger) {
	d.Record(journal.Event{
		ID: d.Names.EventID("exchange.second_sender", []byte(sid)), Kind: kindStranger, Dossier: dossier, Body: s,
	})
}

// recordRepeated records that a listed text is one of ours that went out in
// another attempt as well.
func recordRepeated(d *journal.Decision, own archive.Message, m provider.Message) {
	d.Record(journal.Event{
		ID: d.Names.EventID("exchange.repeated", []byte(m.SID)), Kind: kindRepeated, Dossier: own.Dossier,
		Body: repeatedBody{Message: archive.MessageIDOf(d.Names, string(m.SID)), Of: own.ID},
	})
}

func applyStranger(tx *sqlite.Tx, _ journal.Applied, b stranger) error {
	_, err := tx.Exec(`INSERT INTO exchange_strangers VALUES (?, ?, ?, 0) ON CONFLICT DO NOTHING`, b.Message, b.Thread, int64(b.At))
	return err
}

func applySettled(tx *sqlite.Tx, _ journal.Applied, b settledBody) error {
	_, err := tx.Exec(`UPDATE exchange_strangers SET settled = 1 WHERE settled = 0 AND at <= ?`, int64(b.UpTo))
	return err
}

// SecondSender is what is known of somebody else who texts from the clinic's
// number: another program on the account, or another copy of this one.
type SecondSender struct {
	// Texts counts those that nobody has settled; First and Last are when the first
	// and the last of them were made.
	Texts       int
	First, Last clinic.Instant
	// Thread is where the last of them went.
	Thread clinic.ThreadID
}

// Strangers returns what is known of a second sender and not settled.
func Strangers(tx *sqlite.Tx) (SecondSender, error) {
	var s SecondSender
	err := tx.QueryRow(`SELECT count(*), coalesce(min(at), 0), coalesce(max(at), 0) FROM exchange_strangers WHERE settled = 0`).
		Scan(&s.Texts, &s.First, &s.Last)
	if err == nil && s.Texts > 0 {
		err = tx.QueryRow(`SELECT thread FROM exchange_strangers WHERE settled = 0 ORDER BY at DESC LIMIT 1`).Scan(&s.Thread)
	}
	if err != nil {
		return SecondSender{}, fmt.Errorf("exchange: read second sender: %w", err)
	}
	return s, nil
}

// SettleStrangers records that a person knows who sent the texts up to the last
// that was shown to her, and that it has come to an end.
func SettleStrangers(ctx context.Context, j Journal, by clinic.StaffID, upTo clinic.Instant) error {
	_, err := j.Submit(ctx, journal.Actor{Staff: by}, func(d *journal.Decision) error {
		s, err := Strangers(d.Tx)
		if err != nil || s.Texts == 0 || upTo < s.First {
			return err
		}
		d.Record(journal.Event{Kind: kindSettled, Body: settledBody{UpTo: upTo}})
		return nil
	})
	return err
}

// SoleSender reports whether this archive is the only one that sends from the
// clinic's number, as far as can be known: all that the provider lists is here,
// and of a second sender nothing was seen for a week, and nothing that a person
// has not settled. Nothing may be removed at the provider while it is not.
func SoleSender(tx *sqlite.Tx, now clinic.Instant) (bool, error) {
	r, err := readingOf(tx)
	if err != nil || r.Stage != HistoryWhole || r.again != againNothing || now.Sub(r.upTo) > 24*time.Hour {
		return false, err
	}
	if still, err := standstill(tx); err != nil || still != "" {
		return false, err
	}
	var open int
	var last clinic.Instant
	err = tx.QueryRow(`SELECT count(*) FILTER (WHERE settled = 0), coalesce(max(at), 0) FROM exchange_strangers`).Scan(&open, &last)
	return err == nil && open == 0 && now.Sub(max(last, r.aloneSince())) > quietAfter, err
}
