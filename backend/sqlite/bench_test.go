package sqlite

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

var benchSchema = []Migration{{1, []string{
	`CREATE TABLE message(id INTEGER PRIMARY KEY, thread INTEGER NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL) STRICT`,
	`CREATE INDEX message_by_thread ON message(thread, id)`,
	`CREATE VIRTUAL TABLE words USING fts5(body, content='', contentless_delete=1)`,
}}}

// forms are a sealed database and a plain one, which runs the same code over
// the platform's own file system.
var forms = []struct {
	name string
	open func(b *testing.B, o Options) *DB
}{
	{"sealed", func(b *testing.B, o Options) *DB {
		db, err := Create(b.Context(), filepath.Join(b.TempDir(), "bench.db"), Key{1}, o)
		if err != nil {
			b.Fatal(err)
		}
		return db
	}},
	{"plain", func(b *testing.B, o Options) *DB {
		o = o.withDefaults()
		db := newDB(&store{path: filepath.Join(b.TempDir(), "bench.db"), keys: &subkeys{}}, o)
		if err := os.WriteFile(db.store.path, nil, 0o600); err != nil {
			b.Fatal(err)
		}
		db.writer = newPool(&connector{path: db.store.path, pragmas: pragmas(o, false)}, 1)
		db.readers = newPool(&connector{path: db.store.path, pragmas: pragmas(o, true)}, o.Readers)
		if err := db.fill(b.Context()); err != nil {
			b.Fatal(err)
		}
		return db
	}},
}

func bench(b *testing.B, o Options, prepare int, work func(b *testing.B, db *DB)) {
	o.Migrations = benchSchema
	for _, form := range forms {
		b.Run(form.name, func(b *testing.B) {
			db := form.open(b, o)
			defer db.Abandon()
			for from := 0; from < prepare; from += 1000 {
				addMessages(b, db, from, 1000)
			}
			before := db.Stats()
			b.ReportAllocs()
			b.ResetTimer()
			work(b, db)
			b.StopTimer()
			after, n := db.Stats(), float64(b.N)
			b.ReportMetric(float64(after.PagesSealed-before.PagesSealed)/n, "sealed/op")
			b.ReportMetric(float64(after.PagesOpened-before.PagesOpened)/n, "opened/op")
			b.ReportMetric(float64(after.Syncs-before.Syncs)/n, "syncs/op")
			b.ReportMetric(float64(after.BytesWritten-before.BytesWritten)/n, "written/op")
		})
	}
}

func addMessages(b *testing.B, db *DB, from, n int) {
	b.Helper()
	err := db.Write(context.Background(), func(tx *Tx) error {
		for id := from; id < from+n; id++ {
			text := fmt.Sprintf("Hello, this is message %d about the appointment on day %d at the clinic", id, id%365)
			if _, err := tx.Exec(`INSERT INTO message VALUES(?,?,?,?)`, id, id%200, id*1000, text); err != nil {
				return err
			}
			if _, err := tx.Exec(`INSERT INTO words(rowid, body) VALUES(?,?)`, id, text); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

// BenchmarkIngest adds 500 indexed messages in one transaction.
func BenchmarkIngest(b *testing.B) {
	bench(b, Options{}, 0, func(b *testing.B, db *DB) {
		for i := range b.N {
			addMessages(b, db, i*500, 500)
		}
	})
}

// BenchmarkCommit adds one message.
func BenchmarkCommit(b *testing.B) {
	for name, d := range map[string]Durability{"normal": Normal, "full": Full} {
		b.Run(name, func(b *testing.B) {
			bench(b, Options{Durability: d}, 0, func(b *testing.B, db *DB) {
				for i := range b.N {
					addMessages(b, db, i, 1)
				}
			})
		})
	}
}

// BenchmarkLatest reads the latest 50 messages of a thread, with a cache far
// smaller than the file and with one that holds it.
func BenchmarkLatest(b *testing.B) {
	for name, cache := range map[string]int64{"cold": 128 << 10, "warm": 64 << 20} {
		b.Run(name, func(b *testing.B) {
			bench(b, Options{CacheBytes: cache, Readers: 1}, 50_000, func(b *testing.B, db *DB) {
				for i := range b.N {
					readAll(b, db, `SELECT id, body FROM message WHERE thread = ? ORDER BY id DESC LIMIT 50`, i*37%200)
				}
			})
		})
	}
}

// BenchmarkScan reads every message with a small cache.
func BenchmarkScan(b *testing.B) {
	bench(b, Options{CacheBytes: 1 << 20, Readers: 1}, 50_000, func(b *testing.B, db *DB) {
		for range b.N {
			readAll(b, db, `SELECT count(*), sum(length(body)) FROM message WHERE thread >= ?`, 0)
		}
	})
}

func readAll(b *testing.B, db *DB, query string, arg int) {
	b.Helper()
	err := db.Read(context.Background(), func(tx *Tx) error {
		rows, err := tx.Query(query, arg)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id int
			var text string
			if err := rows.Scan(&id, &text); err != nil {
				return err
			}
		}
		return rows.Err()
	})
	if err != nil {
		b.Fatal(err)
	}
}
