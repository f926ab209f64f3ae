package exchange_test

import (
	"context"
	"testing"
	"time"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/exchange"
	"quietline/backend/journal"
	"quietline/backend/policy"
	"quietline/backend/provider"
	"quietline/backend/provider/simulator"
)

// TestAReminderThatWasLetBeIsCalledOffWhenItShows: its answer was lost, the list lags, and
// a person says not to send it. It is found hours before its time.
func TestAReminderThatWasLetBeIsCalledOffWhenItShows(t *testing.T) {
	w := newWorld(t)
	w.consent(policy.Scheduling, policy.Reminders)
	w.ok(w.x.Listen(w.ctx))
	w.ok(w.sim.SetFaults(simulator.Faults{
		Sends: []simulator.Mishap{simulator.ResetAfter}, ListLag: simulator.Duration(40 * time.Minute),
	}))
	id, err := w.remind(5 * time.Hour)
	w.ok(err)
	w.ok(w.x.SendDue(w.ctx))
	w.clock.Advance(20 * time.Minute)
	w.ok(w.x.CheckUnsure(w.ctx))
	w.state(id, archive.Ask)
	w.resolve(id, false)
	w.state(id, archive.GivenUp)
	w.clock.Advance(25 * time.Minute)
	w.ok(w.x.Listen(w.ctx))
	w.state(id, archive.Recalling)
	w.ok(w.x.SendDue(w.ctx))
	w.state(id, archive.Withdrawn)
	w.expectReminders(map[provider.Status]int{provider.Canceled: 1})
	w.goesOn(6*time.Hour, time.Hour)
	w.expectReminders(map[provider.Status]int{provider.Canceled: 1})
	if s := w.strangers(); s.Texts != 0 {
		t.Error("our own text was taken for a stranger's")
	}
}

// overheard is a scheduler that says before each request what is about to be asked of it.
type overheard struct {
	provider.Scheduler
	schedules, cancels func()
}

func (a overheard) Schedule(ctx context.Context, text provider.Outgoing, at clinic.Instant) (provider.Message, error) {
	a.schedules()
	return a.Scheduler.Schedule(ctx, text, at)
}

func (a overheard) Cancel(ctx context.Context, sid provider.SID) (provider.Message, error) {
	a.cancels()
	return a.Scheduler.Cancel(ctx, sid)
}

// overhears has the exchange ask through somebody who listens.
func (w *world) overhears(a overheard) {
	w.t.Helper()
	a.Scheduler = w.client
	w.x = exchange.New(exchange.Config{
		Journal: w.clinic.Journal, SMS: w.sms, Scheduler: a, Account: account, Phone: ours, Line: policy.LineSimulator, Clock: w.clock,
		Log: clinic.NewLog(w.t.Output()),
	})
	w.ok(w.x.Settle(w.ctx))
}

// threeLeft are reminders for three days that the provider has, or is to have.
func (w *world) threeLeft() (all []clinic.MessageID) {
	w.t.Helper()
	w.consent(policy.Scheduling, policy.Reminders)
	for _, ahead := range []time.Duration{5 * time.Hour, 29 * time.Hour, 53 * time.Hour} {
		id, err := w.remind(ahead)
		w.ok(err)
		all = append(all, id)
	}
	return all
}

// TestTheLockIsToldOfARoundThatGoesOn: each name is known to whoever locks in the middle
// of a round, and also where calling off has failed before it.
func TestTheLockIsToldOfARoundThatGoesOn(t *testing.T) {
	w := newWorld(t)
	var known []int
	w.overhears(overheard{cancels: func() {}, schedules: func() {
		kept := 0
		for _, sids := range w.x.Kept() {
			kept += len(sids)
		}
		known = append(known, kept)
	}})
	w.threeLeft()
	w.ok(w.x.SendDue(w.ctx))
	if len(known) != 3 || known[0] != 0 || known[1] != 1 || known[2] != 2 {
		t.Errorf("before each request the lock knows %v", known)
	}
	w.expectReminders(map[provider.Status]int{provider.Scheduled: 3})
}

// TestASilentProviderIsToldOfOneTextAtATime: while it does not answer, calling off three
// reminders is one request a round, and one for a person who waits for the line to end.
func TestASilentProviderIsToldOfOneTextAtATime(t *testing.T) {
	w := newWorld(t)
	cancels := 0
	w.overhears(overheard{schedules: func() {}, cancels: func() { cancels++ }})
	ids := w.threeLeft()
	w.ok(w.x.SendDue(w.ctx))
	w.ok(w.sim.SetFaults(simulator.Faults{Always: simulator.Unavailable}))
	w.submit(func(d *journal.Decision) error { return exchange.HoldOf(d, w.member) })
	w.ok(w.x.SendDue(w.ctx))
	if cancels != 1 {
		t.Errorf("%d requests in a round", cancels)
	}
	if cancels = 0; w.x.CallOff(w.ctx, false) == nil || cancels != 1 {
		t.Errorf("%d requests while a person waits", cancels)
	}
	cancels = 0
	w.ok(w.x.CallOff(w.ctx, true))
	if cancels != 1 {
		t.Errorf("%d requests for somebody who insists", cancels)
	}
	for _, id := range ids {
		if w.state(id, archive.Sent); w.message(id).Reason != exchange.CodeRecallTooLate {
			t.Errorf("it says %q", w.message(id).Reason)
		}
	}
}

// TestARefusalThatAStopExplainsAsksNobody: a reminder is refused at its hour, after her
// STOP of the night before; in the morning she writes START, and all of it is read at once.
func TestARefusalThatAStopExplainsAsksNobody(t *testing.T) {
	for _, lists := range []string{"in one page", "the refusal first"} {
		t.Run(lists, func(t *testing.T) {
			w := newWorld(t)
			id := w.leftThere()
			w.ok(w.x.Listen(w.ctx))
			w.clock.Advance(time.Hour)
			stop := w.clock.Now()
			_, err := w.sim.Receive(simulator.Inbound{From: hers, To: ours, Body: "STOP"})
			w.ok(err)
			w.clock.Advance(5 * time.Hour)
			_, err = w.sim.Receive(simulator.Inbound{From: hers, To: ours, Body: "START"})
			w.ok(err)
			w.clock.Advance(25 * time.Minute)
			if lists == "the refusal first" {
				early := w.through(without{w.sms, stop.Add(-time.Minute)})
				w.ok(early.Listen(w.ctx))
				w.onlyDoubt(consent.WhyRefused)
			}
			w.ok(w.x.Listen(w.ctx))
			w.state(id, archive.Failed)
			if open := w.doubts(); len(open) != 0 {
				t.Errorf("somebody is asked about %+v", open)
			}
			c := w.contact()
			if len(c.OptedOut) != 0 || c.Consent.Moved != policy.ConsentRevoked {
				t.Errorf("after START she is opted out since %v, and what she signed is %s", c.OptedOut, c.Consent.Moved)
			}
		})
	}
}

// without is a provider that does not list yet what came in after an instant.
type without struct {
	provider.SMS
	after clinic.Instant
}

func (o without) List(ctx context.Context, q provider.Query, at provider.Cursor) (provider.Page, error) {
	page, err := o.SMS.List(ctx, q, at)
	var kept []provider.Message
	for _, m := range page.Messages {
		if m.Direction == provider.Outbound || m.Created < o.after {
			kept = append(kept, m)
		}
	}
	page.Messages = kept
	return page, err
}

// TestAFirstAttemptThatShowsBesideHerStopHasLeft: a person let a text go again whose first
// attempt had left after all. One page shows that and her STOP: it is no text that was
// taken back, and does not go again.
func TestAFirstAttemptThatShowsBesideHerStopHasLeft(t *testing.T) {
	w := newWorld(t)
	id := w.doubtful()
	w.resolve(id, true)
	w.clock.Advance(21 * time.Minute) // now the list shows it
	w.ok(w.sim.SetFaults(simulator.Faults{}))
	_, err := w.sim.Receive(simulator.Inbound{From: hers, Body: "STOP"})
	w.ok(err)
	w.clock.Advance(time.Minute)
	w.ok(w.x.Listen(w.ctx))
	if m := w.message(id); m.State != archive.Delivered && m.State != archive.Sent {
		t.Errorf("it reached her, and is %s (%s)", m.State, m.Reason)
	}
	w.goesOn(time.Hour, 20*time.Minute)
	if n := w.sent(visit); n != 1 {
		t.Errorf("the provider has %d", n)
	}
}

// refusing is a scheduler that counts how often it is asked to call a text off.
type refusing struct {
	provider.Scheduler
	says  error
	asked int
}

func (r *refusing) Cancel(ctx context.Context, sid provider.SID) (provider.Message, error) {
	if r.asked++; r.says != nil {
		return provider.Message{}, r.says
	}
	return r.Scheduler.Cancel(ctx, sid)
}

// TestWhatIsNotThereIsCalledOffOnce: a reminder that another copy left for somebody who has
// said STOP since, and that is gone there, or has left, before this one calls it off.
func TestWhatIsNotThereIsCalledOffOnce(t *testing.T) {
	for name, gone := range map[string]bool{"gone": true, "left": false} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.consent(policy.Scheduling, policy.Reminders)
			w.ok(w.x.Listen(w.ctx))
			_, err := w.remind(5 * time.Hour)
			w.ok(err)
			clone := w.copied()
			w.clock.Advance(time.Minute)
			w.ok(clone.x.SendDue(clone.ctx))
			w.ok(w.x.SendDue(w.ctx))
			w.inbound(hers, "STOP")
			w.ok(w.x.Listen(w.ctx))
			r := &refusing{Scheduler: w.client}
			if gone {
				r.says = clinic.E(clinic.CodeNotFound)
			} else {
				w.clock.Advance(6 * time.Hour)
			}
			w.x = exchange.New(exchange.Config{
				Journal: w.clinic.Journal, SMS: w.sms, Scheduler: r, Account: account, Phone: ours, Line: policy.LineSimulator,
				Clock: w.clock, Log: clinic.NewLog(t.Output()),
			})
			w.ok(w.x.Settle(w.ctx))
			for range 5 {
				w.ok(w.x.SendDue(w.ctx))
				w.clock.Advance(time.Minute)
			}
			if r.asked != 1 || len(w.x.Kept()) != 0 {
				t.Errorf("asked %d times, and %d are thought to be there", r.asked, len(w.x.Kept()))
			}
		})
	}
}
