package vault

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base32"
	"math/rand/v2"
	"slices"
	"strings"
	"unicode"

	"quietline/backend/clinic"
)

// The words of a sheet carry 5 bits of version, 160 bits of entropy and 11 bits
// of check, in this order, most significant bit first: 16 words of 11 bits, the
// last of which is the check alone.
const (
	sheetVersion = 1
	entropySize  = 20
	wordBits     = 11
	sheetWords   = 16

	// codePrefix begins the text of the square code. It and what follows use
	// only the letters of a QR code's alphanumeric mode.
	codePrefix = "QUIETLINE:"

	// askedWords is how many words a person types back.
	askedWords = 4
)

// wordList is the English list of BIP 39: 2,048 words in alphabetical order, of
// which no two share their first four letters.
//
//go:embed words.txt
var wordList string

// words splits the list anew at each use; it is needed a few times a year.
func words() []string { return strings.Fields(wordList) }

// Words returns the 16 words in their order.
func (r Recovery) Words() []string {
	list, bits := words(), r.pack()
	out := make([]string, sheetWords)
	for i := range out {
		out[i] = list[bits.take(i)]
	}
	clear(bits)
	return out
}

// Code returns the text of the square code: the same bits.
func (r Recovery) Code() string {
	bits := r.pack()
	defer clear(bits)
	return codePrefix + base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(bits)
}

// Ask returns the positions, from 1, of the words that a person types back from
// the paper: four, at random, in order.
func (Recovery) Ask() []int {
	// Which words are asked is no secret.
	at := rand.Perm(sheetWords)[:askedWords]
	slices.Sort(at)
	for i := range at {
		at[i]++
	}
	return at
}

// Confirm compares words typed back with the sheet, by position from 1. Errors:
// CodeWordsIncomplete for fewer than four, CodeWordDiffers for the first that is
// another.
func (r Recovery) Confirm(typed map[int]string) error {
	list, right := words(), r.Words()
	asked := 0
	for i := range right {
		word, ok := typed[i+1]
		if !ok {
			continue
		}
		asked++
		at := find(list, strings.ToLower(strings.TrimSpace(word)))
		if at < 0 || list[at] != right[i] {
			return clinic.E(CodeWordDiffers).With("position", i+1)
		}
	}
	if asked < askedWords {
		return clinic.E(CodeWordsIncomplete).With("have", asked).With("need", askedWords)
	}
	return nil
}

// ParseRecovery reads the words of a sheet, or the text of its square code.
// Case, numbering and punctuation do not matter; a word may be cut to its first
// four letters. Errors: CodeWordsIncomplete, CodeWordUnknown, CodeWordsMistyped,
// CodeNewer.
func ParseRecovery(text string) (Recovery, error) {
	text = strings.TrimSpace(text)
	if code, ok := strings.CutPrefix(strings.ToUpper(text), codePrefix); ok {
		raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(code)
		if err != nil || len(raw) != packedSize {
			return Recovery{}, clinic.E(CodeWordsMistyped)
		}
		return packed(raw).unpack()
	}
	typed := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) })
	list, bits := words(), make(packed, packedSize)
	defer clear(bits)
	for i, word := range typed[:min(len(typed), sheetWords)] {
		at := find(list, word)
		if at < 0 {
			return Recovery{}, clinic.E(CodeWordUnknown).With("position", i+1)
		}
		bits.put(i, at)
	}
	if len(typed) != sheetWords {
		return Recovery{}, clinic.E(CodeWordsIncomplete).With("have", len(typed)).With("need", sheetWords)
	}
	return bits.unpack()
}

// find returns the place of a word in the list, or -1.
func find(list []string, word string) int {
	at, exact := slices.BinarySearch(list, word)
	switch {
	case exact:
		return at
	case len(word) == 4 && at < len(list) && strings.HasPrefix(list[at], word):
		return at
	}
	return -1
}

// packed holds the bits of 16 words.
type packed []byte

const packedSize = sheetWords * wordBits / 8

func (r Recovery) pack() packed {
	p := make(packed, packedSize)
	p.set(0, 5, sheetVersion)
	for i, b := range r.entropy {
		p.set(5+8*i, 8, int(b))
	}
	p.set(5+8*entropySize, wordBits, p.check())
	return p
}

func (p packed) unpack() (Recovery, error) {
	if p.take(sheetWords-1) != p.check() {
		return Recovery{}, clinic.E(CodeWordsMistyped)
	}
	// The check covers the version, and every version to come keeps this check
	// and this place for it.
	if p.get(0, 5) != sheetVersion {
		return Recovery{}, clinic.E(CodeNewer)
	}
	r := Recovery{entropy: make([]byte, entropySize)}
	for i := range r.entropy {
		r.entropy[i] = byte(p.get(5+8*i, 8))
	}
	return r, nil
}

// check returns the first 11 bits of SHA-256 over all words but the last.
func (p packed) check() int {
	first := slices.Clone(p)
	first.set(5+8*entropySize, wordBits, 0)
	defer clear(first)
	sum := sha256.Sum256(append([]byte("quietline recovery sheet\x00"), first...))
	return int(sum[0])<<3 | int(sum[1])>>5
}

func (p packed) take(word int) int      { return p.get(word*wordBits, wordBits) }
func (p packed) put(word, value int)    { p.set(word*wordBits, wordBits, value) }
func (p packed) bit(at int) (int, byte) { return at / 8, byte(0x80) >> (at % 8) }

func (p packed) get(from, width int) int {
	value := 0
	for at := from; at < from+width; at++ {
		i, mask := p.bit(at)
		value <<= 1
		if p[i]&mask != 0 {
			value |= 1
		}
	}
	return value
}

func (p packed) set(from, width, value int) {
	for at := from + width - 1; at >= from; at-- {
		i, mask := p.bit(at)
		p[i] &^= mask
		if value&1 == 1 {
			p[i] |= mask
		}
		value >>= 1
	}
}
