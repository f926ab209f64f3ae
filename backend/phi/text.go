package phi

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"quietline/backend/clinic"
	"quietline/backend/patients"
)

// Text is a text taken apart into words and numbers.
type Text struct {
	source string
	words  []word
	phones []phone
}

type word struct {
	folded   string
	from, to int
	// capital says that it begins with a capital letter, or with one of a script
	// that knows none.
	capital bool
}

type phone struct {
	number   clinic.Phone
	from, to int
}

// Read takes a text apart. Malformed UTF-8 counts as letters that are in no name.
func Read(source string) Text {
	t := Text{source: source}
	start := -1
	for i, r := range source + " " {
		part := unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.Is(unicode.M, r)
		switch {
		case part && start < 0:
			start = i
		case !part && start >= 0:
			t.add(start, i)
			start = -1
		}
	}
	t.phones = phonesIn(source)
	return t
}

func (t *Text) add(from, to int) {
	s := t.source[from:to]
	first := []rune(s)[0]
	t.words = append(t.words, word{
		folded: patients.Fold(s), from: from, to: to, capital: !unicode.IsLower(first),
	})
}

// phonesIn finds the numbers of ten digits and more, as people write them: each row of
// neighbouring groups of digits that is a number, since a date or another number may
// stand beside it. Rows overlap; which of them is somebody's is for the caller.
func phonesIn(s string) []phone {
	var found []phone
	for _, run := range dialled.FindAllStringIndex(s, -1) {
		groups := group.FindAllStringIndex(s[run[0]:run[1]], -1)
		for i := range groups {
			from := run[0] + groups[i][0]
			if from > run[0] && (s[from-1] == '+' || s[from-1] == '(') {
				from--
			}
			count := 0
			for j := i; j < len(groups) && count <= 15; j++ {
				count += groups[j][1] - groups[j][0]
				to := run[0] + groups[j][1]
				if count < 10 {
					continue
				}
				if n, err := clinic.ParsePhone(s[from:to]); err == nil {
					found = append(found, phone{n, from, to})
				}
			}
		}
	}
	return found
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// Words returns the folded words of the text, in its order: what a full name in it
// could be made of. The particles of names are left out.
func (t Text) Words() []string {
	bearing := t.bearing()
	all := make([]string, len(bearing))
	for i, at := range bearing {
		all[i] = t.words[at].folded
	}
	return all
}

// bearing are the places of the words that are no particles.
func (t Text) bearing() []int {
	all := make([]int, 0, len(t.words))
	for i, w := range t.words {
		if !particles[w.folded] {
			all = append(all, i)
		}
	}
	return all
}

// Phones returns the numbers of the text.
func (t Text) Phones() []clinic.Phone {
	all := make([]clinic.Phone, len(t.phones))
	for i, p := range t.phones {
		all[i] = p.number
	}
	return all
}

// Others are the patients other than the one written to whom a text may name.
type Others struct {
	// Pairs are two of [Text.Words], of one of their names, that stand one after the
	// other, or with one word between them.
	Pairs []patients.Pair
	// Phones are their numbers.
	Phones []clinic.Phone
}

// Marks returns every place that tells something, in the order of the text. Of
// places that overlap the gravest stays.
func (t Text) Marks(o Others) []Mark {
	marks := slices.Concat(t.identifiers(), t.others(o), t.terms(), t.money(), t.doses(), t.births())
	grave := Kinds()
	slices.SortStableFunc(marks, func(a, b Mark) int {
		return cmp.Or(slices.Index(grave, a.Kind)-slices.Index(grave, b.Kind), a.From-b.From, b.To-a.To)
	})
	var kept []Mark
	for _, m := range marks {
		if !slices.ContainsFunc(kept, func(k Mark) bool { return m.From < k.To && k.From < m.To }) {
			kept = append(kept, m)
		}
	}
	slices.SortFunc(kept, func(a, b Mark) int { return a.From - b.From })
	return kept
}

// others finds the names and numbers of other patients.
func (t Text) others(o Others) []Mark {
	var marks []Mark
	bearing := t.bearing()
	for _, p := range o.Pairs {
		for n, i := range bearing {
			for _, j := range bearing[n+1 : min(n+3, len(bearing))] {
				if t.names(p, i, j) {
					marks = append(marks, Mark{OtherName, t.words[i].from, t.words[j].to})
				}
			}
		}
	}
	for _, p := range t.phones {
		if slices.Contains(o.Phones, p.number) {
			marks = append(marks, Mark{OtherNumber, p.from, p.to})
		}
	}
	return marks
}

// names reports whether the words at i and j are a name: in one sentence and, where
// both are ordinary words, with capitals and no comma between them.
func (t Text) names(p patients.Pair, i, j int) bool {
	a, b := t.words[i], t.words[j]
	gap := t.source[a.to:b.from]
	if a.folded != p.First || b.folded != p.Second || strings.ContainsAny(gap, ".!?;:\n") && !initial(gap) {
		return false
	}
	if !ordinary[a.folded] || !ordinary[b.folded] {
		return true
	}
	return a.capital && b.capital && t.inside(i) && !strings.Contains(gap, ",")
}

// initial reports whether what stands between two words is a middle initial.
func initial(gap string) bool {
	s := strings.TrimSpace(gap)
	return len(s) == 2 && s[1] == '.'
}

// inside reports whether a word stands inside of a sentence, where a capital letter
// means something.
func (t Text) inside(i int) bool {
	before := strings.TrimRightFunc(t.source[:t.words[i].from], unicode.IsSpace)
	return before != "" && !strings.ContainsAny(before[len(before)-1:], ".!?:\n")
}
