package patients

import (
	"strings"

	"quietline/backend/clinic"
	"quietline/backend/sqlite"
)

// Alike reports whether another patient in sight has a name that is easily taken for a
// patient's; see [Similar]. Only names are compared whose first and last words begin as
// hers do, so the work follows those and not the number of patients.
func Alike(tx *sqlite.Tx, s Sight, id clinic.PatientID) (bool, error) {
	p, err := Get(tx, id)
	if err != nil {
		return false, err
	}
	words := Words(p.Name)
	if len(words) == 0 {
		return false, nil
	}
	given, family := start(words[0]), start(words[len(words)-1])
	seen, args := s.Condition("p.id")
	names, err := column[string](tx, `SELECT p.name FROM patients p WHERE p.id <> ? AND `+seen+`
		AND p.id IN (SELECT a.patient FROM patient_words a WHERE a.word >= ? AND a.word < ?)
		AND p.id IN (SELECT b.patient FROM patient_words b WHERE b.word >= ? AND b.word < ?)`,
		append(append([]any{id}, args...), given, after(given), family, after(family))...)
	if err != nil {
		return false, err
	}
	for _, name := range names {
		if Similar(p.Name, name) {
			return true, nil
		}
	}
	return false, nil
}

// start is how many letters two words have in common that are taken for each other: the
// first one is seldom mistyped.
func start(word string) string { return string([]rune(word)[:1]) }

// after returns the first word that does not begin so.
func after(start string) string { return start + "\U0010ffff" }

// Similar reports whether a tired person takes one name for the other: the same names, or
// names that are a slip or two apart; the same family name with given names that begin
// alike; the same given name with family names that do. Case, diacritics and what stands
// in the middle do not matter.
func Similar(a, b string) bool {
	x, y := Words(a), Words(b)
	if len(x) == 0 || len(y) == 0 {
		return false
	}
	if slips(strings.Join(x, " "), strings.Join(y, " ")) <= 2 {
		return true
	}
	given, family := slips(x[0], y[0]), slips(x[len(x)-1], y[len(y)-1])
	switch {
	case family == 0:
		return given <= 2 && common(x[0], y[0]) >= 2 || common(x[0], y[0]) >= 3
	case given == 0:
		return family <= 2 || common(x[len(x)-1], y[len(y)-1]) >= 3
	}
	return given <= 1 && family <= 1
}

// common is how many letters two words begin with alike.
func common(a, b string) int {
	x, y := []rune(a), []rune(b)
	n := 0
	for n < len(x) && n < len(y) && x[n] == y[n] {
		n++
	}
	return n
}

// slips is how many letters were added, left out, replaced or swapped with the next one
// between two words (optimal string alignment).
func slips(a, b string) int {
	x, y := []rune(a), []rune(b)
	before, last := make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := range x {
		row := make([]int, len(y)+1)
		row[0] = i + 1
		for j := range y {
			cost := 1
			if x[i] == y[j] {
				cost = 0
			}
			row[j+1] = min(last[j+1]+1, row[j]+1, last[j]+cost)
			if i > 0 && j > 0 && x[i] == y[j-1] && x[i-1] == y[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last = last, row
	}
	return last[len(y)]
}
