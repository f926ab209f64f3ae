package phi

import (
	"embed"
	"fmt"
	"strings"

	"quietline/backend/patients"
)

//go:embed lexicon/*.txt
var files embed.FS

// phrase is the words of a term after its first.
type phrase struct {
	rest []string
	kind Kind
}

var (
	// lexicon holds every term under its first word.
	lexicon = map[string][]phrase{}
	// ordinary are names that are words as well.
	ordinary = map[string]bool{}
	// particles are the words between the parts of a name.
	particles = map[string]bool{}
)

// The lists are part of the program, so that a fault in one stops its first start
// and every test.
func init() {
	for file, kind := range map[string]Kind{
		"diagnosis": Diagnosis, "drug": Drug, "substance": Substance, "hiv": HIV, "result": Result, "money": Money,
	} {
		for _, line := range lines(file) {
			words := patients.Words(line)
			lexicon[words[0]] = append(lexicon[words[0]], phrase{words[1:], kind})
		}
	}
	for file, set := range map[string]map[string]bool{"ordinary": ordinary, "particle": particles} {
		for _, line := range lines(file) {
			for _, w := range patients.Words(line) {
				set[w] = true
			}
		}
	}
}

// lines are the lines of a list without its remarks.
func lines(file string) []string {
	text, err := files.ReadFile("lexicon/" + file + ".txt")
	if err != nil {
		panic(fmt.Sprintf("phi: the list %s is not in the program", file))
	}
	var all []string
	for line := range strings.Lines(string(text)) {
		line, _, _ = strings.Cut(line, "#")
		if line = strings.TrimSpace(line); line != "" {
			all = append(all, line)
		}
	}
	return all
}

// terms finds the words of the lexicons.
func (t Text) terms() []Mark {
	var marks []Mark
	for i, w := range t.words {
		for _, form := range forms(w.folded) {
			for _, p := range lexicon[form] {
				if last, ok := t.goesOn(i, p.rest); ok {
					marks = append(marks, Mark{p.kind, w.from, t.words[last].to})
				}
			}
		}
	}
	return marks
}

// goesOn reports whether the words after i are those of a term, and where it ends.
func (t Text) goesOn(i int, rest []string) (last int, ok bool) {
	for _, want := range rest {
		i++
		if i >= len(t.words) || !isForm(t.words[i].folded, want) {
			return 0, false
		}
	}
	return i, true
}

// forms are a word as it stands and as it may stand in a lexicon: without the
// ending of a plural.
func forms(w string) []string {
	all := []string{w}
	if len(w) > 4 && strings.HasSuffix(w, "s") {
		all = append(all, w[:len(w)-1])
		if strings.HasSuffix(w, "es") {
			all = append(all, w[:len(w)-2])
		}
	}
	return all
}

func isForm(w, want string) bool {
	for _, form := range forms(w) {
		if form == want {
			return true
		}
	}
	return false
}
