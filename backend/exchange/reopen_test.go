package exchange_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"quietline/backend/archive"
	"quietline/backend/checks"
	"quietline/backend/clinic"
	"quietline/backend/exchange"
	"quietline/backend/folder"
	"quietline/backend/policy"
	"quietline/backend/provider/simulator"
	"quietline/backend/vault"
)

// older keeps the clinic's folder as it is now; the returned function puts the
// records of then in the place of those of a later day, and opens what is there.
func (w *world) older() (putBack func()) {
	w.t.Helper()
	w.ok(w.clinic.Close())
	kept := map[string][]byte{}
	names, err := filepath.Glob(filepath.Join(w.folder(), "*.db"))
	w.ok(err)
	for _, name := range names {
		raw, err := os.ReadFile(name)
		w.ok(err)
		kept[name] = raw
	}
	w.open()
	w.begin()
	return func() {
		w.t.Helper()
		w.ok(w.clinic.Note(w.ctx, w.vault, true))
		w.ok(w.clinic.Close())
		later, err := filepath.Glob(filepath.Join(w.folder(), "*.db*"))
		w.ok(err)
		for _, name := range later {
			w.ok(os.Remove(name))
		}
		for name, raw := range kept {
			w.ok(os.WriteFile(name, raw, 0o600))
		}
		w.open()
	}
}

// copied is a second clinic from the same folder, on the same line.
func (w *world) copied() *world {
	w.t.Helper()
	w.ok(w.clinic.Close())
	clone := *w
	clone.dir = w.t.TempDir()
	w.ok(os.CopyFS(clone.dir, os.DirFS(w.dir)))
	v, err := vault.Load(w.ctx, clone.vaultConfig())
	w.ok(err)
	clone.vault = v
	for _, one := range []*world{w, &clone} {
		one.open()
		one.begin()
	}
	w.t.Cleanup(func() { w.ok(clone.clinic.Close()) })
	return &clone
}

func (w *world) open() {
	w.t.Helper()
	keys, err := w.vault.Unlock(w.ctx, w.member, []byte(passphrase))
	w.ok(err)
	anchors, _, err := folder.Noted(w.ctx, w.vault, keys)
	w.ok(err)
	w.clinic, err = folder.Open(w.ctx, folder.Config{Dir: w.folder(), Keys: keys, Clock: w.clock, Anchors: anchors})
	w.ok(err)
}

// goOn goes on from the older copy that is open, as a person at the desk does.
func (w *world) goOn() {
	w.t.Helper()
	loss := w.clinic.Journal.Report().Loss
	if loss == nil {
		w.t.Fatal("the older copy was not noticed")
	}
	w.ok(w.clinic.Continue(w.ctx, w.vault, w.member, checks.Resumed{Code: loss.Code, From: loss.From, Until: loss.Until}, nil))
	w.begin()
}

// TestAnOlderCopySendsNothingTwice puts back records in which texts still wait
// that have gone out since, and in which texts of the patient are missing.
func TestAnOlderCopySendsNothingTwice(t *testing.T) {
	w := newWorld(t)
	// She has asked, so that both answers may go on one day.
	_, err := w.sim.Receive(simulator.Inbound{From: hers, To: ours, Body: "When is it?"})
	w.ok(err)
	w.ok(w.x.Listen(w.ctx))
	gone := w.written("Your visit is on Tuesday")
	waits := w.written("Please bring your card")
	putBack := w.older()

	w.clock.Advance(time.Minute)
	w.ok(w.x.SendDue(w.ctx))
	if w.sent("Your visit is on Tuesday") != 1 || w.sent("Please bring your card") != 1 {
		t.Fatalf("both texts were to go out: %s %s", w.message(gone).State, w.message(waits).State)
	}
	w.clock.Advance(3 * time.Hour)
	_, err = w.sim.Receive(simulator.Inbound{From: hers, To: ours, Body: "Thank you, see you there"})
	w.ok(err)
	w.ok(w.x.Listen(w.ctx))
	w.clock.Advance(time.Minute)

	putBack()
	w.goOn()
	for _, id := range []clinic.MessageID{gone, waits} {
		if m := w.message(id); m.State != archive.Ask || m.Reason != exchange.CodeReopened {
			t.Fatalf("after going on a text is %s (%s)", m.State, m.Reason)
		}
	}
	// Nobody can be quicker than the provider: what waits is found there, and does not
	// go again.
	if err := exchange.Resolve(w.ctx, w.clinic.Journal, w.member, archive.SeeAll(), waits, true, policy.LineSimulator); !errors.Is(err, clinic.E(exchange.CodeMayNotGo)) {
		t.Fatalf("let go before anything is known: %v", err)
	}
	w.ok(w.x.SendDue(w.ctx))
	if n := w.sent("Please bring your card"); n != 1 {
		t.Fatalf("sent %d times before the provider was read", n)
	}
	w.ok(w.x.Listen(w.ctx))
	w.signs()
	w.ok(w.x.SendDue(w.ctx))
	w.ok(w.x.Listen(w.ctx))
	for _, body := range []string{"Your visit is on Tuesday", "Please bring your card"} {
		if n := w.sent(body); n != 1 {
			t.Errorf("a text was sent %d times", n)
		}
	}
	for _, id := range []clinic.MessageID{gone, waits} {
		if m := w.message(id); m.State != archive.Sent && m.State != archive.Delivered {
			t.Errorf("a text that the provider has is %s", m.State)
		}
	}
	if all := w.history(); all[len(all)-1].Body != "Thank you, see you there" {
		t.Error("the patient's text was not fetched again")
	}
	// From here on it is a clinic like any other.
	next := w.written("And a pen")
	w.ok(w.x.SendDue(w.ctx))
	w.state(next, archive.Sent)
}

// TestATextThatTheProviderNeverHadWaitsForAPerson: nothing of an older copy goes
// by itself, however long it waits.
func TestATextThatTheProviderNeverHadWaitsForAPerson(t *testing.T) {
	w := newWorld(t)
	w.ok(w.x.Listen(w.ctx))
	id := w.written("Your visit is on Tuesday")
	putBack := w.older()
	w.ok(exchange.Resolve(w.ctx, w.clinic.Journal, w.member, archive.SeeAll(), id, false, policy.LineSimulator))
	w.clock.Advance(time.Hour)
	putBack()
	w.goOn()
	for range 3 {
		w.clock.Advance(time.Hour)
		w.ok(w.x.Listen(w.ctx))
		w.ok(w.x.CheckUnsure(w.ctx))
		w.ok(w.x.SendDue(w.ctx))
	}
	w.state(id, archive.Ask)
	if w.sent("Your visit is on Tuesday") != 0 {
		t.Error("a text that was taken back went out")
	}
	w.reopen()
	w.state(id, archive.Ask)
}
