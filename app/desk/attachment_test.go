package desk_test

import (
	"bytes"
	"image/jpeg"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"quietline/app/desk"
	"quietline/app/door"
	"quietline/backend/archive/blob"
	"quietline/backend/clinic"
	"quietline/backend/clinic/clinictest"
	"quietline/backend/exchange"
	"quietline/backend/sample"
)

// gallery is the sample clinic, whose patients have sent pictures and papers.
type gallery struct {
	*office
	dir     string
	threads map[clinic.AttachmentID]clinic.ThreadID
	picture clinic.AttachmentID // one that shows
	paper   clinic.AttachmentID // one of a kind that does not
	lost    clinic.AttachmentID // one that never came
}

func openGallery(t *testing.T, edit ...func(*desk.Config)) *gallery {
	t.Helper()
	g := &gallery{dir: t.TempDir(), threads: map[clinic.AttachmentID]clinic.ThreadID{}}
	clock := clinictest.NewClock(monday)
	stock(t, g.dir, clock.Now().Time(), 300)
	g.office = openOffice(t, g.dir, clock, edit...)
	g.signIn()
	for _, row := range must[desk.InboxPage](g.office, "inbox.list", desk.InboxQuery{View: desk.ViewUnread, Limit: 50}).Items {
		for _, a := range g.attachments(row.ID) {
			g.threads[a.ID] = row.ID
			switch {
			case a.Lost:
				g.lost = a.ID
			case a.Shown:
				g.picture = a.ID
			default:
				g.paper = a.ID
			}
		}
	}
	if g.picture.IsZero() || g.paper.IsZero() || g.lost.IsZero() {
		t.Fatalf("the sample clinic has %d attachments", len(g.threads))
	}
	return g
}

func (g *gallery) signIn() {
	g.t.Helper()
	members := must[desk.State](g.office, "app.state", nil).Members
	must[desk.State](g.office, "session.signIn", desk.SignIn{Member: members[0].ID, Passphrase: sample.Passphrase})
}

func (g *gallery) attachments(thread clinic.ThreadID) []desk.Attachment {
	g.t.Helper()
	var all []desk.Attachment
	for _, m := range must[desk.ThreadPage](g.office, "thread.open", desk.ThreadQuery{ID: thread, Limit: 5}).Messages {
		if len(m.Attachments) > m.Media {
			g.t.Errorf("%d of %d attachments", len(m.Attachments), m.Media)
		}
		all = append(all, m.Attachments...)
	}
	return all
}

func (g *gallery) shown(id clinic.AttachmentID) desk.Attachment {
	g.t.Helper()
	for _, a := range g.attachments(g.threads[id]) {
		if a.ID == id {
			return a
		}
	}
	g.t.Fatal("an attachment is not in its conversation any more")
	return desk.Attachment{}
}

func (g *gallery) get(address string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	g.desk.Tickets().Before(http.NotFoundHandler()).ServeHTTP(w, httptest.NewRequest("GET", address, nil))
	return w
}

func (g *gallery) preview(id clinic.AttachmentID) desk.Preview {
	g.t.Helper()
	answer := must[desk.Previews](g.office, "attachment.previews", desk.PreviewsQuery{IDs: []clinic.AttachmentID{id}})
	return answer.Items[0]
}

// spoil does something to every file of an attachment.
func (g *gallery) spoil(how func(path string) error) {
	g.t.Helper()
	done := 0
	err := filepath.WalkDir(filepath.Join(g.dir, "clinic", "blobs"), func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		done++
		return how(path)
	})
	if err != nil || done < 4 {
		g.t.Fatalf("%d files were spoiled, error %v", done, err)
	}
}

func TestAPictureIsFetchedFromAnAddressOfItsOwn(t *testing.T) {
	g := openGallery(t)
	w := g.get(g.preview(g.picture).Address)
	small, err := jpeg.DecodeConfig(bytes.NewReader(w.Body.Bytes()))
	if w.Code != 200 || w.Header().Get("Content-Type") != "image/jpeg" || err != nil || max(small.Width, small.Height) > 480 {
		t.Errorf("the small picture: %d, %s, %d×%d, %v", w.Code, w.Header().Get("Content-Type"), small.Width, small.Height, err)
	}
	a := g.shown(g.picture)
	opened := must[desk.OpenedAttachment](g.office, "attachment.open", desk.AttachmentRef{ID: g.picture})
	if w := g.get(opened.Address); w.Code != 200 || int64(w.Body.Len()) != a.Bytes || opened.Width != a.Width {
		t.Errorf("the picture: %d with %d bytes", w.Code, w.Body.Len())
	}
	if w := g.get(opened.Address); w.Code != 404 {
		t.Errorf("the second time: %d", w.Code)
	}
	for id, want := range map[clinic.AttachmentID]clinic.Code{
		g.paper: desk.CodeNotShown, g.lost: exchange.CodeMediaGone, {1}: clinic.CodeNotFound,
	} {
		if _, code := call[desk.OpenedAttachment](g.office, "attachment.open", desk.AttachmentRef{ID: id}); code != want {
			t.Errorf("open: %q, want %q", code, want)
		}
	}
	if p := g.preview(g.paper); p.Address != "" || p.Problem == nil || p.Problem.Code != desk.CodeNotShown {
		t.Errorf("a paper's small picture: %+v", p)
	}
	if l := g.shown(g.lost); !l.Lost || l.Problem == nil || l.Problem.Code != exchange.CodeMediaGone {
		t.Errorf("what never came is shown as %+v", l)
	}
	if _, code := call[desk.Previews](g.office, "attachment.previews", desk.PreviewsQuery{IDs: make([]clinic.AttachmentID, 51)}); code != clinic.CodeBadInput {
		t.Errorf("too many at once: %q", code)
	}
}

func TestALockEndsEveryAddress(t *testing.T) {
	g := openGallery(t)
	small := g.preview(g.picture).Address
	full := must[desk.OpenedAttachment](g.office, "attachment.open", desk.AttachmentRef{ID: g.picture}).Address
	must[door.None](g.office, "session.lock", nil)
	for _, address := range []string{small, full} {
		if w := g.get(address); w.Code != 404 || w.Body.Len() != 0 {
			t.Errorf("after the lock: %d with %d bytes", w.Code, w.Body.Len())
		}
	}
	if _, code := call[desk.OpenedAttachment](g.office, "attachment.open", desk.AttachmentRef{ID: g.picture}); code != clinic.CodeLocked {
		t.Errorf("open after the lock: %q", code)
	}
	g.clock.Advance(time.Second)
	g.signIn()
	if w := g.get(full); w.Code != 404 {
		t.Errorf("after signing in again: %d", w.Code)
	}
}

func TestWhatIsDamagedOrMissingIsSaidSo(t *testing.T) {
	g := openGallery(t)
	flip := func(path string) error {
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		raw[len(raw)-1] ^= 1
		return os.WriteFile(path, raw, 0o600)
	}
	for _, c := range []struct {
		how  func(string) error
		want clinic.Code
	}{{flip, blob.CodeDamaged}, {os.Remove, blob.CodeMissing}} {
		g.spoil(c.how)
		if _, code := call[desk.OpenedAttachment](g.office, "attachment.open", desk.AttachmentRef{ID: g.picture}); code != c.want {
			t.Errorf("open: %q, want %s", code, c.want)
		}
		if p := g.preview(g.picture); p.Address != "" || p.Problem == nil || p.Problem.Code != c.want {
			t.Errorf("small picture: %+v, want %s", p, c.want)
		}
		if a := g.shown(g.picture); !a.Lost || a.Shown || a.Problem == nil || a.Problem.Code != c.want {
			t.Errorf("in the conversation: %+v, want %s", a, c.want)
		}
	}
}
