package patients_test

import (
	"context"
	"errors"
	"testing"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/sqlite"
)

// TestANumberOnFileKeepsItsMarks: whoever types it again, while somebody calls from it,
// takes away neither that others read it nor that it is a guardian's.
func TestANumberOnFileKeepsItsMarks(t *testing.T) {
	w := newWard(t)
	const phone = clinic.Phone("+13035550191")
	add := func(shared bool, whose patients.Whose) error {
		return w.decide(w.staff[0], func(d *journal.Decision) error {
			_, err := patients.AddNumber(d, w.patients[0], phone, shared, whose)
			return err
		})
	}
	is := func(shared bool, whose patients.Whose) {
		t.Helper()
		w.must(w.Read(context.Background(), func(tx *sqlite.Tx) error {
			all, err := patients.NumbersOf(tx, w.patients[0])
			if err != nil {
				return err
			}
			if n := all[w.patients[0]]; len(n) != 2 || n[1].Shared != shared || n[1].Whose != whose {
				t.Errorf("the number is %+v", n)
			}
			return nil
		}))
	}
	w.must(add(false, patients.PatientsOwn))
	for _, again := range []func() error{
		func() error { return add(false, patients.PatientsOwn) },
		func() error { w.must(add(true, patients.PatientsOwn)); return add(false, patients.PatientsOwn) },
		func() error { w.must(add(true, patients.Guardians)); return add(true, patients.PatientsOwn) },
		func() error { return add(false, patients.Guardians) },
	} {
		if err := again(); !errors.Is(err, clinic.E(patients.CodeNumberKnown)) {
			t.Errorf("it is said again: %v", err)
		}
	}
	is(true, patients.Guardians)
}
