package sqlite_test

import (
	"context"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"quietline/backend/sqlite"
)

// TestATraceTellsOfEachStatementAndItsPlan counts what one transaction runs, and
// that another under the same database, whose caller did not ask, tells nothing.
func TestATraceTellsOfEachStatementAndItsPlan(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "traced.db")
	db, err := sqlite.Create(ctx, path, sqlite.Key{1}, sqlite.Options{Migrations: []sqlite.Migration{{Version: 1, Statements: []string{
		`CREATE TABLE notes (id BLOB PRIMARY KEY, word TEXT NOT NULL) STRICT, WITHOUT ROWID`,
	}}}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	var told, plans []string
	traced := sqlite.WithTrace(ctx, func(s sqlite.Statement) {
		plan, err := s.Plan()
		if err != nil {
			t.Errorf("%s: %v", s.Query, err)
		}
		if s.File != "traced.db" {
			t.Errorf("the statement is of %q", s.File)
		}
		told, plans = append(told, s.Query), append(plans, plan...)
	})
	work := func(ctx context.Context) {
		t.Helper()
		if err := db.Write(ctx, func(tx *sqlite.Tx) error {
			_, err := tx.Exec(`INSERT INTO notes VALUES (?, ?)`, []byte("0123456789abcdef"), "heliotrope")
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if err := db.Read(ctx, func(tx *sqlite.Tx) error {
			var word string
			if err := tx.QueryRow(`SELECT word FROM notes WHERE id = ?`, []byte("0123456789abcdef")).Scan(&word); err != nil {
				return err
			}
			rows, err := tx.Query(`SELECT word FROM notes WHERE word = ?`, word)
			if err != nil {
				return err
			}
			return rows.Close()
		}); err != nil {
			t.Fatal(err)
		}
		if err := db.Write(ctx, func(tx *sqlite.Tx) error {
			_, err := tx.Exec(`DELETE FROM notes`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	work(ctx)
	if len(told) != 0 {
		t.Errorf("told without being asked: %q", told)
	}
	work(traced)
	if len(told) != 4 || strings.Contains(strings.Join(told, " "), "heliotrope") {
		t.Errorf("told: %q", told)
	}
	if want := []string{"SEARCH notes USING PRIMARY KEY (id=?)", "SCAN notes", "SCAN notes"}; !slices.Equal(plans, want) {
		t.Errorf("the plans are %q, want %q", plans, want)
	}
}

// TestASetIsWhatIsInIt reads by sets of none, one and many ids.
func TestASetIsWhatIsInIt(t *testing.T) {
	ctx := context.Background()
	db, err := sqlite.Create(ctx, filepath.Join(t.TempDir(), "sets.db"), sqlite.Key{1}, sqlite.Options{Migrations: []sqlite.Migration{{
		Version: 1, Statements: []string{`CREATE TABLE things (id BLOB PRIMARY KEY) STRICT, WITHOUT ROWID`},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	var ids [][16]byte
	for i := range 300 {
		ids = append(ids, [16]byte{byte(i), byte(i >> 8), 0xff, 0, '"', '\'', ']', ',', 15: byte(i)})
	}
	if err := db.Write(ctx, func(tx *sqlite.Tx) error {
		for _, id := range ids[:299] { // the last is in no row
			if _, err := tx.Exec(`INSERT INTO things VALUES (?)`, id[:]); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ in, found int }{{0, 0}, {1, 1}, {2, 2}, {299, 299}, {300, 299}} {
		if err := db.Read(ctx, func(tx *sqlite.Tx) error {
			var n int
			err := tx.QueryRow(`SELECT count(*) FROM things WHERE id IN `+sqlite.InSet, sqlite.Set(ids[:c.in]...)).Scan(&n)
			if n != c.found {
				t.Errorf("a set of %d finds %d, want %d", c.in, n, c.found)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
}

// TestATraceIsToldOfOneStatementAtATime reads beside itself, as signing in reads the
// decisive tables: who listens keeps a list of its own and no lock.
func TestATraceIsToldOfOneStatementAtATime(t *testing.T) {
	db, err := sqlite.Create(context.Background(), filepath.Join(t.TempDir(), "traced.db"), sqlite.Key{1}, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	var inside atomic.Int32
	ctx := sqlite.WithTrace(context.Background(), func(sqlite.Statement) {
		if inside.Add(1) > 1 {
			t.Error("told of two statements at once")
		}
		for range 100 {
			runtime.Gosched() // the other reader's turn
		}
		inside.Add(-1)
	})
	var readers sync.WaitGroup
	for range 2 {
		readers.Go(func() {
			for range 50 {
				if err := db.Read(ctx, func(tx *sqlite.Tx) error {
					var one int
					return tx.QueryRow(`SELECT 1`).Scan(&one)
				}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	readers.Wait()
}
