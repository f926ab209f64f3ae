package desk_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"quietline/app/desk"
	"quietline/backend/clinic"
	"quietline/backend/sqlite"
)

// searched asks search.find and reports whether the call put anybody on record.
func (o *office) searched(t *testing.T, q desk.SearchQuery) (page desk.SearchPage, recorded bool) {
	t.Helper()
	page = answer[desk.SearchPage](t, o.traced(t, "search.find", q, func(s sqlite.Statement) {
		recorded = recorded || strings.Contains(s.Query, "INSERT INTO audit_access")
	}))
	return page, recorded
}

func TestASearchShowsPeopleAndTexts(t *testing.T) {
	o := filled(t, 3000)
	page, _ := o.searched(t, desk.SearchQuery{Words: "mari", Limit: 20})
	if len(page.People) == 0 {
		t.Error("nobody is called Mari…")
	}
	for _, p := range page.People {
		if p.Patient == nil || !strings.Contains(strings.ToLower(p.Patient.Name), "mari") {
			t.Errorf("%+v is not called Mari…", p.Patient)
		}
	}
	page, _ = o.searched(t, desk.SearchQuery{Words: "you", Limit: 20})
	if len(page.Items) != 20 || page.Next == "" {
		t.Fatalf("%d texts", len(page.Items))
	}
	for i, hit := range page.Items {
		units := utf16.Encode([]rune(hit.Snippet))
		if len(hit.Marks) == 0 {
			t.Fatal("a hit without a mark")
		}
		for _, m := range hit.Marks {
			if word := string(utf16.Decode(units[m.From:m.To])); !strings.EqualFold(word, "you") {
				t.Errorf("%q is marked", word)
			}
		}
		if i > 0 && hit.At.Time().Truncate(time.Second).After(page.Items[i-1].At.Time()) {
			t.Error("a newer text comes later")
		}
	}
	narrow, _ := o.searched(t, desk.SearchQuery{Words: "you", Way: "out", Limit: 20})
	if len(narrow.People) > 0 {
		t.Error("people are shown though only texts were asked for")
	}
	for _, hit := range narrow.Items {
		if hit.Way != desk.Out {
			t.Error("a text came in")
		}
	}
	next, _ := o.searched(t, desk.SearchQuery{Words: "you", After: page.Next, Limit: 20})
	if len(next.Items) == 0 || len(next.People) > 0 || next.Items[0].Message == page.Items[19].Message {
		t.Errorf("the second page: %d people, %d texts", len(next.People), len(next.Items))
	}
}

// What a search finds opens at that text, and both ways lead on from there.
func TestAHitOpensItsConversationThere(t *testing.T) {
	o := filled(t, 3000)
	s := lookAround(t, o)
	whole := answer[desk.ThreadPage](t, o.traced(t, "thread.open", desk.ThreadQuery{ID: s.thread, Limit: 200}, nil))
	middle := len(whole.Messages) / 2
	around := answer[desk.ThreadPage](t, o.traced(t, "thread.open", desk.ThreadQuery{ID: s.thread, Around: whole.Messages[middle].ID, Limit: 4}, nil))
	if len(around.Messages) != 5 || around.Messages[2].ID != whole.Messages[middle].ID || around.Earlier == "" || around.Newer == "" {
		t.Fatalf("around a text: %d texts", len(around.Messages))
	}
	newer := answer[desk.ThreadPage](t, o.traced(t, "thread.open", desk.ThreadQuery{ID: s.thread, After: around.Newer, Limit: 200}, nil))
	older := answer[desk.ThreadPage](t, o.traced(t, "thread.open", desk.ThreadQuery{ID: s.thread, Before: around.Earlier, Limit: 1}, nil))
	if len(newer.Messages) != len(whole.Messages)-middle-3 || newer.Newer != "" || older.Messages[0].ID != whole.Messages[middle-3].ID {
		t.Errorf("%d newer texts of %d", len(newer.Messages), len(whole.Messages))
	}
	for name, q := range map[string]desk.ThreadQuery{
		"two places":     {ID: s.thread, Around: s.sent, Before: s.older, Limit: 4},
		"both ways":      {ID: s.thread, After: s.older, Before: s.older, Limit: 4},
		"another thread": {ID: s.stranger, After: s.older, Limit: 4},
	} {
		o := *o
		o.t = t
		if _, code := call[json.RawMessage](&o, "thread.open", q); code != clinic.CodeBadInput {
			t.Errorf("%s: %q", name, code)
		}
	}
}

// Whoever is shown is on record before the answer leaves; once in a run, however
// many letters are typed, and again in the next.
func TestASearchRecordsWhomItShows(t *testing.T) {
	o := filled(t, 3000)
	ask := func(words, run string, want bool) {
		t.Helper()
		page, recorded := o.searched(t, desk.SearchQuery{Words: words, Run: run, Limit: 20})
		if recorded != want {
			t.Errorf("%q in run %q: recorded %t", words, run, recorded)
		}
		if len(page.Items)+len(page.People) == 0 && words != "zzzzqq" {
			t.Errorf("%q finds nothing", words)
		}
	}
	ask("confirm", "one", true)
	ask("confirm", "one", false)
	ask("confi", "one", false) // the same texts
	ask("the", "one", true)    // others as well
	ask("confirm", "two", true)
	ask("confirm", "one", true) // begun anew
	ask("confirm", "", true)
	ask("confirm", "", true)
	ask("zzzzqq", "three", false)
	ask("confirm", "three", true)
	o.clock.Advance(6 * time.Minute)
	ask("confirm", "three", true)
}

func TestASearchThatMakesNoSense(t *testing.T) {
	o := filled(t, 300)
	o.t = t
	for name, c := range map[string]struct {
		q    desk.SearchQuery
		want clinic.Code
	}{
		"one letter":   {desk.SearchQuery{Words: "a", Limit: 5}, "archive.search_words"},
		"nothing":      {desk.SearchQuery{Limit: 5}, "archive.search_words"},
		"no page":      {desk.SearchQuery{Words: "you"}, clinic.CodeBadInput},
		"no such way":  {desk.SearchQuery{Words: "you", Way: "up", Limit: 5}, clinic.CodeBadInput},
		"no such kind": {desk.SearchQuery{Words: "you", State: "sad", Limit: 5}, clinic.CodeBadInput},
		"a bad cursor": {desk.SearchQuery{Words: "you", After: "here", Limit: 5}, clinic.CodeBadInput},
	} {
		if _, code := call[desk.SearchPage](o, "search.find", c.q); code != c.want {
			t.Errorf("%s: %q", name, code)
		}
	}
}
