package device_test

import (
	"context"
	"maps"
	"path/filepath"
	"testing"

	"quietline/backend/clinic"
	"quietline/backend/device"
	"quietline/backend/sqlite"
)

type lost = map[clinic.AttachmentID]clinic.Code

// TestWhatIsKnownOfLostFiles begins with a file of the shape before there was any, in
// which a draft lies.
func TestWhatIsKnownOfLostFiles(t *testing.T) {
	ctx, path, key := context.Background(), filepath.Join(t.TempDir(), "device.db"), sqlite.Key{1}
	open := func(by func(context.Context, string, sqlite.Key, sqlite.Options) (*sqlite.DB, error), shapes int) (*device.Rows, *sqlite.DB) {
		t.Helper()
		db, err := by(ctx, path, key, sqlite.Options{Durability: sqlite.Full, Migrations: device.Migrations()[:shapes]})
		if err != nil {
			t.Fatal(err)
		}
		return device.New(db), db
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	_, db := open(sqlite.Create, 2)
	must(db.Write(ctx, func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`INSERT INTO drafts VALUES (?, ?, 'See you', 1)`, clinic.StaffID{1}, clinic.ThreadID{1})
		return err
	}))
	must(db.Close())

	rows, db := open(sqlite.Open, len(device.Migrations()))
	if draft, err := rows.Draft(ctx, clinic.StaffID{1}, clinic.ThreadID{1}); err != nil || draft != (device.Draft{Body: "See you"}) {
		t.Errorf("the draft is %v: %v", draft, err)
	}
	must(rows.KeepLost(ctx, lost{{1}: "blob.missing", {2}: "blob.damaged"}))
	must(rows.KeepLost(ctx, lost{{2}: "", {3}: "blob.missing"}))
	must(db.Close())
	rows, db = open(sqlite.Open, len(device.Migrations()))
	if got, err := rows.Lost(ctx); err != nil || !maps.Equal(got, lost{{1}: "blob.missing", {2}: "", {3}: "blob.missing"}) {
		t.Errorf("kept is %v: %v", got, err)
	}
	must(rows.ReplaceLost(ctx, lost{{3}: "blob.damaged"}))
	if got, err := rows.Lost(ctx); err != nil || !maps.Equal(got, lost{{3}: "blob.damaged"}) {
		t.Errorf("after a check kept is %v: %v", got, err)
	}
	must(db.Close())

	// Without a file nothing is known, and nothing is kept.
	none := device.New(nil)
	if got, err := none.Lost(ctx); err != nil || len(got) != 0 {
		t.Errorf("without a file %v is known: %v", got, err)
	}
	if err := none.KeepLost(ctx, lost{{1}: "blob.missing"}); clinic.CodeOf(err) != device.CodeUnavailable {
		t.Errorf("without a file it is kept: %v", err)
	}
}
