package folder_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"quietline/backend/backup"
	"quietline/backend/clinic"
	"quietline/backend/sqlite"
)

// TestADrillProvesTheBackup while people go on working.
func TestADrillProvesTheBackup(t *testing.T) {
	ctx := context.Background()
	c := newCopied(t)
	c.add(t, 0, 30)
	in := t.TempDir()
	scratch := filepath.Join(in, "quietline-drill")
	// One that was killed has left its folder.
	if err := os.MkdirAll(filepath.Join(scratch, "blobs"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(scratch, "journal.db"), []byte("half of one"), 0o600); err != nil {
		t.Fatal(err)
	}
	more := 30
	d, err := c.Drill(ctx, c.vault, c.target, in, c.clock, func(backup.Progress) {
		c.clock.Advance(time.Second)
		c.add(t, more, more+1)
		more++
	})
	if err != nil {
		t.Fatal(err)
	}
	if !d.Same || d.Events != d.Head.Seq || d.Events < 30 || d.Spoiled != 0 || d.Copying == 0 || d.Restoring == 0 {
		t.Errorf("the drill came to %+v", d)
	}
	if more == 30 {
		t.Error("nobody worked meanwhile")
	}
	if _, err := os.Stat(scratch); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the drill left its folder: %v", err)
	}
	// Nothing of it is noted anywhere: the clinic is the one that it was.
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	c.opened = mustEnter(t, c.place)
	if r := c.Journal.Report(); r.Loss != nil || r.Blocked != "" {
		t.Errorf("after a drill the clinic reports %+v", r)
	}
}

func TestADrillOfASpoiledBackup(t *testing.T) {
	ctx := context.Background()
	c := newCopied(t)
	c.add(t, 0, 20)
	c.copies(t)
	records, err := filepath.Glob(filepath.Join(c.config.Dir, "records", "*"))
	if err != nil || len(records) < 2 {
		t.Fatalf("%d segments: %v", len(records), err)
	}
	for _, path := range records {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		raw[len(raw)/2] ^= 1
		if err := os.WriteFile(path, raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	in := t.TempDir()
	scratch := filepath.Join(in, "quietline-drill")
	_, err = c.Drill(ctx, c.vault, c.target, in, c.clock, nil)
	if !errors.Is(err, clinic.E(backup.CodeDamaged)) {
		t.Errorf("it came to: %v", err)
	}
	if _, err := os.Stat(scratch); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the drill left its folder: %v", err)
	}
}

// The backup's folder says nothing to whoever reads it.
func TestNothingInABackupIsReadable(t *testing.T) {
	c := newCopied(t)
	c.add(t, 0, 10)
	c.copies(t)
	words := append(strings.Fields(c.words), "Marisol", "Vega", "Ada", "Quill", "Juniper", "303555", "patient", "consent", "America/Denver")
	var held [][]byte
	err := c.Journal.Read(context.Background(), func(tx *sqlite.Tx) error {
		rows, err := tx.Query(`SELECT id FROM patients`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id []byte
			if err := rows.Scan(&id); err != nil {
				return err
			}
			held = append(held, id)
		}
		return rows.Err()
	})
	if err != nil || len(held) != 10 {
		t.Fatalf("%d ids: %v", len(held), err)
	}
	read := 0
	err = filepath.WalkDir(c.config.Dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		read++
		for _, word := range words {
			if strings.Contains(string(raw), word) {
				t.Errorf("a word of the clinic lies in %s", e.Name())
			}
		}
		for _, id := range held {
			if strings.Contains(string(raw), string(id)) {
				t.Errorf("a patient's id lies in %s", e.Name())
			}
		}
		return nil
	})
	if err != nil || read < 5 {
		t.Errorf("%d files were searched: %v", read, err)
	}
}
