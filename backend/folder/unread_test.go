package folder_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"quietline/backend/archive/blob"
	"quietline/backend/clinic"
	"quietline/backend/folder"
	"quietline/backend/journal"
	"quietline/backend/sqlite"
)

// patchy is a drive that does not give some pages of a file.
type patchy struct {
	blob.Files
	file  string // the beginning of its name
	lacks func(page int64) bool
}

func (d patchy) Open(path string) (blob.ReadFile, error) {
	f, err := d.Files.Open(path)
	if err != nil || !strings.HasPrefix(filepath.Base(path), d.file) {
		return f, err
	}
	return patchyFile{f, d.lacks}, nil
}

type patchyFile struct {
	blob.ReadFile
	lacks func(page int64) bool
}

func (f patchyFile) ReadAt(to []byte, at int64) (int, error) {
	for page := at / pageBytes; page*pageBytes < at+int64(len(to)); page++ {
		if f.lacks(page + 1) {
			return 0, errors.New("the drive does not give it")
		}
	}
	return f.ReadFile.ReadAt(to, at)
}

// TestADriveThatDoesNotGiveAPart of the log keeps nobody from what it gives; and what it
// does not give of the views is in the log.
func TestADriveThatDoesNotGiveAPart(t *testing.T) {
	ctx := context.Background()
	p := place{t.TempDir()}
	found(t, p)
	c := mustEnter(t, p)
	for n := range 30 {
		if err := c.newPatient(ctx, n); err != nil {
			t.Fatal(err)
		}
	}
	anchor, err := c.Journal.Anchor(ctx)
	if err != nil {
		t.Fatal(err)
	}
	want, err := c.Journal.ContentHash(ctx)
	if err := errors.Join(err, c.Close()); err != nil {
		t.Fatal(err)
	}
	on := func(file string, lacks func(int64) bool) folder.Config {
		cfg := p.config(c.Keys)
		cfg.Drive = patchy{blob.MachineFiles(), file, lacks}
		return cfg
	}
	first, all := func(page int64) bool { return page == 1 }, func(int64) bool { return true }

	cfg := on("journal.db", first)
	if _, err := folder.Open(ctx, cfg); clinic.CodeOf(err) != folder.CodeUnread {
		t.Errorf("without the first page of the log: %v", err)
	}
	events, known := uint64(0), anchor.Head.Seq
	d := &folder.Damaged{Config: cfg, Known: known}
	r, err := d.Open(ctx, t.TempDir(), func(*sqlite.Tx, journal.Salvaged) error { events++; return nil })
	if err != nil {
		t.Fatal(err)
	}
	if w := r.Wreckage(); events != known || w.Proven != known || w.Unreadable != 0 {
		t.Errorf("saved are %d events of %d: %+v", events, known, w)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}

	if _, err := folder.Open(ctx, on("journal.db", all)); clinic.CodeOf(err) != sqlite.CodeDevice {
		t.Errorf("without any page: %v", err)
	}
	other, err := folder.Open(ctx, on("views-1.", first))
	if err != nil {
		t.Fatal(err)
	}
	is, err := other.Journal.ContentHash(ctx)
	if err != nil || is != want || other.Journal.Report().Rebuilt != journal.CodeViewsLost {
		t.Errorf("without a page of the views: %+v, %v", other.Journal.Report(), err)
	}
	if err := other.Close(); err != nil {
		t.Fatal(err)
	}
	// Nobody knows any more what the log began with.
	if err := os.Remove(filepath.Join(p.dir(), "device.db")); err != nil {
		t.Fatal(err)
	}
	if _, err := folder.Open(ctx, cfg); clinic.CodeOf(err) != sqlite.CodeDevice {
		t.Errorf("without the device's file: %v", err)
	}
}
