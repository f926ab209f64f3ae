package sqlite_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"

	"quietline/backend/sqlite"
)

// asAnotherUser makes what this goroutine does from now on be done as a user
// without rights, whoever runs the test, and opens the way to path for it.
func asAnotherUser(t *testing.T, path string) {
	t.Helper()
	for dir := filepath.Dir(path); dir != os.TempDir() && len(dir) > len(os.TempDir()); dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(filepath.Dir(path), 0o555); err != nil {
		t.Fatal(err)
	}
	if os.Geteuid() != 0 {
		return
	}
	// The identity is the thread's, which ends with the goroutine.
	runtime.LockOSThread()
	const nobody = 65534
	if err := syscall.Setfsuid(nobody); err != nil {
		t.Skipf("cannot become another user: %v", err)
	}
}

// asOneself undoes asAnotherUser, and gives the rights to path back.
func asOneself(t *testing.T, path string) {
	t.Helper()
	if os.Geteuid() == 0 {
		if err := syscall.Setfsuid(0); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(os.Chmod(filepath.Dir(path), 0o755), os.Chmod(path, 0o600)); err != nil {
		t.Fatal(err)
	}
}

// TestWhatMayOnlyBeRead: of a file or its folder that may only be read, the one
// as the other, the caller is told so, and nothing changes.
func TestWhatMayOnlyBeRead(t *testing.T) {
	for name, mode := range map[string]os.FileMode{"file": 0o444, "folder": 0o666} {
		t.Run(name, func(t *testing.T) {
			path := newPath(t)
			mustClose(t, mustCreate(t, path, plainOptions()))
			if err := os.Chmod(path, mode); err != nil {
				t.Fatal(err)
			}
			before := readFile(t, path)
			asAnotherUser(t, path)
			_, opening := sqlite.Open(t.Context(), path, key(1), plainOptions())
			_, making := sqlite.Create(t.Context(), path+"2", key(1), plainOptions())
			asOneself(t, path)
			if !isCode(opening, sqlite.CodeReadOnly) {
				t.Errorf("opening: %v", opening)
			}
			if !isCode(making, sqlite.CodeReadOnly) {
				t.Errorf("creating: %v", making)
			}
			if string(readFile(t, path)) != string(before) || len(fileNames(t, path)) != 1 {
				t.Errorf("something changed: %q", fileNames(t, path))
			}
			db := mustOpen(t, path, plainOptions())
			mustHold(t, db, 0, 0)
		})
	}
}
