package exchange

import (
	"context"
	"errors"
	"maps"
	"slices"

	"quietline/backend/audit"
	"quietline/backend/checks"
	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/provider"
	"quietline/backend/spool"
	"quietline/backend/sqlite"
)

// takeAtOnce is how many entries of the spool one decision takes in.
const takeAtOnce = 100

// TakenIn is what was found in the spool.
type TakenIn struct {
	// Entries are in the records now.
	Entries int
	// Left do not open, or could not be recorded. They lie where they lay.
	Left int
}

// TakeIn brings what happened while the clinic was locked into the records, in the
// order in which it happened, and removes it from the spool once it is durable
// there. It is called before anything of an exchange runs.
//
// Every fact has the id that it has when the provider is read, or one of its own
// that it had from the beginning: whatever was cut short is done again, and what was
// recorded already stays as it is. A STOP takes back consents and withdraws what
// waits, as one that is read from the provider does.
//
// An entry that does not open, or that a rule does not take, keeps no other from being
// taken in, and is tried again the next time. An error means that the records could not
// be written or the spool not be read: nothing is lost, and it may be called again.
func TakeIn(ctx context.Context, j Journal, from *spool.Box, keys spool.Keys) (TakenIn, error) {
	var done TakenIn
	numbers, err := from.Names()
	if err != nil {
		return done, err
	}
	for len(numbers) > 0 {
		batch, next, left, err := openSome(from, numbers, keys)
		done.Left += left
		if err != nil {
			return done, err
		}
		numbers = numbers[next:]
		recorded, err := recordEntries(ctx, j, batch)
		done.Entries += len(recorded)
		done.Left += len(batch) - len(recorded)
		if err != nil {
			return done, err
		}
		if err := from.Remove(recorded...); err != nil {
			return done, err
		}
	}
	return done, nil
}

// spooled is an entry with its number in the spool.
type spooled struct {
	number uint64
	spool.Entry
}

// openSome opens entries from the front, as many as one person's decision can take
// in, and says how many numbers that were and how many of them do not open.
func openSome(from *spool.Box, numbers []uint64, keys spool.Keys) (batch []spooled, next, left int, err error) {
	for _, n := range numbers {
		e, err := from.Read(n, keys)
		switch clinic.CodeOf(err) {
		case spool.CodeDamaged, spool.CodeNewer, spool.CodeUnreadable:
			next, left = next+1, left+1
			continue
		}
		if err != nil {
			return nil, next, left, err
		}
		if len(batch) == takeAtOnce || len(batch) > 0 && batch[0].Member != e.Member {
			return batch, next, left, nil
		}
		batch, next = append(batch, spooled{n, e}), next+1
	}
	return batch, next, left, nil
}

// recordEntries records entries of one author and returns the numbers of those that are
// in the records now. One that the records do not take is left out: whatever a rule has
// against it, nobody signs in again to put it right while it keeps the clinic closed.
func recordEntries(ctx context.Context, j Journal, batch []spooled) (recorded []uint64, err error) {
	if len(batch) == 0 {
		return nil, nil
	}
	_, err = j.Submit(ctx, journal.Actor{Staff: batch[0].Member}, func(d *journal.Decision) error {
		return takeEntries(d, batch)
	})
	switch {
	case err == nil:
		for _, e := range batch {
			recorded = append(recorded, e.number)
		}
		return recorded, nil
	case !refuses(err):
		return nil, err
	case len(batch) == 1:
		return nil, nil
	}
	// One of them is to blame; the others shall not wait for it.
	for i := range batch {
		one, err := recordEntries(ctx, j, batch[i:i+1])
		if err != nil {
			return recorded, err
		}
		recorded = append(recorded, one...)
	}
	return recorded, nil
}

// refuses reports whether an error is an answer about what was to be recorded: that of a
// rule, or of the log about the event. What the files, the keys or the moment answer is
// about all of it, and so is what nobody has given a code.
func refuses(err error) bool {
	var why *clinic.Error
	if !errors.As(err, &why) || why.Retry {
		return false
	}
	switch why.Code {
	case journal.CodeBadEvent, journal.CodeTooLarge:
		return true
	case clinic.CodeInternal, clinic.CodeLocked, clinic.CodeCancelled, clinic.CodeDiskFull:
		return false
	}
	return !slices.Contains(sqlite.Codes(), why.Code) && !slices.Contains(journal.Codes(), why.Code)
}

// takeEntries records entries in one decision.
func takeEntries(d *journal.Decision, batch []spooled) error {
	texts := map[clinic.Phone][]provider.Message{}
	for _, e := range batch {
		switch e.Kind {
		case spool.Refused:
			audit.RecordRefused(d, clinic.EventID(e.Key), e.At)
		case spool.Locked:
			audit.RecordLateLock(d, e.At)
		case spool.Exported:
			// How much it was is not known: the note was made before it began.
			checks.RecordExported(d, e.At, checks.Exported{})
		case spool.Text:
			m := messageOf(e.Text)
			if to, ok := m.To.Phone(); ok {
				texts[to] = append(texts[to], m)
			}
		}
	}
	// The clinic has one number at a time: there is mostly one of them.
	for _, to := range slices.Sorted(maps.Keys(texts)) {
		if err := Take(d, to, texts[to]); err != nil {
			return err
		}
	}
	return nil
}

func messageOf(t spool.Arrival) provider.Message {
	return provider.Message{
		SID: provider.SID(t.SID), From: provider.Address(t.From), To: provider.Address(t.To), Body: t.Body,
		Direction: provider.Inbound, Status: provider.Status(t.Status), ErrorCode: t.ErrorCode,
		Segments: t.Segments, NumMedia: t.Media, Created: t.Created, Sent: t.Sent, Updated: t.Updated,
	}
}
