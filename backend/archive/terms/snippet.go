package terms

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Snippet is the part of a text that shows its first hits.
type Snippet struct {
	Text string
	// Marks are the hits in Text, in UTF-16 code units as a screen counts them:
	// from the first to before the last.
	Marks [][2]int
}

// Characters that a snippet shows, and of them before its first hit.
const (
	snippetLength = 160
	snippetLead   = 48
)

const ellipsis = "…"

// Cut returns the part of a text around its first hit. Without a hit it is the
// beginning.
func Cut(text string, spans []Span) Snippet {
	if !utf8.ValidString(text) {
		text = string([]rune(text))
	}
	from := 0
	if len(spans) > 0 {
		from = leadingTo(text, spans[0].From)
	}
	to := from
	for n := 0; to < len(text) && n < snippetLength; n++ {
		_, size := utf8.DecodeRuneInString(text[to:])
		to += size
	}
	var s Snippet
	shift := 0
	if from > 0 {
		s.Text, shift = ellipsis, utf16Length(ellipsis)
	}
	s.Text += text[from:to]
	if to < len(text) {
		s.Text += ellipsis
	}
	for _, span := range spans {
		if span.From >= to {
			break
		}
		at := shift + utf16Length(text[from:span.From])
		s.Marks = append(s.Marks, [2]int{at, at + utf16Length(text[span.From:min(span.To, to)])})
	}
	return s
}

// leadingTo returns where a snippet begins that shows a hit: at the start of the
// text where that is near, else at a word.
func leadingTo(text string, hit int) int {
	from := hit
	for n := 0; from > 0 && n < snippetLead; n++ {
		_, size := utf8.DecodeLastRuneInString(text[:from])
		from -= size
	}
	if from == 0 {
		return 0
	}
	if space := strings.IndexByte(text[from:hit], ' '); space >= 0 {
		from += space + 1
	}
	return from
}

func utf16Length(s string) int {
	n := 0
	for _, r := range s {
		n += max(utf16.RuneLen(r), 1)
	}
	return n
}
