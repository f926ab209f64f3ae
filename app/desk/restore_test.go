package desk_test

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"quietline/app/desk"
	"quietline/app/door"
	"quietline/backend/backup"
	"quietline/backend/clinic"
	"quietline/backend/vault"
)

// stolen is an empty computer beside the backup of a clinic whose computer is gone.
func stolen(t *testing.T, edit ...func(*desk.Config)) (back *office, disk string) {
	t.Helper()
	o := found(t, t.TempDir())
	disk = plugged(t, "disk")
	must[desk.Drills](o, "drill.stop", nil) // it would make copies of its own
	must[desk.Backups](o, "backup.add", desk.BackupFolder{Folder: disk})
	o.copied(0)
	o.clock.Advance(backup.Every)
	o.copied(o.clock.Now())
	if err := o.desk.Close(); err != nil {
		t.Fatal(err)
	}
	back = openOffice(t, t.TempDir(), o.clock, edit...)
	back.words = o.words
	return back, disk
}

// TestTheSheetBringsAClinicBack: a disk and the sheet are all that is left. The clinic
// opens with the sheet and asks before it goes on; this computer has no backups of its
// own until somebody chooses where.
func TestTheSheetBringsAClinicBack(t *testing.T) {
	o, disk := stolen(t)
	copies := must[desk.BackupCopies](o, "restore.open", desk.OpenBackup{Folder: disk, Words: o.words})
	if len(copies.Items) != 2 || copies.Items[0].Number != 2 || copies.Unreadable != 0 {
		t.Fatalf("copies: %+v", copies)
	}
	if s := must[desk.State](o, "app.state", nil); s.Phase != desk.PhaseEmpty {
		t.Fatalf("looking at a backup leaves %s", s.Phase)
	}
	run := desk.RestoreClinic{Folder: disk, Words: o.words, Number: 1}
	if done := must[desk.RestoredClinic](o, "restore.run", run); done.Made != copies.Items[1].Made || done.Lost != 0 {
		t.Errorf("restored: %+v", done)
	}
	if at := must[desk.Restoring](o, "restore.progress", nil); at.Stage != "none" {
		t.Errorf("it is over and at %+v", at)
	}
	if s := must[desk.State](o, "app.state", nil); s.Phase != desk.PhaseLocked || !s.NeedsRecovery {
		t.Fatalf("a restored clinic is %+v", s)
	}
	if _, code := call[desk.RestoredClinic](o, "restore.run", run); code != vault.CodeExists {
		t.Errorf("over the clinic that is there: %q", code)
	}
	who := must[desk.OpenedSheet](o, "recovery.open", desk.OpenSheet{Words: o.words}).Members[0].ID
	s := must[desk.State](o, "recovery.bind", desk.BindDevice{Words: o.words, Member: who, Passphrase: "nine brown owls at noon"})
	if s.Phase != desk.PhaseHalted || s.Finding == nil || !s.Finding.CanGoOn {
		t.Fatalf("it opens without asking: %+v", s)
	}
	if s := must[desk.State](o, "health.goOn", desk.GoOn{}); s.Phase != desk.PhaseOpen {
		t.Fatalf("after going on: %+v", s)
	}
	inbox := must[desk.InboxPage](o, "inbox.list", desk.InboxQuery{View: desk.ViewAll, Limit: 10})
	if len(inbox.Items) != 1 || inbox.Items[0].Patient.Name != "Marisol Vega" {
		t.Errorf("inbox: %+v", inbox)
	}
	if s := must[desk.Backups](o, "backup.status", nil); len(s.Folders) != 0 {
		t.Errorf("this computer copies where the lost one did: %+v", s)
	}
	must[desk.Backups](o, "backup.add", desk.BackupFolder{Folder: disk})
	o.copied(0)
}

// TestWhatIsWrongWithAWordIsSaid: which kind of mistake it is, before anything is made.
func TestWhatIsWrongWithAWordIsSaid(t *testing.T) {
	o, disk := stolen(t)
	words := strings.Fields(o.words)
	with := func(at int, word string) string {
		changed := append([]string(nil), words...)
		changed[at] = word
		return strings.Join(changed, " ")
	}
	swapped := append([]string(nil), words...)
	for i := 1; swapped[0] == words[0]; i++ {
		swapped[0], swapped[i] = swapped[i], swapped[0]
	}
	other := vault.NewRecovery()
	defer other.Wipe()
	for what, c := range map[string]struct {
		folder, words string
		want          clinic.Code
	}{
		"a word is missing":        {disk, strings.Join(words[1:], " "), vault.CodeWordsIncomplete},
		"a word is no word":        {disk, with(3, "quilttt"), vault.CodeWordUnknown},
		"two have changed places":  {disk, strings.Join(swapped, " "), vault.CodeWordsMistyped},
		"a sheet of another":       {disk, strings.Join(other.Words(), " "), vault.CodeWrongWords},
		"a folder without any":     {t.TempDir(), o.words, backup.CodeMissing},
		"a disk that is not there": {filepath.Join(disk, "nothing"), o.words, backup.CodeUnreachable},
	} {
		if _, code := call[desk.BackupCopies](o, "restore.open", desk.OpenBackup{Folder: c.folder, Words: c.words}); code != c.want {
			t.Errorf("%s: %q, want %q", what, code, c.want)
		}
		if _, code := call[desk.RestoredClinic](o, "restore.run", desk.RestoreClinic{Folder: c.folder, Words: c.words, Number: 1}); code != c.want {
			t.Errorf("%s, restoring: %q, want %q", what, code, c.want)
		}
	}
	if _, code := call[desk.RestoredClinic](o, "restore.run", desk.RestoreClinic{Folder: disk, Words: o.words, Number: 9}); code != backup.CodeNoGeneration {
		t.Errorf("a copy that there is not: %q", code)
	}
	if s := must[desk.State](o, "app.state", nil); s.Phase != desk.PhaseEmpty {
		t.Errorf("after all that it is %s", s.Phase)
	}
}

// stopping is a clock that does something once when it is read, as a restore does each
// time it tells how far it has come.
type stopping struct {
	clinic.Clock
	mu    sync.Mutex
	armed func()
}

func (s *stopping) arm(do func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.armed = do
}

func (s *stopping) Elapsed() time.Duration {
	s.mu.Lock()
	do := s.armed
	s.armed = nil
	s.mu.Unlock()
	if do != nil {
		do()
	}
	return s.Clock.Elapsed()
}

// TestARestoreThatIsStoppedGoesOn: stopped by a person, there is no clinic and what
// came back is kept; the next try brings the rest.
func TestARestoreThatIsStoppedGoesOn(t *testing.T) {
	clock := &stopping{}
	o, disk := stolen(t, func(cfg *desk.Config) {
		clock.Clock = cfg.Clock
		cfg.Clock = clock
	})
	clock.arm(func() { must[door.None](o, "restore.stop", nil) })
	run := desk.RestoreClinic{Folder: disk, Words: o.words, Number: 2}
	if _, code := call[desk.RestoredClinic](o, "restore.run", run); code != clinic.CodeCancelled {
		t.Fatalf("stopped: %q", code)
	}
	if s := must[desk.State](o, "app.state", nil); s.Phase != desk.PhaseEmpty {
		t.Fatalf("stopped, it is %s", s.Phase)
	}
	if kept, err := os.ReadDir(filepath.Join(o.dir, "clinic", "restoring")); err != nil || len(kept) == 0 {
		t.Errorf("nothing is kept of it: %v", err)
	}
	must[desk.RestoredClinic](o, "restore.run", run)
	if s := must[desk.State](o, "app.state", nil); s.Phase != desk.PhaseLocked {
		t.Errorf("in the end it is %s", s.Phase)
	}
}
