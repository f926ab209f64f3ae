package exchange_test

import (
	"testing"
	"time"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/exchange"
	"quietline/backend/policy"
	"quietline/backend/provider/simulator"
)

// twoCopies is a clinic in which a text waits for the morning, and a copy of it. It is
// morning on both.
func twoCopies(t *testing.T) (w, clone *world, id clinic.MessageID) {
	t.Helper()
	w = newWorld(t)
	w.readAll()
	w.clock.Advance(12 * time.Hour)
	id = w.written(visit)
	w.state(id, archive.Later)
	w.clock.Advance(time.Minute)
	clone = w.copied()
	w.clock.Advance(11 * time.Hour)
	return w, clone, id
}

// asked expects a text to be a person's question, because of one sent elsewhere.
func (w *world) asked(id clinic.MessageID) {
	w.t.Helper()
	if m := w.message(id); m.State != archive.Held || m.Reason != exchange.CodeSaidElsewhere {
		w.t.Errorf("the text is %s (%s)", m.State, m.Reason)
	}
}

// TestTwoCopiesSendAWaitingTextOnce: the second asks, and sends only when a person says
// so, who is not asked about the same again.
func TestTwoCopiesSendAWaitingTextOnce(t *testing.T) {
	w, clone, id := twoCopies(t)
	w.ok(w.x.SendDue(w.ctx))
	w.state(id, archive.Sent)
	// Nobody has listened there since. While the list cannot be read, nothing goes.
	w.ok(w.sim.SetFaults(simulator.Faults{Reads: []simulator.Mishap{simulator.Unavailable}}))
	w.ok(clone.x.SendDue(w.ctx))
	clone.state(id, archive.Later)
	w.clock.Advance(time.Minute)
	w.ok(clone.x.SendDue(w.ctx))
	clone.asked(id)
	if n := w.sent(visit); n != 1 {
		t.Fatalf("two copies sent it %d times", n)
	}
	if s := clone.strangers(); s.Texts != 1 {
		t.Errorf("the second sender: %+v", s)
	}
	w.ok(exchange.Resolve(w.ctx, clone.clinic.Journal, w.member, archive.SeeAll(), id, true, policy.LineSimulator))
	w.ok(clone.x.SendDue(w.ctx))
	clone.state(id, archive.Sent)
}

// TestACopyThatHearsOfATextAsks: what waits is asked about as soon as the list shows
// its words, whenever it would have gone.
func TestACopyThatHearsOfATextAsks(t *testing.T) {
	w, clone, id := twoCopies(t)
	w.ok(w.x.SendDue(w.ctx))
	w.clock.Advance(time.Second)
	w.ok(clone.x.Listen(w.ctx))
	clone.asked(id)
	clone.reopen()
	clone.asked(id)
	w.ok(exchange.Resolve(w.ctx, clone.clinic.Journal, w.member, archive.SeeAll(), id, false, policy.LineSimulator))
	clone.state(id, archive.Withdrawn)
	if n := w.sent(visit); n != 1 {
		t.Errorf("it was sent %d times", n)
	}
}

// TestWordsFromElsewhereAreAskedAboutFirst: the page in which they are found holds an
// answer, too, that pauses her number. Whoever lets the text go has to know of both.
func TestWordsFromElsewhereAreAskedAboutFirst(t *testing.T) {
	w, clone, id := twoCopies(t)
	w.ok(w.x.SendDue(w.ctx))
	w.clock.Advance(time.Minute)
	w.inbound(hers, "Could you take this number off your list?")
	w.ok(clone.x.Listen(w.ctx))
	clone.asked(id)
	clone.onlyDoubt(consent.WhyWords)
}

// TestTheSameWordsOfAnotherDayAskNothing: a person writes them again, to the same number
// or to somebody else.
func TestTheSameWordsOfAnotherDayAskNothing(t *testing.T) {
	w := newWorld(t)
	w.readAll()
	w.another(visit)
	w.clock.Advance(10 * time.Minute)
	id := w.written(visit)
	w.clock.Advance(time.Minute) // the line was busy
	w.ok(w.x.SendDue(w.ctx))
	w.state(id, archive.Sent)

	w.clock.Advance(24 * time.Hour)
	w.patient, w.thread = w.addPatient("Teo Vega", "+13035550177")
	w.consent(policy.Scheduling)
	other := w.written(visit)
	w.another(visit)
	w.clock.Advance(time.Minute)
	w.ok(w.x.Listen(w.ctx))
	w.state(other, archive.Waiting)
	w.ok(w.x.SendDue(w.ctx))
	w.state(other, archive.Sent)
}
