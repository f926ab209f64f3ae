package exchange_test

import (
	"slices"
	"testing"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/exchange"
	"quietline/backend/provider"
	"quietline/backend/provider/simulator"
)

// TestWhatCannotBeTakenBackIsTriedAgain, later and later.
func TestWhatCannotBeTakenBackIsTriedAgain(t *testing.T) {
	g := newGallery(t)
	g.draws(entrance)
	g.ok(g.x.SendDue(g.ctx))
	g.arrives()
	g.lender.keeps = clinic.E(provider.CodeUnavailable).Retryable()
	g.ok(g.x.ReturnPictures(g.ctx))
	g.lender.keeps = nil
	g.ok(g.x.ReturnPictures(g.ctx))
	if len(g.lender.back) != 0 {
		t.Error("asked again at once")
	}
	g.clock.Advance(11 * time.Second)
	g.ok(g.x.ReturnPictures(g.ctx))
	if len(g.lender.back) != 1 {
		t.Error("not asked again")
	}
}

// TestOneLoanThatStaysKeepsNoOther: it may be of an account of before.
func TestOneLoanThatStaysKeepsNoOther(t *testing.T) {
	g := newGallery(t)
	g.wonders()
	g.draws(entrance)
	g.ok(g.x.SendDue(g.ctx))
	g.clock.Advance(time.Second)
	g.draws("And here is the way out.")
	g.ok(g.x.SendDue(g.ctx))
	g.arrives()
	if len(g.lender.lent) != 2 {
		t.Fatalf("lent %d", len(g.lender.lent))
	}
	g.lender.stays = g.lender.lent[0].SID
	for range 2 {
		g.ok(g.x.ReturnPictures(g.ctx))
		g.clock.Advance(time.Minute)
	}
	if !slices.Equal(g.lender.back, []provider.LoanSID{g.lender.lent[1].SID}) {
		t.Errorf("taken back: %d", len(g.lender.back))
	}
}

// TestOurPictureIsPurgedWithItsText: the provider has another name for it than we do.
func TestOurPictureIsPurgedWithItsText(t *testing.T) {
	for _, rule := range []exchange.PurgeRule{exchange.PurgeWords, exchange.PurgeAll} {
		g := newGallery(t)
		g.readAll()
		g.draws(entrance)
		g.ok(g.x.SendDue(g.ctx))
		for range 21 {
			g.clock.Advance(24 * time.Hour)
			g.ok(g.x.Listen(g.ctx))
		}
		_, err := g.sim.Receive(simulator.Inbound{From: hers, Body: "Thank you"})
		g.ok(err)
		g.ok(g.x.Listen(g.ctx))
		g.ok(g.x.Compare(g.ctx, true, nil))
		g.ok(exchange.SetPurging(g.ctx, g.clinic.Journal, g.member, rule, exchange.LeastPurgeDays))
		g.ok(g.x.Purge(g.ctx, all, nil))
		if p := g.purged(); p.Attachments != 1 || p.KeptAttachments != 0 || p.Emptied+p.Deleted != 1 {
			t.Errorf("%s: %+v", rule, p)
		}
		if n := len(g.pictures(entrance)); n != 0 {
			t.Errorf("%s: %d pictures are left there", rule, n)
		}
	}
}
