package consent

import (
	"slices"
	"strings"
	"unicode"
)

// Word is what a whole text asks for.
type Word string

// The words.
const (
	NoWord    Word = ""
	StopWord  Word = "stop"
	StartWord Word = "start"
)

// stopWords end texting. The first eight are those on which the provider blocks
// by itself; the rest are named by 47 CFR 64.1200(a)(10) or are their Spanish
// counterparts.
var stopWords = []string{
	"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout",
	"opt out", "opt-out", "stop all", "alto", "parar", "cancelar", "baja", "no más", "no mas",
}

// startWords lift the provider's block. YES does so there too, but here it is an
// answer like any other: it counts only against a question.
var startWords = []string{"start", "unstop"}

// courtesies may stand around a stop word without changing it. The provider does
// not block on "stop please"; the patient means it all the same.
var courtesies = []string{"please", "now", "pls", "thanks", "thank you", "texting", "texts", "por favor", "ya", "gracias"}

// Read returns what a text asks for as a whole: a word, whatever its case and
// punctuation, alone or with a courtesy. A longer text that contains a word
// ("please stop by at 5") is none.
func Read(body string) Word {
	text := strings.Join(strings.FieldsFunc(strings.ToLower(body), func(r rune) bool {
		return unicode.IsSpace(r) || (unicode.IsPunct(r) && r != '-') || unicode.IsSymbol(r)
	}), " ")
	if text == "" || len(text) > 40 {
		return NoWord
	}
	for again := true; again; {
		switch {
		case slices.Contains(stopWords, text):
			return StopWord
		case slices.Contains(startWords, text):
			return StartWord
		}
		again = false
		for _, c := range courtesies {
			if rest, cut := strings.CutSuffix(text, " "+c); cut {
				text, again = rest, true
			} else if rest, cut := strings.CutPrefix(text, c+" "); cut {
				text, again = rest, true
			}
		}
	}
	return NoWord
}
