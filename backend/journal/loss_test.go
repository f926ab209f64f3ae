package journal_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/journal/journaltest"
	"quietline/backend/sqlite"
)

// known is a clinic whose anchors are handed to every opening.
func known(t *testing.T, anchors *[]journal.Anchor) *journaltest.Clinic {
	return journaltest.NewWith(t, func(config journal.Config) journal.Config {
		config.Anchors = slices.Clone(*anchors)
		return config
	}, notes{})
}

func noted(t *testing.T, c *journaltest.Clinic) journal.Anchor {
	t.Helper()
	a, err := c.Anchor(context.Background())
	must(t, err)
	return a
}

func TestWhatIsMissingIsToldInTimes(t *testing.T) {
	var anchors []journal.Anchor
	c := known(t, &anchors)
	c.Record(note("one"), note("two"))
	last := c.Clock.Now()
	old := copyOf(t, c)
	c.Clock.Advance(time.Hour)
	c.Record(note("three"))
	c.Clock.Advance(time.Hour)
	anchors = []journal.Anchor{noted(t, c)}

	putBack(t, c, old)
	loss := c.Report().Loss
	want := journal.Loss{Code: journal.CodeTruncated, From: last, Until: anchors[0].At, Newest: anchors[0].Head}
	if c.Report().Blocked != journal.CodeRolledBack || loss == nil || *loss != want {
		t.Fatalf("reported %+v, want %+v", loss, want)
	}

	// Without an anchor the views alone know, and no time.
	anchors = nil
	c.Reopen()
	loss = c.Report().Loss
	if loss == nil || loss.From != last || loss.Until != 0 || loss.Newest != want.Newest {
		t.Fatalf("by the views: %+v", loss)
	}

	// Another history since: nobody can tell where it began, unless an anchor of
	// before is there.
	must(t, c.Rebuild(context.Background(), nil))
	c.Clock.Advance(time.Hour)
	c.Record(note("another three"))
	early := journal.Anchor{At: 7}
	anchors = []journal.Anchor{early, {Head: want.Newest, At: want.Until}}
	c.Reopen()
	loss = c.Report().Loss
	if loss == nil || loss.Code != journal.CodeForked || loss.From != early.At || loss.Until != want.Until {
		t.Fatalf("another history: %+v", loss)
	}
}

// TestAnOlderLogIsOpenedUntouched: the views of a newer log are what tells, and
// an older log may not even point to them.
func TestAnOlderLogIsOpenedUntouched(t *testing.T) {
	var anchors []journal.Anchor
	c := known(t, &anchors)
	c.Record(note("one"))
	old := copyOf(t, c)
	c.Record(note("two"))
	must(t, c.Rebuild(context.Background(), nil)) // views of the next generation
	anchors = []journal.Anchor{noted(t, c)}
	putBack(t, c, old)
	if names := viewsFiles(t, c); len(names) != 1 || filepath.Base(names[0]) != "views-2.db" {
		t.Fatalf("views files: %v", names)
	}
	ctx := context.Background()
	wantCode(t, c.Read(ctx, func(*sqlite.Tx) error { return nil }), journal.CodeRolledBack)
	_, err := submit(c, note("x"))
	wantCode(t, err, journal.CodeRolledBack)
	_, err = c.Anchor(ctx)
	wantCode(t, err, journal.CodeRolledBack)
	wantCode(t, c.CheckViews(ctx, nil), journal.CodeRolledBack)
	wantCode(t, c.QuickCheck(ctx), journal.CodeRolledBack)
	c.Reopen() // closing without views, and finding the same
	if c.Report().Loss == nil {
		t.Fatal("not found again")
	}
	must(t, c.Rebuild(ctx, nil))
	wantTexts(t, c, "one")
}

func TestAHalfBatchAtTheEndIsToldWithoutATime(t *testing.T) {
	c := journaltest.New(t, notes{})
	c.Record(note("one"))
	c.Record(note("two"), note("three"))
	must(t, c.DB.Write(context.Background(), func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`DELETE FROM log WHERE seq = 3`)
		return err
	}))
	c.Reopen()
	if loss := c.Report().Loss; loss == nil || loss.Code != journal.CodeTruncated || loss.From != 0 {
		t.Fatalf("reported %+v", loss)
	}
}

func viewsOf(t *testing.T, c *journaltest.Clinic) []byte {
	t.Helper()
	names := viewsFiles(t, c)
	var raw []byte
	whileClosed(t, c, func(string) {
		var err error
		raw, err = os.ReadFile(names[0])
		must(t, err)
	})
	return raw
}

func TestOlderViewsPutBackLoseNothing(t *testing.T) {
	c := journaltest.New(t, notes{})
	c.Record(note("one"))
	old := viewsOf(t, c)
	c.Record(note("two"))
	whileClosed(t, c, func(path string) { must(t, os.WriteFile(path, old, 0o600)) })
	if c.Report().Loss != nil || c.Report().Replayed != 1 {
		t.Fatalf("reported %+v", c.Report())
	}
	wantTexts(t, c, "one", "two")
}

func TestTheNewestEventAfterManyIncarnations(t *testing.T) {
	var anchors []journal.Anchor
	c := known(t, &anchors)
	var last clinic.Instant
	for range 3 {
		c.Clock.Advance(time.Minute)
		last = c.Clock.Now()
		_, err := c.StartIncarnation(context.Background(), journal.Actor{}, func(d *journal.Decision) error {
			d.Record(note("once more"))
			return nil
		})
		must(t, err)
	}
	must(t, c.QuickCheck(context.Background()))
	anchors = []journal.Anchor{{Head: journal.Head{Pos: journal.Pos{Incarnation: 3, Seq: 99}}, At: last.Add(time.Hour)}}
	c.Reopen()
	if loss := c.Report().Loss; loss == nil || loss.From != last {
		t.Fatalf("reported %+v, want from %v", loss, last)
	}
}
