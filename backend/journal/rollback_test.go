package journal_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/journal/journaltest"
	"quietline/backend/sqlite"
)

// copyOf is the clinic's journal.db as bytes, taken while it is closed.
func copyOf(t *testing.T, c *journaltest.Clinic) []byte {
	t.Helper()
	var raw []byte
	whileClosed(t, c, func(string) {
		var err error
		raw, err = os.ReadFile(filepath.Join(c.Dir, "journal.db"))
		must(t, err)
	})
	return raw
}

func putBack(t *testing.T, c *journaltest.Clinic, raw []byte) {
	t.Helper()
	whileClosed(t, c, func(string) {
		must(t, os.WriteFile(filepath.Join(c.Dir, "journal.db"), raw, 0o600))
	})
}

func TestAnOlderLogPutBackIsFound(t *testing.T) {
	c := journaltest.New(t, notes{})
	c.Record(note("one"))
	early, err := c.Anchor(context.Background())
	must(t, err)
	old := copyOf(t, c)
	c.Clock.Advance(time.Hour)
	c.Record(note("two"))
	late, err := c.Anchor(context.Background())
	must(t, err)
	must(t, c.CheckAnchors(context.Background(), []journal.Anchor{{}, early, late}))

	putBack(t, c, old)
	// The views know better.
	if got := c.Report().Blocked; got != journal.CodeRolledBack {
		t.Fatalf("reported %q", got)
	}
	wantCode(t, c.Read(context.Background(), func(*sqlite.Tx) error { return nil }), journal.CodeRolledBack)
	// So do the anchors, and say since when.
	err = c.CheckAnchors(context.Background(), []journal.Anchor{late, early})
	wantCode(t, err, journal.CodeRolledBack)
	var told *clinic.Error
	if !errors.As(err, &told) || told.Params["anchored"] != late.At || !errors.Is(err, journal.ErrTruncated) {
		t.Errorf("told %v", told)
	}
	later := late
	later.At, later.Seq = late.At.Add(time.Hour), late.Seq+1
	for _, order := range [][]journal.Anchor{{early, late, later}, {later, late, early}, {late, later}} {
		err := c.CheckAnchors(context.Background(), order)
		if !errors.As(err, &told) || told.Params["anchored"] != later.At {
			t.Errorf("told %v, want the newest anchor's time", err)
		}
	}
	must(t, c.CheckAnchors(context.Background(), []journal.Anchor{early}))

	// A person may decide to go on from there.
	must(t, c.Rebuild(context.Background(), nil))
	wantTexts(t, c, "one")
	c.Record(note("another two"))
	err = c.CheckAnchors(context.Background(), []journal.Anchor{early, late})
	if !errors.Is(err, journal.ErrForked) {
		t.Errorf("a log that went another way: %v", err)
	}
}

func TestARestoredClinicStartsAnIncarnation(t *testing.T) {
	c := journaltest.New(t, notes{})
	c.Record(note("one"), note("two"))
	restored := func(events ...journal.Event) (journal.Pos, error) {
		return c.StartIncarnation(context.Background(), journal.Actor{}, func(d *journal.Decision) error {
			for _, e := range events {
				d.Record(e)
			}
			return nil
		})
	}
	_, err := restored()
	wantCode(t, err, journal.CodeBadEvent)
	pos, err := restored(note("restored"))
	if want := (journal.Pos{Incarnation: 2, Seq: 3}); err != nil || pos != want {
		t.Fatalf("restored at %v: %v", pos, err)
	}
	if pos := c.Record(note("on we go")); pos != (journal.Pos{Incarnation: 2, Seq: 4}) {
		t.Errorf("then at %v", pos)
	}
	c.Reopen()
	must(t, c.CheckViews(context.Background(), nil))
	wantTexts(t, c, "one", "two", "restored", "on we go")
}

// TestATamperedLogIsNotRead changes rows of the log as somebody could who has the
// key of its file, and no seat's signing key.
func TestATamperedLogIsNotRead(t *testing.T) {
	for name, test := range map[string]struct {
		statement string
		want      error
	}{
		"a body changed":         {`UPDATE log SET body = zeroblob(length(body)) WHERE seq = 2`, journal.ErrForked},
		"a body removed":         {`UPDATE log SET body = NULL WHERE seq = 2`, journal.ErrForked},
		"a header changed":       {`UPDATE log SET header = x'01' WHERE seq = 2`, journal.ErrForked},
		"an id changed":          {`UPDATE log SET id = zeroblob(16) WHERE seq = 2`, journal.ErrForked},
		"a subject added":        {`UPDATE log SET subject = randomblob(16) WHERE seq = 2`, journal.ErrForked},
		"a link changed":         {`UPDATE log SET chain = zeroblob(32) WHERE seq = 2`, journal.ErrForked},
		"an incarnation changed": {`UPDATE log SET incarnation = 2 WHERE seq = 2`, journal.ErrForked},
		// The last byte of a signature is small.
		"a signature changed":       {`UPDATE log SET seal = CAST(substr(seal, 1, 83) || x'ff' AS BLOB) WHERE seq = 2`, journal.ErrForked},
		"a seat changed":            {`UPDATE log SET seal = CAST(zeroblob(16) || substr(seal, 17) AS BLOB) WHERE seq = 2`, clinic.E(journal.CodeUnknownSeat)},
		"a batch joined to another": {`UPDATE log SET seal = NULL WHERE seq = 2`, journal.ErrForked},
		"an event removed":          {`DELETE FROM log WHERE seq = 2`, journal.ErrGap},
		"half of a batch removed":   {`DELETE FROM log WHERE seq = 5`, journal.ErrTruncated},
		"events in another order":   {`UPDATE log SET seq = CASE seq WHEN 2 THEN -3 WHEN 3 THEN -2 END WHERE seq IN (2, 3)`, journal.ErrGap},
	} {
		t.Run(name, func(t *testing.T) {
			c := journaltest.New(t, notes{})
			for _, text := range []string{"one", "two", "three"} {
				c.Record(note(text))
			}
			c.Record(note("four"), note("five"))
			must(t, c.DB.Write(context.Background(), func(tx *sqlite.Tx) error {
				_, err := tx.Exec(test.statement)
				return err
			}))
			err := c.Log.Tail(context.Background(), journal.Pos{}, func(e journal.Entry) error {
				if e.Seq == 2 && !errors.Is(test.want, journal.ErrTruncated) {
					t.Error("a changed event was handed out")
				}
				return nil
			})
			if !errors.Is(err, test.want) {
				t.Errorf("tail: %v, want %v", err, test.want)
			}
			before := c.Hash()
			if err := c.Rebuild(context.Background(), nil); !errors.Is(err, test.want) {
				t.Errorf("rebuild: %v, want %v", err, test.want)
			}
			if c.Hash() != before || len(viewsFiles(t, c)) != 1 {
				t.Error("a rebuild that failed did not leave the views as they were")
			}
		})
	}
}

func TestASwappedContentKeyIsDamage(t *testing.T) {
	c := journaltest.New(t, notes{})
	c.Record(noteIn(clinic.DossierID{1}, "one"), noteIn(clinic.DossierID{2}, "two"))
	must(t, c.DB.Write(context.Background(), func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`UPDATE content_keys SET sealed = (SELECT k.sealed FROM content_keys k WHERE k.id <> content_keys.id)
			WHERE dossier = ?`, clinic.DossierID{1})
		return err
	}))
	c.Reopen()
	wantCode(t, c.Rebuild(context.Background(), nil), journal.CodeDamaged)
	wantTexts(t, c, "one", "two")
	must(t, c.DB.Write(context.Background(), func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`DELETE FROM content_keys WHERE dossier = ?`, clinic.DossierID{1})
		return err
	}))
	c.Reopen()
	wantCode(t, c.Rebuild(context.Background(), nil), journal.CodeDamaged)
}

// lateFailure fails the switch to new views.
type lateFailure struct {
	journal.Store
	fail bool
}

func (s *lateFailure) SwitchViews(ctx context.Context, from uint64, to journal.ViewsPointer) error {
	if s.fail {
		return journaltest.ErrFault
	}
	return s.Store.SwitchViews(ctx, from, to)
}

func TestARebuildThatIsCutShortLeavesTheOldViews(t *testing.T) {
	store := &lateFailure{}
	c := journaltest.NewWith(t, func(config journal.Config) journal.Config {
		store.Store, config.Store = config.Store, store
		return config
	}, notes{})
	c.Record(note("one"), note("two"))
	store.fail = true
	if err := c.Rebuild(context.Background(), nil); !errors.Is(err, journaltest.ErrFault) {
		t.Fatalf("rebuild: %v", err)
	}
	if names := viewsFiles(t, c); len(names) != 1 {
		t.Errorf("%d views files are left", len(names))
	}
	wantTexts(t, c, "one", "two")
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	if err := c.Rebuild(ended, nil); err == nil {
		t.Error("rebuilt under an ended context")
	}
	store.fail = false

	// What the death of the program has left in the way is swept.
	must(t, os.WriteFile(filepath.Join(c.Dir, "views-2.db"), []byte("half"), 0o600))
	must(t, os.WriteFile(filepath.Join(c.Dir, "views-other.db"), []byte("not ours"), 0o600))
	var done, total uint64
	must(t, c.Rebuild(context.Background(), func(d, n uint64) { done, total = d, n }))
	if done != 2 || total != 2 {
		t.Errorf("progress ended at %d of %d", done, total)
	}
	wantTexts(t, c, "one", "two")
	if names := viewsFiles(t, c); len(names) != 2 {
		t.Errorf("views files: %d, want the new one and the one that is not ours", len(names))
	}
}

func TestCheckViewsFindsWhatTheDigestDoesNotCover(t *testing.T) {
	c, keeper := keptViews(t, notes{})
	c.Record(note("one"))
	must(t, c.CheckViews(context.Background(), nil))
	c.Reopen() // the keeper holds the shadow's file until the real one is opened again
	keeper.exec(t, `UPDATE notes SET text = 'changed'`)
	c.Reopen()
	if got := c.Report(); got != (journal.Report{}) {
		t.Fatalf("reported %+v", got)
	}
	wantCode(t, c.CheckViews(context.Background(), nil), journal.CodeViewsTampered)
	must(t, c.Rebuild(context.Background(), nil))
	wantTexts(t, c, "one")
}
