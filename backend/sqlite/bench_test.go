package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// benchSchema is the archive in small: texts, the index of a thread, and words.
var benchSchema = []Migration{{1, []string{
	`CREATE TABLE message(id INTEGER PRIMARY KEY, thread INTEGER NOT NULL, at INTEGER NOT NULL, state TEXT NOT NULL,
		sid BLOB NOT NULL, body TEXT NOT NULL) STRICT`,
	`CREATE INDEX message_by_thread ON message(thread, id)`,
	`CREATE VIRTUAL TABLE words USING fts5(body, content='', contentless_delete=1)`,
	`INSERT INTO words(words, rank) VALUES('secure-delete', 1)`,
}}}

const (
	benchThreads = 200
	insertText   = `INSERT INTO message VALUES(?,?,?,?,?,?)`
	insertWords  = `INSERT INTO words(rowid, body) VALUES(?,?)`
	latestTexts  = `SELECT id, at, state, sid, body FROM message WHERE thread = ? ORDER BY id DESC LIMIT 50`
	olderTexts   = `SELECT id, at, state, sid, body FROM message WHERE thread = ? AND id < ? ORDER BY id DESC LIMIT 50`
	oneText      = `SELECT id, at, state, sid, body FROM message WHERE id = ?`
	foundTexts   = `SELECT m.id, m.at, m.state, m.sid, m.body FROM words w JOIN message m ON m.id = w.rowid
		WHERE words MATCH ? ORDER BY w.rowid DESC LIMIT 50`
	allTexts = `SELECT count(*), sum(length(body)) FROM message`
)

// bench is a database in one of three forms, doing the same work: sealed; by the
// same code over a file that is not sealed; and by modernc.org/sqlite as anyone
// would use it, through database/sql.
type bench interface {
	// add inserts texts and their words in one transaction.
	add(from, n int) error
	// texts reads a query's rows of five columns and returns how many there are.
	texts(query string, args ...any) (int, error)
	scan() error
	close() error
}

func text(id int) (thread, at int, state string, sid []byte, body string) {
	days := [...]string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday"}
	return id * 7919 % benchThreads, id * 1000, "delivered", fmt.Appendf(nil, "SM%030d", id),
		fmt.Sprintf("Hello, this is message %d about your appointment on %s at %d:30. Please reply YES, or call the clinic.",
			id, days[id%len(days)], 8+id%9)
}

// ours is a database of this package.
type ours struct{ db *DB }

func (o ours) add(from, n int) error {
	return o.db.Write(context.Background(), func(tx *Tx) error {
		for id := from; id < from+n; id++ {
			thread, at, state, sid, body := text(id)
			if _, err := tx.Exec(insertText, id, thread, at, state, sid, body); err != nil {
				return err
			}
			if _, err := tx.Exec(insertWords, id, body); err != nil {
				return err
			}
		}
		return nil
	})
}

func (o ours) texts(query string, args ...any) (n int, err error) {
	err = o.db.Read(context.Background(), func(tx *Tx) error {
		rows, err := tx.Query(query, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			if err := scanText(rows.Scan); err != nil {
				return err
			}
			n++
		}
		return rows.Err()
	})
	return n, err
}

func (o ours) scan() error {
	return o.db.Read(context.Background(), func(tx *Tx) error {
		var n, size int
		return tx.QueryRow(allTexts).Scan(&n, &size)
	})
}

func (o ours) close() error { return o.db.Close() }

func scanText(scan func(...any) error) error {
	var id, at int
	var state, body string
	var sid []byte
	return scan(&id, &at, &state, &sid, &body)
}

func sealed(path string, o Options) (bench, error) {
	o.Migrations = benchSchema
	db, err := Open(context.Background(), path, Key{1}, o)
	if errors.Is(err, errMissing) {
		db, err = Create(context.Background(), path, Key{1}, o)
	}
	return ours{db}, err
}

// unsealed is the code of this package over a file of the platform.
func unsealed(path string, o Options) (bench, error) {
	o.Migrations = benchSchema
	o = o.withDefaults()
	_, err := os.Stat(path)
	fresh := errors.Is(err, os.ErrNotExist)
	if fresh {
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			return nil, err
		}
	}
	db := newDB(&store{path: path, keys: &subkeys{}}, o)
	for p, readOnly := range map[*pool]bool{db.writer: false, db.copier: false, db.readers: true} {
		p.connector = &connector{path: path, files: countedName, pragmas: pragmas(o, readOnly)}
	}
	if fresh {
		err = db.fill(context.Background())
	} else {
		_, err = db.check(context.Background())
	}
	return ours{db}, err
}

// driven is the driver behind database/sql: statements prepared once, one writer,
// one reader, the pragmas of this package.
type driven struct {
	writer, reader *sql.DB
	prepared       map[string]*sql.Stmt
}

func drivenBy(path string, o Options) (bench, error) {
	o = o.withDefaults()
	_, err := os.Stat(path)
	fresh := errors.Is(err, os.ErrNotExist)
	d := &driven{prepared: map[string]*sql.Stmt{}}
	for db, readOnly := range map[**sql.DB]bool{&d.writer: false, &d.reader: true} {
		dsn := "file:" + path + "?vfs=" + countedName
		for _, p := range pragmas(o, readOnly) {
			dsn += "&_pragma=" + p
		}
		if *db, err = sql.Open("sqlite", dsn); err != nil {
			return nil, err
		}
		(*db).SetMaxOpenConns(1)
	}
	if fresh {
		for _, s := range append([]string{"PRAGMA journal_mode=WAL"}, benchSchema[0].Statements...) {
			if _, err := d.writer.Exec(s); err != nil {
				return nil, err
			}
		}
	}
	for _, s := range []string{latestTexts, olderTexts, oneText, foundTexts, allTexts} {
		if d.prepared[s], err = d.reader.Prepare(s); err != nil {
			return nil, err
		}
	}
	for _, s := range []string{insertText, insertWords} {
		if d.prepared[s], err = d.writer.Prepare(s); err != nil {
			return nil, err
		}
	}
	return d, nil
}

func (d *driven) add(from, n int) error {
	tx, err := d.writer.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	message, words := tx.Stmt(d.prepared[insertText]), tx.Stmt(d.prepared[insertWords])
	for id := from; id < from+n; id++ {
		thread, at, state, sid, body := text(id)
		if _, err := message.Exec(id, thread, at, state, sid, body); err != nil {
			return err
		}
		if _, err := words.Exec(id, body); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// texts reads under a context that can end, as every read of a program can.
func (d *driven) texts(query string, args ...any) (n int, err error) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	rows, err := d.prepared[query].QueryContext(ctx, args...)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scanText(rows.Scan); err != nil {
			return n, err
		}
		n++
	}
	return n, rows.Err()
}

func (d *driven) scan() error {
	var n, size int
	return d.prepared[allTexts].QueryRow().Scan(&n, &size)
}

func (d *driven) close() error {
	return errors.Join(d.reader.Close(), d.writer.Close())
}

// forms are the two peers that the sealed form is held against.
var forms = []struct {
	name string
	open func(path string, o Options) (bench, error)
}{{"unsealed", unsealed}, {"driver", drivenBy}}

func mustOpenBench(b *testing.B, open func(string, Options) (bench, error), path string, o Options) bench {
	b.Helper()
	db, err := open(path, o)
	if err != nil {
		b.Fatal(err)
	}
	return db
}

// filled makes a database of n texts and closes it.
func filled(b *testing.B, open func(string, Options) (bench, error), n int) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "bench.db")
	db := mustOpenBench(b, open, path, Options{})
	for from := 0; from < n; from += 1000 {
		if err := db.add(from, 1000); err != nil {
			b.Fatal(err)
		}
	}
	if err := db.close(); err != nil {
		b.Fatal(err)
	}
	return path
}

const benchTexts = 50_000

// BenchmarkFigures holds the sealed form against both peers, side by side: each
// round does the same work in each form, so that what else the machine does
// falls on both.
func BenchmarkFigures(b *testing.B) {
	for _, peer := range forms {
		b.Run(peer.name, func(b *testing.B) {
			b.Run("ingest", func(b *testing.B) { ingest(b, peer.open) })
			commits(b, "normal", Normal, peer.open)
			commits(b, "full", Full, peer.open)
			here, there := filled(b, sealed, benchTexts), filled(b, peer.open, benchTexts)
			b.Run("size", func(b *testing.B) { size(b, here, there) })
			opening(b, peer.open, here, there)
			reads(b, peer.open, here, there)
		})
	}
}

func ingest(b *testing.B, open func(string, Options) (bench, error)) {
	const batch = 500
	a := mustOpenBench(b, sealed, filepath.Join(b.TempDir(), "a.db"), Options{})
	c := mustOpenBench(b, open, filepath.Join(b.TempDir(), "c.db"), Options{})
	defer a.close()
	defer c.close()
	sideBySide{
		limit: 1.20, unit: "ms", rounds: 80,
		ours: func(round int) error { return a.add(round*batch, batch) },
		peer: func(round int) error { return c.add(round*batch, batch) },
	}.measure(b)
}

// commits counts what one text in a transaction of its own costs, and times it
// without a limit: how long a disk takes to sync varies too much.
func commits(b *testing.B, name string, d Durability, open func(string, Options) (bench, error)) {
	const rounds = 400
	a := mustOpenBench(b, sealed, filepath.Join(b.TempDir(), "a.db"), Options{Durability: d})
	c := mustOpenBench(b, open, filepath.Join(b.TempDir(), "c.db"), Options{Durability: d})
	before, beforePeer := a.(ours).db.Stats(), counted.stats()
	b.Run("commit-"+name, func(b *testing.B) {
		sideBySide{
			unit: "µs", rounds: rounds, unmeasured: -1,
			ours: func(round int) error { return a.add(round, 1) },
			peer: func(round int) error { return c.add(round, 1) },
		}.measure(b)
	})
	after, afterPeer := a.(ours).db.Stats(), counted.stats()
	each := func(after, before int64) float64 { return float64(after-before) / rounds }
	b.Run("commit-"+name+"-fsyncs", func(b *testing.B) {
		against(b, "each", 1, each(after.Syncs, before.Syncs), each(afterPeer.Syncs, beforePeer.Syncs))
	})
	b.Run("commit-"+name+"-written", func(b *testing.B) {
		against(b, "KiB", 0, each(after.BytesWritten, before.BytesWritten)/1024, each(afterPeer.BytesWritten, beforePeer.BytesWritten)/1024)
	})
	b.Run("commit-"+name+"-sealed", func(b *testing.B) {
		alone(b, "pages", 0, each(after.PagesSealed, before.PagesSealed))
	})
	if err := errors.Join(a.close(), c.close()); err != nil {
		b.Fatal(err)
	}
}

func size(b *testing.B, here, there string) {
	of := func(path string) float64 {
		info, err := os.Stat(path)
		if err != nil {
			b.Fatal(err)
		}
		return float64(info.Size()) / (1 << 20)
	}
	against(b, "MiB", 1.05, of(here), of(there))
}

// opening times an opening with its first read. The limit is on the difference.
func opening(b *testing.B, open func(string, Options) (bench, error), here, there string) {
	first := func(open func(string, Options) (bench, error), path string) error {
		db, err := open(path, Options{})
		if err != nil {
			return err
		}
		_, err = db.texts(oneText, 1)
		return errors.Join(err, db.close())
	}
	var m measured
	b.Run("open", func(b *testing.B) {
		m = sideBySide{
			unit: "ms", rounds: 60,
			ours: func(int) error { return first(sealed, here) },
			peer: func(int) error { return first(open, there) },
		}.measure(b)
	})
	b.Run("open-beyond", func(b *testing.B) { alone(b, "ms", 0.5, m.ours-m.peer) })
}

func reads(b *testing.B, open func(string, Options) (bench, error), here, there string) {
	thread := func(db bench, n int) func(int) error {
		return func(round int) error {
			for i := range n {
				if got, err := db.texts(latestTexts, (round*n+i)*37%benchThreads); err != nil || got != 50 {
					return errors.Join(err, fmt.Errorf("%d texts", got))
				}
			}
			return nil
		}
	}
	// Older pages of threads lie all over the file.
	older := func(db bench, n int) func(int) error {
		return func(round int) error {
			for i := range n {
				at := round*n + i
				before := benchTexts/4 + at*6151%(benchTexts/4*3)
				if got, err := db.texts(olderTexts, at*37%benchThreads, before); err != nil || got != 50 {
					return errors.Join(err, fmt.Errorf("%d texts", got))
				}
			}
			return nil
		}
	}
	find := func(db bench, what string) func(int) error {
		return func(int) error {
			if got, err := db.texts(foundTexts, what); err != nil || got != 50 {
				return errors.Join(err, fmt.Errorf("%d texts", got))
			}
			return nil
		}
	}
	for _, f := range []struct {
		name  string
		cache int64
		limit float64
		work  func(db bench) func(int) error
		each  int
	}{
		{"thread-warm", 64 << 20, 1.10, func(db bench) func(int) error { return thread(db, 10) }, 10},
		{"words-phrase", 64 << 20, 1.10, func(db bench) func(int) error { return find(db, `"appointment on tuesday"`) }, 1},
		{"words-prefix", 64 << 20, 1.10, func(db bench) func(int) error { return find(db, `appo*`) }, 1},
		{"thread-cold", 2 << 20, 1.40, func(db bench) func(int) error { return older(db, 10) }, 10},
		{"all-cold", 1 << 20, 0, func(db bench) func(int) error { return func(int) error { return db.scan() } }, 1},
	} {
		o := Options{CacheBytes: f.cache, Readers: 1}
		a, c := mustOpenBench(b, sealed, here, o), mustOpenBench(b, open, there, o)
		var m measured
		b.Run(f.name, func(b *testing.B) {
			m = sideBySide{limit: f.limit, unit: "µs", rounds: 80, each: f.each, ours: f.work(a), peer: f.work(c)}.measure(b)
		})
		b.Run(f.name+"-allocations", func(b *testing.B) { against(b, "each", 0, m.oursAllocations, m.peerAllocations) })
		if err := errors.Join(a.close(), c.close()); err != nil {
			b.Fatal(err)
		}
	}
}
