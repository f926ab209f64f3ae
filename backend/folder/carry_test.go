package folder_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"quietline/backend/clinic"
	"quietline/backend/folder"
	"quietline/backend/parcel"
)

// TestWhatLiesInTheClinicsFolderIsNotOutside, whatever leads there.
func TestWhatLiesInTheClinicsFolderIsNotOutside(t *testing.T) {
	p := place{t.TempDir()}
	h, err := folder.Take(p.dir())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = h.Release() }()
	deep, elsewhere := filepath.Join(p.dir(), "blobs", "a"), t.TempDir()
	if err := os.MkdirAll(deep, 0o700); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(elsewhere, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	refused := map[string]string{
		"itself": p.dir(), "within": deep, "a file": file, "nothing": filepath.Join(elsewhere, "none"), "no whole path": "somewhere",
	}
	for name, to := range map[string]string{"a link to it": p.dir(), "a link into it": deep} {
		link := filepath.Join(elsewhere, name)
		if err := os.Symlink(to, link); err != nil {
			t.Logf("this machine makes no links: %v", err)
			continue
		}
		refused[name] = link
	}
	for name, dir := range refused {
		if err := h.Outside(dir); !errors.Is(err, clinic.E(parcel.CodeNotWritten)) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, dir := range map[string]string{"beside it": p.root, "elsewhere": elsewhere} {
		if err := h.Outside(dir); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
