package sqlite_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"quietline/backend/clinic"
	"quietline/backend/sqlite"
)

// looseRows are all rows of so many columns, however they are reached.
func looseRows(t *testing.T, db *sqlite.DB, columns int) (all []sqlite.LooseRow, lost int) {
	t.Helper()
	pages, err := db.Pages(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for page := uint32(1); page <= pages; page++ {
		rows, err := db.LooseRows(context.Background(), page, columns)
		if err != nil {
			if clinic.CodeOf(err) != sqlite.CodeDamaged {
				t.Fatal(err)
			}
			lost++
		}
		all = append(all, rows...)
	}
	return all, lost
}

// TestRowsAreFoundWithoutTheirTrees reads a table with rowids and one without page by
// page: whole, and with the pages lost that they begin with.
func TestRowsAreFoundWithoutTheirTrees(t *testing.T) {
	ctx, path := context.Background(), filepath.Join(t.TempDir(), "x.db")
	options := sqlite.Options{Migrations: []sqlite.Migration{{Version: 1, Statements: []string{
		`CREATE TABLE wide (id INTEGER PRIMARY KEY, a ANY, b ANY, c ANY, d ANY, e ANY) STRICT`,
		`CREATE TABLE keyed (id BLOB PRIMARY KEY, a ANY, b ANY) STRICT, WITHOUT ROWID`,
	}}}}
	key := sqlite.Key{7}
	db, err := sqlite.Create(ctx, path, key, options)
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(3, 5))
	wide, keyed := map[int64][]any{}, map[string][]any{}
	value := func() any {
		switch random.IntN(6) {
		case 0:
			return nil
		case 1:
			return random.Int64() >> random.IntN(64) * int64(1-2*random.IntN(2))
		case 2:
			return random.NormFloat64() + 0.25
		case 3:
			return strings.Repeat("é", random.IntN(40))
		case 4:
			return strings.Repeat("far ", random.IntN(4000)) // beyond a page
		default:
			return []byte(strings.Repeat("\x00x", random.IntN(300)))
		}
	}
	err = db.Write(ctx, func(tx *sqlite.Tx) error {
		for n := range int64(400) {
			id := n*n - 50
			wide[id] = []any{nil, value(), value(), value(), value(), math.MinInt64 + n}
			if _, err := tx.Exec(`INSERT INTO wide VALUES (?, ?, ?, ?, ?, ?)`, append([]any{id}, wide[id][1:]...)...); err != nil {
				return err
			}
			name := fmt.Sprintf("%04d", random.IntN(10_000))
			keyed[name] = []any{[]byte(name), value(), n}
			if _, err := tx.Exec(`REPLACE INTO keyed VALUES (?, ?, ?)`, keyed[name]...); err != nil {
				return err
			}
		}
		// What is gone is not found, even where its page was not needed again.
		for id := range wide {
			if id%3 == 0 {
				delete(wide, id)
			}
		}
		_, err := tx.Exec(`DELETE FROM wide WHERE id % 3 = 0`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	found, lost := looseRows(t, db, 6)
	if len(found) != len(wide) || lost != 0 {
		t.Errorf("%d rows of %d", len(found), len(wide))
	}
	for _, r := range found {
		if !reflect.DeepEqual(r.Values, wide[r.ID]) {
			t.Fatalf("row %d: %.80v, want %.80v", r.ID, r.Values, wide[r.ID])
		}
	}
	found, _ = looseRows(t, db, 3)
	if len(found) != len(keyed) {
		t.Errorf("%d rows of %d", len(found), len(keyed))
	}
	for _, r := range found {
		if !reflect.DeepEqual(r.Values, keyed[string(r.Values[0].([]byte))]) {
			t.Fatalf("row %.80v", r.Values)
		}
	}

	var roots []int64
	err = db.Read(ctx, func(tx *sqlite.Tx) error {
		for _, table := range []string{"wide", "keyed"} {
			var root int64
			if err := tx.QueryRow(`SELECT rootpage FROM sqlite_schema WHERE name = ?`, table).Scan(&root); err != nil {
				return err
			}
			roots = append(roots, root)
		}
		return nil
	})
	if err == nil {
		err = db.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, root := range roots {
		clear(raw[(root-1)*4096 : root*4096])
	}
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	if db, err = sqlite.Open(ctx, path, key, options); err != nil {
		t.Fatal(err)
	}
	defer db.Abandon()
	found, lost = looseRows(t, db, 6)
	if len(found) != len(wide) || lost != len(roots) {
		t.Errorf("without the first pages %d rows of %d, %d pages lost", len(found), len(wide), lost)
	}
	// Of a table without rowids the first page holds some rows itself.
	if found, _ = looseRows(t, db, 3); len(found) < len(keyed)*3/4 || len(found) == len(keyed) {
		t.Errorf("without the first page %d rows of %d", len(found), len(keyed))
	}
}
