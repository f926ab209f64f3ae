package desk_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"quietline/app/desk"
	"quietline/app/door"
	"quietline/backend/clinic"
	"quietline/backend/clinic/clinictest"
	"quietline/backend/folder"
	"quietline/backend/parcel"
	"quietline/backend/session"
	"quietline/backend/vault"
)

// moves makes the file of a move and returns it with its code.
func (o *office) moves(into string) (file, code string) {
	o.t.Helper()
	s := must[desk.State](o, "move.begin", desk.BeginMove{Folder: into})
	if s.Phase != desk.PhaseHalted || s.Finding.Found != desk.FoundMoved || s.Finding.Move.Code == "" {
		o.t.Fatalf("after the move: %+v, %+v", s, s.Finding)
	}
	return filepath.Join(into, s.Finding.Move.File), s.Finding.Move.Code
}

// arrives is an office on another computer, which takes a clinic in.
func arrives(t *testing.T, o *office, file, code string) *office {
	t.Helper()
	there := openOffice(t, t.TempDir(), o.clock)
	opened := must[desk.OpenedMove](there, "move.open", desk.OpenMove{File: file, Code: code})
	if len(opened.Members) == 0 || opened.Members[0].Name != "Ada Quill" || opened.Made.IsZero() {
		t.Fatalf("the file says %+v", opened)
	}
	s := must[desk.State](there, "move.arrive", desk.ArriveMove{
		File: file, Code: code, Member: opened.Members[0].ID, Passphrase: passphrase,
	})
	if s.Phase != desk.PhaseOpen || s.ClinicName != "Juniper Family Counseling" || s.Me.Name != "Ada Quill" {
		t.Fatalf("it arrives as %+v", s)
	}
	return there
}

func TestAClinicMovesToAnotherComputer(t *testing.T) {
	dir, stick := t.TempDir(), t.TempDir()
	o := found(t, dir)
	thread := must[desk.InboxPage](o, "inbox.list", desk.InboxQuery{View: desk.ViewAll, Limit: 5}).Items[0].ID
	// A second text of the day waits for tomorrow.
	must[desk.SentText](o, "text.send", desk.SendText{
		ID: thread, Key: clinic.NewID[clinic.MessageID](), Body: "And bring your card", Category: "scheduling",
	})
	must[door.None](o, "thread.saveDraft", desk.SaveDraft{ID: thread, Body: "an unfinished kaleidoscope"})
	file, code := o.moves(stick)
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range append([]string{"vault.json", "journal.db", code}, secrets...) {
		if strings.Contains(string(raw), word) {
			t.Errorf("%q can be read on its way", word)
		}
	}

	there := arrives(t, o, file, code)
	page := must[desk.ThreadPage](there, "thread.open", desk.ThreadQuery{ID: thread, Limit: 20})
	if page.Draft != "an unfinished kaleidoscope" {
		t.Errorf("the draft: %q", page.Draft)
	}
	there.clock.Advance(48 * time.Hour)
	for range 5 {
		must[desk.LineStatus](there, "line.check", nil)
		there.clock.Advance(10 * time.Second)
	}
	page = must[desk.ThreadPage](there, "thread.open", desk.ThreadQuery{ID: thread, Limit: 20})
	if !slices.ContainsFunc(page.Messages, func(m desk.Message) bool { return m.Body == "And bring your card" && m.State == desk.StateAsk }) {
		t.Errorf("what waited does not ask: %+v", page.Messages)
	}
	must[door.None](there, "session.lock", nil)
	if s := there.signIn(); s.Phase != desk.PhaseOpen || !s.Moved.IsZero() {
		t.Errorf("at the next sign-in there: %s %+v", s.Phase, s.Finding)
	}

	// The old computer says so before and after somebody signs in, and shows nothing.
	must[door.None](o, "session.lock", nil)
	if s := must[desk.State](o, "app.state", nil); s.Moved.IsZero() {
		t.Error("the old computer does not say where the clinic is")
	}
	if s := o.signIn(); s.Phase != desk.PhaseHalted || s.Finding.Found != desk.FoundMoved || s.Finding.Move.Code != "" ||
		s.Finding.Move.By != "Ada Quill" || !slices.Equal(s.Finding.Deciders, []string{"Ada Quill"}) {
		t.Errorf("the old computer opens: %s %+v", s.Phase, s.Finding)
	}
	for _, name := range []string{"inbox.list", "patient.list", "clinic.settings", "health.status", "line.status", "health.goOn"} {
		if _, got := call[any](o, name, map[string]any{"view": "all", "limit": 5}); got == "" {
			t.Errorf("%s answers", name)
		}
	}
}

// TestWhatOtherProgramsLeftStaysBehind: files that systems and editors leave in any
// folder do not keep a clinic from moving, are counted, and are in no parcel.
func TestWhatOtherProgramsLeftStaysBehind(t *testing.T) {
	dir := t.TempDir()
	o := found(t, dir)
	foreign := []string{
		"blobs/.DS_Store", "blobs/a/Thumbs.db", "blobs/a/~$letter.docx", "blobs/__MACOSX/._x", "spool/desktop.ini", "spool/.DS_Store",
	}
	for _, name := range foreign {
		path := filepath.Join(dir, "clinic", filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		write([]byte("of another program"))(t, path)
	}
	file, code := o.moves(t.TempDir())
	if n := must[desk.State](o, "app.state", nil).Finding.Move.Foreign; n != len(foreign) {
		t.Errorf("%d files are said to stay behind, want %d", n, len(foreign))
	}
	there := arrives(t, o, file, code)
	for _, name := range foreign {
		if _, err := os.Stat(filepath.Join(dir, "clinic", filepath.FromSlash(name))); err != nil {
			t.Errorf("it did not stay: %v", err)
		}
		if _, err := os.Stat(filepath.Join(there.dir, "clinic", filepath.FromSlash(name))); err == nil {
			t.Errorf("%s has come along", name)
		}
	}
}

func TestWhatCannotBeTakenIn(t *testing.T) {
	dir, stick := t.TempDir(), t.TempDir()
	tm := gather(t, openOffice(t, dir, clinictest.NewClock(monday)))
	o := tm.office
	o.clock.Advance(time.Minute)
	file, code := o.moves(stick)
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	cut, flipped, other := filepath.Join(stick, "cut"), filepath.Join(stick, "flipped"), filepath.Join(stick, "other")
	write(raw[:len(raw)-20])(t, cut)
	changed := slices.Clone(raw)
	changed[len(changed)/2] ^= 1
	write(changed)(t, flipped)
	write([]byte("a letter to somebody, long enough to be one"))(t, other)
	fresh := func() *office { return openOffice(t, t.TempDir(), o.clock) }
	for what, c := range map[string]struct {
		ask  desk.ArriveMove
		want clinic.Code
	}{
		"no file":            {desk.ArriveMove{File: filepath.Join(stick, "none"), Code: code}, parcel.CodeMissing},
		"a letter":           {desk.ArriveMove{File: other, Code: code}, parcel.CodeNotOurs},
		"cut short":          {desk.ArriveMove{File: cut, Code: code}, parcel.CodeDamaged},
		"changed":            {desk.ArriveMove{File: flipped, Code: code}, parcel.CodeDamaged},
		"a mistyped code":    {desk.ArriveMove{File: file, Code: code[:len(code)-1] + "u"}, vault.CodeMoveMistyped},
		"another's code":     {desk.ArriveMove{File: file, Code: vault.NewMoveCode().Text()}, vault.CodeMoveCode},
		"a wrong passphrase": {desk.ArriveMove{File: file, Code: code, Passphrase: "seven grey herons at dusk"}, vault.CodeWrongPassphrase},
		"whoever may not":    {desk.ArriveMove{File: file, Code: code, Member: tm.heir, Passphrase: heirPass}, clinic.CodeForbidden},
	} {
		t.Run(what, func(t *testing.T) {
			there := fresh()
			if c.ask.Member.IsZero() {
				c.ask.Member = tm.officer
			}
			if c.ask.Passphrase == "" {
				c.ask.Passphrase = passphrase
			}
			if _, got := call[desk.State](there, "move.arrive", c.ask); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
			if s := must[desk.State](there, "app.state", nil); s.Phase != desk.PhaseEmpty {
				t.Errorf("it leaves a computer that is %s", s.Phase)
			}
		})
	}
	right := desk.ArriveMove{File: file, Code: strings.ToUpper(strings.ReplaceAll(code, "-", " ")), Member: tm.officer, Passphrase: passphrase}
	if _, got := call[desk.State](o, "move.arrive", right); got != vault.CodeExists {
		t.Errorf("over the old one: %q", got)
	}
	o.clock.Advance(parcel.Lasts + time.Second)
	if _, got := call[desk.State](fresh(), "move.arrive", right); got != parcel.CodeStale {
		t.Errorf("a week later: %q", got)
	}
	o.clock.Advance(-2 * time.Second)
	there := fresh()
	must[desk.State](there, "move.arrive", right)
	// The others are let in like anybody who has no passphrase on a computer.
	list := must[desk.StaffList](there, "staff.list", nil)
	if !list.Items[0].SignsIn || list.Items[1].SignsIn || list.Items[2].SignsIn {
		t.Errorf("who signs in there: %+v", list.Items)
	}
	must[desk.StaffList](there, "staff.setPassphrase", desk.SetPassphrase{Member: tm.heir, Passphrase: heirPass})
	tm.office = there
	tm.mustSignIn(tm.heir, heirPass)
}

// TestAMoveIsTakenBack: the old computer works again, asks about what waited, and
// what was carried away opens nothing that it writes from then on.
func TestAMoveIsTakenBack(t *testing.T) {
	dir, stick := t.TempDir(), t.TempDir()
	o := found(t, dir)
	o.moves(stick)
	if s := must[desk.State](o, "move.takeBack", desk.TakeBack{}); s.Phase != desk.PhaseOpen || s.Finding != nil {
		t.Fatalf("taken back at once: %+v", s)
	}
	o.clock.Advance(time.Minute)
	o.moves(stick)
	must[door.None](o, "session.lock", nil)
	o.clock.Advance(time.Hour)
	o.signIn()
	o.clock.Advance(10 * time.Minute)
	if _, code := call[desk.State](o, "move.takeBack", desk.TakeBack{}); code != session.CodeConfirm {
		t.Fatalf("without the passphrase: %q", code)
	}
	must[door.None](o, "session.confirm", desk.Confirm{Passphrase: passphrase})
	if s := must[desk.State](o, "move.takeBack", desk.TakeBack{}); s.Phase != desk.PhaseOpen || !s.Moved.IsZero() {
		t.Fatalf("taken back the next time: %+v", s)
	}
	must[desk.InboxPage](o, "inbox.list", desk.InboxQuery{View: desk.ViewAll, Limit: 5})
	must[door.None](o, "session.lock", nil)
	if s := o.signIn(); s.Phase != desk.PhaseOpen || s.Stayed != nil {
		t.Errorf("at the next sign-in: %s %+v", s.Phase, s.Finding)
	}
}

// TestAMoveThatIsStoppedLeavesOneClinic stops the program at every step of making
// the file: the old computer either works with the clinic as if nothing had been
// begun, or says that the clinic has gone, and then it can be taken back. While it
// works, nobody knows the code of any file.
func TestAMoveThatIsStoppedLeavesOneClinic(t *testing.T) {
	dir, stick := t.TempDir(), t.TempDir()
	o, s := withStops(t, dir)
	tm := gather(t, o)
	s.during("beginMove", func() { o.moves(stick) })
	if len(s.copies) < 6 {
		t.Fatalf("only %d steps", len(s.copies))
	}
	here, gone := 0, 0
	for n, at := range s.copies {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			next := *tm
			next.office = openOffice(t, at, o.clock)
			before := must[desk.State](next.office, "app.state", nil).Moved
			next.mustSignIn(tm.officer, passphrase)
			state := must[desk.State](next.office, "app.state", nil)
			switch {
			case state.Phase == desk.PhaseOpen:
				if gone > 0 {
					t.Error("it works again after it had gone")
				}
				here++
				if !before.IsZero() {
					t.Error("before anybody signed in it said that it had gone")
				}
			case state.Phase == desk.PhaseHalted && state.Finding.Found == desk.FoundMoved:
				gone++
				if state.Finding.Move.Code != "" {
					t.Error("the code is told once more")
				}
				state = must[desk.State](next.office, "move.takeBack", desk.TakeBack{})
			default:
				t.Fatalf("it is %s, %+v", state.Phase, state.Finding)
			}
			if !state.Moved.IsZero() {
				t.Error("it still says that it has gone")
			}
			must[door.None](next.office, "thread.saveDraft", desk.SaveDraft{ID: tm.thread, Body: "still here"})
			next.mustSignIn(tm.officer, passphrase)
			if again := must[desk.State](next.office, "app.state", nil); again.Phase != desk.PhaseOpen || again.Stayed != nil {
				t.Errorf("at the next sign-in: %s %+v", again.Phase, again.Finding)
			}
		})
	}
	if here < 3 || gone < 1 {
		t.Errorf("%d times it was here, %d times it had gone", here, gone)
	}
}

// TestAnArrivalThatIsStoppedLeavesAClinicOrNone stops the program at every step of
// taking a clinic in.
func TestAnArrivalThatIsStoppedLeavesAClinicOrNone(t *testing.T) {
	o := found(t, t.TempDir())
	file, code := o.moves(t.TempDir())
	there := t.TempDir()
	n, s := withStops(t, there)
	n.clock.Advance(o.clock.Now().Sub(n.clock.Now()))
	opened := must[desk.OpenedMove](n, "move.open", desk.OpenMove{File: file, Code: code})
	ask := desk.ArriveMove{File: file, Code: code, Member: opened.Members[0].ID, Passphrase: passphrase}
	s.during("arriveMove", func() { must[desk.State](n, "move.arrive", ask) })
	none, whole := 0, 0
	for i, at := range s.copies {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			next := openOffice(t, at, o.clock)
			next.t = t
			switch state := must[desk.State](next, "app.state", nil); state.Phase {
			case desk.PhaseEmpty:
				none++
				must[desk.State](next, "move.arrive", ask) // it can be tried again
			case desk.PhaseLocked:
				whole++
				if state := next.signIn(); state.Phase != desk.PhaseOpen {
					t.Errorf("it opens as %s %+v", state.Phase, state.Finding)
				}
			default:
				t.Errorf("it is %s %+v", state.Phase, state.Problem)
			}
			must[desk.InboxPage](next, "inbox.list", desk.InboxQuery{View: desk.ViewAll, Limit: 5})
		})
	}
	if none < 3 || whole < 1 {
		t.Errorf("%d times there was none, %d times a whole one", none, whole)
	}
}

// TestAFileThatCannotBeWrittenKeepsTheClinicHere: whatever keeps the file from being
// whole, the clinic is open again when the door answers, and nothing is left behind.
func TestAFileThatCannotBeWrittenKeepsTheClinicHere(t *testing.T) {
	dir, stick := t.TempDir(), t.TempDir()
	o := found(t, dir)
	for what, folder := range map[string]string{
		"no folder":               filepath.Join(stick, "none"),
		"no absolute path":        "stick",
		"a file":                  filepath.Join(dir, "secret"),
		"the clinic's own folder": filepath.Join(dir, "clinic"),
		"one within it":           filepath.Join(dir, "clinic", "blobs"),
	} {
		if err := os.MkdirAll(filepath.Join(dir, "clinic", "blobs"), 0o700); err != nil {
			t.Fatal(err)
		}
		if _, code := call[desk.State](o, "move.begin", desk.BeginMove{Folder: folder}); code != parcel.CodeNotWritten {
			t.Errorf("%s: %q", what, code)
		}
	}
	if s := must[desk.State](o, "app.state", nil); s.Phase != desk.PhaseOpen || s.Stayed != nil {
		t.Errorf("nothing was begun, and it is %s", s.Phase)
	}
}

// TestGoingOnIsNoWayAroundTakingBack: an older copy of the records in which the
// clinic was handed over does not open by going on from it.
func TestGoingOnIsNoWayAroundTakingBack(t *testing.T) {
	dir := t.TempDir()
	o := found(t, dir)
	o.moves(t.TempDir())
	handed := o.leave(dir)
	o = o.back(dir)
	o.signIn()
	must[desk.State](o, "move.takeBack", desk.TakeBack{})
	o.leave(dir)
	o = o.back(dir)
	o.put(dir, handed, "journal.db", "views-")
	if s := o.signIn(); s.Phase != desk.PhaseHalted || s.Finding.Found != desk.FoundOlder {
		t.Fatalf("it is %s %+v", s.Phase, s.Finding)
	}
	if _, code := call[desk.State](o, "health.goOn", desk.GoOn{}); code != folder.CodeMoved {
		t.Errorf("going on: %q", code)
	}
	if s := o.signIn(); s.Phase != desk.PhaseHalted || s.Finding.Found != desk.FoundMoved {
		t.Errorf("afterwards it is %s %+v", s.Phase, s.Finding)
	}
	if s := must[desk.State](o, "move.takeBack", desk.TakeBack{}); s.Phase != desk.PhaseOpen {
		t.Errorf("taken back it is %s", s.Phase)
	}
}

// fullDisk takes no parcel.
type fullDisk struct{ parcel.DiskFiles }

func (fullDisk) Create(string) (parcel.File, error) { return nil, syscall.ENOSPC }

// TestADiskWithoutRoomKeepsTheClinicHere: the clinic is closed by then, and opens
// again by itself.
func TestADiskWithoutRoomKeepsTheClinicHere(t *testing.T) {
	dir, clock := closed(t)
	g := guard(t, dir, clock, func(cfg *desk.Config) { cfg.Parcels = fullDisk{parcel.MachineFiles()} })
	g.signIn()
	if _, code := call[desk.State](g.office, "move.begin", desk.BeginMove{Folder: t.TempDir()}); code != clinic.CodeDiskFull {
		t.Errorf("without room: %q", code)
	}
	s := must[desk.State](g.office, "app.state", nil)
	if s.Phase != desk.PhaseOpen || s.Stayed == nil || s.Stayed.Code != clinic.CodeDiskFull || !s.Moved.IsZero() {
		t.Fatalf("afterwards: %+v", s)
	}
	list := must[desk.InboxPage](g.office, "inbox.list", desk.InboxQuery{View: desk.ViewAll, Limit: 5})
	must[desk.SentText](g.office, "text.send", desk.SendText{
		ID: list.Items[0].ID, Key: clinic.NewID[clinic.MessageID](), Body: "Thank you", Category: "scheduling",
	})
	must[door.None](g.office, "session.lock", nil)
	if s := g.office.signIn(); s.Phase != desk.PhaseOpen || s.Stayed != nil {
		t.Errorf("at the next sign-in: %s %+v", s.Phase, s.Stayed)
	}
}

// TestALockEndsTheMakingOfTheFile: the keys are gone and nothing of the file is left.
func TestALockEndsTheMakingOfTheFile(t *testing.T) {
	dir, clock := closed(t)
	stick := t.TempDir()
	var g *guarded
	g = guard(t, dir, clock, func(cfg *desk.Config) {
		cfg.Parcels = lockedMeanwhile{parcel.MachineFiles(), func() { go g.desk.Lock(); <-g.locked }}
	})
	g.signIn()
	if _, code := call[desk.State](g.office, "move.begin", desk.BeginMove{Folder: stick}); code == "" {
		t.Error("it was handed over")
	}
	if left, err := os.ReadDir(stick); err != nil || len(left) > 0 {
		t.Errorf("%v is left (%v)", left, err)
	}
	if s := g.office.signIn(); s.Phase != desk.PhaseOpen || s.Stayed == nil || s.Stayed.Code != desk.CodeMoveUnfinished {
		t.Errorf("at the next sign-in: %s %+v", s.Phase, s.Stayed)
	}
}

// lockedMeanwhile locks the clinic when a parcel is begun.
type lockedMeanwhile struct {
	parcel.DiskFiles
	lock func()
}

func (l lockedMeanwhile) Create(path string) (parcel.File, error) {
	l.lock()
	return l.DiskFiles.Create(path)
}

// TestOldFilesDoNotBringAMovedClinicBack puts single files of before the move back:
// none of them makes the old computer work by itself.
func TestOldFilesDoNotBringAMovedClinicBack(t *testing.T) {
	for _, c := range [][]string{{"vault.json"}, {"journal.db"}, {"journal.db", "views-"}, {"journal.db", "views-", "vault.json"}, {"views-"}} {
		t.Run(strings.Join(c, " "), func(t *testing.T) {
			dir := t.TempDir()
			o := found(t, dir)
			before := o.leave(dir)
			o = o.back(dir)
			o.signIn()
			o.moves(t.TempDir())
			o.leave(dir)
			o = o.back(dir)
			o.put(dir, before, c...)
			s := o.signIn()
			if s.Phase != desk.PhaseHalted {
				t.Fatalf("it is %s", s.Phase)
			}
			if f := s.Finding; f.Found != desk.FoundMoved && (!f.NeedsSheet || !f.CanGoOn && f.Problem == nil) {
				t.Errorf("found %+v", f)
			}
		})
	}
}

// TestAnOlderVaultTakesNothingBackWithoutTheSheet: whoever left, or may less than
// then, is let in by a vault.json of before, and decides nothing by it.
func TestAnOlderVaultTakesNothingBackWithoutTheSheet(t *testing.T) {
	dir := t.TempDir()
	o := found(t, dir)
	before := o.leave(dir)
	o = o.back(dir)
	o.signIn()
	o.moves(t.TempDir())
	o.leave(dir)
	o = o.back(dir)
	o.put(dir, before, vault.FileName)
	if s := o.signIn(); s.Phase != desk.PhaseHalted || s.Finding.Found != desk.FoundMoved || !s.Finding.NeedsSheet {
		t.Fatalf("it is %s, %+v", s.Phase, s.Finding)
	}
	must[door.None](o, "session.confirm", desk.Confirm{Passphrase: passphrase})
	other := strings.Join(vault.NewRecovery().Words(), " ")
	for words, want := range map[string]clinic.Code{"": vault.CodeWordsIncomplete, other: vault.CodeWrongWords} {
		if _, code := call[desk.State](o, "move.takeBack", desk.TakeBack{Words: words}); code != want {
			t.Errorf("without the sheet: %q, want %q", code, want)
		}
	}
	if s := must[desk.State](o, "app.state", nil); s.Phase != desk.PhaseHalted {
		t.Fatalf("without the sheet it is %s", s.Phase)
	}
	if s := must[desk.State](o, "move.takeBack", desk.TakeBack{Words: o.words}); s.Phase != desk.PhaseOpen {
		t.Errorf("with the sheet it is %s", s.Phase)
	}
}
