package sqlite_test

import (
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"

	"quietline/backend/sqlite"
)

// TestAFileThatMayOnlyBeRead looks at the file as a user without rights to it,
// whoever runs the test.
func TestAFileThatMayOnlyBeRead(t *testing.T) {
	path := newPath(t)
	mustClose(t, mustCreate(t, path, plainOptions()))
	if err := os.Chmod(path, 0o444); err != nil {
		t.Fatal(err)
	}
	for dir := filepath.Dir(path); dir != os.TempDir() && len(dir) > len(os.TempDir()); dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	before := readFile(t, path)
	if os.Geteuid() == 0 {
		// The identity is the thread's, which ends with the goroutine.
		runtime.LockOSThread()
		const nobody = 65534
		if err := syscall.Setfsuid(nobody); err != nil {
			t.Skipf("cannot become another user: %v", err)
		}
		defer syscall.Setfsuid(0)
	}
	if _, err := sqlite.Open(t.Context(), path, key(1), plainOptions()); !isCode(err, sqlite.CodeReadOnly) {
		t.Errorf("opening: %v", err)
	}
	if _, err := sqlite.Create(t.Context(), path+"2", key(1), plainOptions()); os.Geteuid() == 0 && !isCode(err, sqlite.CodeReadOnly) {
		t.Errorf("creating in a folder that may only be read: %v", err)
	}
	if string(readFile(t, path)) != string(before) || len(fileNames(t, path)) != 1 {
		t.Errorf("something changed: %q", fileNames(t, path))
	}
}
