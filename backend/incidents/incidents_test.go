package incidents_test

import (
	"errors"
	"testing"

	"quietline/backend/clinic"
	"quietline/backend/incidents"
	"quietline/backend/journal"
	"quietline/backend/journal/journaltest"
	"quietline/backend/sqlite"
)

func day(n int) clinic.Date { return clinic.Date{Year: 2026, Month: 3, Day: n} }

// kept is a clinic that keeps incidents alone.
type kept struct {
	t *testing.T
	*journaltest.Clinic
}

func newKept(t *testing.T) kept { return kept{t, journaltest.New(t, incidents.Projection())} }

// try makes a decision and returns what came of it.
func (k kept) try(decide func(*journal.Decision) error) error {
	_, err := k.Submit(k.t.Context(), journal.Actor{Staff: clinic.NewID[clinic.StaffID]()}, decide)
	return err
}

func (k kept) must(decide func(*journal.Decision) error) {
	k.t.Helper()
	if err := k.try(decide); err != nil {
		k.t.Fatal(err)
	}
}

func (k kept) refused(code clinic.Code, decide func(*journal.Decision) error) {
	k.t.Helper()
	if err := k.try(decide); clinic.CodeOf(err) != code {
		k.t.Errorf("refused with %v, want %s", err, code)
	}
}

func (k kept) read(look func(*sqlite.Tx) error) {
	k.t.Helper()
	if err := k.Read(k.t.Context(), look); err != nil {
		k.t.Fatal(err)
	}
}

func (k kept) get(id incidents.ID) (i incidents.Incident) {
	k.t.Helper()
	k.read(func(tx *sqlite.Tx) (err error) {
		i, err = incidents.Get(tx, id)
		return err
	})
	return i
}

// report is one that can be made.
func report() incidents.Report {
	return incidents.Report{
		ID: clinic.NewID[incidents.ID](), Message: clinic.NewID[clinic.MessageID](), Thread: clinic.NewID[clinic.ThreadID](),
		Number: clinic.NewID[clinic.NumberID](), Happened: 1, About: clinic.NewID[clinic.PatientID](), Dossier: clinic.NewID[clinic.DossierID](),
		Recipient: incidents.AnotherPatient, Contents: []incidents.Content{incidents.Name, incidents.Appointment},
		Found: day(3), Today: day(4), On: day(2), Done: []incidents.Deed{incidents.Called}, Words: "Meant for her sister",
	}
}

func opening(r incidents.Report) func(*journal.Decision) error {
	return func(d *journal.Decision) error { return incidents.Open(d, r) }
}

// TestATextIsReportedOnce opens both records with one step, and once.
func TestATextIsReportedOnce(t *testing.T) {
	k, r := newKept(t), report()
	k.must(opening(r))
	k.must(opening(r)) // pressed twice
	another := report()
	another.Message = r.Message
	k.refused(incidents.CodeReported, opening(another))
	k.read(func(tx *sqlite.Tx) error {
		all, err := incidents.DisclosuresOf(tx, r.About)
		if len(all) != 1 || all[0].Incident != r.ID || all[0].Number != r.Number || len(all[0].Contents) != 2 {
			t.Errorf("the accounting: %+v", all)
		}
		return err
	})
	k.read(func(tx *sqlite.Tx) error {
		paused, err := incidents.Paused(tx, r.Number, another.Number)
		if len(paused) != 1 || !paused[r.Number] {
			t.Errorf("paused: %v", paused)
		}
		return err
	})
}

// TestWhatTellsNothingIsNoDisclosure: the incident stands, the accounting stays empty.
func TestWhatTellsNothingIsNoDisclosure(t *testing.T) {
	k, r := newKept(t), report()
	r.Contents = []incidents.Content{incidents.Nothing}
	k.must(opening(r))
	k.read(func(tx *sqlite.Tx) error {
		all, err := incidents.DisclosuresOf(tx, r.About)
		if len(all) != 0 {
			t.Errorf("the accounting: %+v", all)
		}
		return err
	})
}

// TestWhatAReportNeeds names the code for what is missing.
func TestWhatAReportNeeds(t *testing.T) {
	k := newKept(t)
	for name, c := range map[string]struct {
		code   clinic.Code
		change func(*incidents.Report)
	}{
		"no contents":         {incidents.CodeContents, func(r *incidents.Report) { r.Contents = nil }},
		"nothing, and a name": {incidents.CodeContents, func(r *incidents.Report) { r.Contents = []incidents.Content{"nothing", "name"} }},
		"found before it was": {incidents.CodeFound, func(r *incidents.Report) { r.Found = day(1) }},
		"found tomorrow":      {incidents.CodeFound, func(r *incidents.Report) { r.Found = day(5) }},
		"about nobody":        {clinic.CodeBadInput, func(r *incidents.Report) { r.About = clinic.PatientID{} }},
		"an unknown deed":     {clinic.CodeBadInput, func(r *incidents.Report) { r.Done = []incidents.Deed{"prayed"} }},
		"an unknown person":   {clinic.CodeBadInput, func(r *incidents.Report) { r.Recipient = "neighbor" }},
	} {
		t.Run(name, func(t *testing.T) {
			r := report()
			c.change(&r)
			kept{t, k.Clinic}.refused(c.code, opening(r))
		})
	}
}

var factors = incidents.Factors{Nature: "A name", Recipient: "A patient", Viewed: "Read", Mitigation: "Deleted"}

// TestNothingIsClosedWhileSomethingIsDue walks the two ways to the end.
func TestNothingIsClosedWhileSomethingIsDue(t *testing.T) {
	k := newKept(t)
	low, breach := report(), report()
	for _, r := range []incidents.Report{low, breach} {
		k.must(opening(r))
	}
	closing := func(id incidents.ID) func(*journal.Decision) error {
		return func(d *journal.Decision) error { return incidents.Close(d, id, "") }
	}
	tasks := func(id incidents.ID, days int, want ...incidents.Due) {
		t.Helper()
		got := k.get(id).Due(days)
		if len(got) != len(want) {
			t.Fatalf("due: %+v, want %+v", got, want)
		}
		for n := range want {
			if got[n] != want[n] {
				t.Errorf("due: %+v, want %+v", got, want)
			}
		}
	}
	for _, r := range []incidents.Report{low, breach} {
		tasks(r.ID, 60, incidents.Due{Task: incidents.DecideTheNumber}, incidents.Due{Task: incidents.AssessTheRisk, By: clinic.Date{Year: 2026, Month: 5, Day: 2}})
		k.refused(incidents.CodeDue, closing(r.ID))
		k.must(func(d *journal.Decision) error { return incidents.DecideNumber(d, r.ID, true) })
		k.refused(incidents.CodeDue, closing(r.ID))
	}
	empty := factors
	empty.Viewed = " "
	k.refused(incidents.CodeFactors, func(d *journal.Decision) error {
		return incidents.Assess(d, incidents.StepKey{}, low.ID, empty, incidents.LowProbability)
	})
	k.must(func(d *journal.Decision) error {
		return incidents.Assess(d, incidents.StepKey{}, low.ID, factors, incidents.LowProbability)
	})
	k.must(closing(low.ID))

	k.must(func(d *journal.Decision) error {
		return incidents.Assess(d, incidents.StepKey{}, breach.ID, factors, incidents.Breach)
	})
	hhs := incidents.Due{Task: incidents.TellTheHHS, By: clinic.Date{Year: 2027, Month: 3, Day: 1}}
	tasks(breach.ID, 30, incidents.Due{Task: incidents.TellThePatient, By: clinic.Date{Year: 2026, Month: 4, Day: 2}}, hhs)
	for _, on := range []clinic.Date{day(2), day(21), {}} {
		k.refused(incidents.CodeTold, func(d *journal.Decision) error {
			return incidents.Tell(d, incidents.StepKey{}, breach.ID, incidents.TellPatient, on, day(20))
		})
	}
	k.must(func(d *journal.Decision) error {
		return incidents.Tell(d, incidents.StepKey{}, breach.ID, incidents.TellPatient, day(10), day(20))
	})
	// The department may be told the following year; the incident is closed meanwhile.
	tasks(breach.ID, 30, hhs)
	k.must(closing(breach.ID))
	tasks(breach.ID, 30, hhs)
	tell := func(id incidents.ID, whom incidents.Told, on clinic.Date) func(*journal.Decision) error {
		return func(d *journal.Decision) error { return incidents.Tell(d, incidents.StepKey{}, id, whom, on, on) }
	}
	february := clinic.Date{Year: 2027, Month: 2, Day: 10}
	for name, decide := range map[string]func(*journal.Decision) error{
		"a note": func(d *journal.Decision) error {
			return incidents.Note(d, incidents.StepKey{}, breach.ID, nil, "Later")
		},
		"the patient again": tell(breach.ID, incidents.TellPatient, february),
		"the other one":     tell(low.ID, incidents.TellHHS, february),
		"closing again":     closing(breach.ID),
	} {
		t.Run(name, func(t *testing.T) { kept{t, k.Clinic}.refused(incidents.CodeClosed, decide) })
	}
	k.must(opening(report())) // comes before both
	k.read(func(tx *sqlite.Tx) error {
		all, err := incidents.List(tx, 10)
		if err == nil && (len(all) != 3 || !all[0].ClosedAt.IsZero() || all[1].ID != breach.ID || all[2].ID != low.ID) {
			t.Errorf("the list: %+v", all)
		}
		return err
	})
	reports := func(today clinic.Date, want int) {
		t.Helper()
		k.read(func(tx *sqlite.Tx) error {
			all, err := incidents.List(tx, 10)
			n, first := incidents.Reports(all, today)
			if n != want || (first == hhs.By) != (want > 0) {
				t.Errorf("on %v: %d reports, the first by %v", today, n, first)
			}
			return err
		})
	}
	reports(clinic.Date{Year: 2026, Month: 12, Day: 30}, 0)
	reports(clinic.Date{Year: 2027, Month: 1, Day: 1}, 1)
	reports(clinic.Date{Year: 2027, Month: 4, Day: 1}, 1) // late
	k.must(tell(breach.ID, incidents.TellHHS, february))
	tasks(breach.ID, 30)
	reports(february, 0)
	k.refused(incidents.CodeClosed, tell(breach.ID, incidents.TellHHS, february))
}

// TestAStepIsRecordedOnce: the answer was lost, and somebody tries again.
func TestAStepIsRecordedOnce(t *testing.T) {
	k, r := newKept(t), report()
	k.must(opening(r))
	for _, step := range []func(*journal.Decision, incidents.StepKey) error{
		func(d *journal.Decision, key incidents.StepKey) error {
			return incidents.Note(d, key, r.ID, nil, "Called")
		},
		func(d *journal.Decision, key incidents.StepKey) error {
			return incidents.Assess(d, key, r.ID, factors, incidents.Breach)
		},
		func(d *journal.Decision, key incidents.StepKey) error {
			return incidents.Tell(d, key, r.ID, incidents.TellPatient, day(10), day(20))
		},
	} {
		key := clinic.NewID[incidents.StepKey]()
		for range 2 {
			k.must(func(d *journal.Decision) error { return step(d, key) })
		}
		k.must(func(d *journal.Decision) error { return step(d, clinic.NewID[incidents.StepKey]()) }) // meant twice
	}
	k.read(func(tx *sqlite.Tx) error {
		steps, err := incidents.History(tx, r.ID)
		if len(steps) != 1+2*3 {
			t.Errorf("recorded %d steps, want 7", len(steps))
		}
		return err
	})
}

// TestNothingOfTheHistoryIsOverwritten: a second thought stands beside the first.
func TestNothingOfTheHistoryIsOverwritten(t *testing.T) {
	k, r := newKept(t), report()
	k.must(opening(r))
	k.must(func(d *journal.Decision) error {
		return incidents.Assess(d, incidents.StepKey{}, r.ID, factors, incidents.LowProbability)
	})
	k.must(func(d *journal.Decision) error {
		return incidents.Note(d, incidents.StepKey{}, r.ID, []incidents.Deed{incidents.NotReached}, "She wrote back")
	})
	k.must(func(d *journal.Decision) error {
		return incidents.Assess(d, incidents.StepKey{}, r.ID, factors, incidents.Breach)
	})
	var steps []incidents.Step
	k.read(func(tx *sqlite.Tx) (err error) {
		steps, err = incidents.History(tx, r.ID)
		return err
	})
	want := []incidents.What{incidents.WhatOpened, incidents.WhatAssessed, incidents.WhatNoted, incidents.WhatAssessed}
	if len(steps) != len(want) {
		t.Fatalf("history: %+v", steps)
	}
	for n, s := range steps {
		if s.What != want[n] || s.By.IsZero() || s.At.IsZero() {
			t.Errorf("step %d: %+v", n, s)
		}
	}
	if steps[0].Words != "Meant for her sister" || steps[1].Conclusion != incidents.LowProbability || *steps[3].Factors != factors {
		t.Errorf("history: %+v", steps)
	}
	if got := k.get(r.ID).Conclusion; got != incidents.Breach {
		t.Errorf("it stands as %s", got)
	}
}

// TestTheNumberOfTwoIncidentsWaitsForBoth: each decision is about its own text.
func TestTheNumberOfTwoIncidentsWaitsForBoth(t *testing.T) {
	k, one, two := newKept(t), report(), report()
	two.Number = one.Number
	k.must(opening(one))
	k.must(opening(two))
	for _, c := range []struct {
		decide incidents.ID
		paused bool
	}{{one.ID, true}, {two.ID, false}} {
		k.must(func(d *journal.Decision) error { return incidents.DecideNumber(d, c.decide, true) })
		k.read(func(tx *sqlite.Tx) error {
			paused, err := incidents.Paused(tx, one.Number)
			if paused[one.Number] != c.paused {
				t.Errorf("paused: %v, want %v", paused, c.paused)
			}
			return err
		})
	}
}

// TestDaysAreThoseOfTheLawOrFewer keeps a clinic from taking longer than it may.
func TestDaysAreThoseOfTheLawOrFewer(t *testing.T) {
	k := newKept(t)
	days := func(want int) {
		t.Helper()
		k.read(func(tx *sqlite.Tx) error {
			got, err := incidents.Days(tx)
			if got != want {
				t.Errorf("%d days, want %d", got, want)
			}
			return err
		})
	}
	days(60)
	for _, n := range []int{0, 61, -1} {
		if err := k.try(func(d *journal.Decision) error { return incidents.SetDays(d, n) }); !errors.Is(err, clinic.E(incidents.CodeDays).With("most", 60)) {
			t.Errorf("%d days: %v", n, err)
		}
	}
	k.must(func(d *journal.Decision) error { return incidents.SetDays(d, 30) })
	days(30)
}
