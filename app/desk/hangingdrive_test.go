package desk_test

import (
	"os"
	"testing"

	"quietline/app/desk"
	"quietline/app/door"
	"quietline/backend/archive/blob"
	"quietline/backend/clinic"
)

// hanging is a drive whose reads of more than a page do not come back until it is let go.
type hanging struct {
	blob.Files
	reads, let chan struct{}
}

func (h hanging) Open(path string) (blob.ReadFile, error) {
	f, err := h.Files.Open(path)
	return hangingFile{f, h}, err
}

type hangingFile struct {
	blob.ReadFile
	drive hanging
}

func (f hangingFile) ReadAt(p []byte, at int64) (int, error) {
	if len(p) <= 4096 {
		return f.ReadFile.ReadAt(p, at)
	}
	select {
	case f.drive.reads <- struct{}{}:
	case <-f.drive.let:
	}
	<-f.drive.let
	return f.ReadFile.ReadAt(p, at)
}

// TestADriveThatHangsHoldsNobodyUp: neither the lock nor the next sign-in waits for a
// read of damaged records that does not come back, and nothing of the copies is left
// in the end.
func TestADriveThatHangsHoldsNobodyUp(t *testing.T) {
	o, dir, whole := wrecked(t)
	o.leave(dir)
	drive := hanging{blob.MachineFiles(), make(chan struct{}), make(chan struct{})}
	o = openOffice(t, dir, o.clock, func(c *desk.Config) { c.Drive = drive })
	if s := o.signIn(); s.Phase != desk.PhaseHalted {
		t.Fatalf("found %s", s.Phase)
	}
	out := t.TempDir()
	saved := make(chan clinic.Code)
	go func() {
		_, code := call[desk.Exported](o, "health.export", desk.Export{Folder: out})
		saved <- code
	}()
	<-drive.reads
	must[door.None](o, "session.lock", nil)
	o.put(dir, whole, "journal.db", "views-")
	if s := o.signIn(); s.Phase != desk.PhaseOpen {
		t.Fatalf("the next sign-in: %+v", s.Finding)
	}
	close(drive.let)
	if code := <-saved; code != clinic.CodeLocked {
		t.Errorf("the saving ended with %q", code)
	}
	if left, err := os.ReadDir(out); err != nil || len(left) != 0 {
		t.Errorf("%d files are left: %v", len(left), err)
	}
	must[desk.Health](o, "health.status", nil)
}
