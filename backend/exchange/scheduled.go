package exchange

import (
	"context"
	"maps"
	"slices"
	"time"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/provider"
	"quietline/backend/sqlite"
)

// latestSendTime is how far ahead a person can choose when a text goes.
const latestSendTime = 90 * 24 * time.Hour

// checkTime says whether a person can choose a time for a text.
func checkTime(at, now clinic.Instant) error {
	if at <= now || at > now.Add(latestSendTime) || at.Time().Nanosecond() != 0 {
		return clinic.E(CodeSendTime).With("days", int(latestSendTime/(24*time.Hour)))
	}
	return nil
}

// leaves returns for which time a text is to be left with the provider now; zero where
// it is not. The provider takes none that is due within a quarter of an hour; such a
// text waits here.
func (x *Exchange) leaves(i item, now clinic.Instant) clinic.Instant {
	if x.cfg.Scheduler == nil || x.ended || !i.atProvider || i.state != archive.Later || i.until.Sub(now) < provider.MinAhead {
		return 0
	}
	return i.until
}

// forProvider returns the texts that are to be left with the provider now, those that
// are due first first. At a standstill, and before the provider was read, there are none.
func (x *Exchange) forProvider(tx *sqlite.Tx, now clinic.Instant) ([]item, error) {
	if x.cfg.Scheduler == nil || x.ended {
		return nil, nil
	}
	all, err := items(tx, `state = 'later' AND at_provider = 1 AND until >= ?
		AND NOT EXISTS (SELECT 1 FROM exchange_reading WHERE one = 1 AND again > 0)
		AND NOT EXISTS (SELECT 1 FROM exchange_standstill WHERE what IN ('elsewhere', 'review') AND ended = 0)`,
		int64(now.Add(provider.MinAhead)))
	slices.SortStableFunc(all, func(a, b item) int { return int(min(max(a.until-b.until, -1), 1)) })
	return all, err
}

// atProvider are the texts that the provider keeps until their time.
const atProvider = `state IN ('scheduled', 'recalling')`

// messagesOf returns the messages of some rows of the outbox.
func messagesOf(tx *sqlite.Tx, where string, args ...any) ([]archive.Message, error) {
	some, err := items(tx, where, args...)
	if err != nil || len(some) == 0 {
		return nil, err
	}
	ids := make([]clinic.MessageID, len(some))
	for n, i := range some {
		ids[n] = i.message
	}
	return archive.GetMessages(tx, ids...)
}

// moves reports whether the provider's word about a text is a step forward.
func moves(known, now archive.State) bool {
	waited := known == archive.Scheduled || known == archive.Recalling
	switch now {
	case archive.Scheduled:
		return false
	case archive.Sent:
		return waited
	case archive.Failed:
		// What was withdrawn there stands in its list as cancelled.
		return known != now && known != archive.Withdrawn
	}
	return known != now
}

// leftProvider records the provider's word about a text that it kept.
func leftProvider(d *journal.Decision, known archive.Message, m provider.Message) {
	switch {
	case m.Status == provider.Canceled && known.State == archive.Recalling:
		gaveBack(d, known)
		return
	case m.Status == provider.Canceled:
		archive.Stop(d, known, archive.KindFailed, archive.Stopped{Message: known.ID, Reason: CodeCalledOff})
		return
	case known.State == archive.Recalling && stateOf(m) != archive.Failed:
		archive.Stop(d, known, archive.KindTooLate, archive.Stopped{Message: known.ID, Reason: CodeRecallTooLate})
	}
	archive.Report(d, known, archive.Reported{Message: known.ID, State: stateOf(m), ErrorCode: m.ErrorCode})
}

// vanished records that the provider has no text any more that it was to send by now.
// Of a text that left otherwise it says nothing.
func (x *Exchange) vanished(ctx context.Context, m archive.Message) error {
	if m.State != archive.Scheduled && m.State != archive.Recalling {
		return nil
	}
	_, err := x.cfg.Journal.Submit(ctx, journal.Actor{}, func(d *journal.Decision) error {
		i, err := itemOf(d.Tx, m.ID)
		if err != nil || i.state != archive.Scheduled && i.state != archive.Recalling {
			return ignoreGone(err)
		}
		archive.Stop(d, m, archive.KindFailed, archive.Stopped{Message: m.ID, Reason: CodeVanished})
		return nil
	})
	return err
}

// overdueAtProvider returns texts that the provider must have sent by now.
func overdueAtProvider(tx *sqlite.Tx, now clinic.Instant) ([]archive.Message, error) {
	return messagesOf(tx, atProvider+` AND until <= ?`, int64(now))
}

// Kept answers from memory which texts the provider keeps, by each number of the
// patients that they are for: whoever reads on while the clinic is locked calls them
// off on a STOP.
func (x *Exchange) Kept() map[clinic.NumberID][]provider.SID {
	x.mu.Lock()
	defer x.mu.Unlock()
	kept := maps.Clone(x.memory.kept)
	for sid, numbers := range x.memory.handed {
		for _, n := range numbers {
			if !slices.Contains(kept[n], sid) {
				kept[n] = append(slices.Clone(kept[n]), sid)
			}
		}
	}
	return kept
}

// keeps notes a text that the provider has just taken over to send later, before that is
// durable here: a desk that locks within this round is told of it as well. The end of the
// round reads all anew.
func (x *Exchange) keeps(tx *sqlite.Tx, thread clinic.ThreadID, sid provider.SID) error {
	numbers, err := numbersAround(tx, thread)
	if err != nil {
		return err
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.memory.handed == nil {
		x.memory.handed = map[provider.SID][]clinic.NumberID{}
	}
	x.memory.handed[sid] = numbers
	return nil
}

// numbersAround returns the number of a thread and the others of its patient.
func numbersAround(tx *sqlite.Tx, thread clinic.ThreadID) ([]clinic.NumberID, error) {
	t, err := archive.GetThread(tx, archive.SeeAll(), thread)
	if err != nil {
		return nil, err
	}
	of, err := patients.NumbersOf(tx, t.Patient)
	numbers := []clinic.NumberID{t.Number}
	for _, n := range of[t.Patient] {
		if n.ID != t.Number {
			numbers = append(numbers, n.ID)
		}
	}
	return numbers, err
}

func (x *Exchange) noteKept(kept map[clinic.NumberID][]provider.SID) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.memory.kept, x.memory.handed = kept, nil
}

// rememberKept brings into memory what the provider keeps, after a round may have changed
// it. Where that cannot be read, what was known before stays.
func (x *Exchange) rememberKept(ctx context.Context) {
	if err := x.cfg.Journal.Read(ctx, x.recallKept); err != nil && !cancelled(err) {
		x.cfg.Log.Warn("what the provider keeps cannot be read", "code", clinic.CodeOf(err))
	}
}

// recallKept brings into memory what the provider keeps.
func (x *Exchange) recallKept(tx *sqlite.Tx) error {
	all, err := messagesOf(tx, atProvider)
	if err != nil {
		return err
	}
	apart, err := archive.ScheduledApart(tx)
	if err != nil {
		return err
	}
	kept := map[clinic.NumberID][]provider.SID{}
	for _, m := range append(all, apart...) {
		numbers, err := numbersAround(tx, m.Thread)
		if err != nil {
			return err
		}
		for _, n := range numbers {
			kept[n] = append(kept[n], provider.SID(m.SID))
		}
	}
	x.noteKept(kept)
	return nil
}
