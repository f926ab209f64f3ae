package desk_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"quietline/app/desk"
	"quietline/app/door"
	"quietline/backend/backup"
	"quietline/backend/clinic"
	"quietline/backend/settings"
)

// plugged makes the folder of a disk that is plugged in.
func plugged(t *testing.T, name string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), name)
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	return dir
}

// copied waits until each folder has a copy that is not older than from.
func (o *office) copied(from clinic.Instant) desk.Backups {
	o.t.Helper()
	var s desk.Backups
	o.until("every folder has a copy", func() bool {
		s = must[desk.Backups](o, "backup.status", nil)
		for _, f := range s.Folders {
			if f.Newest < from || f.Newest.IsZero() {
				return false
			}
		}
		return s.Stage == "none"
	})
	return s
}

// TestAFirstBackup: whoever chooses a disk has a copy at once, and another every hour
// as long as people work.
func TestAFirstBackup(t *testing.T) {
	dir := t.TempDir()
	o := found(t, dir)
	if s := must[desk.Backups](o, "backup.status", nil); len(s.Folders) != 0 || !s.Room || s.Late {
		t.Fatalf("a new clinic: %+v", s)
	}
	disk := plugged(t, "disk")
	// What was kept before a change of format goes with the first good copy.
	former := filepath.Join(dir, "clinic", "before-format-1")
	if err := os.Mkdir(former, 0o700); err != nil {
		t.Fatal(err)
	}
	write([]byte("of somebody else"))(t, filepath.Join(disk, "letter.txt"))
	at := filepath.Join(disk, backup.FolderName)
	must[desk.Drills](o, "drill.stop", nil) // it would make copies of its own
	if s := must[desk.Backups](o, "backup.add", desk.BackupFolder{Folder: disk}); len(s.Folders) != 1 || s.Folders[0].Folder != at {
		t.Fatalf("after choosing: %+v", s)
	}
	if s := o.copied(0); s.Late || s.Folders[0].Late || s.Folders[0].Problem != nil || s.Problem != nil {
		t.Errorf("after the first copy: %+v", s)
	}
	list := func() []desk.BackupCopy {
		return must[desk.BackupCopies](o, "backup.copies", desk.BackupFolder{Folder: at}).Items
	}
	o.until("what was kept before a change of format is gone", func() bool {
		_, err := os.Stat(former)
		return os.IsNotExist(err)
	})
	first := list()
	if len(first) != 1 || first[0].Bytes == 0 || first[0].Made.IsZero() {
		t.Fatalf("the first copy: %+v", first)
	}
	// What other programs leave in folders keeps neither the clinic nor the copy from
	// being read, and is in no copy.
	for _, name := range []string{o.dir + "/clinic/blobs/.DS_Store", o.dir + "/clinic/blobs/a/Thumbs.db", at + "/.DS_Store", at + "/blobs/a/desktop.ini"} {
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		write([]byte("of another program"))(t, filepath.FromSlash(name))
	}
	o.clock.Advance(backup.Every)
	due := o.clock.Now()
	o.copied(due)
	if all := list(); len(all) != 2 || all[0].Number != 2 || all[0].Made.Sub(due) > 15*time.Minute {
		t.Errorf("an hour later: %+v", all)
	}
	must[desk.Backups](o, "backup.run", nil)
	o.until("the copy that was asked for is there", func() bool { return len(list()) == 3 })
	o.copied(0) // and tidied up
	search(t, at, secrets, "in the backup")
	if _, code := call[desk.BackupCopies](o, "backup.copies", desk.BackupFolder{Folder: disk}); code != clinic.CodeNotFound {
		t.Errorf("a folder that was not chosen: %q", code)
	}

	must[door.None](o, "session.confirm", desk.Confirm{Passphrase: passphrase})
	if s := must[desk.Backups](o, "backup.remove", desk.BackupFolder{Folder: at}); len(s.Folders) != 0 {
		t.Errorf("after giving it up: %+v", s)
	}
	must[desk.Backups](o, "backup.add", desk.BackupFolder{Folder: at})
	if all := list(); len(all) < 3 {
		t.Errorf("what lay there is gone: %+v", all)
	}
}

// TestADiskThatIsAway: one of two disks lies elsewhere. It is said and no alarm, the
// other is copied into, and the clinic goes on after it was locked.
func TestADiskThatIsAway(t *testing.T) {
	o := found(t, t.TempDir())
	here, there := plugged(t, "here"), plugged(t, "there")
	for _, disk := range []string{here, there} {
		must[desk.Backups](o, "backup.add", desk.BackupFolder{Folder: disk})
	}
	if s := o.copied(0); s.Room {
		t.Errorf("there is room for a third: %+v", s)
	}
	if _, code := call[desk.Backups](o, "backup.add", desk.BackupFolder{Folder: plugged(t, "third")}); code != settings.CodeBackups {
		t.Errorf("a third: %q", code)
	}
	if err := os.Rename(there, there+" away"); err != nil {
		t.Fatal(err)
	}
	me := must[desk.State](o, "app.state", nil).Me.ID
	must[door.None](o, "session.lock", nil)
	o.clock.Advance(30 * time.Hour)
	must[desk.State](o, "session.signIn", desk.SignIn{Member: me, Passphrase: passphrase})
	began := o.clock.Now()
	var s desk.Backups
	o.until("one is copied into and the other is missed", func() bool {
		s = must[desk.Backups](o, "backup.status", nil)
		return s.Folders[0].Newest >= began && s.Folders[1].Problem != nil
	})
	if s.Folders[1].Problem.Code != backup.CodeUnreachable || s.Folders[1].Late || s.Folders[1].Newest.IsZero() || s.Late {
		t.Errorf("a disk that is away for a day: %+v", s)
	}
	if err := os.Rename(there+" away", there); err != nil {
		t.Fatal(err)
	}
	if s := o.copied(began); s.Folders[1].Problem != nil {
		t.Errorf("it is back: %+v", s)
	}
}

// TestTheAlarm: a clinic has two days to make its first backup, and every further one.
func TestTheAlarm(t *testing.T) {
	o := found(t, t.TempDir())
	late := func() bool { return must[desk.Backups](o, "backup.status", nil).Late }
	o.clock.Advance(backup.LateAfter - time.Hour)
	if late() {
		t.Error("an alarm before two days")
	}
	o.clock.Advance(2 * time.Hour)
	if !late() {
		t.Error("no alarm without any backup after two days")
	}
	disk := plugged(t, "disk")
	must[door.None](o, "session.confirm", desk.Confirm{Passphrase: passphrase})
	must[desk.Backups](o, "backup.add", desk.BackupFolder{Folder: disk})
	if s := o.copied(0); s.Late {
		t.Errorf("an alarm beside a new copy: %+v", s)
	}
	if err := os.RemoveAll(disk); err != nil {
		t.Fatal(err)
	}
	o.clock.Advance(backup.LateAfter + time.Hour)
	if !late() {
		t.Error("no alarm for an old copy")
	}
}

// TestWhatIsNoPlaceForABackup is refused with the reason, and recorded nowhere.
func TestWhatIsNoPlaceForABackup(t *testing.T) {
	dir := t.TempDir()
	o := found(t, dir)
	taken := plugged(t, "taken")
	if err := os.Mkdir(filepath.Join(taken, backup.FolderName), 0o700); err != nil {
		t.Fatal(err)
	}
	write([]byte("of somebody else"))(t, filepath.Join(taken, backup.FolderName, "letter.txt"))
	theirs := plugged(t, "theirs")
	other := found(t, t.TempDir())
	must[desk.Backups](other, "backup.add", desk.BackupFolder{Folder: theirs})
	for what, c := range map[string]struct {
		folder string
		want   clinic.Code
	}{
		"not plugged in":      {filepath.Join(dir, "nothing"), backup.CodeUnreachable},
		"no whole path":       {"backup", backup.CodeUnreachable},
		"nothing":             {"", backup.CodeUnreachable},
		"the clinic's own":    {filepath.Join(dir, "clinic"), backup.CodeOccupied},
		"within the clinic's": {filepath.Join(dir, "clinic", "blobs"), backup.CodeOccupied},
		"something else":      {taken, backup.CodeOccupied},
		"another clinic's":    {theirs, backup.CodeForeign},
	} {
		if err := os.MkdirAll(filepath.Join(dir, "clinic", "blobs"), 0o700); err != nil {
			t.Fatal(err)
		}
		if _, code := call[desk.Backups](o, "backup.add", desk.BackupFolder{Folder: c.folder}); code != c.want {
			t.Errorf("%s: %q, want %q", what, code, c.want)
		}
	}
	if s := must[desk.Backups](o, "backup.status", nil); len(s.Folders) != 0 {
		t.Errorf("recorded: %+v", s)
	}
}
