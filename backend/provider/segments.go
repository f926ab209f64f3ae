package provider

import (
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// MaxBody is the longest text, in characters as Length counts them.
const MaxBody = 1600

// Encoding is how a text travels over the air.
type Encoding string

// The two alphabets of a text: 7 bits per character where every character is in
// the basic GSM alphabet (3GPP TS 23.038 §6.2.1), else 16.
const (
	GSM7 Encoding = "gsm7"
	UCS2 Encoding = "ucs2"
)

// Count is how a text is cut into segments, which is what it costs.
type Count struct {
	Encoding Encoding
	Segments int // 0 for the empty text
	Units    int // septets or 16-bit units of the text itself
	// PerSegment is how many units a segment holds at this length: 160 or 70
	// while there is one, 153 or 67 once a header has to number several.
	PerSegment int
	// Left is how many units still fit into the last segment.
	Left int
}

// The basic alphabet without its escape character: 127 characters, one septet
// each. Of the letters with a cedilla it has the capital alone.
const gsmBasic = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"

// The extension table: an escape and a character, two septets that stay
// together.
const gsmExtended = "\f^{}\\[~]|€"

var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// Normalize returns the text as it is stored, counted and sent: composed
// characters (Unicode NFC), so that an accent typed as a mark of its own does
// not make every segment half as long, and line feeds as line ends. Text that is
// not valid UTF-8 has its bad bytes replaced by U+FFFD.
func Normalize(body string) string {
	body = strings.ToValidUTF8(body, "\uFFFD")
	body = lineEnds.Replace(body)
	return norm.NFC.String(body)
}

// Length counts characters as the limit MaxBody does: 16-bit units, so that an
// emoji is two. Providers do not say which way they count; this is the careful
// one.
func Length(body string) int {
	n := 0
	for _, r := range body {
		n += utf16.RuneLen(r)
	}
	return n
}

// CountSegments says how a text is cut. It counts what it is given: pass what
// Normalize returned.
func CountSegments(body string) Count {
	width, single, several := gsmWidth, 160, 153
	encoding := GSM7
	if !isGSM(body) {
		width, single, several = utf16.RuneLen, 70, 67
		encoding = UCS2
	}
	units := 0
	for _, r := range body {
		units += width(r)
	}
	if units <= single {
		c := Count{Encoding: encoding, Units: units, PerSegment: single, Left: single - units}
		if units > 0 {
			c.Segments = 1
		}
		return c
	}
	// A character never straddles two segments: where only half of an escape
	// pair or of a surrogate pair would fit, it moves to the next as a whole.
	segments, used := 1, 0
	for _, r := range body {
		w := width(r)
		if used+w > several {
			segments++
			used = 0
		}
		used += w
	}
	return Count{Encoding: encoding, Segments: segments, Units: units, PerSegment: several, Left: several - used}
}

// Costly returns the characters of a text that are not in the basic alphabet,
// each once, in the order of the text: a single one of them makes every segment
// less than half as long. It is nil where CountSegments says GSM7.
//
// Nothing here replaces them. Providers offer that (smart encoding), and it stays
// off: what goes out would differ from what a person wrote, from what the record
// holds, and from what a lost text is looked for by.
func Costly(body string) []rune {
	var found []rune
	for _, r := range body {
		if gsmWidth(r) == 0 && !slices.Contains(found, r) {
			found = append(found, r)
		}
	}
	return found
}

func isGSM(body string) bool {
	if !utf8.ValidString(body) {
		return false
	}
	for _, r := range body {
		if gsmWidth(r) == 0 {
			return false
		}
	}
	return true
}

// gsmWidth is the septets that a character takes, 0 where the alphabet lacks it.
func gsmWidth(r rune) int {
	switch {
	case strings.ContainsRune(gsmBasic, r):
		return 1
	case strings.ContainsRune(gsmExtended, r):
		return 2
	}
	return 0
}
