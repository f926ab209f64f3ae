package terms

import (
	"strings"
	"unicode/utf8"
)

// Limits of a query. What is longer is not a search.
const (
	MaxQuery = 400 // bytes
	maxTerms = 12
)

// Digits of a number that is found inside of others, and of one that was typed
// in groups.
const (
	numberDigits = 4
	phoneDigits  = 7
)

// between may stand between the digits of one number.
const between = " -.()+"

// Query is what a person looks for.
type Query struct {
	terms []term
	// inside finds words in the middle of others.
	inside bool
}

// term is one condition on a text.
type term struct {
	text   string // folded; the digits alone of a number
	number bool
	// head and tail say that the term must begin, and end, where a word does.
	head, tail bool
	quoted     bool
}

// Parse reads what a person has typed. It reports false where that is too little
// to be looked up, or longer than MaxQuery.
func Parse(words string) (Query, bool) {
	if len(words) > MaxQuery {
		return Query{}, false
	}
	text := strings.TrimSpace(Fold(words).text)
	var q Query
	for text != "" {
		var t term
		if t, text = cutTerm(text); t.text != "" {
			q.terms = append(q.terms, t)
		}
	}
	q.terms = joinNumbers(q.terms)
	if len(q.terms) > maxTerms || !q.searchable() {
		return Query{}, false
	}
	for i := range q.terms {
		last := i == len(q.terms)-1
		q.terms[i].bound(last)
	}
	return q, true
}

// cutTerm takes the first term off a text that begins with one.
func cutTerm(text string) (term, string) {
	if rest, quoted := strings.CutPrefix(text, `"`); quoted {
		phrase, after, closed := strings.Cut(rest, `"`)
		// A phrase that is still being typed ends where the typing does.
		return term{text: strings.TrimSpace(phrase), quoted: true, tail: closed}, strings.TrimSpace(after)
	}
	word, after, _ := strings.Cut(text, " ")
	return term{text: word}, strings.TrimSpace(after)
}

// bound settles where a term must begin and end.
func (t *term) bound(last bool) {
	if t.number {
		t.head, t.tail = false, false
		return
	}
	first, _ := utf8.DecodeRuneInString(t.text)
	end, _ := utf8.DecodeLastRuneInString(t.text)
	t.head = inWord(first)
	if t.quoted {
		t.tail = t.tail && inWord(end)
		return
	}
	t.tail = !last && inWord(end)
}

// joinNumbers makes numbers of terms that are nothing else. One that was typed
// in groups is one number.
func joinNumbers(all []term) []term {
	var out []term
	for i := 0; i < len(all); {
		digits, end := "", i
		for end < len(all) && !all[end].quoted {
			d, ok := onlyDigits(all[end].text)
			if !ok {
				break
			}
			digits, end = digits+d, end+1
		}
		if end > i+1 && len(digits) >= phoneDigits {
			out, i = append(out, term{text: digits, number: true}), end
			continue
		}
		if d, ok := onlyDigits(all[i].text); ok && !all[i].quoted && len(d) >= numberDigits {
			all[i] = term{text: d, number: true}
		}
		out, i = append(out, all[i]), i+1
	}
	return out
}

func onlyDigits(s string) (digits string, ok bool) {
	var b strings.Builder
	for i := range len(s) {
		switch {
		case isDigit(s[i]):
			b.WriteByte(s[i])
		case strings.IndexByte(between, s[i]) < 0:
			return "", false
		}
	}
	return b.String(), b.Len() > 0
}

func (q Query) searchable() bool {
	for _, t := range q.terms {
		if utf8.RuneCountInString(t.text) >= 2 {
			return true
		}
	}
	return false
}

// Inside returns the query that also finds its words in the middle of others. A
// phrase in quotes stays what it is.
func (q Query) Inside() Query {
	wide := Query{terms: make([]term, len(q.terms)), inside: true}
	for i, t := range q.terms {
		if !t.quoted {
			t.head, t.tail = false, false
		}
		wide.terms[i] = t
	}
	return wide
}

// Empty reports whether nothing is looked for: every text matches.
func (q Query) Empty() bool { return len(q.terms) == 0 }
