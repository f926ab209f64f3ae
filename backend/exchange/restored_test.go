package exchange_test

import (
	"bytes"
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
	"quietline/backend/journal"
	"quietline/backend/provider/simulator"
	"quietline/backend/sqlite"
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
	b := w.lifeboat()
	made := b.copies()

	w.clock.Advance(time.Minute)
	w.ok(w.x.SendDue(w.ctx))
	if w.sent("Your visit is on Tuesday") != 1 || w.sent("Please bring your card") != 1 {
		t.Fatalf("both texts were to go out: %s %s", w.message(gone).State, w.message(waits).State)
	}
	_, err = w.sim.Receive(simulator.Inbound{From: hers, To: ours, Body: "Thank you, see you there"})
	w.ok(err)
	w.clock.Advance(3 * time.Hour)

	b.restore(made)
	for _, id := range []clinic.MessageID{gone, waits} {
		if m := w.message(id); m.State != archive.Ask || m.Reason != exchange.CodeReopened {
			t.Fatalf("after the restore a text is %s (%s)", m.State, m.Reason)
		}
	}
	w.ok(w.x.Listen(w.ctx))
	w.signs()
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

// lifeboat is a backup of the world, and the paper that opens it.
type lifeboat struct {
	*world
	sheet  vault.Recovery
	target *backup.Target
}

func (w *world) lifeboat() *lifeboat {
	w.t.Helper()
	b := &lifeboat{world: w, sheet: vault.NewRecovery()}
	typed := map[int]string{}
	for i, word := range b.sheet.Words() {
		typed[i+1] = word
	}
	w.ok(w.vault.ReplaceRecovery(w.ctx, w.clinic.Keys, b.sheet, typed))
	config := backup.Config{Dir: filepath.Join(w.dir, "backup")}
	w.ok(backup.Create(w.ctx, config, w.clinic.Keys))
	b.target = backup.NewTarget(config)
	return b
}

// copies makes a generation.
func (b *lifeboat) copies() backup.Generation {
	b.t.Helper()
	src, err := b.clinic.Source(b.vault, b.clock)
	b.ok(err)
	made, err := b.target.Run(b.ctx, src, nil)
	b.ok(err)
	return made.Generation
}

// restore loses the computer, restores the clinic on another one with the sheet, and
// goes on from it as a person does.
func (b *lifeboat) restore(g backup.Generation) {
	b.t.Helper()
	w := b.world
	w.ok(w.clinic.Close())
	w.ok(os.RemoveAll(w.folder()))
	w.ok(os.Remove(filepath.Join(w.dir, "secret")))

	from, err := b.target.Open(w.ctx, backup.BySheet(b.sheet))
	w.ok(err)
	defer from.Close()
	h, err := folder.Take(w.folder())
	w.ok(err)
	words := strings.Join(b.sheet.Words(), " ")
	_, err = h.Restore(w.ctx, folder.Restore{From: from, Generation: g.Name, Words: words, Work: vault.Sample, Clock: w.clock})
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
	w.ok(w.clinic.Continue(w.ctx, w.vault, w.member, checks.Resumed{Code: loss.Code, From: loss.From, Until: loss.Until}, nil))
	w.begin()
}

// TestPicturesComeBack, and those of a record that was destroyed do not: not even
// with a copy that was made before.
func TestPicturesComeBack(t *testing.T) {
	a := newAlbum(t)
	b := a.lifeboat()
	id := a.comes("my card", aPicture())
	a.ok(a.x.FetchMedia(a.ctx))
	whole := b.copies()
	of, _ := a.look(id)
	if len(of) != 1 || whole.Attachments != 2 { // the picture and its preview
		t.Fatalf("%d attachments, %d files in the backup", len(of), whole.Attachments)
	}
	b.restore(whole)
	if of, _ := a.look(id); len(of) != 1 || !bytes.Equal(a.content(of[0].File), drawn()) || len(a.content(of[0].Preview)) == 0 {
		t.Fatal("the picture did not come back")
	}
	file := of[0].File

	var dossier []byte
	a.read(func(tx *sqlite.Tx) error {
		return tx.QueryRow(`SELECT dossier FROM patients`).Scan(&dossier)
	})
	year := uint16(a.clock.Now().Time().Year())
	n, err := a.clinic.Journal.DestroyContent(a.ctx, []journal.KeySlot{
		{Dossier: clinic.DossierID(dossier), Class: journal.ClassMessage, Year: year},
	}, nil)
	if err != nil || n == 0 {
		t.Fatalf("%d keys were destroyed: %v", n, err)
	}
	a.clock.Advance(time.Hour)
	b.copies()
	b.restore(whole)
	if of, _ := a.look(id); len(of) != 0 {
		t.Error("a destroyed picture can be found in an older copy")
	}
	for _, m := range a.history() {
		if m.Body != "" {
			t.Error("a destroyed text can be read in an older copy")
		}
	}
	if err := a.clinic.Blobs.Stat(file); err != nil {
		t.Fatalf("the file did not come back, so that nothing was tried: %v", err)
	}
}
