package sample

import (
	_ "embed"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"quietline/backend/clinic"
	"quietline/backend/policy"
)

//go:embed talks.en.txt
var talksEnglish string

//go:embed talks.es.txt
var talksSpanish string

// line is one text of a kind of conversation.
type line struct {
	out     bool // the clinic writes it
	maybe   bool // it comes half of the time
	answers bool // its alternatives answer those of the line before, one to one
	texts   []string
}

// talkKind is a kind of conversation.
type talkKind struct {
	name  string
	about policy.Category
	by    clinic.Role
	child bool // fits a minor's family alone
	here  bool // takes someone who lives nearby
	often bool
	lines []line
}

// tongue is what is said in one language.
type tongue struct {
	phrases map[string][]string // drawn at each use
	words   map[string][]string // drawn once for a conversation
	kinds   []talkKind
}

var writers = map[string]clinic.Role{
	"desk": clinic.FrontDesk, "manager": clinic.OfficeManager, "therapist": clinic.Therapist,
}

// readTongue reads a file of conversations; talks.en.txt says how it is written.
func readTongue(text string) (*tongue, error) {
	_, text, found := strings.Cut(text, "\n\n")
	if !found {
		return nil, errors.New("sample: conversations without a heading")
	}
	t := &tongue{phrases: map[string][]string{}, words: map[string][]string{}}
	for n, l := range strings.Split(text, "\n") {
		if err := t.read(strings.TrimSpace(l)); err != nil {
			return nil, fmt.Errorf("sample: line %d of the conversations: %w", n+1, err)
		}
	}
	return t, nil
}

func (t *tongue) read(l string) error {
	if l == "" {
		return nil
	}
	mark, rest, _ := strings.Cut(l, " ")
	switch mark {
	case "=", "~":
		name, list, found := strings.Cut(rest, ": ")
		if !found {
			return errors.New("no alternatives")
		}
		if mark == "=" {
			t.phrases[name] = strings.Split(list, " | ")
		} else {
			t.words[name] = strings.Split(list, " | ")
		}
		return nil
	case "#":
		f := strings.Fields(rest)
		if len(f) < 3 || !policy.Category(f[1]).Valid() || writers[f[2]] == "" {
			return errors.New("not a kind of conversation")
		}
		t.kinds = append(t.kinds, talkKind{
			name: f[0], about: policy.Category(f[1]), by: writers[f[2]],
			child: slices.Contains(f, "child"), here: slices.Contains(f, "here"), often: slices.Contains(f, "often"),
		})
		return nil
	}
	if len(t.kinds) == 0 {
		return errors.New("a line before the first conversation")
	}
	k := &t.kinds[len(t.kinds)-1]
	next := line{texts: strings.Split(rest, " | ")}
	mark, next.maybe = strings.CutPrefix(mark, "?")
	mark, next.answers = strings.CutSuffix(mark, "=")
	switch mark {
	case ">":
		next.out = true
	case "<":
	default:
		return errors.New("an unknown mark")
	}
	if next.answers && (len(k.lines) == 0 || len(k.lines[len(k.lines)-1].texts) != len(next.texts)) {
		return errors.New("not as many answers as the line before has alternatives")
	}
	k.lines = append(k.lines, next)
	return nil
}

// chosen is a line of a conversation with the alternative that was drawn.
type chosen struct {
	out  bool
	text string
}

// shape draws which lines of a conversation are said, and in which alternative.
func (k *talkKind) shape(rnd *rand.Rand) []chosen {
	var said []chosen
	at := 0
	for _, l := range k.lines {
		if !l.answers {
			at = rnd.IntN(len(l.texts))
		}
		if skipped := l.maybe && rnd.IntN(2) == 0; !skipped {
			said = append(said, chosen{l.out, l.texts[at]})
		}
	}
	return said
}

// telling fills the lines of one conversation.
type telling struct {
	*tongue
	rnd   *rand.Rand
	drawn map[string]string // what {name} stands for in this conversation
	// thanks is how the patient thanks in a language of her own, or empty.
	thanks string
}

// say fills a line. Its punctuation is put right where a phrase was put into the
// middle of a sentence.
func (t *telling) say(text string, byPatient bool) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "{")
		b.WriteString(before)
		if !found {
			break
		}
		name, after, _ := strings.Cut(rest, "}")
		text = after
		b.WriteString(t.fill(b.String(), name, after, byPatient))
	}
	return sentences(contracted.Replace(b.String()))
}

// contracted are the Spanish contractions that arise when a day is filled in.
var contracted = strings.NewReplacer(" de el ", " del ", " a el ", " al ")

func (t *telling) fill(before, name, after string, byPatient bool) string {
	lower := strings.ToLower(name)
	value, known := t.drawn[lower]
	if list, once := t.words[lower]; !known && once {
		value, known = list[t.rnd.IntN(len(list))], true
		t.drawn[lower] = value
	}
	if known {
		if lower != name {
			return capital(value)
		}
		return value
	}
	list := t.phrases[name]
	value = list[t.rnd.IntN(len(list))]
	if name == "thanks" && byPatient && t.thanks != "" && t.rnd.IntN(5) < 2 {
		value = t.thanks
	}
	value = t.say(value, byPatient)
	if after != "" && strings.ContainsAny(after[:1], ",.!") {
		value = strings.TrimRight(value, "!")
	}
	if insideSentence(before) && !strings.HasPrefix(value, "I ") && !strings.HasPrefix(value, "I'") {
		value = small(value)
	}
	return value
}

func insideSentence(before string) bool {
	before = strings.TrimSpace(before)
	return before != "" && !strings.ContainsAny(before[len(before)-1:], ".!?:")
}

func capital(s string) string { return firstRune(s, unicode.ToUpper) }
func small(s string) string   { return firstRune(s, unicode.ToLower) }

func firstRune(s string, change func(rune) rune) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(change(r)) + s[n:]
}

// sentences begins every sentence with a capital letter.
func sentences(s string) string {
	runes := []rune(s)
	start := true
	for i, r := range runes {
		switch {
		case start && unicode.IsLetter(r):
			runes[i], start = unicode.ToUpper(r), false
		case start && unicode.IsDigit(r):
			start = false
		case r == ' ' && i > 0 && strings.ContainsRune(".!?", runes[i-1]):
			start = true
		}
	}
	return string(runes)
}
