package journal_test

import (
	"context"
	"path/filepath"
	"testing"

	"quietline/backend/journal"
	"quietline/backend/journal/journaltest"
	"quietline/backend/sqlite"
)

func TestLocalLogKeepsTheContract(t *testing.T) {
	journaltest.Run(t, func(t testing.TB, seats journal.Seats) journaltest.Open {
		path := filepath.Join(t.TempDir(), "journal.db")
		options := sqlite.Options{Durability: sqlite.Full, Migrations: journal.LogMigrations()}
		db, err := sqlite.Create(context.Background(), path, sqlite.Key{1}, options)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := db.Close(); err != nil {
				t.Error(err)
			}
		})
		return func() journal.EventLog { return journal.OpenLocalLog(db, seats) }
	})
}
