package journal_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"testing"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/journal/journaltest"
	"quietline/backend/sqlite"
)

const filePage = 4096

// salvaged reads what a clinic's log still holds.
func salvaged(t *testing.T, c *journaltest.Clinic, log journal.Remainder, store journal.Store, atLeast uint64) (journal.Wreckage, []journal.Salvaged, []string) {
	t.Helper()
	config := c.Config()
	config.Store = store
	var events []journal.Salvaged
	s, err := journal.OpenSalvage(context.Background(), config, log, seatsOf(c), atLeast, func(_ *sqlite.Tx, e journal.Salvaged) error {
		events = append(events, e)
		return nil
	})
	must(t, err)
	var shown []string
	must(t, s.Read(context.Background(), func(tx *sqlite.Tx) (err error) {
		shown, err = texts(tx)
		return err
	}))
	must(t, s.Close())
	return s.Wreckage(), events, shown
}

func seatsOf(c *journaltest.Clinic) journal.SeatKeys {
	seat, _ := c.Keys.Seat()
	return journal.SeatKeys{seat: c.Keys.Public()}
}

func contents(t *testing.T, events []journal.Salvaged) map[uint64]string {
	t.Helper()
	all := map[uint64]string{}
	for _, e := range events {
		var n noteV2
		if len(e.Content) > 0 {
			must(t, json.Unmarshal(e.Content, &n))
		}
		all[e.Seq] = n.Text
	}
	return all
}

func TestASoundLogIsSalvagedWhole(t *testing.T) {
	c := busy(t, 300, notes{})
	want := c.Hash()
	w, events, shown := salvaged(t, c, c.Log.(*journal.LocalLog), c.Store, 300)
	if w.Events != 300 || w.Proven != 300 || w.Unreadable != 0 || w.Unplaced != 0 || len(w.Gaps) != 0 {
		t.Fatalf("%+v", w)
	}
	if len(events) != 300 || len(shown) != 300 {
		t.Fatalf("%d events, %d shown", len(events), len(shown))
	}
	if names := viewsFiles(t, c); len(names) != 1 || c.Hash() != want {
		t.Error("the clinic was changed")
	}
}

// TestEveryPageOfTheLogLost loses each page of journal.db in turn. Whatever is
// then read is what was written, each at its place, and nothing is counted twice
// or forgotten. No page takes with it more than lay in it: not the first of the table
// either.
func TestEveryPageOfTheLogLost(t *testing.T) {
	if testing.Short() {
		t.Skip("opens a clinic for each page")
	}
	const total = 250
	c := busy(t, total, notes{})
	path := filepath.Join(c.Dir, "journal.db")
	whole := copyOf(t, c)
	keys := c.Keys.File()
	must(t, c.Journal.Close())
	must(t, c.DB.Close())
	ctx := context.Background()
	opened, some, all := 0, 0, 0
	for page := 0; page < len(whole)/filePage; page++ {
		raw := slices.Clone(whole)
		_, _ = rand.Read(raw[page*filePage+64 : (page+1)*filePage-64])
		must(t, os.WriteFile(path, raw, 0o600))
		db, err := sqlite.Open(ctx, path, keys, sqlite.Options{Durability: sqlite.Full, Migrations: journal.LogMigrations()})
		if err != nil {
			wantCode(t, err, sqlite.CodeDamaged)
			continue
		}
		opened++
		log := journal.OpenLocalLog(db, seatsOf(c))
		config := c.Config()
		config.Store = journal.RemainingStore(db)
		var events []journal.Salvaged
		s, err := journal.OpenSalvage(ctx, config, log, seatsOf(c), total, func(_ *sqlite.Tx, e journal.Salvaged) error {
			events = append(events, e)
			return nil
		})
		if err != nil {
			t.Fatalf("page %d: %v", page, err)
		}
		w := s.Wreckage()
		if w.Unreadable > 20 {
			t.Errorf("page %d takes %d events with it", page, w.Unreadable)
		}
		if w.Events+w.Unreadable != total || int(w.Events) != len(events) {
			t.Fatalf("page %d: %+v", page, w)
		}
		gone := uint64(0)
		for _, g := range w.Gaps {
			gone += g.Events
		}
		if gone != w.Unreadable {
			t.Fatalf("page %d: gaps of %d, %d unreadable", page, gone, w.Unreadable)
		}
		for seq, text := range contents(t, events) {
			if want := "note " + strconv.Itoa(int(seq)-1); text != want && (text != "" || w.Bodiless == 0) {
				t.Fatalf("page %d: event %d says %q", page, seq, text)
			}
		}
		switch {
		case w.Unreadable == 0 && w.Bodiless == 0:
			all++
		default:
			some++
		}
		must(t, errors.Join(s.Close(), db.Close()))
	}
	t.Logf("%d pages: %d open, %d whole, %d in part", len(whole)/filePage, opened, all, some)
	if some < 20 || opened < some {
		t.Errorf("%d pages tell of something, %d open", some, opened)
	}
	must(t, os.WriteFile(path, whole, 0o600))
	c.Crash()
	wantAll := c.Hash()
	must(t, c.CheckViews(ctx, nil))
	if c.Hash() != wantAll {
		t.Error("the clinic was changed")
	}
}

// TestWhatWasForgedIsNotProven changes rows as somebody could who has the key of
// the file and no seat's.
func TestWhatWasForgedIsNotProven(t *testing.T) {
	for name, test := range map[string]struct {
		statement string
		want      journal.Wreckage
	}{
		// Up to the fault nothing of its batch is signed for; after it, everything
		// that follows from a link which is.
		"a body changed":   {`UPDATE log SET body = zeroblob(length(body)) WHERE seq = 60`, journal.Wreckage{Events: 150, Proven: 140, Bodiless: 1}},
		"a header changed": {`UPDATE log SET header = zeroblob(length(header)) WHERE seq = 60`, journal.Wreckage{Events: 149, Proven: 140, Unreadable: 1}},
		"a row removed":    {`DELETE FROM log WHERE seq = 60`, journal.Wreckage{Events: 149, Proven: 139, Unreadable: 1}},
		// The last byte of a signature is small: it is the top of a number below 2^253.
		"a signature changed": {`UPDATE log SET seal = CAST(substr(seal, 1, 83) || x'ff' AS BLOB) WHERE seq = 100`, journal.Wreckage{Events: 150, Proven: 100}},
		"the end cut off":     {`DELETE FROM log WHERE seq > 120`, journal.Wreckage{Events: 120, Proven: 100, Unreadable: 30}},
	} {
		t.Run(name, func(t *testing.T) {
			c := busy(t, 150, notes{})
			spoil(t, c, test.statement)
			w, events, _ := salvaged(t, c, c.Log.(*journal.LocalLog), c.Store, 150)
			w.Gaps = nil
			if !reflect.DeepEqual(w, test.want) {
				t.Errorf("%+v, want %+v", w, test.want)
			}
			for _, e := range events {
				if e.Seq == 60 && e.Proven && test.want.Proven != 100 {
					t.Error("the changed event is proven")
				}
			}
		})
	}
}

func TestAnEventThatRefersToWhatIsMissingIsKeptApart(t *testing.T) {
	c := busy(t, 50, notes{})
	c.Reopen(notes{refuse: "note 7"})
	w, events, shown := salvaged(t, c, c.Log.(*journal.LocalLog), c.Store, 0)
	if w.Unplaced != 1 || len(shown) != 49 || len(events) != 50 || events[7].Placed {
		t.Errorf("%+v, %d shown", w, len(shown))
	}
}

func TestDestroyedContentIsNotBroughtBack(t *testing.T) {
	c := journaltest.New(t, notes{})
	ada := clinic.DossierID{1}
	c.Record(noteIn(ada, "secret"), note("open"))
	_, err := c.DestroyContent(context.Background(), []journal.KeySlot{slotOf(ada, journal.ClassMessage, 2026)}, nil)
	must(t, err)
	w, events, shown := salvaged(t, c, c.Log.(*journal.LocalLog), c.Store, 2)
	if w.Bodiless != 0 || len(events[0].Content) != 0 || !slices.Equal(shown, []string{"—", "open"}) {
		t.Errorf("%+v %q", w, shown)
	}
}

// TestKeysAreFoundWithoutTheTreeOfTheirTable loses the page that leads to all content
// keys, of a clinic with so many dossiers that it holds few of them itself.
func TestKeysAreFoundWithoutTheTreeOfTheirTable(t *testing.T) {
	c := journaltest.New(t, notes{})
	const total = 120
	var events []journal.Event
	for i := range total {
		events = append(events, noteIn(clinic.DossierID{1, byte(i)}, "note "+strconv.Itoa(i)))
	}
	c.Record(events...)
	var root int64
	must(t, c.DB.Read(context.Background(), func(tx *sqlite.Tx) error {
		return tx.QueryRow(`SELECT rootpage FROM sqlite_schema WHERE name = 'content_keys'`).Scan(&root)
	}))
	raw, path, keys := copyOf(t, c), filepath.Join(c.Dir, "journal.db"), c.Keys.File()
	must(t, errors.Join(c.Journal.Close(), c.DB.Close()))
	clear(raw[(root-1)*filePage : root*filePage])
	must(t, os.WriteFile(path, raw, 0o600))
	db, err := sqlite.Open(context.Background(), path, keys, sqlite.Options{Durability: sqlite.Full, Migrations: journal.LogMigrations()})
	must(t, err)
	w, found, _ := salvaged(t, c, journal.OpenLocalLog(db, seatsOf(c)), journal.RemainingStore(db), total)
	if w.Events != total || w.Bodiless > 10 {
		t.Errorf("%+v", w)
	}
	for seq, text := range contents(t, found) {
		if want := "note " + strconv.Itoa(int(seq)-1); text != want && text != "" {
			t.Errorf("event %d says %q", seq, text)
		}
	}
	must(t, db.Close())
	// Without its first page there is nothing that the test's own end could open.
	must(t, os.Remove(path))
}
