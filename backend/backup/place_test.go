package backup_test

import (
	"errors"
	"path"
	"path/filepath"
	"testing"

	"quietline/backend/backup"
	"quietline/backend/clinic"
)

// TestAChosenDiskGetsAFolderOfItsOwn: whoever chooses a disk with other things on it
// gets a folder there, and choosing it or the disk again finds the same.
func TestAChosenDiskGetsAFolderOfItsOwn(t *testing.T) {
	w := newWorld(t)
	w.disk.dirs["stick"] = true
	chosen := backup.Config{Dir: "stick", Files: w.disk}
	if at, err := backup.Find(chosen); !errors.Is(err, clinic.E(backup.CodeMissing)) || filepath.ToSlash(at.Dir) != "stick/"+backup.FolderName {
		t.Fatalf("before: %q, %v", at.Dir, err)
	}
	if names := w.disk.names("stick"); len(names) != 0 {
		t.Fatalf("looking has made %v", names)
	}
	made, err := backup.Settle(t.Context(), chosen, w.keys)
	w.ok(err)
	if got := filepath.ToSlash(made.Dir); got != "stick/"+backup.FolderName {
		t.Fatalf("it was made in %q", got)
	}
	for _, dir := range []string{"stick", made.Dir} {
		again, err := backup.Settle(t.Context(), backup.Config{Dir: dir, Files: w.disk}, w.keys)
		w.ok(err)
		if again.Dir != made.Dir {
			t.Errorf("choosing %q again gives %q", dir, again.Dir)
		}
	}
	w.day()
	_, err = backup.NewTarget(made).Run(t.Context(), w.source(), nil)
	w.ok(err)
}

// TestWhatIsThereIsNotBuiltOver: another clinic's backup, other things under the
// name of ours, and a disk that is not plugged in are told, and nothing is written.
func TestWhatIsThereIsNotBuiltOver(t *testing.T) {
	ours := newWorld(t)
	refuses := func(what, dir string, want clinic.Code) {
		t.Helper()
		before := len(ours.disk.names(""))
		if _, err := backup.Settle(t.Context(), backup.Config{Dir: dir, Files: ours.disk}, ours.keys); !errors.Is(err, clinic.E(want)) {
			t.Errorf("%s: %v, want %s", what, err, want)
		}
		if after := len(ours.disk.names("")); after != before {
			t.Errorf("%s: %d files have become %d", what, before, after)
		}
	}
	refuses("a disk that is away", "gone", backup.CodeUnreachable)

	ours.disk.dirs["theirs"] = true
	_, err := backup.Settle(t.Context(), backup.Config{Dir: "theirs", Files: ours.disk}, newWorld(t).keys)
	ours.ok(err)
	refuses("another clinic's", "theirs", backup.CodeForeign)

	ours.disk.dirs["full"] = true
	ours.disk.dirs[path.Join("full", backup.FolderName)] = true
	f, err := ours.disk.Create(path.Join("full", backup.FolderName, "letter.txt"))
	ours.ok(err)
	ours.ok(f.Close())
	refuses("other things under our name", "full", backup.CodeOccupied)
}

// TestNothingIsMadeWhereADiskWouldBe: the folder above must be there.
func TestNothingIsMadeWhereADiskWouldBe(t *testing.T) {
	w := newWorld(t)
	err := backup.Create(t.Context(), backup.Config{Dir: "away/backup", Files: w.disk}, w.keys)
	if !errors.Is(err, clinic.E(backup.CodeUnreachable)) || w.disk.dirs["away"] {
		t.Errorf("on a disk that is away: %v", err)
	}
}
