package archive_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/sqlite"
)

// From any text, the pages before and after it join to the whole thread, while
// more arrives and though many texts are of one moment.
func TestAThreadIsReadAroundAText(t *testing.T) {
	w := newTalks(t)
	var texts []said
	for n := range 40 {
		texts = append(texts, said{thread: 0, body: "text", at: at(0).Add(time.Duration(n/7) * time.Minute)},
			said{thread: 1, body: "another thread", at: at(0)})
	}
	w.say(texts...)
	var whole []clinic.MessageID
	for _, s := range w.all {
		if s.thread == 0 {
			whole = append(whole, s.id)
		}
	}
	for at, id := range whole {
		var got []clinic.MessageID
		must(t, w.Read(context.Background(), func(tx *sqlite.Tx) error {
			page, err := archive.Around(tx, archive.SeeAll(), threadID(0), id, 6)
			if err != nil {
				return err
			}
			for _, m := range page.Items {
				got = append(got, m.ID)
			}
			for before := page.Earlier; before != ""; {
				older, err := archive.History(tx, archive.SeeAll(), threadID(0), before, 5)
				if err != nil {
					return err
				}
				var ids []clinic.MessageID
				for _, m := range older.Items {
					ids = append(ids, m.ID)
				}
				got, before = append(ids, got...), older.Earlier
			}
			for after := page.Newer; after != ""; {
				newer, err := archive.After(tx, archive.SeeAll(), threadID(0), after, 5)
				if err != nil {
					return err
				}
				for _, m := range newer.Items {
					got = append(got, m.ID)
				}
				back, err := archive.History(tx, archive.SeeAll(), threadID(0), newer.Earlier, 1)
				if err != nil {
					return err
				}
				if len(back.Items) != 1 || back.Items[0].ID != got[len(got)-len(newer.Items)-1] {
					t.Errorf("before a newer page of text %d is another text", at)
				}
				after = newer.Newer
			}
			return nil
		}))
		if len(got) != len(whole) {
			t.Fatalf("around text %d: %d texts, not %d", at, len(got), len(whole))
		}
		for i := range got {
			if got[i] != whole[i] {
				t.Fatalf("around text %d: text %d is out of place", at, i)
			}
		}
	}
}

func TestNothingIsReadAroundATextThatIsNotThere(t *testing.T) {
	w := newTalks(t)
	w.say(said{thread: 0, body: "one", at: at(0)}, said{thread: 2, body: "two", at: at(0)})
	for name, c := range map[string]struct {
		sight   archive.Sight
		thread  int
		message clinic.MessageID
		limit   int
		want    clinic.Code
	}{
		"no such text":        {archive.SeeAll(), 0, clinic.MessageID{99}, 10, clinic.CodeNotFound},
		"of another thread":   {archive.SeeAll(), 2, w.all[0].id, 10, clinic.CodeNotFound},
		"out of sight":        {archive.SeePatients(patientsOf[2]), 0, w.all[0].id, 10, clinic.CodeNotFound},
		"of another, in part": {archive.SeePatients(patientsOf[2]), 2, w.all[0].id, 10, clinic.CodeNotFound},
		"no page":             {archive.SeeAll(), 0, w.all[0].id, 0, clinic.CodeBadInput},
		"too long a page":     {archive.SeeAll(), 0, w.all[0].id, 201, clinic.CodeBadInput},
	} {
		err := w.Read(context.Background(), func(tx *sqlite.Tx) error {
			_, err := archive.Around(tx, c.sight, threadID(c.thread), c.message, c.limit)
			return err
		})
		if !errors.Is(err, clinic.E(c.want)) {
			t.Errorf("%s: %v", name, err)
		}
	}
	err := w.Read(context.Background(), func(tx *sqlite.Tx) error {
		_, err := archive.After(tx, archive.SeeAll(), threadID(0), "", 10)
		return err
	})
	if !errors.Is(err, clinic.E(clinic.CodeBadInput)) {
		t.Errorf("after nothing: %v", err)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
