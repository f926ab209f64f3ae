package sqlite_test

import (
	"bytes"
	"errors"
	"path/filepath"
	"testing"

	"quietline/backend/clinic"
	"quietline/backend/sqlite"
)

// golden reads a file of testdata.
func golden(tb testing.TB, name string) []byte {
	tb.Helper()
	return readFile(tb, filepath.Join("testdata", name))
}

// damagedOrNot fails where an error is not one that says that a file is spoiled.
func damagedOrNot(tb testing.TB, err error, codes ...clinic.Code) {
	tb.Helper()
	if err != nil && !isCode(err, append(codes, sqlite.CodeDamaged)...) {
		tb.Fatalf("an error without a proper code: %v", err)
	}
}

// FuzzLog lays bytes beside the golden database under the name of its log. They
// are damage, or they leave one of the two states that were ever committed.
func FuzzLog(f *testing.F) {
	db, log := golden(f, "version1.db"), golden(f, "version1.db-wal")
	f.Add(log)
	f.Add([]byte{})
	f.Add(log[:31])
	f.Add(log[:32])
	f.Add(log[:32+24])
	f.Add(log[:32+4120])
	f.Add(append(bytes.Clone(log), log[32:32+4120]...)) // a frame twice
	for _, at := range []int{0, 4, 8, 12, 16, 24, 32, 36, 40, 48, 56, 32 + 24 + 4064, 32 + 4119, 32 + 4120} {
		bad := bytes.Clone(log)
		bad[at] ^= 0x80
		f.Add(bad)
	}
	path := newPath(f)
	f.Fuzz(func(t *testing.T, log []byte) {
		disk := sqlite.NewMemoryDisk()
		if err := errors.Join(disk.Put(path, "", db), disk.Put(path, "-wal", log)); err != nil {
			t.Fatal(err)
		}
		opened, err := sqlite.OpenOn(t.Context(), disk, path, key(1), sqlite.Options{Migrations: goldenSchema, Readers: 1})
		if err != nil {
			damagedOrNot(t, err)
			return
		}
		defer opened.Abandon()
		n := 0
		err = opened.Read(t.Context(), func(tx *sqlite.Tx) error {
			rows, err := tx.Query(`SELECT id, body FROM note ORDER BY id`)
			if err != nil {
				return err
			}
			defer rows.Close()
			for ; rows.Next(); n++ {
				var id int
				var text string
				if err := rows.Scan(&id, &text); err != nil {
					return err
				}
				if id != n || text != body(n) {
					return errWrongAnswer
				}
			}
			return rows.Err()
		})
		damagedOrNot(t, err)
		if err == nil && n != goldenNotes/2 && n != goldenNotes {
			t.Fatalf("%d notes", n)
		}
		if err == nil {
			damagedOrNot(t, opened.IntegrityCheck(t.Context()))
		}
	})
}

// FuzzDatabase lays bytes where the database was, without a log: the golden
// database, cut or grown to any length, with bytes replaced at a place.
func FuzzDatabase(f *testing.F) {
	db := golden(f, "version1.db")
	f.Add(uint32(len(db)), uint32(0), []byte{})
	for _, at := range []uint32{0, 11, 12, 15, 16, 100, 4064, 4080, 4092, 4095, 4096, 8191, uint32(len(db)) - 1} {
		f.Add(uint32(len(db)), at, []byte{db[at] ^ 1})
	}
	f.Add(uint32(0), uint32(0), []byte{})
	f.Add(uint32(page), uint32(0), []byte{})
	f.Add(uint32(len(db)-1), uint32(0), []byte{})
	f.Add(uint32(len(db)+page), uint32(0), []byte{})
	f.Add(uint32(len(db)), uint32(page), db[2*page:3*page])
	path := newPath(f)
	f.Fuzz(func(t *testing.T, size, at uint32, with []byte) {
		bad := make([]byte, min(size, 1<<20))
		copy(bad, db)
		if int(at) < len(bad) {
			copy(bad[at:], with)
		}
		disk := sqlite.NewMemoryDisk()
		if err := disk.Put(path, "", bad); err != nil {
			t.Fatal(err)
		}
		opened, err := sqlite.OpenOn(t.Context(), disk, path, key(1), sqlite.Options{Migrations: goldenSchema, Readers: 1})
		if err != nil {
			damagedOrNot(t, err, sqlite.CodeNotOurs, sqlite.CodeNewer, sqlite.CodeWrongKey)
			return
		}
		defer opened.Abandon()
		err = opened.Read(t.Context(), func(tx *sqlite.Tx) error {
			for id := range goldenNotes / 2 {
				var text string
				if err := tx.QueryRow(`SELECT body FROM note WHERE id = ?`, id).Scan(&text); err != nil {
					return err
				}
				if text != body(id) {
					return errWrongAnswer
				}
			}
			return nil
		})
		damagedOrNot(t, err)
		damagedOrNot(t, opened.IntegrityCheck(t.Context()))
	})
}

// FuzzRecognise lays bytes where the database was and asks whose they are: they are ours
// where one page lies as it was sealed, and where it is known, from elsewhere or by
// themselves, what the file began with.
func FuzzRecognise(f *testing.F) {
	db := golden(f, "version1.db")
	for _, known := range []bool{true, false} {
		f.Add(uint32(len(db)), uint32(0), []byte{}, known)
		for _, at := range []uint32{0, 11, 12, 15, 16, 100, 4064, 4080, 4092, 4095, 4096, uint32(len(db)) - 1} {
			f.Add(uint32(len(db)), at, []byte{db[at] ^ 1}, known)
		}
		f.Add(uint32(len(db)), uint32(0), make([]byte, page), known)
		f.Add(uint32(len(db)), uint32(0), make([]byte, len(db)-page), known)
		f.Add(uint32(len(db)), uint32(0), db[page:], known)
		for _, size := range []int{0, 15, page - 1, page, 2*page - 1, 2 * page, len(db) + 7*page} {
			f.Add(uint32(size), uint32(3), []byte{1}, known)
		}
	}
	f.Fuzz(func(t *testing.T, size, at uint32, with []byte, known bool) {
		bad := make([]byte, min(size, 1<<20))
		copy(bad, db)
		if int(at) < len(bad) {
			copy(bad[at:], with)
		}
		var kept sqlite.Prefix
		if known {
			kept = sqlite.Prefix(db)
		}
		known = known || bytes.HasPrefix(bad, db[:len(kept)])
		first, some := false, false
		for n := 0; n+page <= min(len(bad), len(db)); n += page {
			if bytes.Equal(bad[n:n+page], db[n:n+page]) {
				first, some = first || n == 0, true
			}
		}
		ours, byFirst, err := sqlite.Recognise(t.Context(), bytes.NewReader(bad), int64(len(bad)), key(1), kept)
		if err != nil || ours != (some && known) || byFirst != first {
			t.Fatalf("ours %v, by the first page %v: %v", ours, byFirst, err)
		}
	})
}
