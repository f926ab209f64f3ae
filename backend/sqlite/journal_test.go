package sqlite

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"quietline/backend/clinic"
)

const journalMarker = "Zwiebelkuchen"

// withRollbackJournal opens a new database in the mode that SQLite uses where
// the log cannot be used. No caller can ask for it; SQLite itself does, for
// copies.
func withRollbackJournal(t *testing.T) (*DB, *conn, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.db")
	db, err := Create(t.Context(), path, Key{1}, Options{CacheBytes: 40 << 10, Migrations: []Migration{{1, []string{
		`CREATE TABLE note(id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT`}}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Abandon)
	db.store.draft = true // otherwise it may have no journal
	c, err := db.writer.take(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.writer.give(c, true) })
	run(t, c, `PRAGMA journal_mode=DELETE`)
	run(t, c, `BEGIN IMMEDIATE`)
	for id := range 200 {
		run(t, c, `INSERT INTO note VALUES(?,?)`, id, longBody("old", id))
	}
	run(t, c, `COMMIT`)
	return db, c, path
}

func longBody(word string, id int) string {
	return fmt.Sprint(word, id, string(bytes.Repeat([]byte(journalMarker), 100)))
}

func run(t *testing.T, c *conn, query string, args ...any) {
	t.Helper()
	if _, err := c.exec(context.Background(), query, args...); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

func holdsOld(ctx context.Context, c *conn) error {
	for id := range 200 {
		var got string
		if err := c.queryRow(ctx, `SELECT body FROM note WHERE id = ?`, id).Scan(&got); err != nil {
			return err
		}
		if got != longBody("old", id) {
			return errors.New("a wrong answer")
		}
	}
	return nil
}

// TestRollbackJournal changes everything in a transaction larger than the
// cache, copies the files in the middle of it, as a crash would leave them, and
// rolls back, here and from the copy.
func TestRollbackJournal(t *testing.T) {
	_, c, path := withRollbackJournal(t)
	run(t, c, `BEGIN IMMEDIATE`)
	for id := range 200 {
		run(t, c, `UPDATE note SET body = ? WHERE id = ?`, longBody("new", id), id)
	}
	raw, journal := read(t, path), read(t, path+"-journal")
	if len(journal) < 50*pageSize {
		t.Fatalf("the journal holds only %d bytes", len(journal))
	}
	for name, b := range map[string][]byte{"database": raw, "journal": journal} {
		if bytes.Contains(b, []byte(journalMarker)) {
			t.Errorf("the %s can be read", name)
		}
	}
	run(t, c, `ROLLBACK`)
	if err := holdsOld(t.Context(), c); err != nil {
		t.Fatalf("after rolling back: %v", err)
	}

	if err := recoverCopy(t, raw, journal); err != nil {
		t.Errorf("rolling back after a crash: %v", err)
	}
	// A record that was changed must not be skipped.
	const firstPage = journalSectorSize + journalFieldSize
	for _, at := range []int{firstPage - 1, firstPage, firstPage + 2000, firstPage + tagEnd, firstPage + pageSize - 1} {
		bad := bytes.Clone(journal)
		bad[at] ^= 1
		if err := recoverCopy(t, raw, bad); !errors.Is(err, clinic.E(CodeDamaged)) {
			t.Errorf("byte %d of the journal changed: %v", at, err)
		}
	}
}

// recoverCopy opens a copy of the files and lets SQLite roll the journal back.
func recoverCopy(t *testing.T, raw, journal []byte) error {
	t.Helper()
	path := filepath.Join(t.TempDir(), "b.db")
	for suffix, b := range map[string][]byte{"": raw, "-journal": journal} {
		if err := os.WriteFile(path+suffix, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	keys, err := deriveSubkeys(&Key{1}, [prefixSize]byte(raw), &countingReader{})
	if err != nil {
		t.Fatal(err)
	}
	st := claim(t, path)
	if err := st.unlockWith(keys); err != nil {
		t.Fatal(err)
	}
	db := newDB(st, Options{}.withDefaults())
	defer db.Abandon()
	c, err := db.writer.take(t.Context(), nil)
	if err != nil {
		return err
	}
	err = holdsOld(t.Context(), c)
	return errors.Join(err, db.writer.give(c, true))
}

// The golden journal rolls a golden database back that a crash has left in the
// middle of a transaction.
const (
	goldenDraft   = "testdata/rollback1.db"
	goldenJournal = "testdata/rollback1.db-journal"
)

// TestGoldenJournal rolls back what version 1 of the format wrote.
func TestGoldenJournal(t *testing.T) {
	if flag.Lookup("update").Value.String() == "true" {
		_, c, path := withRollbackJournal(t)
		run(t, c, `DELETE FROM note WHERE id >= 40`)
		run(t, c, `PRAGMA incremental_vacuum`)
		run(t, c, `VACUUM`)
		run(t, c, `BEGIN IMMEDIATE`)
		for id := range 40 {
			run(t, c, `UPDATE note SET body = ? WHERE id = ?`, longBody("new", id), id)
		}
		for from, to := range map[string]string{path: goldenDraft, path + "-journal": goldenJournal} {
			if err := os.WriteFile(to, read(t, from), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		run(t, c, `ROLLBACK`)
	}
	old, changed, err := rollBack(t.Context(), t.TempDir()+"/b.db", read(t, goldenDraft), read(t, goldenJournal))
	if err != nil || old != 40 || changed != 0 {
		t.Errorf("%d notes as they were, %d changed: %v", old, changed, err)
	}
	// Without its journal the draft is half of a transaction.
	if old, changed, err = rollBack(t.Context(), t.TempDir()+"/b.db", read(t, goldenDraft), nil); err == nil && (old == 0 || changed == 0) {
		t.Errorf("without the journal %d notes are as they were, %d changed: the journal is not put to the test", old, changed)
	}
}

// TestAFlippedBitOfAJournalIsNeverAWrongAnswer: it is an error, or of no account. In the
// few bytes that are not a sealed page, counts and checksums, it may end the rolling back
// early: no draft is opened again after that.
func TestAFlippedBitOfAJournalIsNeverAWrongAnswer(t *testing.T) {
	draft, journal := read(t, goldenDraft), read(t, goldenJournal)
	path, random := filepath.Join(t.TempDir(), "b.db"), rand.New(rand.NewPCG(13, 14))
	damaged, early, flips := 0, 0, 500
	if testing.Short() {
		flips = 100
	}
	for range flips {
		bad, bit := bytes.Clone(journal), random.IntN(len(journal)*8)
		bad[bit/8] ^= 1 << (bit % 8)
		old, changed, err := rollBack(t.Context(), path, draft, bad)
		switch {
		case errors.Is(err, clinic.E(CodeDamaged)):
			damaged++
		case err == nil && old+changed == 40:
			early += min(changed, 1)
		case !errors.Is(err, clinic.E(CodeDiskFull)):
			t.Errorf("bit %d of byte %d: %d notes as they were, %d changed: %v", bit%8, bit/8, old, changed, err)
		}
	}
	// The rest lies between the records.
	if damaged < flips*7/10 || early > flips/50 {
		t.Errorf("%d of %d were found, %d ended it early", damaged, flips, early)
	}
}

// rollBack lets SQLite roll a draft back and counts the notes that are as they
// were and those that are changed.
func rollBack(ctx context.Context, path string, draft, journal []byte) (old, changed int, err error) {
	full, err := fullPath(path)
	if err != nil {
		return 0, 0, err
	}
	keys, err := deriveSubkeys(&Key{1}, [prefixSize]byte(draft), &countingReader{})
	if err != nil {
		return 0, 0, err
	}
	disk := NewMemoryDisk()
	// A journal's header says how large the database was, up to 16 TiB, and SQLite
	// makes it as large.
	disk.Holds(1 << 20)
	if err := errors.Join(disk.Put(path, "", draft), disk.Put(path, journalSuffix, journal)); err != nil {
		return 0, 0, err
	}
	st, err := addStore(full, disk)
	if err != nil {
		return 0, 0, err
	}
	st.draft = true
	db := newDB(st, Options{}.withDefaults())
	defer db.Abandon()
	if err := st.unlockWith(keys); err != nil {
		return 0, 0, err
	}
	err = db.Read(ctx, func(tx *Tx) error {
		var tables int
		if err := tx.QueryRow(`SELECT count(*) FROM sqlite_schema WHERE name = 'note'`).Scan(&tables); err != nil || tables == 0 {
			return err // a database that was empty before
		}
		for id := range 40 {
			var body string
			if err := tx.QueryRow(`SELECT body FROM note WHERE id = ?`, id).Scan(&body); err != nil {
				return err
			}
			switch body {
			case longBody("old", id):
				old++
			case longBody("new", id):
				changed++
			default:
				return errors.New("a wrong answer")
			}
		}
		return nil
	})
	return old, changed, err
}

// FuzzJournal lays bytes beside a draft under the name of its journal. What they
// give back is what was sealed, or an error. How many records there are, and how
// large the file was, stands in the clear header: so they may give back less, or
// fill the disk. That is why no draft is ever opened again, and why nothing beside
// a finished file is read under that name.
func FuzzJournal(f *testing.F) {
	draft, journal := read(f, goldenDraft), read(f, goldenJournal)
	const record = journalFieldSize + pageSize + journalFieldSize
	f.Add(journal)
	f.Add([]byte{})
	for _, size := range []int{8, 28, 511, 512, 513, 516, 512 + record - 1, 512 + record, len(journal) - 1} {
		f.Add(journal[:size])
	}
	for _, at := range []int{0, 8, 11, 12, 16, 20, 24, 28, 512, 515, 516, 516 + usableSize, 516 + nonceEnd, 516 + pageSize, 512 + record} {
		bad := bytes.Clone(journal)
		bad[at] ^= 1
		f.Add(bad)
	}
	f.Add(append(bytes.Clone(journal), journal...))
	for _, pages := range []uint32{0, 1, 1 << 31} { // the database was of this size
		bad := bytes.Clone(journal)
		binary.BigEndian.PutUint32(bad[16:], pages)
		f.Add(bad)
	}
	path := filepath.Join(f.TempDir(), "b.db")
	f.Fuzz(func(t *testing.T, journal []byte) {
		_, _, err := rollBack(t.Context(), path, draft, journal)
		if err != nil && !errors.Is(err, clinic.E(CodeDamaged)) && !errors.Is(err, clinic.E(CodeDiskFull)) {
			t.Fatalf("an error without a proper code: %v", err)
		}
	})
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// TestAFullDiskKeepsWhatWasThere stands in for a full disk with SQLite's own
// limit on pages, which ends in the same result.
func TestAFullDiskKeepsWhatWasThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	db, err := Create(t.Context(), path, Key{1}, Options{Migrations: []Migration{{1, []string{`CREATE TABLE t(x BLOB) STRICT`}}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Abandon)
	fill := func(tx *Tx) error {
		_, err := tx.Exec(`INSERT INTO t VALUES(zeroblob(10000))`)
		return err
	}
	if err := db.Write(t.Context(), fill); err != nil {
		t.Fatal(err)
	}
	err = db.Write(t.Context(), func(tx *Tx) error {
		if err := tx.control(`PRAGMA max_page_count=20`); err != nil {
			return err
		}
		for {
			if err := fill(tx); err != nil {
				return err
			}
		}
	})
	if !errors.Is(err, clinic.E(CodeDiskFull)) {
		t.Errorf("got %v", err)
	}
	var n int
	err = db.Read(t.Context(), func(tx *Tx) error { return tx.QueryRow(`SELECT count(*) FROM t`).Scan(&n) })
	if err != nil || n != 1 {
		t.Errorf("%d rows: %v", n, err)
	}
}
