package patients_test

import (
	"context"
	"testing"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/sqlite"
)

// TestNamesThatATiredPersonConfuses: the pairs are written by people.
func TestNamesThatATiredPersonConfuses(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"Maria Garcia", "María García", true},
		{"Jon Smith", "John Smyth", true},
		{"Marisol Vega", "Marisa Vega", true},
		{"Daniel Ortiz", "Daniela Ortiz", true},
		{"Ana Lopez", "Ana Lopera", true},
		{"Brian Chen", "Brain Chen", true},
		{"Maria Elena Garcia", "Maria Garcia", true},
		{"Ana Vega", "Luis Vega", false},
		{"Maria Garcia", "Maria Quill", false},
		{"Mei Hsu", "Max Hale", false},
		{"Marisol Vega", "Mario Quill", false},
		{"Ana Vega", "", false},
	} {
		if patients.Similar(c.a, c.b) != c.want || patients.Similar(c.b, c.a) != c.want {
			t.Errorf("%s and %s: want %v", c.a, c.b, c.want)
		}
	}
}

// TestOnlyThoseInSightAreAlike: nobody is told of a patient whom she does not see.
func TestOnlyThoseInSightAreAlike(t *testing.T) {
	w := newWard(t)
	w.must(w.decide(clinic.StaffID{}, func(d *journal.Decision) error {
		_, err := patients.Add(d, patients.New{
			Name: "Marisol Vega Án", BirthDate: clinic.Date{Year: 1991, Month: time.May, Day: 1},
			Language: clinic.Spanish, Zone: "America/Denver", Phone: "+13035550190",
		})
		return err
	}))
	for name, c := range map[string]struct {
		sight patients.Sight
		want  bool
	}{"all": {patients.SeeAll(), true}, "herself": {patients.See(w.patients[0]), false}, "nobody": {patients.Sight{}, false}} {
		w.must(w.Read(context.Background(), func(tx *sqlite.Tx) error {
			got, err := patients.Alike(tx, c.sight, w.patients[0])
			if err == nil && got != c.want {
				t.Errorf("%s: %v", name, got)
			}
			if _, err := patients.Alike(tx, c.sight, clinic.NewID[clinic.PatientID]()); clinic.CodeOf(err) != clinic.CodeNotFound {
				t.Errorf("a patient who is not there: %v", err)
			}
			return err
		}))
	}
}
