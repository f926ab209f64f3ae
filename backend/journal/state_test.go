package journal_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/journal/journaltest"
	"quietline/backend/sqlite"
)

// viewsFiles lists the views files of a clinic.
func viewsFiles(t *testing.T, c *journaltest.Clinic) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(c.Dir, "views-*.db"))
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// whileClosed closes the clinic, changes its folder, and opens it again.
func whileClosed(t *testing.T, c *journaltest.Clinic, change func(views string)) {
	t.Helper()
	names := viewsFiles(t, c)
	if len(names) != 1 {
		t.Fatalf("views files: %d", len(names))
	}
	if err := errors.Join(c.Journal.Close(), c.DB.Close()); err != nil {
		t.Fatal(err)
	}
	change(names[0])
	c.Reopen()
}

func TestLostViewsAreRebuilt(t *testing.T) {
	for name, change := range map[string]func(t *testing.T, path string){
		"deleted": func(t *testing.T, path string) { must(t, os.Remove(path)) },
		"emptied": func(t *testing.T, path string) { must(t, os.Truncate(path, 0)) },
		"foreign": func(t *testing.T, path string) {
			must(t, os.WriteFile(path, []byte(strings.Repeat("SQLite format 3\x00", 512)), 0o600))
		},
		"flipped everywhere": func(t *testing.T, path string) {
			raw, err := os.ReadFile(path)
			must(t, err)
			for i := 100; i < len(raw); i += 512 {
				raw[i] ^= 0x10
			}
			must(t, os.WriteFile(path, raw, 0o600))
		},
		"cut": func(t *testing.T, path string) { must(t, os.Truncate(path, 3*4096)) },
	} {
		t.Run(name, func(t *testing.T) {
			c := journaltest.New(t, notes{})
			c.Record(note("one"), note("two"), givePermit("texting"))
			before := c.Hash()
			whileClosed(t, c, func(path string) { change(t, path) })
			if got := c.Report().Rebuilt; got != journal.CodeViewsLost {
				t.Errorf("reported %q", got)
			}
			if c.Hash() != before {
				t.Error("the rebuilt views differ")
			}
			if n := len(viewsFiles(t, c)); n != 1 {
				t.Errorf("%d views files are left", n)
			}
		})
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestViewsPutBackCatchUp puts an older, genuine views file in place: it is a
// state that once was, and replaying leads to the same views.
func TestViewsPutBackCatchUp(t *testing.T) {
	c := journaltest.New(t, notes{})
	c.Record(note("one"), givePermit("texting"))
	var old []byte
	whileClosed(t, c, func(path string) {
		var err error
		old, err = os.ReadFile(path)
		must(t, err)
	})
	c.Record(note("two"), revokePermit("texting"))
	want := c.Hash()
	whileClosed(t, c, func(path string) { must(t, os.WriteFile(path, old, 0o600)) })
	if got := c.Report(); got != (journal.Report{Replayed: 2}) {
		t.Errorf("reported %+v", got)
	}
	if c.Hash() != want {
		t.Error("the views differ")
	}
}

// viewsKeeper hands out the open views database, to change it behind the
// journal's back as somebody with all keys could.
type viewsKeeper struct {
	journal.ViewsFiles
	db *sqlite.DB
}

func (v *viewsKeeper) Create(ctx context.Context, g uint64, key sqlite.Key, s []sqlite.Migration) (db *sqlite.DB, err error) {
	db, err = v.ViewsFiles.Create(ctx, g, key, s)
	v.db = db
	return db, err
}

func (v *viewsKeeper) Open(ctx context.Context, g uint64, key sqlite.Key, s []sqlite.Migration) (db *sqlite.DB, err error) {
	db, err = v.ViewsFiles.Open(ctx, g, key, s)
	v.db = db
	return db, err
}

func keptViews(t *testing.T, projections ...journal.Projection) (*journaltest.Clinic, *viewsKeeper) {
	keeper := &viewsKeeper{}
	c := journaltest.NewWith(t, func(config journal.Config) journal.Config {
		keeper.ViewsFiles, config.Views = config.Views, keeper
		return config
	}, projections...)
	return c, keeper
}

func (v *viewsKeeper) exec(t *testing.T, statement string, args ...any) {
	t.Helper()
	must(t, v.db.Write(context.Background(), func(tx *sqlite.Tx) error {
		_, err := tx.Exec(statement, args...)
		return err
	}))
}

func TestTamperedViewsAreNotRead(t *testing.T) {
	for name, statement := range map[string]string{
		"a row added":          `INSERT INTO permits (name, seq, seal) VALUES ('calling', 1, x'')`,
		"a row removed":        `DELETE FROM permits WHERE name = 'texting'`,
		"a row changed":        `UPDATE permits SET name = 'calling' WHERE name = 'texting'`,
		"NULL for empty":       `UPDATE permits SET seal = NULL WHERE name = 'texting'`,
		"the cursor removed":   `DELETE FROM journal_cursor`,
		"the cursor shortened": `UPDATE journal_cursor SET state = x'00'`,
		"the cursor changed":   `UPDATE journal_cursor SET state = zeroblob(length(state))`,
	} {
		t.Run(name, func(t *testing.T) {
			c, keeper := keptViews(t, notes{})
			c.Record(note("one"), givePermit("texting"), givePermit("reminders"))
			want := c.Hash()
			keeper.exec(t, statement)
			c.Reopen()
			if got := c.Report(); got.Blocked != journal.CodeViewsTampered || got.Rebuilt != "" {
				t.Fatalf("reported %+v", got)
			}
			wantCode(t, c.Read(context.Background(), func(*sqlite.Tx) error { return nil }), journal.CodeViewsTampered)
			_, err := submit(c, note("x"))
			wantCode(t, err, journal.CodeViewsTampered)
			must(t, c.Rebuild(context.Background(), nil))
			if c.Hash() != want {
				t.Error("the rebuilt views differ")
			}
			c.Record(note("on we go"))
		})
	}
}

func TestAnotherSchemaRebuilds(t *testing.T) {
	c := journaltest.New(t, notes{})
	c.Record(note("one"), note("two"))
	c.Reopen(notes{schema: []string{`CREATE INDEX notes_by_mood ON notes (mood)`}})
	if got := c.Report().Rebuilt; got != journal.CodeViewsOutdated {
		t.Errorf("reported %q", got)
	}
	wantTexts(t, c, "one", "two")
	c.Reopen()
	if got := c.Report(); got != (journal.Report{}) {
		t.Errorf("the next start reports %+v", got)
	}
}

func TestANewerProgramsEventsStopWriting(t *testing.T) {
	tomorrow := noteWritten
	tomorrow.Version, tomorrow.MinReader = 3, 3
	future := future{kinds: []journal.Kind{tomorrow, {Name: "note.sung", Version: 1, MinReader: 1, Class: journal.ClassMessage}}}
	for name, event := range map[string]journal.Event{
		"an unknown kind":         {Kind: future.kinds[1], Body: noteV1{Text: "la"}},
		"a version beyond reach":  {Kind: tomorrow, Body: noteV1{Text: "la"}},
		"an unknown kind, silent": {Kind: future.kinds[1]},
	} {
		t.Run(name, func(t *testing.T) {
			c := journaltest.New(t, notes{})
			c.Record(note("today"))
			c.Reopen(future)
			c.Record(event)
			c.Reopen(notes{})
			for _, when := range []string{"at first", "at the next start"} {
				if !c.Report().Newer {
					t.Errorf("%s: not reported", when)
				}
				wantTexts(t, c, "today")
				_, err := submit(c, note("x"))
				wantCode(t, err, journal.CodeNewer)
				c.Reopen()
			}
			must(t, c.Rebuild(context.Background(), nil))
			_, err := submit(c, note("x"))
			wantCode(t, err, journal.CodeNewer)
			c.Reopen(future)
			if c.Report().Newer {
				t.Error("the newer program does not know its own events")
			}
			c.Record(event)
		})
	}
}

// TestANewerVersionThatAllowsItIsRead: a field was added that an older reader
// may leave.
func TestANewerVersionThatAllowsItIsRead(t *testing.T) {
	c := journaltest.New(t, notes{})
	c.Record(journal.Event{Kind: noteWritten, Body: noteV2{Text: "with a mood", Mood: "calm"}})
	c.Reopen(notes{version: 1})
	if c.Report().Newer {
		t.Error("reported as newer")
	}
	wantTexts(t, c, "with a mood")
}

// future is the program of tomorrow.
type future struct{ kinds []journal.Kind }

func (future) Name() string            { return "future" }
func (future) Decisive() []string      { return nil }
func (future) Schema() []string        { return nil }
func (f future) Kinds() []journal.Kind { return append(f.kinds, noteStruck) }

func (future) Apply(*sqlite.Tx, journal.Applied, *journal.Touched) error { return nil }

func TestProjectionsThatContradictAreRefused(t *testing.T) {
	c := journaltest.New(t, notes{})
	other := noteWritten
	other.Class = journal.ClassAudit
	bad := journal.Kind{Name: "Note Written!", Version: 1, MinReader: 1, Class: journal.ClassAudit}
	for name, p := range map[string]journal.Projection{
		"the same name twice":     notes{},
		"a kind in another class": future{kinds: []journal.Kind{other}},
		"a kind without a name":   future{kinds: []journal.Kind{bad}},
	} {
		config := c.Config()
		config.Projections = append(config.Projections, p)
		if j, err := journal.Open(context.Background(), config); err == nil {
			_ = j.Close()
			t.Errorf("%s: opened", name)
		}
	}
}

func TestClosedAndAbandoned(t *testing.T) {
	for name, end := range map[string]func(c *journaltest.Clinic){
		"closed":    func(c *journaltest.Clinic) { must(t, c.Journal.Close()); must(t, c.Journal.Close()) },
		"abandoned": func(c *journaltest.Clinic) { c.Abandon(); c.Abandon() },
		"zeroed and abandoned": func(c *journaltest.Clinic) {
			c.Keys.Zero()
			c.Abandon()
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := journaltest.New(t, notes{})
			c.Record(note("one"))
			ctx := context.Background()
			end(c)
			_, submitted := submit(c, note("x"))
			_, anchored := c.Anchor(ctx)
			for what, err := range map[string]error{
				"submit": submitted, "anchor": anchored, "catch up": c.CatchUp(ctx), "rebuild": c.Rebuild(ctx, nil),
				"read":  c.Read(ctx, func(*sqlite.Tx) error { return nil }),
				"check": c.CheckAnchors(ctx, nil),
			} {
				if !errors.Is(err, journal.ErrClosed) {
					t.Errorf("%s: %v", what, err)
				}
			}
		})
	}
}

func TestAbandonEndsWhatIsUnderWay(t *testing.T) {
	c := journaltest.New(t, notes{})
	c.Record(note("one"))
	err := c.Read(context.Background(), func(tx *sqlite.Tx) error {
		c.Abandon()
		_, err := texts(tx)
		return err
	})
	wantCode(t, err, journal.CodeClosed)
	c.Crash()
	_, err = c.Submit(context.Background(), journal.Actor{}, func(d *journal.Decision) error {
		d.Record(note("two"))
		c.Abandon()
		return nil
	})
	wantCode(t, err, journal.CodeClosed)
	c.Crash()
	wantTexts(t, c, "one")
}

func TestNoFileHoldsAReadableWord(t *testing.T) {
	c := journaltest.New(t, notes{})
	c.Record(note("PLAINTEXTMARKER"), givePermit("PLAINTEXTMARKER"))
	look := func(when string) {
		must(t, filepath.WalkDir(c.Dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			raw, err := os.ReadFile(path)
			for _, word := range []string{"PLAINTEXTMARKER", "note.written", "CREATE TABLE", "message"} {
				if bytes.Contains(raw, []byte(word)) {
					t.Errorf("%s: %s holds %q", when, filepath.Base(path), word)
				}
			}
			return err
		}))
	}
	// The live files may be read as bytes here because no lock matters any more
	// once the clinic is abandoned.
	c.Abandon()
	c.DB.Abandon()
	look("abandoned")
	c.Crash()
	must(t, c.Rebuild(context.Background(), nil))
	whileClosed(t, c, func(string) { look("closed") })
}

func TestCodesAreListed(t *testing.T) {
	seen := map[clinic.Code]bool{}
	for _, code := range journal.Codes() {
		if seen[code] || !strings.HasPrefix(string(code), "journal.") {
			t.Errorf("%s", code)
		}
		seen[code] = true
	}
}
