package exchange

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"quietline/backend/archive"
	"quietline/backend/archive/blob"
	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/policy"
	"quietline/backend/provider"
	"quietline/backend/sqlite"
)

// CodePictureLost: the file of the picture that goes with a text is missing or damaged, so
// that the text does not go.
const CodePictureLost clinic.Code = "exchange.picture_lost"

const (
	// lendWithin bounds how long it takes to lend a picture: half a megabyte over a slow
	// line. Nothing has been sent when it is over.
	lendWithin = time.Minute
	// loanLasts is how long a loan is left where nothing is heard of its text: many times
	// as long as its address works.
	loanLasts = time.Hour
	// loansAtOnce is how many loans one round takes back.
	loansAtOnce = 20

	longestLoanRest = time.Hour
)

var (
	kindLent     = journal.Kind{Name: "exchange.picture_lent", Version: 1, MinReader: 1, Class: journal.ClassOutbox}
	kindReturned = journal.Kind{Name: "exchange.picture_returned", Version: 1, MinReader: 1, Class: journal.ClassOutbox}
)

type (
	// lentBody is a picture that lies with the provider, for one attempt of a text.
	lentBody struct {
		Message clinic.MessageID `json:"message"`
		Loan    provider.LoanSID `json:"loan"`
	}
	// returnedBody is one that does not any more.
	returnedBody struct {
		Loan provider.LoanSID `json:"loan"`
	}
)

func pictureSchema() []string {
	return []string{
		`CREATE TABLE exchange_loans (loan TEXT PRIMARY KEY, message BLOB NOT NULL, at INTEGER NOT NULL) STRICT, WITHOUT ROWID`,
	}
}

// applyPictured counts the picture that goes with a text.
func applyPictured(tx *sqlite.Tx, _ journal.Applied, b archive.AttachmentStored) error {
	_, err := tx.Exec(`UPDATE outbox SET pictures = 1 WHERE message = ?`, b.Message)
	return err
}

func applyLent(tx *sqlite.Tx, e journal.Applied, b lentBody) error {
	_, err := tx.Exec(`INSERT INTO exchange_loans VALUES (?, ?, ?) ON CONFLICT DO NOTHING`, string(b.Loan), b.Message, int64(e.At))
	return err
}

func applyReturned(tx *sqlite.Tx, _ journal.Applied, b returnedBody) error {
	_, err := tx.Exec(`DELETE FROM exchange_loans WHERE loan = ?`, string(b.Loan))
	return err
}

// lends reports whether texts with pictures can go at all.
func (x *Exchange) lends() bool { return x.cfg.Pictures != nil && x.cfg.Blobs != nil }

// noPictures says why no text with a picture goes now, empty where it may.
func (x *Exchange) noPictures(tx *sqlite.Tx) (clinic.Code, error) {
	switch {
	case !x.lends():
		return provider.CodeNoPictures, nil
	case x.cfg.NoPictures == nil:
		return "", nil
	}
	return x.cfg.NoPictures(tx)
}

// picture reads the picture that goes with a text. CodePictureLost
// where it cannot be had any more; after every other error it may be later.
func (x *Exchange) picture(ctx context.Context, id clinic.MessageID) (*provider.Picture, error) {
	var ours archive.Attachment
	err := x.cfg.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		all, err := archive.AttachmentsOf(tx, id)
		for _, a := range all[id] {
			if a.ID == archive.PictureIDOf(x.cfg.Journal.Names(), id) {
				ours = a
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if ours.ID.IsZero() {
		return nil, clinic.E(CodePictureLost)
	}
	jpeg, err := x.readPicture(ours.File)
	switch clinic.CodeOf(err) {
	case blob.CodeMissing, blob.CodeDamaged:
		return nil, clinic.E(CodePictureLost)
	}
	if err != nil {
		return nil, err
	}
	return &provider.Picture{JPEG: jpeg}, nil
}

func (x *Exchange) readPicture(file blob.Ref) ([]byte, error) {
	content, err := x.cfg.Blobs.Open(file)
	if err != nil {
		return nil, err
	}
	defer func() { _ = content.Close() }() // it was only read
	return io.ReadAll(io.NewSectionReader(content, 0, min(content.Size(), provider.MaxPictureBytes)))
}

// lend lends the provider the picture of an attempt, and records that, so that it is taken
// back whatever becomes of the text. It decides once more before the words follow: the
// lending took its time. Nothing was sent after any error; clinic.CodeCancelled says that
// the text is to be decided about anew.
func (x *Exchange) lend(ctx context.Context, a *attempt) (*provider.Loan, error) {
	bounded, cancel := context.WithTimeout(ctx, lendWithin)
	defer cancel()
	loan, err := x.cfg.Pictures.Lend(bounded, *a.picture)
	if err != nil {
		return nil, err
	}
	recording, cancelRecording := context.WithTimeout(context.WithoutCancel(ctx), recordWithin)
	defer cancelRecording()
	still := false
	_, err = x.cfg.Journal.Submit(recording, journal.Actor{}, func(d *journal.Decision) error {
		d.Record(journal.Event{Kind: kindLent, Dossier: a.message.Dossier, Body: lentBody{Message: a.message.ID, Loan: loan.SID}})
		i, err := itemOf(d.Tx, a.message.ID)
		if err != nil {
			still = false
			return ignoreGone(err)
		}
		verdict, err := i.decide(d.Tx, x.cfg.Line, d.Now)
		if err != nil {
			return err
		}
		off, err := x.noPictures(d.Tx)
		still = off == "" && verdict.Outcome == policy.Go && i.state == archive.Sending && i.attempts == a.number
		return err
	})
	if err != nil {
		// Nobody would know of it. That it cannot be taken back either says no more.
		_ = x.cfg.Pictures.TakeBack(recording, loan.SID)
		return nil, err
	}
	if !still || ctx.Err() != nil {
		return nil, clinic.E(clinic.CodeCancelled)
	}
	return &loan, nil
}

// notLent records that an attempt was not made, since its picture could not be lent: the
// text goes later by itself, or not at all where nothing of it passes by itself. Other
// texts do not wait for it, but for those of its conversation.
func (x *Exchange) notLent(ctx context.Context, a *attempt, why error) error {
	gone := provider.OutcomeOf(why) == provider.NotSent && provider.RetryOf(why) != provider.Later
	switch {
	case errors.Is(why, clinic.E(provider.CodeOffline)):
		x.notHandedOver(why) // as everything else would be
	case !gone && !cancelled(why):
		x.lendLater(why)
	}
	_, err := x.cfg.Journal.Submit(ctx, journal.Actor{}, func(d *journal.Decision) error {
		i, err := itemOf(d.Tx, a.message.ID)
		if err != nil || i.state != archive.Sending || i.attempts != a.number {
			return ignoreGone(err)
		}
		if gone {
			archive.Stop(d, a.message, archive.KindFailed, archive.Stopped{
				Message: a.message.ID, Reason: clinic.CodeOf(why), ProviderCode: provider.ProviderCode(why),
			})
			return nil
		}
		archive.Postpone(d, a.message, archive.Postponed{Message: a.message.ID, Reason: clinic.CodeOf(why)})
		return nil
	})
	return err
}

// lendLater lets texts with pictures wait longer and longer: 4 s, 8 s, … 17 min, or for
// as long as the provider asks.
func (x *Exchange) lendLater(why error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.notLending = min(x.notLending+1, 9)
	x.lendAgain = x.cfg.Clock.Elapsed() + max(2*time.Second<<x.notLending, min(retryAfter(why), maxRest))
}

// mayLend reports whether a picture can be lent now, by what became of the last one.
func (x *Exchange) mayLend() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.cfg.Clock.Elapsed() >= x.lendAgain
}

func (x *Exchange) lent() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.notLending, x.lendAgain = 0, 0
}

// loan is a picture that lies with the provider.
type loan struct {
	sid   provider.LoanSID
	state archive.State // of its text; empty where that was destroyed
	at    clinic.Instant
}

// over reports whether a loan is to be taken back: its text has come to an end or goes
// another time, or its address has long run out. A text that the provider has may not have been given its
// picture yet.
func (l loan) over(now clinic.Instant) bool {
	switch l.state {
	case archive.Delivered, archive.Failed, archive.Withdrawn, archive.GivenUp, "":
		return true
	case archive.Waiting, archive.Later, archive.Held:
		return true // the attempt for which it was lent was not made; another one lends anew
	}
	return now.Sub(l.at) > loanLasts
}

// ReturnPictures takes back what was lent and is not needed any more. What
// cannot be taken back now is tried again, later and later; a picture that the provider
// does not have any more counts as taken back.
func (x *Exchange) ReturnPictures(ctx context.Context) error {
	if x.cfg.Pictures == nil {
		return nil
	}
	if err := x.returning.take(ctx); err != nil {
		return err
	}
	defer x.returning.give()
	if x.cfg.Clock.Elapsed() < x.returned.next {
		return nil
	}
	var over []loan
	if err := x.cfg.Journal.Read(ctx, func(tx *sqlite.Tx) (err error) {
		over, err = loansOver(tx, x.cfg.Clock.Now())
		return err
	}); err != nil {
		return err
	}
	before := x.returned.count
	x.returned = attempts{}
	for _, l := range over {
		err := x.cfg.Pictures.TakeBack(ctx, l.sid)
		switch {
		case err == nil, errors.Is(err, clinic.E(clinic.CodeNotFound)):
		case cancelled(err):
			return err
		default:
			rest := 5 * time.Second << min(before+1, 12)
			x.returned = attempts{before + 1, x.cfg.Clock.Elapsed() + min(rest, longestLoanRest)}
			if errors.Is(err, clinic.E(provider.CodeOffline)) || errors.Is(err, clinic.E(provider.CodeBusy)) {
				return nil // as it would with the others
			}
			continue // of another account, as it may be: the others do not wait for it
		}
		if _, err := x.cfg.Journal.Submit(ctx, journal.Actor{}, func(d *journal.Decision) error {
			d.Record(journal.Event{Kind: kindReturned, Body: returnedBody{Loan: l.sid}})
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

// loansOver returns loans to be taken back, the oldest first.
func loansOver(tx *sqlite.Tx, now clinic.Instant) ([]loan, error) {
	rows, err := tx.Query(`SELECT l.loan, l.at, coalesce(m.state, '') FROM exchange_loans l
		LEFT JOIN messages m ON m.id = l.message ORDER BY l.at, l.loan`)
	if err != nil {
		return nil, fmt.Errorf("exchange: read loans: %w", err)
	}
	defer rows.Close()
	var over []loan
	for rows.Next() && len(over) < loansAtOnce {
		var l loan
		if err := rows.Scan(&l.sid, &l.at, &l.state); err != nil {
			return nil, fmt.Errorf("exchange: read loans: %w", err)
		}
		if l.over(now) {
			over = append(over, l)
		}
	}
	return over, rows.Err()
}
