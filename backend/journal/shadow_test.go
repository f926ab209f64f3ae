package journal_test

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/journal/journaltest"
	"quietline/backend/sqlite"
)

// once runs fn the first time that views which are being made have come a step
// further, and waits until nothing of what fn has started can go on by itself.
func once(fn func()) journal.Progress {
	first := true
	return func(uint64, uint64) {
		if first {
			first = false
			fn()
			synctest.Wait()
		}
	}
}

// TestACheckWaitsForTheWritersRebuild begins a check while the writer makes views
// without what was destroyed. The check must not clear away their file.
func TestACheckWaitsForTheWritersRebuild(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := busy(t, 1500, notes{})
		ctx, ada := context.Background(), clinic.DossierID{1}
		c.Record(noteIn(ada, "secret"))
		checked := make(chan error, 1)
		_, err := c.DestroyContent(ctx, []journal.KeySlot{slotOf(ada, journal.ClassMessage, 2026)}, once(func() {
			go func() { checked <- c.CheckViews(ctx, nil) }()
		}))
		must(t, err)
		must(t, <-checked)
		want := c.Hash()
		c.Reopen()
		if got := c.Report(); got != (journal.Report{}) || c.Hash() != want {
			t.Errorf("the next opening reports %+v", got)
		}
	})
}

func TestARebuildWaitsForAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := busy(t, 1500, notes{})
		ctx := context.Background()
		second := make(chan error, 1)
		must(t, c.Rebuild(ctx, once(func() { go func() { second <- c.Rebuild(ctx, nil) }() })))
		must(t, <-second)
		must(t, c.CheckViews(ctx, nil))
		if names := viewsFiles(t, c); len(names) != 1 {
			t.Errorf("%d views files are left", len(names))
		}
	})
}

func TestARebuildTakesThePlaceOfACheck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := busy(t, 1500, notes{})
		ctx := context.Background()
		rebuilt := make(chan error, 1)
		err := c.CheckViews(ctx, once(func() { go func() { rebuilt <- c.Rebuild(ctx, nil) }() }))
		wantCode(t, err, journal.CodeConflict)
		must(t, <-rebuilt)
		must(t, c.CheckViews(ctx, nil))
	})
}

func TestTheWritersRebuildTakesThePlaceOfAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := busy(t, 1500, notes{})
		ctx, ada := context.Background(), clinic.DossierID{1}
		c.Record(noteIn(ada, "secret"))
		destroyed := make(chan error, 1)
		err := c.Rebuild(ctx, once(func() {
			go func() {
				_, err := c.DestroyContent(ctx, []journal.KeySlot{slotOf(ada, journal.ClassMessage, 2026)}, nil)
				destroyed <- err
			}()
		}))
		wantCode(t, err, journal.CodeConflict)
		must(t, <-destroyed)
		must(t, c.CheckViews(ctx, nil))
	})
}

// everyViews keeps the views that were made or opened, in order.
type everyViews struct {
	journal.ViewsFiles
	all []*sqlite.DB
}

func (v *everyViews) Create(ctx context.Context, generation uint64, key sqlite.Key, schema []sqlite.Migration) (*sqlite.DB, error) {
	db, err := v.ViewsFiles.Create(ctx, generation, key, schema)
	v.all = append(v.all, db)
	return db, err
}

// TestNoKeyOutlivesForget forgets and abandons in the middle of every making of
// views. Those in use and those that are being made are unreadable at once.
func TestNoKeyOutlivesForget(t *testing.T) {
	ada := clinic.DossierID{1}
	for name, build := range map[string]func(c *journaltest.Clinic, p journal.Progress) error{
		"a check":   func(c *journaltest.Clinic, p journal.Progress) error { return c.CheckViews(context.Background(), p) },
		"a rebuild": func(c *journaltest.Clinic, p journal.Progress) error { return c.Rebuild(context.Background(), p) },
		"the writer's rebuild": func(c *journaltest.Clinic, p journal.Progress) error {
			_, err := c.DestroyContent(context.Background(), []journal.KeySlot{slotOf(ada, journal.ClassMessage, 2026)}, p)
			return err
		},
	} {
		for how, end := range map[string]func(c *journaltest.Clinic){
			"forgotten": func(c *journaltest.Clinic) { c.Forget() },
			"abandoned": func(c *journaltest.Clinic) { c.Abandon() },
		} {
			t.Run(name+" is "+how, func(t *testing.T) {
				files := &everyViews{}
				c := journaltest.NewWith(t, func(config journal.Config) journal.Config {
					files.ViewsFiles, config.Views = config.Views, files
					return config
				}, notes{})
				fill(c, 1500)
				c.Record(noteIn(ada, "secret"))
				first := true
				err := build(c, func(uint64, uint64) {
					if !first {
						t.Error("went on")
						return
					}
					first = false
					end(c)
					if len(files.all) != 2 {
						t.Fatalf("%d views", len(files.all))
					}
					for i, db := range files.all {
						err := db.Read(context.Background(), func(*sqlite.Tx) error { return nil })
						wantCode(t, err, sqlite.CodeClosed)
						if t.Failed() {
							t.Fatalf("views %d can still be read", i)
						}
					}
				})
				wantCode(t, err, journal.CodeClosed)
				c.Crash()
				must(t, c.CheckViews(context.Background(), nil))
				if names := viewsFiles(t, c); len(names) != 1 {
					t.Errorf("%d views files are left", len(names))
				}
			})
		}
	}
}

// worn is a clinic whose views are worn after a number of seals.
func worn(t *testing.T, after int64) *journaltest.Clinic {
	t.Helper()
	c := journaltest.NewWith(t, func(config journal.Config) journal.Config {
		config.RenewViews = after
		return config
	}, notes{})
	fill(c, 1500)
	return c
}

// TestACheckRenewsWornViews: the views that it has made are as good as those in
// use, and their key has sealed next to nothing.
func TestACheckRenewsWornViews(t *testing.T) {
	for name, test := range map[string]struct {
		after   int64
		renewed bool
	}{"worn": {1, true}, "not worn": {0, false}} {
		t.Run(name, func(t *testing.T) {
			c := worn(t, test.after)
			before := viewsFiles(t, c)
			must(t, c.CheckViews(context.Background(), func(uint64, uint64) { c.Record(note("meanwhile")) }))
			if after := viewsFiles(t, c); slices.Equal(before, after) == test.renewed || len(after) != 1 {
				t.Errorf("the views were %v and are %v", before, after)
			}
			c.Record(note("after"))
			must(t, c.Read(context.Background(), func(tx *sqlite.Tx) error {
				all, err := texts(tx)
				if n := len(all); n < 1502 || all[n-1] != "after" || all[n-2] != "meanwhile" {
					t.Errorf("%d notes", n)
				}
				return err
			}))
		})
	}
}

func TestAnOpeningRenewsViewsThatAreAllButWornOut(t *testing.T) {
	c := worn(t, 1)
	want := c.Hash()
	c.Reopen()
	if got := c.Report(); got != (journal.Report{Rebuilt: journal.CodeViewsOutdated}) || c.Hash() != want {
		t.Errorf("reported %+v", got)
	}
	c = worn(t, 0)
	c.Reopen()
	if got := c.Report(); got != (journal.Report{}) {
		t.Errorf("reported %+v", got)
	}
}
