package sqlite_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"quietline/backend/sqlite"
)

var update = flag.Bool("update", false, "write the golden file of the current format anew")

var goldenSchema = []sqlite.Migration{{Version: 1, Statements: []string{
	`CREATE TABLE note(id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT`,
	`CREATE VIRTUAL TABLE words USING fts5(body, content='', contentless_delete=1)`,
}}}

const goldenNotes = 40

// TestGoldenFile opens a file that version 1 of the format wrote: half of its
// notes are in the database, half still in the log.
func TestGoldenFile(t *testing.T) {
	golden := filepath.Join("testdata", "version1.db")
	if *update {
		writeGolden(t, golden)
	}
	path := filepath.Join(t.TempDir(), "golden.db")
	for _, suffix := range []string{"", "-wal"} {
		writeFile(t, path+suffix, readFile(t, golden+suffix))
	}
	db, err := sqlite.Open(t.Context(), path, key(1), sqlite.Options{Migrations: goldenSchema})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Abandon()
	err = db.Read(t.Context(), func(tx *sqlite.Tx) error {
		rows, err := tx.Query(`SELECT id, body FROM note ORDER BY id`)
		if err != nil {
			return err
		}
		defer rows.Close()
		n := 0
		for ; rows.Next(); n++ {
			var id int
			var b string
			if err := rows.Scan(&id, &b); err != nil {
				return err
			}
			if id != n || b != body(n) {
				t.Errorf("note %d is %d, %q", n, id, b)
			}
		}
		if n != goldenNotes {
			t.Errorf("%d notes, want %d", n, goldenNotes)
		}
		return rows.Err()
	})
	if err != nil {
		t.Error(err)
	}
	if err := db.IntegrityCheck(t.Context()); err != nil {
		t.Error(err)
	}
}

func writeGolden(t *testing.T, golden string) {
	t.Helper()
	path := newPath(t)
	o := sqlite.Options{Migrations: goldenSchema}
	db := mustCreate(t, path, o)
	add := func(from, to int) {
		mustWrite(t, db, func(tx *sqlite.Tx) error {
			for id := from; id < to; id++ {
				if _, err := tx.Exec(`INSERT INTO note VALUES(?,?)`, id, body(id)); err != nil {
					return err
				}
				if _, err := tx.Exec(`INSERT INTO words(rowid, body) VALUES(?,?)`, id, body(id)); err != nil {
					return err
				}
			}
			return nil
		})
	}
	add(0, goldenNotes/2)
	mustClose(t, db)
	db = mustOpen(t, path, o)
	add(goldenNotes/2, goldenNotes)
	db.Abandon()
	if err := os.MkdirAll(filepath.Dir(golden), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, suffix := range []string{"", "-wal"} {
		writeFile(t, golden+suffix, readFile(t, path+suffix))
	}
}
