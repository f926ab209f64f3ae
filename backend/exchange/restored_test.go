package exchange_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"quietline/backend/archive"
	"quietline/backend/backup"
	"quietline/backend/checks"
	"quietline/backend/clinic"
	"quietline/backend/exchange"
	"quietline/backend/folder"
	"quietline/backend/provider/simulator"
	"quietline/backend/vault"
)

// TestARestoredClinicSendsNothingTwice: a backup is made while texts wait. They go
// out, the patient answers, and the computer is lost. What is restored from paper
// asks about every one of them, fetches what it missed, and sends none again.
func TestARestoredClinicSendsNothingTwice(t *testing.T) {
	w := newWorld(t)
	// She has asked, so that both answers may go on one day.
	_, err := w.sim.Receive(simulator.Inbound{From: hers, To: ours, Body: "When is it?"})
	w.ok(err)
	w.ok(w.x.Listen(w.ctx))
	gone := w.written("Your visit is on Tuesday")
	waits := w.written("Please bring your card")
	restore := w.backedUp()

	w.clock.Advance(time.Minute)
	w.ok(w.x.SendDue(w.ctx))
	if w.sent("Your visit is on Tuesday") != 1 || w.sent("Please bring your card") != 1 {
		t.Fatalf("both texts were to go out: %s %s", w.message(gone).State, w.message(waits).State)
	}
	_, err = w.sim.Receive(simulator.Inbound{From: hers, To: ours, Body: "Thank you, see you there"})
	w.ok(err)
	w.clock.Advance(3 * time.Hour)

	restore()
	for _, id := range []clinic.MessageID{gone, waits} {
		if m := w.message(id); m.State != archive.Ask || m.Reason != exchange.CodeReopened {
			t.Fatalf("after the restore a text is %s (%s)", m.State, m.Reason)
		}
	}
	for range 3 {
		w.ok(w.x.SendDue(w.ctx))
		w.ok(w.x.CheckUnsure(w.ctx))
		w.ok(w.x.Listen(w.ctx))
		w.clock.Advance(10 * time.Minute)
	}
	for id, body := range map[clinic.MessageID]string{gone: "Your visit is on Tuesday", waits: "Please bring your card"} {
		if n := w.sent(body); n != 1 {
			t.Errorf("a text was sent %d times", n)
		}
		if m := w.message(id); m.State != archive.Sent && m.State != archive.Delivered {
			t.Errorf("a text that the provider has is %s", m.State)
		}
	}
	if all := w.history(); all[len(all)-1].Body != "Thank you, see you there" {
		t.Error("the patient's text was not fetched again")
	}
	next := w.written("And a pen")
	w.ok(w.x.SendDue(w.ctx))
	w.state(next, archive.Sent)
}

// backedUp makes a backup; the returned function loses the computer, restores the
// clinic on another one with the sheet, and goes on from it as a person does.
func (w *world) backedUp() (restore func()) {
	w.t.Helper()
	sheet := vault.NewRecovery()
	typed := map[int]string{}
	for i, word := range sheet.Words() {
		typed[i+1] = word
	}
	w.ok(w.vault.ReplaceRecovery(w.ctx, w.clinic.Keys, sheet, typed))
	config := backup.Config{Dir: filepath.Join(w.dir, "backup")}
	w.ok(backup.Create(w.ctx, config, w.clinic.Keys))
	src, err := w.clinic.Source(w.vault, w.clock)
	w.ok(err)
	made, err := backup.NewTarget(config).Run(w.ctx, src, nil)
	w.ok(err)
	return func() {
		w.t.Helper()
		w.ok(w.clinic.Close())
		w.ok(os.RemoveAll(w.folder()))
		w.ok(os.Remove(filepath.Join(w.dir, "secret")))

		from, err := backup.Open(w.ctx, config, backup.BySheet(sheet))
		w.ok(err)
		defer from.Close()
		h, err := folder.Take(w.folder())
		w.ok(err)
		words := strings.Join(sheet.Words(), " ")
		_, err = h.Restore(w.ctx, folder.Restore{
			From: from, Generation: made.Generation.Name, Words: words, Work: vault.Sample, Clock: w.clock,
		})
		w.ok(err)
		w.ok(h.Release())

		w.vault, err = vault.Load(w.ctx, w.vaultConfig())
		w.ok(err)
		keys, err := w.vault.Recover(w.ctx, words)
		w.ok(err)
		w.ok(w.vault.Rebind(w.ctx, keys, w.member, []byte(passphrase)))
		anchors, _, err := folder.Noted(w.ctx, w.vault, keys)
		w.ok(err)
		w.clinic, err = folder.Open(w.ctx, folder.Config{Dir: w.folder(), Keys: keys, Clock: w.clock, Anchors: anchors})
		w.ok(err)
		loss := w.clinic.Journal.Report().Loss
		if loss == nil {
			w.t.Fatal("a restored clinic goes on by itself")
		}
		w.ok(w.clinic.Continue(w.ctx, w.vault, w.member, checks.Resumed{Code: loss.Code, From: loss.From, Until: loss.Until}))
		w.begin()
	}
}
