package terms

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Span is a part of a text, in bytes: from the first to before the last.
type Span struct{ From, To int }

// Match is what a query has found in one text.
type Match struct {
	// Spans are the hits in the text, in order; they neither touch nor overlap.
	Spans []Span
	// Score is higher the better the text fits. It depends on the query and the
	// text alone.
	Score int
}

// Match looks for the query in a text and reports whether every part of it is
// there.
func (q Query) Match(text string) (Match, bool) {
	if q.Empty() {
		return Match{}, true
	}
	f := Fold(text)
	var m Match
	var firsts []Span
	for _, t := range q.terms {
		found := t.find(f.text)
		if len(found) == 0 {
			return Match{}, false
		}
		m.Score += quality(f.text, found)
		firsts = append(firsts, found[0])
		m.Spans = append(m.Spans, found...)
	}
	m.Score += closeness(firsts) + brevity(len(f.text))
	for i, s := range m.Spans {
		m.Spans[i] = f.source(s)
	}
	m.Spans = united(m.Spans)
	return m, true
}

// find returns where a folded text has the term, in order and apart from each
// other.
func (t term) find(text string) []Span {
	if t.number {
		return findNumber(text, t.text)
	}
	var all []Span
	for from := 0; ; {
		at := strings.Index(text[from:], t.text)
		if at < 0 {
			return all
		}
		s := Span{from + at, from + at + len(t.text)}
		if (!t.head || beginsWord(text, s.From)) && (!t.tail || endsWord(text, s.To)) {
			all, from = append(all, s), s.To
			continue
		}
		_, size := utf8.DecodeRuneInString(text[s.From:])
		from = s.From + size
	}
}

func beginsWord(text string, at int) bool {
	r, size := utf8.DecodeLastRuneInString(text[:at])
	return size == 0 || !inWord(r)
}

func endsWord(text string, at int) bool {
	r, size := utf8.DecodeRuneInString(text[at:])
	return size == 0 || !inWord(r)
}

// findNumber returns where a folded text has digits in a row, whatever stands
// between them.
func findNumber(text, digits string) []Span {
	var all []Span
	for run := range numbers(text) {
		joined := run.digits(text)
		for from := 0; ; {
			at := strings.Index(joined[from:], digits)
			if at < 0 {
				break
			}
			from += at
			all = append(all, Span{run[from], run[from+len(digits)-1] + 1})
			from += len(digits)
		}
	}
	return all
}

// run is a number as it stands in a text: the place of each of its digits.
type run []int

func (r run) digits(text string) string {
	b := make([]byte, len(r))
	for i, at := range r {
		b[i] = text[at]
	}
	return string(b)
}

// numbers yields the numbers of a folded text that have enough digits to be
// found as such. Up to two characters may stand between two digits.
func numbers(text string) func(yield func(run) bool) {
	return func(yield func(run) bool) {
		var r run
		for i := range len(text) {
			if !isDigit(text[i]) {
				continue
			}
			if len(r) > 0 && !joins(text[r[len(r)-1]+1:i]) {
				if len(r) >= numberDigits && !yield(r) {
					return
				}
				r = nil
			}
			r = append(r, i)
		}
		if len(r) >= numberDigits {
			yield(r)
		}
	}
}

func joins(gap string) bool { return len(gap) <= 2 && strings.Trim(gap, between) == "" }

// Weights of a score.
const (
	wholeWord  = 8
	wordStart  = 4
	insideWord = 1
	sideBySide = 6
	turned     = 4 // side by side, the other way round
	inOrder    = 2
)

// quality rates the best hit of a term, and that there are several.
func quality(text string, found []Span) int {
	best := 0
	for _, s := range found {
		begins, ends := beginsWord(text, s.From), endsWord(text, s.To)
		switch {
		case begins && ends:
			best = max(best, wholeWord)
		case begins:
			best = max(best, wordStart)
		default:
			best = max(best, insideWord)
		}
	}
	return best + min(len(found)-1, 2)
}

// closeness rates how the terms stand to each other.
func closeness(firsts []Span) int {
	score := 0
	for i := 1; i < len(firsts); i++ {
		gap, back := firsts[i].From-firsts[i-1].To, firsts[i-1].From-firsts[i].To
		switch {
		case gap >= 0 && gap <= 2:
			score += sideBySide
		case back >= 0 && back <= 2:
			score += turned
		case gap > 0:
			score += inOrder
		}
	}
	return score
}

// brevity prefers a text that says little else.
func brevity(size int) int {
	switch {
	case size <= 40:
		return 2
	case size <= 100:
		return 1
	}
	return 0
}

// united sorts spans and joins those that touch.
func united(all []Span) []Span {
	slices.SortFunc(all, func(a, b Span) int { return a.From - b.From })
	out := all[:0]
	for _, s := range all {
		if n := len(out); n > 0 && s.From <= out[n-1].To {
			out[n-1].To = max(out[n-1].To, s.To)
			continue
		}
		out = append(out, s)
	}
	return out
}
