package journal_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"quietline/backend/journal"
	"quietline/backend/journal/journaltest"
	"quietline/backend/sqlite"
)

// keptKeys are views of which somebody has all keys.
type keptKeys struct {
	journal.ViewsFiles
	key    sqlite.Key
	schema []sqlite.Migration
}

func (v *keptKeys) Create(ctx context.Context, g uint64, key sqlite.Key, s []sqlite.Migration) (*sqlite.DB, error) {
	v.key, v.schema = key, s
	return v.ViewsFiles.Create(ctx, g, key, s)
}

// TestViewsThatWereCutShortAreGoneOnWith: people wait for a large log's views after a
// restore. A program that ends meanwhile costs what the last transaction would have
// brought. What was changed or lost in between is made from the beginning, and nobody
// ever reads views that are not whole.
func TestViewsThatWereCutShortAreGoneOnWith(t *testing.T) {
	const transaction = 20_000
	c := journaltest.New(t, notes{})
	c.Record(givePermit("texting"))
	batch := make([]journal.Event, 800)
	for i := range batch {
		batch[i] = note("x")
	}
	for range (transaction + 2_400) / len(batch) {
		c.Record(batch...)
	}
	want := c.Hash()

	for name, between := range map[string]struct {
		change func(t *testing.T, views *keptKeys, dir string)
		goesOn bool
	}{
		"nothing": {func(*testing.T, *keptKeys, string) {}, true},
		"a row that decides was changed": {func(t *testing.T, views *keptKeys, _ string) {
			db, err := views.ViewsFiles.Open(context.Background(), 1, views.key, views.schema)
			must(t, err)
			must(t, db.Write(context.Background(), func(tx *sqlite.Tx) error {
				_, err := tx.Exec(`DELETE FROM permits`)
				return err
			}))
			must(t, db.Close())
		}, false},
		"the file was lost": {func(t *testing.T, _ *keptKeys, dir string) {
			must(t, os.Remove(filepath.Join(dir, "views-1.db")))
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			views := &keptKeys{ViewsFiles: journal.NewViewsDir(dir, sqlite.Options{CacheBytes: 4 << 20, Readers: 2})}
			config := c.Config()
			config.Views, config.Store, config.TrailFrom = views, &anothersPointer{Store: c.Store}, 1

			ctx, cancel := context.WithCancel(t.Context())
			config.Progress = func(done, _ uint64) {
				if done > transaction+500 {
					cancel()
				}
			}
			if _, err := journal.Open(ctx, config); !errors.Is(err, context.Canceled) {
				t.Fatalf("cut short: %v", err)
			}
			between.change(t, views, dir)

			first := uint64(0)
			config.Progress = func(done, _ uint64) {
				if first == 0 {
					first = done
				}
			}
			for again := range 2 {
				j, err := journal.Open(t.Context(), config)
				must(t, err)
				if again == 0 && first > transaction != between.goesOn {
					t.Errorf("it went on at %d", first)
				}
				if r := j.Report(); r.Blocked != "" || again == 1 && r.Rebuilt != "" {
					t.Errorf("opening %d reports %+v", again, r)
				}
				if sum, err := j.ContentHash(t.Context()); err != nil || sum != want {
					t.Errorf("opening %d: the views differ: %v", again, err)
				}
				must(t, j.Close())
			}
			if files, err := filepath.Glob(filepath.Join(dir, "views-*.db")); err != nil || len(files) != 1 {
				t.Errorf("left are %d files: %v", len(files), err)
			}
		})
	}
}
