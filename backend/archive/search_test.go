package archive_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/journal"
)

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
		said{thread: 2, body: "three visits", at: at(48), author: ben, media: 1},
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
		"attachments":      {archive.SearchFilter{Attachments: true}, []string{"four visits", "three visits"}},
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
