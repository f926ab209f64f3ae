package patients

import (
	"encoding/json"
	"fmt"
	"slices"

	"quietline/backend/clinic"
	"quietline/backend/sqlite"
)

// Pair is two folded words of one patient's name.
type Pair struct{ First, Second string }

// Mentions says which neighbouring words of a text belong to the name of a patient
// in sight other than one, and which numbers to such a patient alone: the words as
// [Words] folds them, in the order of the text, with at most one word between the
// two. What is part of the patient's own name, or of the guardian's, is not said, nor
// a number that she shares.
//
// Only names whose every word stands somewhere in the text are looked at, so the
// work follows the text and not the number of patients.
func Mentions(tx *sqlite.Tx, s Sight, own clinic.PatientID, words []string, phones []clinic.Phone) ([]Pair, []clinic.Phone, error) {
	mine, err := namesOf(tx, own)
	if err != nil {
		return nil, nil, err
	}
	list, err := json.Marshal(words)
	if err != nil {
		return nil, nil, fmt.Errorf("patients: read mentions: %w", err)
	}
	known, err := column[string](tx, `SELECT value FROM json_each(?) WHERE EXISTS (SELECT 1 FROM patient_words w WHERE w.word = value)`, string(list))
	if err != nil {
		return nil, nil, err
	}
	var pairs []Pair
	for i, first := range words {
		for _, j := range []int{i + 1, i + 2} {
			if j >= len(words) {
				continue
			}
			p := Pair{first, words[j]}
			if p.First == p.Second || !slices.Contains(known, p.First) || !slices.Contains(known, p.Second) ||
				slices.Contains(mine, p.First) && slices.Contains(mine, p.Second) || slices.Contains(pairs, p) {
				continue
			}
			pairs = append(pairs, p)
		}
	}
	seen, args := s.Condition("a.patient")
	var named []Pair
	for _, p := range pairs {
		found, err := column[int64](tx, `SELECT 1 FROM patient_words a JOIN patient_words b ON b.patient = a.patient AND b.word = ?
			WHERE a.word = ? AND a.patient IS NOT ? AND `+seen+` LIMIT 1`, append([]any{p.Second, p.First, own}, args...)...)
		if err != nil {
			return nil, nil, err
		}
		if len(found) > 0 {
			named = append(named, p)
		}
	}
	var numbers []clinic.Phone
	seen, args = s.Condition("l.patient")
	for _, n := range phones {
		found, err := column[int64](tx, `SELECT 1 FROM numbers n JOIN patient_numbers l ON l.number = n.id
			WHERE n.phone = ? AND NOT EXISTS (SELECT 1 FROM patient_numbers o WHERE o.number = n.id AND o.patient = ?)
			AND `+seen+` LIMIT 1`, append([]any{string(n), own}, args...)...)
		if err != nil {
			return nil, nil, err
		}
		if len(found) > 0 {
			numbers = append(numbers, n)
		}
	}
	return named, numbers, nil
}

// namesOf returns the words of a patient's own name and of who signs for her.
func namesOf(tx *sqlite.Tx, id clinic.PatientID) ([]string, error) {
	names, err := column[string](tx, `SELECT name || ' ' || guardian FROM patients WHERE id = ?`, id)
	if err != nil || len(names) == 0 {
		return nil, err
	}
	return Words(names[0]), nil
}

// column reads the one column of every row.
func column[T any](tx *sqlite.Tx, query string, args ...any) ([]T, error) {
	rows, err := tx.Query(query, args...)
	if err != nil {
		return nil, fmt.Errorf("patients: read mentions: %w", err)
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		var v T
		if err := rows.Scan(&v); err != nil {
			return nil, fmt.Errorf("patients: read mentions: %w", err)
		}
		all = append(all, v)
	}
	return all, rows.Err()
}
