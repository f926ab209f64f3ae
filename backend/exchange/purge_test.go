package exchange_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"testing"
	"time"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/exchange"
	"quietline/backend/journal"
	"quietline/backend/policy"
	"quietline/backend/provider"
	"quietline/backend/provider/simulator"
	"quietline/backend/sqlite"
)

// shelf is a backup that holds the log up to a position.
type shelf struct{ upTo uint64 }

func (s shelf) Proven(context.Context, clinic.Instant) (uint64, error) { return s.upTo, nil }

// all is a backup that holds everything.
var all = shelf{1 << 62}

// purges starts an exchange that may take texts away at the provider.
func (a *album) purges(with provider.Purger) {
	a.x = exchange.New(exchange.Config{
		Journal: a.clinic.Journal, SMS: a.sms, Account: account, Media: a.media, Blobs: a.clinic.Blobs, Purger: with, Phone: ours,
		Line: policy.LineSimulator, Clock: a.clock, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
}

// longAgo is a clinic that has listened for three weeks after some texts.
func longAgo(t *testing.T, rule exchange.PurgeRule) *album {
	a := newAlbum(t)
	a.listensLong(rule)
	return a
}

func (a *album) listensLong(rule exchange.PurgeRule) {
	a.t.Helper()
	a.purges(a.client)
	a.readAll()
	a.clock.Advance(time.Minute)
	a.comes("My card", aPicture())
	a.written(visit)
	a.ok(a.x.SendDue(a.ctx))
	a.ok(a.x.FetchMedia(a.ctx))
	for range 21 {
		a.clock.Advance(24 * time.Hour)
		a.ok(a.x.Listen(a.ctx))
	}
	a.receives("Thank you")
	a.ok(a.x.Listen(a.ctx))
	a.ok(a.x.Compare(a.ctx, true, nil))
	a.ok(exchange.SetPurging(a.ctx, a.clinic.Journal, a.member, rule, exchange.LeastPurgeDays))
}

// there says what the provider still has: words of texts, attachments, and texts.
func (w *world) there() (words, media, texts int) {
	for _, m := range w.sim.Messages() {
		if texts++; m.Body != "" {
			words++
		}
		list, err := w.client.ListMedia(w.ctx, m.SID)
		w.ok(err)
		media += len(list)
	}
	return words, media, texts
}

func (w *world) purged() (p exchange.Purging) {
	w.t.Helper()
	w.read(func(tx *sqlite.Tx) (err error) {
		p, err = exchange.PurgingOf(tx, w.clock.Now())
		return err
	})
	return p
}

// TestNothingIsTakenAwayBeforeItIsSafe goes through what forbids it, one by one, and
// then takes away the words, and then the rest.
func TestNothingIsTakenAwayBeforeItIsSafe(t *testing.T) {
	a := longAgo(t, exchange.PurgeNothing)
	before := a.allTexts()
	words, media, texts := a.there()
	untouched := func(why string, copies exchange.Copies, want clinic.Code) {
		t.Helper()
		if err := a.x.Purge(a.ctx, copies, nil); want == "" && err != nil || want != "" && !errors.Is(err, clinic.E(want)) {
			t.Errorf("%s: %v", why, err)
		}
		if w, m, n := a.there(); w != words || m != media || n != texts {
			t.Fatalf("%s: of %d %d %d are left %d %d %d", why, words, media, texts, w, m, n)
		}
	}
	untouched("without a rule", all, "")
	a.ok(exchange.SetPurging(a.ctx, a.clinic.Journal, a.member, exchange.PurgeWords, 60))
	untouched("too young", all, "")
	a.ok(exchange.SetPurging(a.ctx, a.clinic.Journal, a.member, exchange.PurgeWords, exchange.LeastPurgeDays))
	untouched("without a backup", shelf{}, exchange.CodePurgeNoCopy)
	untouched("with one that is older", shelf{5}, exchange.CodePurgeNoCopy)
	a.another("From another program")
	texts, words = texts+1, words+1
	a.clock.Advance(time.Minute)
	a.ok(a.x.Listen(a.ctx))
	untouched("with a second sender", all, exchange.CodePurgeSender)
	a.ok(exchange.SettleStrangers(a.ctx, a.clinic.Journal, a.member, a.strangers().Last))
	a.pass(9)
	untouched("not compared for nine days", all, exchange.CodePurgeUnchecked)
	a.ok(a.x.Compare(a.ctx, true, nil))
	copied := journal.Pos{Incarnation: 7, Seq: 1 << 40}
	a.ok(exchange.StopForCopy(a.ctx, a.clinic.Journal, copied, a.clock.Now()))
	untouched("with another copy about", all, exchange.CodePurgeSender)
	a.ok(exchange.UseThisCopy(a.ctx, a.clinic.Journal, a.member, copied))

	a.ok(a.x.Purge(a.ctx, all, nil))
	if w, m, n := a.there(); w != words-2 || m != 0 || n != texts {
		t.Fatalf("the words of two were to go: of %d %d %d are left %d %d %d", words, media, texts, w, m, n)
	}
	same := func() {
		t.Helper()
		a.clock.Advance(time.Minute)
		a.ok(a.x.Listen(a.ctx))
		a.ok(a.x.Compare(a.ctx, true, nil))
		now := a.allTexts()
		delete(now, "From another program")
		if len(now) != len(before) || now["My card"] != 1 || now[visit] != 1 || a.completeness().Missing != 0 {
			t.Errorf("here are %v", now)
		}
	}
	same()
	if p := a.purged(); p.Emptied != 2 || p.Deleted != 0 || p.Attachments != 1 || p.Waits != nil || p.First == 0 || p.At == 0 {
		t.Errorf("it is said: %+v", p)
	}
	a.ok(exchange.SetPurging(a.ctx, a.clinic.Journal, a.member, exchange.PurgeAll, exchange.LeastPurgeDays))
	a.ok(a.x.Purge(a.ctx, all, nil))
	if w, m, n := a.there(); w != words-2 || m != 0 || n != texts-2 {
		t.Errorf("two were to go: of %d %d %d are left %d %d %d", words, media, texts, w, m, n)
	}
	same()
	if p := a.purged(); p.Emptied != 0 || p.Deleted != 2 || p.Attachments != 1 {
		t.Errorf("it is said: %+v", p)
	}
	head := a.head()
	a.ok(a.x.Purge(a.ctx, all, nil))
	if a.head() != head {
		t.Error("with nothing left to do something is recorded")
	}
}

// fatal is a purger whose program dies right after a change took effect.
type fatal struct {
	provider.Purger
	die func()
}

func (f *fatal) Redact(ctx context.Context, sid provider.SID) (provider.Message, error) {
	_, err := f.Purger.Redact(ctx, sid)
	f.die()
	return provider.Message{}, errors.Join(err, errDead)
}

func (f *fatal) DeleteMedia(ctx context.Context, sid provider.SID, medium provider.MediumSID) error {
	err := f.Purger.DeleteMedia(ctx, sid, medium)
	f.die()
	return errors.Join(err, errDead)
}

func (f *fatal) Delete(ctx context.Context, sid provider.SID) error {
	err := f.Purger.Delete(ctx, sid)
	f.die()
	return errors.Join(err, errDead)
}

// TestAKillWhileTakingAway ends the program after each change at the provider, before
// it is recorded.
func TestAKillWhileTakingAway(t *testing.T) {
	for _, rule := range []exchange.PurgeRule{exchange.PurgeWords, exchange.PurgeAll} {
		a := longAgo(t, rule)
		kills := 0
		for {
			j := &mortal{Journal: a.clinic.Journal, lives: -1}
			a.x = exchange.New(exchange.Config{
				Journal: j, SMS: a.sms, Account: account, Media: a.media, Blobs: a.clinic.Blobs, Phone: ours, Clock: a.clock,
				Purger: &fatal{a.client, func() { j.lives = 0 }}, Log: clinic.NewLog(t.Output()),
			})
			err := a.x.Purge(a.ctx, all, nil)
			if err == nil {
				break
			}
			if kills++; !errors.Is(err, errDead) || kills > 10 {
				t.Fatal(err)
			}
			a.reopen()
		}
		words, media, texts := a.there()
		p := a.purged()
		if kills != 3 || words != 1 || media != 0 || p.Emptied+p.Deleted != 2 || (texts == 1) != (rule == exchange.PurgeAll) {
			t.Errorf("%s, after %d kills: %d words, %d attachments and %d texts are left: %+v", rule, kills, words, media, texts, p)
		}
	}
}

// TestWhatIsNotHereStaysThere: an attachment that never came, and words that differ.
func TestWhatIsNotHereStaysThere(t *testing.T) {
	a := newAlbum(t)
	a.media.err = clinic.E(provider.CodeUnavailable).Retryable()
	a.purges(a.client)
	a.readAll()
	a.clock.Advance(time.Minute)
	a.comes("My card", simulator.Attached{Type: "application/pdf"})
	a.ok(a.x.FetchMedia(a.ctx))
	a.pass(20)
	a.ok(a.x.Compare(a.ctx, true, nil))
	a.ok(exchange.SetPurging(a.ctx, a.clinic.Journal, a.member, exchange.PurgeAll, exchange.LeastPurgeDays))
	a.ok(a.x.Purge(a.ctx, all, nil))
	if words, media, texts := a.there(); words != 1 || media != 1 || texts != 1 || a.purged().Deleted != 0 {
		t.Errorf("%d words, %d attachments and %d texts are left: %+v", words, media, texts, a.purged())
	}
	a.media.err = nil
	a.clock.Advance(time.Hour)
	a.ok(a.x.FetchMedia(a.ctx))
	a.sms = altered{SMS: a.client, fetched: func(m *provider.Message) { m.Body += "!" }}
	a.purges(a.client)
	a.ok(a.x.Purge(a.ctx, all, nil))
	if p := a.purged(); p.Deleted != 0 || p.KeptWords != 1 || p.KeptAttachments != 0 {
		t.Errorf("of a text with other words: %+v", p)
	}
	a.sms = a.client
	a.purges(a.client)
	a.leavesAlone()
	a.ok(exchange.SetPurging(a.ctx, a.clinic.Journal, a.member, exchange.PurgeAll, exchange.LeastPurgeDays))
	a.ok(a.x.Purge(a.ctx, all, nil))
	if words, media, texts := a.there(); words+media+texts != 0 || a.purged().Deleted != 1 {
		t.Errorf("once it is here, %d words, %d attachments and %d texts are left", words, media, texts)
	}
	var still archive.Message
	a.read(func(tx *sqlite.Tx) (err error) {
		page, err := archive.History(tx, archive.SeeAll(), a.thread, "", 10)
		if err == nil {
			still = page.Items[0]
		}
		return err
	})
	if still.Body != "My card" {
		t.Error("the words are not here")
	}
}
