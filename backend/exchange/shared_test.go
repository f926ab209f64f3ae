package exchange_test

import (
	"testing"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/exchange"
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
			exchange.Draft{Thread: thread, Body: body, Category: policy.Scheduling}, policy.LineSimulator, true))
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
