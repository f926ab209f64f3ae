package exchange_test

import (
	"testing"
	"time"

	"quietline/backend/afterhours"
	"quietline/backend/archive"
	"quietline/backend/journal"
	"quietline/backend/provider"
	"quietline/backend/provider/simulator"
)

// TestTheReplyOutsideHoursIsKnownAgain: what the provider answered by itself while
// nobody read is kept as an automatic text and takes nobody for a second sender; the
// same words from another program at another hour do.
func TestTheReplyOutsideHoursIsKnownAgain(t *testing.T) {
	w := newWorld(t)
	w.readAll()
	w.pass(1)
	plan, err := afterhours.Work(afterhours.Default(), afterhours.Desk{Zone: "America/Denver", Phone: "+13035550100"}, w.clock.Now())
	w.ok(err)
	// The program ended before it heard that the reply is in force.
	w.submit(func(d *journal.Decision) error {
		return afterhours.RecordLeaving(d, plan, afterhours.Number{Account: account, Phone: ours}, provider.Replaced{})
	})
	_, err = w.client.Respond(w.ctx, ours, plan.Reply)
	w.ok(err)

	w.clock.Advance(12 * time.Hour) // Tuesday, 22:00
	_, err = w.sim.Receive(simulator.Inbound{From: hers, Body: "Are you open?"})
	w.ok(err)
	w.clock.Advance(10 * time.Hour)
	w.ok(w.x.Listen(w.ctx))
	answer := plan.Reply.Periods[0].Text
	if m := w.history()[len(w.history())-1]; m.Body != answer || m.Origin != archive.Automatic || m.Way != archive.Out {
		t.Errorf("kept as %q, origin %q", m.Body, m.Origin)
	}
	if s := w.strangers(); s.Texts != 0 {
		t.Errorf("the reply is taken for a second sender's: %+v", s)
	}
	w.clock.Advance(4 * time.Hour) // the desk is open
	w.another(answer)
	w.clock.Advance(time.Minute)
	w.ok(w.x.Listen(w.ctx))
	if s := w.strangers(); s.Texts != 1 {
		t.Errorf("the same words in hours: %+v", s)
	}
}
