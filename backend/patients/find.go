package patients

import (
	"encoding/base64"
	"encoding/json"
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

// place is where a page ends: the cursor's content.
type place struct {
	Folded string           `json:"f"`
	ID     clinic.PatientID `json:"i"`
}

// Find returns a page of patients by name: all of them where search is empty,
// otherwise those of whom every word of search begins a word of the name, or, of
// two or more digits, who have a number that ends with them. Case and
// diacritics do not matter.
func Find(tx *sqlite.Tx, search, after string, limit int) (Page, error) {
	if limit < 1 || limit > 200 {
		return Page{}, clinic.E(clinic.CodeBadInput)
	}
	var from place
	if after != "" {
		raw, err := base64.RawURLEncoding.DecodeString(after)
		if err != nil || json.Unmarshal(raw, &from) != nil {
			return Page{}, clinic.E(clinic.CodeBadInput)
		}
	}
	where, args := condition(search)
	args = append(args, from.Folded, from.Folded, from.ID[:], limit+1)
	rows, err := tx.Query(`SELECT p.id, p.dossier, p.name, p.folded FROM patients p WHERE `+where+`
		AND (p.folded > ? OR (p.folded = ? AND p.id > ?)) ORDER BY p.folded, p.id LIMIT ?`, args...)
	if err != nil {
		return Page{}, fmt.Errorf("patients: find: %w", err)
	}
	defer rows.Close()
	var page Page
	var last place
	for rows.Next() {
		var n Named
		var folded string
		if err := rows.Scan(&n.ID, &n.Dossier, &n.Name, &folded); err != nil {
			return Page{}, fmt.Errorf("patients: find: %w", err)
		}
		if len(page.Items) == limit {
			raw, err := json.Marshal(last)
			if err != nil {
				return Page{}, fmt.Errorf("patients: cursor: %w", err)
			}
			page.Next = base64.RawURLEncoding.EncodeToString(raw)
			break
		}
		page.Items, last = append(page.Items, n), place{folded, n.ID}
	}
	return page, rows.Err()
}

// FindNumbers returns the numbers that end with the digits of a search, whoever
// has them; none where the search is not a number.
func FindNumbers(tx *sqlite.Tx, search string, limit int) ([]clinic.NumberID, error) {
	digits := onlyDigits(search)
	if len(digits) < 2 {
		return nil, nil
	}
	rows, err := tx.Query(`SELECT id FROM numbers WHERE reversed >= ? AND reversed < ? ORDER BY reversed LIMIT ?`,
		reverse(digits), reverse(digits)+":", limit)
	if err != nil {
		return nil, fmt.Errorf("patients: find numbers: %w", err)
	}
	defer rows.Close()
	var all []clinic.NumberID
	for rows.Next() {
		var id clinic.NumberID
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("patients: find numbers: %w", err)
		}
		all = append(all, id)
	}
	return all, rows.Err()
}

func condition(search string) (string, []any) {
	if digits := onlyDigits(search); len(digits) >= 2 {
		return `p.id IN (SELECT l.patient FROM numbers n JOIN patient_numbers l ON l.number = n.id
			WHERE n.reversed >= ? AND n.reversed < ?)`, []any{reverse(digits), reverse(digits) + ":"}
	}
	var parts []string
	var args []any
	for _, w := range Words(search) {
		parts = append(parts, `p.id IN (SELECT patient FROM patient_words WHERE word >= ? AND word < ?)`)
		args = append(args, w, w+"\U0010FFFF")
	}
	if len(parts) == 0 {
		return "1", nil
	}
	return strings.Join(parts, " AND "), args
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
