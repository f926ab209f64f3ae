package sqlite_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"quietline/backend/clinic"
	"quietline/backend/sqlite"
)

func testKey(b byte) (k sqlite.Key) {
	for i := range k {
		k[i] = b
	}
	return k
}

var notes = []sqlite.Migration{{Version: 1, Statements: []string{
	`CREATE TABLE note(id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT`,
	`CREATE VIRTUAL TABLE words USING fts5(body, content='', contentless_delete=1, tokenize='unicode61')`,
	`CREATE VIRTUAL TABLE parts USING fts5(body, content='', contentless_delete=1, tokenize='trigram')`,
}}}

func create(t *testing.T, o sqlite.Options) (*sqlite.DB, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a b?.db")
	db, err := sqlite.Create(t.Context(), path, testKey(1), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Abandon() })
	return db, path
}

func TestSmoke(t *testing.T) {
	db, path := create(t, sqlite.Options{Migrations: notes})
	for i := range 200 {
		err := db.Write(t.Context(), func(tx *sqlite.Tx) error {
			r, err := tx.Exec(`INSERT INTO note(body) VALUES(?)`, "appointment hello marker")
			if err != nil {
				return err
			}
			id, _ := r.LastInsertId()
			_, err = tx.Exec(`INSERT INTO words(rowid, body) VALUES(?,?)`, id, "appointment hello marker")
			return err
		})
		if err != nil {
			t.Fatal(i, err)
		}
	}
	if err := db.Vacuum(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := db.CopyTo(t.Context(), path+".copy", testKey(3)); err != nil {
		t.Fatal(err)
	}
	if err := db.IntegrityCheck(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	_, err := sqlite.Open(t.Context(), path, testKey(2), sqlite.Options{Migrations: notes})
	if !errors.Is(err, clinic.E(sqlite.CodeWrongKey)) {
		t.Fatal(err)
	}
	es, _ := os.ReadDir(filepath.Dir(path))
	t.Log(es)
	for _, c := range []struct {
		p string
		k sqlite.Key
	}{{path, testKey(1)}, {path + ".copy", testKey(3)}} {
		db, err = sqlite.Open(t.Context(), c.p, c.k, sqlite.Options{Migrations: notes})
		if err != nil {
			t.Fatal(err)
		}
		var n int
		err = db.Read(context.Background(), func(tx *sqlite.Tx) error {
			return tx.QueryRow(`SELECT count(*) FROM words WHERE words MATCH 'hello'`).Scan(&n)
		})
		if err != nil || n != 200 {
			t.Fatal(n, err)
		}
		db.Abandon()
		err = db.Read(context.Background(), func(tx *sqlite.Tx) error { return nil })
		if !errors.Is(err, clinic.E(sqlite.CodeClosed)) {
			t.Fatal(err)
		}
	}
}
