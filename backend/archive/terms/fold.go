// Package terms decides what a search finds in a text.
//
// It holds the one set of rules by which texts are put into the search index,
// by which a person's words are looked up in it, and by which hits are found in
// a text and marked. The index only proposes texts ([Tokens], [Query.Tokens]);
// [Query.Match] reads each of them and has the last word, so that what is found
// never depends on how the index was built.
//
// # What is found
//
// Case, diacritics, width and the shapes of quotes, dashes and spaces do not
// matter ([Fold]). The words of a query may stand anywhere in a text, and all of
// them must. The last one may be unfinished. What stands in quotes is one
// phrase. In scripts that are written without spaces a word may begin anywhere.
// Numbers of four digits or more are found inside of longer ones, whatever
// stands between the digits, so that the end of a telephone number finds it.
// [Query.Inside] also finds words in the middle of others.
//
// # Limits
//
// There is no stemming and no synonyms: what is typed is what is found. Single
// characters are not looked up by themselves. A change of these rules changes
// the index: raise [Version], and every clinic's views are made anew.
//
// The package is pure: no clock, no files, no state.
package terms

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Version names the rules. It stands in the schema of the index.
const Version = 1

// Folded is a text as it is searched.
type Folded struct {
	text string
	// from and to are, for each byte of text, the bytes of the source that it
	// stands for. They are nil where both agree byte for byte.
	from, to []int32
}

// Fold returns a text as it is searched: without case, in one width, with plain
// quotes, dashes and single spaces, and, in scripts where they can be left out,
// without marks over and under the letters.
func Fold(s string) Folded {
	if text, plain := foldASCII(s); plain {
		return Folded{text: text}
	}
	return foldAny(s)
}

// String returns the folded text.
func (f Folded) String() string { return f.text }

// source returns the bytes of the source that a part of the folded text stands
// for.
func (f Folded) source(s Span) Span {
	if f.from == nil {
		return s
	}
	return Span{int(f.from[s.From]), int(f.to[s.To-1])}
}

// foldASCII folds the ordinary text. It leaves runs of spaces, whose bytes do
// not stay in place, to foldAny.
func foldASCII(s string) (string, bool) {
	same, space := true, false
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= utf8.RuneSelf, space && c <= ' ':
			return "", false
		case c >= 'A' && c <= 'Z', c < ' ', c == 0x7f:
			same = false
		}
		space = c <= ' ' || c == 0x7f
	}
	if same {
		return s, true
	}
	out := []byte(s)
	for i, c := range out {
		switch {
		case c >= 'A' && c <= 'Z':
			out[i] = c + 'a' - 'A'
		case c < ' ', c == 0x7f:
			out[i] = ' '
		}
	}
	return string(out), true
}

type folder struct {
	out      []byte
	from, to []int32
	runes    []rune
	// bare says that the letter before loses its marks.
	bare bool
}

func foldAny(s string) Folded {
	if !utf8.ValidString(s) {
		// As JSON does it, so that places agree with what a screen gets.
		s = string([]rune(s))
	}
	n := len(s)
	f := folder{out: make([]byte, 0, n), from: make([]int32, 0, n), to: make([]int32, 0, n), bare: true}
	var it norm.Iter
	it.InitString(norm.NFKD, s)
	for !it.Done() {
		from := it.Pos()
		segment := it.Next()
		f.segment(segment, from, it.Pos())
	}
	return Folded{string(f.out), f.from, f.to}
}

// segment folds a character with all its marks, decomposed.
func (f *folder) segment(segment []byte, from, to int) {
	f.runes = f.runes[:0]
	whole := true
	for len(segment) > 0 {
		r, size := utf8.DecodeRune(segment)
		segment = segment[size:]
		mark := unicode.Is(unicode.Mn, r)
		if mark && f.bare && losesMarks(r) {
			continue
		}
		if !mark {
			f.bare = losesMarks(r)
		}
		whole = whole && f.bare && !mark
		f.runes = foldRune(f.runes, r)
	}
	text := string(f.runes)
	if !whole {
		// Syllables and letters whose marks stay are one character again.
		text = norm.NFC.String(text)
	}
	for i := range len(text) {
		if n := len(f.out); text[i] == ' ' && n > 0 && f.out[n-1] == ' ' {
			f.to[n-1] = int32(to)
			continue
		}
		f.out, f.from, f.to = append(f.out, text[i]), append(f.from, int32(from)), append(f.to, int32(to))
	}
}

// losesMarks reports whether a letter or a mark is of a script whose marks people
// leave out when they search. In others, as in those of India or in Thai, they are vowels.
func losesMarks(r rune) bool {
	return unicode.In(r, unicode.Latin, unicode.Common, unicode.Inherited, unicode.Arabic, unicode.Cyrillic,
		unicode.Greek, unicode.Hebrew)
}

// spelled are letters that do not decompose and are typed as others.
var spelled = map[rune]string{
	'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'ł': "l", 'đ': "d", 'ð': "d", 'þ': "th", 'ħ': "h", 'ŧ': "t",
	'‘': "'", '’': "'", '‚': "'", '‛': "'", 'ʼ': "'", '‹': "'", '›': "'",
	'“': `"`, '”': `"`, '„': `"`, '‟': `"`, '«': `"`, '»': `"`, '⁄': "/",
}

// zeros are where the digits of scripts begin.
var zeros = []rune{0x0660, 0x06f0, 0x0966, 0x09e6, 0x0e50}

const tatweel = 0x0640 // stretches an Arabic word and says nothing

func foldRune(to []rune, r rune) []rune {
	switch {
	case r == tatweel, unicode.Is(unicode.Cf, r):
		return to
	case unicode.IsSpace(r), unicode.IsControl(r):
		return append(to, ' ')
	case unicode.Is(unicode.Pd, r):
		return append(to, '-')
	}
	for _, zero := range zeros {
		if r >= zero && r < zero+10 {
			return append(to, '0'+r-zero)
		}
	}
	r = unicode.ToLower(unicode.ToUpper(r)) // the final sigma, too
	if as, found := spelled[r]; found {
		return append(to, []rune(as)...)
	}
	return append(to, r)
}

// inWord reports whether a character is part of a word that has an end.
func inWord(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= 'a' && r <= 'z' || r >= '0' && r <= '9'
	}
	return (unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r)) && !unspaced(r)
}

// unspaced reports whether a character is of a script that is written without
// spaces between words.
func unspaced(r rune) bool {
	return r == 'ー' || unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao,
		unicode.Khmer, unicode.Myanmar)
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
