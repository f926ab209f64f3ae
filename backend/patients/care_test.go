package patients_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/journal/journaltest"
	"quietline/backend/patients"
	"quietline/backend/sqlite"
)

// ward is a clinic with a few patients and people who come and go on their care
// teams, and beside it what each person should see, kept in plain Go.
type ward struct {
	*journaltest.Clinic
	t        testing.TB
	now      clinic.Instant
	patients []clinic.PatientID
	staff    []clinic.StaffID

	team        map[clinic.PatientID][]clinic.StaffID
	covers      []patients.Cover
	restricted  map[clinic.PatientID]bool
	emergencies []patients.Emergency
}

func newWard(t testing.TB) *ward {
	w := &ward{
		Clinic: journaltest.New(t, patients.Projection(), patients.Care()), t: t, now: clinic.At(time.Date(2026, 3, 2, 17, 0, 0, 0, time.UTC)),
		team: map[clinic.PatientID][]clinic.StaffID{}, restricted: map[clinic.PatientID]bool{},
	}
	for range 4 {
		w.staff = append(w.staff, clinic.NewID[clinic.StaffID]())
	}
	for i := range 6 {
		w.must(w.decide(clinic.StaffID{}, func(d *journal.Decision) error {
			added, err := patients.Add(d, patients.New{
				Name: fmt.Sprintf("Marisol Vega %c", 'A'+i), BirthDate: clinic.Date{Year: 1980, Month: time.May, Day: 1 + i},
				Language: clinic.English, Zone: "America/Denver", Phone: clinic.Phone(fmt.Sprintf("+1303555010%d", i)),
			})
			w.patients = append(w.patients, added.Patient)
			return err
		}))
	}
	return w
}

func (w *ward) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *ward) decide(by clinic.StaffID, decide func(*journal.Decision) error) error {
	_, err := w.Submit(context.Background(), journal.Actor{Staff: by}, func(d *journal.Decision) error {
		d.Now = w.now
		return decide(d)
	})
	return err
}

// happen lets one thing happen, in the journal and in the plain record.
func (w *ward) happen(rt *rapid.T) {
	who := rapid.SampledFrom(w.staff).Draw(rt, "who")
	other := rapid.SampledFrom(w.staff).Draw(rt, "other")
	p := rapid.SampledFrom(w.patients).Draw(rt, "patient")
	without := func(s clinic.StaffID) bool { return s == who }
	switch rapid.IntRange(0, 7).Draw(rt, "what") {
	case 0, 1:
		w.must(w.decide(other, func(d *journal.Decision) error { return patients.Assign(d, p, who) }))
		if !slices.Contains(w.team[p], who) {
			w.team[p] = append(w.team[p], who)
		}
	case 2:
		w.must(w.decide(other, func(d *journal.Decision) error { return patients.EndCare(d, p, who) }))
		w.team[p] = slices.DeleteFunc(w.team[p], without)
	case 3:
		c := patients.Cover{Of: who, By: other, From: w.now.Add(time.Duration(rapid.IntRange(-2, 3).Draw(rt, "from")) * time.Hour)}
		c.Until = c.From.Add(time.Duration(rapid.IntRange(3, 6).Draw(rt, "for")) * time.Hour)
		err := w.decide(who, func(d *journal.Decision) error { return patients.ArrangeCover(d, c) })
		if who == other {
			if !errors.Is(err, clinic.E(patients.CodeCoverSelf)) {
				rt.Fatal(err)
			}
			return
		}
		w.must(err)
		w.covers = append(w.covers, c)
	case 4:
		to := other
		if who == other {
			to = clinic.StaffID{}
		}
		w.must(w.decide(other, func(d *journal.Decision) error { patients.HandOver(d, who, to); return nil }))
		for _, p := range w.patients {
			had := slices.Contains(w.team[p], who)
			if w.team[p] = slices.DeleteFunc(w.team[p], without); had && len(w.team[p]) == 0 && !to.IsZero() {
				w.team[p] = []clinic.StaffID{to}
			}
		}
		w.covers = slices.DeleteFunc(w.covers, func(c patients.Cover) bool { return c.Of == who || c.By == who })
	case 5:
		w.restricted[p] = rapid.Bool().Draw(rt, "restricted")
		w.must(w.decide(other, func(d *journal.Decision) error { return patients.Restrict(d, p, w.restricted[p]) }))
	case 6:
		w.must(w.decide(who, func(d *journal.Decision) error {
			e, err := patients.OpenEmergency(d, p, "She called and nobody else is in", 0)
			w.emergencies = append(w.emergencies, e)
			return err
		}))
	case 7:
		w.now = w.now.Add(time.Duration(rapid.IntRange(1, 90).Draw(rt, "minutes")) * time.Minute)
	}
}

func (w *ward) opened(who clinic.StaffID, p clinic.PatientID) bool {
	return slices.ContainsFunc(w.emergencies, func(e patients.Emergency) bool {
		return e.Staff == who && e.Patient == p && e.From <= w.now && w.now < e.Until
	})
}

func (w *ward) cares(who clinic.StaffID, p clinic.PatientID) bool {
	return slices.Contains(w.team[p], who) || w.opened(who, p) || slices.ContainsFunc(w.covers, func(c patients.Cover) bool {
		return c.By == who && c.From <= w.now && w.now < c.Until && slices.Contains(w.team[p], c.Of)
	})
}

// TestSightIsWhatHappened lets anything happen in any order and holds what each
// person sees, in lists and one by one, against the plain record.
func TestSightIsWhatHappened(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := newWard(t)
		for range rapid.IntRange(1, 25).Draw(rt, "events") {
			w.happen(rt)
		}
		w.must(w.Read(context.Background(), func(tx *sqlite.Tx) error {
			for _, who := range w.staff {
				w.holds(rt, tx, "in care", patients.InCareOf(who, w.now), func(p clinic.PatientID) bool { return w.cares(who, p) })
				w.holds(rt, tx, "unrestricted", patients.Unrestricted(who, w.now), func(p clinic.PatientID) bool {
					return !w.restricted[p] || w.opened(who, p)
				})
			}
			return nil
		}))
	})
}

func (w *ward) holds(rt *rapid.T, tx *sqlite.Tx, what string, s patients.Sight, want func(clinic.PatientID) bool) {
	page, err := patients.Find(tx, s, "", "", 200)
	w.must(err)
	for _, p := range w.patients {
		sees, err := s.Sees(tx, p)
		w.must(err)
		if sees != want(p) {
			rt.Fatalf("%s: sees %v, want %v", what, sees, want(p))
		}
		if slices.ContainsFunc(page.Items, func(n patients.Named) bool { return n.ID == p }) != sees {
			rt.Fatalf("%s: a list and a look differ", what)
		}
	}
}

func TestACoverBeginsAndEndsAtItsTime(t *testing.T) {
	w := newWard(t)
	her, colleague, p := w.staff[0], w.staff[1], w.patients[0]
	w.must(w.decide(her, func(d *journal.Decision) error { return patients.Assign(d, p, her) }))
	from, until := w.now.Add(time.Hour), w.now.Add(49*time.Hour)
	w.must(w.decide(her, func(d *journal.Decision) error {
		return patients.ArrangeCover(d, patients.Cover{Of: her, By: colleague, From: from, Until: until})
	}))
	for at, want := range map[clinic.Instant]bool{
		from - 1: false, from: true, until - 1: true, until: false,
	} {
		w.must(w.Read(context.Background(), func(tx *sqlite.Tx) error {
			if sees, err := patients.InCareOf(colleague, at).Sees(tx, p); err != nil || sees != want {
				t.Errorf("%s after it was arranged: sees %v, want %v (%v)", at.Sub(w.now), sees, want, err)
			}
			return nil
		}))
	}
	for what, c := range map[string]struct {
		from, until time.Duration
		want        clinic.Code
	}{
		"backwards":       {2 * time.Hour, time.Hour, patients.CodeCoverTime},
		"of no length":    {time.Hour, time.Hour, patients.CodeCoverTime},
		"over already":    {-2 * time.Hour, 0, patients.CodeCoverTime},
		"almost over":     {-2 * time.Hour, time.Millisecond, ""},
		"as long as can":  {time.Hour, time.Hour + patients.MaxCover, ""},
		"longer than can": {time.Hour, time.Hour + patients.MaxCover + time.Millisecond, patients.CodeCoverTime},
	} {
		err := w.decide(her, func(d *journal.Decision) error {
			return patients.ArrangeCover(d, patients.Cover{Of: her, By: colleague, From: w.now.Add(c.from), Until: w.now.Add(c.until)})
		})
		if c.want == "" && err != nil || c.want != "" && !errors.Is(err, clinic.E(c.want)) {
			t.Errorf("a cover that is %s: %v", what, err)
		}
	}
}

func TestAnEmergencyNeedsAReasonAndEnds(t *testing.T) {
	w := newWard(t)
	who, officer, p := w.staff[0], w.staff[1], w.patients[0]
	open := func(reason string, lasting time.Duration) (e patients.Emergency, err error) {
		err = w.decide(who, func(d *journal.Decision) (err error) {
			e, err = patients.OpenEmergency(d, p, reason, lasting)
			return err
		})
		return e, err
	}
	for _, c := range []struct {
		reason  string
		lasting time.Duration
		want    clinic.Code
	}{
		{"", 0, patients.CodeReason},
		{"   because   ", 0, patients.CodeReason},
		{"She called.", time.Second, patients.CodeEmergencyTime},
		{"She called.", patients.MaxEmergencyFor + 1, patients.CodeEmergencyTime},
	} {
		if _, err := open(c.reason, c.lasting); !errors.Is(err, clinic.E(c.want)) {
			t.Errorf("%q for %s: %v", c.reason, c.lasting, err)
		}
	}
	e, err := open("She called.", 0)
	w.must(err)
	if e.Until.Sub(e.From) != patients.EmergencyFor {
		t.Errorf("it lasts %s", e.Until.Sub(e.From))
	}
	review := func(by clinic.StaffID) error {
		return w.decide(by, func(d *journal.Decision) error { return patients.ReviewEmergency(d, e.ID, "Talked with her about it") })
	}
	if err := review(who); !errors.Is(err, clinic.E(clinic.CodeForbidden)) {
		t.Errorf("reviewing one's own: %v", err)
	}
	w.must(review(officer))
	if err := review(officer); !errors.Is(err, clinic.E(patients.CodeReviewed)) {
		t.Errorf("reviewing twice: %v", err)
	}
	w.must(w.Read(context.Background(), func(tx *sqlite.Tx) error {
		all, err := patients.Emergencies(tx, 10)
		if len(all) != 1 || all[0].ReviewedBy != officer || all[0].Reason != "She called." {
			t.Errorf("the list: %d of them", len(all))
		}
		return err
	}))
}

// TestNobodyIsIdentifiedByHalf names a patient in ways that are not exact.
func TestNobodyIsIdentifiedByHalf(t *testing.T) {
	w := newWard(t)
	born := clinic.Date{Year: 1980, Month: time.May, Day: 1}
	w.must(w.Read(context.Background(), func(tx *sqlite.Tx) error {
		for _, c := range []struct {
			name  string
			born  clinic.Date
			phone clinic.Phone
			found bool
		}{
			{name: "Marisol Vega A", born: born, found: true},
			{name: " marisol  VEGA a ", born: born, found: true},
			{phone: "+13035550100", found: true},
			{name: "Marisol Vega", born: born},
			{name: "Marisol Vega A"},
			{name: "Marisol Vega A", born: born.AddDays(1)},
			{phone: "+13035550199"},
			{},
		} {
			id, err := patients.Identify(tx, c.name, c.born, c.phone)
			if c.found && (err != nil || id != w.patients[0]) || !c.found && !errors.Is(err, clinic.E(clinic.CodeNotFound)) {
				t.Errorf("%+v: found %v, %v", c, id == w.patients[0], err)
			}
		}
		return nil
	}))
}

// TestACursorOfSomebodyOutOfSightTellsNothing asks for the page after a patient
// who is out of sight, as after one who does not exist.
func TestACursorOfSomebodyOutOfSightTellsNothing(t *testing.T) {
	w := newWard(t)
	cursors := clinic.CursorsOf("patients.find", "")
	w.must(w.Read(context.Background(), func(tx *sqlite.Tx) error {
		for what, id := range map[string]clinic.PatientID{"out of sight": w.patients[3], "nobody": clinic.NewID[clinic.PatientID]()} {
			if _, err := patients.Find(tx, patients.See(w.patients[0], w.patients[5]), "", cursors.Write(id[:]), 10); !errors.Is(err, clinic.E(clinic.CodeBadInput)) {
				t.Errorf("after somebody %s: %v", what, err)
			}
		}
		return nil
	}))
}
