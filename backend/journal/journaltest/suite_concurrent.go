package journaltest

import (
	"context"
	"errors"
	"sync"
	"testing"

	"quietline/backend/clinic"
	"quietline/backend/journal"
)

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
