package patients

import (
	"slices"

	"quietline/backend/clinic"
	"quietline/backend/sqlite"
)

// Sight is the patients whom a person may see. It holds in the statements
// themselves, before a page is cut or anything is counted. The zero Sight sees
// nobody, so that whoever forgets to ask shows nothing.
type Sight struct {
	all  bool
	only []clinic.PatientID
}

// SeeAll returns the sight of somebody who may see every patient.
func SeeAll() Sight { return Sight{all: true} }

// See returns the sight of somebody who may see these patients and no others.
func See(only ...clinic.PatientID) Sight { return Sight{only: slices.Clone(only)} }

// All reports whether every patient is in sight.
func (s Sight) All() bool { return s.all }

// Sees reports whether a patient is in sight.
func (s Sight) Sees(id clinic.PatientID) bool {
	return !id.IsZero() && (s.all || slices.Contains(s.only, id))
}

// Condition returns what must hold of a column with patients' ids, for a
// statement that reads rows about patients. A row of nobody's is not in a sight
// that is not all.
func (s Sight) Condition(column string) (where string, args []any) {
	if s.all {
		return "TRUE", nil
	}
	return column + " IN " + sqlite.InSet, []any{sqlite.Set(s.only...)}
}
