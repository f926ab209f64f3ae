package desk_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"quietline/app/desk"
	"quietline/app/door"
	"quietline/backend/audit"
	"quietline/backend/clinic"
	"quietline/backend/clinic/clinictest"
	"quietline/backend/vault"
)

const year = 365 * 24 * time.Hour

// onPaper is a clinic whose sheet was typed back from the paper.
func onPaper(t *testing.T, dir string) *office {
	t.Helper()
	o := found(t, dir)
	if is, s := o.sheet(); is != desk.SheetUnproven || s.Check != desk.SheetUnproven || !s.Due.IsZero() {
		t.Errorf("before anybody typed it back: %s %+v", is, s)
	}
	must[desk.SheetStanding](o, "clinic.checkSheet", desk.CheckSheet{Words: o.words})
	return o
}

// sheet returns what the desk says of the sheet to somebody who has just signed in.
func (o *office) sheet() (desk.SheetCheck, desk.SheetStanding) {
	o.t.Helper()
	if _, in := o.desk.Session().Member(); in {
		must[door.None](o, "session.lock", nil)
	}
	return o.signIn().SheetCheck, must[desk.SheetStanding](o, "clinic.sheet", nil)
}

// onRecord ends the program and counts a step in the record.
func (o *office) onRecord(dir string, step audit.Step) (n int) {
	o.t.Helper()
	me := must[desk.State](o, "app.state", nil).Members[0].ID
	o.leave(dir)
	for _, e := range accesses(o.t, dir, me, o.clock) {
		if e.Kind == string(step) {
			n++
		}
	}
	return n
}

func TestTheSheetIsCheckedOnceAYear(t *testing.T) {
	dir := t.TempDir()
	o := onPaper(t, dir)
	proven := o.clock.Now()
	if is, s := o.sheet(); is != desk.SheetFine || s.Check != desk.SheetFine || s.Proven != proven || s.Due != proven.Add(year) {
		t.Errorf("when it was confirmed: %s %+v", is, s)
	}
	for _, c := range []struct {
		after time.Duration
		want  desk.SheetCheck
	}{
		{year - time.Second, desk.SheetFine},
		{time.Second, desk.SheetDue},
		{30*24*time.Hour - time.Second, desk.SheetDue},
		{time.Second, desk.SheetOverdue},
		{10 * year, desk.SheetOverdue},
	} {
		o.clock.Advance(c.after)
		if is, s := o.sheet(); is != c.want || s.Check != c.want {
			t.Errorf("%v later: %s %+v, want %s", c.after, is, s, c.want)
		}
	}
	// However overdue, the desk is open.
	must[desk.InboxPage](o, "inbox.list", desk.InboxQuery{View: desk.ViewAll, Limit: 5})
	other := strings.Join(vault.NewRecovery().Words(), " ")
	if _, code := call[desk.SheetStanding](o, "clinic.checkSheet", desk.CheckSheet{Words: other}); code != vault.CodeWrongWords {
		t.Errorf("another sheet: %q", code)
	}
	if is, _ := o.sheet(); is != desk.SheetOverdue {
		t.Errorf("after another sheet: %s", is)
	}
	if s := must[desk.SheetStanding](o, "clinic.checkSheet", desk.CheckSheet{Words: o.words}); s.Check != desk.SheetFine || s.Proven != o.clock.Now() {
		t.Errorf("checked: %+v", s)
	}
	if is, _ := o.sheet(); is != desk.SheetFine {
		t.Errorf("after the check: %s", is)
	}
	if n := o.onRecord(dir, audit.CheckedSheet); n != 2 {
		t.Errorf("%d checks on record", n)
	}
}

// TestTheReminderIsThePrivacyOfficers: whoever else may check the sheet finds it in
// the settings.
func TestTheReminderIsThePrivacyOfficers(t *testing.T) {
	tm := gather(t, openOffice(t, t.TempDir(), clinictest.NewClock(monday)))
	must[desk.StaffList](tm.office, "staff.changeRole", desk.ChangeRole{Member: tm.heir, Role: "office_manager"})
	tm.clock.Advance(2 * year)
	for _, c := range []struct {
		who  clinic.StaffID
		pass string
		want desk.SheetCheck
	}{
		// Nobody has confirmed this clinic's sheet yet.
		{tm.officer, passphrase, desk.SheetUnproven}, {tm.heir, heirPass, desk.SheetFine}, {tm.leaver, leaverPass, desk.SheetFine},
	} {
		tm.mustSignIn(c.who, c.pass)
		if is := must[desk.State](tm.office, "app.state", nil).SheetCheck; is != c.want {
			t.Errorf("%s is reminded: %s", c.pass, is)
		}
	}
}

// TestALostSheetIsReplaced: the lost one opens nothing any more, not even beside
// the vault's file of before, which is noticed as older.
func TestALostSheetIsReplaced(t *testing.T) {
	dir := t.TempDir()
	o := onPaper(t, dir)
	lost := o.words
	before := o.files(dir)[vault.FileName]
	next := must[desk.CreatedClinic](o, "clinic.showSheet", nil)
	// Shown is not in force.
	if s := must[desk.SheetStanding](o, "clinic.checkSheet", desk.CheckSheet{Words: lost}); s.Check != desk.SheetFine {
		t.Errorf("the sheet in force: %+v", s)
	}
	if _, code := call[desk.State](o, "clinic.confirmSheet", desk.ConfirmSheet{Words: []string{"a", "b", "c", "d"}}); code != vault.CodeWordDiffers {
		t.Errorf("words of no sheet: %q", code)
	}
	typed := make([]string, 0, len(next.Ask))
	for _, at := range next.Ask {
		typed = append(typed, next.Words[at-1])
	}
	must[desk.State](o, "clinic.confirmSheet", desk.ConfirmSheet{Words: typed})
	// Power fails at this moment, and somebody puts the file of before back.
	failed := filepath.Join(t.TempDir(), "copy")
	if err := snapshot(dir, failed); err != nil {
		t.Fatal(err)
	}
	write(before)(t, filepath.Join(failed, "clinic", vault.FileName))
	if s := openOffice(t, failed, o.clock).signIn(); s.Phase != desk.PhaseHalted || s.Finding.Found != desk.FoundOlderKeys {
		t.Errorf("right afterwards, with the file of before: %s %+v", s.Phase, s.Finding)
	}
	if _, code := call[desk.SheetStanding](o, "clinic.checkSheet", desk.CheckSheet{Words: lost}); code != vault.CodeWrongWords {
		t.Errorf("the lost sheet: %q", code)
	}
	must[door.None](o, "session.lock", nil)
	if _, code := call[desk.OpenedSheet](o, "recovery.open", desk.OpenSheet{Words: lost}); code != vault.CodeWrongWords {
		t.Errorf("the lost sheet opens: %q", code)
	}
	must[desk.OpenedSheet](o, "recovery.open", desk.OpenSheet{Words: strings.Join(next.Words, " ")})
	if n := o.onRecord(dir, audit.ReplacedSheet); n != 1 {
		t.Errorf("%d on record", n)
	}
	o = o.back(dir)
	write(before)(t, filepath.Join(dir, "clinic", vault.FileName))
	if s := o.signIn(); s.Phase != desk.PhaseHalted || s.Finding.Found != desk.FoundOlderKeys {
		t.Errorf("with the file of before: %s %+v", s.Phase, s.Finding)
	}
}
