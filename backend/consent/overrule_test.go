package consent_test

import (
	"context"
	"testing"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/policy"
	"quietline/backend/settings"
	"quietline/backend/sqlite"
)

// What somebody has ended is not opened again by what was signed, said or done
// for another reason.

const day = 24 * time.Hour

func (w *world) restrict(id clinic.ConsentID, how consent.How) func(*journal.Decision) error {
	return func(d *journal.Decision) error { return consent.Narrow(d, id, scope(policy.Reminders), how) }
}

func (w *world) paperOf(signed clinic.Date) func(*journal.Decision) error {
	return func(d *journal.Decision) error {
		_, err := consent.RecordPaper(d, consent.Paper{
			Patient: w.patient, Form: form, SignedOn: signed, Signer: consent.SignedByPatient, Attested: true,
			Scope: scope(policy.Scheduling, policy.Reminders, policy.Billing),
		})
		return err
	}
}

func (w *world) today() clinic.Date {
	zone, err := clinic.Zone("America/Denver").Location()
	if err != nil {
		w.t.Fatal(err)
	}
	return clinic.DateOf(w.Clock.Now().Time().In(zone))
}

func (w *world) note() error {
	_, err := w.Submit(context.Background(), journal.Actor{}, func(d *journal.Decision) error {
		_, err := consent.Note(d, w.patient)
		return err
	})
	return err
}

// TestAHoldOutlivesAStop: a court's order is lifted by Resume and by nothing else,
// least of all by the patient's STOP and her call after it.
func TestAHoldOutlivesAStop(t *testing.T) {
	for _, hold := range []policy.Hold{policy.HoldPlain, policy.HoldDispute, policy.HoldCourt, policy.HoldSelf} {
		w := newWorld(t)
		w.decide(func(d *journal.Decision) error { return consent.Pause(d, w.paper, hold) })
		w.Clock.Advance(time.Minute)
		w.stop()
		w.decide(w.restrict(w.paper, consent.ByCall))
		w.current(w.paper, policy.ConsentPaused)
		w.stands(policy.ConsentPaused, hold)
		w.resume(w.paper)
		w.current(w.paper, policy.ConsentNarrowed)
	}
}

// TestAStopIsRestrictedWithinADay: what she still wants is said in the day after her
// STOP (47 CFR 64.1200(a)(12) lets a confirmation ask for it); later she signs again.
func TestAStopIsRestrictedWithinADay(t *testing.T) {
	w := newWorld(t)
	w.Clock.Advance(time.Minute)
	w.stop()
	w.Clock.Advance(day + time.Millisecond)
	w.fails(consent.CodeOver, w.restrict(w.paper, consent.ByCall))
	w.Clock.Jump(-time.Millisecond)
	w.decide(w.restrict(w.paper, consent.ByCall))
}

// TestNobodyNarrowsToSomebodyElsesNumber: the numbers of a scope are the patient's.
func TestNobodyNarrowsToSomebodyElsesNumber(t *testing.T) {
	w := newWorld(t)
	w.fails(clinic.CodeNotFound, func(d *journal.Decision) error {
		less := scope(policy.Reminders)
		less.Numbers = []clinic.NumberID{clinic.NewID[clinic.NumberID]()}
		return consent.Narrow(d, w.paper, less, consent.ByCall)
	})
}

// TestANoAfterTwoSpokenYesses: the second note takes the place of the first, so that
// taking it back leaves none; and a note a month is not a consent without end.
func TestANoAfterTwoSpokenYesses(t *testing.T) {
	spoken := func(t *testing.T) *world {
		w := newWorld(t)
		w.decide(func(d *journal.Decision) error { return consent.Revoke(d, w.paper, consent.ByCall) })
		for range 2 {
			if err := w.note(); err != nil {
				t.Fatal(err)
			}
			w.Clock.Advance(9 * day)
		}
		return w
	}
	current := func(w *world) (c consent.Consent) {
		if err := w.Read(context.Background(), func(tx *sqlite.Tx) error {
			found, err := consent.Current(tx, w.patient)
			c = *found
			return err
		}); err != nil {
			w.t.Fatal(err)
		}
		return c
	}
	t.Run("on the phone", func(t *testing.T) {
		w := spoken(t)
		w.decide(func(d *journal.Decision) error { return consent.Revoke(d, current(w).ID, consent.ByCall) })
		w.stands(policy.ConsentRevoked, "")
	})
	t.Run("by text", func(t *testing.T) {
		w := spoken(t)
		w.stop()
		w.stands(policy.ConsentRevoked, "")
	})
	t.Run("words count from the first", func(t *testing.T) {
		w := spoken(t)
		if c := current(w); c.Ends > w.Clock.Now().Add(-18*day+30*day) {
			t.Errorf("they count until %v", c.Ends)
		}
		w.Clock.Advance(13 * day)
		if err := w.note(); clinic.CodeOf(err) != consent.CodeWords {
			t.Errorf("a note after a month: %v", err)
		}
		w.decide(w.paperOf(w.today())) // from which on a spoken word is a first one again
		w.decide(func(d *journal.Decision) error { return consent.Revoke(d, current(w).ID, consent.ByCall) })
		if err := w.note(); err != nil {
			t.Error(err)
		}
	})
}

// TestAPaperThatIsOlderThanANo: whatever she said last counts, in whichever order
// the desk comes to enter it.
func TestAPaperThatIsOlderThanANo(t *testing.T) {
	for name, c := range map[string]struct {
		no   func(*world)
		want clinic.Code // for a paper of the very day; an older one never counts
	}{
		"taken back on the phone": {func(w *world) {
			w.decide(func(d *journal.Decision) error { return consent.Revoke(d, w.paper, consent.ByCall) })
		}, consent.CodeOlder},
		"stopped and started": {func(w *world) {
			w.stop()
			w.Clock.Advance(time.Minute)
			w.decide(func(d *journal.Decision) error {
				consent.Start(d, w.number, clinic.NewID[clinic.MessageID](), d.Now)
				return nil
			})
		}, consent.CodeOlder},
		"narrowed":     {func(w *world) { w.narrow(w.paper) }, consent.CodeOlder},
		"on hold":      {func(w *world) { w.pause(w.paper) }, consent.CodeOlder},
		"on hold once": {func(w *world) { w.pause(w.paper); w.resume(w.paper) }, ""},
		"signed anew":  {func(w *world) { w.decide(w.paperOf(w.today())) }, ""}, // one entered wrongly is entered again
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.Clock.Advance(3 * day)
			c.no(w)
			w.Clock.Advance(day)
			if name != "on hold once" {
				w.fails(consent.CodeOlder, w.paperOf(w.today().AddDays(-2)))
			}
			if c.want != "" {
				w.fails(c.want, w.paperOf(w.today().AddDays(-1)))
			} else {
				w.decide(w.paperOf(w.today().AddDays(-1)))
			}
			w.decide(w.paperOf(w.today()))
			w.stands(policy.ConsentGiven, "")
		})
	}
}

// TestAStopInTheHistory: she asked for no texts, and for texts again, before this
// program came. A paper from before that is no more than it would be had it been
// entered first.
func TestAStopInTheHistory(t *testing.T) {
	w := newWorld(t)
	w.decide(func(d *journal.Decision) error {
		added, err := patients.Add(d, patients.New{
			Name: "Ilse Brandt", BirthDate: clinic.Date{Year: 1980, Month: 1, Day: 2}, Language: clinic.English,
			Zone: "America/Denver", Phone: "+13035550171",
		})
		w.patient, w.number = added.Patient, patients.Number{ID: added.Number, Phone: "+13035550171", Dossier: added.NumberDossier}
		return err
	})
	w.decide(func(d *journal.Decision) error {
		if err := consent.Stop(d, w.number, clinic.NewID[clinic.MessageID](), d.Now.Add(-60*day), consent.ByText); err != nil {
			return err
		}
		consent.Start(d, w.number, clinic.NewID[clinic.MessageID](), d.Now.Add(-30*day))
		return nil
	})
	w.fails(consent.CodeOlder, w.paperOf(w.today().AddDays(-90)))
	w.decide(w.paperOf(w.today().AddDays(-45)))
}

// TestWhoSignsForWhom: a parent for a child, and whoever signs for an adult by a
// right that a paper shows; words of a child are nobody's.
func TestWhoSignsForWhom(t *testing.T) {
	sign := func(w *world, signer consent.Signer, details consent.Details) func(*journal.Decision) error {
		return func(d *journal.Decision) error {
			_, err := consent.Sign(d, consent.Paper{
				Patient: w.patient, Form: "2026-2-minor-es", Signer: signer, SignerName: "Lucía Vega",
				Scope: scope(policy.Reminders), Details: details,
			}, consent.Signature{Typed: "Lucía Vega"})
			return err
		}
	}
	order := consent.Details{Authority: "guardian of the person", Document: "court order of 2026"}
	w := newWorld(t)
	born := w.today()
	born.Year -= 18
	w.addTeen(born.AddDays(1)) // tomorrow she is of age
	if err := w.note(); clinic.CodeOf(err) != consent.CodeSigner {
		t.Errorf("the words of a child are noted: %v", err)
	}
	w.decide(sign(w, consent.SignedByParent, consent.Details{}))
	w.decide(sign(w, consent.SignedByGuardian, consent.Details{}))
	w.Clock.Advance(2 * day)
	w.stands(policy.ConsentPaused, policy.HoldAge)
	w.fails(consent.CodeSigner, sign(w, consent.SignedByParent, order))
	w.fails(consent.CodeAuthority, sign(w, consent.SignedByGuardian, consent.Details{}))
	w.fails(consent.CodeAuthority, sign(w, consent.SignedByGuardian, consent.Details{Authority: order.Authority}))
	w.fails(consent.CodeAuthority, sign(w, consent.SignedByAgent, consent.Details{Authority: order.Authority}))
	w.decide(func(d *journal.Decision) error {
		return settings.ChangeTexting(d, settings.Texting{Majority: 19})
	})
	w.decide(sign(w, consent.SignedByParent, consent.Details{})) // Alabama and Nebraska
	w.decide(func(d *journal.Decision) error { return settings.ChangeTexting(d, settings.DefaultTexting()) })
	w.decide(sign(w, consent.SignedByGuardian, order))
	w.decide(sign(w, consent.SignedByAgent, order))
	w.stands(policy.ConsentGiven, "")
}

// TestACodeIsForWhoeverItWasMadeFor: between the patient's text and its reading the
// number was given to somebody else, or held.
func TestACodeIsForWhoeverItWasMadeFor(t *testing.T) {
	for name, meanwhile := range map[string]func(*world, *journal.Decision) error{
		"given to another": func(_ *world, d *journal.Decision) error {
			_, err := patients.Add(d, patients.New{
				Name: "Ilse Brandt", BirthDate: clinic.Date{Year: 1980, Month: 1, Day: 2}, Language: clinic.English,
				Zone: "America/Denver", Phone: "+13035550142", Shared: true,
			})
			return err
		},
		"held": func(w *world, d *journal.Decision) error { return patients.HoldNumber(d, w.number.ID) },
	} {
		w := newWorld(t)
		var one consent.OneTime
		w.decide(func(d *journal.Decision) (err error) {
			one, err = consent.AskCode(d, w.patient, w.number.ID)
			return err
		})
		texted := w.Clock.Now()
		w.Clock.Advance(time.Minute)
		w.decide(func(d *journal.Decision) error { return meanwhile(w, d) })
		w.decide(func(d *journal.Decision) error {
			read, err := consent.ReadNumberCode(d, w.number, one.Code, clinic.NewID[clinic.MessageID](), texted)
			if read {
				t.Errorf("%s: the number is verified for somebody who was read no code", name)
			}
			return err
		})
	}
}
