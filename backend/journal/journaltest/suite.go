package journaltest

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"testing"

	"quietline/backend/journal"
)

// Open opens one more handle to the same log, as another seat does.
type Open func() journal.EventLog

// Run holds an implementation of journal.EventLog to its contract. factory makes
// a new, empty log whose batches are signed by the given seats.
func Run(t *testing.T, factory func(t testing.TB, seats journal.Seats) Open) {
	cases := []struct {
		name string
		run  func(t *testing.T, l *bench)
	}{
		{"an empty log", emptyLog},
		{"entries come back in order, as they were", entriesComeBack},
		{"the same batch again changes nothing", sameBatchAgain},
		{"a batch that is partly there conflicts", partlyThere},
		{"a batch decided at an older head conflicts", olderHead},
		{"an exclusive subject is claimed once", exclusiveSubject},
		{"what readers would refuse is refused", refusedBatches},
		{"tail resumes anywhere", tailResumes},
		{"tail knows what it cannot follow", tailRefuses},
		{"tail ends with its function's error", tailStops},
		{"tail hands out more than a page", longTail},
		{"verify tells a fork from a cut", verify},
		{"a new incarnation follows on", incarnations},
		{"nothing is shared with callers", nothingShared},
		{"an ended context changes nothing", endedContext},
		{"appenders at once never overlap", appendersAtOnce},
		{"one batch from many hands is there once", oneBatchManyHands},
		{"tail is whole while others append", tailWhileAppending},
		{"a crash between append and apply loses nothing", crashAfterAppend},
		{"an append that fails leaves no trace", appendFails},
		{"two journals over one log agree", twoJournals},
		{"a fact that two seats learn is there once", sameFactTwice},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			one, two := NewKeys("suite", 1), NewKeys("suite", 2)
			seats := journal.SeatKeys{one.seat: one.Public(), two.seat: two.Public()}
			open := factory(t, seats)
			c.run(t, &bench{t: t, log: open(), open: open, one: one, two: two})
		})
	}
}

// bench is one log under test.
type bench struct {
	t        *testing.T
	log      journal.EventLog
	open     Open
	one, two *Keys
	made     uint64
}

// events makes n sealed events. The log sees bytes only, so any will do.
func (l *bench) events(n int) []journal.Sealed {
	out := make([]journal.Sealed, n)
	for i := range out {
		l.made++
		out[i] = sealedNumber(l.made)
	}
	return out
}

func sealedNumber(n uint64) journal.Sealed {
	s := journal.Sealed{Header: fmt.Appendf(nil, "header %d", n)}
	binary.BigEndian.PutUint64(s.ID[8:], n)
	if n%3 != 0 {
		s.Body = fmt.Appendf(nil, "body of %d", n)
	}
	return s
}

func (l *bench) head() journal.Head {
	l.t.Helper()
	h, err := l.log.Head(context.Background())
	if err != nil {
		l.t.Fatalf("head: %v", err)
	}
	return h
}

// batch signs events as the next of the log.
func (l *bench) batch(events []journal.Sealed) journal.Batch {
	l.t.Helper()
	head := l.head()
	return l.signed(journal.Batch{Parent: head, Incarnation: max(head.Incarnation, 1), Events: events}, l.one)
}

func (l *bench) signed(b journal.Batch, k *Keys) journal.Batch {
	l.t.Helper()
	if _, err := journal.SignBatch(&b, k.seat, k.Sign); err != nil {
		l.t.Fatalf("sign batch: %v", err)
	}
	return b
}

// append appends events and fails the test where that fails.
func (l *bench) append(events []journal.Sealed) journal.Pos {
	l.t.Helper()
	b := l.batch(events)
	pos, err := l.log.Append(context.Background(), b)
	if err != nil {
		l.t.Fatalf("append: %v", err)
	}
	if want := b.End().Pos; pos != want {
		l.t.Fatalf("appended at %v, want %v", pos, want)
	}
	return pos
}

func (l *bench) tail(from journal.Pos) []journal.Entry {
	l.t.Helper()
	entries, err := collect(l.log, from)
	if err != nil {
		l.t.Fatalf("tail from %v: %v", from, err)
	}
	return entries
}

func collect(log journal.EventLog, from journal.Pos) ([]journal.Entry, error) {
	var out []journal.Entry
	err := log.Tail(context.Background(), from, func(e journal.Entry) error {
		out = append(out, e)
		return nil
	})
	return out, err
}

// unchanged fails the test where fn changes the log.
func (l *bench) unchanged(fn func()) {
	l.t.Helper()
	before, count := l.head(), len(l.tail(journal.Pos{}))
	fn()
	if after := l.head(); after != before || len(l.tail(journal.Pos{})) != count {
		l.t.Errorf("the log went from %v to %v", before.Pos, after.Pos)
	}
}

func (l *bench) refused(b journal.Batch, want error) {
	l.t.Helper()
	l.unchanged(func() {
		if pos, err := l.log.Append(context.Background(), b); !errors.Is(err, want) || !pos.IsZero() {
			l.t.Errorf("append answered %v, %v; want %v", pos, err, want)
		}
	})
}
