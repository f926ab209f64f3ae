package folder_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"quietline/backend/archive/blob"
	"quietline/backend/clinic"
	"quietline/backend/folder"
	"quietline/backend/journal"
	"quietline/backend/sqlite"
)

// dying is a drive that gives nothing any more; read is called for each try.
type dying struct {
	blob.Files
	read func()
}

func (d dying) Open(path string) (blob.ReadFile, error) {
	f, err := d.Files.Open(path)
	return dyingFile{f, d.read}, err
}

type dyingFile struct {
	blob.ReadFile
	read func()
}

func (f dyingFile) ReadAt([]byte, int64) (int, error) {
	f.read()
	return 0, syscall.EIO
}

// wreckOf is a clinic whose files are closed, as a salvage reads it.
func wreckOf(t *testing.T) *folder.Damaged {
	t.Helper()
	p := place{t.TempDir()}
	found(t, p)
	c := mustEnter(t, p)
	for n := range 3 {
		if err := c.newPatient(context.Background(), n); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	return &folder.Damaged{Config: p.config(c.Keys)}
}

// TestWhoeverGivesUpWaitsForOnePage: each page of a drive that fails may take half a
// minute.
func TestWhoeverGivesUpWaitsForOnePage(t *testing.T) {
	d := wreckOf(t)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	tries := 0
	d.Drive = dying{blob.MachineFiles(), func() {
		// The first is for the whole block, and the second for its first page.
		if tries++; tries == 2 {
			cancel()
		}
	}}
	_, err := d.Open(ctx, t.TempDir(), nil)
	if !errors.Is(err, context.Canceled) || tries != 2 {
		t.Errorf("it tried %d times: %v", tries, err)
	}
}

// TestForgettingReachesWhatIsBeingSaved at every event, and after the last.
func TestForgettingReachesWhatIsBeingSaved(t *testing.T) {
	d := wreckOf(t)
	ctx := context.Background()
	events := 0
	r, err := d.Open(ctx, t.TempDir(), func(*sqlite.Tx, journal.Salvaged) error { events++; return nil })
	if err != nil || events < 3 {
		t.Fatalf("%d events: %v", events, err)
	}
	read := func() error {
		return r.Read(ctx, func(tx *sqlite.Tx) error {
			var n int
			return tx.QueryRow(`SELECT count(*) FROM patients`).Scan(&n)
		})
	}
	if err := read(); err != nil {
		t.Fatal(err)
	}
	d.Forget()
	if err := read(); !errors.Is(err, clinic.E(sqlite.CodeClosed)) {
		t.Errorf("what was made is read after that: %v", err)
	}
	if err := r.SaveAttachment(ctx, blob.Ref{}, t.TempDir()+"/x"); !errors.Is(err, clinic.E(clinic.CodeLocked)) {
		t.Errorf("an attachment is saved after that: %v", err)
	}
	_ = r.Close() // without keys it cannot be in good order

	for at := 1; at <= events; at++ {
		d := &folder.Damaged{Config: d.Config}
		seen := 0
		r, err := d.Open(ctx, t.TempDir(), func(*sqlite.Tx, journal.Salvaged) error {
			if seen++; seen == at {
				d.Forget()
			}
			return nil
		})
		if err == nil {
			_ = r.Close()
			t.Fatalf("forgotten at event %d of %d, it went on", at, events)
		}
	}
}

// TestACutLogIsReadAsFarAsItGoes cuts pages off the end of a log that is closed in good
// order, one after the other, until only the first is left.
func TestACutLogIsReadAsFarAsItGoes(t *testing.T) {
	d := wreckOf(t)
	path := filepath.Join(d.Dir, "journal.db")
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	ctx, before := context.Background(), -1
	for size := info.Size(); size >= 4096; size -= 4096 {
		if err := os.Truncate(path, size); err != nil {
			t.Fatal(err)
		}
		events := 0
		r, err := d.Open(ctx, t.TempDir(), func(*sqlite.Tx, journal.Salvaged) error { events++; return nil })
		if err != nil {
			t.Fatalf("%d pages: %v", size/4096, err)
		}
		if before >= 0 && events > before {
			t.Errorf("%d pages: %d events after %d", size/4096, events, before)
		}
		if before < 0 && events < 3 {
			t.Errorf("%d events in all", events)
		}
		before = events
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if before != 0 {
		t.Errorf("%d events in the first page", before)
	}
}
