package archive_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/sqlite"
)

// wordless and wordy searches, to hold one state of the index against another.
func (w *talks) everything(t fataler) [][]archive.Hit {
	var all [][]archive.Hit
	for _, q := range []archive.Search{
		{Words: "visit"}, {Words: "vi"}, {Words: `"visit on`}, {Words: "isi"}, {Words: "0142"}, {Words: "visit", Best: true},
		{Words: "on", Filter: archive.SearchFilter{Way: archive.Out}}, {Filter: archive.SearchFilter{Attachments: true}},
		{Filter: archive.SearchFilter{From: 1}}, {Words: "secret"},
	} {
		q.Limit = 7
		all = append(all, w.pages(t, archive.SeeAll(), q, nil))
	}
	return all
}

func sameHits(a, b [][]archive.Hit) bool {
	return slices.EqualFunc(a, b, func(a, b []archive.Hit) bool {
		return slices.EqualFunc(a, b, func(a, b archive.Hit) bool {
			return a.Message == b.Message && a.Snippet.Text == b.Snippet.Text && slices.Equal(a.Snippet.Marks, b.Snippet.Marks)
		})
	})
}

// filledTalks has texts of many moments, out of order, many in one second.
func filledTalks(t *testing.T) *talks {
	w := newTalks(t)
	var texts []said
	for n := range 300 {
		s := said{thread: n % 6, at: at(0).Add(time.Duration(n*7919%97) * 500 * time.Millisecond)}
		s.body = strings.Join([]string{vocabulary[n%10], vocabulary[n*3%10], vocabulary[n/10%10]}, " ")
		switch {
		case n >= 225: // together, which is one decision
			s.author = ada
		case n%9 == 0:
			s.media = 1
		}
		texts = append(texts, s)
	}
	w.say(texts...)
	return w
}

func TestTheSameIsFoundAfterEverythingWasMadeAnew(t *testing.T) {
	w := filledTalks(t)
	before, hash := w.everything(t), w.Hash()
	if len(before[0]) < 20 {
		t.Fatalf("only %d texts are found", len(before[0]))
	}
	must(t, w.Rebuild(context.Background(), nil))
	if !sameHits(before, w.everything(t)) || w.Hash() != hash {
		t.Error("a rebuild finds something else")
	}
	w.Crash()
	if !sameHits(before, w.everything(t)) {
		t.Error("the next start finds something else")
	}
	must(t, w.Read(context.Background(), func(tx *sqlite.Tx) error {
		var result string
		if err := tx.QueryRow(`PRAGMA integrity_check`).Scan(&result); err != nil || result != "ok" {
			t.Errorf("%s: %v", result, err)
		}
		return nil
	}))
}

// A cursor from before goes on after everything was made anew.
func TestACursorOutlivesARebuild(t *testing.T) {
	w := filledTalks(t)
	q := archive.Search{Words: "visit", Limit: 10}
	whole := w.pages(t, archive.SeeAll(), q, nil)
	rebuilt := false
	got := w.pages(t, archive.SeeAll(), q, func() {
		if !rebuilt {
			rebuilt = true
			must(t, w.Rebuild(context.Background(), nil))
		}
	})
	if !sameHits([][]archive.Hit{whole}, [][]archive.Hit{got}) {
		t.Errorf("%d texts, not %d", len(got), len(whole))
	}
}

// What was destroyed is not found, is not in the index, and leaves no token in
// the file.
func TestWhatIsDestroyedLeavesTheIndex(t *testing.T) {
	w := filledTalks(t)
	w.say(said{thread: 2, body: "secret xylophone", at: at(9)}, said{thread: 3, body: "secret zither", at: at(9)})
	slot := journal.KeySlot{Dossier: clinic.DossierID{0xd, 2}, Class: journal.ClassMessage, Year: uint16(at(9).Time().Year())}
	if w.proposed(t, "xyloph") != 1 || w.proposed(t, "zither") != 1 || w.pagesWith(t, "xy") == 0 {
		t.Fatal("the index does not hold what was said")
	}
	n, err := w.DestroyContent(context.Background(), []journal.KeySlot{slot}, nil)
	if err != nil || n != 1 {
		t.Fatalf("destroyed %d keys: %v", n, err)
	}
	wantBodies(t, w.bodies(t, archive.SeeAll(), archive.Search{Words: "secret", Limit: 9}), "secret zither")
	wantBodies(t, w.bodies(t, archive.SeeAll(), archive.Search{Words: "xylophone", Limit: 9}))
	if w.proposed(t, "xyloph") != 0 || w.proposed(t, "_xy") != 0 || w.proposed(t, "zither") != 1 {
		t.Error("the index proposes what was destroyed, or has lost what was not")
	}
	if n := w.pagesWith(t, "xy"); n != 0 {
		t.Errorf("%d pages of the index hold what was destroyed", n)
	}
}

// proposed counts the texts that the index has under a token.
func (w *talks) proposed(t *testing.T, token string) int {
	return w.count(t, `SELECT count(*) FROM search_index WHERE search_index MATCH ?`, `"`+token+`"`)
}

// pagesWith counts the pages of the index whose bytes hold a word.
func (w *talks) pagesWith(t *testing.T, word string) int {
	return w.count(t, `SELECT count(*) FROM search_index_data WHERE instr(block, CAST(? AS BLOB)) > 0`, word)
}

func (w *talks) count(t *testing.T, query, arg string) (n int) {
	t.Helper()
	must(t, w.Read(context.Background(), func(tx *sqlite.Tx) error { return tx.QueryRow(query, arg).Scan(&n) }))
	return n
}

// Where people wait for the views, they do not wait for the search: it follows behind,
// goes on where it was cut short, and finds in the end what it would have found. Texts
// that come meanwhile take their turn.
func TestTheSearchFollowsBehind(t *testing.T) {
	w := filledTalks(t)
	for range 3 {
		var texts []said
		for n := range 400 {
			texts = append(texts, said{thread: n % 6, body: vocabulary[n%10] + " visit", at: at(30).Add(time.Duration(n) * time.Minute)})
		}
		w.say(texts...)
	}
	w.trailFrom = 1
	views, err := filepath.Glob(filepath.Join(w.Dir, "views-*"))
	must(t, err)
	for _, name := range views {
		must(t, os.Remove(name))
	}
	w.Crash()
	ctx := context.Background()
	behind := func() (seen, of uint64) {
		t.Helper()
		seen, of, err := w.Behind(ctx)
		must(t, err)
		return seen, of
	}
	if seen, of := behind(); seen != 0 || of == 0 {
		t.Fatalf("after opening the search is at %d of %d", seen, of)
	}
	var page archive.Messages
	must(t, w.Read(ctx, func(tx *sqlite.Tx) (err error) {
		page, err = archive.History(tx, archive.SeeAll(), threadID(1), "", 10)
		return err
	}))
	if len(page.Items) != 10 || len(w.bodies(t, archive.SeeAll(), archive.Search{Words: "visit", Limit: 9})) != 0 {
		t.Fatalf("%d texts of a thread are shown, and the search finds some already", len(page.Items))
	}
	w.say(said{thread: 2, body: "a late visit", at: at(500)})
	stopped, stop := context.WithCancel(ctx)
	err = w.Follow(stopped, func(done, total uint64) {
		if done > 600 {
			stop()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("stopped: %v", err)
	}
	stood, _ := behind()
	w.Reopen()
	if seen, of := behind(); w.Report().Rebuilt != "" || seen != stood || seen == of {
		t.Fatalf("after another start the search is at %d of %d, and was at %d", seen, of, stood)
	}
	w.say(said{thread: 2, body: "another late visit", at: w.all[len(w.all)-1].at})
	must(t, w.Follow(ctx, nil))
	if seen, of := behind(); seen != of {
		t.Fatalf("in the end the search is at %d of %d", seen, of)
	}
	w.say(said{thread: 2, body: "the last visit", at: w.all[len(w.all)-1].at})
	found, hash := w.everything(t), w.Hash()
	must(t, w.CheckViews(ctx, nil))
	must(t, w.Rebuild(ctx, nil))
	if !sameHits(found, w.everything(t)) || w.Hash() != hash {
		t.Error("what followed behind is not what is made at once")
	}
}
