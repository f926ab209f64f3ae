package journal_test

import (
	"testing"

	"quietline/backend/journal"
	"quietline/backend/journal/journaltest"
	"quietline/backend/sqlite"
)

// TestEveryWriteOfReducersIsInTheDigest runs what reducers do through restarts:
// the digest kept along the way is the one that is recomputed.
func TestEveryWriteOfReducersIsInTheDigest(t *testing.T) {
	c := journaltest.New(t, notes{}, ledger{})
	c.Record(givePermit("texting"), givePermit("texting"), givePermit("a\x00b"), givePermit(""), revokePermit("none"))
	for _, what := range []string{"insert", "replace", "upsert", "cascade", "rename", "insert", "clear", "insert"} {
		c.Record(journal.Event{Kind: entered, Body: permit{Name: what}})
		c.Reopen()
		if got := c.Report(); got != (journal.Report{}) {
			t.Fatalf("after %s: %+v", what, got)
		}
	}
	c.Record(revokePermit("texting"))
	c.Reopen()
	if got := c.Report(); got != (journal.Report{}) {
		t.Errorf("reported %+v", got)
	}
}

// ledger writes in every way that SQLite has.
type ledger struct{}

var entered = journal.Kind{Name: "ledger.entered", Version: 1, MinReader: 1, Class: journal.ClassSettings}

func (ledger) Name() string          { return "ledger" }
func (ledger) Decisive() []string    { return []string{"ledger", "ledger_lines"} }
func (ledger) Kinds() []journal.Kind { return []journal.Kind{entered} }

func (ledger) Schema() []string {
	return []string{
		`CREATE TABLE ledger (k TEXT PRIMARY KEY, n INTEGER NOT NULL UNIQUE, b BLOB, a ANY) STRICT, WITHOUT ROWID`,
		`CREATE TABLE ledger_lines (id INTEGER PRIMARY KEY, k TEXT NOT NULL REFERENCES ledger (k)
			ON DELETE CASCADE ON UPDATE CASCADE) STRICT`,
	}
}

func (ledger) Apply(tx *sqlite.Tx, e journal.Applied, _ *journal.Touched) error {
	var b permit
	if err := e.Body.Decode(&b); err != nil {
		return err
	}
	for _, statement := range map[string][]string{
		"insert": {`INSERT INTO ledger VALUES ('a', 1, x'', 7), ('b', 2, NULL, 'seven'), ('c', 3, x'00ff', 7.5)`,
			`INSERT INTO ledger_lines (k) VALUES ('a'), ('a'), ('b'), ('c')`},
		"replace": {`REPLACE INTO ledger VALUES ('d', 2, x'01', NULL)`},
		"upsert":  {`INSERT INTO ledger VALUES ('a', 9, NULL, 1) ON CONFLICT (k) DO UPDATE SET n = excluded.n, b = NULL`},
		"cascade": {`DELETE FROM ledger WHERE k = 'c'`},
		"rename":  {`UPDATE ledger SET k = k || 'x'`},
		"clear":   {`DELETE FROM ledger`},
	}[b.Name] {
		if _, err := tx.Exec(statement); err != nil {
			return err
		}
	}
	if b.Name == "rename" {
		_, err := tx.Exec(`DELETE FROM ledger WHERE k LIKE '%x'`)
		return err
	}
	return nil
}
