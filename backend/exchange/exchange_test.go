package exchange_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/exchange"
	"quietline/backend/journal"
	"quietline/backend/policy"
	"quietline/backend/provider"
	"quietline/backend/provider/simulator"
	"quietline/backend/sqlite"
)

const visit = "Your visit on Tuesday is at 3 pm."

func TestATextGoesOutIsDeliveredAndAnswered(t *testing.T) {
	w := newWorld(t)
	w.ok(w.sim.AddPersonas(simulator.Persona{Phone: hers, Temperament: simulator.Prompt, Language: clinic.English}))
	id := w.written(visit)
	w.ok(w.x.SendDue(w.ctx))
	w.state(id, archive.Sent)
	w.clock.Advance(2 * time.Minute)
	w.ok(w.x.Listen(w.ctx))
	w.state(id, archive.Delivered)
	history := w.history()
	if len(history) != 2 || history[1].Way != archive.In || history[1].State != archive.Received {
		t.Fatalf("history: %d texts", len(history))
	}
	basis, found, err := w.message(id).Basis()
	if err != nil || !found || basis.Kind != policy.ByConsent || basis.ConsentVersion != "2026-2-en" {
		t.Fatalf("basis: %+v %v %v", basis, found, err)
	}
	w.ok(w.x.Listen(w.ctx)) // reading again changes nothing
	if again := w.history(); len(again) != 2 {
		t.Fatalf("read twice: %d texts", len(again))
	}
}

// TestNoMishapSendsTwice lets every way in which a request can go wrong happen
// to a send, then lets time pass and everything be cleared up.
func TestNoMishapSendsTwice(t *testing.T) {
	for _, mishap := range simulator.Mishaps() {
		if mishap == simulator.HoldBefore || mishap == simulator.HoldAfter {
			continue // see TestALockDuringASend
		}
		t.Run("after "+string(mishap), func(t *testing.T) {
			w := newWorld(t)
			w.ok(w.sim.SetFaults(simulator.Faults{Sends: []simulator.Mishap{mishap}}))
			id := w.written(visit)
			w.ok(w.x.SendDue(w.ctx))
			for range 7 {
				w.clock.Advance(3 * time.Minute)
				w.ok(w.x.Listen(w.ctx))
				w.ok(w.x.CheckUnsure(w.ctx))
				w.ok(w.x.SendDue(w.ctx))
			}
			count := w.sent(visit)
			switch m := w.message(id); m.State {
			case archive.Delivered, archive.Sent:
				if count != 1 {
					t.Errorf("%s, and the provider has %d", m.State, count)
				}
			case archive.Ask, archive.Failed:
				if count != 0 {
					t.Errorf("%s (%s), and the provider has %d", m.State, m.Reason, count)
				}
			default:
				t.Errorf("left as %s (%s) with %d at the provider", m.State, m.Reason, count)
			}
			if mishap.TookEffect() && count != 1 {
				t.Errorf("took effect, and the provider has %d", count)
			}
			if elsewhere := slices.IndexFunc(w.history(), func(m archive.Message) bool { return m.Origin == archive.Elsewhere }); elsewhere >= 0 {
				t.Error("our own text was taken for a stranger's")
			}
		})
	}
}

func TestALostAnswerIsFoundThoughTheListLags(t *testing.T) {
	w := newWorld(t)
	w.ok(w.sim.SetFaults(simulator.Faults{
		Sends: []simulator.Mishap{simulator.ResetAfter}, ListLag: simulator.Duration(40 * time.Minute),
	}))
	id := w.written(visit)
	w.ok(w.x.SendDue(w.ctx))
	w.state(id, archive.Unsure)
	for range 20 {
		w.clock.Advance(time.Minute)
		w.ok(w.x.CheckUnsure(w.ctx))
		w.ok(w.x.SendDue(w.ctx))
	}
	w.state(id, archive.Ask)
	w.clock.Advance(30 * time.Minute)
	w.ok(w.x.Listen(w.ctx)) // only now the list shows it
	if m := w.message(id); m.State != archive.Sent && m.State != archive.Delivered {
		t.Errorf("found late, and still %s", m.State)
	}
	if n := w.sent(visit); n != 1 {
		t.Errorf("the provider has %d", n)
	}
}

func TestTheProgramDiesBetweenAttemptAndAnswer(t *testing.T) {
	for _, c := range []struct {
		what   string
		mishap simulator.Mishap
		want   int
	}{
		{"the request was carried out", simulator.ResetAfter, 1},
		{"the request never arrived", simulator.ResetBefore, 0},
	} {
		t.Run(c.what, func(t *testing.T) {
			w := newWorld(t)
			id := w.written(visit)
			// The outcome of the attempt never reaches the journal.
			dying := exchange.New(exchange.Config{
				Journal: &mortal{Journal: w.clinic.Journal, lives: 1}, SMS: w.sms, Account: account, Phone: ours, Line: policy.LineSimulator,
				Clock: w.clock, Log: clinic.NewLog(t.Output()),
			})
			w.ok(w.sim.SetFaults(simulator.Faults{Sends: []simulator.Mishap{c.mishap}}))
			if err := dying.SendDue(w.ctx); !errors.Is(err, errDead) {
				t.Fatalf("dying: %v", err)
			}
			w.state(id, archive.Sending)
			w.reopen()
			w.state(id, archive.Unsure)
			for range 20 {
				w.clock.Advance(time.Minute)
				w.ok(w.x.CheckUnsure(w.ctx))
				w.ok(w.x.SendDue(w.ctx))
			}
			if n := w.sent(visit); n != c.want {
				t.Errorf("the provider has %d", n)
			}
			want := map[int]archive.State{0: archive.Ask, 1: archive.Delivered}[c.want]
			w.ok(w.x.Listen(w.ctx))
			w.state(id, want)
		})
	}
}

var errDead = errors.New("the program is dead")

// mortal is a journal that records a number of decisions and then no more.
type mortal struct {
	exchange.Journal
	lives int
}

func (m *mortal) Submit(ctx context.Context, a journal.Actor, decide func(*journal.Decision) error) (journal.Pos, error) {
	if m.lives == 0 {
		return journal.Pos{}, errDead
	}
	m.lives--
	return m.Journal.Submit(ctx, a, decide)
}

func TestALockDuringASend(t *testing.T) {
	w := newWorld(t)
	w.ok(w.sim.SetFaults(simulator.Faults{Sends: []simulator.Mishap{simulator.HoldAfter}}))
	id := w.written(visit)
	ctx, lock := context.WithCancel(w.ctx)
	done := make(chan error)
	go func() { done <- w.x.SendDue(ctx) }()
	w.sim.AwaitHeld()
	lock()
	if err := <-done; err != nil && !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	w.sim.Release()
	w.state(id, archive.Unsure)
	w.clock.Advance(10 * time.Second)
	w.ok(w.x.CheckUnsure(w.ctx))
	if m := w.message(id); (m.State != archive.Sent && m.State != archive.Delivered) || w.sent(visit) != 1 {
		t.Errorf("%s with %d at the provider", m.State, w.sent(visit))
	}
}

func TestWhatAnOutageHeldAsksBeforeItGoes(t *testing.T) {
	w := newWorld(t)
	busy := slices.Repeat([]simulator.Mishap{simulator.Busy}, 100)
	w.ok(w.sim.SetFaults(simulator.Faults{Sends: busy}))
	id := w.written(visit)
	for range 31 {
		w.ok(w.x.SendDue(w.ctx))
		w.clock.Advance(time.Minute)
	}
	w.ok(w.sim.SetFaults(simulator.Faults{}))
	w.ok(w.x.SendDue(w.ctx))
	w.state(id, archive.Held)
	if n := w.sent(visit); n != 0 {
		t.Fatalf("a text held for half an hour went by itself: %d", n)
	}
	w.ok(exchange.Resolve(w.ctx, w.clinic.Journal, w.member, archive.SeeAll(), id, true, policy.LineSimulator))
	w.ok(w.x.SendDue(w.ctx))
	if n := w.sent(visit); n != 1 {
		t.Errorf("confirmed, and the provider has %d", n)
	}
}

func TestAStopReachesWhatIsWaiting(t *testing.T) {
	w := newWorld(t)
	id := w.written(visit)
	_, err := w.sim.Receive(simulator.Inbound{From: hers, Body: "Stop please."})
	w.ok(err)
	w.ok(w.x.Listen(w.ctx))
	w.ok(w.x.SendDue(w.ctx))
	w.state(id, archive.Withdrawn)
	if n := w.sent(visit); n != 0 {
		t.Fatalf("sent after STOP: %d", n)
	}
	if _, err := w.write("One more thing"); !errors.Is(err, clinic.E(exchange.CodeMayNotGo)) {
		t.Errorf("writing after STOP: %v", err)
	}
	// START lifts the block and does not restore the paper.
	w.clock.Advance(time.Minute)
	_, err = w.sim.Receive(simulator.Inbound{From: hers, Body: "START"})
	w.ok(err)
	w.ok(w.x.Listen(w.ctx))
	w.read(func(tx *sqlite.Tx) error {
		current, err := consent.Current(tx, w.patient)
		if err == nil && current.Moved != policy.ConsentRevoked {
			t.Errorf("after START the paper is %s", current.Moved)
		}
		return err
	})
	if _, err := w.write("Hello again"); !errors.Is(err, clinic.E(exchange.CodeMayNotGo)) {
		t.Errorf("writing after START: %v", err)
	}
}

func TestAStrangersTextBecomesAThreadAndThenAPatients(t *testing.T) {
	w := newWorld(t)
	const stranger = clinic.Phone("+13035550177")
	_, err := w.sim.Receive(simulator.Inbound{From: stranger, Body: "Is this the clinic?"})
	w.ok(err)
	w.ok(w.x.Listen(w.ctx))
	var inbox archive.Inbox
	w.read(func(tx *sqlite.Tx) (err error) {
		inbox, err = archive.List(tx, archive.SeeAll(), archive.Filter{Unknown: true}, "", 10)
		return err
	})
	if len(inbox.Rows) != 1 || inbox.Rows[0].Unread != 1 {
		t.Fatalf("unknown threads: %d", len(inbox.Rows))
	}
	// Somebody says that it is no patient's: nobody is asked any more whose it is, what
	// comes is read as before, and it can turn out to be a patient's after all.
	id := inbox.Rows[0].ID
	mark := func(not bool) {
		t.Helper()
		w.submit(func(d *journal.Decision) error { return archive.MarkNotPatient(d, archive.SeeAll(), id, not) })
	}
	shown := func(f archive.Filter) (texts int) {
		t.Helper()
		w.read(func(tx *sqlite.Tx) error {
			list, err := archive.List(tx, archive.SeeAll(), f, "", 10)
			for _, r := range list.Rows {
				if r.ID == id {
					texts = r.Unread
				}
			}
			return err
		})
		return texts
	}
	mark(true)
	head := w.head()
	mark(true)
	if w.head() != head {
		t.Error("the same word again is recorded again")
	}
	w.inbound(stranger, "Your parcel is here.")
	w.ok(w.x.Listen(w.ctx))
	w.ok(w.clinic.Journal.Rebuild(w.ctx, nil))
	if asks, all := shown(archive.Filter{Unknown: true}), shown(archive.Filter{}); asks != 0 || all != 2 {
		t.Errorf("of two texts %d ask whose they are, and %d are unread", asks, all)
	}
	mark(false)
	if asks := shown(archive.Filter{Unknown: true}); asks != 2 {
		t.Errorf("%d texts ask whose they are once nobody knows", asks)
	}
	mark(true)
	_, thread := w.addPatient("Jonas Lindqvist", stranger)
	if thread != id {
		t.Error("the patient did not get the thread in which the number wrote")
	}
	w.read(func(tx *sqlite.Tx) error {
		if not, err := archive.IsNotPatient(tx, id); err != nil || not {
			t.Errorf("a patient's thread is said to be none: %v", err)
		}
		return nil
	})
	if _, err := w.clinic.Journal.Submit(w.ctx, journal.Actor{Staff: w.member}, func(d *journal.Decision) error {
		return archive.MarkNotPatient(d, archive.SeeAll(), id, true)
	}); !errors.Is(err, clinic.E(archive.CodeNoThread)) {
		t.Errorf("a patient's thread: %v", err)
	}
}

func TestATextFromOurNumberThatWeDidNotSend(t *testing.T) {
	w := newWorld(t)
	_, err := w.sim.Seed([]provider.Message{{
		From: provider.Address(ours), To: provider.Address(hers), Body: "From the old system", Direction: provider.Outbound,
		Status: provider.Delivered, Created: w.clock.Now().Add(-time.Hour),
	}})
	w.ok(err)
	w.ok(w.x.Listen(w.ctx))
	history := w.history()
	if len(history) != 1 || history[0].Origin != archive.Elsewhere || history[0].State != archive.Delivered {
		t.Fatalf("history: %+v", history)
	}
}

func TestAListThatLagsRepeatsAndShufflesLosesNothing(t *testing.T) {
	w := newWorld(t)
	w.ok(w.sim.SetFaults(simulator.Faults{ListLag: simulator.Duration(90 * time.Minute), Duplicate: true, Shuffle: true}))
	const texts = 450 // more than two pages
	for n := range texts {
		_, err := w.sim.Receive(simulator.Inbound{From: hers, Body: "text " + time.Duration(n).String()})
		w.ok(err)
		w.clock.Advance(20 * time.Second)
		if n%40 == 0 {
			w.ok(w.x.Listen(w.ctx))
		}
	}
	w.clock.Advance(2 * time.Hour)
	w.ok(w.x.Listen(w.ctx))
	seen := map[string]int{}
	var before string
	for {
		var page archive.Messages
		w.read(func(tx *sqlite.Tx) (err error) {
			page, err = archive.History(tx, archive.SeeAll(), w.thread, before, 200)
			return err
		})
		for _, m := range page.Items {
			seen[m.Body]++
		}
		if before = page.Earlier; before == "" {
			break
		}
	}
	if len(seen) != texts {
		t.Errorf("archived %d of %d", len(seen), texts)
	}
	for body, n := range seen {
		if n != 1 {
			t.Errorf("%q is there %d times", body, n)
		}
	}
}

func TestALateTextBelowAFullPageIsFound(t *testing.T) {
	w := newWorld(t)
	w.ok(w.sim.SetFaults(simulator.Faults{ListLag: simulator.Duration(100 * time.Minute)}))
	_, err := w.sim.Receive(simulator.Inbound{From: hers, Body: "the late one"})
	w.ok(err)
	w.ok(w.sim.SetFaults(simulator.Faults{}))
	for range 250 {
		w.clock.Advance(20 * time.Second)
		_, err := w.sim.Receive(simulator.Inbound{From: hers, Body: "in time"})
		w.ok(err)
	}
	w.clock.Advance(time.Minute)
	w.ok(w.x.Listen(w.ctx))
	w.clock.Advance(20 * time.Minute) // 104 minutes after the late one was written
	w.ok(w.x.Listen(w.ctx))
	if h := w.oldest(); h.Body != "the late one" {
		t.Errorf("the oldest text is %q", h.Body)
	}
}

func TestTheProvidersOwnAnswerIsNoStranger(t *testing.T) {
	w := newWorld(t)
	_, err := w.sim.Receive(simulator.Inbound{From: hers, Body: "STOP"})
	w.ok(err)
	w.clock.Advance(time.Minute)
	w.ok(w.x.Listen(w.ctx))
	history := w.history()
	if len(history) != 2 || history[1].Origin != archive.Automatic {
		t.Fatalf("history: %d texts, last from %q", len(history), history[len(history)-1].Origin)
	}
}

func TestAnAnswerThatIsNoneIsSaid(t *testing.T) {
	w := newWorld(t)
	for mishap, want := range map[simulator.Mishap]clinic.Code{
		simulator.Revoked: provider.CodeUnauthorised, simulator.Unavailable: provider.CodeUnavailable, simulator.Busy: provider.CodeBusy,
		simulator.Redirect: provider.CodeUnavailable, simulator.Garbage: provider.CodeUnavailable,
	} {
		w.ok(w.sim.SetFaults(simulator.Faults{Reads: []simulator.Mishap{mishap}}))
		if err := w.x.Listen(w.ctx); clinic.CodeOf(err) != want {
			t.Errorf("%s: %v", mishap, err)
		}
		if p := w.x.Status().Problem; p == nil || p.Code != want {
			t.Errorf("%s: status %v", mishap, p)
		}
		w.clock.Advance(5 * time.Minute)
		w.ok(w.x.Listen(w.ctx))
		if w.x.Status().Problem != nil {
			t.Errorf("%s: still a problem", mishap)
		}
	}
}
