package desk_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"quietline/app/desk"
	"quietline/app/door"
	"quietline/backend/archive/blob"
	"quietline/backend/audit"
	"quietline/backend/clinic"
	"quietline/backend/exchange"
	"quietline/backend/folder"
	"quietline/backend/sample"
	"quietline/backend/sqlite"
	"quietline/backend/vault"
	"quietline/backend/vault/filesecret"
)

// drawer is the dialog in which a person says where a copy is to be saved.
type drawer struct {
	folder string
	given  error
	before func() // what happens while she looks for a place
	asked  []string
}

func (d *drawer) saveAs(_ context.Context, name string) (string, error) {
	d.asked = append(d.asked, name)
	if d.before != nil {
		d.before()
	}
	if d.folder == "" || d.given != nil {
		return "", d.given
	}
	return filepath.Join(d.folder, name), nil
}

func withDrawer(t *testing.T) (*gallery, *drawer) {
	t.Helper()
	d := &drawer{folder: t.TempDir()}
	return openGallery(t, func(cfg *desk.Config) { cfg.SaveAs = d.saveAs }), d
}

// copies ends the program and returns how many copies are on record.
func (g *gallery) copies() int {
	g.t.Helper()
	n := 0
	for _, e := range g.accesses("attachment_copied") {
		if len(e.Seen) == 1 && !e.By.IsZero() {
			n++
		}
	}
	return n
}

// accesses ends the program over a sample clinic and returns the newest accesses of
// a kind.
func (o *office) accesses(kind string) (found []audit.Entry) {
	o.t.Helper()
	if err := o.desk.Close(); err != nil {
		o.t.Fatal(err)
	}
	ctx := context.Background()
	v, err := vault.Load(ctx, vault.Config{
		Dir: filepath.Join(o.dir, "clinic"), Secrets: filesecret.At(filepath.Join(o.dir, "secret")), Clock: o.clock, Work: vault.Sample,
	})
	if err != nil {
		o.t.Fatal(err)
	}
	defer v.Close()
	keys, err := v.Unlock(ctx, v.Members()[0].ID, []byte(sample.Passphrase))
	if err != nil {
		o.t.Fatal(err)
	}
	defer keys.Zero()
	c, err := folder.Open(ctx, folder.Config{Dir: filepath.Join(o.dir, "clinic"), Keys: keys, Clock: o.clock})
	if err != nil {
		o.t.Fatal(err)
	}
	err = c.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		all, err := audit.Newest(tx, 100)
		for _, e := range all {
			if e.Kind == kind {
				found = append(found, e)
			}
		}
		return err
	})
	if err := errors.Join(err, c.Close()); err != nil {
		o.t.Fatal(err)
	}
	return found
}

func TestACopyIsSavedWhereThePersonSays(t *testing.T) {
	g, d := withDrawer(t)
	for _, id := range []clinic.AttachmentID{g.picture, g.paper} {
		if got := must[desk.SavedCopy](g.office, "attachment.saveCopy", desk.AttachmentRef{ID: id}); !got.Saved || got.Address != "" {
			t.Fatalf("saved as %+v", got)
		}
	}
	files, err := os.ReadDir(d.folder)
	if err != nil || len(files) != 2 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for i, id := range []clinic.AttachmentID{g.picture, g.paper} {
		info, err := os.Stat(filepath.Join(d.folder, d.asked[i]))
		if err != nil || info.Size() != g.shown(id).Bytes || !strings.HasPrefix(d.asked[i], "attachment-2026-") {
			t.Errorf("%s: %v", d.asked[i], err)
		}
	}
	if n := g.copies(); n != 2 {
		t.Errorf("%d copies are on record", n)
	}
}

// TestNoCopyIsMade: nothing lies where it was to be saved, and nothing is on
// record that did not happen.
func TestNoCopyIsMade(t *testing.T) {
	g, d := withDrawer(t)
	out := d.folder
	for _, c := range []struct {
		what   string
		id     clinic.AttachmentID
		folder string
		want   clinic.Code
	}{
		{"given up in the dialog", g.paper, "", ""},
		{"of what never came", g.lost, out, exchange.CodeMediaGone},
		{"of nothing", clinic.AttachmentID{1}, out, clinic.CodeNotFound},
		{"into the clinic's own folder", g.paper, filepath.Join(g.dir, "clinic"), "salvage.folder"},
		{"into the attachments' folder", g.paper, filepath.Join(g.dir, "clinic", "blobs"), "salvage.folder"},
	} {
		d.folder = c.folder
		got, code := call[desk.SavedCopy](g.office, "attachment.saveCopy", desk.AttachmentRef{ID: c.id})
		if code != c.want || got.Saved || got.Address != "" {
			t.Errorf("%s: %+v, %q", c.what, got, code)
		}
	}
	d.folder = out
	d.before = func() { g.desk.Lock() }
	if _, code := call[desk.SavedCopy](g.office, "attachment.saveCopy", desk.AttachmentRef{ID: g.paper}); code != clinic.CodeLocked {
		t.Errorf("locked while she looks for a place: %q", code)
	}
	d.before = nil
	g.signIn()
	g.spoil(os.Remove)
	asked := len(d.asked)
	if _, code := call[desk.SavedCopy](g.office, "attachment.saveCopy", desk.AttachmentRef{ID: g.paper}); code != blob.CodeMissing || len(d.asked) != asked {
		t.Errorf("without a file: %q, asked %d times", code, len(d.asked)-asked)
	}
	if files, err := os.ReadDir(out); err != nil || len(files) != 0 {
		t.Errorf("%d files are there", len(files))
	}
	if n := g.copies(); n != 0 {
		t.Errorf("%d copies are on record", n)
	}
}

// A browser saves files itself: it is given an address for one request.
func TestABrowserIsGivenTheCopy(t *testing.T) {
	g := openGallery(t)
	got := must[desk.SavedCopy](g.office, "attachment.saveCopy", desk.AttachmentRef{ID: g.paper})
	w := g.get(got.Address)
	if got.Saved || w.Code != 200 || int64(w.Body.Len()) != g.shown(g.paper).Bytes {
		t.Errorf("%+v: %d with %d bytes", got, w.Code, w.Body.Len())
	}
	if d := w.Header().Get("Content-Disposition"); d != `attachment; filename="`+got.Name+`"` || w.Header().Get("Content-Type") != "application/octet-stream" {
		t.Errorf("it is answered as %q, %q", d, w.Header().Get("Content-Type"))
	}
	if again := g.get(got.Address); again.Code != 404 {
		t.Errorf("the second time: %d", again.Code)
	}
	if n := g.copies(); n != 1 {
		t.Errorf("%d copies are on record", n)
	}
}

func TestWhatDidNotComeIsAskedForAgain(t *testing.T) {
	g := openGallery(t)
	if a := g.shown(g.lost); !a.Again {
		t.Errorf("it may not be asked for again: %+v", a)
	}
	// The sample's provider has lost it for good.
	if _, code := call[door.None](g.office, "attachment.fetchAgain", desk.AttachmentRef{ID: g.lost}); code != exchange.CodeMediaGone {
		t.Errorf("asked again: %q", code)
	}
	for _, id := range []clinic.AttachmentID{g.picture, g.paper} {
		if a := g.shown(id); a.Again {
			t.Error("what is here may be asked for again")
		}
		if _, code := call[door.None](g.office, "attachment.fetchAgain", desk.AttachmentRef{ID: id}); code != clinic.CodeBadInput {
			t.Errorf("what is here: %q", code)
		}
	}
}

// TestHealthListsLostAttachments: the full check finds them, the list leads to
// their texts, and it still does after the next sign-in.
func TestHealthListsLostAttachments(t *testing.T) {
	g := openGallery(t)
	now := g.clock.Now()
	if h := must[desk.Health](g.office, "health.status", nil); h.LostAttachments != 0 {
		t.Fatalf("%d are lost from the start", h.LostAttachments)
	}
	g.spoil(os.Remove)
	must[desk.Health](g.office, "health.check", nil)
	h := g.checked(now)
	list := must[desk.LostAttachments](g.office, "health.attachments", nil)
	if h.Outcome != "records" || h.LostAttachments < 2 || len(list.Items)+list.More != h.LostAttachments {
		t.Fatalf("found %+v, listed %d", h, len(list.Items))
	}
	named := false
	for i, l := range list.Items {
		if l.Problem == nil || l.Problem.Code != blob.CodeMissing || i > 0 && l.At > list.Items[i-1].At {
			t.Errorf("listed: %+v", l)
		}
		if l.ID == g.paper {
			named = l.Thread == g.threads[g.paper]
		}
	}
	if !named {
		t.Error("the paper is not listed with its conversation")
	}
	must[door.None](g.office, "session.lock", nil)
	g.signIn()
	if h := must[desk.Health](g.office, "health.status", nil); h.LostAttachments != len(list.Items)+list.More {
		t.Errorf("%d after the next sign-in", h.LostAttachments)
	}
}
