package vault

import (
	_ "embed"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"quietline/backend/clinic"
)

// The rules for a passphrase follow NIST SP 800-63B for one that stands alone:
// at least 15 characters, room for long ones, spaces and any script allowed, a
// list of what is guessed first, and no rule about kinds of characters.
const (
	minPassphraseRunes = 15
	maxPassphraseRunes = 256
	maxPassphraseBytes = maxPassphraseRunes * utf8.UTFMax
)

// blockedList holds what guessing begins with, without spaces: whole phrases
// that are known too well, and fragments that long weak passphrases are built
// from.
//
//go:embed blocked.txt
var blockedList string

// acceptable reports whether a passphrase can have been set at all; it bounds
// the work for what is typed at the sign-in screen.
func acceptable(passphrase []byte) bool {
	return len(passphrase) > 0 && len(passphrase) <= maxPassphraseBytes && utf8.Valid(passphrase)
}

// normal returns the bytes that stand for a passphrase: every kind of space as
// U+0020, then Normalization Form C, as RFC 8265 (OpaqueString) has it, so that
// the same keys typed on another system give the same bytes. The result is a
// copy to be wiped.
func normal(passphrase []byte) []byte {
	spaced := make([]byte, 0, len(passphrase))
	for rest := passphrase; len(rest) > 0; {
		r, n := utf8.DecodeRune(rest)
		if unicode.Is(unicode.Zs, r) {
			spaced = append(spaced, ' ')
		} else {
			spaced = append(spaced, rest[:n]...)
		}
		rest = rest[n:]
	}
	defer clear(spaced)
	// Room for the longest expansion of NFC, so that nothing is left behind by
	// a slice that grew (Unicode Standard Annex 15: a factor of three).
	return norm.NFC.Append(make([]byte, 0, 3*len(spaced)), spaced...)
}

// CheckPassphrase says whether a passphrase would be accepted for a person of
// this name, so that a screen can say so while it is typed. Errors:
// CodePassphraseShort, CodePassphraseLong, CodePassphraseCommon,
// clinic.CodeBadInput for what is not UTF-8.
func (v *Vault) CheckPassphrase(passphrase []byte, name string) error {
	return v.cfg.checkPassphrase(passphrase, name)
}

// CheckPassphrase is Vault.CheckPassphrase before there is a vault.
func CheckPassphrase(passphrase []byte, name string, blocked []string) error {
	return Config{Blocked: blocked}.checkPassphrase(passphrase, name)
}

func (c Config) checkPassphrase(passphrase []byte, name string) error {
	return c.checkPhrase(passphrase, name, minPassphraseRunes)
}

func (c Config) checkPhrase(passphrase []byte, name string, least int) error {
	if !utf8.Valid(passphrase) {
		return clinic.E(clinic.CodeBadInput)
	}
	tooLong := clinic.E(CodePassphraseLong).With("max", maxPassphraseRunes)
	if len(passphrase) > maxPassphraseBytes {
		return tooLong
	}
	text := normal(passphrase)
	defer clear(text)
	switch n := utf8.RuneCount(text); {
	case n < least:
		return clinic.E(CodePassphraseShort).With("min", least)
	case n > maxPassphraseRunes || len(text) > maxPassphraseBytes:
		return tooLong
	}
	fragments := strings.Fields(blockedList)
	for _, phrase := range append(slices.Clone(c.Blocked), name) {
		for _, word := range strings.Fields(phrase) {
			// Shorter ones are parts of other words.
			if word = letters(word); utf8.RuneCountInString(word) >= 3 {
				fragments = append(fragments, word)
			}
		}
	}
	slices.SortStableFunc(fragments, func(a, b string) int { return len(b) - len(a) })
	plain := letters(string(text))
	if common(plain, fragments) || common(disguise.Replace(strings.ToLower(string(text))), fragments) {
		return clinic.E(CodePassphraseCommon)
	}
	return nil
}

// disguise undoes the usual replacements, p@ssw0rd, and drops spaces and signs.
var disguise = strings.NewReplacer("@", "a", "0", "o", "1", "l", "$", "s", "3", "e", "!", "i",
	" ", "", "-", "", "_", "", ".", "", ",", "")

// letters returns the letters and digits of a text in lower case.
func letters(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, text)
}

// minNovelRunes is how many characters must be left that neither belong to a
// known fragment nor follow from the one before.
const minNovelRunes = 6

// common reports whether little is left of a text once what everybody knows is
// taken away: known fragments, repetition, and runs such as 12345 or aaaa.
func common(text string, fragments []string) bool {
	for _, f := range fragments {
		text = strings.ReplaceAll(text, f, " ")
	}
	runes := []rune(strings.ReplaceAll(text, " ", ""))
	if unit := period(runes); unit > 0 {
		runes = runes[:unit]
	}
	novel := 0
	for i, r := range runes {
		if i == 0 || r-runes[i-1] > 1 || r-runes[i-1] < -1 {
			novel++
		}
	}
	return novel < minNovelRunes
}

// period returns the length of the shortest piece that the whole repeats, the
// last time perhaps cut short, or 0 where nothing repeats at least twice.
func period(runes []rune) int {
	for p := 1; p <= len(runes)/2; p++ {
		if slices.Equal(runes[p:], runes[:len(runes)-p]) {
			return p
		}
	}
	return 0
}
