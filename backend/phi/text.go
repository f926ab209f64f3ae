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

// phonesIn finds numbers of ten digits and more as people write them.
func phonesIn(s string) []phone {
	var found []phone
	for i := 0; i < len(s); {
		if !isDigit(s[i]) && s[i] != '+' && s[i] != '(' {
			i++
			continue
		}
		end, last, digits := i, i, 0
		for end < len(s) && strings.IndexByte("0123456789+ .-()/", s[end]) >= 0 {
			if isDigit(s[end]) {
				digits++
				last = end + 1
			}
			end++
		}
		if digits >= 10 {
			if n, err := clinic.ParsePhone(s[i:last]); err == nil {
				found = append(found, phone{n, i, last})
			}
		}
		i = max(end, i+1)
	}
	return found
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// Words returns the folded words of the text, in its order: what a full name in it
// could be made of.
func (t Text) Words() []string {
	all := make([]string, len(t.words))
	for i, w := range t.words {
		all[i] = w.folded
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
	// Pairs are two words of one of their names that stand one after the other in
	// the text, or with one word between them.
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
	for _, p := range o.Pairs {
		for i := range t.words {
			for _, j := range []int{i + 1, i + 2} {
				if j < len(t.words) && t.names(p, i, j) {
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
	between := t.source[a.to:b.from]
	if a.folded != p.First || b.folded != p.Second || strings.ContainsAny(between, ".!?;:\n") && !initial(between) {
		return false
	}
	if !ordinary[a.folded] || !ordinary[b.folded] {
		return true
	}
	return a.capital && b.capital && t.inside(i) && !strings.Contains(between, ",")
}

// initial reports whether what stands between two words is a middle initial.
func initial(between string) bool {
	s := strings.TrimSpace(between)
	return len(s) == 2 && s[1] == '.'
}

// inside reports whether a word stands inside of a sentence, where a capital letter
// means something.
func (t Text) inside(i int) bool {
	before := strings.TrimRightFunc(t.source[:t.words[i].from], unicode.IsSpace)
	return before != "" && !strings.ContainsAny(before[len(before)-1:], ".!?:\n")
}
