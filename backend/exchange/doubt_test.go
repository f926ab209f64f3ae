package exchange_test

import (
	"testing"
	"time"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/exchange"
	"quietline/backend/journal"
	"quietline/backend/policy"
	"quietline/backend/provider/simulator"
	"quietline/backend/sqlite"
)

// doubtful writes a text of which the provider's answer is lost and which its list
// shows forty minutes later; a person is asked about it.
func (w *world) doubtful() clinic.MessageID {
	w.t.Helper()
	w.ok(w.x.Listen(w.ctx))
	w.clock.Advance(time.Minute)
	w.ok(w.sim.SetFaults(simulator.Faults{
		Sends: []simulator.Mishap{simulator.ResetAfter}, ListLag: simulator.Duration(40 * time.Minute),
	}))
	id := w.written(visit)
	w.ok(w.x.SendDue(w.ctx))
	w.clock.Advance(20 * time.Minute)
	w.ok(w.x.CheckUnsure(w.ctx))
	w.state(id, archive.Ask)
	return id
}

func (w *world) resolve(id clinic.MessageID, send bool) {
	w.t.Helper()
	w.ok(exchange.Resolve(w.ctx, w.clinic.Journal, w.member, archive.SeeAll(), id, send, policy.LineSimulator))
}

func (w *world) counts() (c exchange.Counts) {
	w.t.Helper()
	w.read(func(tx *sqlite.Tx) (err error) {
		c, err = exchange.Count(tx, archive.SeeAll())
		return err
	})
	return c
}

func TestATextThatIsGivenUpIsRecognisedWhenItShows(t *testing.T) {
	for _, restart := range []bool{false, true} {
		w := newWorld(t)
		id := w.doubtful()
		w.resolve(id, false)
		w.state(id, archive.GivenUp) // and not taken back: it may have left
		if c := w.counts(); c != (exchange.Counts{}) {
			t.Errorf("it still waits: %+v", c)
		}
		if restart {
			w.reopen()
			w.state(id, archive.GivenUp)
		}
		w.clock.Advance(25 * time.Minute)
		w.ok(w.x.Listen(w.ctx))
		w.ok(w.x.SendDue(w.ctx))
		if m := w.message(id); m.State != archive.Delivered && m.State != archive.Sent {
			t.Errorf("the provider has it, and it is %s", m.State)
		}
		if n := w.sent(visit); n != 1 {
			t.Errorf("the provider has %d", n)
		}
		if h := w.history(); len(h) != 1 {
			t.Errorf("the thread holds %d texts", len(h))
		}
		if s := w.strangers(); s.Texts != 0 {
			t.Error("our own text was taken for a stranger's")
		}
	}
}

func TestATextThatCertainlyDidNotLeaveIsTakenBack(t *testing.T) {
	w := newWorld(t)
	w.ok(w.sim.SetFaults(simulator.Faults{Sends: []simulator.Mishap{simulator.Busy}}))
	id := w.written(visit)
	w.ok(w.x.SendDue(w.ctx))
	w.state(id, archive.Waiting)
	w.resolve(id, false)
	w.state(id, archive.Withdrawn)
}

// TestATextThatWentTwiceSaysSo lets a person send a text again whose first attempt
// had left after all.
func TestATextThatWentTwiceSaysSo(t *testing.T) {
	w := newWorld(t)
	id := w.doubtful()
	w.resolve(id, true)
	w.ok(w.x.SendDue(w.ctx))
	w.state(id, archive.Sent)
	if n := w.sent(visit); n != 2 {
		t.Fatalf("the provider has %d", n)
	}
	// What is decided of it beside that comes too late.
	for _, k := range []journal.Kind{archive.KindHeld, archive.KindUnsure, archive.KindWithdrawn} {
		w.submit(func(d *journal.Decision) error {
			archive.Stop(d, w.message(id), k, archive.Stopped{Message: id, Reason: policy.CodeNumberPaused})
			return nil
		})
		w.state(id, archive.Sent)
		if c := w.counts(); c != (exchange.Counts{}) {
			t.Errorf("after %s it waits: %+v", k.Name, c)
		}
	}
	w.ok(w.sim.SetFaults(simulator.Faults{}))
	w.clock.Advance(45 * time.Minute)
	for range 2 {
		w.ok(w.x.Listen(w.ctx))
		h := w.history()
		if len(h) != 2 || h[0].Origin != archive.Again && h[1].Origin != archive.Again {
			t.Fatalf("the thread holds %d texts, the last of origin %q", len(h), h[len(h)-1].Origin)
		}
		w.reopen()
	}
	w.state(id, archive.Delivered)
	if s := w.strangers(); s.Texts != 0 {
		t.Error("our own text was taken for a stranger's")
	}
}

// TestARefusedSecondTryLeavesTheFirstOpen: STOP came between the two.
func TestARefusedSecondTryLeavesTheFirstOpen(t *testing.T) {
	w := newWorld(t)
	id := w.doubtful()
	w.resolve(id, true)
	_, err := w.sim.Receive(simulator.Inbound{From: hers, Body: "STOP"})
	w.ok(err)
	w.ok(w.sim.SetFaults(simulator.Faults{Sends: []simulator.Mishap{simulator.Fine}}))
	w.ok(w.x.SendDue(w.ctx))
	w.state(id, archive.Failed)
	w.clock.Advance(25 * time.Minute)
	w.ok(w.x.Listen(w.ctx))
	if m := w.message(id); m.State != archive.Delivered && m.State != archive.Sent {
		t.Errorf("its first try left, and it is %s", m.State)
	}
	if s := w.strangers(); s.Texts != 0 {
		t.Error("our own text was taken for a stranger's")
	}
}

// TestTwoTextsWithOneName has another workstation archive what the provider lists
// before this one hears the name of its own text.
func TestTwoTextsWithOneName(t *testing.T) {
	for _, c := range []struct {
		what   string
		origin archive.Origin
		named  bool // our own text
	}{
		{"listed as a stranger's", archive.Elsewhere, true},
		{"adopted by another text", archive.Here, false},
	} {
		t.Run(c.what, func(t *testing.T) {
			w := newWorld(t)
			const name = "SM00000000000000000000000000000001"
			other := clinic.NewID[clinic.MessageID]()
			w.submit(func(d *journal.Decision) error {
				thread, err := archive.GetThread(d.Tx, archive.SeeAll(), w.thread)
				archive.Receive(d, thread.Dossier, archive.Arrived{
					Message: other, Thread: w.thread, SID: name, Body: visit, At: d.Now, State: archive.Sent, Origin: c.origin,
				})
				return err
			})
			id := w.written(visit)
			accept := func(d *journal.Decision) error {
				m, err := archive.GetMessage(d.Tx, archive.SeeAll(), id)
				archive.Accept(d, m, archive.Accepted{Message: id, SID: name, State: archive.Sent, Segments: 1})
				return err
			}
			w.submit(accept)
			w.state(id, archive.Sent)
			if named := w.message(id).SID == name; named != c.named {
				t.Errorf("our own text is named: %v", named)
			}
			holder := w.message(other)
			if (holder.SID == name) == c.named || (holder.Origin == archive.Again) != c.named {
				t.Errorf("the other is named %q, of origin %q", holder.SID, holder.Origin)
			}
			w.submit(accept)
			w.ok(w.x.Listen(w.ctx)) // asks about what is under way, by its name
			before := w.message(id)
			w.ok(w.clinic.Journal.Rebuild(w.ctx, nil))
			if w.message(id) != before {
				t.Error("made anew it is another")
			}
		})
	}
}

// TestTheStateOfANamedTextStays: the word that it was taken over can come after
// the word that it arrived, from another workstation.
func TestTheStateOfANamedTextStays(t *testing.T) {
	w := newWorld(t)
	id := w.written(visit)
	w.ok(w.x.SendDue(w.ctx))
	w.clock.Advance(time.Minute)
	w.ok(w.x.Listen(w.ctx))
	w.state(id, archive.Delivered)
	m := w.message(id)
	w.submit(func(d *journal.Decision) error {
		archive.Accept(d, m, archive.Accepted{Message: id, SID: "SM00000000000000000000000000000009", State: archive.Sent})
		return nil
	})
	w.state(id, archive.Delivered)
	if m = w.message(id); m.SID == "SM00000000000000000000000000000009" {
		t.Error("it has got another name")
	}
}
