package journal_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/journal/journaltest"
	"quietline/backend/sqlite"
)

func slotOf(dossier clinic.DossierID, class journal.RecordClass, year uint16) journal.KeySlot {
	return journal.KeySlot{Dossier: dossier, Class: class, Year: year}
}

func TestDestroyedContentIsGone(t *testing.T) {
	c := journaltest.New(t, notes{})
	ana, ben := clinic.DossierID{1}, clinic.DossierID{2}
	c.Record(noteIn(ana, "ana 1"), noteIn(ben, "ben 1"), givePermit("texting"))
	lastYear := noteIn(ana, "ana last year")
	lastYear.At = c.Clock.Now().Add(-365 * 24 * 3600e9)
	c.Record(lastYear)
	head := headOf(t, c)

	n, err := c.DestroyContent(context.Background(), []journal.KeySlot{
		slotOf(ana, journal.ClassMessage, 2026), slotOf(ana, journal.ClassConsent, 2026),
	}, nil)
	if err != nil || n != 1 {
		t.Fatalf("destroyed %d keys: %v", n, err)
	}
	wantTexts(t, c, "—", "ben 1", "ana last year")
	if headOf(t, c) != head {
		t.Error("the log changed")
	}
	must(t, c.Log.Tail(context.Background(), journal.Pos{}, func(journal.Entry) error { return nil }))
	gone := c.Hash()
	c.Reopen()
	if c.Hash() != gone || c.Report() != (journal.Report{}) {
		t.Errorf("the next start reports %+v", c.Report())
	}

	// What comes later has a key of its own.
	c.Record(noteIn(ana, "ana again"))
	wantTexts(t, c, "—", "ben 1", "ana last year", "ana again")
	must(t, c.Rebuild(context.Background(), nil))
	wantTexts(t, c, "—", "ben 1", "ana last year", "ana again")

	if n, err := c.DestroyContent(context.Background(), []journal.KeySlot{slotOf(ben, journal.ClassMessage, 1999)}, nil); err != nil || n != 0 {
		t.Errorf("destroy what is not there: %d, %v", n, err)
	}
}

// TestADestroyedKeyLeavesTheFilesLogAtOnce: the log of journal.db is emptied with
// the destruction, and not only when the clinic is closed.
func TestADestroyedKeyLeavesTheFilesLogAtOnce(t *testing.T) {
	c := journaltest.New(t, notes{})
	c.Record(noteIn(clinic.DossierID{1}, "secret"))
	size := func() int64 {
		info, err := os.Stat(filepath.Join(c.Dir, "journal.db-wal"))
		must(t, err)
		return info.Size()
	}
	if size() == 0 {
		t.Fatal("nothing lies in the log that could be emptied")
	}
	slot := slotOf(clinic.DossierID{1}, journal.ClassMessage, 2026)
	if n, err := c.Store.DestroyContentKeys(t.Context(), []journal.KeySlot{slot}, c.Clock.Now()); n != 1 || err != nil {
		t.Fatalf("destroyed %d keys: %v", n, err)
	}
	if n := size(); n != 0 {
		t.Errorf("the log still holds %d bytes", n)
	}
}

// failingViews makes no new views while it is told to.
type failingViews struct {
	journal.ViewsFiles
	fail bool
}

func (v *failingViews) Create(ctx context.Context, g uint64, key sqlite.Key, s []sqlite.Migration) (*sqlite.DB, error) {
	if v.fail {
		return nil, journaltest.ErrFault
	}
	return v.ViewsFiles.Create(ctx, g, key, s)
}

func TestDestructionThatWasCutShortIsFinished(t *testing.T) {
	for name, next := range map[string]func(c *journaltest.Clinic){
		"by reading on":      func(*journaltest.Clinic) {},
		"by the next start":  func(c *journaltest.Clinic) { c.Crash() },
		"by the next submit": func(c *journaltest.Clinic) { c.Record() },
	} {
		t.Run(name, func(t *testing.T) {
			views := &failingViews{}
			c := journaltest.NewWith(t, func(config journal.Config) journal.Config {
				views.ViewsFiles, config.Views = config.Views, views
				return config
			}, notes{})
			c.Record(noteIn(clinic.DossierID{1}, "secret"), note("open"))
			views.fail = true
			n, err := c.DestroyContent(context.Background(), []journal.KeySlot{slotOf(clinic.DossierID{1}, journal.ClassMessage, 2026)}, nil)
			if n != 1 || !errors.Is(err, journaltest.ErrFault) {
				t.Fatalf("destroyed %d: %v", n, err)
			}
			// The content must not be shown any more, not even for a moment.
			err = c.Read(context.Background(), func(*sqlite.Tx) error { t.Error("read on"); return nil })
			if !errors.Is(err, journaltest.ErrFault) {
				t.Errorf("read: %v", err)
			}
			views.fail = false
			next(c)
			wantTexts(t, c, "—", "open")
		})
	}
}

func TestALeaverCannotUnwrapWhatComesAfter(t *testing.T) {
	c := journaltest.New(t, notes{})
	c.Record(note("before"))
	c.Keys.NewEpoch()
	c.Record(note("after"))
	c.Reopen()
	if got := c.Report().Rebuilt; got != journal.CodeViewsOutdated {
		t.Errorf("views of the epoch before: reported %q", got)
	}
	slot := slotOf(clinic.DossierID{}, journal.ClassMessage, 2026)
	first, found1, err1 := c.Store.SlotKey(context.Background(), slot, 1)
	second, found2, err2 := c.Store.SlotKey(context.Background(), slot, 2)
	if err := errors.Join(err1, err2); err != nil || !found1 || !found2 || first.ID == second.ID {
		t.Fatalf("keys of two epochs: %t, %t: %v", found1, found2, err)
	}
	must(t, c.Rebuild(context.Background(), nil))
	wantTexts(t, c, "before", "after")
	if n, err := c.DestroyContent(context.Background(), []journal.KeySlot{slot}, nil); err != nil || n != 2 {
		t.Errorf("destroyed %d keys of a slot over two epochs: %v", n, err)
	}
	wantTexts(t, c, "—", "—")
}
