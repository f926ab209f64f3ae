package backup_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quietline/backend/archive/blob"
	"quietline/backend/backup"
	"quietline/backend/journal"
	"quietline/backend/vault"
)

// A repository that was once written must open for ever: a new version of the
// format adds a folder beside v1 and leaves v1 as it is.
var update = flag.Bool("update", false, "write testdata/v1 anew")

const golden = "testdata/v1"

// facts is what the golden repository must give.
type facts struct {
	Words string
	// Generations are the sums of what each brings back, the newest first.
	Generations []string
}

func TestGoldenRepository(t *testing.T) {
	if *update {
		writeGolden(t)
	}
	raw, err := os.ReadFile(filepath.Join(golden, "facts.json"))
	if err != nil {
		t.Fatal(err)
	}
	var want facts
	if err := json.Unmarshal(raw, &want); err != nil {
		t.Fatal(err)
	}
	sheet, err := vault.ParseRecovery(want.Words)
	if err != nil {
		t.Fatal(err)
	}
	r, err := backup.Open(t.Context(), backup.Config{Dir: filepath.Join(golden, "repository")}, backup.BySheet(sheet))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	report, err := r.Verify(t.Context(), nil)
	if err != nil || len(report.Problems) > 0 {
		t.Fatalf("it is not whole: %v, %v", report.Problems, err)
	}
	if got := sums(t, r); len(got) < 2 || !slices.Equal(got, want.Generations) {
		t.Errorf("it gives %v, written was %v", got, want.Generations)
	}
}

// sums are those of all that each generation brings back.
func sums(t *testing.T, r *backup.Repository) (all []string) {
	t.Helper()
	found, broken, err := r.Generations(context.Background())
	if err != nil || len(broken) > 0 {
		t.Fatalf("generations: %v, %v", broken, err)
	}
	for _, g := range found {
		into := &memory{files: map[blob.Name][]byte{}}
		done, err := r.Restore(context.Background(), g.Name, journal.Pos{}, into, nil)
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.New()
		fmt.Fprintf(sum, "%d %d %v %d %d\n", g.Number, g.Made, done.Head, g.Attachments, g.Bytes)
		fmt.Fprintf(sum, "%d %x %d\n", into.bag.Number, into.bag.Vault, into.bag.Destructions)
		for _, k := range into.bag.Keys {
			fmt.Fprintf(sum, "%x %v %d %x %d\n", k.ID, k.Slot, k.Epoch, k.Sealed, k.DestroyedAt)
		}
		for _, e := range into.events {
			fmt.Fprintf(sum, "%v %x %x %x %x %v\n", e.Pos, e.ID, e.Exclusive, e.Header, e.Body, e.Seal)
		}
		for _, name := range slices.SortedFunc(maps.Keys(into.files), func(a, b blob.Name) int { return bytes.Compare(a[:], b[:]) }) {
			fmt.Fprintf(sum, "%v %x\n", name, into.files[name])
		}
		all = append(all, hex.EncodeToString(sum.Sum(nil)))
	}
	return all
}

func writeGolden(t *testing.T) {
	t.Helper()
	w := newWorld(t)
	w.record(3)
	w.picture(300)
	gone := w.slot()
	w.slot()
	w.mustRun()
	w.destroy(gone)
	_, err := w.vault.NewEpoch(t.Context(), w.keys)
	w.ok(err)
	w.next = 2
	w.day()
	w.mustRun()
	if err := os.RemoveAll(golden); err != nil {
		t.Fatal(err)
	}
	for _, name := range w.disk.names(repository + "/") {
		to := filepath.Join(golden, "repository", filepath.FromSlash(strings.TrimPrefix(name, repository+"/")))
		w.ok(os.MkdirAll(filepath.Dir(to), 0o755))
		w.ok(os.WriteFile(to, w.disk.files[name].data, 0o644))
	}
	r := w.open()
	defer r.Close()
	raw, err := json.MarshalIndent(facts{Words: strings.Join(w.sheet.Words(), " "), Generations: sums(t, r)}, "", "  ")
	w.ok(err)
	w.ok(os.WriteFile(filepath.Join(golden, "facts.json"), append(raw, '\n'), 0o644))
}
