package journal_test

import (
	"context"
	"fmt"
	"testing"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/journal/journaltest"
	"quietline/backend/sqlite"
)

// excitable are notes whose reducer panics over a word.
type excitable struct{ notes }

func (n excitable) Apply(tx *sqlite.Tx, e journal.Applied, touched *journal.Touched) error {
	var b noteV2
	if e.Kind == noteWritten.Name && e.Body.Decode(&b) == nil && b.Text == "alarm" {
		panic("alarm")
	}
	return n.notes.Apply(tx, e, touched)
}

// manyNotes are n notes, the last of which may be another.
func manyNotes(n int, last string) []journal.Event {
	events := make([]journal.Event, n)
	for i := range events {
		events[i] = note(fmt.Sprint("note ", i))
	}
	if last != "" {
		events[n-1] = note(last)
	}
	return events
}

// TestABatchOfAnySizeIsAppendedWhollyOrNot: a large batch is brought into the log
// while the reducers are still at work on it.
func TestABatchOfAnySizeIsAppendedWhollyOrNot(t *testing.T) {
	for _, n := range []int{1, 15, 16, 17, 400, journal.MaxBatchEvents} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			c := journaltest.New(t, excitable{notes{refuse: "poison"}})
			c.Record(note("before"))
			head := headOf(t, c)
			still := func(what string) {
				t.Helper()
				if headOf(t, c) != head {
					t.Errorf("%s: the log moved", what)
				}
				wantTexts(t, c, "before")
			}

			_, err := submit(c, manyNotes(n, "poison")...)
			wantCode(t, err, clinic.CodeBadInput)
			still("a refusal")

			func() {
				defer func() {
					if recover() == nil {
						t.Error("the reducer's panic was kept")
					}
				}()
				_, _ = submit(c, manyNotes(n, "alarm")...)
			}()
			still("a panic")

			ctx, cancel := context.WithCancel(context.Background())
			_, err = c.Submit(ctx, journal.Actor{}, func(d *journal.Decision) error {
				for _, e := range manyNotes(n, "") {
					d.Record(e)
				}
				cancel()
				return nil
			})
			if err == nil {
				t.Error("a caller who had left was served")
			}
			still("a caller who left")

			taken := c.Names().Subject("suite", []byte("one"))
			claim := func() []journal.Event {
				events := manyNotes(n, "")
				events[0].Exclusive = taken
				return events
			}
			pos, err := submit(c, claim()...)
			if err != nil || pos.Seq != head.Seq+uint64(n) {
				t.Fatalf("a batch of %d ended at %d: %v", n, pos.Seq, err)
			}
			head = headOf(t, c)
			_, err = submit(c, claim()...)
			wantCode(t, err, journal.CodeConflict)
			if headOf(t, c) != head {
				t.Error("a conflict: the log moved")
			}
			hash := c.Hash()
			c.Crash()
			if c.Hash() != hash || headOf(t, c) != head {
				t.Error("what was recorded is not there after a crash")
			}
			if err := c.CheckViews(context.Background(), nil); err != nil {
				t.Errorf("the views are not what the log says: %v", err)
			}
		})
	}
}
