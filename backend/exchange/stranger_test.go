package exchange_test

import (
	"testing"
	"time"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/exchange"
	"quietline/backend/policy"
	"quietline/backend/provider"
	"quietline/backend/provider/simulator"
	"quietline/backend/sqlite"
)

// another program on the clinic's account sends her a text.
func (w *world) another(body string) {
	w.t.Helper()
	_, err := w.sms.Send(w.ctx, provider.Outgoing{From: ours, To: hers, Body: body})
	w.ok(err)
}

func (w *world) sole() (sole bool) {
	w.t.Helper()
	w.read(func(tx *sqlite.Tx) (err error) {
		sole, err = exchange.SoleSender(tx, w.clock.Now())
		return err
	})
	return sole
}

// pass lets days pass in which the clinic listens.
func (w *world) pass(days int) {
	w.t.Helper()
	for range days {
		w.clock.Advance(24 * time.Hour)
		w.ok(w.x.Listen(w.ctx))
	}
}

func TestASecondSenderRaisesAnAlarmUntilAPersonKnows(t *testing.T) {
	w := newWorld(t)
	w.another("From the program before") // not yet an alarm: nobody has connected this one
	if w.sole() {
		t.Error("the only sender, and the line was never read")
	}
	w.clock.Advance(time.Minute)
	w.readAll()
	if s := w.strangers(); s.Texts != 0 || w.sole() {
		t.Errorf("at the beginning: %+v, the only one: %v", s, w.sole())
	}
	w.pass(8)
	if !w.sole() {
		t.Error("a week without another sender is not enough")
	}
	w.another("Reminder: your visit is tomorrow")
	sent := w.clock.Now()
	w.clock.Advance(time.Minute)
	w.ok(w.x.Listen(w.ctx))
	if s := w.strangers(); s.Texts != 1 || s.Last != sent || s.Thread != w.thread || w.sole() {
		t.Errorf("another program sent: %+v, the only one: %v", s, w.sole())
	}
	w.pass(10) // time alone settles nothing
	if w.strangers().Texts != 1 || w.sole() {
		t.Error("it was forgotten")
	}
	w.reopen()
	w.ok(w.x.Listen(w.ctx))
	upTo := w.strangers().Last
	w.another("One more")
	w.clock.Advance(time.Minute)
	w.ok(w.x.Listen(w.ctx))
	w.ok(exchange.SettleStrangers(w.ctx, w.clinic.Journal, w.member, upTo))
	if s := w.strangers(); s.Texts != 1 {
		t.Errorf("what she had not seen is settled: %+v", s)
	}
	w.ok(exchange.SettleStrangers(w.ctx, w.clinic.Journal, w.member, w.strangers().Last))
	if w.strangers().Texts != 0 || w.sole() {
		t.Error("settled, and already the only sender")
	}
	w.pass(8)
	if !w.sole() {
		t.Error("a week later it is not the only one")
	}
	// A clinic that has not listened does not know.
	w.clock.Advance(2 * 24 * time.Hour)
	if w.sole() {
		t.Error("nobody has listened for two days, and it is the only one")
	}
}

func TestWhatTheProviderAnswersByItselfIsNoSecondSender(t *testing.T) {
	w := newWorld(t)
	w.readAll()
	w.clock.Advance(time.Minute)
	_, err := w.sim.Receive(simulator.Inbound{From: hers, Body: "STOP"})
	w.ok(err)
	w.clock.Advance(time.Minute)
	w.ok(w.x.Listen(w.ctx))
	h := w.history()
	if len(h) != 2 || h[1].Origin != archive.Automatic || w.strangers().Texts != 0 {
		t.Errorf("%d texts, the last of origin %q; strangers: %+v", len(h), h[len(h)-1].Origin, w.strangers())
	}
}

// TestThePartThatIsLostIsNoSecondSender goes on from an older copy: texts that
// went out since are its own, also where the provider's clock is ahead of the one here.
// What goes out from then on is not.
func TestThePartThatIsLostIsNoSecondSender(t *testing.T) {
	w := newWorld(t)
	w.readAll()
	putBack := w.older()
	w.clock.Advance(3 * time.Hour)
	w.ok(w.sim.SetFaults(simulator.Faults{Skew: simulator.Duration(4 * time.Minute)}))
	w.written("Your visit is on Tuesday")
	w.ok(w.x.SendDue(w.ctx))
	w.clock.Advance(time.Minute)
	w.ok(w.x.Listen(w.ctx))
	w.clock.Advance(time.Minute)
	putBack()
	w.goOn()
	w.ok(w.x.Listen(w.ctx))
	if h := w.history(); len(h) != 1 || w.strangers().Texts != 0 {
		t.Errorf("%d texts; strangers: %+v", len(h), w.strangers())
	}
	w.clock.Advance(2 * time.Minute) // past what the clocks may differ by
	w.another("From the copy on the other computer")
	w.clock.Advance(time.Minute)
	w.ok(w.x.Listen(w.ctx))
	if w.strangers().Texts != 1 {
		t.Errorf("a second copy sends: %+v", w.strangers())
	}
}

// TestTwoCopiesHearOfEachOther starts a copy of the clinic's folder beside it.
func TestTwoCopiesHearOfEachOther(t *testing.T) {
	w := newWorld(t)
	w.readAll()
	w.clock.Advance(time.Minute)
	clone := w.copied()
	for _, one := range []*world{w, clone} {
		id := clinic.NewID[clinic.MessageID]()
		w.ok(exchange.Write(one.ctx, one.clinic.Journal, one.member, id,
			exchange.Draft{Sight: archive.SeeAll(), Thread: one.thread, Body: "From " + one.dir, Category: policy.Scheduling}, policy.LineSimulator, true))
		w.ok(one.x.SendDue(one.ctx))
	}
	w.clock.Advance(time.Minute)
	for _, one := range []*world{w, clone} {
		w.ok(one.x.Listen(one.ctx))
		if s := one.strangers(); s.Texts != 1 || one.sole() {
			t.Errorf("a copy hears of the other: %+v", s)
		}
	}
}

// TestARepeatedRowOfOurOwnTextIsNoStranger: the list shows a text twice on the
// page on which it is found again.
func TestARepeatedRowOfOurOwnTextIsNoStranger(t *testing.T) {
	w := newWorld(t)
	w.readAll()
	w.clock.Advance(time.Minute)
	w.ok(w.sim.SetFaults(simulator.Faults{Sends: []simulator.Mishap{simulator.ResetAfter}, Duplicate: true}))
	id := w.written(visit)
	w.ok(w.x.SendDue(w.ctx))
	w.clock.Advance(time.Minute)
	w.ok(w.x.Listen(w.ctx))
	if m := w.message(id); m.SID == "" || w.strangers().Texts != 0 {
		t.Errorf("%s with the name %q; strangers: %+v", m.State, m.SID, w.strangers())
	}
}
