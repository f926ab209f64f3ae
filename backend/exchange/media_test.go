package exchange_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"sync"
	"testing"
	"time"

	"quietline/backend/archive"
	"quietline/backend/archive/blob"
	"quietline/backend/archive/media"
	"quietline/backend/clinic"
	"quietline/backend/exchange"
	"quietline/backend/journal"
	"quietline/backend/policy"
	"quietline/backend/provider"
	"quietline/backend/provider/simulator"
	"quietline/backend/provider/simulator/photo"
	"quietline/backend/sqlite"
)

// album is a world to which somebody sends pictures.
type album struct {
	*world
	media *faultyMedia
}

// aPicture is a picture with nothing wrong, drawn once: that takes a while.
func aPicture() simulator.Attached {
	return simulator.Attached{Type: "image/png", Content: drawn()}
}

var drawn = sync.OnceValue(func() []byte { return photo.Make("image/jpeg", photo.Label, 2) })

// faultyMedia counts what is asked of the provider, and fails when it is told to.
type faultyMedia struct {
	provider.Media
	opened int
	err    error
}

func (f *faultyMedia) OpenMedia(ctx context.Context, m provider.SID, s provider.MediumSID, limit int64) (io.ReadCloser, error) {
	f.opened++
	if f.err != nil {
		return nil, f.err
	}
	return f.Media.OpenMedia(ctx, m, s, limit)
}

func newAlbum(t *testing.T) *album {
	w := newWorld(t)
	a := &album{w, &faultyMedia{Media: w.client}}
	a.restart(w.clinic.Journal, w.clinic.Blobs)
	return a
}

// restart begins anew with nothing remembered, as a fresh run of the program
// does.
func (a *album) restart(j exchange.Journal, blobs archive.Blobs) {
	a.x = exchange.New(exchange.Config{
		Journal: j, SMS: a.sms, Account: account, Media: a.media, Blobs: blobs, Phone: ours, Line: policy.LineSimulator, Clock: a.clock,
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
}

// comes lets her send a text with attachments, and the desk hear of it.
func (a *album) comes(body string, attached ...simulator.Attached) clinic.MessageID {
	a.t.Helper()
	sid, err := a.sim.Receive(simulator.Inbound{From: hers, Body: body, Media: attached})
	a.ok(err)
	a.ok(a.x.Listen(a.ctx))
	return archive.MessageIDOf(a.clinic.Journal.Names(), string(sid))
}

func (a *album) look(id clinic.MessageID) (of []archive.Attachment, due int) {
	a.t.Helper()
	a.read(func(tx *sqlite.Tx) error {
		all, err := archive.AttachmentsOf(tx, id)
		if err != nil {
			return err
		}
		of = all[id]
		texts, err := archive.DueTexts(tx, 100)
		due = len(texts)
		return err
	})
	return of, due
}

func (a *album) content(ref blob.Ref) []byte {
	a.t.Helper()
	a.ok(a.clinic.Blobs.Check(a.ctx, ref))
	c, err := a.clinic.Blobs.Open(ref)
	a.ok(err)
	raw, err := io.ReadAll(c.Reader())
	a.ok(errors.Join(err, c.Close()))
	return raw
}

func TestPicturesComeAfterTheirText(t *testing.T) {
	a := newAlbum(t)
	card := photo.Make("image/jpeg", photo.Card, 1)
	page := photo.Make("application/pdf", "", 1)
	id := a.comes("both sides", simulator.Attached{Type: "image/jpeg", Content: card},
		simulator.Attached{Type: "image/jpeg", Content: page}) // called a picture and none
	if m := a.message(id); m.Media != 2 || m.Body != "both sides" {
		t.Fatalf("the text has %d attachments", m.Media)
	}
	if of, due := a.look(id); len(of) != 0 || due != 1 {
		t.Fatalf("%d are there at once, %d texts are due", len(of), due)
	}
	a.ok(a.x.FetchMedia(a.ctx))
	of, due := a.look(id)
	if len(of) != 2 || due != 0 {
		t.Fatalf("%d attachments, %d texts are due", len(of), due)
	}
	first, second := of[0], of[1]
	if first.Type != media.JPEG || first.Width != 1012 || first.Height != 638 || !bytes.Equal(a.content(first.File), card) {
		t.Errorf("the picture: %s, %d×%d", first.Type, first.Width, first.Height)
	}
	if small := a.content(first.Preview); media.Sniff(small) != media.JPEG || len(small) >= len(card) {
		t.Errorf("the preview has %d bytes", len(small))
	}
	if second.Type != media.PDF || !second.Preview.IsZero() || !bytes.Equal(a.content(second.File), page) {
		t.Errorf("the paper: %s", second.Type)
	}
	asked := a.media.opened
	a.ok(a.x.FetchMedia(a.ctx))
	if a.media.opened != asked {
		t.Error("what is there was asked for again")
	}
}

// Whatever is wrong with an attachment, the text says what became of it, and the
// other attachments come.
func TestWhatDoesNotComeIsSaid(t *testing.T) {
	good := aPicture()
	for _, c := range []struct {
		what    string
		trouble simulator.MediaTrouble
		atOnce  clinic.Code // what is recorded at once; empty where it is tried again
		later   clinic.Code // … and in the end
	}{
		{"gone", simulator.Gone, exchange.CodeMediaGone, ""},
		{"said to be too large", simulator.Oversized, exchange.CodeMediaTooLarge, ""},
		{"too large", simulator.Endless, exchange.CodeMediaTooLarge, ""},
		{"a web page", simulator.AsPage, "", exchange.CodeMediaUnavailable},
		{"cut short", simulator.Cut, "", exchange.CodeMediaUnavailable},
		{"not listed", simulator.NotListed, "", exchange.CodeMediaGone},
	} {
		t.Run(c.what, func(t *testing.T) {
			a := newAlbum(t)
			id := a.comes("", simulator.Attached{Type: "image/jpeg", Content: drawn(), Trouble: c.trouble}, good)
			a.ok(a.x.FetchMedia(a.ctx))
			of, due := a.look(id)
			came := 0
			var said clinic.Code
			for _, one := range of {
				if one.Reason == "" {
					came++
				} else {
					said = one.Reason
				}
			}
			if came != 1 || said != c.atOnce || (due == 0) != (c.atOnce != "") {
				t.Fatalf("%d came, said is %q, %d texts are due", came, said, due)
			}
			if c.atOnce != "" {
				return
			}
			for range 12 * 24 {
				a.clock.Advance(time.Hour)
				a.ok(a.x.FetchMedia(a.ctx))
				if of, due = a.look(id); due == 0 {
					break
				}
			}
			if len(of) != 2 || of[1].Reason != c.later {
				t.Errorf("in the end: %+v", of)
			}
			if age := a.clock.Now().Sub(a.message(id).At); c.later == exchange.CodeMediaUnavailable && age < 72*time.Hour {
				t.Errorf("given up after %v", age)
			}
		})
	}
}

// A text that the provider does not have any more has no attachments to come.
func TestATextThatIsGoneAtTheProvider(t *testing.T) {
	a := newAlbum(t)
	id := a.comes("look", aPicture(), aPicture())
	a.media.Media = &goneMedia{}
	a.ok(a.x.FetchMedia(a.ctx))
	of, due := a.look(id)
	if len(of) != 2 || of[0].Reason != exchange.CodeMediaGone || due != 0 {
		t.Errorf("%+v, %d due", of, due)
	}
}

type goneMedia struct{ provider.Media }

func (goneMedia) ListMedia(context.Context, provider.SID) ([]provider.Medium, error) {
	return nil, clinic.E(clinic.CodeNotFound)
}

// A line that does not answer is everybody's trouble: the round ends, nothing is
// counted against a text, and the next round goes on.
func TestALineThatIsDownGivesNothingUp(t *testing.T) {
	a := newAlbum(t)
	id := a.comes("look", aPicture())
	for _, code := range []clinic.Code{provider.CodeOffline, provider.CodeBusy, provider.CodeUnauthorised, clinic.CodeDiskFull} {
		a.media.err = clinic.E(code)
		for range 4 {
			a.clock.Advance(24 * time.Hour)
			if err := a.x.FetchMedia(a.ctx); !errors.Is(err, clinic.E(code)) {
				t.Fatalf("%s: %v", code, err)
			}
		}
	}
	a.media.err = nil
	a.ok(a.x.FetchMedia(a.ctx))
	if of, due := a.look(id); len(of) != 1 || of[0].Reason != "" || due != 0 {
		t.Errorf("%+v", of)
	}
}

func TestAskingAgainWaitsLonger(t *testing.T) {
	a := newAlbum(t)
	a.comes("look", aPicture())
	a.media.err = clinic.E(provider.CodeUnavailable)
	for range 10 * 60 {
		a.ok(a.x.FetchMedia(a.ctx))
		a.clock.Advance(time.Second)
	}
	if a.media.opened < 5 || a.media.opened > 8 {
		t.Errorf("asked %d times in ten minutes", a.media.opened)
	}
}

// dying is a journal or a store that dies at a chosen step.
type dying struct {
	exchange.Journal
	archive.Blobs
	left int
}

var errDied = errors.New("the program died")

func (d *dying) die() bool { d.left--; return d.left == 0 }

func (d *dying) Submit(ctx context.Context, actor journal.Actor, decide func(*journal.Decision) error) (journal.Pos, error) {
	if d.die() {
		return journal.Pos{}, errDied
	}
	pos, err := d.Journal.Submit(ctx, actor, decide)
	if err == nil && d.die() {
		return journal.Pos{}, errDied
	}
	return pos, err
}

func (d *dying) Put(ctx context.Context, content io.Reader, limit int64) (*blob.Arrival, error) {
	if d.die() {
		return nil, errDied
	}
	a, err := d.Blobs.Put(ctx, content, limit)
	if err == nil && d.die() {
		return nil, errDied
	}
	return a, err
}

// Wherever the program dies, the next run brings what is missing, records
// nothing twice, and a sweep leaves exactly the files that are named.
func TestADeathAtAnyStepLosesNothing(t *testing.T) {
	for step := 1; ; step++ {
		a := newAlbum(t)
		id := a.comes("look", aPicture(), simulator.Attached{Type: "application/pdf"})
		d := &dying{Journal: a.clinic.Journal, Blobs: a.clinic.Blobs, left: step}
		a.restart(d, d)
		err := a.x.FetchMedia(a.ctx)
		if err == nil {
			if step < 8 {
				t.Errorf("only %d steps", step)
			}
			return
		}
		if !errors.Is(err, errDied) {
			t.Fatalf("step %d: %v", step, err)
		}
		a.restart(a.clinic.Journal, a.clinic.Blobs)
		a.ok(a.x.FetchMedia(a.ctx))
		of, due := a.look(id)
		if len(of) != 2 || due != 0 {
			t.Fatalf("step %d: %d attachments, %d due", step, len(of), due)
		}
		for _, one := range of {
			a.content(one.File)
		}
	}
}
