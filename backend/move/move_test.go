package move_test

import (
	"context"
	"errors"
	"testing"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/journal/journaltest"
	"quietline/backend/move"
	"quietline/backend/sqlite"
)

// TestStepsFollowOneAnother walks every way of four steps from the beginning, and
// holds that each step is taken where it follows and nowhere else.
func TestStepsFollowOneAnother(t *testing.T) {
	id, other := clinic.NewID[move.ID](), clinic.NewID[move.ID]()
	steps := map[string]func(*journal.Decision) error{
		"begin":          func(d *journal.Decision) error { return move.Begin(d, id) },
		"hand over":      func(d *journal.Decision) error { return move.HandOver(d, id) },
		"take back":      move.TakeBack,
		"arrive":         func(d *journal.Decision) error { return move.Arrive(d, id) },
		"arrive another": func(d *journal.Decision) error { return move.Arrive(d, other) },
	}
	follows := map[move.Stage]map[string]move.Stage{
		move.Here:       {"begin": move.Begun},
		move.Begun:      {"hand over": move.HandedOver, "take back": move.Here, "arrive": move.Here},
		move.HandedOver: {"take back": move.Here},
	}
	ways := [][]string{{}, {"begin"}, {"begin", "hand over"}, {"begin", "take back"}, {"begin", "hand over", "take back"}, {"begin", "arrive"}}
	for _, way := range ways {
		for name, step := range steps {
			c := journaltest.New(t, move.Projection())
			at := move.Here
			for _, w := range way {
				if _, err := c.Submit(t.Context(), journal.Actor{}, steps[w]); err != nil {
					t.Fatalf("%v: %v", way, err)
				}
				at = follows[at][w]
			}
			next, may := follows[at][name]
			_, err := c.Submit(t.Context(), journal.Actor{}, step)
			if may && err != nil || !may && !errors.Is(err, clinic.E(clinic.CodeInternal)) {
				t.Errorf("%v, then %s: %v", way, name, err)
			}
			if !may {
				next = at
			}
			if s := standing(t, c); s.Stage != next {
				t.Errorf("%v, then %s: it is %q, want %q", way, name, s.Stage, next)
			}
		}
	}
}

func standing(t *testing.T, c *journaltest.Clinic) (s move.Standing) {
	t.Helper()
	if err := c.Read(context.Background(), func(tx *sqlite.Tx) (err error) {
		s, err = move.Get(tx)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return s
}

// TestAHandingOverOutlastsItsContent: whoever destroys old content must not bring a
// computer back that has handed its clinic over.
func TestAHandingOverOutlastsItsContent(t *testing.T) {
	c := journaltest.New(t, move.Projection())
	id := clinic.NewID[move.ID]()
	for _, step := range []func(*journal.Decision) error{
		func(d *journal.Decision) error { return move.Begin(d, id) },
		func(d *journal.Decision) error { return move.HandOver(d, id) },
	} {
		if _, err := c.Submit(t.Context(), journal.Actor{}, step); err != nil {
			t.Fatal(err)
		}
	}
	at := standing(t, c).At
	slot := journal.KeySlot{Class: journal.ClassAudit, Year: uint16(at.Time().Year())}
	if _, err := c.DestroyContent(t.Context(), []journal.KeySlot{slot}, nil); err != nil {
		t.Fatal(err)
	}
	c.Reopen()
	if s := standing(t, c); s.Stage != move.HandedOver || s.At != at {
		t.Errorf("without its content: %+v", s)
	}
}
