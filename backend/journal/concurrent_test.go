package journal_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/journal/journaltest"
	"quietline/backend/sqlite"
)

// TestManyHandsAtOnce records, reads, rebuilds and anchors at the same time.
// Every reader sees whole batches only, and in the end everything is there once.
func TestManyHandsAtOnce(t *testing.T) {
	const writers, batches, size = 4, 12, 3
	c := journaltest.New(t, notes{})
	ctx := context.Background()
	var writing, others sync.WaitGroup
	done := make(chan struct{})
	until := func(work func() error) {
		others.Go(func() {
			for {
				if err := work(); err != nil {
					t.Errorf("beside the writers: %v", err)
					return
				}
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	whole := func(tx *sqlite.Tx) error {
		seen, err := texts(tx)
		if err == nil && len(seen)%size != 0 {
			err = fmt.Errorf("a reader sees %d notes", len(seen))
		}
		return err
	}
	until(func() error { return c.Read(ctx, whole) })
	until(func() error { return c.Rebuild(ctx, nil) })
	until(func() error {
		a, err := c.Anchor(ctx)
		if err != nil {
			return err
		}
		return c.CheckAnchors(ctx, []journal.Anchor{a})
	})
	for w := range writers {
		writing.Go(func() {
			for b := range batches {
				_, err := c.Submit(ctx, journal.Actor{Staff: clinic.StaffID{byte(w)}}, func(d *journal.Decision) error {
					for i := range size {
						d.Record(note(fmt.Sprint(w, b, i)))
					}
					return nil
				})
				if err != nil {
					t.Errorf("submit: %v", err)
				}
			}
		})
	}
	writing.Wait()
	close(done)
	others.Wait()
	err := c.Read(ctx, func(tx *sqlite.Tx) error {
		seen, err := texts(tx)
		if len(seen) != writers*batches*size {
			t.Errorf("%d notes in the end", len(seen))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
