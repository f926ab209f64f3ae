package exchange

import (
	"context"
	"errors"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/provider"
	"quietline/backend/sqlite"
)

const (
	// historyPage is the largest page that a provider gives, and historyChunk how
	// many texts of it are one commit: somebody may be writing a text meanwhile.
	historyPage  = provider.MaxPageSize
	historyChunk = 250
	// checkpointEvery is how many pages without anything new are read between two
	// notes of the place.
	checkpointEvery = 20
	// readElsewhere is how old a text is, when the line is first read, that somebody
	// has surely read by other means.
	readElsewhere = 72 * time.Hour
	// freshStarts bounds how often one round begins the list anew because its place
	// was lost.
	freshStarts = 3
)

// Backfill reads all earlier texts that the provider lists, newest first, and
// archives them. How far it has come is recorded with each page, so that it goes
// on there after a restart, and how many it has brought with each that it brings;
// where the provider does not know the place any more,
// the list is read from its beginning, and what is known costs next to nothing.
// It does nothing where all is read, where somebody has paused it, or before
// Listen has read the line once.
//
// tell, which may be nil, is told how far it has come. The texts that it brings
// take their places by their own time; those that somebody must have read by
// other means do not count as unread.
func (x *Exchange) Backfill(ctx context.Context, tell func(History)) error {
	if err := x.filling.take(ctx); err != nil {
		return err
	}
	defer x.filling.give()
	var r reading
	if err := x.cfg.Journal.Read(ctx, func(tx *sqlite.Tx) (err error) {
		r, err = x.reading(tx)
		return err
	}); err != nil {
		return err
	}
	if r.upTo == 0 || r.Stage != HistoryGoing {
		return nil
	}
	from := r.Place
	for range freshStarts {
		err := x.backfill(ctx, r, from, tell)
		if !errors.Is(err, clinic.E(provider.CodeStalePage)) {
			if err != nil {
				x.failed(err)
			}
			return err
		}
		from = ""
	}
	return clinic.E(provider.CodeStalePage).Retryable()
}

// backfill is one walk. It ends early, without an error, where it is not to go on.
func (x *Exchange) backfill(ctx context.Context, r reading, from provider.Cursor, tell func(History)) error {
	past := r.began.Add(-readElsewhere)
	quiet := 0
	return x.walk(ctx, historyPage, from, func(page provider.Page) (stop bool, err error) {
		ours := oursOf(page.Messages, x.cfg.Phone)
		fresh, _, err := x.news(ctx, ours)
		if err != nil {
			return false, err
		}
		if quiet++; len(fresh) == 0 && page.Next != "" && quiet < checkpointEvery {
			return false, nil
		}
		quiet = 0
		var h historyBody
		_, err = x.take(ctx, fresh, historyChunk, past, func(d *journal.Decision, now reading, brought int, more bool) error {
			h = now.historyBody
			h.Texts += brought
			if stop = h.Stage != HistoryGoing; stop {
				// What came although somebody has just paused it is counted all the same.
				if brought > 0 && h.Stage == HistoryPaused {
					d.Record(journal.Event{Kind: kindHistory, Body: h})
				}
				return nil
			}
			if !more {
				h.Place, h.BackTo = page.Next, oldest(h.BackTo, ours, d.Now)
				if page.Next == "" {
					h.Stage = HistoryWhole
				}
			}
			d.Record(journal.Event{Kind: kindHistory, Body: h})
			return nil
		})
		if err == nil && tell != nil {
			tell(h.history())
		}
		return stop, err
	})
}

// oldest returns when the oldest of some messages was made, or an instant that is
// older still; zero is none.
func oldest(before clinic.Instant, page []provider.Message, now clinic.Instant) clinic.Instant {
	for _, m := range page {
		if at := madeAt(m, now); before == 0 || at < before {
			before = at
		}
	}
	return before
}

// History is how far the reading of earlier texts has come.
type History struct {
	Stage Stage
	// Texts were brought so far.
	Texts int
	// BackTo is when the oldest text was made that was seen; zero for none.
	BackTo clinic.Instant
}

func (h historyBody) history() History { return History{h.Stage, h.Texts, h.BackTo} }

// HistoryOf returns how far the reading of earlier texts has come.
func HistoryOf(tx *sqlite.Tx) (History, error) {
	r, err := readingOf(tx)
	return r.history(), err
}

// PauseHistory records that the reading of earlier texts is to rest, or to go on.
// Where it is whole, or was not begun, nothing changes.
func PauseHistory(ctx context.Context, j Journal, by clinic.StaffID, pause bool) error {
	from, to := HistoryPaused, HistoryGoing
	if pause {
		from, to = to, from
	}
	_, err := j.Submit(ctx, journal.Actor{Staff: by}, func(d *journal.Decision) error {
		r, err := readingOf(d.Tx)
		if err != nil || r.Stage != from {
			return err
		}
		h := r.historyBody
		h.Stage = to
		d.Record(journal.Event{Kind: kindHistory, Body: h})
		return nil
	})
	return err
}
