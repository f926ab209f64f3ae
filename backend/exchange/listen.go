package exchange

import (
	"context"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/provider"
	"quietline/backend/sqlite"
)

const (
	// overlap is how far behind what is known the list is read again each time:
	// the list can lag.
	overlap = 2 * time.Hour
	// markEvery is how far the mark moves at least before that is worth an event.
	markEvery = 10 * time.Minute
)

// Listen reads the provider's list, newest first, down to what is known and
// older than the overlap, and archives what is new. A walk that breaks off leaves
// what it has read archived, and the next one reads all of it again: only a
// complete walk moves the mark. The first walk on a line goes back by the overlap;
// earlier texts are [Exchange.Backfill]'s.
func (x *Exchange) Listen(ctx context.Context) error {
	if err := x.listening.take(ctx); err != nil {
		return err
	}
	defer x.listening.give()
	x.roundBegins()
	if err := x.listen(ctx); err != nil {
		x.failed(err)
		return err
	}
	return x.askAboutMoving(ctx)
}

func (x *Exchange) listen(ctx context.Context) error {
	var r reading
	if err := x.cfg.Journal.Read(ctx, func(tx *sqlite.Tx) (err error) {
		r, err = x.reading(tx)
		return err
	}); err != nil {
		return err
	}
	var server, since, past clinic.Instant
	first := first{}
	if r.upTo > 0 {
		since = r.upTo.Add(-overlap)
	}
	err := x.walk(ctx, pageSize, "", func(page provider.Page) (bool, error) {
		now := x.cfg.Clock.Now()
		if server == 0 {
			server = page.ServerTime
		}
		if r.upTo == 0 && since == 0 {
			since = orNow(server, now).Add(-overlap)
			past = orNow(server, now).Add(-readElsewhere)
		}
		ours := oursOf(page.Messages, x.cfg.Phone)
		fresh, unknown, err := x.news(ctx, ours)
		if err != nil {
			return false, err
		}
		if len(fresh) > 0 {
			x.noteNews()
			if _, err := x.take(ctx, fresh, pageSize, past, nil); err != nil {
				return false, err
			}
		}
		x.saw(ours, now)
		first.ended, first.backTo = page.Next == "", oldest(first.backTo, ours, now)
		// The whole page says how old it is: a quiet number of a busy account has none
		// of its own on most. While earlier texts are still being read, what is unknown
		// below is theirs.
		return older(page.Messages, since, now) && (unknown == 0 || r.Stage != HistoryWhole), nil
	})
	if err != nil {
		return err
	}
	server = orNow(server, x.cfg.Clock.Now())
	if err := x.markListened(ctx, r, server, first); err != nil {
		return err
	}
	// Only now may anything go: a line that is new holds until all of it was read.
	x.walked(server)
	return nil
}

// first is what the first walk on a line may come to: the end of the list, so that
// there are no earlier texts to read.
type first struct {
	ended  bool
	backTo clinic.Instant
}

// orNow is the provider's time, or our own where it did not say.
func orNow(server, now clinic.Instant) clinic.Instant {
	if server == 0 {
		return now
	}
	return server
}

// markListened moves the mark once a walk was complete. It moves by the
// provider's clock, and only when that is worth an event: always where sending
// waits for it.
func (x *Exchange) markListened(ctx context.Context, before reading, server clinic.Instant, walk first) error {
	if before.again != againListen && server.Sub(before.upTo) < markEvery {
		return nil
	}
	_, err := x.cfg.Journal.Submit(ctx, journal.Actor{}, func(d *journal.Decision) error {
		if before.began == 0 && before.Stage != HistoryPaused && walk.ended {
			whole := historyBody{Line: before.line, Stage: HistoryWhole, BackTo: walk.backTo}
			d.Record(journal.Event{Kind: kindHistory, Body: whole})
		}
		d.Record(journal.Event{Kind: kindListened, Body: listenedBody{UpTo: server, Line: before.line}})
		return nil
	})
	return err
}
