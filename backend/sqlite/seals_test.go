package sqlite

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"quietline/backend/clinic"
)

var countSchema = []Migration{{1, []string{`CREATE TABLE t(x BLOB NOT NULL) STRICT`}}}

func insertPages(pages int) func(tx *Tx) error {
	return func(tx *Tx) error {
		_, err := tx.Exec(`INSERT INTO t VALUES(zeroblob(?))`, pages*usableSize)
		return err
	}
}

// fileSays is the number of seals that the file itself has noted.
func fileSays(t *testing.T, db *DB) (seals int64) {
	t.Helper()
	c, err := db.writer.take(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	err = c.queryRow(t.Context(), "PRAGMA application_id").Scan(&seals)
	if err = errors.Join(err, db.writer.give(c, true)); err != nil {
		t.Fatal(err)
	}
	return seals * sealUnit
}

// TestSealsAreCountedAcrossOpenings opens a file again and again, as often after
// a crash as after closing. Whatever was sealed, the file has noted no less, but
// for what the last transaction held in its cache.
func TestSealsAreCountedAcrossOpenings(t *testing.T) {
	const cached = 200
	o := Options{Migrations: countSchema, CacheBytes: cached * pageSize}
	path := filepath.Join(t.TempDir(), "a.db")
	db, err := Create(t.Context(), path, Key{1}, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Abandon() })
	var sealed int64
	for round, pages := range []int{1, 3000, 0, 1, 9000, 100, 1, 4000} {
		if pages > 0 {
			if err := db.Write(t.Context(), insertPages(pages)); err != nil {
				t.Fatal(err)
			}
			if said, is := fileSays(t, db), sealed+db.store.mostSealed(); said+cached < is {
				t.Errorf("round %d: the file says %d seals of %d", round, said, is)
			}
		}
		sealed += db.store.mostSealed()
		if round%2 == 0 {
			db.Abandon()
		} else if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		if db, err = Open(t.Context(), path, Key{1}, o); err != nil {
			t.Fatal(err)
		}
	}
	if said := fileSays(t, db); said > sealed+9*2*sealLease {
		t.Errorf("the file says %d seals of %d", said, sealed)
	}
}

func TestALeaseIsNotedOnce(t *testing.T) {
	o := Options{Migrations: countSchema, CacheBytes: 200 * pageSize}
	db, err := Create(t.Context(), filepath.Join(t.TempDir(), "a.db"), Key{1}, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Abandon)
	said := map[int64]bool{}
	for range 40 {
		if err := db.Write(t.Context(), insertPages(1)); err != nil {
			t.Fatal(err)
		}
		said[fileSays(t, db)] = true
	}
	if len(said) != 1 {
		t.Errorf("some hundred seals at most were noted as %v", said)
	}
	// What is noted with a transaction that is undone is noted again.
	undone := errors.New("undone")
	err = db.Write(t.Context(), func(tx *Tx) error {
		return errors.Join(insertPages(9000)(tx), db.noteSeals(tx), undone)
	})
	if !errors.Is(err, undone) {
		t.Fatal(err)
	}
	if err := db.Write(t.Context(), insertPages(1)); err != nil {
		t.Fatal(err)
	}
	if n := fileSays(t, db); n < db.store.mostSealed() {
		t.Errorf("the file says %d seals of %d", n, db.store.mostSealed())
	}
}

// TestAFileThatWasSealedTooOften can be read, checked and copied. The copy can be
// written to.
func TestAFileThatWasSealedTooOften(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	o := Options{Migrations: countSchema}
	db, err := Create(t.Context(), path, Key{1}, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Abandon() })
	if err := db.Write(t.Context(), insertPages(3)); err != nil {
		t.Fatal(err)
	}
	db.seals.before.Store(SealLimit - sealLease - 100)
	db.seals.forget()
	if err := db.Write(t.Context(), insertPages(3)); err != nil {
		t.Fatalf("shortly before the limit: %v", err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if db, err = Open(t.Context(), path, Key{1}, o); err != nil {
		t.Fatal(err)
	}
	rows := func(db *DB) (n int) {
		err := db.Read(t.Context(), func(tx *Tx) error { return tx.QueryRow(`SELECT count(*) FROM t`).Scan(&n) })
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	for range 3 {
		err = errors.Join(err, db.Write(t.Context(), insertPages(200)))
	}
	if !errors.Is(err, clinic.E(CodeWorn)) {
		t.Errorf("past the limit: %v", err)
	}
	before := rows(db)
	if err := db.Write(t.Context(), insertPages(1)); !errors.Is(err, clinic.E(CodeWorn)) || rows(db) != before {
		t.Errorf("past the limit: %v", err)
	}
	if err := db.IntegrityCheck(t.Context()); err != nil {
		t.Error(err)
	}
	if err := db.CopyTo(t.Context(), path+".copy", Key{1}); err != nil {
		t.Fatal(err)
	}
	fresh, err := Open(context.Background(), path+".copy", Key{1}, o)
	if err != nil {
		t.Fatal(err)
	}
	defer fresh.Abandon()
	if err := fresh.Write(t.Context(), insertPages(1)); err != nil || rows(fresh) != before+1 {
		t.Errorf("writing to the copy: %v", err)
	}
	if said := fileSays(t, fresh); said > 4*sealLease {
		t.Errorf("the copy begins with %d seals", said)
	}
}
