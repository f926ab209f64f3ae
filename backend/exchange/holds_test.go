package exchange_test

import (
	"testing"
	"time"

	"quietline/backend/archive"
	"quietline/backend/exchange"
	"quietline/backend/policy"
	"quietline/backend/provider"
)

// stoppedLongAgo connects a number on whose list a STOP of hers lies below all that
// a first look reads, and starts an exchange that listens first.
func (w *world) stoppedLongAgo() {
	w.t.Helper()
	w.seedPast(500)
	_, err := w.sim.Seed([]provider.Message{{
		From: provider.Address(hers), To: provider.Address(ours), Body: "STOP", Direction: provider.Inbound,
		Status: provider.Received, Created: w.clock.Now().Add(-4 * 24 * time.Hour),
	}})
	w.ok(err)
	w.sms = brief{w.client, 100}
	w.listenFirst()
}

// TestAStopOfLongAgoCountsBeforeTheFirstTextGoes: the clinic has texted from this
// number with another program.
func TestAStopOfLongAgoCountsBeforeTheFirstTextGoes(t *testing.T) {
	w := newWorld(t)
	w.stoppedLongAgo()
	id := w.written(visit)
	look := func() {
		w.ok(w.x.Listen(w.ctx))
		w.ok(w.x.SendDue(w.ctx))
	}
	look()
	w.state(id, archive.Waiting)
	if c := w.completeness(); !c.Holds || c.Alarm != nil {
		t.Errorf("while earlier texts are to be read: %+v", c)
	}
	w.ok(exchange.PauseHistory(w.ctx, w.clinic.Journal, w.member, true))
	w.reopen()
	w.listenFirst()
	look()
	w.state(id, archive.Waiting)
	if c := w.completeness(); !c.Holds || c.Alarm == nil || c.Alarm.Code != exchange.CodeHistoryHolds {
		t.Errorf("while their reading is paused: %+v", c)
	}
	w.ok(exchange.PauseHistory(w.ctx, w.clinic.Journal, w.member, false))
	w.ok(w.x.Backfill(w.ctx, nil))
	look()
	w.state(id, archive.Failed)
	if m := w.message(id); m.Reason != policy.CodeOptedOut || w.sent(visit) != 0 {
		t.Errorf("it is %s (%s), and the provider has %d", m.State, m.Reason, w.sent(visit))
	}
	if c := w.completeness(); c.Holds || c.Alarm != nil {
		t.Errorf("once all is read: %+v", c)
	}
}

// TestAShortListHoldsNothing: all that is listed was read with the first look.
func TestAShortListHoldsNothing(t *testing.T) {
	w := newWorld(t)
	w.receives("When is it?")
	w.listenFirst()
	id := w.written(visit)
	w.ok(w.x.Listen(w.ctx))
	w.ok(w.x.SendDue(w.ctx))
	w.state(id, archive.Sent)
	if c := w.completeness(); c.Holds || c.History.Stage != exchange.HistoryWhole {
		t.Errorf("after the first look: %+v", c)
	}
}

// TestAnotherNumberIsReadBeforeItTexts: what was read of the first says nothing
// about the second.
func TestAnotherNumberIsReadBeforeItTexts(t *testing.T) {
	w := newWorld(t)
	w.readAll()
	w.stoppedLongAgo() // without an account: another line
	id := w.written(visit)
	w.ok(w.x.Listen(w.ctx))
	w.ok(w.x.SendDue(w.ctx))
	w.state(id, archive.Waiting)
}
