package exchange_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"testing"
	"time"

	"quietline/backend/archive"
	"quietline/backend/archive/blob"
	"quietline/backend/clinic"
	"quietline/backend/exchange"
	"quietline/backend/journal"
	"quietline/backend/policy"
	"quietline/backend/provider"
)

// TestAKillBetweenLendingAndSending leaves a text of which nobody knows, and nothing at
// the provider.
func TestAKillBetweenLendingAndSending(t *testing.T) {
	g := newGallery(t)
	id := g.draws(entrance)
	killed := errors.New("killed")
	j := &recordsUpTo{Journal: g.clinic.Journal, after: 2, with: killed} // the attempt, the loan
	g.restart(unsent{g.sms}, j)
	j.armed = true
	if err := g.x.SendDue(g.ctx); !errors.Is(err, killed) {
		t.Fatalf("not killed: %v", err)
	}
	g.state(id, archive.Sending)
	g.restart(g.sms, g.clinic.Journal)
	g.state(id, archive.Unsure)
	g.clock.Advance(20 * time.Minute)
	g.ok(g.x.CheckUnsure(g.ctx))
	g.state(id, archive.Ask)
	g.ok(g.x.ReturnPictures(g.ctx))
	if len(g.lender.back) != 0 {
		t.Error("taken back within the hour")
	}
	g.clock.Advance(time.Hour)
	g.ok(g.x.ReturnPictures(g.ctx))
	if len(g.lender.back) != 1 {
		t.Error("the picture stays with the provider")
	}
	// A person lets it go: it goes once, with its picture, lent anew.
	g.ok(exchange.Resolve(g.ctx, g.clinic.Journal, g.member, archive.SeeAll(), id, true, policy.LineSimulator))
	g.ok(g.x.SendDue(g.ctx))
	g.arrives()
	g.state(id, archive.Delivered)
	if len(g.lender.lent) != 2 || len(g.pictures(entrance)) != 1 {
		t.Errorf("lent %d times, %d pictures arrived", len(g.lender.lent), len(g.pictures(entrance)))
	}
}

// recordsUpTo is a journal whose process ends after so many decisions.
type recordsUpTo struct {
	exchange.Journal
	armed bool
	after int
	with  error
}

func (d *recordsUpTo) Submit(ctx context.Context, a journal.Actor, decide func(*journal.Decision) error) (journal.Pos, error) {
	if d.armed && d.after == 0 {
		return journal.Pos{}, d.with
	}
	if d.armed {
		d.after--
	}
	return d.Journal.Submit(ctx, a, decide)
}

// unsent takes no text.
type unsent struct{ provider.SMS }

func (unsent) Send(context.Context, provider.Outgoing) (provider.Message, error) {
	return provider.Message{}, errors.New("the process has ended")
}

// TestALoanThatCannotBeRecordedIsTakenBackAtOnce: nobody would ever know of it.
func TestALoanThatCannotBeRecordedIsTakenBackAtOnce(t *testing.T) {
	g := newGallery(t)
	g.draws(entrance)
	j := &recordsUpTo{Journal: g.clinic.Journal, after: 1, with: clinic.E(clinic.CodeInternal)}
	g.restart(g.sms, j)
	j.armed = true
	if err := g.x.SendDue(g.ctx); err == nil {
		t.Fatal("a full disk is no error")
	}
	if len(g.lender.lent) != 1 || len(g.lender.back) != 1 || g.sent(entrance) != 0 {
		t.Errorf("lent %d, taken back %d, sent %d", len(g.lender.lent), len(g.lender.back), g.sent(entrance))
	}
}

// TestAPictureOfWhichTheAnswerWasLostIsFound: whether the provider has counted the picture
// by then or not, and never instead of the same words without one.
func TestAPictureOfWhichTheAnswerWasLostIsFound(t *testing.T) {
	for _, counted := range []bool{false, true} {
		g := newGallery(t)
		g.wonders()
		g.restart(losing{g.sms}, g.clinic.Journal)
		id := g.draws(entrance)
		g.ok(g.x.SendDue(g.ctx))
		g.state(id, archive.Unsure)
		plain := g.written(entrance)
		g.clock.Advance(16 * time.Minute) // the plain one waits behind it until then
		if counted {
			g.restart(g.sms, g.clinic.Journal)
		} else {
			g.restart(altered{SMS: g.sms, listed: func(m *provider.Message) { m.NumMedia = 0 }}, g.clinic.Journal)
		}
		g.ok(g.x.CheckUnsure(g.ctx))
		if s := g.message(id).State; s != archive.Sent && s != archive.Delivered {
			t.Fatalf("counted %t: it is %s", counted, s)
		}
		g.ok(g.x.SendDue(g.ctx))
		g.arrives()
		if g.sent(entrance) != 2 || len(g.pictures(entrance)) != 1 {
			t.Errorf("counted %t: %d texts, %d pictures", counted, g.sent(entrance), len(g.pictures(entrance)))
		}
		if s := g.message(plain).State; s != archive.Sent && s != archive.Delivered {
			t.Errorf("counted %t: the plain one is %s", counted, s)
		}
	}
}

// losing is a provider whose answers to what is sent are lost.
type losing struct{ provider.SMS }

func (l losing) Send(ctx context.Context, o provider.Outgoing) (provider.Message, error) {
	if _, err := l.SMS.Send(ctx, o); err != nil {
		return provider.Message{}, err
	}
	return provider.Message{}, clinic.E(provider.CodeUnknown)
}

// TestTheSameWordsWithAPictureAreNotOurs: ours had none.
func TestTheSameWordsWithAPictureAreNotOurs(t *testing.T) {
	g := newGallery(t)
	g.ok(g.x.Listen(g.ctx))
	g.restart(unsent{g.sms}, g.clinic.Journal)
	id := g.written(entrance)
	g.ok(g.x.SendDue(g.ctx))
	g.state(id, archive.Unsure)
	loan, err := g.client.Lend(g.ctx, provider.Picture{JPEG: theEntrance()})
	g.ok(err)
	_, err = g.client.Send(g.ctx, provider.Outgoing{From: ours, To: hers, Body: entrance, Picture: &loan})
	g.ok(err)
	g.clock.Advance(time.Minute)
	g.ok(g.x.CheckUnsure(g.ctx))
	g.state(id, archive.Unsure)
}

func TestAPictureThatIsLostHereDoesNotGo(t *testing.T) {
	g := newGallery(t)
	id := g.draws(entrance)
	g.restart(g.sms, g.clinic.Journal)
	g.x = exchange.New(exchange.Config{
		Journal: g.clinic.Journal, SMS: g.sms, Pictures: g.lender, Blobs: empty{g.clinic.Blobs}, Account: account, Phone: ours,
		Line: policy.LineSimulator, Clock: g.clock, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	g.ok(g.x.SendDue(g.ctx))
	g.state(id, archive.Failed)
	if m := g.message(id); m.Reason != exchange.CodePictureLost || g.sent(entrance) != 0 {
		t.Errorf("%s, %d sent", m.Reason, g.sent(entrance))
	}
}

// empty is a folder in which no file is.
type empty struct{ archive.Blobs }

func (empty) Open(blob.Ref) (*blob.Content, error) { return nil, clinic.E(blob.CodeMissing) }
