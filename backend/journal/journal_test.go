package journal_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/journal/journaltest"
	"quietline/backend/sqlite"
)

func wantTexts(t *testing.T, c *journaltest.Clinic, want ...string) {
	t.Helper()
	var got []string
	err := c.Read(context.Background(), func(tx *sqlite.Tx) (err error) {
		got, err = texts(tx)
		return err
	})
	if err != nil {
		t.Fatalf("read notes: %v", err)
	}
	if !slices.Equal(got, want) {
		t.Fatalf("notes are %q, want %q", got, want)
	}
}

func wantCode(t *testing.T, err error, code clinic.Code) {
	t.Helper()
	if !errors.Is(err, clinic.E(code)) {
		t.Fatalf("got error %v, want %s", err, code)
	}
}

func TestWhatIsRecordedShowsAndStays(t *testing.T) {
	c := journaltest.New(t, notes{})
	first := c.Record(note("good morning"))
	second := c.Record(note("she called back"), givePermit("texting"))
	if first != (journal.Pos{Incarnation: 1, Seq: 1}) || second != (journal.Pos{Incarnation: 1, Seq: 3}) {
		t.Fatalf("recorded at %v and %v", first, second)
	}
	wantTexts(t, c, "good morning", "she called back")

	before := c.Hash()
	c.Reopen()
	if got := c.Report(); got != (journal.Report{}) {
		t.Errorf("a clean start reports %+v", got)
	}
	wantTexts(t, c, "good morning", "she called back")
	if c.Hash() != before {
		t.Error("the content hash changed over a restart")
	}
	if err := c.Rebuild(context.Background(), nil); err != nil {
		t.Fatalf("rebuild: %v", err)
	}
	if c.Hash() != before {
		t.Error("the content hash changed by rebuilding")
	}
}
