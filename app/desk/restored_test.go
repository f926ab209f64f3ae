package desk_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"quietline/app/command"
	"quietline/app/desk"
	"quietline/app/door"
	"quietline/backend/backup"
	"quietline/backend/clinic"
	"quietline/backend/folder"
	"quietline/backend/policy"
	"quietline/backend/vault"
	"quietline/backend/vault/filesecret"
)

// TestAClinicThatWasRestoredAsksBeforeItWorks: the computer is lost. What the sheet
// and the backup give back opens with the sheet, shows nothing of a patient before a
// person goes on, and then has all that was copied, and a text that asks.
func TestAClinicThatWasRestoredAsksBeforeItWorks(t *testing.T) {
	dir := t.TempDir()
	o := found(t, dir)
	thread := must[desk.InboxPage](o, "inbox.list", desk.InboxQuery{View: desk.ViewAll, Limit: 5}).Items[0].ID
	// A second text of the day waits for tomorrow.
	must[desk.SentText](o, "text.send", desk.SendText{
		ID: thread, Key: clinic.NewID[clinic.MessageID](), Body: "And bring your card", Category: "scheduling",
	})
	me := must[desk.State](o, "app.state", nil).Me.ID
	if err := o.desk.Close(); err != nil {
		t.Fatal(err)
	}
	o.copyClinic(dir, me)
	for _, lost := range []string{"clinic", "secret"} {
		if err := os.RemoveAll(filepath.Join(dir, lost)); err != nil {
			t.Fatal(err)
		}
	}
	var out, said bytes.Buffer
	exit := command.Backup(context.Background(), command.Config{
		In: strings.NewReader(o.words), Out: &out, Err: &said, Clock: o.clock, Dir: filepath.Join(dir, "clinic"), Work: vault.Sample,
	}, []string{"restore", "-from", filepath.Join(dir, "backup")})
	if exit != command.Done {
		t.Fatalf("restore: %d\n%s", exit, said.String())
	}

	back := openOffice(t, dir, o.clock)
	if s := must[desk.State](back, "app.state", nil); s.Phase != desk.PhaseLocked || !s.NeedsRecovery {
		t.Fatalf("a restored clinic is %+v", s)
	}
	s := must[desk.State](back, "recovery.bind", desk.BindDevice{Words: o.words, Member: me, Passphrase: "nine brown owls at noon"})
	if s.Phase != desk.PhaseHalted || s.Finding == nil || s.Finding.Found != desk.FoundOlder || !s.Finding.CanGoOn || s.Finding.MissingUntil.IsZero() {
		t.Fatalf("it opens without asking: %+v", s)
	}
	if _, code := call[desk.InboxPage](back, "inbox.list", desk.InboxQuery{View: desk.ViewAll, Limit: 5}); code != clinic.CodeLocked {
		t.Errorf("the inbox shows before a person has gone on: %q", code)
	}
	if s := must[desk.State](back, "health.goOn", desk.GoOn{}); s.Phase != desk.PhaseOpen || s.ClinicName != "Juniper Family Counseling" {
		t.Fatalf("after going on: %+v", s)
	}
	texts := must[desk.ThreadPage](back, "thread.open", desk.ThreadQuery{ID: thread, Limit: 20}).Messages
	asks := 0
	for _, m := range texts {
		if m.State == desk.StateAsk {
			asks++
		}
	}
	if len(texts) != 2 || asks == 0 {
		t.Errorf("%d texts are there, %d of them ask", len(texts), asks)
	}
	back.refuses(policy.CodeNotReviewed)
	back.signsReview()
	// Nobody is asked again, not after another sign-in either.
	must[door.None](back, "session.lock", nil)
	if s := must[desk.State](back, "session.signIn", desk.SignIn{Member: me, Passphrase: "nine brown owls at noon"}); s.Phase != desk.PhaseOpen {
		t.Errorf("the next day it is %+v", s)
	}
	if s := must[desk.Standstill](back, "line.standstill", nil); s.Review != nil || s.Other != nil {
		t.Errorf("the next day nothing leaves: %+v", s)
	}
}

// copyClinic makes a backup of the clinic beside it, while no desk has it open.
func (o *office) copyClinic(dir string, me clinic.StaffID) {
	o.t.Helper()
	ctx := context.Background()
	ok := func(err error) {
		o.t.Helper()
		if err != nil {
			o.t.Fatal(err)
		}
	}
	at := filepath.Join(dir, "clinic")
	v, err := vault.Load(ctx, vault.Config{Dir: at, Secrets: filesecret.At(filepath.Join(dir, "secret")), Clock: o.clock, Work: vault.Sample})
	ok(err)
	defer v.Close()
	keys, err := v.Unlock(ctx, me, []byte(passphrase))
	ok(err)
	c, err := folder.Open(ctx, folder.Config{Dir: at, Keys: keys, Clock: o.clock})
	ok(err)
	defer c.Abandon()
	config := backup.Config{Dir: filepath.Join(dir, "backup")}
	ok(backup.Create(ctx, config, keys))
	src, err := c.Source(v, o.clock)
	ok(err)
	_, err = backup.NewTarget(config).Run(ctx, src, nil)
	ok(err)
}
