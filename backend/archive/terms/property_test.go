package terms_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"quietline/backend/archive/terms"
)

// bracketed shows a snippet with its hits in brackets, counting as a screen does.
func bracketed(s terms.Snippet) string {
	units := utf16.Encode([]rune(s.Text))
	var b strings.Builder
	at := 0
	for _, m := range s.Marks {
		b.WriteString(string(utf16.Decode(units[at:m[0]])) + "[" + string(utf16.Decode(units[m[0]:m[1]])) + "]")
		at = m[1]
	}
	return b.String() + string(utf16.Decode(units[at:]))
}

// pieces are what texts and searches are drawn from: little of it, so that they
// meet.
var pieces = []string{
	"a", "an", "ann", "on", "one", "group", "Groups", "visit", "é", "É", "e\u0301", "ñ", "ß", "Ł", "ﬁ", "I", "İ", "ı",
	"预", "约", "明天", "の", "ー", "ก", "ำ", "न", "मस्ते", "م", "ـ", "كَ", "Σ", "ς", "ё", "й", "한", "ᄒ", "ᅡ",
	"0", "1", "42", "555", "0142", "٣", "½", ".", ",", "-", "–", "(", ") ", "/", ":", "?", "!", "'", "’", `"`, "“",
	" ", "  ", "\n", "\u00a0", "\u200d", "🙂", "👍🏽", "\x00", "_", "=", "~", "\u0301", "\u00df",
}

func drawText(t *rapid.T, name string, most int) string {
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, most).Draw(t, name), "")
}

// plainly folds a text at once and without knowing where anything was.
func plainly(s string) string {
	var b strings.Builder
	base := ' '
	for _, r := range norm.NFKD.String(s) {
		if unicode.Is(unicode.Mn, r) {
			bare := unicode.In(base, unicode.Latin, unicode.Common, unicode.Arabic, unicode.Cyrillic, unicode.Greek, unicode.Hebrew, unicode.Inherited)
			if !bare || unicode.In(r, unicode.Thai, unicode.Devanagari) {
				b.WriteRune(r)
			}
			continue
		}
		base = r
		switch {
		case r == 'ـ' || r == '\u200d':
		case unicode.IsSpace(r) || r < ' ':
			b.WriteByte(' ')
		case r >= '٠' && r <= '٩':
			b.WriteRune('0' + r - '٠')
		default:
			b.WriteString(strings.NewReplacer("ß", "ss", "ł", "l", "ς", "σ", "–", "-", "’", "'", "“", `"`, "⁄", "/", "ı", "i").
				Replace(strings.ToLower(string(r))))
		}
	}
	return strings.Join(strings.Fields(norm.NFC.String(b.String())), " ")
}

func TestFoldingIsAsPlainAsItSounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawText(t, "text", 12)
		if got, want := strings.TrimSpace(terms.Fold(s).String()), plainly(s); got != want {
			t.Fatalf("%q folds to %q, not %q", s, got, want)
		}
	})
}

// inAWord says, for the characters that tests use, whether one is part of a
// word with an end.
func inAWord(r rune) bool {
	return (unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r)) &&
		!unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Thai) && r != 'ー'
}

// has looks for a word as a person would: at every place, one after another.
func has(text, word string, head, tail bool) bool {
	in, of := []rune(text), []rune(word)
	for at := 0; at+len(of) <= len(in); at++ {
		if !slices.Equal(in[at:at+len(of)], of) {
			continue
		}
		broken := head && inAWord(of[0]) && at > 0 && inAWord(in[at-1]) ||
			tail && inAWord(of[len(of)-1]) && at+len(of) < len(in) && inAWord(in[at+len(of)])
		if !broken {
			return true
		}
	}
	return false
}

// plainWords returns the words of a text that are searched as they are: without
// quotes and numbers, which have rules of their own.
func plainWords(text string) []string {
	var words []string
	for _, w := range strings.Fields(plainly(text)) {
		if !strings.ContainsAny(w, `"0123456789`) {
			words = append(words, w)
		}
	}
	return words
}

func TestASearchFindsWhatAScanFinds(t *testing.T) {
	found := 0
	rapid.Check(t, func(t *rapid.T) {
		text := drawText(t, "text", 14)
		words := plainWords(drawText(t, "words", 5))
		if said := plainWords(text); len(said) > 0 && rapid.Bool().Draw(t, "words of the text") {
			words = rapid.SliceOfN(rapid.SampledFrom(said), 1, 2).Draw(t, "said")
		}
		q, enough := terms.Parse(strings.Join(words, " "))
		if !enough {
			t.Skip("too little")
		}
		plain := plainly(text)
		whole, inside := true, true
		for i, w := range words {
			whole = whole && has(plain, w, true, i < len(words)-1)
			inside = inside && has(plain, w, false, false)
		}
		if _, got := q.Match(text); got != whole {
			t.Fatalf("%q in %q: %t", words, text, got)
		}
		if _, got := q.Inside().Match(text); got != inside {
			t.Fatalf("%q inside of words of %q: %t", words, text, got)
		}
		if whole {
			found++
		}
	})
	if found == 0 {
		t.Error("nothing was ever found")
	}
}

func TestTheIndexProposesWhateverMatches(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := drawText(t, "text", 14)
		words := drawText(t, "words", 4)
		if rapid.Bool().Draw(t, "a part of the text") && text != "" {
			runes := []rune(text)
			from := rapid.IntRange(0, len(runes)-1).Draw(t, "from")
			words = string(runes[from:rapid.IntRange(from, len(runes)).Draw(t, "to")])
		}
		check(t, words, text)
	})
}

type fataler interface{ Fatalf(string, ...any) }

// check holds what must be so for any words and any text.
func check(t fataler, words, text string) {
	index := strings.Fields(terms.Tokens(text))
	for _, token := range index {
		for i := range len(token) {
			c := token[i]
			if c < utf8.RuneSelf && !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || i == 0 && strings.IndexByte(terms.TokenChars, c) >= 0) {
				t.Fatalf("%q: the index would cut the token %q", text, token)
			}
		}
	}
	q, enough := terms.Parse(words)
	if !enough {
		return
	}
	seen := text
	if !utf8.ValidString(seen) {
		seen = string([]rune(seen))
	}
	for _, q := range []terms.Query{q, q.Inside()} {
		m, found := q.Match(text)
		if !found {
			continue
		}
		for _, token := range slices.Concat(q.Tokens(), q.AllTokens()) {
			if !slices.Contains(index, token) {
				t.Fatalf("%q matches %q and the index lacks %q", words, text, token)
			}
		}
		end := -1
		for _, s := range m.Spans {
			if s.From <= end || s.To <= s.From || s.To > len(seen) {
				t.Fatalf("%q in %q: spans %v", words, text, m.Spans)
			}
			if !utf8.ValidString(seen[s.From:s.To]) {
				t.Fatalf("%q in %q: a hit cuts a character", words, text)
			}
			end = s.To
		}
		if len(m.Spans) == 0 {
			t.Fatalf("%q in %q: found without a hit", words, text)
		}
		snippet := terms.Cut(text, m.Spans)
		units := len(utf16.Encode([]rune(snippet.Text)))
		if len(snippet.Marks) == 0 {
			t.Fatalf("%q in %q: a snippet without a mark", words, text)
		}
		for _, mark := range snippet.Marks {
			if mark[0] < 0 || mark[1] <= mark[0] || mark[1] > units {
				t.Fatalf("%q in %q: marks %v of %d", words, text, snippet.Marks, units)
			}
		}
	}
}

func FuzzSearch(f *testing.F) {
	f.Add("tues", "See you on Tuesday")
	f.Add(`"see you`, "See you on Tuesday")
	f.Add("(303) 555-0142", "call 3035550142")
	f.Add("预约", "我想预约明天")
	f.Add("\xff\xfe", "\xff\xfea")
	f.Add("ﬁ", "e\u0301\u0301ﬁ\u200d")
	f.Fuzz(func(t *testing.T, words, text string) { check(t, words, text) })
}
