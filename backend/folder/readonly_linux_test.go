package folder_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"

	"quietline/backend/clinic"
	"quietline/backend/folder"
)

// TestAFolderThatMayOnlyBeRead tries to hold one, as a user without rights,
// whoever runs the test.
func TestAFolderThatMayOnlyBeRead(t *testing.T) {
	parent := t.TempDir()
	there := filepath.Join(parent, "there")
	if err := os.Mkdir(there, 0o555); err != nil {
		t.Fatal(err)
	}
	for dir := parent; dir != os.TempDir() && len(dir) > len(os.TempDir()); dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(parent, 0o555); err != nil {
		t.Fatal(err)
	}
	root := os.Geteuid() == 0
	if root {
		// The identity is the thread's, which ends with the goroutine.
		runtime.LockOSThread()
		const nobody = 65534
		if err := syscall.Setfsuid(nobody); err != nil {
			t.Skipf("cannot become another user: %v", err)
		}
	}
	_, holding := folder.Take(there)
	_, making := folder.Take(filepath.Join(parent, "missing"))
	if root {
		if err := syscall.Setfsuid(0); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(parent, 0o755); err != nil {
		t.Fatal(err)
	}
	for what, err := range map[string]error{"holding": holding, "making": making} {
		if !errors.Is(err, clinic.E(folder.CodeNoAccess)) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if entries, err := os.ReadDir(there); err != nil || len(entries) != 0 {
		t.Errorf("%d files were made: %v", len(entries), err)
	}
}
