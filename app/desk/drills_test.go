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
)

// backedUp is a clinic with one backup, which is new.
func backedUp(t *testing.T) (o *office, at string) {
	t.Helper()
	o = found(t, t.TempDir())
	disk := plugged(t, "disk")
	must[desk.Backups](o, "backup.add", desk.BackupFolder{Folder: disk})
	o.copied(0)
	return o, filepath.Join(disk, backup.FolderName)
}

// drilled lets time pass until there are so many drills on record.
func (o *office) drilled(n int) (d desk.Drills) {
	o.t.Helper()
	o.until("a backup was tried", func() bool {
		d = must[desk.Drills](o, "drill.status", nil)
		return len(d.Items) >= n && d.Stage == "none"
	})
	return d
}

// TestABackupIsTriedWhenAskedFor: what came back is held against the clinic, filed, and
// so is who has read it.
func TestABackupIsTriedWhenAskedFor(t *testing.T) {
	o, at := backedUp(t)
	if d := must[desk.Drills](o, "drill.status", nil); len(d.Items) != 0 || d.Days != 90 || d.Overdue || d.Stage != "none" {
		t.Fatalf("before: %+v", d)
	}
	if _, code := call[desk.Drills](o, "drill.run", desk.BackupFolder{Folder: "/elsewhere"}); code != clinic.CodeNotFound {
		t.Errorf("a folder that was not chosen: %q", code)
	}
	if d := must[desk.Drills](o, "drill.run", desk.BackupFolder{Folder: at}); d.Folder != at {
		t.Errorf("it was asked for: %+v", d)
	}
	d := o.drilled(1)
	one := d.Items[0]
	if one.Outcome != "good" || one.Folder != at || one.Events == 0 || one.Copy != 2 || len(one.Content) != 64 ||
		one.Problem != nil || one.By == "" || len(one.Seen) != 0 || one.Began > one.Ended || d.Problem != nil || d.Folder != "" {
		t.Errorf("it came to %+v", d)
	}
	if d.Next.Sub(one.Ended) != 90*24*time.Hour {
		t.Errorf("the next one is due after %v", d.Next.Sub(one.Ended))
	}
	for range 2 {
		d = must[desk.Drills](o, "drill.saw", desk.DrillRef{Began: one.Began})
	}
	if seen := d.Items[0].Seen; len(seen) != 1 || seen[0].Name != one.By || seen[0].At == 0 {
		t.Errorf("who has read it: %+v", seen)
	}
	if _, code := call[desk.Drills](o, "drill.saw", desk.DrillRef{Began: 1}); code != clinic.CodeNotFound {
		t.Errorf("a drill that was not: %q", code)
	}
	if _, code := call[desk.Drills](o, "drill.saveDays", desk.DrillDays{Days: 1}); code != clinic.CodeBadInput {
		t.Errorf("every day: %q", code)
	}
	if d = must[desk.Drills](o, "drill.saveDays", desk.DrillDays{Days: 30}); d.Days != 30 || d.Next.Sub(one.Ended) != 30*24*time.Hour {
		t.Errorf("every thirty days: %+v", d)
	}
}

// TestADrillComesByItself, is not made where somebody has stopped it, goes on after a
// lock, and is missed where there is no disk to try.
func TestADrillComesByItself(t *testing.T) {
	o, at := backedUp(t)
	must[desk.Drills](o, "drill.stop", nil)
	o.aWhile()
	if d := must[desk.Drills](o, "drill.status", nil); len(d.Items) != 0 {
		t.Errorf("although it was stopped: %+v", d)
	}
	o.clock.Advance(24 * time.Hour)
	first := o.drilled(1).Items[0]
	if first.By != "" || first.Outcome != "good" {
		t.Errorf("by itself: %+v", first)
	}

	// Asked for, and locked at once: the next session makes it.
	must[desk.Drills](o, "drill.run", desk.BackupFolder{Folder: at})
	must[door.None](o, "session.lock", nil)
	o.signIn()
	if second := o.drilled(2).Items[0]; second.By == "" || second.Outcome != "good" {
		t.Errorf("after a lock: %+v", second)
	}

	if err := os.Rename(filepath.Dir(at), filepath.Dir(at)+" away"); err != nil {
		t.Fatal(err)
	}
	must[desk.Drills](o, "drill.run", desk.BackupFolder{Folder: at})
	o.until("it cannot be made", func() bool { return must[desk.Drills](o, "drill.status", nil).Problem != nil })
	if d := must[desk.Drills](o, "drill.status", nil); d.Problem.Code != backup.CodeUnreachable || len(d.Items) != 2 || d.Overdue {
		t.Errorf("where the disk is away: %+v", d)
	}
	o.clock.Advance(98 * 24 * time.Hour)
	if d := must[desk.Drills](o, "drill.status", nil); !d.Overdue {
		t.Errorf("nobody is told that none was made for months: %+v", d)
	}
}

// rot changes a bit in each stretch of the log that a backup holds.
func rot(t *testing.T, at string) {
	t.Helper()
	segments, err := filepath.Glob(filepath.Join(at, "records", "*"))
	if err != nil || len(segments) == 0 {
		t.Fatal(err)
	}
	for _, path := range segments {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		raw[len(raw)/2] ^= 1
		write(raw)(t, path)
	}
}

// TestADrillFindsWhatCannotComeBack: it is filed, said, and tried again the next day.
func TestADrillFindsWhatCannotComeBack(t *testing.T) {
	o, at := backedUp(t)
	rot(t, at)
	must[desk.Drills](o, "drill.run", desk.BackupFolder{Folder: at})
	d := o.drilled(1)
	if one := d.Items[0]; one.Outcome != "damaged" || one.Problem == nil || one.Problem.Code != backup.CodeDamaged {
		t.Errorf("it came to %+v", one)
	}
	if d.Next.Sub(d.Items[0].Ended) != 24*time.Hour {
		t.Errorf("it is tried again after %v", d.Next.Sub(d.Items[0].Ended))
	}
}

// TestAGoodBackupHidesNoBadOne: of two folders one is damaged. That one is tried again the
// next day, and is overdue in the end, however good the other is.
func TestAGoodBackupHidesNoBadOne(t *testing.T) {
	o, bad := backedUp(t)
	disk := plugged(t, "other")
	must[door.None](o, "session.confirm", desk.Confirm{Passphrase: passphrase})
	must[desk.Backups](o, "backup.add", desk.BackupFolder{Folder: disk})
	o.copied(0)
	good := filepath.Join(disk, backup.FolderName)
	rot(t, bad)
	must[desk.Drills](o, "drill.run", desk.BackupFolder{Folder: bad})
	if one := o.drilled(1).Items[0]; one.Outcome != "damaged" || one.Folder != bad {
		t.Fatalf("the damaged one: %+v", one)
	}
	must[desk.Drills](o, "drill.run", desk.BackupFolder{Folder: good})
	d := o.drilled(2)
	if d.Items[0].Outcome != "good" || d.Items[0].Folder != good {
		t.Fatalf("the good one: %+v", d.Items[0])
	}
	if d.Next.Sub(d.Items[1].Ended) != 24*time.Hour {
		t.Errorf("the next is due %v after the damaged one", d.Next.Sub(d.Items[1].Ended))
	}
	o.clock.Advance(8 * 24 * time.Hour)
	if d := must[desk.Drills](o, "drill.status", nil); !d.Overdue {
		t.Errorf("a week later the good one hides the other: %+v", d)
	}
}
