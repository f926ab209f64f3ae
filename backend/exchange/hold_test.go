package exchange_test

import (
	"errors"
	"testing"
	"time"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/exchange"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/policy"
	"quietline/backend/provider/simulator"
	"quietline/backend/sqlite"
)

// TestAWrongNumberIsHeldForEverybody: a stranger answers. Nothing goes to that number,
// not what waits either; what the stranger writes next is on nobody's chart; and once
// the number was found to be right after all, it is to be verified anew.
func TestAWrongNumberIsHeldForEverybody(t *testing.T) {
	w := newWorld(t)
	w.clock.Advance(12 * time.Hour) // too late for a text: it waits for the morning
	waiting := w.written(visit)
	w.state(waiting, archive.Later)
	number := w.contact().Numbers[0].ID
	w.submit(func(d *journal.Decision) error { return patients.HoldNumber(d, number) })
	if held := w.contact(); held.Held[number] != w.clock.Now() {
		t.Errorf("held since %v", held.Held)
	}
	w.clock.Advance(11*time.Hour + time.Minute)
	w.ok(w.x.SendDue(w.ctx))
	if n := w.sent(visit); n != 0 {
		t.Fatalf("%d texts went to a stranger", n)
	}
	if _, err := w.write(visit); !errors.Is(err, clinic.E(exchange.CodeMayNotGo).With("reason", policy.CodeNumberPaused)) {
		t.Errorf("another text: %v", err)
	}

	before := len(w.history())
	_, err := w.sim.Receive(simulator.Inbound{From: hers, Body: "Who is this? Wrong number."})
	w.ok(err)
	w.ok(w.x.Listen(w.ctx))
	if n := len(w.history()); n != before {
		t.Errorf("%d texts of the stranger are on the chart", n-before)
	}
	w.read(func(tx *sqlite.Tx) error {
		page, err := archive.List(tx, archive.SeeAll(), archive.Filter{Unknown: true}, "", 5)
		if err == nil && len(page.Rows) != 1 {
			t.Errorf("%d unknown senders", len(page.Rows))
		}
		return err
	})

	w.submit(func(d *journal.Decision) error { return patients.ReleaseNumber(d, number) })
	_, err = w.sim.Receive(simulator.Inbound{From: hers, Body: "It is me, my brother had the phone."})
	w.ok(err)
	w.ok(w.x.Listen(w.ctx))
	if n := len(w.history()); n != before+1 {
		t.Errorf("after the release %d texts are new on the chart", n-before)
	}
}

func (w *world) contact() exchange.Contact {
	w.t.Helper()
	var c exchange.Contact
	w.read(func(tx *sqlite.Tx) error {
		all, err := exchange.Contacts(tx, policy.LineSimulator, w.clock.Now(), w.patient)
		c = all[w.patient]
		return err
	})
	return c
}
