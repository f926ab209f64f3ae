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
					if lost, err := sqlite.FirstPageLost(ctx, path, key(1), kept); err != nil || lost != readable {
						t.Fatalf("lost %v: %v", lost, err)
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
		raw  []byte
		key  sqlite.Key
		kept sqlite.Prefix
	}{
		"whole":                       {closed, key(1), prefix},
		"whole, and another was kept": {closed, key(1), others},
		"another was kept":            {without(closed), key(1), others},
		"another file":                {without(other), key(1), prefix},
		"another key":                 {without(closed), key(2), prefix},
		"nothing else opens":          {without(make([]byte, len(closed))), key(1), prefix},
		"nothing else is there":       {without(closed[:4096]), key(1), prefix},
		"less than a page":            {closed[:4000], key(1), prefix},
		"nothing":                     {nil, key(1), prefix},
	} {
		path := filepath.Join(t.TempDir(), "x.db")
		lay(t, path, f.raw, nil)
		if lost, err := sqlite.FirstPageLost(ctx, path, f.key, f.kept); err != nil || lost {
			t.Errorf("%s: lost %v: %v", what, lost, err)
		}
		if err := sqlite.ReplaceFirstPage(ctx, path, f.key, f.kept, 2); err != nil {
			t.Errorf("%s: %v", what, err)
		}
		mustLie(t, path, f.raw)
	}
	gone := filepath.Join(t.TempDir(), "x.db")
	if _, err := sqlite.FirstPageLost(ctx, gone, key(1), prefix); clinic.CodeOf(err) != sqlite.CodeDevice {
		t.Errorf("no file: %v", err)
	}
	lay(t, gone, without(closed), nil)
	over, end := context.WithCancel(ctx)
	end()
	if _, err := sqlite.FirstPageLost(over, gone, key(1), prefix); !errors.Is(err, clinic.E(clinic.CodeCancelled)) {
		t.Errorf("called off: %v", err)
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
