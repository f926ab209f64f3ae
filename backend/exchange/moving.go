package exchange

import (
	"context"
	"errors"
	"maps"
	"time"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/provider"
	"quietline/backend/sqlite"
)

// awaitedFor is how young a text under way is that somebody may be waiting for.
const awaitedFor = 2 * time.Minute

// askAboutMoving asks one by one about texts that the provider has and whose end
// is not known: they may lie below what Listen reads. The younger, the more
// often; after three days the provider says nothing new.
func (x *Exchange) askAboutMoving(ctx context.Context) error {
	const (
		giveUp   = 72 * time.Hour
		atOnce   = 50   // questions in one round
		followed = 1000 // texts among which they are chosen, so that none keeps the others from a turn
	)
	start := x.cfg.Clock.Now()
	var moving []archive.Message
	if err := x.cfg.Journal.Read(ctx, func(tx *sqlite.Tx) (err error) {
		if moving, err = archive.Moving(tx, start.Add(-giveUp), followed); err != nil {
			return err
		}
		over, err := overdueAtProvider(tx, start)
		moving = append(moving, over...)
		return err
	}); err != nil {
		return err
	}
	x.forgetAllBut(moving)
	if len(moving) > 0 && start.Sub(newest(moving)) < awaitedFor {
		x.noteAwaited()
	}
	questions := 0
	for _, m := range moving {
		if questions == atOnce {
			return nil
		}
		if !x.turnToAsk(m.ID, start.Sub(leftAt(m))) {
			continue
		}
		questions++
		now, err := x.cfg.SMS.Fetch(ctx, provider.SID(m.SID))
		if errors.Is(err, clinic.E(clinic.CodeNotFound)) {
			if err := x.vanished(ctx, m); err != nil {
				return err
			}
			continue
		}
		if err != nil {
			x.failed(err)
			return err
		}
		if stateOf(now) != m.State {
			x.noteNews()
		}
		if _, err := x.cfg.Journal.Submit(ctx, journal.Actor{}, func(d *journal.Decision) error {
			known, err := archive.GetMessage(d.Tx, archive.SeeAll(), m.ID)
			if err != nil {
				return err
			}
			if at, stopped := report(d, known, now); stopped {
				return refused(d, known, at, nil, nil, nil)
			}
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

// leftAt is when a text left, or when the provider was to send it.
func leftAt(m archive.Message) clinic.Instant { return max(m.At, m.Left) }

func newest(moving []archive.Message) (at clinic.Instant) {
	for _, m := range moving {
		at = max(at, leftAt(m))
	}
	return at
}

// forgetAllBut drops what is remembered of texts that have come to an end.
func (x *Exchange) forgetAllBut(moving []archive.Message) {
	still := make(map[clinic.MessageID]bool, len(moving))
	for _, m := range moving {
		still[m.ID] = true
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	maps.DeleteFunc(x.asked, func(id clinic.MessageID, _ time.Duration) bool { return !still[id] })
}

// turnToAsk spaces the questions about one text: a sixteenth of its age apart,
// from five seconds up.
func (x *Exchange) turnToAsk(id clinic.MessageID, age time.Duration) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	now := x.cfg.Clock.Elapsed()
	if next, asked := x.asked[id]; asked && now < next {
		return false
	}
	x.asked[id] = now + max(5*time.Second, age/16)
	return true
}

func ignoreGone(err error) error {
	if errors.Is(err, clinic.E(clinic.CodeNotFound)) || errors.Is(err, clinic.E(archive.CodeNotWaiting)) {
		return nil
	}
	return err
}
