package journal_test

import (
	"context"
	"errors"
	"testing"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/journal/journaltest"
)

// What is read of one clinic and put into the files of another is the same clinic:
// events, keys, destroyed ones, and all that follows from them.
func TestALogThatWasPutBackIsTheSame(t *testing.T) {
	ctx := context.Background()
	from := journaltest.New(t, notes{})
	ana, ben := clinic.DossierID{1}, clinic.DossierID{2}
	from.Record(noteIn(ana, "ana 1"), noteIn(ben, "ben 1"), givePermit("texting"))
	if _, err := from.DestroyContent(ctx, []journal.KeySlot{slotOf(ana, journal.ClassMessage, 2026)}, nil); err != nil {
		t.Fatal(err)
	}
	from.Record(noteIn(ana, "ana 2"))
	at, sum, err := from.ContentAt(ctx)
	must(t, err)
	if at != headOf(t, from) || sum != from.Hash() {
		t.Error("the content is of another moment")
	}
	var entries []journal.Entry
	must(t, from.Log.Tail(ctx, journal.Pos{}, func(e journal.Entry) error { entries = append(entries, e); return nil }))
	keys, destructions, err := from.Store.(*journal.LocalStore).ContentKeys(ctx)
	must(t, err)
	if destructions != 1 {
		t.Errorf("%d destructions", destructions)
	}

	to := journaltest.New(t, notes{})
	log, store := to.Log.(*journal.LocalLog), to.Store.(*journal.LocalStore)
	must(t, store.PutBack(ctx, keys, destructions))
	// In pieces that do not end with batches.
	must(t, log.PutBack(ctx, entries[:2]))
	if err := log.Tail(ctx, journal.Pos{}, func(journal.Entry) error { return nil }); !errors.Is(err, journal.ErrTruncated) {
		t.Errorf("half a batch passes for a log: %v", err)
	}
	if err := log.PutBack(ctx, entries[3:]); !errors.Is(err, journal.ErrForked) {
		t.Errorf("a hole: %v", err)
	}
	changed := entries[2]
	changed.Header = append([]byte(nil), changed.Header...)
	changed.Header[40] ^= 1
	if err := log.PutBack(ctx, []journal.Entry{changed}); !errors.Is(err, journal.ErrForked) {
		t.Errorf("another event: %v", err)
	}
	must(t, log.PutBack(ctx, entries[2:]))
	to.Reopen()
	wantTexts(t, to, "—", "ben 1", "ana 2")
	if to.Hash() != from.Hash() || headOf(t, to) != at {
		t.Error("what came back is something else")
	}
	must(t, to.CheckViews(ctx, nil))
	to.Record(noteIn(ben, "ben 2"))
}
