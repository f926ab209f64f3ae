package sqlite_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"quietline/backend/clinic"
	"quietline/backend/sqlite"
)

func TestEverythingComesBack(t *testing.T) {
	for _, d := range []sqlite.Durability{sqlite.Normal, sqlite.Full} {
		t.Run(fmt.Sprint(d), func(t *testing.T) {
			path := newPath(t)
			o := plainOptions()
			o.Durability = d
			db := mustCreate(t, path, o)
			for from := 0; from < 100; from += 10 {
				mustWrite(t, db, func(tx *sqlite.Tx) error { return addNotes(tx, from, from+10, 9000) })
			}
			nothingReadable(t, path)
			mustHold(t, db, 100, 9000)
			mustClose(t, db)
			if got := fileNames(t, path); len(got) != 1 {
				t.Errorf("after closing these files are left: %q", got)
			}
			nothingReadable(t, path)

			db = mustOpen(t, path, o)
			mustHold(t, db, 100, 9000)
			if err := db.IntegrityCheck(context.Background()); err != nil {
				t.Error(err)
			}
			mustClose(t, db)
		})
	}
}

func TestATransactionLargerThanItsCache(t *testing.T) {
	path := newPath(t)
	o := plainOptions()
	o.CacheBytes = 10 * 4096
	db := mustCreate(t, path, o)
	mustWrite(t, db, func(tx *sqlite.Tx) error { return addNotes(tx, 0, 300, 9000) })

	// Pages that were spilled into the log are read and written again in it.
	again := func(tx *sqlite.Tx) error {
		for range 3 {
			if _, err := tx.Exec(`UPDATE note SET filler = zeroblob(length(filler))`); err != nil {
				return err
			}
		}
		for id := range 300 {
			if _, err := tx.Exec(`UPDATE note SET filler = ? WHERE id = ?`, filler(id, 9000), id); err != nil {
				return err
			}
		}
		return addNotes(tx, 300, 400, 9000)
	}
	giveUp := errors.New("give up")
	for range 2 {
		err := db.Write(t.Context(), func(tx *sqlite.Tx) error { return errors.Join(again(tx), giveUp) })
		if !errors.Is(err, giveUp) {
			t.Fatal(err)
		}
		mustHold(t, db, 300, 9000)
	}
	mustWrite(t, db, again)
	mustHold(t, db, 400, 9000)
	nothingReadable(t, path)
	// What another process would recover from the log is the same.
	db.Abandon()
	db = mustOpen(t, path, o)
	mustHold(t, db, 400, 9000)
	mustClose(t, db)
}

func TestVacuumAndCopy(t *testing.T) {
	path := newPath(t)
	db := mustCreate(t, path, plainOptions())
	mustWrite(t, db, func(tx *sqlite.Tx) error { return addNotes(tx, 0, 200, 5000) })
	mustWrite(t, db, func(tx *sqlite.Tx) error {
		for _, q := range []string{`DELETE FROM note WHERE id >= 50`, `DELETE FROM words WHERE rowid >= 50`, `DELETE FROM parts WHERE rowid >= 50`} {
			if _, err := tx.Exec(q); err != nil {
				return err
			}
		}
		return nil
	})
	if err := db.Vacuum(t.Context()); err != nil {
		t.Fatal(err)
	}
	mustHold(t, db, 50, 5000)

	copied := filepath.Join(filepath.Dir(path), "copy.db")
	if err := db.CopyTo(t.Context(), copied, key(9)); err != nil {
		t.Fatal(err)
	}
	if err := db.CopyTo(t.Context(), copied, key(9)); !isCode(err, sqlite.CodeExists) {
		t.Errorf("copying over a copy: %v", err)
	}
	nothingReadable(t, path)
	mustClose(t, db)
	if got := fileNames(t, path); len(got) != 2 {
		t.Errorf("files left: %q", got)
	}
	if _, err := sqlite.Open(t.Context(), copied, key(1), plainOptions()); !isCode(err, sqlite.CodeWrongKey) {
		t.Errorf("the copy opens under the key of the original: %v", err)
	}
	other, err := sqlite.Open(t.Context(), copied, key(9), plainOptions())
	if err != nil {
		t.Fatal(err)
	}
	mustHold(t, other, 50, 5000)
	mustClose(t, other)
	a, b := readFile(t, path), readFile(t, copied)
	if slices.Equal(a[:16], b[:16]) {
		t.Error("the copy has the salt of the original")
	}
}

// TestACopyLargerThanItsCache: SQLite writes the pages of such a copy before
// its first page, and out of order.
func TestACopyLargerThanItsCache(t *testing.T) {
	path := newPath(t)
	o := plainOptions()
	o.CacheBytes = 10 * page
	db := mustCreate(t, path, o)
	mustWrite(t, db, func(tx *sqlite.Tx) error { return addNotes(tx, 0, 300, 9000) })
	if err := db.CopyTo(t.Context(), path+".copy", key(1)); err != nil {
		t.Fatal(err)
	}
	nothingReadable(t, path)
	raw := readFile(t, path+".copy")
	for at := 0; at < len(raw); at += page {
		if bytes.Equal(raw[at:at+page], make([]byte, page)) {
			t.Errorf("page %d is not sealed", at/page+1)
		}
	}
	db = mustOpen(t, path+".copy", o)
	mustHold(t, db, 300, 9000)
	if err := db.IntegrityCheck(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestSavepoints(t *testing.T) {
	db := mustCreate(t, newPath(t), plainOptions())
	giveUp := errors.New("give up")
	mustWrite(t, db, func(tx *sqlite.Tx) error {
		if err := addNotes(tx, 0, 5, 9000); err != nil {
			return err
		}
		err := tx.Savepoint(func() error {
			if err := addNotes(tx, 5, 50, 9000); err != nil {
				return err
			}
			return giveUp
		})
		if !errors.Is(err, giveUp) {
			return fmt.Errorf("the reason was lost: %w", err)
		}
		return tx.Savepoint(func() error { return addNotes(tx, 5, 10, 9000) })
	})
	mustHold(t, db, 10, 9000)
}

func TestReadsSeeOneMomentWhileWritesGoOn(t *testing.T) {
	o := plainOptions()
	o.Readers = 3
	db := mustCreate(t, newPath(t), o)
	mustWrite(t, db, func(tx *sqlite.Tx) error { return addNotes(tx, 0, 10, 100) })
	var wg sync.WaitGroup
	errs := make(chan error, 8)
	for range 4 {
		wg.Go(func() {
			for range 20 {
				if n, err := verify(context.Background(), db, 100); err != nil || n%10 != 0 {
					errs <- fmt.Errorf("a read saw %d notes: %w", n, err)
					return
				}
			}
		})
	}
	for w := range 2 {
		wg.Go(func() {
			for range 10 {
				err := db.Write(context.Background(), func(tx *sqlite.Tx) error {
					var next int
					if err := tx.QueryRow(`SELECT count(*) FROM note`).Scan(&next); err != nil {
						return err
					}
					return addNotes(tx, next, next+10, 100)
				})
				if err != nil {
					errs <- fmt.Errorf("writer %d: %w", w, err)
					return
				}
			}
		})
	}
	wg.Wait()
	close(errs)
	for err := range errs {
		t.Error(err)
	}
	mustHold(t, db, 210, 100)
}

func TestAReadKeepsItsSnapshot(t *testing.T) {
	db := mustCreate(t, newPath(t), plainOptions())
	mustWrite(t, db, func(tx *sqlite.Tx) error { return addNotes(tx, 0, 1, 10) })
	count := func(tx *sqlite.Tx) (n int) {
		if err := tx.QueryRow(`SELECT count(*) FROM note`).Scan(&n); err != nil {
			t.Error(err)
		}
		return n
	}
	err := db.Read(t.Context(), func(tx *sqlite.Tx) error {
		before := count(tx)
		mustWrite(t, db, func(tx *sqlite.Tx) error { return addNotes(tx, 1, 2, 10) })
		if after := count(tx); before != 1 || after != 1 {
			t.Errorf("saw %d, then %d notes", before, after)
		}
		_, err := tx.Exec(`DELETE FROM note`)
		return err
	})
	if !isCode(err, sqlite.CodeReadOnly) {
		t.Errorf("a read may write: %v", err)
	}
	mustHold(t, db, 2, 10)
}

func TestAFailedWriteLeavesNothing(t *testing.T) {
	db := mustCreate(t, newPath(t), plainOptions())
	mustWrite(t, db, func(tx *sqlite.Tx) error { return addNotes(tx, 0, 3, 10) })
	ctx, cancel := context.WithCancel(t.Context())
	for name, c := range map[string]struct {
		ctx  context.Context
		fail func(tx *sqlite.Tx) error
		want clinic.Code
	}{
		"an error":               {t.Context(), func(*sqlite.Tx) error { return clinic.E(clinic.CodeForbidden) }, clinic.CodeForbidden},
		"a broken rule":          {t.Context(), func(tx *sqlite.Tx) error { return addNotes(tx, 0, 1, 10) }, clinic.CodeInternal},
		"a broken reference":     {t.Context(), func(tx *sqlite.Tx) error { _, err := tx.Exec(`UPDATE note SET patient = 999`); return err }, clinic.CodeInternal},
		"a wrong statement":      {t.Context(), func(tx *sqlite.Tx) error { _, err := tx.Exec(`SELEKT`); return err }, clinic.CodeInternal},
		"a result left open":     {t.Context(), func(tx *sqlite.Tx) error { _, err := tx.Query(`SELECT id FROM note`); return err }, clinic.CodeInternal},
		"the end of its context": {ctx, func(*sqlite.Tx) error { cancel(); return nil }, clinic.CodeCancelled},
	} {
		t.Run(name, func(t *testing.T) {
			err := db.Write(c.ctx, func(tx *sqlite.Tx) error {
				if err := addNotes(tx, 3, 8, 10); err != nil {
					return err
				}
				return c.fail(tx)
			})
			if !isCode(err, c.want) {
				t.Errorf("got %v", err)
			}
			mustHold(t, db, 3, 10)
		})
	}
	t.Run("a panic", func(t *testing.T) {
		func() {
			defer func() {
				if recover() == nil {
					t.Error("the panic was swallowed")
				}
			}()
			_ = db.Write(t.Context(), func(tx *sqlite.Tx) error {
				_ = addNotes(tx, 3, 8, 10)
				panic("on purpose")
			})
		}()
		mustHold(t, db, 3, 10)
	})
	mustWrite(t, db, func(tx *sqlite.Tx) error { return addNotes(tx, 3, 4, 10) })
}

func TestConstraintsAreRecognised(t *testing.T) {
	db := mustCreate(t, newPath(t), plainOptions())
	mustWrite(t, db, func(tx *sqlite.Tx) error { return addNotes(tx, 0, 1, 10) })
	err := db.Write(t.Context(), func(tx *sqlite.Tx) error { return addNotes(tx, 0, 1, 10) })
	if !sqlite.IsUnique(err) || !sqlite.IsConstraint(err) {
		t.Errorf("a second row with the same key: %v", err)
	}
	err = db.Write(t.Context(), func(tx *sqlite.Tx) error { _, err := tx.Exec(`UPDATE note SET body = NULL`); return err })
	if sqlite.IsUnique(err) || !sqlite.IsConstraint(err) {
		t.Errorf("a missing value: %v", err)
	}
}

func TestCallersCannotLeaveTheirTransactionOrTheFile(t *testing.T) {
	path := newPath(t)
	db := mustCreate(t, path, plainOptions())
	outside := filepath.Join(filepath.Dir(path), "outside.db")
	// What the package runs itself is prepared already.
	for range 2 {
		mustWrite(t, db, func(tx *sqlite.Tx) error { return tx.Savepoint(func() error { return nil }) })
	}
	for _, q := range []string{
		`COMMIT`, `ROLLBACK`, `SAVEPOINT a`, `PRAGMA journal_mode=DELETE`, `PRAGMA temp_store=FILE`,
		`PRAGMA user_version=7`, `PRAGMA wal_checkpoint`, `PRAGMA writable_schema=ON`,
		`ATTACH '` + outside + `' AS o`, `VACUUM INTO '` + outside + `'`,
	} {
		for how, run := range map[string]func(context.Context, func(*sqlite.Tx) error) error{"write": db.Write, "read": db.Read} {
			var refused error
			err := run(t.Context(), func(tx *sqlite.Tx) error { _, refused = tx.Exec(q); return refused })
			if err == nil || refused == nil {
				t.Errorf("%s in a %s is allowed", q, how)
			}
		}
	}
	if _, err := os.Stat(outside); !errors.Is(err, os.ErrNotExist) {
		t.Error("a file was made elsewhere")
	}
}

func TestOneStatementReadTwiceAtOnce(t *testing.T) {
	db := mustCreate(t, newPath(t), plainOptions())
	mustWrite(t, db, func(tx *sqlite.Tx) error { return addNotes(tx, 0, 5, 10) })
	const q = `SELECT id FROM note ORDER BY id`
	pairs := 0
	err := db.Read(t.Context(), func(tx *sqlite.Tx) error {
		outer, err := tx.Query(q)
		if err != nil {
			return err
		}
		defer outer.Close()
		for outer.Next() {
			inner, err := tx.Query(q)
			if err != nil {
				return err
			}
			for inner.Next() {
				pairs++
			}
			if err := errors.Join(inner.Err(), inner.Close()); err != nil {
				return err
			}
		}
		return outer.Err()
	})
	if err != nil || pairs != 25 {
		t.Errorf("%d pairs, want 25: %v", pairs, err)
	}
}

func TestManyStatementsOnOneConnection(t *testing.T) {
	db := mustCreate(t, newPath(t), plainOptions())
	for range 2 {
		mustWrite(t, db, func(tx *sqlite.Tx) error {
			for i := range 400 {
				var got int
				if err := tx.QueryRow(fmt.Sprintf(`SELECT %d`, i)).Scan(&got); err != nil || got != i {
					return fmt.Errorf("statement %d gave %d: %w", i, got, err)
				}
			}
			return nil
		})
	}
}

func TestACancelledReadEndsAndTheConnectionLives(t *testing.T) {
	o := plainOptions()
	o.Readers = 1
	db := mustCreate(t, newPath(t), o)
	ctx, cancel := context.WithCancel(t.Context())
	err := db.Read(ctx, func(tx *sqlite.Tx) error {
		rows, err := tx.Query(`WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM c) SELECT x FROM c`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for n := 0; rows.Next(); n++ {
			if n == 10 {
				cancel()
			}
		}
		return rows.Err()
	})
	if !isCode(err, clinic.CodeCancelled) || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	mustHold(t, db, 0, 0)
	if err := db.Read(ctx, func(*sqlite.Tx) error { return nil }); !isCode(err, clinic.CodeCancelled) {
		t.Errorf("a read under an ended context: %v", err)
	}
}

func TestATransactionEndsWithItsFunction(t *testing.T) {
	db := mustCreate(t, newPath(t), plainOptions())
	var kept *sqlite.Tx
	keep := func(tx *sqlite.Tx) error { kept = tx; return nil }
	for name, run := range map[string]func(context.Context, func(*sqlite.Tx) error) error{"write": db.Write, "read": db.Read} {
		if err := run(t.Context(), keep); err != nil {
			t.Fatal(err)
		}
		var n int
		if _, err := kept.Exec(`DELETE FROM note`); err == nil {
			t.Errorf("a %s can be used after its end", name)
		}
		if err := kept.QueryRow(`SELECT 1`).Scan(&n); err == nil {
			t.Errorf("a %s can be used after its end", name)
		}
	}
}

func TestSearchTextStaysOutOfErrors(t *testing.T) {
	db := mustCreate(t, newPath(t), plainOptions())
	err := db.Read(t.Context(), func(tx *sqlite.Tx) error {
		rows, err := tx.Query(`SELECT rowid FROM words WHERE words MATCH ?`, marker+`: x`)
		if err != nil {
			return err
		}
		defer rows.Close()
		rows.Next()
		return rows.Err()
	})
	if !isCode(err, clinic.CodeInternal) {
		t.Fatalf("an impossible search: %v", err)
	}
	if msg := err.Error(); len(msg) == 0 || containsFold(msg, marker) {
		t.Errorf("the error repeats what was searched for: %v", err)
	}
}

func TestStatsCount(t *testing.T) {
	db := mustCreate(t, newPath(t), sqlite.Options{Durability: sqlite.Full, Migrations: notes})
	// The first commit also syncs the header of the log.
	mustWrite(t, db, func(tx *sqlite.Tx) error { return addNotes(tx, 0, 1, 10) })
	before := db.Stats()
	mustWrite(t, db, func(tx *sqlite.Tx) error { return addNotes(tx, 1, 2, 10) })
	s := db.Stats()
	if s.Syncs-before.Syncs != 1 {
		t.Errorf("a durable commit made %d syncs, want 1", s.Syncs-before.Syncs)
	}
	pages := s.PagesSealed - before.PagesSealed
	if pages == 0 || s.BytesWritten-before.BytesWritten < pages*4120 {
		t.Errorf("%d pages and %d bytes", pages, s.BytesWritten-before.BytesWritten)
	}
}
