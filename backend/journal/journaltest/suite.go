package journaltest

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
	"testing"

	"quietline/backend/clinic"
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

func emptyLog(t *testing.T, l *bench) {
	if h := l.head(); h != (journal.Head{}) {
		t.Errorf("head of an empty log: %v", h)
	}
	if got := l.tail(journal.Pos{}); len(got) != 0 {
		t.Errorf("an empty log hands out %d entries", len(got))
	}
	if err := l.log.Verify(context.Background(), journal.Pos{}, journal.Hash{}); err != nil {
		t.Errorf("verify the beginning: %v", err)
	}
	if err := l.log.Verify(context.Background(), journal.Pos{}, journal.Hash{1}); !errors.Is(err, journal.ErrForked) {
		t.Errorf("verify a link before the beginning: %v", err)
	}
}

func entriesComeBack(t *testing.T, l *bench) {
	want := l.events(7)
	want[2].Exclusive = journal.Subject{9}
	l.append(want[:1])
	l.append(want[1:4])
	l.append(want[4:])
	head := journal.Head{}
	got := l.tail(journal.Pos{})
	if len(got) != len(want) {
		t.Fatalf("%d entries, want %d", len(got), len(want))
	}
	for i, e := range got {
		head = journal.Link(head, 1, want[i])
		if e.Pos != head.Pos || e.Chain != head.Chain || e.ID != want[i].ID || e.Exclusive != want[i].Exclusive ||
			!bytes.Equal(e.Header, want[i].Header) || !bytes.Equal(e.Body, want[i].Body) {
			t.Errorf("entry %d came back as another", i+1)
		}
		if sealed := i == 0 || i == 3 || i == 6; sealed != (e.Seal != nil) {
			t.Errorf("entry %d: sealed is %t", i+1, e.Seal != nil)
		}
	}
	if l.head() != head {
		t.Errorf("head %v, want %v", l.head(), head)
	}
}

func sameBatchAgain(t *testing.T, l *bench) {
	l.append(l.events(2))
	b := l.batch(l.events(3))
	first, err := l.log.Append(context.Background(), b)
	if err != nil {
		t.Fatal(err)
	}
	l.append(l.events(1))
	again := l.batch(b.Events) // sealed anew on the newer head
	for name, b := range map[string]journal.Batch{"as it was": b, "on the newer head": again} {
		l.unchanged(func() {
			if pos, err := l.open().Append(context.Background(), b); err != nil || pos != first {
				t.Errorf("%s: %v, %v; want %v", name, pos, err, first)
			}
		})
	}
}

func partlyThere(t *testing.T, l *bench) {
	known := l.events(2)
	l.append(known)
	fresh := l.events(2)
	l.refused(l.batch([]journal.Sealed{fresh[0], known[1]}), journal.ErrConflict)
	l.refused(l.batch([]journal.Sealed{known[0], known[1], fresh[1]}), journal.ErrConflict)
	l.append(fresh)
}

func olderHead(t *testing.T, l *bench) {
	first := l.batch(l.events(1))
	second := l.batch(l.events(1))
	if _, err := l.log.Append(context.Background(), first); err != nil {
		t.Fatal(err)
	}
	l.refused(second, journal.ErrConflict)
	forked := second
	forked.Parent = l.head()
	forked.Parent.Chain[0] ^= 1
	l.refused(l.signed(forked, l.one), journal.ErrConflict)
	ahead := second
	ahead.Parent = journal.Head{Pos: journal.Pos{Incarnation: 1, Seq: 9}}
	l.refused(l.signed(ahead, l.one), journal.ErrConflict)
}

func exclusiveSubject(t *testing.T, l *bench) {
	claim := func(subject byte) journal.Sealed {
		e := l.events(1)[0]
		e.Exclusive = journal.Subject{subject}
		return e
	}
	l.append([]journal.Sealed{claim(1), claim(2)})
	l.refused(l.batch([]journal.Sealed{l.events(1)[0], claim(2)}), journal.ErrConflict)
	l.refused(l.batch([]journal.Sealed{claim(3), claim(3)}), journal.ErrConflict)
	l.append([]journal.Sealed{claim(3), l.events(1)[0], l.events(1)[0]})
}

func refusedBatches(t *testing.T, l *bench) {
	l.append(l.events(2))
	bad, large := clinic.E(journal.CodeBadEvent), clinic.E(journal.CodeTooLarge)
	change := func(fn func(b *journal.Batch)) journal.Batch {
		b := l.batch(l.events(2))
		fn(&b)
		return l.signed(b, l.one)
	}
	l.refused(change(func(b *journal.Batch) { b.Events = nil }), bad)
	l.refused(change(func(b *journal.Batch) { b.Events[1].ID = b.Events[0].ID }), bad)
	l.refused(change(func(b *journal.Batch) { b.Incarnation = 0 }), bad)
	l.refused(change(func(b *journal.Batch) { b.Incarnation = 3 }), bad)
	l.refused(change(func(b *journal.Batch) { b.Events[0].Header = make([]byte, journal.MaxHeaderBytes+1) }), large)
	l.refused(change(func(b *journal.Batch) { b.Events[0].Body = make([]byte, journal.MaxBodyBytes+1) }), large)
	l.refused(change(func(b *journal.Batch) { b.Events = l.events(journal.MaxBatchEvents + 1) }), large)
	l.refused(change(func(b *journal.Batch) {
		b.Events = l.events(journal.MaxBatchBytes/journal.MaxBodyBytes + 1)
		for i := range b.Events {
			b.Events[i].Body = make([]byte, journal.MaxBodyBytes)
		}
	}), large)

	b := l.batch(l.events(2))
	b.Seal.Count = 1
	l.refused(b, bad)
	b = l.batch(l.events(2))
	b.Seal.Signature[5] ^= 1
	l.refused(b, bad)
	b = l.batch(l.events(2))
	b.Seal.Seat = l.two.seat
	l.refused(b, bad)
	l.refused(l.signed(l.batch(l.events(2)), NewKeys("suite", 7)), clinic.E(journal.CodeUnknownSeat))

	whole := l.batch(l.events(journal.MaxBatchEvents))
	if _, err := l.log.Append(context.Background(), whole); err != nil {
		t.Errorf("the largest permitted batch: %v", err)
	}
}

func tailResumes(t *testing.T, l *bench) {
	for _, n := range []int{1, 4, 2} {
		l.append(l.events(n))
	}
	all := l.tail(journal.Pos{})
	for at := range all {
		got := l.tail(all[at].Pos)
		if len(got) != len(all)-at-1 {
			t.Fatalf("from %d: %d entries", at+1, len(got))
		}
		for i, e := range got {
			if e.Pos != all[at+1+i].Pos {
				t.Errorf("from %d: entry %d is %v", at+1, i, e.Pos)
			}
		}
	}
}

func tailRefuses(t *testing.T, l *bench) {
	l.append(l.events(3))
	for from, want := range map[journal.Pos]error{
		{Incarnation: 1, Seq: 4}: journal.ErrTruncated,
		{Incarnation: 1, Seq: 9}: journal.ErrTruncated,
		{Incarnation: 2, Seq: 3}: journal.ErrForked,
		{Incarnation: 0, Seq: 2}: journal.ErrForked,
	} {
		if got, err := collect(l.log, from); !errors.Is(err, want) || len(got) > 0 {
			t.Errorf("tail from %v: %d entries, %v; want %v", from, len(got), err, want)
		}
	}
}

func tailStops(t *testing.T, l *bench) {
	l.append(l.events(5))
	enough := errors.New("enough")
	n := 0
	err := l.log.Tail(context.Background(), journal.Pos{}, func(journal.Entry) error {
		// The log can be used from within.
		if _, err := l.log.Head(context.Background()); err != nil {
			t.Errorf("head within tail: %v", err)
		}
		if n++; n == 3 {
			return enough
		}
		return nil
	})
	if err != enough || n != 3 {
		t.Errorf("tail returned %v after %d entries", err, n)
	}
}

func longTail(t *testing.T, l *bench) {
	const batches, size = 6, 311
	for range batches {
		l.append(l.events(size))
	}
	got := l.tail(journal.Pos{})
	if len(got) != batches*size {
		t.Fatalf("%d entries, want %d", len(got), batches*size)
	}
	for i, e := range got {
		if e.Seq != uint64(i)+1 {
			t.Fatalf("entry %d has number %d", i+1, e.Seq)
		}
	}
}

func verify(t *testing.T, l *bench) {
	l.append(l.events(2))
	l.append(l.events(2))
	for _, e := range l.tail(journal.Pos{}) {
		if err := l.open().Verify(context.Background(), e.Pos, e.Chain); err != nil {
			t.Errorf("verify %v: %v", e.Pos, err)
		}
		other := e.Chain
		other[31] ^= 1
		if err := l.log.Verify(context.Background(), e.Pos, other); !errors.Is(err, journal.ErrForked) {
			t.Errorf("verify another link at %v: %v", e.Pos, err)
		}
		restored := e.Pos
		restored.Incarnation++
		if err := l.log.Verify(context.Background(), restored, e.Chain); !errors.Is(err, journal.ErrForked) {
			t.Errorf("verify another incarnation at %v: %v", e.Pos, err)
		}
	}
	later := journal.Pos{Incarnation: 1, Seq: 5}
	if err := l.log.Verify(context.Background(), later, l.head().Chain); !errors.Is(err, journal.ErrTruncated) {
		t.Errorf("verify beyond the head: %v", err)
	}
}

func incarnations(t *testing.T, l *bench) {
	l.append(l.events(2))
	b := l.batch(l.events(2))
	b.Incarnation = 2
	b = l.signed(b, l.two)
	pos, err := l.log.Append(context.Background(), b)
	if want := (journal.Pos{Incarnation: 2, Seq: 4}); err != nil || pos != want {
		t.Fatalf("first batch of an incarnation: %v, %v; want %v", pos, err, want)
	}
	old := l.batch(l.events(1))
	old.Incarnation = 1
	l.refused(l.signed(old, l.one), clinic.E(journal.CodeBadEvent))
	l.append(l.events(1))
	if got := l.tail(journal.Pos{Incarnation: 1, Seq: 2}); len(got) != 3 || got[0].Incarnation != 2 {
		t.Errorf("tail over the border: %d entries", len(got))
	}
}

func nothingShared(t *testing.T, l *bench) {
	events := l.events(1)
	events[0].Body = []byte("sealed")
	b := l.batch(events)
	if _, err := l.log.Append(context.Background(), b); err != nil {
		t.Fatal(err)
	}
	events[0].Header[0], events[0].Body[0] = 'X', 'X'
	got := l.tail(journal.Pos{})
	got[0].Header[0], got[0].Body[0], got[0].Seal.Count = 'Y', 'Y', 9
	if e := l.tail(journal.Pos{})[0]; e.Header[0] != 'h' || e.Body[0] != 's' || e.Seal.Count != 1 {
		t.Error("a caller's change reached the log")
	}
}

func endedContext(t *testing.T, l *bench) {
	l.append(l.events(2))
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	b := l.batch(l.events(1))
	l.unchanged(func() {
		if _, err := l.log.Append(ended, b); err == nil {
			t.Error("append under an ended context succeeded")
		}
	})
	if err := l.log.Tail(ended, journal.Pos{}, func(journal.Entry) error { return nil }); err == nil {
		t.Error("tail under an ended context succeeded")
	}
	if _, err := l.log.Append(context.Background(), b); err != nil {
		t.Errorf("append afterwards: %v", err)
	}
}

func appendersAtOnce(t *testing.T, l *bench) {
	const each, size = 20, 3
	events := l.events(2 * each * size)
	var wg sync.WaitGroup
	for i, keys := range []*Keys{l.one, l.two} {
		log, mine := l.open(), events[i*each*size:(i+1)*each*size]
		wg.Go(func() {
			for len(mine) > 0 {
				head, err := log.Head(context.Background())
				if err != nil {
					t.Errorf("head: %v", err)
					return
				}
				b := journal.Batch{Parent: head, Incarnation: 1, Events: mine[:size]}
				if _, err := journal.SignBatch(&b, keys.seat, keys.Sign); err != nil {
					t.Errorf("sign: %v", err)
					return
				}
				switch _, err := log.Append(context.Background(), b); {
				case errors.Is(err, journal.ErrConflict):
				case err != nil:
					t.Errorf("append: %v", err)
					return
				default:
					mine = mine[size:]
				}
			}
		})
	}
	wg.Wait()
	seen := map[clinic.EventID]bool{}
	for i, e := range l.tail(journal.Pos{}) {
		if e.Seq != uint64(i)+1 || seen[e.ID] {
			t.Fatalf("entry %d is number %d, seen before: %t", i+1, e.Seq, seen[e.ID])
		}
		seen[e.ID] = true
	}
	if len(seen) != len(events) {
		t.Errorf("%d events, want %d", len(seen), len(events))
	}
}

func oneBatchManyHands(t *testing.T, l *bench) {
	b := l.batch(l.events(4))
	var wg sync.WaitGroup
	for range 8 {
		log := l.open()
		wg.Go(func() {
			if pos, err := log.Append(context.Background(), b); err != nil || pos.Seq != 4 {
				t.Errorf("append: %v, %v", pos, err)
			}
		})
	}
	wg.Wait()
	if n := len(l.tail(journal.Pos{})); n != 4 {
		t.Errorf("%d entries, want 4", n)
	}
}

func tailWhileAppending(t *testing.T, l *bench) {
	const batches = 40
	var end journal.Head
	done := make(chan struct{})
	reader := l.open()
	go func() {
		defer close(done)
		for range batches {
			b := journal.Batch{Parent: end, Incarnation: 1, Events: l.events(5)}
			var err error
			if end, err = journal.SignBatch(&b, l.one.seat, l.one.Sign); err != nil {
				t.Errorf("sign: %v", err)
				return
			}
			if _, err := l.log.Append(context.Background(), b); err != nil {
				t.Errorf("append: %v", err)
				return
			}
		}
	}()
	for {
		var last uint64
		err := reader.Tail(context.Background(), journal.Pos{}, func(e journal.Entry) error {
			if e.Seq != last+1 {
				t.Errorf("entry %d after %d", e.Seq, last)
			}
			last = e.Seq
			return nil
		})
		if err != nil || last%5 != 0 {
			t.Errorf("tail ended at %d: %v", last, err)
		}
		select {
		case <-done:
			if got := l.tail(journal.Pos{}); len(got) != 5*batches {
				t.Errorf("%d entries in the end", len(got))
			}
			return
		default:
		}
	}
}
