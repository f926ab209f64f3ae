package desk_test

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"quietline/app/desk"
	"quietline/app/door"
	"quietline/backend/clinic"
	"quietline/backend/clinic/clinictest"
	"quietline/backend/staff"
	"quietline/backend/vault"
	"quietline/backend/vault/filesecret"
)

// stops copies a clinic's folder at every step that is worth stopping the program
// at: whenever the time is asked for, and around every change of the vault's file.
type stops struct {
	vault.Files
	clinic.Clock
	from, to string
	// call is the method of the desk at whose steps the program stops.
	call   string
	copies []string
	on     atomic.Bool
	t      *testing.T
}

// during runs a call and copies the folder at each of its steps and after it.
func (s *stops) during(call string, run func()) {
	s.call = call
	s.on.Store(true)
	run()
	s.copy()
	s.on.Store(false)
}

// here copies the folder where the call is on the stack: while another goroutine
// works on, a copy would be of no one moment.
func (s *stops) here() {
	if s.on.Load() && slices.ContainsFunc(callers(), func(f string) bool { return strings.HasSuffix(f, "(*Desk)."+s.call) }) {
		s.copy()
	}
}

func (s *stops) copy() {
	to := filepath.Join(s.to, fmt.Sprint(len(s.copies)))
	if err := snapshot(s.from, to); err != nil {
		s.t.Error(err)
		return
	}
	s.copies = append(s.copies, to)
}

func callers() []string {
	places := make([]uintptr, 100)
	frames := runtime.CallersFrames(places[:runtime.Callers(1, places)])
	var all []string
	for {
		f, more := frames.Next()
		if all = append(all, f.Function); !more {
			return all
		}
	}
}

func (s *stops) Now() clinic.Instant {
	s.here()
	return s.Clock.Now()
}

func (s *stops) Rename(from, to string) error {
	s.here()
	err := s.Files.Rename(from, to)
	s.here()
	return err
}

// team is a clinic with an officer, two therapists and a patient of the first,
// who has an unsent text and one that waits for the morning.
type team struct {
	*office
	officer, leaver, heir clinic.StaffID
	patient               clinic.PatientID
	thread                clinic.ThreadID
	waiting               clinic.MessageID
}

const (
	leaverPass = "eight brown owls at noon"
	heirPass   = "five small foxes at dusk"
)

func (tm *team) signIn(who clinic.StaffID, pass string) clinic.Code {
	tm.t.Helper()
	if tm.signedIn() {
		must[door.None](tm.office, "session.lock", nil)
	}
	_, code := call[desk.State](tm.office, "session.signIn", desk.SignIn{Member: who, Passphrase: pass})
	return code
}

func (tm *team) signedIn() bool {
	_, in := tm.desk.Session().Member()
	return in
}

func (tm *team) mustSignIn(who clinic.StaffID, pass string) {
	tm.t.Helper()
	if code := tm.signIn(who, pass); code != "" {
		tm.t.Fatal(code)
	}
}

func gather(t *testing.T, o *office) *team {
	t.Helper()
	tm := &team{office: o}
	must[desk.CreatedClinic](o, "clinic.create", desk.CreateClinic{
		ClinicName: "Juniper Family Counseling", Zone: "America/Denver", Language: "en", YourName: "Ada Quill", Passphrase: passphrase,
	})
	tm.officer = must[desk.State](o, "app.state", nil).Me.ID
	must[desk.LineStatus](o, "line.connect", desk.ConnectProvider{Kind: desk.ProviderSimulator, Phone: "3035550199"})
	must[desk.StaffList](o, "staff.add", desk.AddMember{Name: "Bea Lindqvist", Role: "therapist", Passphrase: leaverPass})
	list := must[desk.StaffList](o, "staff.add", desk.AddMember{Name: "Cy Marsh", Role: "therapist", Passphrase: heirPass})
	tm.leaver, tm.heir = list.Items[1].ID, list.Items[2].ID
	added := must[desk.AddedPatient](o, "patient.add", desk.AddPatient{
		Name: "Marisol Vega", BirthDate: clinic.Date{Year: 1990, Month: 5, Day: 4}, Phone: "3035550142", Language: "en", Zone: "America/Denver",
	})
	tm.patient, tm.thread, tm.waiting = added.ID, added.Thread, clinic.NewID[clinic.MessageID]()
	must[desk.RecordedConsent](o, "consent.recordPaper", desk.RecordPaper{
		Patient: added.ID, Form: "2026-1-en", SignedOn: clinic.Date{Year: 2026, Month: 3, Day: 2}, Categories: []desk.Category{"scheduling"},
		ToHour: 24, Signer: "patient", Attested: true,
	})
	must[desk.PatientCard](o, "care.assign", desk.CareRef{Patient: tm.patient, Member: tm.leaver})
	o.clock.Advance(13 * time.Hour) // eleven at night in Denver
	tm.mustSignIn(tm.leaver, leaverPass)
	must[desk.SentText](o, "text.send", desk.SendText{ID: tm.thread, Key: tm.waiting, Body: "See you on Friday at ten", Category: "scheduling"})
	must[door.None](o, "thread.saveDraft", desk.SaveDraft{ID: tm.thread, Body: "unfinished", Again: clinic.MessageID{7}})
	tm.mustSignIn(tm.officer, passphrase)
	return tm
}

// withStops is an office whose folder is copied at every step.
func withStops(t *testing.T, dir string) (*office, *stops) {
	clock := clinictest.NewClock(monday)
	s := &stops{Files: vault.MachineFiles(), Clock: clock, from: dir, to: t.TempDir(), t: t}
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	d := desk.New(desk.Config{
		Dir: filepath.Join(dir, "clinic"), Secrets: filesecret.At(filepath.Join(dir, "secret")), Work: vault.Sample,
		Clock: s, Files: s, Log: log, Version: "test", Carrier: carried(t),
	}, door.NewChanges())
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	o := &office{t: t, desk: d, doors: door.NewRegistry(token, d.Session(), d, log), clock: clock}
	d.Register(o.doors)
	return o, s
}

// TestLeavingIsWholeWheneverTheProgramStops lets a therapist go and opens the
// clinic again as it lay on the disk at each step: for whoever signs in next she
// has not left at all, or has left wholly; and once she has, she is not let in.
func TestLeavingIsWholeWheneverTheProgramStops(t *testing.T) {
	dir := t.TempDir()
	o, s := withStops(t, dir)
	tm := gather(t, o)
	before := must[desk.Departure](o, "staff.departure", desk.MemberRef{Member: tm.leaver})
	if before.AllPatients != 1 || before.Drafts != 1 || before.Waiting != 1 || len(before.Heirs) != 1 || before.Heirs[0].ID != tm.heir {
		t.Fatalf("she leaves behind %+v", before)
	}
	var list desk.StaffList
	s.during("letGo", func() {
		list = must[desk.StaffList](o, "staff.leave", desk.Leave{Member: tm.leaver, Heir: tm.heir})
	})
	if row := list.Items[1]; row.Left.IsZero() || !row.Closed || row.SignsIn || row.Patients != 0 || list.Items[2].Patients != 1 {
		t.Errorf("afterwards: %+v", list.Items)
	}
	if len(s.copies) < 5 {
		t.Fatalf("only %d steps", len(s.copies))
	}
	stayed, left := 0, 0
	for n, at := range s.copies {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			next := *tm
			next.office = openOffice(t, at, o.clock)
			if came := next.signIn(tm.leaver, leaverPass); came == "" {
				stayed++
				next.stayed()
			} else {
				left++
				next.left(came)
			}
		})
	}
	if stayed == 0 || left < 4 {
		t.Errorf("%d times she had stayed, %d times she had left", stayed, left)
	}
}

// stayed holds that nothing has happened.
func (tm *team) stayed() {
	tm.t.Helper()
	tm.mustSignIn(tm.officer, passphrase)
	list := must[desk.StaffList](tm.office, "staff.list", nil)
	if row := list.Items[1]; !row.Left.IsZero() || !row.SignsIn || row.Patients != 1 {
		tm.t.Errorf("she has not left, and %+v", row)
	}
	if m := must[desk.ThreadPage](tm.office, "thread.open", desk.ThreadQuery{ID: tm.thread, Limit: 5}).Messages; m[0].State != desk.StateLater {
		tm.t.Errorf("her text is %s", m[0].State)
	}
}

// left holds that everything has.
func (tm *team) left(came clinic.Code) {
	tm.t.Helper()
	if came != staff.CodeLeft && came != vault.CodeWrongPassphrase {
		tm.t.Errorf("she is told %q", came)
	}
	tm.mustSignIn(tm.officer, passphrase)
	list := must[desk.StaffList](tm.office, "staff.list", nil)
	if row := list.Items[1]; row.Left.IsZero() || !row.Closed || row.SignsIn || row.Patients != 0 || list.Items[2].Patients != 1 {
		tm.t.Errorf("she has left, and %+v", list.Items)
	}
	for _, m := range must[desk.State](tm.office, "app.state", nil).Members {
		if m.ID == tm.leaver {
			tm.t.Error("the sign-in screen still names her")
		}
	}
	if d := must[desk.Departure](tm.office, "staff.departure", desk.MemberRef{Member: tm.leaver}); d.Drafts != 0 {
		tm.t.Errorf("%d drafts are still hers", d.Drafts)
	}
	tm.mustSignIn(tm.heir, heirPass)
	page := must[desk.ThreadPage](tm.office, "thread.open", desk.ThreadQuery{ID: tm.thread, Limit: 5})
	if page.Draft != "unfinished" || page.DraftAgain != (clinic.MessageID{7}) || page.Messages[0].State != desk.StateHeld || page.Messages[0].Failure.Code != "exchange.author_left" {
		tm.t.Errorf("the heir finds %+v", page)
	}
	if page.Messages[0].Author != "Bea Lindqvist" {
		tm.t.Error("who wrote it is forgotten")
	}
}

// TestAnOlderVaultLetsNobodyBackIn puts the vault's file of before the leaving in
// place again: her old passphrase opens it, and the journal turns her away.
func TestAnOlderVaultLetsNobodyBackIn(t *testing.T) {
	dir := t.TempDir()
	tm := gather(t, openOffice(t, dir, clinictest.NewClock(monday)))
	file := filepath.Join(dir, "clinic", vault.FileName)
	older, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	must[desk.StaffList](tm.office, "staff.leave", desk.Leave{Member: tm.leaver})
	if err := tm.desk.Close(); err != nil {
		t.Fatal(err)
	}
	write(older)(t, file)
	tm.office = openOffice(t, dir, tm.clock)
	code := tm.signIn(tm.leaver, leaverPass)
	if s := must[desk.State](tm.office, "app.state", nil); s.Phase == desk.PhaseOpen {
		t.Errorf("she is in (%q)", code)
	}
}

func TestAPersonIsLetInAndHasAnotherRole(t *testing.T) {
	tm := gather(t, openOffice(t, t.TempDir(), clinictest.NewClock(monday)))
	o := tm.office
	if list := must[desk.StaffList](o, "staff.list", nil); !list.NeedsSecond || list.ChangeKey {
		t.Errorf("with one administrator: %+v", list)
	}
	for what, c := range map[string]struct {
		request desk.AddMember
		want    clinic.Code
	}{
		"a short passphrase":  {desk.AddMember{Name: "Dee Park", Role: "front_desk", Passphrase: "too short"}, vault.CodePassphraseShort},
		"no role":             {desk.AddMember{Name: "Dee Park", Role: "visitor", Passphrase: heirPass}, staff.CodeRole},
		"no name":             {desk.AddMember{Name: " ", Role: "front_desk", Passphrase: heirPass}, staff.CodeName},
		"a name that is here": {desk.AddMember{Name: "cy marsh", Role: "front_desk", Passphrase: heirPass}, staff.CodeTaken},
	} {
		if _, code := call[desk.StaffList](o, "staff.add", c.request); code != c.want {
			t.Errorf("%s: %q", what, code)
		}
	}
	list := must[desk.StaffList](o, "staff.changeRole", desk.ChangeRole{Member: tm.heir, Role: "office_manager"})
	if list.NeedsSecond || list.Items[2].Role != "office_manager" {
		t.Errorf("with a second administrator: %+v", list)
	}
	if _, code := call[desk.StaffList](o, "staff.leave", desk.Leave{Member: tm.officer}); code != staff.CodeYourself {
		t.Errorf("letting oneself go: %q", code)
	}

	tm.mustSignIn(tm.heir, heirPass)
	if me := must[desk.State](o, "app.state", nil).Me; me.Role != "office_manager" {
		t.Errorf("she signs in as %s", me.Role)
	}
	if _, code := call[desk.StaffList](o, "staff.leave", desk.Leave{Member: tm.officer}); code != staff.CodeOfficerOnly {
		t.Errorf("a manager lets the officer go: %q", code)
	}
	if _, code := call[desk.StaffList](o, "staff.setPassphrase", desk.SetPassphrase{Member: tm.officer, Passphrase: leaverPass}); code != staff.CodeOfficerOnly {
		t.Errorf("a manager sets the officer's passphrase: %q", code)
	}
	must[desk.StaffList](o, "staff.setPassphrase", desk.SetPassphrase{Member: tm.leaver, Passphrase: "four grey geese at dawn"})
	if _, code := call[door.None](o, "session.changePassphrase", desk.ChangePassphrase{Old: "not the one at all", New: "two tall cranes at dawn"}); code != vault.CodeWrongPassphrase {
		t.Errorf("with a wrong old passphrase: %q", code)
	}
	must[door.None](o, "session.changePassphrase", desk.ChangePassphrase{Old: heirPass, New: "two tall cranes at dawn"})
	if code := tm.signIn(tm.leaver, leaverPass); code != vault.CodeWrongPassphrase {
		t.Errorf("with the passphrase that was replaced: %q", code)
	}
	tm.mustSignIn(tm.leaver, "four grey geese at dawn")
	if code := tm.signIn(tm.heir, heirPass); code != vault.CodeWrongPassphrase {
		t.Errorf("with her old passphrase: %q", code)
	}
	tm.mustSignIn(tm.officer, passphrase)
	if row := must[desk.StaffList](o, "staff.list", nil).Items[1]; row.Failures != 1 {
		t.Errorf("failed sign-ins: %+v", row)
	}
}
