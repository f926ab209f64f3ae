package exchange_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/consent"
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

// TestAStrangersStopIsTheirs: whoever has a patient's old number now asks for no more.
// That number is closed; the patient's consent, and what waits for her right number,
// stand. Where it was she after all, it was her STOP.
func TestAStrangersStopIsTheirs(t *testing.T) {
	w := newWorld(t)
	const old = clinic.Phone("+13035550188")
	w.submit(func(d *journal.Decision) error {
		_, err := patients.AddNumber(d, w.patient, old, false, patients.PatientsOwn)
		return err
	})
	number := w.contact().Numbers[1].ID
	w.submit(func(d *journal.Decision) error { return patients.HoldNumber(d, number) })
	w.clock.Advance(12 * time.Hour) // too late for a text: it waits for the morning
	waiting := w.written(visit)
	w.state(waiting, archive.Later)
	w.clock.Advance(time.Hour)
	_, err := w.sim.Receive(simulator.Inbound{From: old, Body: "STOP"})
	w.ok(err)
	w.ok(w.x.Listen(w.ctx))
	stands := func(want policy.ConsentState, standing policy.StandingState) {
		t.Helper()
		if c := w.contact(); c.OptedOut[number].IsZero() || c.Consent.Moved != want || c.Standing().State != standing {
			t.Errorf("opted out since %v, %s, %s", c.OptedOut, c.Consent.Moved, c.Standing().State)
		}
	}
	stands(policy.ConsentGiven, policy.CanText)
	w.read(func(tx *sqlite.Tx) error {
		refusing, err := consent.Refusing(tx)
		if err == nil && !slices.Equal(refusing, []clinic.Phone{old}) {
			t.Errorf("%d phones are not answered", len(refusing))
		}
		return err
	})
	w.clock.Advance(10*time.Hour + time.Minute)
	w.ok(w.x.SendDue(w.ctx))
	if n := w.sent(visit); n != 1 {
		t.Errorf("%d texts went to her right number", n)
	}
	w.submit(func(d *journal.Decision) error { return consent.ReleaseNumber(d, number) })
	stands(policy.ConsentRevoked, policy.CannotText)
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

// TestAStrangersEarlierTextsLeaveTheChart: the patient's thread was once that of an
// unknown sender. Somebody else has had the number for two texts before anybody noticed.
// They leave the chart, what comes next joins them, and a patient who was right after all
// has them back.
func TestAStrangersEarlierTextsLeaveTheChart(t *testing.T) {
	w := newWorld(t)
	const phone = clinic.Phone("+13035550177")
	says := func(body string) {
		t.Helper()
		_, err := w.sim.Receive(simulator.Inbound{From: phone, Body: body})
		w.ok(err)
		w.ok(w.x.Listen(w.ctx))
	}
	says("Hello, may I text you here?")
	w.patient, w.thread = w.addPatient("Ilse Brandt", phone)
	w.clock.Advance(time.Hour)
	says("Who is Ilse?")
	wrong := w.history()[1]
	says("Stop asking me.")
	number := w.contact().Numbers[0]
	w.submit(func(d *journal.Decision) error {
		if err := patients.HoldNumber(d, number.ID); err != nil {
			return err
		}
		return archive.MoveOff(d, archive.SeeAll(), w.patient, number.Number, wrong.ID)
	})
	chart := func(want int) {
		t.Helper()
		if got := w.history(); len(got) != want || got[0].Body != "Hello, may I text you here?" {
			t.Errorf("%d texts are on the chart, not %d", len(got), want)
		}
	}
	chart(1)
	says("I said stop.")
	chart(1)
	var moves []archive.Move
	w.read(func(tx *sqlite.Tx) (err error) {
		if moves, err = archive.Moves(tx, archive.SeeAll(), w.thread); err != nil {
			return err
		}
		page, err := archive.List(tx, archive.SeeAll(), archive.Filter{Unknown: true}, "", 5)
		if err != nil || len(page.Rows) != 1 || len(moves) != 1 {
			t.Fatalf("%d unknown senders, %d moves: %v", len(page.Rows), len(moves), err)
		}
		theirs, err := archive.History(tx, archive.SeeAll(), page.Rows[0].ID, "", 9)
		if err == nil && (len(theirs.Items) != 3 || page.Rows[0].Unread != 3 || page.Rows[0].Newest.Body != "I said stop.") {
			t.Errorf("the stranger's thread: %d texts, %+v", len(theirs.Items), page.Rows[0])
		}
		return err
	})
	w.reopen()
	chart(1)
	w.submit(func(d *journal.Decision) error { return archive.PutTextsBack(d, archive.SeeAll(), moves[0].ID) })
	chart(3)
}
