package terms_test

import (
	"slices"
	"strings"
	"testing"

	"quietline/backend/archive/terms"
)

func parse(t *testing.T, words string) terms.Query {
	t.Helper()
	q, enough := terms.Parse(words)
	if !enough {
		t.Fatalf("%q is not a search", words)
	}
	return q
}

// marked returns the hits of a query in a text, as the text has them.
func marked(q terms.Query, text string) ([]string, bool) {
	m, found := q.Match(text)
	hits := []string{}
	for _, s := range m.Spans {
		hits = append(hits, text[s.From:s.To])
	}
	return hits, found
}

func TestWhatASearchFinds(t *testing.T) {
	for _, c := range []struct {
		words, text string
		hits        []string // nil where nothing is found
		inside      []string // the same where it looks inside of words, nil for no difference
	}{
		{"ann", "Ann, are you in?", []string{"Ann"}, nil},
		{"an", "Ann, Joanna", []string{"An"}, []string{"An", "an"}},
		{"tues", "See you on Tuesday.", []string{"Tues"}, nil},
		{"day", "See you on Tuesday.", nil, []string{"day"}},
		{"you on", "See you on Tuesday.", []string{"you", "on"}, nil},
		{"yo on", "See you on Tuesday.", nil, []string{"yo", "on"}},
		{"on you", "See you on Tuesday.", []string{"you", "on"}, nil},
		{`"you on"`, "See you on Tuesday.", []string{"you on"}, nil},
		{`"you on"`, "See you\n  on Tuesday.", []string{"you\n  on"}, nil},
		{`"on you"`, "See you on Tuesday.", nil, []string(nil)},
		{`"on Tues"`, "See you on Tuesday.", nil, []string(nil)},
		{`"on Tues`, "See you on Tuesday.", []string{"on Tues"}, nil},
		{`see "on tuesday`, "See you on Tuesday.", []string{"See", "on Tuesday"}, nil},
		// Marks, width and shapes.
		{"nunez", "Señora Núñez", []string{"Núñez"}, nil},
		{"NÚÑEZ", "senora nunez", []string{"nunez"}, nil},
		{"zoe", "Zoë kommt", []string{"Zoë"}, nil},
		{"Zoë", "ZOË", []string{"ZOË"}, nil},
		{"strasse", "In der Straße 5", []string{"Straße"}, nil},
		{"lodz", "Z Łodzi do Łódź", []string{"Łodz", "Łódź"}, nil},
		{"ok", "ＯＫ!", []string{"ＯＫ"}, nil},
		{"can't", "I can’t come", []string{"can’t"}, nil},
		{"9-5", "open 9–5", []string{"9–5"}, nil},
		{"σίσυφος", "ΣΊΣΥΦΟΣ", []string{"ΣΊΣΥΦΟΣ"}, nil},
		{"елка", "Ёлка", []string{"Ёлка"}, nil},
		{"مدرسه", "مـدرسـه", []string{"مـدرسـه"}, nil},
		{"كتب", "كَتَبَ", []string{"كَتَبَ"}, nil},
		// Scripts without spaces: a word may begin anywhere.
		{"预约", "我想预约明天", []string{"预约"}, nil},
		{"明天", "我想预约明天", []string{"明天"}, nil},
		{"予約", "明日の予約です", []string{"予約"}, nil},
		{"が", "がん", nil, nil},
		{"नमस्ते", "नमस्ते जी", []string{"नमस्ते"}, nil},
		{"한국", "나는 한국 사람", []string{"한국"}, nil},
		// Punctuation, addresses, numbers.
		{"example.com/a?b=1", "go to https://Example.com/a?b=1 now", []string{"Example.com/a?b=1"}, nil},
		{"://", "go to https://example.com", []string{"://"}, nil},
		{"$25", "It is $25.", []string{"$25"}, nil},
		{":)", "thanks :)", []string{":)"}, nil},
		{"50%", "50% off", []string{"50%"}, nil},
		{"0142", "call (303) 555-0142", []string{"0142"}, nil},
		{"5550142", "call (303) 555-0142 today", []string{"555-0142"}, nil},
		{"(303) 555 0142", "call 303.555.0142", []string{"303.555.0142"}, nil},
		{"+1 303 555 0142", "call +13035550142", []string{"13035550142"}, nil},
		{"0142", "call 3035550142 or 5550142", []string{"0142", "0142"}, nil},
		{"01", "call 555-0142", []string{"01"}, nil},
		{"14", "call 555-0142", nil, []string{"14"}},
		{"3:00", "at 3:00 pm", []string{"3:00"}, nil},
		{"2026", "on 12/05/2026", []string{"2026"}, nil},
		{"123 456", "123 456", []string{"123", "456"}, nil},
	} {
		q := parse2(t, c.words, c.hits == nil && c.inside == nil)
		if q == nil {
			continue
		}
		hits, found := marked(*q, c.text)
		if found != (c.hits != nil) || found && !slices.Equal(hits, c.hits) {
			t.Errorf("%q in %q: %q, %t, not %q", c.words, c.text, hits, found, c.hits)
		}
		want := c.inside
		if want == nil {
			want = c.hits
		}
		hits, found = marked(q.Inside(), c.text)
		if found != (want != nil) || found && !slices.Equal(hits, want) {
			t.Errorf("%q inside of words of %q: %q, %t, not %q", c.words, c.text, hits, found, want)
		}
	}
}

// parse2 is parse, or nil for what is too little and may be.
func parse2(t *testing.T, words string, little bool) *terms.Query {
	t.Helper()
	q, enough := terms.Parse(words)
	if !enough {
		if !little {
			t.Errorf("%q is not a search", words)
		}
		return nil
	}
	return &q
}

func TestTooLittleAndTooMuch(t *testing.T) {
	for words, want := range map[string]bool{
		"": false, " ": false, "a": false, "a b c": false, `"`: false, `""`: false, `"a"`: false, "é": false, "e\u0301": false, "病": false,
		"ab": true, "a bc": true, `"ab`: true, "病毒": true, "??": true, "ß": true, "½ cup": true,
		"\u200d\u200d\u200d":                                 false, // nothing that is seen
		strings.Repeat("ab ", 12):                            true,
		strings.Repeat("ab ", 13):                            false,
		strings.Repeat("a", terms.MaxQuery):                  true,
		strings.Repeat("a", terms.MaxQuery+1):                false,
		strings.Repeat("1 ", 7):                              true, // one number
		strings.Repeat("a", 50) + "\x00\xff\xfe\xed\xa0\x80": true,
	} {
		if _, enough := terms.Parse(words); enough != want {
			t.Errorf("%q: %t", words, enough)
		}
	}
}

func TestTheBetterFitScoresHigher(t *testing.T) {
	q := parse(t, "group visit")
	score := func(text string) int {
		m, found := q.Match(text)
		if !found {
			t.Fatalf("nothing in %q", text)
		}
		return m.Score
	}
	long := strings.Repeat("and so on ", 20)
	for _, c := range [][2]string{
		{"Group visit", "Group visits"},                                   // a whole word
		{"The group visit is at noon.", "The visit of the group, it is."}, // side by side
		{"group visit", "group visit " + long},                            // little else
		{"group visit, visit", "group visit, later"},                      // more than once
		{"a group and then a visit", "a visit and then a group"},          // in order
	} {
		if score(c[0]) <= score(c[1]) {
			t.Errorf("%q scores %d, %q %d", c[0], score(c[0]), c[1], score(c[1]))
		}
	}
}

func TestASnippetShowsTheFirstHit(t *testing.T) {
	filler := strings.Repeat("lorem ipsum ", 30)
	for name, c := range map[string]struct{ words, text, want string }{
		"short":             {"tuesday", "See you Tuesday", "See you [Tuesday]"},
		"two hits":          {"see tuesday", "See you Tuesday", "[See] you [Tuesday]"},
		"late":              {"tuesday", filler + "on Tuesday, " + filler, "…ipsum lorem ipsum lorem ipsum lorem ipsum on [Tuesday], lorem ipsum lorem ipsum lorem ipsum lorem ipsum lorem ipsum lorem ipsum lorem ipsum lorem ipsum lorem ipsu…"},
		"beyond the basic":  {"tuesday", "🙂🙂 Tuesday 👍🏽", "🙂🙂 [Tuesday] 👍🏽"},
		"one letter of two": {"ss", "Straße", "Stra[ß]e"},
		"no space at all":   {"预约", strings.Repeat("我", 60) + "预约", "…" + strings.Repeat("我", 48) + "[预约]"},
	} {
		q := parse(t, c.words).Inside()
		m, found := q.Match(c.text)
		if !found {
			t.Fatalf("%s: not found", name)
		}
		if got := bracketed(terms.Cut(c.text, m.Spans)); got != c.want {
			t.Errorf("%s:\n%s\nnot\n%s", name, got, c.want)
		}
	}
}
