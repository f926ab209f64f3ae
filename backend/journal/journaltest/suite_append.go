package journaltest

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"quietline/backend/clinic"
	"quietline/backend/journal"
)

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
