package archive_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"quietline/backend/archive"
	"quietline/backend/archive/blob"
	"quietline/backend/archive/media"
	"quietline/backend/clinic"
	"quietline/backend/journal"
)

// cabinet is a text with attachments whose files lie on the disk.
type cabinet struct {
	*pictures
	dir   string
	files *blob.Store
}

func newCabinet(t *testing.T, count int) *cabinet {
	c := &cabinet{pictures: arrived(t, count), dir: filepath.Join(t.TempDir(), "blobs")}
	c.files = blob.New(blob.Config{Dir: c.dir})
	return c
}

// keep stores a content and records it where it is to be named.
func (c *cabinet) keep(sid, content string, name bool) *archive.Kept {
	c.t.Helper()
	kept, err := archive.Keep(context.Background(), c.files, strings.NewReader(content))
	if err != nil {
		c.t.Fatal(err)
	}
	defer kept.Settle()
	if name {
		c.decide(func(d *journal.Decision) {
			archive.StoreAttachment(d, c.text, kept.Stored(archive.AttachmentStored{
				Attachment: archive.AttachmentIDOf(d.Names, sid), Message: c.text.ID, Thread: c.text.Thread, SID: sid,
			}))
		})
	}
	return kept
}

// age makes every file so many days old.
func (c *cabinet) age(days int) {
	c.t.Helper()
	old := c.Clock.Now().Time().AddDate(0, 0, -days)
	err := filepath.WalkDir(c.dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		return os.Chtimes(path, old, old)
	})
	if err != nil {
		c.t.Fatal(err)
	}
}

func (c *cabinet) sweep() int {
	c.t.Helper()
	swept, err := archive.SweepFiles(context.Background(), c, c.files, archive.NamedFiles, 0, c.Clock.Now())
	if err != nil {
		c.t.Fatal(err)
	}
	return swept.Unnamed
}

func TestASweepGoesByTheLog(t *testing.T) {
	c := newCabinet(t, 2)
	named := c.keep("ME1", "BEGIN:VCARD", true)
	leftover := c.keep("ME2", "%PDF-1.7", false)
	c.age(29)
	if n := c.sweep(); n != 0 {
		t.Errorf("%d young files were removed", n)
	}
	c.age(31)
	if n := c.sweep(); n != 1 || c.files.Stat(named.File) != nil || !errors.Is(c.files.Stat(leftover.File), clinic.E(blob.CodeMissing)) {
		t.Errorf("%d files were removed; the named one: %v", n, c.files.Stat(named.File))
	}
	// Its key is gone with the content, and the file goes with the next sweep.
	if _, err := c.DestroyContent(context.Background(), []journal.KeySlot{
		{Dossier: c.text.Dossier, Class: journal.ClassMessage, Year: 2025},
	}, nil); err != nil {
		t.Fatal(err)
	}
	if n := c.sweep(); n != 1 || !errors.Is(c.files.Stat(named.File), clinic.E(blob.CodeMissing)) {
		t.Errorf("after the content was destroyed, %d files were removed", n)
	}
}

// What no event of an older log names may be named by the newer one, which is
// found within a month or not at all.
func TestASweepWaitsAfterGoingOnFromAnOlderLog(t *testing.T) {
	c := newCabinet(t, 1)
	kept := c.keep("ME1", "%PDF-1.7", false)
	c.age(60)
	for _, after := range []struct{ days, removed int }{{0, 0}, {29, 0}, {31, 1}} {
		now := c.Clock.Now()
		swept, err := archive.SweepFiles(t.Context(), c, c.files, archive.NamedFiles, now.Add(-time.Duration(after.days)*24*time.Hour), now)
		if err != nil || swept.Unnamed != after.removed || (c.files.Stat(kept.File) == nil) != (after.removed == 0) {
			t.Errorf("%d days after: %+v, %v", after.days, swept, err)
		}
	}
}

// A program that does not understand every event of the log does not know which
// files are named.
func TestAProgramThatIsTooOldSweepsNothing(t *testing.T) {
	c := newCabinet(t, 1)
	kept := c.keep("ME1", "%PDF-1.7", true)
	c.age(365)
	c.Reopen(archive.Projection())
	if _, err := archive.SweepFiles(context.Background(), c, c.files, archive.NamedFiles, 0, c.Clock.Now()); !errors.Is(err, clinic.E(journal.CodeNewer)) {
		t.Errorf("sweep: %v", err)
	}
	if err := c.files.Stat(kept.File); err != nil {
		t.Error(err)
	}
}

func TestACheckFindsWhatIsMissingOrDamaged(t *testing.T) {
	c := newCabinet(t, 3)
	good, gone, spoiled := c.keep("ME1", "%PDF-1.7", true), c.keep("ME2", "GIF89a", true), c.keep("ME3", "#!AMR\n", true)
	if good.Type != media.PDF || gone.NoPreview != media.CodeUnreadable {
		t.Fatalf("kept as %s and %s", good.Type, gone.NoPreview)
	}
	path := func(k *archive.Kept) string {
		name := k.File.Name.String()
		return filepath.Join(c.dir, name[:1], name)
	}
	if err := os.Remove(path(gone)); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(path(spoiled))
	if err != nil {
		t.Fatal(err)
	}
	raw[len(raw)/2] ^= 1
	if err := os.WriteFile(path(spoiled), raw, 0o600); err != nil {
		t.Fatal(err)
	}
	want := map[blob.Name]clinic.Code{
		good.File.Name: "", gone.File.Name: blob.CodeMissing, spoiled.File.Name: blob.CodeDamaged,
	}
	var after clinic.AttachmentID
	for calls := 0; ; calls++ {
		after, err = archive.CheckFiles(context.Background(), c, c.files, after, 2, func(a archive.Attachment, code clinic.Code) {
			if code != want[a.File.Name] {
				t.Errorf("said is %q, want %q", code, want[a.File.Name])
			}
			delete(want, a.File.Name)
		})
		if err != nil {
			t.Fatal(err)
		}
		if after.IsZero() {
			if calls != 1 {
				t.Errorf("%d calls", calls+1)
			}
			break
		}
	}
	if len(want) != 0 {
		t.Errorf("%d files were not looked at", len(want))
	}
}

func TestWhatIsTooLargeIsNotKept(t *testing.T) {
	c := newCabinet(t, 1)
	_, err := archive.Keep(context.Background(), c.files, bytes.NewReader(make([]byte, media.MaxBytes+1)))
	if !errors.Is(err, clinic.E(blob.CodeTooLarge)) {
		t.Errorf("%v", err)
	}
	c.Clock.Advance(100 * 24 * time.Hour)
	if n := c.sweep(); n != 0 {
		t.Errorf("%d files were left behind", n)
	}
}
