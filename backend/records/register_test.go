package records_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/journal"
	"quietline/backend/journal/journaltest"
	"quietline/backend/patients"
	"quietline/backend/policy"
	"quietline/backend/records"
	"quietline/backend/settings"
	"quietline/backend/sqlite"
)

// TestTheRegisterCallsNobodyWelcomeWhomTheGateRefuses: an auditor reads the register, so
// it looks at every number of a patient, and at what she ruled out.
func TestTheRegisterCallsNobodyWelcomeWhomTheGateRefuses(t *testing.T) {
	const first, second = 0, 1
	type says func(*journal.Decision, [2]patients.Number) error
	stop := func(on int) says {
		return func(d *journal.Decision, numbers [2]patients.Number) error {
			return consent.Stop(d, numbers[on], clinic.NewID[clinic.MessageID](), d.Now.Add(-72*time.Hour), consent.ByText)
		}
	}
	hold := func(on int) says {
		return func(d *journal.Decision, numbers [2]patients.Number) error {
			return patients.HoldNumber(d, numbers[on].ID)
		}
	}
	w := journaltest.New(t, settings.Projection(), patients.Projection(), consent.Projection())
	decide := func(t *testing.T, decide func(*journal.Decision) error) {
		t.Helper()
		if _, err := w.Submit(context.Background(), journal.Actor{}, decide); err != nil {
			t.Fatal(err)
		}
	}
	people := 0
	for name, c := range map[string]struct {
		said           []says
		guardians      bool
		begins         int // days from now
		out, held, has bool
	}{
		"nothing":                         {has: true},
		"STOP on the first":               {said: []says{stop(first)}, out: true},
		"STOP on the second":              {said: []says{stop(second)}, out: true},
		"STOP of a stranger":              {said: []says{stop(second), hold(second)}, has: true},
		"STOP of a guardian":              {said: []says{stop(second)}, guardians: true, has: true},
		"a first day to come":             {begins: 3},
		"a first day that is today":       {begins: 0, has: true},
		"a stranger on one of two":        {said: []says{hold(first)}, has: true},
		"strangers on both":               {said: []says{hold(first), hold(second)}, held: true},
		"a stranger, and STOP by herself": {said: []says{hold(first), stop(second)}, out: true},
	} {
		t.Run(name, func(t *testing.T) {
			people++
			phone := func(area string) clinic.Phone { return clinic.Phone(fmt.Sprintf("+1%s55501%02d", area, people)) }
			var who clinic.PatientID
			var numbers [2]patients.Number
			decide(t, func(d *journal.Decision) error {
				added, err := patients.Add(d, patients.New{
					Name: "Marisol Vega", BirthDate: clinic.Date{Year: 1990, Month: time.May, Day: 4},
					Language: clinic.English, Zone: "America/Denver", Phone: phone("303"),
				})
				who, numbers[first] = added.Patient, patients.Number{ID: added.Number, Phone: phone("303"), Dossier: added.NumberDossier}
				return err
			})
			decide(t, func(d *journal.Decision) (err error) {
				whose := patients.PatientsOwn
				if c.guardians {
					whose = patients.Guardians
				}
				numbers[second], err = patients.AddNumber(d, who, phone("720"), false, whose)
				return err
			})
			// She signs after what was said, so that no STOP takes the paper back.
			for _, say := range c.said {
				decide(t, func(d *journal.Decision) error { return say(d, numbers) })
			}
			decide(t, func(d *journal.Decision) error {
				_, err := consent.RecordPaper(d, consent.Paper{
					Patient: who, Form: "2026-1-en", SignedOn: clinic.DateOf(d.Now.Time()).AddDays(-1), Signer: consent.SignedByPatient, Attested: true,
					Scope: consent.Scope{
						Categories: []policy.Category{policy.Scheduling, policy.Reminders, policy.Billing},
						Excluded:   []policy.Category{policy.Billing}, ToHour: 24, Zone: "America/Denver", From: firstDay(d.Now, c.begins),
					},
				})
				return err
			})
			lines := func(f records.Filter) (all []records.Line) {
				t.Helper()
				if err := w.Read(context.Background(), func(tx *sqlite.Tx) (err error) {
					all, err = records.Lines(tx, patients.See(who), f, w.Clock.Now())
					return err
				}); err != nil && clinic.CodeOf(err) != records.CodeEmpty {
					t.Fatal(err)
				}
				return all
			}
			l := lines(records.Filter{})[0]
			if l.OptedOut != c.out || l.Held != c.held || l.State != policy.ConsentGiven {
				t.Errorf("opted out %v, held %v, %s", l.OptedOut, l.Held, l.State)
			}
			if l.Begins.IsZero() != (c.begins == 0) {
				t.Errorf("begins %v", l.Begins)
			}
			if got := len(lines(records.Filter{Standing: records.Missing})) == 1; got != (c.begins > 0) {
				t.Errorf("among those without one in force: %v", got)
			}
			if c.begins > 0 && len(lines(records.Filter{Category: policy.Reminders})) != 0 {
				t.Error("listed for texts that may not go yet")
			}
			if !slices.Equal(l.Topics(), []policy.Category{policy.Scheduling, policy.Reminders}) {
				t.Errorf("what she ruled out stands among %v", l.Topics())
			}
			if got := len(lines(records.Filter{Standing: records.InForce})) == 1; got != c.has {
				t.Errorf("among those who are welcome to be texted: %v", got)
			}
			if len(lines(records.Filter{Category: policy.Billing})) != 0 {
				t.Error("she is listed for what she ruled out")
			}
		})
	}
}

// firstDay is a day in Denver, some days from now.
func firstDay(now clinic.Instant, days int) clinic.Date {
	denver, err := clinic.Zone("America/Denver").Location()
	if err != nil {
		panic(err)
	}
	return clinic.DateOf(now.Time().In(denver)).AddDays(days)
}
