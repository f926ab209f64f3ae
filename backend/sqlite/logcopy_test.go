package sqlite

import (
	"os"
	"path/filepath"
	"testing"
)

// frames is how many frames the log's file has room for, which is how long the
// log ever was since it was last cut.
func frames(t *testing.T, path string) int {
	t.Helper()
	info, err := os.Stat(path + walSuffix)
	if err != nil {
		t.Fatal(err)
	}
	return int(info.Size() / frameSize)
}

// TestTheLogStaysShort writes transactions of one size, many times what the log
// may hold, and looks at how long it got.
func TestTheLogStaysShort(t *testing.T) {
	for name, c := range map[string]struct{ pages, transactions, most int }{
		"small transactions": {1, 3 * logKept, logKept + logFlood},
		"large transactions": {700, 40, logMost + 2*700},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a.db")
			o := Options{Migrations: []Migration{{1, []string{`CREATE TABLE t(id INTEGER PRIMARY KEY, x BLOB) STRICT`}}}}
			db, err := Create(t.Context(), path, Key{1}, o)
			if err != nil {
				t.Fatal(err)
			}
			defer db.Abandon()
			for i := range c.transactions {
				err := db.Write(t.Context(), func(tx *Tx) error {
					_, err := tx.Exec(`INSERT OR REPLACE INTO t VALUES(?, zeroblob(?))`, i%20, (c.pages-1)*usableSize)
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
			}
			if got := frames(t, path); got > c.most || got < logKept {
				t.Errorf("the log got %d pages long", got)
			}
			info, err := os.Stat(path)
			if err != nil || info.Size() < int64(min(c.transactions, 20)*(c.pages-1)*pageSize) {
				t.Errorf("the log was not copied: %v", err)
			}
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			if db, err = Open(t.Context(), path, Key{1}, o); err != nil {
				t.Fatal(err)
			}
			defer db.Abandon()
			if err := db.IntegrityCheck(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestAReaderHoldsTheLogBack: while somebody reads an old state the log grows and
// every write goes on; afterwards it begins anew.
func TestAReaderHoldsTheLogBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	db, err := Create(t.Context(), path, Key{1}, Options{Migrations: []Migration{{1, []string{`CREATE TABLE t(x BLOB) STRICT`}}}})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Abandon()
	write := func(pages int) error {
		return db.Write(t.Context(), func(tx *Tx) error {
			_, err := tx.Exec(`INSERT INTO t VALUES(zeroblob(?))`, pages*usableSize)
			return err
		})
	}
	err = db.Read(t.Context(), func(tx *Tx) error {
		var before, after int
		if err := tx.QueryRow(`SELECT count(*) FROM t`).Scan(&before); err != nil {
			return err
		}
		for range 10 {
			if err := write(2 * logKept / 5); err != nil {
				return err
			}
		}
		if got := frames(t, path); got < 4*logKept {
			t.Errorf("the log began anew under a reader, after %d pages", got)
		}
		if err := tx.QueryRow(`SELECT count(*) FROM t`).Scan(&after); err != nil || before != after {
			t.Errorf("the reader saw %d rows, then %d", before, after)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	long := frames(t, path)
	for range 50 {
		if err := write(1); err != nil {
			t.Fatal(err)
		}
	}
	if got := frames(t, path); got > long+logFlood {
		t.Errorf("the log went on to grow from %d to %d pages", long, got)
	}
}
