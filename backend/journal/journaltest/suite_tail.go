package journaltest

import (
	"context"
	"errors"
	"testing"

	"quietline/backend/journal"
)

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
