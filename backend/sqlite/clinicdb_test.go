package sqlite_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"quietline/backend/clinic"
	"quietline/backend/sqlite"
)

// marker is a word that must not be found in any file.
const marker = "Zwiebelkuchen"

func key(b byte) (k sqlite.Key) {
	for i := range k {
		k[i] = b + byte(i)
	}
	return k
}

// notes is a small schema with what the clinic uses: a strict table and its
// indexes, references, and both kinds of full-text index.
var notes = []sqlite.Migration{{Version: 1, Statements: []string{
	`CREATE TABLE patient(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT`,
	`CREATE TABLE note(
		id INTEGER PRIMARY KEY,
		patient INTEGER NOT NULL REFERENCES patient(id) ON DELETE CASCADE,
		body TEXT NOT NULL, filler BLOB NOT NULL) STRICT`,
	`CREATE INDEX note_by_patient ON note(patient)`,
	`CREATE VIRTUAL TABLE words USING fts5(body, content='', contentless_delete=1, tokenize='unicode61')`,
	`INSERT INTO words(words, rank) VALUES('secure-delete', 1)`,
	`CREATE VIRTUAL TABLE parts USING fts5(body, content='', contentless_delete=1, tokenize='trigram')`,
}}}

func plainOptions() sqlite.Options { return sqlite.Options{Migrations: notes} }

// newPath is a path with what must be escaped in a URI.
func newPath(tb testing.TB) string {
	name := "clinic #1 100%.db"
	if runtime.GOOS != "windows" {
		name = "clinic #1 100%?.db"
	}
	return filepath.Join(tb.TempDir(), name)
}

func mustCreate(tb testing.TB, path string, o sqlite.Options) *sqlite.DB {
	tb.Helper()
	db, err := sqlite.Create(context.Background(), path, key(1), o)
	if err != nil {
		tb.Fatalf("create: %v", err)
	}
	tb.Cleanup(db.Abandon)
	return db
}

func mustOpen(tb testing.TB, path string, o sqlite.Options) *sqlite.DB {
	tb.Helper()
	db, err := sqlite.Open(context.Background(), path, key(1), o)
	if err != nil {
		tb.Fatalf("open: %v", err)
	}
	tb.Cleanup(db.Abandon)
	return db
}

func mustClose(tb testing.TB, db *sqlite.DB) {
	tb.Helper()
	if err := db.Close(); err != nil {
		tb.Fatalf("close: %v", err)
	}
}

func mustWrite(tb testing.TB, db *sqlite.DB, fn func(tx *sqlite.Tx) error) {
	tb.Helper()
	if err := db.Write(context.Background(), fn); err != nil {
		tb.Fatalf("write: %v", err)
	}
}

func body(id int) string { return fmt.Sprintf("note %d says %s and more", id, marker) }

// filler is distinct content of n bytes for a note.
func filler(id, n int) []byte { return bytes.Repeat([]byte{byte(id), byte(id >> 8), 0x5a}, n/3+1)[:n] }

// addNotes adds the notes [from, to), each with size bytes of filler.
func addNotes(tx *sqlite.Tx, from, to, size int) error {
	for id := from; id < to; id++ {
		patient := id%7 + 1
		if _, err := tx.Exec(`INSERT INTO patient(id, name) VALUES(?,?) ON CONFLICT DO NOTHING`, patient, fmt.Sprint(marker, patient)); err != nil {
			return err
		}
		if _, err := tx.Exec(`INSERT INTO note(id, patient, body, filler) VALUES(?,?,?,?)`, id, patient, body(id), filler(id, size)); err != nil {
			return err
		}
		for _, index := range []string{"words", "parts"} {
			if _, err := tx.Exec(`INSERT INTO `+index+`(rowid, body) VALUES(?,?)`, id, body(id)); err != nil {
				return err
			}
		}
	}
	return nil
}

// verify reads everything through every path and fails unless it is exactly the
// notes [0, n) for some n, which it returns.
func verify(ctx context.Context, db *sqlite.DB, size int) (n int, err error) {
	err = db.Read(ctx, func(tx *sqlite.Tx) error {
		rows, err := tx.Query(`SELECT id, body, filler FROM note ORDER BY id`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for ; rows.Next(); n++ {
			var id int
			var b string
			var f []byte
			if err := rows.Scan(&id, &b, &f); err != nil {
				return err
			}
			if id != n || b != body(id) || !bytes.Equal(f, filler(id, size)) {
				return errWrongAnswer
			}
		}
		if err := rows.Err(); err != nil {
			return err
		}
		for _, q := range []string{
			`SELECT count(*) FROM words WHERE words MATCH 'says AND ` + marker + `'`,
			`SELECT count(*) FROM parts WHERE parts MATCH 'iebelku'`,
			`SELECT count(*) FROM note INDEXED BY note_by_patient WHERE patient > 0`,
		} {
			var found int
			if err := tx.QueryRow(q).Scan(&found); err != nil {
				return err
			}
			if found != n {
				return errWrongAnswer
			}
		}
		return nil
	})
	return n, err
}

var errWrongAnswer = errors.New("a wrong answer")

func mustHold(tb testing.TB, db *sqlite.DB, want, size int) {
	tb.Helper()
	if n, err := verify(context.Background(), db, size); err != nil || n != want {
		tb.Fatalf("holds %d notes, want %d: %v", n, want, err)
	}
}

func isCode(err error, codes ...clinic.Code) bool {
	for _, c := range codes {
		if errors.Is(err, clinic.E(c)) {
			return true
		}
	}
	return false
}

// nothingReadable searches every file beside path for what was stored, in the
// encodings in which it could lie there.
func nothingReadable(tb testing.TB, path string) {
	tb.Helper()
	needles := []string{marker, strings.ToLower(marker), "SQLite format", "CREATE TABLE", "note_by_patient", "contentless", "iebel"}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		tb.Fatal(err)
	}
	for _, e := range entries {
		raw, err := os.ReadFile(filepath.Join(filepath.Dir(path), e.Name()))
		if err != nil {
			tb.Fatal(err)
		}
		for _, n := range needles {
			if bytes.Contains(raw, []byte(n)) {
				tb.Errorf("%q can be read in %s", n, filepath.Ext(e.Name()))
			}
		}
	}
}

func fileNames(tb testing.TB, path string) (names []string) {
	tb.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		tb.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func readFile(tb testing.TB, path string) []byte {
	tb.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	return raw
}

func writeFile(tb testing.TB, path string, raw []byte) {
	tb.Helper()
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		tb.Fatal(err)
	}
}

func containsFold(s, part string) bool {
	return strings.Contains(strings.ToLower(s), strings.ToLower(part))
}
