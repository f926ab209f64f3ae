package folder_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"quietline/backend/clinic"
	"quietline/backend/folder"
	"quietline/backend/vault"
)

// parts are the files that the clinics of these tests are made of.
var parts = []string{"blobs", "device.db", "journal.db", vault.FileName, "views-1.db"}

func write(t *testing.T, dir string, names ...string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("of "+name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// inside lists what lies in a folder, besides the hold on it.
func inside(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		if e.Name() != "in-use" {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	return names
}

func take(t *testing.T, dir string) *folder.Hold {
	t.Helper()
	hold, err := folder.Take(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = hold.Release() })
	return hold
}

func TestAClinicIsMadeWhole(t *testing.T) {
	dir := t.TempDir()
	hold := take(t, dir)
	err := hold.Make(func(made string) error {
		write(t, made, parts...)
		if found, err := vault.Exists(dir); found || err != nil {
			t.Errorf("while it is being made there is a clinic: %v, %v", found, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := inside(t, dir); !slices.Equal(got, parts) {
		t.Errorf("the folder holds %v", got)
	}
	err = hold.Make(func(string) error { t.Error("a second one is begun"); return nil })
	if !errors.Is(err, clinic.E(vault.CodeExists)) {
		t.Errorf("a second one: %v", err)
	}
}

func TestAMakingThatFailsLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	hold, failed := take(t, dir), errors.New("no more room")
	err := hold.Make(func(made string) error { write(t, made, parts...); return failed })
	if !errors.Is(err, failed) {
		t.Errorf("got %v", err)
	}
	if got := inside(t, dir); len(got) > 0 {
		t.Errorf("left: %v", got)
	}
	if err := hold.Make(func(made string) error { write(t, made, parts...); return nil }); err != nil {
		t.Errorf("again: %v", err)
	}
}

// TestStoppedWhileMaking looks at every state in which a folder is left by a
// program that is stopped: a clinic is there whole or not at all.
func TestStoppedWhileMaking(t *testing.T) {
	for n := range parts {
		t.Run("being filled", func(t *testing.T) {
			dir := t.TempDir()
			write(t, filepath.Join(dir, "making"), parts[:n]...)
			hold := take(t, dir)
			if got := inside(t, dir); len(got) > 0 {
				t.Errorf("left: %v", got)
			}
			if err := hold.Make(func(made string) error { write(t, made, parts...); return nil }); err != nil {
				t.Errorf("again: %v", err)
			}
		})
	}
	// Files are put in place one by one, in any order.
	for bits := range 1 << len(parts) {
		dir := t.TempDir()
		for i, name := range parts {
			to := filepath.Join(dir, "made")
			if bits>>i&1 == 1 {
				to = dir
			}
			write(t, to, name)
		}
		if err := os.MkdirAll(filepath.Join(dir, "made"), 0o700); err != nil {
			t.Fatal(err)
		}
		take(t, dir)
		if got := inside(t, dir); !slices.Equal(got, parts) {
			t.Fatalf("put in place: %v", got)
		}
		for _, name := range parts {
			if raw, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(raw) != "of "+name {
				t.Fatalf("%s is another: %v", name, err)
			}
		}
	}
}

func TestNothingIsPutOverAFile(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "made"), parts...)
	if err := os.WriteFile(filepath.Join(dir, "journal.db"), []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := folder.Take(dir); !errors.Is(err, clinic.E(vault.CodeExists)) {
		t.Errorf("got %v", err)
	}
	if raw, err := os.ReadFile(filepath.Join(dir, "journal.db")); err != nil || string(raw) != "precious" {
		t.Errorf("what was there is not as it was: %v", err)
	}
	if hold, err := folder.Take(dir); err == nil || errors.Is(err, clinic.E(folder.CodeInUse)) {
		t.Errorf("refused, and held all the same: %v %v", hold, err)
	}
}
