package journal_test

import (
	"context"
	"errors"
	"strconv"
	"testing"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/journal/journaltest"
	"quietline/backend/sqlite"
)

// busy is a clinic with many notes, several to a batch.
func busy(t *testing.T, n int, projections ...journal.Projection) *journaltest.Clinic {
	t.Helper()
	c := journaltest.New(t, projections...)
	fill(c, n)
	return c
}

func fill(c *journaltest.Clinic, n int) {
	for i := 0; i < n; i += 50 {
		var events []journal.Event
		for k := range 50 {
			events = append(events, note("note "+strconv.Itoa(i+k)))
		}
		c.Record(events...)
	}
}

func spoil(t *testing.T, c *journaltest.Clinic, statement string, args ...any) {
	t.Helper()
	must(t, c.DB.Write(context.Background(), func(tx *sqlite.Tx) error {
		_, err := tx.Exec(statement, args...)
		return err
	}))
}

func TestTheLogIsCheckedInPieces(t *testing.T) {
	c := busy(t, 2000, notes{})
	ctx := context.Background()
	var places []journal.Head
	must(t, c.CheckLog(ctx, journal.Head{}, func(done journal.Head, total uint64) error {
		if total != 2000 {
			t.Errorf("%d in all", total)
		}
		places = append(places, done)
		return nil
	}))
	if len(places) != 4 {
		t.Fatalf("told %d times", len(places))
	}
	// Cut short, it goes on where it was.
	stop := errors.New("stop")
	if err := c.CheckLog(ctx, journal.Head{}, func(journal.Head, uint64) error { return stop }); !errors.Is(err, stop) {
		t.Fatalf("stopped: %v", err)
	}
	spoil(t, c, `UPDATE log SET chain = zeroblob(32) WHERE seq = 700`)
	must(t, c.CheckLog(ctx, places[1], nil))
	if err := c.CheckLog(ctx, places[0], nil); !errors.Is(err, journal.ErrForked) {
		t.Errorf("from before the fault: %v", err)
	}
	wrong := places[1]
	wrong.Chain[0]++
	if err := c.CheckLog(ctx, wrong, nil); !errors.Is(err, journal.ErrForked) {
		t.Errorf("from a place that was not: %v", err)
	}
}

func TestACheckOfTheLogOpensEveryBody(t *testing.T) {
	c := busy(t, 100, notes{})
	spoil(t, c, `UPDATE content_keys SET sealed = zeroblob(length(sealed))`)
	c.Reopen()
	wantCode(t, c.CheckLog(context.Background(), journal.Head{}, nil), journal.CodeDamaged)
	wantCode(t, c.QuickCheck(context.Background()), journal.CodeDamaged)
}

func TestTheQuickCheckSeesTheEndOfTheLog(t *testing.T) {
	c := busy(t, 500, notes{})
	ctx := context.Background()
	must(t, c.QuickCheck(ctx))
	must(t, journaltest.New(t, notes{}).QuickCheck(ctx))
	spoil(t, c, `UPDATE log SET body = zeroblob(length(body)) WHERE seq = 490`)
	if err := c.QuickCheck(ctx); !errors.Is(err, journal.ErrForked) {
		t.Errorf("a changed body near the end: %v", err)
	}
}

func TestAnOpeningReadsTheEndOfTheLog(t *testing.T) {
	c := busy(t, 100, notes{})
	spoil(t, c, `UPDATE log SET body = zeroblob(length(body)) WHERE seq = 90`)
	must(t, c.Journal.Close())
	config := c.Config()
	j, err := journal.Open(context.Background(), config)
	must(t, err)
	must(t, j.Close())
	config.QuickCheck = true
	if _, err := journal.Open(context.Background(), config); !errors.Is(err, journal.ErrForked) {
		t.Errorf("asked to look, it found %v", err)
	}
}

func TestTheQuickCheckMeetsDamageElsewhereInTime(t *testing.T) {
	c := busy(t, 500, notes{})
	spoil(t, c, `UPDATE log SET body = zeroblob(length(body)) WHERE seq BETWEEN 101 AND 300`)
	for range 100 {
		if err := c.QuickCheck(context.Background()); errors.Is(err, journal.ErrForked) {
			return
		} else if err != nil {
			t.Fatal(err)
		}
	}
	t.Error("never met")
}

// TestACheckOfTheViewsKeepsNobodyWaiting records while the shadow is built.
func TestACheckOfTheViewsKeepsNobodyWaiting(t *testing.T) {
	c := busy(t, 1500, notes{})
	recorded := 0
	must(t, c.CheckViews(context.Background(), func(done, total uint64) {
		c.Record(note("meanwhile"))
		recorded++
		if done > total {
			t.Errorf("%d of %d", done, total)
		}
	}))
	if recorded < 3 {
		t.Errorf("asked %d times", recorded)
	}
	if names := viewsFiles(t, c); len(names) != 1 {
		t.Errorf("%d views files are left", len(names))
	}
}

func TestARebuildEndsACheckOfTheViews(t *testing.T) {
	c := busy(t, 1500, notes{})
	ctx := context.Background()
	rebuilt := make(chan error, 1)
	err := c.CheckViews(ctx, func(done, _ uint64) {
		if done > 600 {
			return
		}
		go func() { rebuilt <- c.Rebuild(ctx, nil) }()
		// The rebuild waits for this check, which ends at its next step.
	})
	if err := <-rebuilt; err != nil {
		t.Fatalf("rebuild: %v", err)
	}
	if err == nil {
		t.Log("the check was quicker") // both orders are sound
	}
	must(t, c.CheckViews(ctx, nil))
	if names := viewsFiles(t, c); len(names) != 1 {
		t.Errorf("%d views files are left", len(names))
	}
}

func TestARebuildKeepsNobodyWaiting(t *testing.T) {
	c := busy(t, 1500, notes{})
	recorded := 0
	must(t, c.Rebuild(context.Background(), func(uint64, uint64) {
		c.Record(note("meanwhile"))
		recorded++
	}))
	if recorded < 3 {
		t.Errorf("asked %d times", recorded)
	}
	must(t, c.CheckViews(context.Background(), nil))
	must(t, c.Read(context.Background(), func(tx *sqlite.Tx) error {
		all, err := texts(tx)
		if len(all) != 1500+recorded {
			t.Errorf("%d notes", len(all))
		}
		return err
	}))
}

// TestContentThatIsDestroyedDuringARebuildStaysDestroyed: the rebuild that began
// before must not bring it back.
func TestContentThatIsDestroyedDuringARebuildStaysDestroyed(t *testing.T) {
	c := busy(t, 1500, notes{})
	ctx, ada := context.Background(), clinic.DossierID{1}
	c.Record(noteIn(ada, "secret"))
	destroyed := make(chan error, 1)
	first := true
	err := c.Rebuild(ctx, func(uint64, uint64) {
		if !first {
			return
		}
		first = false
		go func() {
			_, err := c.DestroyContent(ctx, []journal.KeySlot{slotOf(ada, journal.ClassMessage, 2026)}, nil)
			destroyed <- err
		}()
	})
	must(t, <-destroyed)
	if err != nil {
		t.Log("the rebuild gave way")
	}
	must(t, c.Read(ctx, func(tx *sqlite.Tx) error {
		all, err := texts(tx)
		if all[len(all)-1] != "—" {
			t.Error("the content shows")
		}
		return err
	}))
	must(t, c.CheckViews(ctx, nil))
}

func TestAbandonEndsACheckOfTheViews(t *testing.T) {
	c := busy(t, 1500, notes{})
	err := c.CheckViews(context.Background(), func(uint64, uint64) { c.Abandon() })
	wantCode(t, err, journal.CodeClosed)
	c.Crash()
	must(t, c.CheckViews(context.Background(), nil))
}

func TestACheckThatIsCancelledLeavesNothing(t *testing.T) {
	c := busy(t, 1500, notes{})
	ctx, cancel := context.WithCancel(context.Background())
	if err := c.CheckViews(ctx, func(uint64, uint64) { cancel() }); err == nil {
		t.Fatal("went on")
	}
	if names := viewsFiles(t, c); len(names) != 1 {
		t.Errorf("%d views files are left", len(names))
	}
	c.Record(note("on we go"))
}

func TestTheViewsFileIsCheckedByItself(t *testing.T) {
	c := busy(t, 100, notes{})
	must(t, c.CheckViewsFile(context.Background()))
}
