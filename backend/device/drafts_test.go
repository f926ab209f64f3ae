package device_test

import (
	"path/filepath"
	"slices"
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

// TestADraftKeepsItsPicture begins with a file of the shape before there were pictures, in
// which two drafts lie, and follows their pictures to the next person.
func TestADraftKeepsItsPicture(t *testing.T) {
	ctx, path, key := t.Context(), filepath.Join(t.TempDir(), "device.db"), sqlite.Key{1}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	ada, ben := clinic.StaffID{1}, clinic.StaffID{2}
	here, there, alone, out := clinic.ThreadID{1}, clinic.ThreadID{2}, clinic.ThreadID{3}, clinic.ThreadID{4}
	old, err := sqlite.Create(ctx, path, key, sqlite.Options{Durability: sqlite.Full, Migrations: device.Migrations()[:4]})
	must(err)
	must(device.New(old).SaveDraft(ctx, ada, here, device.Draft{Body: "Hers here", Again: clinic.MessageID{7}}, 1))
	must(device.New(old).SaveDraft(ctx, ben, there, device.Draft{Body: "His there"}, 1))
	must(old.Close())
	db, err := sqlite.Open(ctx, path, key, sqlite.Options{Durability: sqlite.Full, Migrations: device.Migrations()})
	must(err)
	defer db.Close()
	rows := device.New(db)
	is := func(by clinic.StaffID, in clinic.ThreadID, body, picture string) {
		t.Helper()
		draft, err := rows.Draft(ctx, by, in)
		if err != nil || draft.Body != body {
			t.Errorf("the words are %q (%v), want %q", draft.Body, err, body)
		}
		if jpeg, err := rows.Picture(ctx, by, in); err != nil || string(jpeg) != picture {
			t.Errorf("the picture is %q (%v), want %q", jpeg, err, picture)
		}
		if has, err := rows.HasPicture(ctx, by, in); err != nil || has != (picture != "") {
			t.Errorf("that there is a picture is %t (%v)", has, err)
		}
	}
	drafts := func(by clinic.StaffID, want ...clinic.ThreadID) {
		t.Helper()
		if got, err := rows.Drafts(ctx, by); err != nil || !slices.Equal(got, want) {
			t.Errorf("drafts lie in %v (%v), want %v", got, err, want)
		}
	}
	is(ada, here, "Hers here", "")

	must(rows.SavePicture(ctx, ada, here, []byte("a map"), 2))
	must(rows.SavePicture(ctx, ada, here, []byte("a better map"), 3))
	must(rows.SavePicture(ctx, ada, alone, []byte("a form"), 3))
	must(rows.SavePicture(ctx, ada, there, []byte("her picture"), 3))
	must(rows.SavePicture(ctx, ben, there, []byte("his picture"), 3))
	must(rows.SavePicture(ctx, ada, out, []byte("out of his sight"), 3))
	is(ada, here, "Hers here", "a better map")
	drafts(ada, here, there, alone, out)
	// Words come and go beside it.
	must(rows.SaveDraft(ctx, ada, here, device.Draft{Body: "Here is the way"}, 4))
	is(ada, here, "Here is the way", "a better map")
	must(rows.SaveDraft(ctx, ada, here, device.Draft{}, 5))
	is(ada, here, "", "a better map")
	drafts(ada, here, there, alone, out)
	must(rows.SaveDraft(ctx, ada, here, device.Draft{Body: "Here is the way"}, 6))

	for range 2 {
		must(rows.HandOverDrafts(ctx, ada, ben, here, there, alone))
		drafts(ada)
		is(ben, here, "Here is the way", "a better map")
		is(ben, there, "His there", "his picture")
		is(ben, alone, "", "a form")
		is(ben, out, "", "")
		is(ada, out, "", "")
	}
	must(rows.ForgetPicture(ctx, ben, here))
	must(rows.ForgetPicture(ctx, ben, alone))
	is(ben, here, "Here is the way", "")
	drafts(ben, here, there)
	if err := rows.SavePicture(ctx, ben, here, nil, 7); clinic.CodeOf(err) != clinic.CodeBadInput {
		t.Errorf("nothing is a picture: %v", err)
	}
}
