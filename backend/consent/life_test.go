package consent_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/policy"
	"quietline/backend/sqlite"
)

func (w *world) patientOf(id clinic.PatientID) (p patients.Patient) {
	w.t.Helper()
	if err := w.Read(context.Background(), func(tx *sqlite.Tx) (err error) {
		p, err = patients.Get(tx, id)
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
	return p
}

// stands asserts how a patient's consent stands now, by events and calendar.
func (w *world) stands(state policy.ConsentState, hold policy.Hold) {
	w.t.Helper()
	var c *consent.Consent
	if err := w.Read(context.Background(), func(tx *sqlite.Tx) (err error) {
		c, err = consent.Current(tx, w.patient)
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
	got, why, err := c.Stands(w.Clock.Now(), w.patientOf(w.patient), 18)
	if err != nil || got != state || why != hold {
		w.t.Errorf("it stands %s %q, want %s %q (%v)", got, why, state, hold, err)
	}
}

// addTeen makes the patient a teen of seventeen whose mother has a phone of her
// own, and returns the mother's number.
func (w *world) addTeen(born clinic.Date) (mothers patients.Number) {
	w.t.Helper()
	w.decide(func(d *journal.Decision) error {
		added, err := patients.Add(d, patients.New{
			Name: "Teo Vega", BirthDate: born, Language: clinic.Spanish, Zone: "America/Denver", Guardian: "Lucía Vega", Phone: "+13035550171",
		})
		w.patient, w.number = added.Patient, patients.Number{ID: added.Number, Phone: "+13035550171", Dossier: added.NumberDossier}
		return err
	})
	w.decide(func(d *journal.Decision) (err error) {
		mothers, err = patients.AddNumber(d, w.patient, "+13035550172", false, patients.Guardians)
		return err
	})
	return mothers
}

func (w *world) signAs(signer consent.Signer, authority string, numbers ...clinic.NumberID) (id clinic.ConsentID) {
	w.t.Helper()
	w.decide(func(d *journal.Decision) (err error) {
		s := scope(policy.Scheduling, policy.Reminders)
		s.Numbers = numbers
		id, err = consent.Sign(d, consent.Paper{
			Patient: w.patient, Form: "2026-2-minor-es", Signer: signer, SignerName: "Lucía Vega", Scope: s,
			Details: consent.Details{Authority: authority, CopyGiven: true},
		}, consent.Signature{Drawn: "M10 20L40 60L90 20"})
		return err
	})
	return id
}

func TestAGuardiansConsentEndsAtMidnightOfTheBirthday(t *testing.T) {
	for name, c := range map[string]struct {
		born     clinic.Date
		midnight time.Time // the birthday's first instant, in UTC
	}{
		"in summer":                       {clinic.Date{Year: 2008, Month: time.July, Day: 1}, time.Date(2026, 7, 1, 6, 0, 0, 0, time.UTC)},
		"on the day the clocks go back":   {clinic.Date{Year: 2008, Month: time.November, Day: 1}, time.Date(2026, 11, 1, 6, 0, 0, 0, time.UTC)},
		"on a leap day, a common year on": {clinic.Date{Year: 2008, Month: time.February, Day: 29}, time.Date(2026, 3, 1, 7, 0, 0, 0, time.UTC)},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.Clock.Jump(clinic.At(c.midnight.AddDate(0, 0, -30)).Sub(w.Clock.Now()))
			mothers := w.addTeen(c.born)
			w.signAs(consent.SignedByParent, "", mothers.ID)
			w.Clock.Jump(clinic.At(c.midnight.Add(-time.Millisecond)).Sub(w.Clock.Now()))
			w.stands(policy.ConsentGiven, "")
			w.Clock.Jump(clinic.At(c.midnight).Sub(w.Clock.Now()))
			w.stands(policy.ConsentPaused, policy.HoldAge)
			// The patient signs for herself.
			w.decide(func(d *journal.Decision) error {
				_, err := consent.Sign(d, consent.Paper{
					Patient: w.patient, Form: "2026-2-es", Signer: consent.SignedByPatient, Scope: scope(policy.Reminders),
				}, consent.Signature{Typed: "Teo Vega"})
				return err
			})
			w.stands(policy.ConsentGiven, "")
		})
	}
}

func TestWhoseStopItIs(t *testing.T) {
	stop := func(w *world, on patients.Number) {
		w.decide(func(d *journal.Decision) error {
			return consent.Stop(d, on, clinic.NewID[clinic.MessageID](), d.Now, consent.ByText)
		})
	}
	born := clinic.Date{Year: 2010, Month: time.May, Day: 4}
	t.Run("the mother's STOP takes back what the mother signed", func(t *testing.T) {
		w := newWorld(t)
		mothers := w.addTeen(born)
		id := w.signAs(consent.SignedByParent, "")
		w.Clock.Advance(time.Minute)
		stop(w, mothers)
		w.current(id, policy.ConsentRevoked)
	})
	t.Run("and not what the teen signed", func(t *testing.T) {
		w := newWorld(t)
		mothers := w.addTeen(born)
		id := w.signAs(consent.SignedByMinor, "outpatient counseling")
		w.Clock.Advance(time.Minute)
		stop(w, mothers)
		w.current(id, policy.ConsentGiven)
		stop(w, w.number)
		w.current(id, policy.ConsentRevoked)
	})
	t.Run("on a phone that they share it is the teen's too", func(t *testing.T) {
		w := newWorld(t)
		mothers := w.addTeen(born)
		w.decide(func(d *journal.Decision) error {
			_, err := patients.AddNumber(d, w.patient, mothers.Phone, true, patients.Guardians)
			return err
		})
		id := w.signAs(consent.SignedByMinor, "outpatient counseling")
		w.Clock.Advance(time.Minute)
		stop(w, mothers)
		w.current(id, policy.ConsentRevoked)
	})
}

func TestNarrowingNeverWidens(t *testing.T) {
	for name, wider := range map[string]func(*consent.Scope){
		"a topic":      func(s *consent.Scope) { s.Categories = append(s.Categories, policy.Billing) },
		"the hours":    func(s *consent.Scope) { s.ToHour = 20 },
		"a day":        func(s *consent.Scope) { s.Weekdays = nil },
		"how often":    func(s *consent.Scope) { s.PerWeek = 0 },
		"more often":   func(s *consent.Scope) { s.PerDay = 2 },
		"who reads it": func(s *consent.Scope) { s.SharedPhone = true },
		"the number":   func(s *consent.Scope) { s.Numbers = nil },
		"the zone":     func(s *consent.Scope) { s.Zone = "America/New_York" },
		"an exclusion": func(s *consent.Scope) { s.Excluded = nil },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			first := consent.Scope{
				Categories: []policy.Category{policy.Scheduling, policy.Reminders}, Excluded: []policy.Category{policy.Reminders},
				FromHour: 9, ToHour: 17, Weekdays: []time.Weekday{1, 2}, Zone: "America/Denver", PerDay: 1, PerWeek: 2,
				Numbers: []clinic.NumberID{w.number.ID},
			}
			var id clinic.ConsentID
			w.decide(func(d *journal.Decision) (err error) {
				id, err = consent.RecordPaper(d, consent.Paper{
					Patient: w.patient, Form: form, SignedOn: clinic.DateOf(d.Now.Time()), Signer: consent.SignedByPatient, Attested: true, Scope: first,
				})
				return err
			})
			more := first
			more.Categories = slices.Clone(first.Categories)
			wider(&more)
			w.fails(consent.CodeWider, func(d *journal.Decision) error { return consent.Narrow(d, id, more, consent.ByCall) })
			w.decide(func(d *journal.Decision) error { return consent.Narrow(d, id, first, consent.ByCall) })
		})
	}
}

func TestAfterStopACallBringsBackRemindersAndNoMore(t *testing.T) {
	w := newWorld(t)
	narrow := func(how consent.How, categories ...policy.Category) func(*journal.Decision) error {
		return func(d *journal.Decision) error { return consent.Narrow(d, w.paper, scope(categories...), how) }
	}
	w.Clock.Advance(time.Minute)
	w.stop()
	w.fails(consent.CodeOver, narrow(consent.ByText, policy.Reminders))
	w.fails(consent.CodeWider, narrow(consent.ByCall, policy.Reminders, policy.Billing))
	w.decide(narrow(consent.ByCall, policy.Reminders))
	if c := w.current(w.paper, policy.ConsentNarrowed); !slices.Equal(c.Scope.Categories, []policy.Category{policy.Reminders}) || c.RevokedAt != 0 {
		t.Errorf("it came back as %+v", c)
	}
	w.decide(func(d *journal.Decision) error { return consent.Revoke(d, w.paper, consent.ByCall) })
	w.fails(consent.CodeOver, narrow(consent.ByCall, policy.Reminders)) // she said it herself
	w.renew()
	w.Clock.Advance(time.Minute)
	w.stop()
	renewed := w.renew()
	w.fails(consent.CodeOver, narrow(consent.ByCall, policy.Reminders))
	w.current(renewed, policy.ConsentGiven)
}

func TestHistoryKeepsEverything(t *testing.T) {
	w := newWorld(t)
	w.narrow(w.paper)
	w.decide(func(d *journal.Decision) error { return consent.Pause(d, w.paper, policy.HoldCourt) })
	w.resume(w.paper)
	renewed := w.renew()
	w.decide(func(d *journal.Decision) error { return consent.Revoke(d, renewed, consent.ByLetter) })
	steps := func(id clinic.ConsentID) (steps []string) {
		var r consent.Record
		if err := w.Read(context.Background(), func(tx *sqlite.Tx) (err error) {
			r, err = consent.RecordOf(tx, id)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if r.Code != consent.CodeOf(id) || r.Template.Hash != r.Consent.FormHash {
			t.Errorf("the record names %s and the form %s", r.Code, r.Template.Version)
		}
		for _, h := range r.History {
			steps = append(steps, string(h.What)+" "+string(h.State)+" "+string(h.How)+string(h.Hold))
		}
		return steps
	}
	want := []string{"given given ", "narrowed narrowed call", "held paused court", "resumed narrowed ", "replaced replaced "}
	for range 2 {
		if got := steps(w.paper); !slices.Equal(got, want) {
			t.Errorf("the first paper: %q", got)
		}
		if got := steps(renewed); !slices.Equal(got, []string{"given given ", "revoked revoked letter"}) {
			t.Errorf("the second: %q", got)
		}
		if err := w.Rebuild(context.Background(), nil); err != nil {
			t.Fatal(err)
		}
	}
}

func TestSpokenWordsAreNotedAndPutNothingAside(t *testing.T) {
	w := newWorld(t)
	note := func(d *journal.Decision) error {
		_, err := consent.Note(d, w.patient)
		return err
	}
	w.fails(consent.CodeStands, note)
	w.decide(func(d *journal.Decision) error { return consent.Revoke(d, w.paper, consent.ByCall) })
	w.decide(note)
	w.stands(policy.ConsentVerbal, "")
	var noted *consent.Consent
	if err := w.Read(context.Background(), func(tx *sqlite.Tx) (err error) {
		noted, err = consent.Current(tx, w.patient)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	for _, change := range []func(*journal.Decision) error{
		func(d *journal.Decision) error { return consent.Pause(d, noted.ID, policy.HoldPlain) },
		func(d *journal.Decision) error {
			return consent.Narrow(d, noted.ID, scope(policy.Reminders), consent.ByCall)
		},
	} {
		w.fails(consent.CodeOver, change) // or it would come back as a signed one
	}
	w.Clock.Advance(time.Minute)
	w.stop()
	w.stands(policy.ConsentRevoked, "")
}

func TestSignatures(t *testing.T) {
	w := newWorld(t)
	for _, s := range []consent.Signature{
		{}, {Drawn: "M10 20L11 21", Typed: "Marisol Vega"}, {Typed: "M"}, {Drawn: "M1 2"}, {Drawn: "L10 20L11 21L12 22"},
		{Drawn: `M10 20L11 21"><script>`}, {Drawn: "M1000 20L11 21L1 1"},
	} {
		w.fails(consent.CodeSignature, func(d *journal.Decision) error {
			_, err := consent.Sign(d, consent.Paper{
				Patient: w.patient, Form: "2026-2-en", Signer: consent.SignedByPatient, Scope: scope(policy.Reminders),
			}, s)
			return err
		})
	}
}

func TestANumberIsVerifiedByWhatComesFromIt(t *testing.T) {
	w := newWorld(t)
	verified := func() (ok bool) {
		t.Helper()
		if err := w.Read(context.Background(), func(tx *sqlite.Tx) error {
			all, err := consent.Verified(tx, w.number.ID)
			if err != nil {
				return err
			}
			numbers, err := patients.NumbersOf(tx, w.patient)
			ok = all[w.number.ID].Seq > numbers[w.patient][0].Newest
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return ok
	}
	var one consent.OneTime
	ask := func() {
		w.decide(func(d *journal.Decision) (err error) {
			one, err = consent.AskCode(d, w.patient, w.number.ID)
			return err
		})
	}
	text := func(body string) {
		w.Clock.Advance(time.Second)
		w.decide(func(d *journal.Decision) error {
			_, err := consent.ReadNumberCode(d, w.number, body, clinic.NewID[clinic.MessageID](), d.Now)
			return err
		})
	}
	text("482913")
	ask()
	before := one.Code
	text("My code is " + one.Code + "1")
	ask()
	if one.Code != before {
		text(before) // an earlier one counts no more
	}
	w.Clock.Advance(31 * time.Minute)
	text(one.Code)
	if verified() {
		t.Fatal("a wrong, an earlier or a late code verifies")
	}
	ask()
	w.Clock.Jump(-2 * time.Second) // as the provider writes its times
	text("The code is " + one.Code[:3] + " " + one.Code[3:] + ".")
	if !verified() {
		t.Fatal("the code does not verify")
	}
	w.decide(func(d *journal.Decision) error {
		_, err := patients.Add(d, patients.New{
			Name: "Teo Vega", BirthDate: clinic.Date{Year: 1980, Month: 1, Day: 2}, Language: clinic.English, Zone: "America/Denver",
			Phone: w.number.Phone, Shared: true,
		})
		return err
	})
	if verified() {
		t.Error("a number that somebody else was given needs no verification")
	}
}
