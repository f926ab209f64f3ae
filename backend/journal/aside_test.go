package journal_test

import (
	"context"
	"testing"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/journal/journaltest"
)

// Who reads a long log lets others go first every some events, and holds nothing then
// that they would wait for.
func TestALongReadLetsOthersGoFirst(t *testing.T) {
	c := journaltest.New(t, notes{})
	const many = 600
	for range many / 100 {
		batch := make([]journal.Event, 100)
		for i := range batch {
			batch[i] = note("a note")
		}
		c.Record(batch...)
	}
	read, since, most := 0, 0, 0
	ctx := clinic.WithAside(t.Context(), func(context.Context) {
		c.Record(note("meanwhile"))
		most, since = max(most, since), 0
	})
	must(t, c.Log.Tail(ctx, journal.Pos{}, func(journal.Entry) error {
		read++
		since++
		return nil
	}))
	// A batch is handed on as a whole, once its signature was checked.
	if read < many || max(most, since) > 300 {
		t.Errorf("of %d events %d were read before anybody else", read, max(most, since))
	}
}
