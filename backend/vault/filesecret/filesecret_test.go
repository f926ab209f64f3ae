package filesecret_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"quietline/backend/clinic"
	"quietline/backend/vault"
	"quietline/backend/vault/filesecret"
)

func TestSecretsStay(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "device.json")
	if _, err := filesecret.At(path).Get(t.Context(), "a"); !errors.Is(err, clinic.E(vault.CodeKeyringAbsent)) {
		t.Errorf("before the first: %v", err)
	}
	if err := filesecret.At(path).Delete(t.Context(), "a"); err != nil {
		t.Errorf("deleting nothing: %v", err)
	}
	for name, secret := range map[string]string{"a": "one", "b": "two"} {
		if err := filesecret.At(path).Set(t.Context(), name, []byte(secret)); err != nil {
			t.Fatal(err)
		}
	}
	again := filesecret.At(path)
	if got, err := again.Get(t.Context(), "a"); err != nil || string(got) != "one" {
		t.Errorf("got %q, %v", got, err)
	}
	if err := again.Delete(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	if _, err := again.Get(t.Context(), "a"); !errors.Is(err, clinic.E(vault.CodeKeyringAbsent)) {
		t.Errorf("after it was deleted: %v", err)
	}
	if got, err := again.Get(t.Context(), "b"); err != nil || string(got) != "two" {
		t.Errorf("got %q, %v", got, err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("%d files, %v", len(entries), err)
	}
	if info, err := os.Stat(path); runtime.GOOS != "windows" && (err != nil || info.Mode().Perm() != 0o600) {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

func TestAFileThatIsNotOursIsKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "device.json")
	for _, text := range []string{"", "null", "[]", "{", `{"a":1}`} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		s := filesecret.At(path)
		_, err := s.Get(t.Context(), "a")
		for _, err := range []error{err, s.Set(t.Context(), "a", []byte{1}), s.Delete(t.Context(), "a")} {
			if !errors.Is(err, clinic.E(vault.CodeKeyringUnavailable)) {
				t.Errorf("%q: %v", text, err)
			}
		}
		if raw, err := os.ReadFile(path); err != nil || string(raw) != text {
			t.Errorf("%q was replaced", text)
		}
	}
}

func TestErrorsNameNoFolder(t *testing.T) {
	s := filesecret.At(filepath.Join(t.TempDir(), "dr-lindqvist", "device.json"))
	err := s.Set(t.Context(), "a", []byte{1})
	if !errors.Is(err, clinic.E(vault.CodeKeyringUnavailable)) || strings.Contains(err.Error(), "lindqvist") {
		t.Errorf("got %v", err)
	}
}
