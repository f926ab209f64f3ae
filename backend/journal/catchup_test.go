package journal_test

import (
	"context"
	"testing"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/journal/journaltest"
	"quietline/backend/sqlite"
)

// anothersPointer is a store whose views are another seat's.
type anothersPointer struct {
	journal.Store
	at journal.ViewsPointer
}

func (s *anothersPointer) Views(context.Context) (journal.ViewsPointer, error) { return s.at, nil }

func (s *anothersPointer) SwitchViews(_ context.Context, _ uint64, to journal.ViewsPointer) error {
	s.at = to
	return nil
}

// TestCatchingUpStopsBetweenBatches lets a reducer fail far into what another
// seat has appended: the views stand at the end of a batch, where a decision can
// be made, and go on from there.
func TestCatchingUpStopsBetweenBatches(t *testing.T) {
	here := journaltest.New(t, notes{})
	config := here.Config()
	config.Views = journal.NewViewsDir(t.TempDir(), sqlite.Options{})
	config.Store = &anothersPointer{Store: here.Store}
	picky := &pickyNotes{notes: notes{refuse: "poison"}}
	config.Projections = []journal.Projection{picky}
	there, err := journal.Open(context.Background(), config)
	must(t, err)
	defer there.Close()

	batch := make([]journal.Event, 700)
	for i := range batch {
		batch[i] = note("x")
	}
	here.Record(batch...)
	batch[len(batch)-1] = note("poison")
	here.Record(batch...)

	wantCode(t, there.CatchUp(context.Background()), clinic.CodeBadInput)
	if a, err := there.Anchor(context.Background()); err != nil || a.Seq != 700 {
		t.Errorf("the views stand at %d: %v", a.Seq, err)
	}
	picky.refuse = ""
	must(t, there.CatchUp(context.Background()))
	sum, err := there.ContentHash(context.Background())
	if err != nil || sum != here.Hash() {
		t.Errorf("the views differ in the end: %v", err)
	}
}

// pickyNotes can change its mind.
type pickyNotes struct{ notes }

func (p *pickyNotes) Apply(tx *sqlite.Tx, e journal.Applied, touched *journal.Touched) error {
	return p.notes.Apply(tx, e, touched)
}
