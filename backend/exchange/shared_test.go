package exchange_test

import (
	"testing"
	"time"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/exchange"
	"quietline/backend/journal"
	"quietline/backend/policy"
	"quietline/backend/provider/simulator"
)

// TestAnAnswerOnASharedPhoneGoesWhereThePhoneWasWrittenTo has a text to one
// patient leave and a later one, to the other who has the same phone, still wait.
func TestAnAnswerOnASharedPhoneGoesWhereThePhoneWasWrittenTo(t *testing.T) {
	w := newWorld(t)
	first := w.thread
	w.patient, w.thread = w.addPatient("Teo Vega", hers)
	w.consent(policy.Scheduling)
	second := w.thread
	to := func(thread clinic.ThreadID, body string) {
		t.Helper()
		w.ok(exchange.Write(w.ctx, w.clinic.Journal, w.member, clinic.NewID[clinic.MessageID](),
			exchange.Draft{Sight: archive.SeeAll(), Thread: thread, Body: body, Category: policy.Scheduling}, policy.LineSimulator, true))
	}
	answer := func(body string, want clinic.ThreadID) {
		t.Helper()
		_, err := w.sim.Receive(simulator.Inbound{From: hers, Body: body})
		w.ok(err)
		w.clock.Advance(time.Minute)
		w.ok(w.x.Listen(w.ctx))
		w.thread = want
		if h := w.history(); len(h) == 0 || h[len(h)-1].Body != body {
			t.Errorf("%q is not in the thread that it answers", body)
		}
	}
	to(first, "Marisol, please call us.")
	w.ok(w.x.SendDue(w.ctx))
	w.clock.Advance(time.Minute)
	to(second, "Teo, please call us.") // written, and not yet sent
	answer("I will.", first)
	w.ok(w.x.SendDue(w.ctx))
	w.clock.Advance(time.Minute)
	answer("So will I.", second)
}

// TestThePaperAgreesToASharedPhone records two papers of a patient whose phone is
// shared: only the one that says so lets a text go without asking.
func TestThePaperAgreesToASharedPhone(t *testing.T) {
	w := newWorld(t)
	w.patient, w.thread = w.addPatient("Teo Vega", hers)
	sign := func(shared bool) {
		t.Helper()
		w.submit(func(d *journal.Decision) error {
			_, err := consent.RecordPaper(d, consent.Paper{
				Patient: w.patient, Form: "2026-1-en", SignedOn: clinic.DateOf(w.clock.Now().Time()), Signer: consent.SignedByPatient,
				Attested: true, Scope: consent.Scope{Categories: []policy.Category{policy.Scheduling}, ToHour: 24, SharedPhone: shared},
			})
			return err
		})
		w.clock.Advance(time.Minute)
	}
	sign(false)
	if _, err := w.write("Teo, please call us."); clinic.CodeOf(err) != exchange.CodeNeedsConfirming {
		t.Errorf("a paper that says nothing of sharing: %v", err)
	}
	sign(true)
	if _, err := w.write("Teo, please call us."); err != nil {
		t.Errorf("a paper that agrees to sharing: %v", err)
	}
}
