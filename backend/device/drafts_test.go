package device_test

import (
	"path/filepath"
	"testing"

	"quietline/backend/clinic"
	"quietline/backend/device"
	"quietline/backend/sqlite"
)

// TestADraftKeepsWhatItSendsAgain follows a text that is written once more from one
// person to the next, who has a draft of her own in another conversation.
func TestADraftKeepsWhatItSendsAgain(t *testing.T) {
	ctx := t.Context()
	db, err := sqlite.Create(ctx, filepath.Join(t.TempDir(), "device.db"), sqlite.Key{1},
		sqlite.Options{Durability: sqlite.Full, Migrations: device.Migrations()})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows := device.New(db)
	ada, ben := clinic.StaffID{1}, clinic.StaffID{2}
	here, there := clinic.ThreadID{1}, clinic.ThreadID{2}
	keep := func(by clinic.StaffID, in clinic.ThreadID, d device.Draft) {
		t.Helper()
		if err := rows.SaveDraft(ctx, by, in, d, 1); err != nil {
			t.Fatal(err)
		}
	}
	is := func(by clinic.StaffID, in clinic.ThreadID, want device.Draft) {
		t.Helper()
		if got, err := rows.Draft(ctx, by, in); err != nil || got != want {
			t.Errorf("kept is %v (%v), want %v", got, err, want)
		}
	}
	keep(ada, here, device.Draft{Body: "See you Friday", Again: clinic.MessageID{7}})
	keep(ada, here, device.Draft{Body: "See you on Friday", Again: clinic.MessageID{7}})
	keep(ada, there, device.Draft{Body: "Hers", Again: clinic.MessageID{8}})
	keep(ben, there, device.Draft{Body: "His"})
	if err := rows.HandOverDrafts(ctx, ada, ben, here, there); err != nil {
		t.Fatal(err)
	}
	is(ada, here, device.Draft{})
	is(ben, here, device.Draft{Body: "See you on Friday", Again: clinic.MessageID{7}})
	is(ben, there, device.Draft{Body: "His\nHers"})
	// Other words in its place are another text, and none are no text.
	keep(ben, here, device.Draft{Body: "Good morning"})
	is(ben, here, device.Draft{Body: "Good morning"})
	keep(ben, here, device.Draft{})
	is(ben, here, device.Draft{})
}
