package sqlite

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"quietline/backend/clinic"
)

// openNow is how many files of databases are open in the process.
func openNow() int {
	all := files.byNumber.Load()
	if all == nil {
		return 0
	}
	return len(slices.DeleteFunc(slices.Clone(*all), func(f *file) bool { return f == nil }))
}

// TestAnOpeningThatFailsLeavesNothingOpen: a handle that stays keeps memory, and on
// some systems keeps the file from being removed.
func TestAnOpeningThatFailsLeavesNothingOpen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	o := Options{Migrations: countSchema}
	db, err := Create(t.Context(), path, Key{1}, o)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(db.Write(t.Context(), insertPages(3)), db.Close()); err != nil {
		t.Fatal(err)
	}
	raw := read(t, path)
	raw[100] ^= 1
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	before := openNow()
	for range 3 {
		if _, err := Open(t.Context(), path, Key{1}, o); !errors.Is(err, clinic.E(CodeDamaged)) {
			t.Fatalf("a first page that does not verify: %v", err)
		}
	}
	if after := openNow(); after != before {
		t.Errorf("%d files stay open", after-before)
	}
}
