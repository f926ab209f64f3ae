package exchange_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/policy"
	"quietline/backend/provider"
	"quietline/backend/provider/simulator"
)

// TestTwoCopiesThankAndRemindOnce: what the program writes by itself every copy writes,
// in whichever order they hear of what made it.
func TestTwoCopiesThankAndRemindOnce(t *testing.T) {
	w := newAsking(t)
	copied := func() (*asking, clinic.ConsentID) {
		w.newcomer()
		id := w.ask()
		return &asking{world: w.copied(), phone: w.phone}, id
	}
	listens := func(a *asking) { a.ok(a.x.Listen(a.ctx)) }
	follows := func(a *asking) { a.ok(a.x.FollowQuestions(a.ctx)) }
	sends := func(a *asking) { a.ok(a.x.SendDue(a.ctx)) }
	for name, c := range map[string]struct {
		waits time.Duration // until the steps
		body  string        // what she answers before
		steps func(clone *asking)
	}{
		"both hear of her YES": {time.Minute, "YES", func(clone *asking) {
			listens(w)
			listens(clone)
			sends(w)
			w.clock.Advance(time.Second)
			sends(clone)
		}},
		"one hears of it with the thanks": {time.Minute, "YES", func(clone *asking) {
			listens(w)
			sends(w)
			w.clock.Advance(3 * time.Hour)
			listens(clone)
			sends(clone)
		}},
		"both remind": {49 * time.Hour, "", func(clone *asking) {
			follows(w)
			follows(clone)
			sends(w)
			w.clock.Advance(time.Second)
			sends(clone)
		}},
		"one hears of the reminder": {49 * time.Hour, "", func(clone *asking) {
			follows(w)
			sends(w)
			w.clock.Advance(time.Minute)
			listens(clone)
			follows(clone)
			sends(clone)
		}},
	} {
		clone, id := copied()
		w.clock.Advance(time.Minute)
		if c.body != "" {
			_, err := w.sim.Receive(simulator.Inbound{From: w.phone, Body: c.body})
			w.ok(err)
		}
		w.clock.Advance(c.waits)
		c.steps(clone)
		if got := w.got(); len(got) != 2 {
			t.Errorf("%s: she gets %q", name, got)
		}
		if c.body != "" {
			clone.came(id, policy.ConsentGiven, requested, given)
		}
	}
}

// lagging is a provider whose list does not show a text yet.
type lagging struct {
	provider.SMS
	body string
}

func (l lagging) List(ctx context.Context, q provider.Query, at provider.Cursor) (provider.Page, error) {
	page, err := l.SMS.List(ctx, q, at)
	page.Messages = slices.DeleteFunc(page.Messages, func(m provider.Message) bool { return m.Body == l.body })
	return page, err
}

// TestARestoredClinicThanksOnce: the answer is read again, and was thanked for, whether
// the list shows that already or not.
func TestARestoredClinicThanksOnce(t *testing.T) {
	w := newAsking(t)
	w.newcomer()
	id := w.ask()
	putBack := w.older()
	w.says("YES")
	if got := w.got(); len(got) != 2 {
		t.Fatalf("she gets %q", got)
	}
	w.clock.Advance(time.Minute)
	putBack()
	w.sms = lagging{w.client, w.got()[1]}
	w.goOn()
	w.listen()
	w.signs()
	w.listen()
	w.came(id, policy.ConsentGiven, requested, given)
	if got := w.got(); len(got) != 2 {
		t.Errorf("after the restore she gets %q", got)
	}
}

// TestWhatAnswersAQuestion: texts from before it, words on the phone, and two phones.
func TestWhatAnswersAQuestion(t *testing.T) {
	w := newAsking(t)
	note := func() (id clinic.ConsentID) {
		w.submit(func(d *journal.Decision) (err error) {
			id, err = consent.Note(d, w.patient)
			return err
		})
		return id
	}

	t.Run("a text from before it that is read after it", func(t *testing.T) {
		w.newcomer()
		_, err := w.sim.Receive(simulator.Inbound{From: w.phone, Body: "Where do I park?"})
		w.ok(err)
		w.clock.Advance(10 * time.Minute)
		id := w.ask()
		w.listen()
		w.came(id, policy.ConsentRequested, requested)
		w.says("yes")
		w.came(id, policy.ConsentGiven, requested, given)
	})

	t.Run("a no on the phone ends the question with the words", func(t *testing.T) {
		w.newcomer()
		noted := note()
		id := w.ask()
		w.submit(func(d *journal.Decision) error { return consent.Revoke(d, noted, consent.ByCall) })
		w.came(id, policy.ConsentRevoked, requested, consent.WhatRevoked)
		w.later(4 * 24 * time.Hour)
		if got := w.got(); len(got) != 1 {
			t.Errorf("after her no she gets %q", got)
		}
		w.newcomer()
		noted, id = note(), w.ask()
		w.submit(func(d *journal.Decision) error { return consent.Revoke(d, id, consent.ByCall) })
		w.came(noted, policy.ConsentRevoked, consent.WhatSpoken, consent.WhatRevoked)
	})

	t.Run("spoken words hide no question", func(t *testing.T) {
		w.newcomer()
		note()
		w.ask()
		w.refused(policy.CodeAskWaits)
		w.later(8 * 24 * time.Hour)
		w.refused(policy.CodeAskLately)
		note() // she has called since
		w.ask()
	})

	t.Run("STOP from one phone and YES from another, read together", func(t *testing.T) {
		w.newcomer()
		id := w.ask()
		other := clinic.Phone("+17205550999")
		w.submit(func(d *journal.Decision) error {
			_, err := patients.AddNumber(d, w.patient, other, false, patients.PatientsOwn)
			return err
		})
		w.clock.Advance(time.Minute)
		for _, said := range []simulator.Inbound{{From: other, Body: "STOP"}, {From: w.phone, Body: "YES"}} {
			_, err := w.sim.Receive(said)
			w.ok(err)
			w.clock.Advance(time.Minute)
		}
		w.listen()
		w.came(id, policy.ConsentDeclined, requested, declined)
		if all := w.history(); len(w.got()) != 1 || len(all) != 2 {
			t.Errorf("she gets %q, and the conversation has %d texts", w.got(), len(all))
		}
	})
}

// TestWhatWasTakenBackIsNoQuestion: a STOP, and then its very words from elsewhere.
func TestWhatWasTakenBackIsNoQuestion(t *testing.T) {
	w := newWorld(t)
	w.readAll()
	w.clock.Advance(12 * time.Hour)
	id := w.written(visit)
	w.state(id, archive.Later)
	w.clock.Advance(time.Minute)
	_, err := w.sim.Receive(simulator.Inbound{From: hers, Body: "Please stop texting me"})
	w.ok(err)
	w.clock.Advance(time.Minute)
	w.another(visit)
	w.ok(w.x.Listen(w.ctx))
	w.state(id, archive.Withdrawn)
}
