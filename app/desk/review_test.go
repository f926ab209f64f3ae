package desk_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"quietline/app/desk"
	"quietline/app/door"
	"quietline/backend/backup"
	"quietline/backend/clinic"
	"quietline/backend/exchange"
	"quietline/backend/folder"
	"quietline/backend/policy"
	"quietline/backend/vault"
	"quietline/backend/vault/filesecret"
)

// writes asks whether a text may go to the one conversation there is.
func (o *office) writes(body string) (desk.CheckedText, desk.SendText) {
	o.t.Helper()
	thread := must[desk.InboxPage](o, "inbox.list", desk.InboxQuery{View: desk.ViewAll, Limit: 5}).Items[0].ID
	return must[desk.CheckedText](o, "text.check", desk.CheckText{ID: thread, Body: body, Category: "scheduling"}),
		desk.SendText{ID: thread, Key: clinic.NewID[clinic.MessageID](), Body: body, Category: "scheduling"}
}

// refuses says that nothing leaves, for a reason that the composer shows as well.
func (o *office) refuses(want clinic.Code) {
	o.t.Helper()
	checked, send := o.writes("And bring your card")
	if checked.Answer != desk.AnswerNo || len(checked.Reasons) == 0 || checked.Reasons[0].Code != want {
		o.t.Fatalf("while typing the answer is %+v, not %s", checked, want)
	}
	if _, code := call[desk.SentText](o, "text.send", send); code != exchange.CodeMayNotGo {
		o.t.Fatalf("it was sent: %q", code)
	}
}

// signsReview signs for the time that is missing, once the line was read.
func (o *office) signsReview() {
	o.t.Helper()
	o.until("the line was read", func() bool {
		s := must[desk.Standstill](o, "line.standstill", nil)
		return s.Review == nil || s.Review.Read
	})
	list := must[desk.ReviewList](o, "line.review", nil)
	if s := must[desk.Standstill](o, "line.signReview", desk.SignReview{Mark: list.Mark, Answer: "nobody"}); s.Review != nil {
		o.t.Fatalf("signed, it stands still: %+v", s)
	}
}

// TestTheOldComputerStopsWhenItMeetsTheOther: a copy of the folder goes on beside the
// original. One of them is taken for lost, is restored elsewhere, and copied there. The
// original finds that in the backup, and sends nothing until somebody has said that it
// is the one that is used; and again nothing once the other has gone on.
func TestTheOldComputerStopsWhenItMeetsTheOther(t *testing.T) {
	dir := t.TempDir()
	o := found(t, dir)
	disk := plugged(t, "disk")
	must[desk.Backups](o, "backup.add", desk.BackupFolder{Folder: disk})
	o.copied(0)

	there := t.TempDir()
	back := openOffice(t, there, o.clock)
	must[desk.RestoredClinic](back, "restore.run", desk.RestoreClinic{Folder: disk, Words: o.words, Number: 1})
	who := must[desk.OpenedSheet](back, "recovery.open", desk.OpenSheet{Words: o.words}).Members[0].ID
	must[desk.State](back, "recovery.bind", desk.BindDevice{Words: o.words, Member: who, Passphrase: "nine brown owls at noon"})
	must[desk.State](back, "health.goOn", desk.GoOn{})
	back.refuses(policy.CodeNotReviewed)
	back.signsReview()
	must[desk.Backups](back, "backup.add", desk.BackupFolder{Folder: disk})
	back.copied(0)
	// While it is open it makes a copy whenever its hour comes, on the same clock.
	if err := back.desk.Close(); err != nil {
		t.Fatal(err)
	}

	// The original knows of nothing until its next copy is due.
	if s := must[desk.Standstill](o, "line.standstill", nil); s.Other != nil || s.Review != nil {
		t.Fatalf("it stands still before it can know: %+v", s)
	}
	meets := func() desk.OtherCopy {
		t.Helper()
		o.clock.Advance(backup.Every)
		var s desk.Standstill
		o.until("it meets the other", func() bool {
			must[desk.Backups](o, "backup.run", nil)
			s = must[desk.Standstill](o, "line.standstill", nil)
			return s.Other != nil
		})
		return *s.Other
	}
	other := meets()
	if other.Incarnation < 2 || other.Made.IsZero() || other.Found < other.Made {
		t.Fatalf("it found %+v", other)
	}
	o.refuses(policy.CodeUsedElsewhere)
	// The run that met it may have been followed by one that found the other writing.
	o.until("the folder is said to be another's", func() bool {
		place := must[desk.Backups](o, "backup.run", nil).Folders[0]
		return place.Problem != nil && place.Problem.Code == backup.CodeOtherCopy
	})
	here := desk.UseThisCopy{Incarnation: other.Incarnation, Seq: other.Seq}
	if _, code := call[desk.Standstill](o, "line.useThisCopy", here); code != "session.confirm" {
		t.Errorf("decided without the passphrase: %q", code)
	}
	must[door.None](o, "session.confirm", desk.Confirm{Passphrase: passphrase})
	if _, code := call[desk.Standstill](o, "line.useThisCopy", desk.UseThisCopy{Incarnation: other.Incarnation, Seq: other.Seq + 1}); code != exchange.CodeReviewMoved {
		t.Errorf("decided about what was not shown: %q", code)
	}
	if s := must[desk.Standstill](o, "line.useThisCopy", here); s.Other != nil {
		t.Fatalf("decided, it stands still: %+v", s)
	}
	_, send := o.writes("And bring your card")
	must[desk.SentText](o, "text.send", send)

	// What was decided holds while the other does nothing more.
	o.clock.Advance(backup.Every)
	must[desk.Backups](o, "backup.run", nil)
	o.until("another try", func() bool { return must[desk.Backups](o, "backup.status", nil).Stage == "none" })
	if s := must[desk.Standstill](o, "line.standstill", nil); s.Other != nil {
		t.Fatalf("it asks again about the same: %+v", s.Other)
	}
	again := openOffice(t, there, o.clock)
	must[desk.State](again, "session.signIn", desk.SignIn{Member: who, Passphrase: "nine brown owls at noon"})
	from := again.clock.Now()
	must[desk.Backups](again, "backup.run", nil)
	again.copied(from)
	if err := again.desk.Close(); err != nil {
		t.Fatal(err)
	}
	if known := meets(); known.Seq <= other.Seq {
		t.Errorf("of the other that goes on it knows %+v", known)
	}
	if err := o.desk.Close(); err != nil {
		t.Fatal(err)
	}

	// Long after, a copy of the restored computer is started beside it, changes its keys
	// and makes a backup. That the restored one was restored once excuses nothing.
	clone := t.TempDir()
	if err := os.CopyFS(clone, os.DirFS(there)); err != nil {
		t.Fatal(err)
	}
	newKeys(t, clone, disk, who, "nine brown owls at noon", o.clock)
	again = openOffice(t, there, o.clock)
	must[desk.State](again, "session.signIn", desk.SignIn{Member: who, Passphrase: "nine brown owls at noon"})
	again.clock.Advance(backup.Every)
	again.until("it meets its clone", func() bool {
		must[desk.Backups](again, "backup.run", nil)
		return must[desk.Standstill](again, "line.standstill", nil).Other != nil
	})
	if _, err := os.Stat(filepath.Join(disk, "Quietline backup")); err != nil {
		t.Error("the backup is gone")
	}
}

// newKeys opens a copy of a clinic, begins an epoch of its keys and copies it into a backup.
func newKeys(t *testing.T, dir, disk string, who clinic.StaffID, pass string, clock clinic.Clock) {
	t.Helper()
	ctx := context.Background()
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	at := filepath.Join(dir, "clinic")
	v, err := vault.Load(ctx, vault.Config{Dir: at, Secrets: filesecret.At(filepath.Join(dir, "secret")), Clock: clock, Work: vault.Sample})
	ok(err)
	defer v.Close()
	keys, err := v.Unlock(ctx, who, []byte(pass))
	ok(err)
	_, err = v.NewEpoch(ctx, keys)
	ok(err)
	c, err := folder.Open(ctx, folder.Config{Dir: at, Keys: keys, Clock: clock})
	ok(err)
	defer c.Abandon()
	src, err := c.Source(v, clock)
	ok(err)
	_, err = backup.NewTarget(backup.Config{Dir: filepath.Join(disk, backup.FolderName)}).Run(ctx, src, nil)
	ok(err)
}
