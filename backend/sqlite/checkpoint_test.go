package sqlite_test

import (
	"os"
	"testing"

	"quietline/backend/sqlite"
)

func TestCheckpointEmptiesTheLog(t *testing.T) {
	path := newPath(t)
	db := mustCreate(t, path, plainOptions())
	mustWrite(t, db, func(tx *sqlite.Tx) error { return addNotes(tx, 0, 20, 3000) })
	if err := db.Checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path + "-wal"); err != nil || info.Size() != 0 {
		t.Errorf("the log is not empty: %v", err)
	}
	mustHold(t, db, 20, 3000)
	db.Abandon()
	db = mustOpen(t, path, plainOptions())
	mustHold(t, db, 20, 3000)
	mustClose(t, db)
	if err := db.Checkpoint(t.Context()); !isCode(err, sqlite.CodeClosed) {
		t.Errorf("after closing: %v", err)
	}
}

// TestAReadOutlivesTheCopyingOfTheLog: writers fill the log many times over, and
// it is copied into the database meanwhile, as far as a read that goes on allows.
func TestAReadOutlivesTheCopyingOfTheLog(t *testing.T) {
	o := plainOptions()
	o.CacheBytes = 10 * page
	path := newPath(t)
	db := mustCreate(t, path, o)
	mustWrite(t, db, func(tx *sqlite.Tx) error { return addNotes(tx, 0, 100, 9000) })
	// What is read lies in the database alone: it must not be written over.
	if err := db.Checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
	const q = `SELECT sum(length(filler)), count(*), max(hex(substr(filler, 1, 2))) FROM note`
	var size, notes, size2, notes2 int
	var most, most2 string
	err := db.Read(t.Context(), func(tx *sqlite.Tx) error {
		if err := tx.QueryRow(q).Scan(&size, &notes, &most); err != nil {
			return err
		}
		for range 6 {
			mustWrite(t, db, func(tx *sqlite.Tx) error {
				_, err := tx.Exec(`UPDATE note SET filler = zeroblob(40000)`)
				return err
			})
		}
		return tx.QueryRow(q).Scan(&size2, &notes2, &most2)
	})
	if err != nil || size != size2 || notes != notes2 || most != most2 {
		t.Errorf("first %d bytes in %d notes up to %s, then %d in %d up to %s: %v", size, notes, most, size2, notes2, most2, err)
	}
	// Once nobody reads the old state any more the log begins anew.
	info, err := os.Stat(path + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	for range 6 {
		mustWrite(t, db, func(tx *sqlite.Tx) error {
			_, err := tx.Exec(`UPDATE note SET filler = zeroblob(40000)`)
			return err
		})
	}
	if after, err := os.Stat(path + "-wal"); err != nil || after.Size() > 2*info.Size() {
		t.Errorf("the log grew from %d to %d bytes: %v", info.Size(), after.Size(), err)
	}
}
