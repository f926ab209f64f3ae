package archive_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/sqlite"
)

// A second holds only so many documents; more move on, none is lost, and a text
// of an hour later still comes first.
func TestManyTextsOfOneSecond(t *testing.T) {
	w := newTalks(t)
	texts := []said{{thread: 0, body: "visit later", at: at(1)}}
	for range 100 {
		texts = append(texts, said{thread: 0, body: "visit", at: at(0)})
	}
	texts = append(texts, said{thread: 0, body: "visit before", at: at(0).Add(-time.Second)})
	w.say(texts...)
	got := w.pages(t, archive.SeeAll(), archive.Search{Words: "visit", Limit: 7}, nil)
	if len(got) != len(texts) || got[0].Message != w.all[0].id || got[101].Message != w.all[101].id {
		t.Fatalf("%d texts", len(got))
	}
	for i, h := range got[1:101] {
		if h.Message != w.all[100-i].id {
			t.Fatalf("text %d is not in its place", i)
		}
	}
	in := archive.SearchFilter{From: at(0), Until: at(0) + 1}
	if got := w.pages(t, archive.SeeAll(), archive.Search{Words: "visit", Filter: in, Limit: 50}, nil); len(got) != 100 {
		t.Errorf("%d texts of the second", len(got))
	}
}

// However many texts share a second, the next of them, and one of a second that
// they fill, takes its place in as few steps as the first.
func TestAFullSecondCostsNoMoreThanAnother(t *testing.T) {
	w := newTalks(t)
	ones := 0
	steps := func(s said) (n int) {
		t.Helper()
		ones++
		ctx := sqlite.WithTrace(context.Background(), func(sqlite.Statement) { n++ })
		_, err := w.Submit(ctx, journal.Actor{}, func(d *journal.Decision) error {
			archive.Receive(d, clinic.DossierID{0xd, byte(s.thread)}, archive.Arrived{Message: clinic.NewID[clinic.MessageID](),
				Thread: threadID(s.thread), SID: fmt.Sprintf("SMone%d", ones), Body: s.body, At: s.at, State: archive.Received})
			return nil
		})
		must(t, err)
		return n
	}
	first := steps(said{body: "visit", at: at(0)})
	most := 0
	for range 60 {
		var texts []said
		for range 16 {
			texts = append(texts, said{body: "visit", at: at(0)})
		}
		w.say(texts...)
		most = max(most, steps(said{body: "visit", at: at(0)}))
	}
	for second := range 60 {
		most = max(most, steps(said{body: "visit", at: at(0).Add(time.Duration(59-second) * time.Second)}))
	}
	if most > first+8 {
		t.Errorf("a text takes %d statements, and the first took %d", most, first)
	}
	found := w.pages(t, archive.SeeAll(), archive.Search{Words: "visit", Limit: 200}, nil)
	until := archive.SearchFilter{Until: at(0) + 1}
	if early := w.pages(t, archive.SeeAll(), archive.Search{Words: "visit", Filter: until, Limit: 200}, nil); len(found) != 1+60*17+60 || len(early) != 1+60*17+1 {
		t.Errorf("%d texts, %d of the second", len(found), len(early))
	}
}

// What is rare in what is common is found page by page, and each page says how
// far it looked.
func TestAPageDoesABoundedAmountOfWork(t *testing.T) {
	if testing.Short() {
		t.Skip("writes thousands of texts")
	}
	t.Run("newest first", func(t *testing.T) { boundedWork(t, false, 400) })
	t.Run("best first", func(t *testing.T) { boundedWork(t, true, 6500) })
}

// boundedWork searches for words that many texts have and one in their order.
func boundedWork(t *testing.T, best bool, others int) {
	w := newTalks(t)
	texts := []said{{thread: 0, body: "see you on time", at: at(0)}}
	for n := range others {
		texts = append(texts, said{thread: 0, body: "you see it is on time", at: at(1).Add(time.Duration(n) * time.Minute)})
	}
	w.say(texts...)
	q := archive.Search{Words: `"see you on"`, Limit: 10, Best: best}
	pages := 0
	for {
		page := w.find(t, archive.SeeAll(), q)
		pages++
		if page.Next == "" {
			if len(page.Items) != 1 || page.BackTo != 0 || page.Inside {
				t.Errorf("the last page: %+v", page)
			}
			break
		}
		if len(page.Items) != 0 || page.BackTo == 0 {
			t.Errorf("page %d: %+v", pages, page)
		}
		q.After = page.Next
	}
	if pages != 3 {
		t.Errorf("%d pages", pages)
	}
}

// longWords have so many pairs of characters that a page which looks for all of them
// in the middle of words goes past some three thousand texts.
const longWords = "misunderstandings incomprehensible straightforward counterproductive acknowledgement"

// Pairs of characters are everywhere: a page that looks inside of words goes past
// so many texts and no further.
func TestAPageLooksInsideABoundedNumberOfTexts(t *testing.T) {
	if testing.Short() {
		t.Skip("writes thousands of texts")
	}
	w := newTalks(t)
	texts := []said{{thread: 2, body: longWords, at: at(0)}}
	for n := range 3_200 {
		texts = append(texts, said{thread: 2 + n%3, body: "to mombo", at: at(1).Add(time.Duration(n) * time.Minute)})
	}
	w.say(texts...)
	q := archive.Search{Words: longWords, Inside: true, Limit: 9}
	first := w.find(t, archive.SeeAll(), q)
	if len(first.Items) != 0 || first.Next == "" || first.BackTo < at(0) || !first.Inside {
		t.Fatalf("the first page: %+v", first)
	}
	q.After = first.Next
	if next := w.find(t, archive.SeeAll(), q); len(next.Items) != 1 || next.Next != "" {
		t.Errorf("the second page: %+v", next)
	}
}

// Words that every other text has, and few have all, are looked for in a bounded
// number of texts for each page, by a few questions; the pages find every text that
// has them all.
func TestWordsThatSeldomMeetAreLookedForPageByPage(t *testing.T) {
	if testing.Short() {
		t.Skip("writes thousands of texts")
	}
	const (
		some, rest = "mondays morning visitor payment doctors account", "tuesday evening parking weather holiday parents"
		tokens     = 2 * 12
		many       = 6_000
		each       = 500
	)
	w := newTalks(t)
	texts := []said{{thread: 2, body: some + " " + rest, at: at(0)}}
	for n := range many {
		body := []string{some, rest}[n%2]
		if n%each == each/2 {
			body = some + " " + rest
		}
		texts = append(texts, said{thread: 2 + n%3, body: body, at: at(1).Add(time.Duration(n) * time.Minute)})
	}
	w.say(texts...)
	q := archive.Search{Words: some + " " + rest, Limit: 50}
	asked := 0
	ctx := sqlite.WithTrace(context.Background(), func(s sqlite.Statement) {
		if strings.Contains(s.Query, "search_index") {
			asked++
		}
	})
	pages, found, newest := 0, 0, w.all[many].at
	for {
		asked = 0
		page, err := w.askIn(ctx, archive.SeeAll(), q)
		must(t, err)
		found += len(page.Items)
		if pages++; asked > 2 {
			t.Errorf("page %d asks the index %d questions", pages, asked)
		}
		if q.After = page.Next; q.After == "" {
			if found != 1+many/each || pages != 2 {
				t.Errorf("%d texts on %d pages", found, pages)
			}
			return
		}
		if passed := int(newest-page.BackTo) / int(time.Minute.Milliseconds()); passed > 100_000/tokens {
			t.Fatalf("page %d goes past %d texts", pages, passed)
		}
		newest = page.BackTo
	}
}

var vocabulary = []string{"visit", "Visits", "on", "one", "tuesday", "Núñez", "call", "recall", "555-0142", "ok."}

// naively looks for words as a person with a pencil would.
func naively(body string, words []string) bool {
	plain := func(s string) string {
		return strings.NewReplacer("ú", "u", "ñ", "n").Replace(strings.ToLower(s))
	}
	for i, word := range words {
		found := false
		for _, has := range strings.Fields(plain(body)) {
			whole := strings.Trim(has, ".") == word
			found = found || whole || i == len(words)-1 && strings.HasPrefix(has, word)
		}
		if !found {
			return false
		}
	}
	return true
}

// should returns what a search must find, newest first.
func (w *talks) should(words []string, f archive.SearchFilter, sees func(thread int) bool) []clinic.MessageID {
	var kept []said
	for _, s := range w.all {
		p := patientsOf[s.thread]
		way := archive.In
		if !s.author.IsZero() {
			way = archive.Out
		}
		if sees(s.thread) && naively(s.body, words) && (f.Patient.IsZero() || f.Patient == p) &&
			(f.Author.IsZero() || f.Author == s.author) && (f.Way == "" || f.Way == way) &&
			(f.From == 0 || s.at >= f.From) && (f.Until == 0 || s.at < f.Until) && (!f.Attachments || s.media > 0) &&
			(!f.Unknown || p.IsZero()) && (f.Only == nil || slices.Contains(f.Only, threadID(s.thread))) {
			kept = append(kept, s)
		}
	}
	slices.SortFunc(kept, func(a, b said) int {
		if a.at/1000 != b.at/1000 {
			return int(b.at/1000 - a.at/1000)
		}
		return b.order - a.order
	})
	var ids []clinic.MessageID
	for _, s := range kept {
		ids = append(ids, s.id)
	}
	return ids
}

// drawSaid draws a text of about now; a few come late, and now and then some
// share a second.
func (w *talks) drawSaid(t *rapid.T) said {
	w.drawn++
	late := rapid.IntRange(0, 200).Draw(t, "late")
	s := said{
		thread: rapid.IntRange(0, len(patientsOf)-1).Draw(t, "thread"),
		body:   strings.Join(rapid.SliceOfN(rapid.SampledFrom(vocabulary), 0, 5).Draw(t, "body"), " "),
		at:     at(0).Add(time.Duration(w.drawn)*400*time.Millisecond - time.Duration(late)*time.Second),
		author: rapid.SampledFrom([]clinic.StaffID{{}, {}, ada, ben}).Draw(t, "author"),
		media:  rapid.SampledFrom([]int{0, 0, 1}).Draw(t, "media"),
	}
	return s
}

func drawFilter(t *rapid.T) (f archive.SearchFilter) {
	switch rapid.IntRange(0, 7).Draw(t, "filter") {
	case 1:
		f.Patient = rapid.SampledFrom(patientsOf).Draw(t, "patient")
	case 2:
		f.Author = ada
	case 3:
		f.Way = archive.In
	case 4:
		f.From = at(0).Add(10 * time.Second)
	case 5:
		f.Until, f.Way = at(0).Add(20*time.Second), archive.Out
	case 6:
		f.Attachments, f.Unknown = true, rapid.Bool().Draw(t, "unknown")
	case 7:
		f.Only = []clinic.ThreadID{threadID(0), threadID(5)}
	}
	return f
}

// sights are who may see what, and the same in plain words.
var sights = []struct {
	archive.Sight
	sees func(thread int) bool
}{
	{archive.SeeAll(), func(int) bool { return true }},
	{archive.SeePatients(patientsOf[0], patientsOf[3]), func(n int) bool { return n <= 1 || n == 3 }},
	{archive.SeePatients(patientsOf[2]).WithStrangers(), func(n int) bool { return n == 2 || n == 5 }},
	{archive.Sight{}, func(int) bool { return false }},
}

// Whatever is said, whoever looks, and while more arrives: pages hold exactly
// what a person with a pencil would find, once each, in order.
func TestPagesHoldWhatAScanFinds(t *testing.T) {
	w := newTalks(t)
	found := 0
	rapid.Check(t, func(t *rapid.T) {
		w.say(rapid.SliceOfN(rapid.Custom(w.drawSaid), 0, 12).Draw(t, "texts")...)
		words := rapid.SliceOfN(rapid.SampledFrom([]string{"visit", "visits", "on", "tues", "tuesday", "nunez", "call", "ok"}), 1, 2).Draw(t, "words")
		q := archive.Search{Words: strings.Join(words, " "), Filter: drawFilter(t), Limit: rapid.IntRange(1, 9).Draw(t, "limit"),
			Best: rapid.Bool().Draw(t, "best")}
		who := rapid.SampledFrom(sights).Draw(t, "who")
		want := w.should(words, q.Filter, who.sees)
		if len(want) == 0 {
			// The search would go on inside of words.
			return
		}
		found += len(want)
		var got []clinic.MessageID
		before := len(w.all)
		for _, h := range w.pages(t, who.Sight, q, func() { w.say(w.drawSaid(t)) }) {
			s := w.said(h.Message)
			if !who.sees(s.thread) {
				t.Fatalf("shows a thread that is out of sight")
			}
			if s.order <= before {
				got = append(got, h.Message)
			} else if !naively(s.body, words) {
				t.Fatalf("found %q for %q", s.body, words)
			}
		}
		if q.Best {
			compare := func(a, b clinic.MessageID) int { return slices.Compare(a[:], b[:]) }
			slices.SortFunc(got, compare)
			slices.SortFunc(want, compare)
		}
		if !slices.Equal(got, want) {
			t.Fatalf("%q with %+v: %d texts, not %d: %v not %v", words, q.Filter, len(got), len(want), got, want)
		}
	})
	if found < 100 && !testing.Short() {
		t.Errorf("only %d texts were found", found)
	}
}
