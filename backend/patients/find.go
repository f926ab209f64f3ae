package patients

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"

	"quietline/backend/clinic"
	"quietline/backend/sqlite"
)

// Page is a page of patients by name; Next is empty on the last.
type Page struct {
	Items []Named
	Next  string
}

// Find returns a page of the patients in sight by name: all of them where search
// is empty, otherwise those whom [NewMatch] finds. CodeBadInput means a limit
// outside of 1 to 200, or a cursor of another search.
func Find(tx *sqlite.Tx, s Sight, search, after string, limit int) (Page, error) {
	if limit < 1 || limit > 200 {
		return Page{}, clinic.E(clinic.CodeBadInput)
	}
	seen, args := s.Condition("p.id")
	matches, more := NewMatch(search).Patients("p.id")
	where, args := seen+" AND "+matches, append(args, more...)
	cursors := clinic.CursorsOf("patients.find", search)
	folded, id, err := lastOf(tx, s, cursors, after)
	if err != nil {
		return Page{}, err
	}
	items, err := named(tx.Query(`SELECT p.id, p.dossier, p.name FROM patients p WHERE `+where+`
		AND (p.folded, p.id) > (?, ?) ORDER BY p.folded, p.id LIMIT ?`, append(args, folded, id, limit+1)...))
	if err != nil {
		return Page{}, err
	}
	page := Page{Items: items}
	if len(items) > limit {
		page.Items = items[:limit]
		page.Next = cursors.Write(items[limit-1].ID[:])
	}
	return page, nil
}

// lastOf returns where the patient of a cursor stands in the order of names: before
// all where there is none yet. The cursor holds the id and not the name, which
// would be readable in it. Somebody out of sight has no place: a cursor that was
// made up would tell where her name stands.
func lastOf(tx *sqlite.Tx, s Sight, cursors clinic.Cursors, after string) (folded string, id []byte, err error) {
	if after == "" {
		return "", []byte{}, nil
	}
	if id, err = cursors.Read(after, len(clinic.PatientID{})); err != nil {
		return "", nil, err
	}
	seen, args := s.Condition("p.id")
	err = tx.QueryRow(`SELECT p.folded FROM patients p WHERE p.id = ? AND `+seen, append([]any{id}, args...)...).Scan(&folded)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil, clinic.E(clinic.CodeBadInput)
	}
	if err != nil {
		return "", nil, fmt.Errorf("patients: find: %w", err)
	}
	return folded, id, nil
}

// Match is what a search for a patient or a number asks for: of two or more
// digits, and nothing else that says something, the numbers that end with them;
// otherwise the patients of whom every word of the search begins a word of the
// name. Case and diacritics do not matter.
type Match struct {
	words  []string
	ending string // digits, the last one first
}

// NewMatch reads a search.
func NewMatch(search string) Match {
	if digits := onlyDigits(search); len(digits) >= 2 {
		return Match{ending: reverse(digits)}
	}
	return Match{words: Words(search)}
}

// Patients returns what must hold of a column with patients' ids for a match. A
// search without a word narrows nothing.
func (m Match) Patients(column string) (where string, args []any) {
	if m.ending != "" {
		return column + ` IN (SELECT l.patient FROM numbers n JOIN patient_numbers l ON l.number = n.id
			WHERE n.reversed >= ? AND n.reversed < ?)`, []any{m.ending, m.ending + ":"}
	}
	var parts []string
	for _, w := range m.words {
		parts = append(parts, column+` IN (SELECT patient FROM patient_words WHERE word >= ? AND word < ?)`)
		args = append(args, w, w+"\U0010FFFF")
	}
	if len(parts) == 0 {
		return "TRUE", nil
	}
	return strings.Join(parts, " AND "), args
}

// Numbers returns what must hold of a column with numbers' ids for a match,
// whoever has the number; nothing does where the search is not a number.
func (m Match) Numbers(column string) (where string, args []any) {
	if m.ending == "" {
		return "FALSE", nil
	}
	return column + ` IN (SELECT id FROM numbers WHERE reversed >= ? AND reversed < ?)`, []any{m.ending, m.ending + ":"}
}

// onlyDigits returns the digits of a search that is nothing but a number, or of
// a part of one, and otherwise nothing.
func onlyDigits(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case strings.ContainsRune(" +-.()", r):
		default:
			return ""
		}
	}
	return b.String()
}

func reverse(s string) string {
	b := []byte(s)
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
	return string(b)
}

// Fold returns a name as it is searched and sorted: without case and
// diacritics. It is part of the views' content, so a change rebuilds them.
func Fold(s string) string {
	t := transform.Chain(norm.NFKD, runes.Remove(runes.In(unicode.Mn)), norm.NFKC)
	folded, _, err := transform.String(t, s)
	if err != nil { // only malformed UTF-8; keep what there is
		folded = strings.ToValidUTF8(s, "\uFFFD")
	}
	return strings.ToLower(folded)
}

// Words returns the folded words of a name or a search.
func Words(s string) []string {
	return strings.FieldsFunc(Fold(s), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.Is(unicode.Mn, r) && !unicode.Is(unicode.Mc, r)
	})
}
