package golive

import (
	"errors"
	"fmt"

	"quietline/backend/journal"
	"quietline/backend/sqlite"
)

// Projection returns the reducer of this package's tables.
func Projection() journal.Projection { return projection{} }

type projection struct{}

func (projection) Name() string { return "golive" }

func (projection) Schema() []string {
	return append([]string{`CREATE TABLE golive (
		one INTEGER PRIMARY KEY CHECK (one = 1),
		account TEXT NOT NULL DEFAULT '', key TEXT NOT NULL DEFAULT '', secret TEXT NOT NULL DEFAULT '',
		phone TEXT NOT NULL DEFAULT '',
		document TEXT NOT NULL DEFAULT '', signed TEXT NOT NULL DEFAULT '', agreed_at INTEGER NOT NULL DEFAULT 0, agreed_by BLOB,
		code TEXT NOT NULL DEFAULT '', held TEXT NOT NULL DEFAULT '', asked_at INTEGER NOT NULL DEFAULT 0,
		out_at INTEGER NOT NULL DEFAULT 0, arrived_at INTEGER NOT NULL DEFAULT 0, in_at INTEGER NOT NULL DEFAULT 0,
		no_reply INTEGER NOT NULL DEFAULT 0
	) STRICT`}, picturesSchema()...)
}

func (projection) Kinds() []journal.Kind {
	return []journal.Kind{
		kindKey, kindNumber, kindAgreement, kindAsked, kindSeen, kindNoReply, kindEnded,
		kindTrial, kindTrialAnswered, kindPicturesOff, kindTakenBack,
	}
}

// Decisive: on the agreement and the proofs rests whether an account may go live, on the
// trial whether pictures may be sent, and a text that is taken for one raises no alarm.
func (projection) Decisive() []string { return []string{"golive", "golive_pictures", "golive_trials"} }

func (projection) Apply(tx *sqlite.Tx, e journal.Applied, touched *journal.Touched) error {
	const unproven = `code = '', held = '', asked_at = 0, out_at = 0, arrived_at = 0, in_at = 0`
	exec := func(query string, args ...any) error {
		_, err := tx.Exec(query, args...)
		return err
	}
	switch e.Kind { // say all by their kind
	case kindEnded.Name:
		touched.Add(Topic)
		return errors.Join(
			exec(`UPDATE golive SET account = '', key = '', secret = '', phone = '', `+unproven),
			exec(`DELETE FROM golive_pictures`),
			exec(`DELETE FROM golive_loans`),
		)
	case kindPicturesOff.Name:
		touched.Add(Topic)
		return exec(`DELETE FROM golive_pictures`)
	}
	if e.Body.Destroyed() {
		return nil
	}
	touched.Add(Topic)
	if err := exec(`INSERT INTO golive (one) VALUES (1) ON CONFLICT DO NOTHING`); err != nil {
		return err
	}
	switch e.Kind {
	case kindTrial.Name, kindTrialAnswered.Name, kindTakenBack.Name:
		return applyPictures(tx, e)
	case kindKey.Name:
		var b keyBody
		if err := e.Body.Decode(&b); err != nil {
			return err
		}
		// Only the same key of the same account may have pictures, or take back what it lent.
		if err := errors.Join(
			exec(`DELETE FROM golive_pictures WHERE EXISTS (SELECT 1 FROM golive WHERE account <> ? OR key <> ? OR secret <> ?)`, b.Account, b.Key, b.Secret),
			exec(`DELETE FROM golive_loans WHERE EXISTS (SELECT 1 FROM golive WHERE account <> ?)`, b.Account),
		); err != nil {
			return err
		}
		if err := exec(`UPDATE golive SET phone = '', `+unproven+` WHERE account <> ?`, b.Account); err != nil {
			return err
		}
		if e.Version >= 2 {
			if err := exec(`UPDATE golive SET document = '', signed = '', agreed_at = 0, agreed_by = NULL WHERE account NOT IN ('', ?)`, b.Account); err != nil {
				return err
			}
			if err := exec(`UPDATE golive SET `+unproven+` WHERE key <> ? OR secret <> ?`, b.Key, b.Secret); err != nil {
				return err
			}
		}
		return exec(`UPDATE golive SET account = ?, key = ?, secret = ?`, b.Account, b.Key, b.Secret)
	case kindNumber.Name:
		var b numberBody
		if err := e.Body.Decode(&b); err != nil {
			return err
		}
		return errors.Join(
			exec(`DELETE FROM golive_pictures`),
			exec(`UPDATE golive SET phone = ?, `+unproven, string(b.Phone)),
		)
	case kindAgreement.Name:
		var b Agreement
		if err := e.Body.Decode(&b); err != nil {
			return err
		}
		return exec(`UPDATE golive SET document = ?, signed = ?, agreed_at = ?, agreed_by = ?`, b.Document, b.Signed.String(), int64(e.At), e.Author)
	case kindAsked.Name:
		var b askedBody
		if err := e.Body.Decode(&b); err != nil {
			return err
		}
		return exec(`UPDATE golive SET code = ?, held = ?, asked_at = ?, out_at = 0, arrived_at = 0, in_at = 0`, b.Code, string(b.Held), int64(e.At))
	case kindSeen.Name:
		var b seenBody
		if err := e.Body.Decode(&b); err != nil {
			return err
		}
		switch {
		case b.Way == wayIn:
			return exec(`UPDATE golive SET in_at = ? WHERE code = ?`, int64(e.At), b.Code)
		case b.Way == wayOut && b.Arrived:
			return exec(`UPDATE golive SET out_at = ?1, arrived_at = ?1 WHERE code = ?2`, int64(e.At), b.Code)
		case b.Way == wayOut:
			return exec(`UPDATE golive SET out_at = ? WHERE code = ?`, int64(e.At), b.Code)
		}
		return nil // a way of a later version
	case kindNoReply.Name:
		var b noReplyBody
		if err := e.Body.Decode(&b); err != nil {
			return err
		}
		return exec(`UPDATE golive SET no_reply = ?`, b.NoReply)
	}
	return fmt.Errorf("golive: no rule for kind %s", e.Kind)
}
