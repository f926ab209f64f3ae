package archive

import (
	"quietline/backend/clinic"
	"quietline/backend/patients"
)

// Sight is the threads that a person may see. Everything that reads threads or
// texts for a person takes one: lists, counts, histories, searches, completions.
// It holds in the statements themselves and never by leaving out rows of a page
// that was cut already, so that neither a row, nor a count, nor a cursor, nor an
// error tells of a thread that is out of sight.
//
// It is the one place for such rules. A further rule is a further condition in
// where.
//
// The zero Sight sees nothing, so that whoever forgets to ask shows nothing.
type Sight struct {
	patients patients.Sight
	// texts are the patients whose threads are in sight.
	texts patients.Sight
	// strangers says that threads with unknown senders are in sight.
	strangers bool
}

// SeeAll returns the sight of somebody who may see every thread. The program
// itself, when it decides or sends, sees all.
func SeeAll() Sight { return See(patients.SeeAll(), patients.SeeAll()).WithStrangers() }

// SeePatients returns the sight of somebody who may see the threads of these
// patients and no others.
func SeePatients(only ...clinic.PatientID) Sight {
	return See(patients.See(only...), patients.See(only...))
}

// See returns the sight of somebody who may know of some patients, and read the
// threads of some.
func See(known, texts patients.Sight) Sight { return Sight{patients: known, texts: texts} }

// WithStrangers returns the sight with the threads of unknown senders in it.
func (s Sight) WithStrangers() Sight {
	s.strangers = true
	return s
}

// Patients returns the patients who are in sight: whose names may be listed and
// completed.
func (s Sight) Patients() patients.Sight { return s.patients }

// all reports whether nothing is out of sight.
func (s Sight) all() bool { return s.patients.All() && s.texts.All() && s.strangers }

// where returns what must hold of a row of threads, under its name in the
// statement.
func (s Sight) where(threads string) (where string, args []any) {
	if s.all() {
		return "TRUE", nil
	}
	if s.texts.All() {
		return threads + ".patient IS NOT NULL", nil
	}
	where, args = s.texts.Condition(threads + ".patient")
	if s.strangers {
		return "(" + threads + ".patient IS NULL OR (" + where + "))", args
	}
	return where, args
}
