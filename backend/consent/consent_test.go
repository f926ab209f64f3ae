package consent_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/journal"
	"quietline/backend/journal/journaltest"
	"quietline/backend/patients"
	"quietline/backend/policy"
	"quietline/backend/settings"
	"quietline/backend/sqlite"
)

const form = "2026-1-en"

// world is a clinic with one patient who signed a paper two days ago.
type world struct {
	*journaltest.Clinic
	t       *testing.T
	patient clinic.PatientID
	number  patients.Number
	paper   clinic.ConsentID
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{Clinic: journaltest.New(t, settings.Projection(), patients.Projection(), consent.Projection()), t: t}
	w.decide(func(d *journal.Decision) error {
		added, err := patients.Add(d, patients.New{
			Name: "Marisol Vega", BirthDate: clinic.Date{Year: 1990, Month: time.May, Day: 4},
			Language: clinic.English, Zone: "America/Denver", Phone: "+13035550142",
		})
		w.patient = added.Patient
		w.number = patients.Number{ID: added.Number, Phone: "+13035550142", Dossier: added.NumberDossier}
		return err
	})
	w.paper = w.sign()
	return w
}

func (w *world) decide(decide func(*journal.Decision) error) {
	w.t.Helper()
	if _, err := w.Submit(context.Background(), journal.Actor{}, decide); err != nil {
		w.t.Fatal(err)
	}
}

func scope(categories ...policy.Category) consent.Scope {
	return consent.Scope{Categories: categories, ToHour: 24, Zone: "America/Denver"}
}

func (w *world) sign() (id clinic.ConsentID) {
	w.t.Helper()
	w.decide(func(d *journal.Decision) (err error) {
		id, err = consent.RecordPaper(d, consent.Paper{
			Patient: w.patient, Form: form, SignedOn: clinic.DateOf(d.Now.Time()).AddDays(-2), Signer: consent.SignedByPatient,
			Attested: true, Scope: scope(policy.Scheduling, policy.Reminders),
		})
		return err
	})
	return id
}

// renew has her sign another paper, a day later.
func (w *world) renew() (id clinic.ConsentID) {
	w.t.Helper()
	w.Clock.Advance(24 * time.Hour)
	w.decide(func(d *journal.Decision) (err error) {
		id, err = consent.RecordPaper(d, consent.Paper{
			Patient: w.patient, Form: form, SignedOn: w.today(), Signer: consent.SignedByPatient,
			Attested: true, Scope: scope(policy.Scheduling, policy.Reminders),
		})
		return err
	})
	return id
}

func (w *world) request() (id clinic.ConsentID) {
	w.t.Helper()
	w.decide(func(d *journal.Decision) (err error) {
		id, err = consent.Request(d, w.patient, form)
		return err
	})
	return id
}

func (w *world) pause(id clinic.ConsentID) {
	w.t.Helper()
	w.decide(func(d *journal.Decision) error { return consent.Pause(d, id, policy.HoldPlain) })
}

func (w *world) resume(id clinic.ConsentID) {
	w.t.Helper()
	w.decide(func(d *journal.Decision) error { return consent.Resume(d, id) })
}

func (w *world) narrow(id clinic.ConsentID) {
	w.t.Helper()
	w.decide(func(d *journal.Decision) error { return consent.Narrow(d, id, scope(policy.Reminders), consent.ByCall) })
}

func (w *world) stop() {
	w.t.Helper()
	w.decide(func(d *journal.Decision) error {
		return consent.Stop(d, w.number, clinic.NewID[clinic.MessageID](), d.Now, consent.ByText)
	})
}

// current asserts which consent is the patient's current one and how it stands,
// also once the views are rebuilt.
func (w *world) current(id clinic.ConsentID, state policy.ConsentState) consent.Consent {
	w.t.Helper()
	var c *consent.Consent
	look := func() {
		w.t.Helper()
		if err := w.Read(context.Background(), func(tx *sqlite.Tx) (err error) {
			c, err = consent.Current(tx, w.patient)
			return err
		}); err != nil {
			w.t.Fatal(err)
		}
		if c == nil || c.ID != id || c.Moved != state {
			w.t.Fatalf("the current consent is %+v, want %s %s", c, id, state)
		}
	}
	look()
	if err := w.Rebuild(context.Background(), nil); err != nil {
		w.t.Fatal(err)
	}
	look()
	return *c
}

func TestAPauseComesBackToWhatWasBefore(t *testing.T) {
	t.Run("given", func(t *testing.T) {
		w := newWorld(t)
		w.pause(w.paper)
		w.current(w.paper, policy.ConsentPaused)
		w.resume(w.paper)
		w.current(w.paper, policy.ConsentGiven)
	})
	t.Run("narrowed", func(t *testing.T) {
		w := newWorld(t)
		w.narrow(w.paper)
		w.pause(w.paper)
		w.pause(w.paper) // twice is once
		w.resume(w.paper)
		if c := w.current(w.paper, policy.ConsentNarrowed); !slices.Equal(c.Scope.Categories, []policy.Category{policy.Reminders}) {
			t.Errorf("the scope is %v", c.Scope.Categories)
		}
	})
	t.Run("narrowed in the pause", func(t *testing.T) {
		w := newWorld(t)
		w.pause(w.paper)
		w.narrow(w.paper)
		w.current(w.paper, policy.ConsentPaused)
		w.resume(w.paper)
		w.current(w.paper, policy.ConsentNarrowed)
	})
	t.Run("a new paper is not narrowed", func(t *testing.T) {
		w := newWorld(t)
		w.narrow(w.paper)
		renewed := w.renew()
		w.pause(renewed)
		w.resume(renewed)
		w.current(renewed, policy.ConsentGiven)
	})
}

func TestARequestDoesNotPutAsideTheConsentInForce(t *testing.T) {
	for name, c := range map[string]struct {
		before func(*world)
		want   policy.ConsentState
	}{
		"given":    {func(*world) {}, policy.ConsentGiven},
		"narrowed": {func(w *world) { w.narrow(w.paper) }, policy.ConsentNarrowed},
		"paused":   {func(w *world) { w.pause(w.paper) }, policy.ConsentPaused},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			c.before(w)
			asked := w.request()
			w.current(w.paper, c.want)
			w.decide(func(d *journal.Decision) error { return consent.Answered(d, asked) })
			w.current(w.paper, c.want)
			renewed := w.renew()
			w.current(renewed, policy.ConsentGiven)
		})
	}
}

func TestStopTakesBackTheConsentBehindARequest(t *testing.T) {
	w := newWorld(t)
	asked := w.request()
	w.stop()
	// Without a consent in force, the open request is what counts.
	w.current(asked, policy.ConsentRequested)
	var paper consent.Consent
	var out map[clinic.NumberID]clinic.Instant
	if err := w.Read(context.Background(), func(tx *sqlite.Tx) (err error) {
		if out, err = consent.OptedOut(tx, w.number.ID); err != nil {
			return err
		}
		paper, err = consent.Get(tx, w.paper)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if paper.Moved != policy.ConsentRevoked || paper.RevokedHow != consent.ByText || paper.RevokedAt != w.Clock.Now() {
		t.Errorf("after STOP the paper is %s by %q at %d", paper.Moved, paper.RevokedHow, paper.RevokedAt)
	}
	if out[w.number.ID] != w.Clock.Now() {
		t.Errorf("the number is opted out since %d, want %d", out[w.number.ID], w.Clock.Now())
	}
}
