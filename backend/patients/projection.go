package patients

import (
	"fmt"

	"quietline/backend/journal"
	"quietline/backend/sqlite"
)

// Projection returns the reducer of this package's tables.
func Projection() journal.Projection { return projection{} }

type projection struct{}

func (projection) Name() string { return "patients" }

func (projection) Schema() []string {
	return []string{
		`CREATE TABLE patients (
			id BLOB PRIMARY KEY, dossier BLOB NOT NULL UNIQUE,
			name TEXT NOT NULL, folded TEXT NOT NULL, birth_date TEXT NOT NULL,
			language TEXT NOT NULL, zone TEXT NOT NULL, guardian TEXT NOT NULL
		) STRICT, WITHOUT ROWID`,
		`CREATE INDEX patients_by_name ON patients (folded, id)`,
		`CREATE TABLE patient_words (
			word TEXT NOT NULL, patient BLOB NOT NULL, PRIMARY KEY (word, patient)
		) STRICT, WITHOUT ROWID`,
		`CREATE TABLE numbers (
			id BLOB PRIMARY KEY, phone TEXT NOT NULL UNIQUE, reversed TEXT NOT NULL, dossier BLOB NOT NULL
		) STRICT, WITHOUT ROWID`,
		`CREATE INDEX numbers_by_ending ON numbers (reversed)`,
		`CREATE TABLE patient_numbers (
			patient BLOB NOT NULL, number BLOB NOT NULL, shared INTEGER NOT NULL, whose TEXT NOT NULL,
			seq INTEGER NOT NULL, -- where it was first given
			given INTEGER NOT NULL, -- where it was last given
			PRIMARY KEY (patient, number)
		) STRICT, WITHOUT ROWID`,
		`CREATE TABLE number_holds (number BLOB PRIMARY KEY, since INTEGER NOT NULL, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID`,
		`CREATE INDEX patient_numbers_by_number ON patient_numbers (number, seq)`,
	}
}

func (projection) Kinds() []journal.Kind {
	return []journal.Kind{kindAdded, kindNumber, kindLinked, kindHeld, kindReleased}
}

// Decisive: a changed number sends a text to a stranger; a changed zone, at
// night.
func (projection) Decisive() []string {
	return []string{"patients", "numbers", "patient_numbers", "number_holds"}
}

func (projection) Apply(tx *sqlite.Tx, e journal.Applied, touched *journal.Touched) error {
	if e.Body.Destroyed() {
		return nil
	}
	switch e.Kind {
	case kindAdded.Name:
		return applyAdded(tx, e, touched)
	case kindHeld.Name, kindReleased.Name:
		return applyHold(tx, e, touched)
	case kindNumber.Name:
		var b numberBody
		if err := e.Body.Decode(&b); err != nil {
			return err
		}
		_, err := tx.Exec(`INSERT INTO numbers (id, phone, reversed, dossier) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`,
			b.Number, string(b.Phone), reverse(string(b.Phone)), b.Holder)
		return err
	case kindLinked.Name:
		var b linkBody
		if err := e.Body.Decode(&b); err != nil {
			return err
		}
		touched.Add(Topic, b.Patient)
		_, err := tx.Exec(`INSERT INTO patient_numbers (patient, number, shared, whose, seq, given) VALUES (?1, ?2, ?3, ?4, ?5, ?5)
			ON CONFLICT (patient, number) DO UPDATE SET shared = excluded.shared, whose = excluded.whose, given = excluded.given`,
			b.Patient, b.Number, b.Shared, string(b.Whose), int64(e.Pos.Seq))
		return err
	}
	return fmt.Errorf("patients: no rule for kind %s", e.Kind)
}

func applyAdded(tx *sqlite.Tx, e journal.Applied, touched *journal.Touched) error {
	var b addedBody
	if err := e.Body.Decode(&b); err != nil {
		return err
	}
	touched.Add(Topic, b.Patient)
	if _, err := tx.Exec(`INSERT INTO patients (id, dossier, name, folded, birth_date, language, zone, guardian)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, b.Patient, e.Dossier, b.Name, Fold(b.Name), b.BirthDate.String(),
		string(b.Language), string(b.Zone), b.Guardian); err != nil {
		return err
	}
	for _, w := range Words(b.Name) {
		if _, err := tx.Exec(`INSERT INTO patient_words (word, patient) VALUES (?, ?) ON CONFLICT DO NOTHING`,
			w, b.Patient); err != nil {
			return err
		}
	}
	return nil
}
