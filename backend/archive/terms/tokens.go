package terms

import (
	"encoding/hex"
	"strings"
	"unicode/utf8"
)

// Tokens are what the index holds of a text. Four sorts, told apart by how they
// begin, all in bytes that the index takes as they are:
//
//	ap, app, appo, appoin   the beginnings of a word, of 2, 3, 4 and 6 characters
//	_po                     two characters that stand together, in any script
//	=014                    three digits in a row of a number
//	~…                      a fact about the text that is no word of it
//
// A word of any length is proposed by the longest of its beginnings and its last
// two characters; that a few texts with other words are proposed, too, costs
// little.
const (
	leadPair   = '_'
	leadNumber = '='
	leadFact   = '~'
)

// beginnings are the lengths at which the beginning of a word is a token.
var beginnings = [...]int{2, 3, 4, 6}

// Tokens returns the tokens of a text, with spaces between them.
func Tokens(text string) string {
	f := Fold(text).text
	var b strings.Builder
	b.Grow(5 * len(f))
	forWords(f, func(word string) {
		forBeginnings(word, func(token string) {
			b.WriteString(token)
			b.WriteByte(' ')
		})
	})
	forPairs(f, func(one, two rune) {
		b.WriteByte(leadPair)
		writeRune(&b, one)
		writeRune(&b, two)
		b.WriteByte(' ')
	})
	for run := range numbers(f) {
		forTriples(run.digits(f), func(three string) {
			b.WriteByte(leadNumber)
			b.WriteString(three)
			b.WriteByte(' ')
		})
	}
	return b.String()
}

// Fact returns the token of a fact: its sort and what it is about.
func Fact(sort byte, id []byte) string {
	return string([]byte{leadFact, sort}) + hex.EncodeToString(id)
}

// TokenChars are the characters of tokens that the index must be told of. All
// others are small letters, digits or beyond ASCII.
const TokenChars = string(leadPair) + string(leadNumber) + string(leadFact)

// mostTokens bounds what is asked of the index for one term: more of them
// exclude hardly more texts.
const mostTokens = 8

// Tokens returns the tokens that a text must have for the query to match. None
// says that the index cannot help and every text must be read.
func (q Query) Tokens() []string {
	var all []string
	for _, t := range q.terms {
		all = append(all, q.tokensOf(t)...)
	}
	return all
}

// AllTokens returns every token that a text must have for the query to match. They
// say more than Tokens, where asking for one more costs next to nothing.
func (q Query) AllTokens() []string {
	var all []string
	for _, t := range q.terms {
		if t.number {
			forTriples(t.text, func(three string) { all = append(all, string(leadNumber)+three) })
			continue
		}
		if !q.inside || t.quoted {
			forWords(t.text, func(word string) { forBeginnings(word, func(token string) { all = append(all, token) }) })
		}
		forPairs(t.text, func(one, two rune) { all = append(all, pair(one, two)) })
	}
	return all
}

func (q Query) tokensOf(t term) []string {
	var found []string
	switch {
	case t.number:
		forTriples(t.text, func(three string) { found = append(found, string(leadNumber)+three) })
	default:
		if !q.inside || t.quoted {
			forWords(t.text, func(word string) {
				token := beginning(word)
				if token == "" {
					return
				}
				found = append(found, token)
				if len(token) < len(word) {
					// What the beginning leaves open, its last two characters narrow.
					found = append(found, lastPair(word))
				}
			})
		}
		if len(found) == 0 {
			forPairs(t.text, func(one, two rune) { found = append(found, pair(one, two)) })
		}
	}
	return spread(found)
}

func pair(one, two rune) string {
	var b strings.Builder
	b.WriteByte(leadPair)
	writeRune(&b, one)
	writeRune(&b, two)
	return b.String()
}

// lastPair returns the token of the last two characters of a word.
func lastPair(word string) string {
	two, size := utf8.DecodeLastRuneInString(word)
	one, _ := utf8.DecodeLastRuneInString(word[:len(word)-size])
	return pair(one, two)
}

// spread keeps the first, the last and some between.
func spread(all []string) []string {
	if len(all) <= mostTokens {
		return all
	}
	kept := make([]string, 0, mostTokens)
	for i := range mostTokens {
		kept = append(kept, all[i*(len(all)-1)/(mostTokens-1)])
	}
	return kept
}

// beginning returns the longest token that a word begins with, empty for a
// single character.
func beginning(word string) string {
	token, n := "", 0
	for i := range word {
		for _, length := range beginnings {
			if n == length {
				token = word[:i]
			}
		}
		n++
	}
	for _, length := range beginnings {
		if n == length {
			token = word
		}
	}
	return token
}

// forBeginnings calls fn with the beginnings of a word that are tokens.
func forBeginnings(word string, fn func(token string)) {
	for i, n := 0, 0; i <= len(word) && n <= beginnings[len(beginnings)-1]; n++ {
		for _, length := range beginnings {
			if n == length {
				fn(word[:i])
			}
		}
		if i == len(word) {
			break
		}
		_, size := utf8.DecodeRuneInString(word[i:])
		i += size
	}
}

// forWords calls fn with every word of a folded text.
func forWords(text string, fn func(word string)) {
	start := -1
	for i, r := range text {
		switch in := inWord(r); {
		case in && start < 0:
			start = i
		case !in && start >= 0:
			fn(text[start:i])
			start = -1
		}
	}
	if start >= 0 {
		fn(text[start:])
	}
}

// forPairs calls fn with every two characters that stand together.
func forPairs(text string, fn func(one, two rune)) {
	before := ' '
	for _, r := range text {
		if before != ' ' && r != ' ' {
			fn(before, r)
		}
		before = r
	}
}

func forTriples(digits string, fn func(three string)) {
	for i := 0; i+3 <= len(digits); i++ {
		fn(digits[i : i+3])
	}
}

// writeRune writes a character so that it cannot end a token: punctuation of
// ASCII is moved behind it.
func writeRune(b *strings.Builder, r rune) {
	if r < utf8.RuneSelf && !inWord(r) {
		r += utf8.RuneSelf
	}
	b.WriteRune(r)
}
