package sqlite_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"quietline/backend/clinic"
	"quietline/backend/sqlite"
)

// spoilFirst are ways to lose the first page, and whether what is left of the file
// still says under which keys it was sealed.
var spoilFirst = []struct {
	how   string
	knows bool
	spoil func(page []byte)
}{
	{"zeros", false, func(page []byte) { clear(page) }},
	{"a bit of the salt", false, func(page []byte) { page[3] ^= 4 }},
	{"a bit of the key check", false, func(page []byte) { page[14] ^= 1 }},
	{"a bit of the schema", true, func(page []byte) { page[700] ^= 128 }},
	{"a bit of the mark", true, func(page []byte) { page[4093] ^= 2 }},
	{"a bit of the version", true, func(page []byte) { page[4095] ^= 8 }},
	{"torn", true, func(page []byte) { clear(page[512:]) }},
	{"torn from the front", false, func(page []byte) { clear(page[:512]) }},
}

// lying is how a database lies on the disk, and what is in it.
type lying struct {
	file, log []byte
	rows      []sqlite.LooseRow
	pages     uint32
}

// aDiary is a file of two versions in several states, and what it begins with.
func aDiary(t *testing.T) (options sqlite.Options, prefix sqlite.Prefix, states map[string]lying) {
	t.Helper()
	ctx, path := context.Background(), filepath.Join(t.TempDir(), "diary.db")
	options = sqlite.Options{Migrations: []sqlite.Migration{
		{Version: 1, Statements: []string{`CREATE TABLE diary (day INTEGER PRIMARY KEY, weather TEXT, words BLOB) STRICT`}},
		{Version: 2, Statements: []string{`CREATE INDEX fine ON diary (weather)`, `CREATE TABLE more (a INTEGER) STRICT`}},
	}}
	db, err := sqlite.Create(ctx, path, key(1), options)
	if err != nil {
		t.Fatal(err)
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	write := func(from, to int) {
		t.Helper()
		must(db.Write(ctx, func(tx *sqlite.Tx) error {
			for day := from; day < to; day++ {
				// Every tenth goes on in other pages.
				words := bytes.Repeat([]byte("rain "), 1+day%10/9*2000+day%7)
				if _, err := tx.Exec(`INSERT INTO diary VALUES (?, ?, ?)`, int64(day), fmt.Sprint("wet ", day), words); err != nil {
					return err
				}
			}
			return nil
		}))
	}
	lies := func() (l lying) {
		t.Helper()
		l.rows, _ = looseRows(t, db, 3)
		l.pages, err = db.Pages(ctx)
		must(err)
		l.file, err = os.ReadFile(path)
		must(err)
		l.log, err = os.ReadFile(path + "-wal")
		must(err)
		return l
	}
	states = map[string]lying{}
	write(1, 100)
	must(db.Checkpoint(ctx))
	must(db.Write(ctx, func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`UPDATE diary SET words = x'646179' WHERE day = 5`)
		return err
	}))
	states["with a log of other pages"] = lies()
	write(100, 150)
	all := lies()
	states["with a log of its own"] = all
	prefix = db.Prefix()
	if len(all.rows) != 149 || prefix == (sqlite.Prefix{}) {
		t.Fatalf("%d rows, begins with %x", len(all.rows), prefix)
	}
	for state, has := range map[string]bool{"with a log of other pages": false, "with a log of its own": true} {
		if logHasFirstPage(states[state].log) != has {
			t.Fatalf("%s: the first page in it is not %v", state, has)
		}
	}
	must(db.Close())
	if db.Prefix() != (sqlite.Prefix{}) {
		t.Error("a closed file tells what it begins with")
	}
	all.log = nil
	all.file, err = os.ReadFile(path)
	must(err)
	states["closed"] = all
	return options, prefix, states
}

// logHasFirstPage reads the numbers of pages, which are in clear.
func logHasFirstPage(log []byte) bool {
	for at := 32; at+24 <= len(log); at += 24 + 4096 {
		if binary.BigEndian.Uint32(log[at:]) == 1 {
			return true
		}
	}
	return false
}

// TestAFileWithoutItsFirstPageIsRead in every way in which that page is lost, with all
// rows in the file or some in its log: what it began with is all that is needed from
// elsewhere, and only where the file does not say so any more.
func TestAFileWithoutItsFirstPageIsRead(t *testing.T) {
	ctx := context.Background()
	options, prefix, states := aDiary(t)
	for _, s := range spoilFirst {
		for state, raw := range states {
			for _, kept := range []sqlite.Prefix{prefix, {}} {
				t.Run(fmt.Sprintf("%s, %s, known %v", s.how, state, kept == prefix), func(t *testing.T) {
					path := filepath.Join(t.TempDir(), "x.db")
					spoiled := bytes.Clone(raw.file)
					s.spoil(spoiled[:4096])
					lay(t, path, spoiled, raw.log)
					readable := s.knows || kept == prefix
					if ours, first, err := recognise(path, key(1), kept); err != nil || ours != readable || first {
						t.Fatalf("ours %v, by its first page %v: %v", ours, first, err)
					}
					if err := sqlite.ReplaceFirstPage(ctx, path, key(1), kept, len(options.Migrations)); err != nil {
						t.Fatal(err)
					}
					if !readable {
						mustLie(t, path, spoiled)
						return
					}
					db, err := sqlite.Open(ctx, path, key(1), options)
					if err != nil {
						t.Fatal(err)
					}
					defer db.Abandon()
					if found, lost := looseRows(t, db, 3); lost != 0 || !reflect.DeepEqual(found, raw.rows) {
						t.Errorf("%d rows of %d, %d pages lost", len(found), len(raw.rows), lost)
					}
					// No migration has made the tables again.
					if n, err := db.Pages(ctx); err != nil || n != raw.pages {
						t.Errorf("%d pages, not %d: %v", n, raw.pages, err)
					}
				})
			}
		}
	}
}

// TestNoOtherFirstPageIsReplaced leaves alone whatever is not proven to be a file under
// this key without its first page.
func TestNoOtherFirstPageIsReplaced(t *testing.T) {
	ctx := context.Background()
	_, prefix, mine := aDiary(t)
	_, others, theirs := aDiary(t) // under the same key
	closed, other := mine["closed"].file, theirs["closed"].file
	without := func(raw []byte) []byte {
		raw = bytes.Clone(raw)
		clear(raw[:4096])
		return raw
	}
	for what, f := range map[string]struct {
		raw   []byte
		key   sqlite.Key
		kept  sqlite.Prefix
		whole bool
	}{
		"whole":                       {closed, key(1), prefix, true},
		"whole, and another was kept": {closed, key(1), others, true},
		"another was kept":            {without(closed), key(1), others, false},
		"another file":                {without(other), key(1), prefix, false},
		"another key":                 {without(closed), key(2), prefix, false},
		"nothing else opens":          {without(make([]byte, len(closed))), key(1), prefix, false},
		"nothing else is there":       {without(closed[:4096]), key(1), prefix, false},
		"less than a page":            {closed[:4000], key(1), prefix, false},
		"nothing":                     {nil, key(1), prefix, false},
	} {
		path := filepath.Join(t.TempDir(), "x.db")
		lay(t, path, f.raw, nil)
		if ours, first, err := recognise(path, f.key, f.kept); err != nil || ours != f.whole || first != f.whole {
			t.Errorf("%s: ours %v, by its first page %v: %v", what, ours, first, err)
		}
		if err := sqlite.ReplaceFirstPage(ctx, path, f.key, f.kept, 2); err != nil {
			t.Errorf("%s: %v", what, err)
		}
		mustLie(t, path, f.raw)
	}
	over, end := context.WithCancel(ctx)
	end()
	if _, _, err := sqlite.Recognise(over, bytes.NewReader(without(closed)), int64(len(closed)), key(1), prefix); !errors.Is(err, clinic.E(clinic.CodeCancelled)) {
		t.Errorf("called off: %v", err)
	}
}

func recognise(path string, key sqlite.Key, kept sqlite.Prefix) (ours, first bool, err error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return false, false, err
	}
	return sqlite.Recognise(context.Background(), bytes.NewReader(raw), int64(len(raw)), key, kept)
}

// patchy is a file of which a drive gives some pages. It counts what is asked for.
type patchy struct {
	give         func(number int64) []byte // nil where it does not
	read, failed int
}

func (p *patchy) ReadAt(to []byte, at int64) (n int, err error) {
	for ; n < len(to); n += page {
		one := p.give((at+int64(n))/page + 1)
		if one == nil {
			p.failed++
			return n, errors.New("the drive does not give it")
		}
		copy(to[n:], one)
		p.read += page
	}
	return n, nil
}

// TestAFileIsRecognisedSoon: of a page that a drive does not give the answer may take half
// a minute; and that a large file is another clinic's is said before all of it is read.
func TestAFileIsRecognisedSoon(t *testing.T) {
	large := filepath.Join(t.TempDir(), "large.db")
	db := mustCreate(t, large, sqlite.Options{Migrations: []sqlite.Migration{{Version: 1, Statements: []string{`CREATE TABLE t(x BLOB) STRICT`}}}})
	mustWrite(t, db, func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`INSERT INTO t VALUES(zeroblob(?))`, 3000*page)
		return err
	})
	prefix := db.Prefix()
	mustClose(t, db)
	raw := readFile(t, large)
	ours := func(n int64) []byte { return raw[(n-1)*page : n*page] }
	other, err := sqlite.Create(t.Context(), large+".other", key(7), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	mustClose(t, other)
	theirs, blank := readFile(t, large+".other")[:page], make([]byte, page)

	const gigabyte = 1 << 30
	for what, c := range map[string]struct {
		size         int
		give         func(n int64) []byte
		ours, first  bool
		read, failed int // at most
	}{
		"its first page is whole": {len(raw), ours, true, true, 16 * page, 0},
		"its first half is not given": {len(raw), func(n int64) []byte {
			if n <= 1500 {
				return nil
			}
			return ours(n)
		}, true, false, 16 * page, 40},
		"nothing is given": {gigabyte, func(int64) []byte { return nil }, false, false, 0, 60},
		"another's": {gigabyte, func(n int64) []byte {
			if n == 1 {
				return theirs
			}
			return blank
		}, false, false, 9 << 20, 0},
		"another's over most of ours": {len(raw), func(n int64) []byte {
			switch {
			case n == 1:
				return theirs
			case n < 2900:
				return blank
			}
			return ours(n)
		}, true, false, 9 << 20, 0},
		"not a page opens": {len(raw), func(int64) []byte { return blank }, false, false, len(raw), 0},
	} {
		p := &patchy{give: c.give}
		ours, first, err := sqlite.Recognise(t.Context(), p, int64(c.size), key(1), prefix)
		if err != nil || ours != c.ours || first != c.first || p.read > c.read || p.failed > c.failed {
			t.Errorf("%s: ours %v, by its first page %v, %d bytes read, %d tries failed: %v", what, ours, first, p.read, p.failed, err)
		}
	}
}

func lay(t *testing.T, path string, file, log []byte) {
	t.Helper()
	err := os.WriteFile(path, file, 0o600)
	if err == nil && log != nil {
		err = os.WriteFile(path+"-wal", log, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func mustLie(t *testing.T, path string, want []byte) {
	t.Helper()
	if raw, err := os.ReadFile(path); err != nil || !bytes.Equal(raw, want) {
		t.Errorf("the file was changed: %v", err)
	}
}
