package exchange_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/exchange"
	"quietline/backend/policy"
	"quietline/backend/provider"
	"quietline/backend/provider/simulator"
	"quietline/backend/provider/simulator/photo"
	"quietline/backend/sqlite"
)

const entrance = "Please use the side entrance."

// theEntrance is a picture as it is sent, drawn once: that takes a while.
var theEntrance = sync.OnceValue(func() []byte { return photo.Make("image/jpeg", photo.Card, 5) })

// gallery is a world from which pictures are sent.
type gallery struct {
	*world
	lender *lender
}

// lender stands between the exchange and the provider's store.
type lender struct {
	provider.Pictures
	before func() // is called once, before a picture is lent
	lent   []provider.Loan
	back   []provider.LoanSID
	fails  error // of lending
	keeps  error // of taking back
	stays  provider.LoanSID
	off    clinic.Code
}

func (l *lender) Lend(ctx context.Context, p provider.Picture) (provider.Loan, error) {
	if l.before != nil {
		l.before()
		l.before = nil
	}
	if l.fails != nil {
		return provider.Loan{}, l.fails
	}
	loan, err := l.Pictures.Lend(ctx, p)
	if err == nil {
		l.lent = append(l.lent, loan)
	}
	return loan, err
}

func (l *lender) TakeBack(ctx context.Context, sid provider.LoanSID) error {
	if l.keeps != nil {
		return l.keeps
	}
	if l.stays == sid {
		return clinic.E(provider.CodeUnauthorised)
	}
	l.back = append(l.back, sid)
	return l.Pictures.TakeBack(ctx, sid)
}

func newGallery(t *testing.T) *gallery {
	w := newWorld(t)
	w.consent(policy.Scheduling, policy.Reminders)
	g := &gallery{w, &lender{Pictures: w.client}}
	g.restart(w.sms, w.clinic.Journal)
	return g
}

func (g *gallery) restart(sms provider.SMS, j exchange.Journal) {
	g.t.Helper()
	g.x = exchange.New(exchange.Config{
		Journal: j, SMS: sms, Media: g.client, Pictures: g.lender, Blobs: g.clinic.Blobs, Scheduler: g.client, Purger: g.client,
		Account: account, Phone: ours, Line: policy.LineSimulator, Clock: g.clock, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		NoPictures: func(*sqlite.Tx) (clinic.Code, error) { return g.lender.off, nil },
	})
	g.ok(g.x.Settle(g.ctx))
}

// draws writes a text with a picture, of which somebody says that she has looked at it.
func (g *gallery) draws(body string) clinic.MessageID {
	g.t.Helper()
	id := clinic.NewID[clinic.MessageID]()
	g.ok(g.presses(id, exchange.Draft{Body: body}, true))
	return id
}

// presses presses the button.
func (g *gallery) presses(id clinic.MessageID, d exchange.Draft, confirmed bool) error {
	g.t.Helper()
	kept, err := archive.Keep(g.ctx, g.clinic.Blobs, bytes.NewReader(theEntrance()))
	g.ok(err)
	defer kept.Settle()
	d.Sight, d.Picture, d.Kept, d.Category = archive.SeeAll(), true, kept, policy.Scheduling
	if d.Thread.IsZero() {
		d.Thread = g.thread
	}
	return exchange.Write(g.ctx, g.clinic.Journal, g.member, id, d, policy.LineSimulator, confirmed)
}

// pictures returns what pictures the phone got with texts in such words.
func (g *gallery) pictures(body string) (all [][]byte) {
	g.t.Helper()
	for _, m := range g.sim.Messages() {
		if m.Direction != provider.Outbound || m.Body != body {
			continue
		}
		list, err := g.client.ListMedia(g.ctx, m.SID)
		g.ok(err)
		for _, medium := range list {
			r, err := g.client.OpenMedia(g.ctx, m.SID, medium.SID, provider.MaxMediaBytes)
			g.ok(err)
			raw, err := io.ReadAll(r)
			g.ok(errors.Join(err, r.Close()))
			all = append(all, raw)
		}
	}
	return all
}

// arrives lets the provider work, and the desk hear of it.
func (g *gallery) arrives() {
	g.t.Helper()
	g.clock.Advance(time.Minute)
	g.ok(g.x.Listen(g.ctx))
}

// wonders lets her ask something, so that what follows are answers.
func (g *gallery) wonders() {
	g.t.Helper()
	g.hears(hers, "Where do I come in?")
}

func TestAPictureGoesWithItsText(t *testing.T) {
	g := newGallery(t)
	id := g.draws(entrance)
	g.ok(g.x.SendDue(g.ctx))
	g.state(id, archive.Sent)
	if len(g.lender.lent) != 1 {
		t.Fatalf("%d pictures were lent", len(g.lender.lent))
	}
	// The provider has the text and may not have fetched the picture yet.
	g.ok(g.x.ReturnPictures(g.ctx))
	if len(g.lender.back) != 0 {
		t.Fatal("a picture was taken back while its text is under way")
	}
	g.arrives()
	g.state(id, archive.Delivered)
	if got := g.pictures(entrance); len(got) != 1 || !bytes.Equal(got[0], theEntrance()) {
		t.Fatalf("the phone got %d pictures, or another one", len(got))
	}
	for range 2 {
		g.ok(g.x.ReturnPictures(g.ctx))
	}
	if !slices.Equal(g.lender.back, []provider.LoanSID{g.lender.lent[0].SID}) {
		t.Errorf("taken back: %v", len(g.lender.back))
	}
	if err := g.client.TakeBack(g.ctx, g.lender.lent[0].SID); !errors.Is(err, clinic.E(clinic.CodeNotFound)) {
		t.Errorf("the provider still has it: %v", err)
	}
	// It is one of our texts, not a second sender's, and nothing of it is fetched.
	if s := g.strangers(); s.Texts != 0 {
		t.Errorf("%d texts of a second sender", s.Texts)
	}
	g.ok(g.x.FetchMedia(g.ctx))
	if m := g.message(id); m.Media != 1 {
		t.Errorf("it goes with %d pictures", m.Media)
	}
	g.read(func(tx *sqlite.Tx) error {
		all, err := archive.AttachmentsOf(tx, id)
		if of := all[id]; len(of) != 1 || of[0].Preview.IsZero() || of[0].Reason != "" {
			t.Errorf("attachments: %d", len(of))
		}
		return err
	})
}

func TestAPictureIsLookedAtFirst(t *testing.T) {
	g := newGallery(t)
	id := clinic.NewID[clinic.MessageID]()
	err := g.presses(id, exchange.Draft{Body: entrance}, false)
	var said *clinic.Error
	if !errors.As(err, &said) || said.Code != exchange.CodeNeedsConfirming || said.Params["reason"] != policy.CodePictureUnread {
		t.Fatalf("not confirmed: %v", err)
	}
	for range 2 { // pressed twice
		g.ok(g.presses(id, exchange.Draft{Body: entrance}, true))
	}
	g.ok(g.x.SendDue(g.ctx))
	g.arrives()
	if n := len(g.pictures(entrance)); n != 1 || g.sent(entrance) != 1 {
		t.Errorf("%d pictures with %d texts", n, g.sent(entrance))
	}
	if err := exchange.Write(g.ctx, g.clinic.Journal, g.member, clinic.NewID[clinic.MessageID](), exchange.Draft{
		Sight: archive.SeeAll(), Thread: g.thread, Body: entrance, Category: policy.Scheduling, Picture: true,
	}, policy.LineSimulator, true); !errors.Is(err, clinic.E(clinic.CodeBadInput)) {
		t.Errorf("a picture that is nowhere: %v", err)
	}
}

func TestAPictureIsNotLeftWithTheProviderForLater(t *testing.T) {
	g := newGallery(t)
	at := g.clock.Now().Add(2 * time.Hour)
	err := g.presses(clinic.NewID[clinic.MessageID](), exchange.Draft{Body: entrance, At: at, AtProvider: true}, true)
	var said *clinic.Error
	if !errors.As(err, &said) || said.Code != exchange.CodeMayNotGo || said.Params["reason"] != policy.CodeSchedulePicture {
		t.Errorf("left with the provider: %v", err)
	}
	id := clinic.NewID[clinic.MessageID]()
	g.ok(g.presses(id, exchange.Draft{Body: entrance, At: at}, true))
	g.ok(g.x.SendDue(g.ctx))
	g.state(id, archive.Later)
	if len(g.lender.lent) != 0 {
		t.Error("lent long before its time")
	}
	g.clock.Advance(2*time.Hour + time.Minute)
	g.ok(g.x.SendDue(g.ctx))
	g.arrives()
	g.state(id, archive.Delivered)
	if len(g.pictures(entrance)) != 1 {
		t.Error("it went without its picture")
	}
}

// TestAPictureThatCannotBeLentHoldsOnlyItsOwn: nothing of it was sent, other conversations
// go on, and what passes by itself is tried again by itself.
func TestAPictureThatCannotBeLentHoldsOnlyItsOwn(t *testing.T) {
	for _, c := range []struct {
		name  string
		fails error
		then  archive.State
	}{
		{"unavailable", clinic.E(provider.CodeUnavailable).Retryable(), archive.Waiting},
		{"busy", clinic.E(provider.CodeBusy).With("retry_after", 3), archive.Waiting},
		{"cancelled", clinic.E(clinic.CodeCancelled), archive.Waiting},
		{"anything else", errors.New("unheard of"), archive.Waiting},
		{"no store", clinic.E(provider.CodeNoPictures), archive.Failed},
		{"refused", clinic.E(provider.CodeRefused).With("provider_code", 50430), archive.Failed},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := newGallery(t)
			g.wonders()
			id, behind := g.draws(entrance), g.written(visit)
			_, other := g.addPatient("Teo Vega", "+13035550177")
			g.patient, g.thread = g.patientOf(other), other
			g.consent(policy.Scheduling)
			elsewhere := g.written("See you on Friday.")
			g.lender.fails = c.fails
			g.ok(g.x.SendDue(g.ctx))
			g.state(id, c.then)
			g.state(elsewhere, archive.Sent)
			if c.then == archive.Failed {
				if m := g.message(id); m.Reason != clinic.CodeOf(c.fails) {
					t.Errorf("failed because of %s", m.Reason)
				}
				g.state(behind, archive.Sent)
				return
			}
			g.state(behind, archive.Waiting)
			g.lender.fails = nil
			g.clock.Advance(10 * time.Second)
			g.ok(g.x.SendDue(g.ctx))
			g.arrives()
			g.state(id, archive.Delivered)
			g.state(behind, archive.Delivered)
			if len(g.pictures(entrance)) != 1 || g.sent(entrance) != 1 {
				t.Errorf("%d pictures with %d texts", len(g.pictures(entrance)), g.sent(entrance))
			}
		})
	}
}

func (g *gallery) patientOf(thread clinic.ThreadID) (id clinic.PatientID) {
	g.t.Helper()
	g.read(func(tx *sqlite.Tx) error {
		t, err := archive.GetThread(tx, archive.SeeAll(), thread)
		id = t.Patient
		return err
	})
	return id
}

// TestAStoreThatFailsIsAskedLessAndLess, and a text that waited for it too long asks.
func TestAStoreThatFailsIsAskedLessAndLess(t *testing.T) {
	g := newGallery(t)
	id := g.draws(entrance)
	asked := 0
	g.lender.fails = clinic.E(provider.CodeUnavailable).Retryable()
	for range 31 * 60 / 5 {
		g.lender.before = func() { asked++ }
		g.ok(g.x.SendDue(g.ctx))
		g.clock.Advance(5 * time.Second)
	}
	if asked < 5 || asked > 12 {
		t.Errorf("asked %d times in half an hour", asked)
	}
	g.clock.Advance(time.Hour)
	g.ok(g.x.SendDue(g.ctx))
	g.state(id, archive.Held)
	if g.sent(entrance) != 0 {
		t.Error("it was sent")
	}
}

// TestAStopWhileAPictureIsLentHoldsTheText: lending takes its time, and the rules are
// asked once more after it.
func TestAStopWhileAPictureIsLentHoldsTheText(t *testing.T) {
	g := newGallery(t)
	id := g.draws(entrance)
	g.lender.before = func() {
		_, err := g.sim.Receive(simulator.Inbound{From: hers, Body: "STOP"})
		g.ok(err)
		g.ok(g.x.Listen(g.ctx))
	}
	g.ok(g.x.SendDue(g.ctx))
	g.clock.Advance(time.Minute)
	g.ok(g.x.SendDue(g.ctx))
	if n := g.sent(entrance); n != 0 {
		t.Errorf("%d texts went after STOP", n)
	}
	if m := g.message(id); m.State != archive.Failed && m.State != archive.Withdrawn {
		t.Errorf("the text is %s", m.State)
	}
	g.ok(g.x.ReturnPictures(g.ctx))
	if len(g.lender.back) != 1 {
		t.Error("the picture stays with the provider")
	}
}

// TestTheRulesAreAskedOnceMoreAfterLending: the evening came while the picture was lent.
func TestTheRulesAreAskedOnceMoreAfterLending(t *testing.T) {
	g := newGallery(t)
	id := g.draws(entrance)
	g.lender.before = func() { g.clock.Advance(12 * time.Hour) }
	g.ok(g.x.SendDue(g.ctx))
	if g.sent(entrance) != 0 {
		t.Error("it went at ten in the evening")
	}
	g.ok(g.x.SendDue(g.ctx))
	g.state(id, archive.Held) // it could have gone in the morning: somebody reads it again
}

// TestPicturesThatWereSwitchedOffDoNotGo, those that wait neither; words go on.
func TestPicturesThatWereSwitchedOffDoNotGo(t *testing.T) {
	const why clinic.Code = "test.off"
	for _, while := range []bool{false, true} {
		g := newGallery(t)
		id := g.draws(entrance)
		if while {
			g.lender.before = func() { g.lender.off = why }
		} else {
			g.lender.off = why
		}
		g.ok(g.x.SendDue(g.ctx))
		g.ok(g.x.SendDue(g.ctx))
		g.state(id, archive.Failed)
		if m := g.message(id); m.Reason != why || g.sent(entrance) != 0 {
			t.Errorf("while it was lent %t: it failed for %s, and %d were sent", while, m.Reason, g.sent(entrance))
		}
		words := g.written("See you on Tuesday.")
		g.ok(g.x.SendDue(g.ctx))
		g.arrives()
		g.state(words, archive.Delivered)
	}
}

// TestALoanIsTakenBackWhenItsTextGoesAnotherTime: each attempt lends anew.
func TestALoanIsTakenBackWhenItsTextGoesAnotherTime(t *testing.T) {
	g := newGallery(t)
	id := g.draws(entrance)
	g.restart(busy{g.sms}, g.clinic.Journal)
	g.ok(g.x.SendDue(g.ctx))
	g.state(id, archive.Waiting)
	g.ok(g.x.ReturnPictures(g.ctx))
	if len(g.lender.lent) != 1 || !slices.Equal(g.lender.back, []provider.LoanSID{g.lender.lent[0].SID}) {
		t.Errorf("lent %d, taken back %d", len(g.lender.lent), len(g.lender.back))
	}
}

// busy takes no text now.
type busy struct{ provider.SMS }

func (busy) Send(context.Context, provider.Outgoing) (provider.Message, error) {
	return provider.Message{}, clinic.E(provider.CodeBusy).Retryable()
}

// TestWithoutAStoreNoTextWithAPictureGoes, and others do.
func TestWithoutAStoreNoTextWithAPictureGoes(t *testing.T) {
	g := newGallery(t)
	id := g.draws(entrance)
	g.x = g.through(g.sms)
	g.ok(g.x.SendDue(g.ctx))
	g.state(id, archive.Failed)
	plain := g.written(visit)
	g.ok(g.x.SendDue(g.ctx))
	g.state(plain, archive.Sent)
	if m := g.message(id); m.Reason != provider.CodeNoPictures || g.sent(entrance) != 0 {
		t.Errorf("%s, %d sent", m.Reason, g.sent(entrance))
	}
}
