package archive_test

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/sqlite"
)

// moved is a move as a person remembers it.
type moved struct {
	id       archive.MoveID
	from, to int
	texts    []clinic.MessageID
	back     bool
}

// move takes what came into a thread, from its n-th text on, to another.
func (w *talks) move(t fataler, from, to, n int) (m moved) {
	m = moved{id: clinic.NewID[archive.MoveID](), from: from, to: to}
	all := w.history(t, from)
	if len(all) == 0 {
		return m
	}
	first := all[n%len(all)]
	for _, text := range all[n%len(all):] {
		if text.Way == archive.In {
			m.texts = append(m.texts, text.ID)
		}
	}
	w.Record(journal.Event{Kind: archive.KindMoved, Dossier: clinic.DossierID{0xd, byte(from)}, Body: archive.Moved{
		Move: m.id, From: threadID(from), To: threadID(to), At: first.At, Seq: first.Seq,
	}})
	for _, id := range m.texts {
		w.stands(id, to)
	}
	return m
}

func (w *talks) putBack(m *moved) {
	w.Record(journal.Event{Kind: archive.KindPutBack, Dossier: clinic.DossierID{0xd, byte(m.from)}, Body: archive.PutBack{Move: m.id}})
	for _, id := range m.texts {
		if !m.back && w.said(id).thread == m.to {
			w.stands(id, m.from)
		}
	}
	m.back = true
}

// stands notes where a text stands.
func (w *talks) stands(id clinic.MessageID, thread int) {
	for i := range w.all {
		if w.all[i].id == id {
			w.all[i].thread = thread
		}
	}
}

func (w *talks) history(t fataler, thread int) []archive.Message {
	var page archive.Messages
	err := w.Read(context.Background(), func(tx *sqlite.Tx) (err error) {
		page, err = archive.History(tx, archive.SeeAll(), threadID(thread), "", 200)
		return err
	})
	if err != nil {
		t.Fatalf("history: %v", err)
	}
	return page.Items
}

// check holds every thread against what was said: its texts, its summary, the count of
// what nobody has read, and what a search in it finds.
func (w *talks) check(t fataler) {
	for n := range patientsOf {
		var want []clinic.MessageID
		for _, s := range w.all {
			if s.thread == n {
				want = append(want, s.id)
			}
		}
		all := w.history(t, n)
		unread, last := 0, clinic.Instant(0)
		thread := archive.Thread{}
		err := w.Read(context.Background(), func(tx *sqlite.Tx) (err error) {
			thread, err = archive.GetThread(tx, archive.SeeAll(), threadID(n))
			return err
		})
		if err != nil {
			t.Fatalf("thread %d: %v", n, err)
		}
		for _, m := range all {
			last = max(last, m.At)
			if m.Way == archive.In && m.Seq > thread.ReadTo {
				unread++
			}
			if !slices.Contains(want, m.ID) {
				t.Fatalf("thread %d has a text of another", n)
			}
		}
		if len(all) != len(want) || thread.Unread != unread || thread.LastAt != last {
			t.Fatalf("thread %d has %d texts, not %d; %d unread, not %d; the last at %v, not %v",
				n, len(all), len(want), thread.Unread, unread, thread.LastAt, last)
		}
		for _, q := range []archive.Search{{Words: "visit"}, {Filter: archive.SearchFilter{Way: archive.In}}} {
			q.Filter.Only, q.Limit = []clinic.ThreadID{threadID(n)}, 7
			got := w.pages(t, archive.SeeAll(), q, nil)
			found := 0
			for _, s := range w.all {
				if s.thread == n && (q.Words != "" || s.author.IsZero()) {
					found++
				}
			}
			if len(got) != found {
				t.Fatalf("a search in thread %d finds %d texts, not %d", n, len(got), found)
			}
		}
	}
	if got := w.pages(t, archive.SeeAll(), archive.Search{Words: "visit", Limit: 7}, nil); len(got) != len(w.all) {
		t.Fatalf("a search finds %d texts, not %d", len(got), len(w.all))
	}
}

// TestMovedTextsStandWhereTheyWerePut: whatever is moved, read and put back in between,
// each text stands in one thread, and everything follows it; made anew it is the same.
func TestMovedTextsStandWhereTheyWerePut(t *testing.T) {
	rounds := 0
	rapid.Check(t, func(rt *rapid.T) {
		if rounds++; testing.Short() && rounds > 3 || rounds > 10 {
			return
		}
		w := newTalks(t)
		var moves []moved
		for step := range rapid.IntRange(4, 9).Draw(rt, "steps") {
			thread := rapid.IntRange(0, len(patientsOf)-2).Draw(rt, "thread")
			switch rapid.IntRange(0, 3).Draw(rt, "what") {
			case 0, 1:
				texts := make([]said, rapid.IntRange(1, 5).Draw(rt, "texts"))
				for i := range texts {
					texts[i] = said{thread: thread, body: "the visit", at: at(step*3 + rapid.IntRange(-2, 2).Draw(rt, "hours"))}
					if rapid.Bool().Draw(rt, "ours") {
						texts[i].author = ada
					}
				}
				w.say(texts...)
			case 2:
				if len(moves) > 0 && rapid.Bool().Draw(rt, "back") {
					w.putBack(&moves[rapid.IntRange(0, len(moves)-1).Draw(rt, "which")])
					break
				}
				to := len(patientsOf) - 1
				if rapid.Bool().Draw(rt, "elsewhere") {
					to = (thread + 1) % to
				}
				moves = append(moves, w.move(rt, thread, to, rapid.IntRange(0, 9).Draw(rt, "from")))
			case 3:
				if all := w.history(rt, thread); len(all) > 0 {
					upTo := slices.MaxFunc(all, func(a, b archive.Message) int { return cmp.Compare(a.Seq, b.Seq) }).Seq
					w.Record(journal.Event{Kind: archive.KindRead, Dossier: clinic.DossierID{0xd, byte(thread)},
						Body: archive.Read{Thread: threadID(thread), UpTo: upTo}})
				}
			}
		}
		w.check(rt)
		before, hash := w.everything(rt), w.Hash()
		if err := w.Rebuild(context.Background(), nil); err != nil || w.Hash() != hash || !sameHits(before, w.everything(rt)) {
			rt.Fatalf("made anew it differs: %v", err)
		}
	})
}

// TestWhoDoesNotSeeStrangersFindsMovedTextsNoMore: what was taken off a chart is out of
// the sight of those who saw it only there, and comes back with it.
func TestWhoDoesNotSeeStrangersFindsMovedTextsNoMore(t *testing.T) {
	w := newTalks(t)
	w.say(said{thread: 2, body: "hers", at: at(1)}, said{thread: 2, body: "not hers", at: at(2)},
		said{thread: 2, body: "ours to her", at: at(3), author: ada}, said{thread: 2, body: "not hers either", at: at(4)})
	w.Record(journal.Event{Kind: archive.KindRead, Dossier: clinic.DossierID{0xd, 2},
		Body: archive.Read{Thread: threadID(2), UpTo: w.history(t, 2)[1].Seq}})
	therapist, desk := archive.SeePatients(patientsOf[2]), archive.SeeAll()
	m := w.move(t, 2, 5, 1)
	wantBodies(t, w.bodies(t, therapist, archive.Search{Words: "hers", Limit: 9}), "hers")
	wantBodies(t, w.bodies(t, desk, archive.Search{Words: "hers", Limit: 9}), "not hers either", "not hers", "hers")
	wantBodies(t, w.bodies(t, desk, archive.Search{Words: "hers", Limit: 9, Filter: archive.SearchFilter{Unknown: true}}), "not hers either", "not hers")
	read := func(fn func(tx *sqlite.Tx) error) {
		t.Helper()
		must(t, w.Read(context.Background(), fn))
	}
	unread := func(s archive.Sight, want int) {
		t.Helper()
		read(func(tx *sqlite.Tx) error {
			n, err := archive.CountUnread(tx, s)
			if err == nil && n != want {
				t.Errorf("%d texts are unread, not %d", n, want)
			}
			return err
		})
	}
	unread(therapist, 0)
	unread(desk, 2) // somebody looks at all of them in their new place
	shown := func(s archive.Sight, thread, want int, both bool) {
		t.Helper()
		read(func(tx *sqlite.Tx) error {
			all, err := archive.Moves(tx, s, threadID(thread))
			if err == nil && (len(all) != want || want > 0 && (all[0].Texts != 2 || all[0].Both != both || all[0].First != at(2))) {
				t.Errorf("moves of thread %d: %+v", thread, all)
			}
			return err
		})
	}
	shown(therapist, 2, 1, false)
	shown(desk, 2, 1, true)
	shown(desk, 5, 1, true)
	shown(desk, 3, 0, false)
	read(func(tx *sqlite.Tx) error {
		if _, err := archive.GetMessage(tx, therapist, m.texts[0]); !errors.Is(err, clinic.E(clinic.CodeNotFound)) {
			t.Errorf("the therapist reads it: %v", err)
		}
		if _, err := archive.Moves(tx, therapist, threadID(5)); !errors.Is(err, clinic.E(archive.CodeNoThread)) {
			t.Errorf("the therapist is told of the stranger's thread: %v", err)
		}
		return nil
	})
	back := func(s archive.Sight) error {
		_, err := w.Submit(context.Background(), journal.Actor{Staff: ben}, func(d *journal.Decision) error {
			return archive.PutTextsBack(d, s, m.id)
		})
		return err
	}
	if err := back(therapist); !errors.Is(err, clinic.E(clinic.CodeNotFound)) {
		t.Errorf("the therapist puts them back: %v", err)
	}
	must(t, back(desk))
	if err := back(desk); !errors.Is(err, clinic.E(archive.CodePutBack)) {
		t.Errorf("twice: %v", err)
	}
	wantBodies(t, w.bodies(t, therapist, archive.Search{Words: "hers", Limit: 9}), "not hers either", "not hers", "hers")
	unread(desk, 1)
	read(func(tx *sqlite.Tx) error {
		all, err := archive.Moves(tx, desk, threadID(2))
		if err == nil && (len(all) != 1 || all[0].BackAt.IsZero() || all[0].BackBy != ben) {
			t.Errorf("after they were put back: %+v", all)
		}
		return err
	})
}

// TestOnlyAPatientsOwnTextsAreMovedOff: a text that the clinic wrote, one of another
// number and one of nobody's chart stay where they are.
func TestOnlyAPatientsOwnTextsAreMovedOff(t *testing.T) {
	w := newTalks(t)
	w.say(said{thread: 2, body: "hers", at: at(1)}, said{thread: 2, body: "ours", at: at(2), author: ada},
		said{thread: 3, body: "another's", at: at(1)}, said{thread: 5, body: "nobody's", at: at(1)})
	off := func(s archive.Sight, patient, number int, text int) error {
		_, err := w.Submit(context.Background(), journal.Actor{Staff: ben}, func(d *journal.Decision) error {
			return archive.MoveOff(d, s, patientsOf[patient], patients.Number{ID: clinic.NumberID{byte(number + 1)}, Dossier: clinic.DossierID{0xe}}, w.all[text].id)
		})
		return err
	}
	for name, err := range map[string]error{
		"the clinic's": off(archive.SeeAll(), 2, 2, 1), "another number's": off(archive.SeeAll(), 2, 3, 0), "another patient's": off(archive.SeeAll(), 2, 3, 2),
		"nobody's": off(archive.SeeAll(), 5, 5, 3), "out of sight": off(archive.SeePatients(patientsOf[3]), 2, 2, 0),
	} {
		if !errors.Is(err, clinic.E(clinic.CodeNotFound)) {
			t.Errorf("%s: %v", name, err)
		}
	}
	must(t, off(archive.SeeAll(), 2, 2, 0))
	if left := w.history(t, 2); len(left) != 1 || left[0].Body != "ours" {
		t.Errorf("%d texts stayed", len(left))
	}
}
