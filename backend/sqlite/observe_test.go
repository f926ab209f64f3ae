package sqlite_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"quietline/backend/sqlite"
)

var observed = []sqlite.Migration{{Version: 1, Statements: []string{
	`CREATE TABLE a(id INTEGER PRIMARY KEY, t TEXT, r REAL, b BLOB, x ANY) STRICT`,
	`CREATE TABLE w(k TEXT, n INTEGER, v TEXT UNIQUE, PRIMARY KEY(k, n)) STRICT, WITHOUT ROWID`,
	`CREATE TABLE c(id INTEGER PRIMARY KEY, a INTEGER REFERENCES a(id) ON DELETE CASCADE ON UPDATE CASCADE) STRICT`,
	`CREATE TABLE u(id INTEGER PRIMARY KEY, name TEXT UNIQUE, n INTEGER NOT NULL DEFAULT 0) STRICT`,
	`CREATE TABLE other(id INTEGER PRIMARY KEY) STRICT`,
	`CREATE TRIGGER t AFTER INSERT ON other BEGIN UPDATE u SET n = n + 1; END`,
}}}

var observedTables = []string{"a", "w", "c", "u"}

// contents is every observed row as text, in a bag.
type contents map[string]int

func row(table string, values []any) string {
	var b strings.Builder
	b.WriteString(table)
	for _, v := range values {
		fmt.Fprintf(&b, "|%T:%q", v, fmt.Sprint(v))
	}
	return b.String()
}

func (c contents) apply(ch sqlite.Change) {
	if ch.Old != nil {
		c[row(ch.Table, ch.Old)]--
	}
	if ch.New != nil {
		c[row(ch.Table, ch.New)]++
	}
}

func (c contents) tidy() contents {
	for k, n := range c {
		if n == 0 {
			delete(c, k)
		}
	}
	return c
}

func stored(tx *sqlite.Tx) (contents, error) {
	c := contents{}
	for _, table := range observedTables {
		rows, err := tx.Query(`SELECT * FROM ` + table)
		if err != nil {
			return nil, err
		}
		defer rows.Close()
		columns, err := rows.Columns()
		if err != nil {
			return nil, err
		}
		for rows.Next() {
			values := make([]any, len(columns))
			places := make([]any, len(columns))
			for i := range values {
				places[i] = &values[i]
			}
			if err := rows.Scan(places...); err != nil {
				return nil, err
			}
			c[row(table, values)]++
		}
		if err := rows.Err(); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// TestObservedChangesAddUp: what is reported, added up, is what is stored.
func TestObservedChangesAddUp(t *testing.T) {
	seedRows := []string{
		`INSERT INTO a(id, t, r, b, x) VALUES(1,'one',1.5,x'01',1),(2,'two',2,x'',NULL),(3,'',-0.0,NULL,'x')`,
		`INSERT INTO w(k, n, v) VALUES('p',1,'v1'),('p',2,'v2'),('q',1,NULL)`,
		`INSERT INTO c(id, a) VALUES(1,1),(2,1),(3,2)`,
		`INSERT INTO u(id, name) VALUES(1,'ann'),(2,'bob')`,
	}
	for name, c := range map[string]struct {
		query string
		args  []any
		// changes is how many rows must be reported.
		changes int
	}{
		"insert":                       {`INSERT INTO a(id,t) VALUES(9,'nine')`, nil, 1},
		"insert whole reals":           {`INSERT INTO a(r) VALUES(7),(8.0)`, nil, 2},
		"insert text with a zero":      {`INSERT INTO a(t) VALUES(?)`, []any{"be\x00fore"}, 1},
		"insert an empty blob":         {`INSERT INTO a(b, x) VALUES(?, ?)`, []any{[]byte{}, []byte{0}}, 1},
		"insert without rowid":         {`INSERT INTO w VALUES('z',1,'v9')`, nil, 1},
		"update":                       {`UPDATE a SET t = t || '!'`, nil, 3},
		"update to the same":           {`UPDATE a SET t = t WHERE id = 1`, nil, 1},
		"update a key":                 {`UPDATE u SET id = 77 WHERE id = 1`, nil, 1},
		"update a key with children":   {`UPDATE a SET id = 77 WHERE id = 1`, nil, 3},
		"update without rowid":         {`UPDATE w SET v = 'new' WHERE k = 'p' AND n = 1`, nil, 1},
		"update a key without rowid":   {`UPDATE w SET n = n + 10`, nil, -1},
		"delete":                       {`DELETE FROM u WHERE id = 1`, nil, 1},
		"delete everything":            {`DELETE FROM u`, nil, 2},
		"delete all, without rowid":    {`DELETE FROM w`, nil, 3},
		"delete with children":         {`DELETE FROM a WHERE id = 1`, nil, 3},
		"delete all with children":     {`DELETE FROM a`, nil, 6},
		"replace by key":               {`REPLACE INTO u(id,name) VALUES(1,'new')`, nil, 2},
		"replace by unique value":      {`REPLACE INTO u(id,name) VALUES(3,'ann')`, nil, 2},
		"replace two rows":             {`REPLACE INTO u(id,name) VALUES(1,'bob')`, nil, 3},
		"replace without rowid":        {`REPLACE INTO w VALUES('p',1,'v2')`, nil, -1},
		"replace with children":        {`REPLACE INTO a(id,t) VALUES(1,'new')`, nil, 4},
		"update or replace":            {`UPDATE OR REPLACE u SET name = 'bob' WHERE id = 1`, nil, 2},
		"upsert that updates":          {`INSERT INTO u(id,name) VALUES(1,'x') ON CONFLICT(id) DO UPDATE SET n = n + 1`, nil, 1},
		"upsert by the other key":      {`INSERT INTO u(name) VALUES('ann') ON CONFLICT(name) DO UPDATE SET n = n + 1`, nil, 1},
		"upsert that inserts":          {`INSERT INTO u(name) VALUES('eve') ON CONFLICT(name) DO UPDATE SET n = n + 1`, nil, 1},
		"upsert that does nothing":     {`INSERT INTO u(id,name) VALUES(1,'x') ON CONFLICT DO NOTHING`, nil, 0},
		"upsert without rowid":         {`INSERT INTO w VALUES('p',1,'v') ON CONFLICT(k,n) DO UPDATE SET v = excluded.v`, nil, 1},
		"ignore":                       {`INSERT OR IGNORE INTO u(id,name) VALUES(1,'x'),(5,'five'),(6,'ann')`, nil, 1},
		"a trigger":                    {`INSERT INTO other VALUES(1)`, nil, 2},
		"insert and return":            {`INSERT INTO u(name) VALUES('r') RETURNING id`, nil, 1},
		"insert from a query":          {`INSERT INTO u(name) SELECT v FROM w`, nil, 3},
		"a table that is not observed": {`DELETE FROM other`, nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			db := mustCreate(t, newPath(t), sqlite.Options{Migrations: observed})
			var sum, want contents
			reported := 0
			mustWrite(t, db, func(tx *sqlite.Tx) (err error) {
				for _, q := range seedRows {
					if _, err := tx.Exec(q); err != nil {
						return err
					}
				}
				// Prepared before anyone observes, and used again after.
				if _, err := tx.Exec(`DELETE FROM other`); err != nil {
					return err
				}
				sum, err = stored(tx)
				return err
			})
			mustWrite(t, db, func(tx *sqlite.Tx) (err error) {
				tx.Observe(observedTables, func(ch sqlite.Change) {
					reported++
					sum.apply(ch)
					if (ch.Op == sqlite.Insert) != (ch.Old == nil) || (ch.Op == sqlite.Delete) != (ch.New == nil) {
						t.Errorf("op %d with old %v and new %v", ch.Op, ch.Old, ch.New)
					}
				})
				if _, err := tx.Exec(c.query, c.args...); err != nil {
					return err
				}
				want, err = stored(tx)
				return err
			})
			if got, want := fmt.Sprint(sum.tidy()), fmt.Sprint(want); got != want {
				t.Errorf("added up: %s\nstored:   %s", got, want)
			}
			if c.changes >= 0 && reported != c.changes {
				t.Errorf("%d changes reported, want %d", reported, c.changes)
			}
		})
	}
}

// TestObservedChangesAddUpWhateverIsDone runs random statements.
func TestObservedChangesAddUpWhateverIsDone(t *testing.T) {
	db := mustCreate(t, newPath(t), sqlite.Options{Migrations: observed})
	random := rand.New(rand.NewPCG(7, 8))
	statements := []string{
		`REPLACE INTO a(id,t,r,x) VALUES(?1%9,'t'||?2,?2,?1)`, `DELETE FROM a WHERE id = ?1%9 AND ?2`,
		`INSERT INTO c(a) SELECT id FROM a WHERE ?1 OR ?2`, `UPDATE OR REPLACE a SET id = ?1%9 WHERE id = ?2%9`,
		`REPLACE INTO w VALUES('k'||(?1%3),?2%3,'v'||(?1%5))`, `UPDATE OR REPLACE w SET n = ?1%3 WHERE n = ?2%3`,
		`INSERT INTO u(name) VALUES('n'||(?1%6)) ON CONFLICT DO UPDATE SET n = n + ?2`, `UPDATE OR IGNORE u SET name = 'n'||(?1%6) WHERE ?2`,
		`INSERT OR IGNORE INTO other VALUES(?1 + ?2)`, `DELETE FROM w WHERE v = 'v'||(?1%5) OR ?2 = 3`,
	}
	sum := contents{}
	for range 300 {
		mustWrite(t, db, func(tx *sqlite.Tx) error {
			tx.Observe(observedTables, sum.apply)
			for range 1 + random.IntN(4) {
				if _, err := tx.Exec(statements[random.IntN(len(statements))], random.IntN(100), random.IntN(100)); err != nil {
					return err
				}
			}
			want, err := stored(tx)
			if err != nil {
				return err
			}
			if got, want := fmt.Sprint(sum.tidy()), fmt.Sprint(want); got != want {
				return fmt.Errorf("added up: %s\nstored:   %s", got, want)
			}
			return nil
		})
	}
}

func TestAnObservedTransactionIsWholeOrNothing(t *testing.T) {
	db := mustCreate(t, newPath(t), sqlite.Options{Migrations: observed})
	seen := 0
	err := db.Write(t.Context(), func(tx *sqlite.Tx) error {
		tx.Observe([]string{"u"}, func(sqlite.Change) { seen++ })
		// Two rows are inserted and taken back before the third one fails.
		if _, err := tx.Exec(`INSERT INTO u(name) VALUES('a'),('b'),('a')`); err == nil {
			t.Error("a row with the same key passes")
		}
		return nil // the failure is forgotten
	})
	if err == nil || seen == 0 {
		t.Errorf("%d changes were seen, and the write ended with %v", seen, err)
	}
	err = db.Write(t.Context(), func(tx *sqlite.Tx) error {
		tx.Observe([]string{"u"}, func(sqlite.Change) {})
		return tx.Savepoint(func() error { return nil })
	})
	if err == nil {
		t.Error("a savepoint in an observed transaction passes")
	}
	// What was not observed may fail and go on, and nobody listens any more.
	seen = 0
	mustWrite(t, db, func(tx *sqlite.Tx) error {
		if _, err := tx.Exec(`INSERT INTO u(name) VALUES('a'),('a')`); !sqlite.IsUnique(err) {
			return errors.New("a row with the same key passes")
		}
		_, err := tx.Exec(`INSERT INTO u(name) VALUES('a')`)
		return err
	})
	if seen != 0 {
		t.Error("an observer outlives its transaction")
	}
}

func TestSeveralObservers(t *testing.T) {
	db := mustCreate(t, newPath(t), sqlite.Options{Migrations: observed})
	var seen []string
	mustWrite(t, db, func(tx *sqlite.Tx) error {
		tx.Observe([]string{"u", "w"}, func(c sqlite.Change) { seen = append(seen, "1"+c.Table) })
		tx.Observe([]string{"u"}, func(c sqlite.Change) { seen = append(seen, "2"+c.Table) })
		if _, err := tx.Exec(`INSERT INTO u(name) VALUES('a')`); err != nil {
			return err
		}
		_, err := tx.Exec(`INSERT INTO w VALUES('k',1,'v')`)
		return err
	})
	if !slices.Equal(seen, []string{"1u", "2u", "1w"}) {
		t.Errorf("seen: %v", seen)
	}
}

func TestAnObserverThatPanics(t *testing.T) {
	db := mustCreate(t, newPath(t), sqlite.Options{Migrations: observed})
	func() {
		defer func() {
			if p := recover(); p != "on purpose" {
				t.Errorf("recovered %v", p)
			}
		}()
		_ = db.Write(t.Context(), func(tx *sqlite.Tx) error {
			tx.Observe([]string{"u"}, func(sqlite.Change) { panic("on purpose") })
			_, err := tx.Exec(`INSERT INTO u(name) VALUES('a')`)
			return err
		})
	}()
	mustWrite(t, db, func(tx *sqlite.Tx) error {
		var n int
		if err := tx.QueryRow(`SELECT count(*) FROM u`).Scan(&n); err != nil || n != 0 {
			return fmt.Errorf("%d rows: %w", n, err)
		}
		return nil
	})
}
