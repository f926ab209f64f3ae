package archive_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/journal/journaltest"
	"quietline/backend/sqlite"
)

// said is a text as a person remembers it.
type said struct {
	id     clinic.MessageID
	thread int
	body   string
	at     clinic.Instant
	author clinic.StaffID
	media  int
	order  int // of the log
}

// talks is a clinic with six threads: two of one patient, three of others and
// one of somebody unknown.
type talks struct {
	*journaltest.Clinic
	all []said
	// drawn counts the texts that a property has drawn.
	drawn int
}

var (
	patientsOf = []clinic.PatientID{{1}, {1}, {2}, {3}, {4}, {}}
	ada, ben   = clinic.StaffID{0xa}, clinic.StaffID{0xb}
)

func threadID(n int) clinic.ThreadID { return clinic.ThreadID{0x70, byte(n)} }

func newTalks(t testing.TB) *talks {
	w := &talks{Clinic: journaltest.New(t, archive.Projection())}
	var events []journal.Event
	for n, p := range patientsOf {
		events = append(events, journal.Event{Kind: archive.KindBegun, Dossier: clinic.DossierID{0xd, byte(n)},
			Body: archive.Begun{Thread: threadID(n), Number: clinic.NumberID{byte(n + 1)}, Patient: p}})
	}
	// So many more of the first patient that the index is not asked for each: the
	// statement alone says what is in sight.
	for n := range 70 {
		events = append(events, journal.Event{Kind: archive.KindBegun, Dossier: clinic.DossierID{0xd, 0},
			Body: archive.Begun{Thread: clinic.ThreadID{0x71, byte(n)}, Number: clinic.NumberID{0x99, byte(n)}, Patient: patientsOf[0]}})
	}
	w.Record(events...)
	return w
}

// say records texts, those of the clinic as their authors, in the order given.
func (w *talks) say(texts ...said) {
	var events []journal.Event
	by := clinic.StaffID{}
	flush := func() {
		if len(events) > 0 {
			w.RecordAs(by, events...)
		}
		events = nil
	}
	for _, s := range texts {
		s.order = len(w.all) + 1
		s.id = clinic.MessageID{byte(s.order >> 8), byte(s.order), 1}
		w.all = append(w.all, s)
		if s.author != by || len(events) == 500 {
			flush()
			by = s.author
		}
		e := journal.Event{Dossier: clinic.DossierID{0xd, byte(s.thread)}, At: s.at}
		if s.author.IsZero() {
			e.Kind, e.Body = archive.KindArrived, archive.Arrived{Message: s.id, Thread: threadID(s.thread),
				SID: fmt.Sprintf("SM%d", s.order), Body: s.body, At: s.at, State: archive.Received, Media: s.media}
		} else {
			e.Kind, e.Body = archive.KindWritten, archive.Written{Message: s.id, Thread: threadID(s.thread), Body: s.body, Category: "scheduling"}
		}
		events = append(events, e)
	}
	flush()
}

func (w *talks) find(t fataler, s archive.Sight, q archive.Search) archive.Hits {
	page, err := w.ask(s, q)
	if err != nil {
		t.Fatalf("search: %v", err)
	}
	return page
}

func (w *talks) ask(s archive.Sight, q archive.Search) (page archive.Hits, err error) {
	err = w.Read(context.Background(), func(tx *sqlite.Tx) (err error) {
		page, err = archive.Texts(tx, s, q)
		return err
	})
	return page, err
}

type fataler interface{ Fatalf(string, ...any) }

// bodies returns what a search finds, page after page.
func (w *talks) bodies(t fataler, s archive.Sight, q archive.Search) []string {
	var all []string
	for _, h := range w.pages(t, s, q, nil) {
		all = append(all, w.said(h.Message).body)
	}
	return all
}

func (w *talks) pages(t fataler, s archive.Sight, q archive.Search, between func()) []archive.Hit {
	var all []archive.Hit
	for {
		page := w.find(t, s, q)
		if len(page.Items) > q.Limit {
			t.Fatalf("%d rows on a page of %d", len(page.Items), q.Limit)
		}
		all = append(all, page.Items...)
		if page.Next == "" {
			return all
		}
		q.After = page.Next
		if between != nil {
			between()
		}
	}
}

func (w *talks) said(id clinic.MessageID) said {
	for _, s := range w.all {
		if s.id == id {
			return s
		}
	}
	return said{body: "?"}
}

func wantBodies(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("found %q, not %q", got, want)
	}
}

func at(hours int) clinic.Instant { return morning.Add(time.Duration(hours) * time.Hour) }

func TestTextsAreFound(t *testing.T) {
	w := newTalks(t)
	w.say(
		said{thread: 0, body: "Can I move my visit on Tuesday?", at: at(1)},
		said{thread: 0, body: "Yes. Tuesday is free from 3:00.", at: at(2), author: ada},
		said{thread: 2, body: "¿Está abierto el martes, señora Núñez?", at: at(3)},
		said{thread: 3, body: "我想预约明天", at: at(4)},
		said{thread: 4, body: "Directions: https://example.com/map?at=12", at: at(5), author: ben},
		said{thread: 5, body: "This is (303) 555-0142, call me on tuesday", at: at(6), media: 1},
		// It came last and is the oldest.
		said{thread: 1, body: "Is Tuesday taken?", at: at(0)},
	)
	all := archive.SeeAll()
	for words, want := range map[string][]string{
		"tuesday":          {w.all[5].body, w.all[1].body, w.all[0].body, w.all[6].body},
		"tu":               {w.all[5].body, w.all[1].body, w.all[0].body, w.all[6].body},
		"tuesday free":     {w.all[1].body},
		"free tuesday":     {w.all[1].body},
		`"tuesday is"`:     {w.all[1].body},
		`"is tuesday"`:     {w.all[6].body},
		"nunez":            {w.all[2].body},
		"ESTÁ martes":      {w.all[2].body},
		"预约":               {w.all[3].body},
		"example.com/map?": {w.all[4].body},
		"?at=12":           {w.all[4].body},
		"3035550142":       {w.all[5].body},
		"0142":             {w.all[5].body},
		"3:00":             {w.all[1].body},
		"uesda":            {w.all[5].body, w.all[1].body, w.all[0].body, w.all[6].body}, // nothing begins so
		"nobody wrote":     nil,
	} {
		if got := w.bodies(t, all, archive.Search{Words: words, Limit: 2}); !slices.Equal(got, want) {
			t.Errorf("%q finds %q, not %q", words, got, want)
		}
	}
	if page := w.find(t, all, archive.Search{Words: "uesda", Limit: 9}); !page.Inside {
		t.Error("nobody is told that words were found in the middle of others")
	}
	hit := w.find(t, all, archive.Search{Words: "free", Limit: 9}).Items[0]
	if hit.Snippet.Text != w.all[1].body || !slices.Equal(hit.Snippet.Marks, [][2]int{{16, 20}}) || hit.Patient != patientsOf[0] ||
		hit.Thread != threadID(0) || hit.Author != ada || hit.Way != archive.Out || hit.At != at(2) || hit.Dossier != (clinic.DossierID{0xd, 0}) {
		t.Errorf("a hit: %+v", hit)
	}
}

func TestASearchIsNarrowed(t *testing.T) {
	w := newTalks(t)
	w.say(
		said{thread: 0, body: "one visit", at: at(0)},
		said{thread: 1, body: "two visits", at: at(24), author: ada},
		said{thread: 2, body: "three visits", at: at(48), author: ben},
		said{thread: 3, body: "four visits", at: at(72), media: 2},
		said{thread: 5, body: "five visits", at: at(96)},
	)
	w.Record(journal.Event{Kind: archive.KindRead, Body: archive.Read{Thread: threadID(3), UpTo: 1000}})
	for name, c := range map[string]struct {
		filter archive.SearchFilter
		want   []string
	}{
		"patient":          {archive.SearchFilter{Patient: patientsOf[0]}, []string{"two visits", "one visit"}},
		"no such patient":  {archive.SearchFilter{Patient: clinic.PatientID{99}}, nil},
		"author":           {archive.SearchFilter{Author: ben}, []string{"three visits"}},
		"in":               {archive.SearchFilter{Way: archive.In}, []string{"five visits", "four visits", "one visit"}},
		"out":              {archive.SearchFilter{Way: archive.Out}, []string{"three visits", "two visits"}},
		"from":             {archive.SearchFilter{From: at(72)}, []string{"five visits", "four visits"}},
		"until":            {archive.SearchFilter{Until: at(24)}, []string{"one visit"}},
		"a span":           {archive.SearchFilter{From: at(24), Until: at(73)}, []string{"four visits", "three visits", "two visits"}},
		"attachments":      {archive.SearchFilter{Attachments: true}, []string{"four visits"}},
		"unread":           {archive.SearchFilter{Unread: true}, []string{"five visits", "one visit"}},
		"unknown":          {archive.SearchFilter{Unknown: true}, []string{"five visits"}},
		"threads":          {archive.SearchFilter{Only: []clinic.ThreadID{threadID(1), threadID(3)}}, []string{"four visits", "two visits"}},
		"no thread":        {archive.SearchFilter{Only: []clinic.ThreadID{}}, nil},
		"all of it":        {archive.SearchFilter{Patient: patientsOf[0], Author: ada, Way: archive.Out, From: at(1)}, []string{"two visits"}},
		"what is excluded": {archive.SearchFilter{Author: ada, Way: archive.In}, nil},
	} {
		for _, words := range []string{"visit", ""} {
			if got := w.bodies(t, archive.SeeAll(), archive.Search{Words: words, Filter: c.filter, Limit: 2}); !slices.Equal(got, c.want) {
				t.Errorf("%s with %q: %q, not %q", name, words, got, c.want)
			}
		}
	}
}

func TestTheBestComeFirstWhereAskedFor(t *testing.T) {
	w := newTalks(t)
	long := strings.Repeat("and this and that ", 8)
	w.say(
		said{thread: 0, body: "Group visit", at: at(0)},
		said{thread: 0, body: "a visit, " + long + "then a group", at: at(1)},
		said{thread: 0, body: "group visits " + long, at: at(2)},
		said{thread: 0, body: "Group visit", at: at(3)},
	)
	q := archive.Search{Words: "group visit", Limit: 1}
	wantBodies(t, w.bodies(t, archive.SeeAll(), q), w.all[3].body, w.all[2].body, w.all[1].body, w.all[0].body)
	q.Best = true
	wantBodies(t, w.bodies(t, archive.SeeAll(), q), w.all[3].body, w.all[0].body, w.all[2].body, w.all[1].body)
	q.Words = "visit group"
	wantBodies(t, w.bodies(t, archive.SeeAll(), q), w.all[3].body, w.all[0].body, w.all[1].body)
}

func TestWhatCannotBeSearched(t *testing.T) {
	w := newTalks(t)
	w.say(said{thread: 0, body: "one visit", at: at(0)}, said{thread: 0, body: "two visits", at: at(0)})
	all := archive.SeeAll()
	first := w.find(t, all, archive.Search{Words: "visit", Limit: 1})
	if first.Next == "" {
		t.Fatal("no second page")
	}
	for name, c := range map[string]struct {
		q    archive.Search
		want clinic.Code
	}{
		"nothing":                  {archive.Search{Limit: 9}, archive.CodeSearchWords},
		"one letter":               {archive.Search{Words: "v", Limit: 9}, archive.CodeSearchWords},
		"one letter of a patient":  {archive.Search{Words: "v", Limit: 9, Filter: archive.SearchFilter{Patient: patientsOf[0]}}, archive.CodeSearchWords},
		"too much":                 {archive.Search{Words: strings.Repeat("visit ", 99), Limit: 9}, archive.CodeSearchWords},
		"no page":                  {archive.Search{Words: "visit"}, clinic.CodeBadInput},
		"a page too long":          {archive.Search{Words: "visit", Limit: 201}, clinic.CodeBadInput},
		"a cursor of other words":  {archive.Search{Words: "visits", Limit: 9, After: first.Next}, clinic.CodeBadInput},
		"a cursor of another sort": {archive.Search{Words: "visit", Best: true, Limit: 9, After: first.Next}, clinic.CodeBadInput},
		"of another filter":        {archive.Search{Words: "visit", Filter: archive.SearchFilter{Unread: true}, Limit: 9, After: first.Next}, clinic.CodeBadInput},
		"a mangled cursor":         {archive.Search{Words: "visit", Limit: 9, After: first.Next[1:] + "A"}, clinic.CodeBadInput},
	} {
		if _, err := w.ask(all, c.q); !errors.Is(err, clinic.E(c.want)) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// How long a page is may change on the way.
	if next := w.find(t, all, archive.Search{Words: "visit", Limit: 7, After: first.Next}); len(next.Items) != 1 || next.Next != "" {
		t.Errorf("the second page: %+v", next)
	}
}

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

// What is rare in what is common is found page by page, and each page says how
// far it looked.
func TestAPageDoesABoundedAmountOfWork(t *testing.T) {
	if testing.Short() {
		t.Skip("writes thousands of texts")
	}
	t.Run("newest first", func(t *testing.T) { boundedWork(t, false, 2500) })
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
	}
	if s.author.IsZero() {
		s.media = rapid.SampledFrom([]int{0, 0, 1}).Draw(t, "media")
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

// What is out of sight changes nothing that can be seen: neither rows nor the
// ends of pages nor how far was looked.
func TestWhatIsOutOfSightLeavesNoTrace(t *testing.T) {
	quiet, loud := newTalks(t), newTalks(t)
	rapid.Check(t, func(t *rapid.T) {
		for _, s := range rapid.SliceOfN(rapid.Custom(quiet.drawSaid), 0, 12).Draw(t, "texts") {
			seen := s.thread <= 1
			if seen {
				quiet.say(s)
			}
			loud.say(s)
		}
		q := archive.Search{Words: rapid.SampledFrom([]string{"visit", "all", "555", "on tues"}).Draw(t, "words"),
			Best: rapid.Bool().Draw(t, "best"), Limit: rapid.IntRange(1, 5).Draw(t, "limit"), Filter: drawFilter(t)}
		sight := archive.SeePatients(patientsOf[0])
		for {
			a, b := quiet.find(t, sight, q), loud.find(t, sight, q)
			if len(a.Items) != len(b.Items) || (a.Next == "") != (b.Next == "") || a.Inside != b.Inside || a.BackTo != b.BackTo {
				t.Fatalf("%q: %+v with others, %+v without", q.Words, b, a)
			}
			for i := range a.Items {
				if a.Items[i].Snippet.Text != b.Items[i].Snippet.Text || a.Items[i].At != b.Items[i].At {
					t.Fatalf("%q: row %d differs", q.Words, i)
				}
			}
			if a.Next == "" {
				return
			}
			// The cursor of the one serves the other.
			q.After = a.Next
			if a.Next != b.Next {
				return
			}
		}
	})
}
