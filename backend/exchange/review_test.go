package exchange_test

import (
	"errors"
	"testing"
	"time"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/exchange"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/policy"
	"quietline/backend/provider"
	"quietline/backend/provider/simulator"
	"quietline/backend/sqlite"
)

// signs reads what a review shows and signs it.
func (w *world) signs() {
	w.t.Helper()
	_, mark := w.lately()
	w.ok(exchange.SignReview(w.ctx, w.clinic.Journal, w.member, archive.SeeAll(), mark, exchange.AnswerNobody))
}

func (w *world) review() (r exchange.Review) {
	w.t.Helper()
	w.read(func(tx *sqlite.Tx) (err error) {
		r, err = exchange.ReviewOf(tx)
		return err
	})
	return r
}

func (w *world) lately() (all map[clinic.ThreadID]exchange.Lately, mark exchange.Mark) {
	w.t.Helper()
	all = map[clinic.ThreadID]exchange.Lately{}
	w.read(func(tx *sqlite.Tx) error {
		r, err := exchange.ReviewOf(tx)
		if err != nil {
			return err
		}
		listed, err := exchange.ListReview(tx, archive.SeeAll(), r)
		for _, l := range listed.All {
			all[l.ID] = l
		}
		if mark = listed.Mark; listed.More || listed.Hidden {
			w.t.Error("some are not shown to who may see all")
		}
		return err
	})
	return all, mark
}

func (w *world) inbound(from clinic.Phone, body string) {
	w.t.Helper()
	_, err := w.sim.Receive(simulator.Inbound{From: from, To: ours, Body: body})
	w.ok(err)
}

// TestNothingLeavesARestoredClinicBeforeSomebodySigns: an older copy comes back while
// the provider has moved on. One patient has asked for no more texts since, another has
// written, a third has done neither. Until somebody has signed for all of that, nothing
// leaves; then the third is texted, and the first is not.
func TestNothingLeavesARestoredClinicBeforeSomebodySigns(t *testing.T) {
	const his, theirs = clinic.Phone("+13035550143"), clinic.Phone("+13035550144")
	w := newWorld(t)
	ilse, stops := w.addPatient("Ilse Braun", his)
	_, writes := w.addPatient("Noor Haddad", theirs)
	w.ok(w.x.Listen(w.ctx))
	b := w.lifeboat()
	made := b.copies()
	w.clock.Advance(2 * time.Hour)
	w.inbound(his, "STOP")
	w.inbound(theirs, "Please call me instead, I share this phone now")
	w.ok(w.x.Listen(w.ctx))
	w.clock.Advance(time.Hour)

	b.restore(made)
	if r := w.review(); !r.Open() || r.Read || r.From.IsZero() || r.Until.IsZero() {
		t.Fatalf("after a restore the review is %+v", r)
	}
	refused := func(reason clinic.Code) {
		t.Helper()
		_, err := w.write("Your visit is on Tuesday")
		var why *clinic.Error
		if !errors.As(err, &why) || why.Code != exchange.CodeMayNotGo || why.Params["reason"] != reason {
			t.Fatalf("a text is not refused with %s: %v", reason, err)
		}
	}
	refused(policy.CodeNotReviewed)
	sign := func(mark exchange.Mark) error {
		return exchange.SignReview(w.ctx, w.clinic.Journal, w.member, archive.SeeAll(), mark, exchange.AnswerRecorded)
	}
	_, early := w.lately()
	if err := sign(early); !errors.Is(err, clinic.E(exchange.CodeReviewUnread)) {
		t.Fatalf("signed before the provider was read: %v", err)
	}
	w.ok(w.x.Listen(w.ctx))
	if err := sign(early); !errors.Is(err, clinic.E(exchange.CodeReviewMoved)) {
		t.Fatalf("signed without having seen what came in: %v", err)
	}
	all, mark := w.lately()
	if len(all) != 2 || all[stops].Told != exchange.ToldStop || all[writes].Told != exchange.ToldWrote || all[writes].Texts != 1 {
		t.Fatalf("the review shows %+v", all)
	}
	refused(policy.CodeNotReviewed)
	if err := exchange.SignReview(w.ctx, w.clinic.Journal, w.member, archive.SeeAll(), mark, ""); !errors.Is(err, clinic.E(clinic.CodeBadInput)) {
		t.Fatalf("signed without an answer about phone and paper: %v", err)
	}
	w.reopen()
	if r := w.review(); !r.Open() || !r.Read {
		t.Fatalf("after another start the review is %+v", r)
	}
	w.clock.Advance(time.Minute)
	// Somebody who sees the one conversation alone may not sign for the other.
	w.submit(func(d *journal.Decision) error { return patients.Restrict(d, ilse, true) })
	manager := archive.See(patients.SeeAll(), patients.Unrestricted(w.member, w.clock.Now())).WithStrangers()
	var hers exchange.Listed
	w.read(func(tx *sqlite.Tx) (err error) {
		hers, err = exchange.ListReview(tx, manager, w.review())
		return err
	})
	if len(hers.All) != 1 || !hers.Hidden {
		t.Fatalf("without the restricted one the review shows %+v", hers)
	}
	if err := exchange.SignReview(w.ctx, w.clinic.Journal, w.member, manager, hers.Mark, exchange.AnswerRecorded); !errors.Is(err, clinic.E(exchange.CodeReviewHidden)) {
		t.Fatalf("signed for a conversation that she may not see: %v", err)
	}
	w.ok(sign(mark))
	if r := w.review(); r.Open() || r.By != w.member || r.Signed != w.clock.Now() {
		t.Fatalf("signed, it is %+v", r)
	}
	id := w.written("Your visit is on Tuesday")
	w.ok(w.x.SendDue(w.ctx))
	w.state(id, archive.Sent)
	w.thread = stops
	refused(policy.CodeOptedOut)
}

// TestWhatTheProviderRefusesIsShown: a text that the lost computer, or another program,
// had handed over, and that the provider has refused because its receiver asked for no
// more. Of the word itself nothing is listed.
func TestWhatTheProviderRefusesIsShown(t *testing.T) {
	w := newWorld(t)
	w.ok(w.x.Listen(w.ctx))
	b := w.lifeboat()
	made := b.copies()
	w.clock.Advance(time.Hour)
	at := w.clock.Now()
	w.clock.Advance(time.Hour)
	b.restore(made)
	w.ok(w.x.Listen(w.ctx))
	w.submit(func(d *journal.Decision) error {
		return exchange.Take(d, ours, []provider.Message{{
			SID: "SM000000000000000000000000000000aa", From: provider.Address(ours), To: provider.Address(hers), Body: "Your visit",
			Direction: provider.Outbound, Status: provider.Failed, ErrorCode: 21610, Created: at,
		}})
	})
	if all, _ := w.lately(); len(all) != 1 || all[w.thread].Told != exchange.ToldRefused {
		t.Fatalf("the review shows %+v", all)
	}
}

// TestTheTimeThatIsMissingGrows: a clinic that is restored again before anybody has
// signed asks about all of it.
func TestTheTimeThatIsMissingGrows(t *testing.T) {
	w := newWorld(t)
	w.ok(w.x.Listen(w.ctx))
	b := w.lifeboat()
	first := b.copies()
	w.clock.Advance(24 * time.Hour)
	b.restore(first)
	since := w.review().From
	w.clock.Advance(24 * time.Hour)
	second := b.copies()
	w.clock.Advance(24 * time.Hour)
	b.restore(second)
	if r := w.review(); r.From != since || !r.Open() {
		t.Errorf("the second review is %+v and not since %d", r, since)
	}
	w.ok(w.x.Listen(w.ctx))
	w.signs()
	w.clock.Advance(24 * time.Hour)
	third := b.copies()
	w.clock.Advance(time.Hour)
	b.restore(third)
	if r := w.review(); r.From <= since || !r.Open() {
		t.Errorf("what was signed is asked about again: %+v", r)
	}
}
