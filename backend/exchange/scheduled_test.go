package exchange_test

import (
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/exchange"
	"quietline/backend/policy"
	"quietline/backend/provider"
	"quietline/backend/provider/simulator"
	"quietline/backend/sqlite"
)

const reminder = "Your visit is tomorrow at 3 pm."

// remind writes a reminder for a time from now, to be left with the provider.
func (w *world) remind(ahead time.Duration) (clinic.MessageID, error) {
	w.t.Helper()
	id := clinic.NewID[clinic.MessageID]()
	return id, exchange.Write(w.ctx, w.clinic.Journal, w.member, id, exchange.Draft{
		Sight: archive.SeeAll(), Thread: w.thread, Body: reminder, Category: policy.Reminders,
		At: w.clock.Now().Add(ahead), AtProvider: true,
	}, policy.LineSimulator, false)
}

// leftThere is a reminder for in five hours that the provider has.
func (w *world) leftThere() clinic.MessageID {
	w.t.Helper()
	w.consent(policy.Scheduling, policy.Reminders)
	id, err := w.remind(5 * time.Hour)
	w.ok(err)
	w.ok(w.x.SendDue(w.ctx))
	w.state(id, archive.Scheduled)
	return id
}

// reminders counts, by their state, the reminders that the provider has.
func (w *world) reminders() map[provider.Status]int {
	all := map[provider.Status]int{}
	for _, m := range w.sim.Messages() {
		if m.Direction == provider.Outbound && m.Body == reminder {
			all[m.Status]++
		}
	}
	return all
}

func (w *world) expectReminders(want map[provider.Status]int) {
	w.t.Helper()
	if got := w.reminders(); fmt.Sprint(got) != fmt.Sprint(want) {
		w.t.Errorf("the provider has %v, want %v", got, want)
	}
}

// goesOn lets time pass in which the program works.
func (w *world) goesOn(span, step time.Duration) {
	w.t.Helper()
	for end := w.clock.Elapsed() + span; w.clock.Elapsed() < end; {
		w.clock.Advance(step)
		w.ok(w.x.SendDue(w.ctx))
		w.ok(w.x.Listen(w.ctx))
		w.ok(w.x.CheckUnsure(w.ctx))
	}
}

// TestAReminderGoesWhileNoComputerIsOn leaves one with the provider, and comes back after
// its hour.
func TestAReminderGoesWhileNoComputerIsOn(t *testing.T) {
	w := newWorld(t)
	id := w.leftThere()
	due := w.clock.Now().Add(5 * time.Hour)
	if m := w.message(id); m.Until != due || m.SID == "" {
		t.Fatalf("it waits until %v", m.Until.Time())
	}
	// It counts towards the cap of its day already, and not against itself.
	other := w.written(visit)
	w.ok(w.x.SendDue(w.ctx))
	if m := w.message(other); m.State != archive.Later || m.Reason != policy.CodeDailyCap {
		t.Errorf("a second text of that day is %s (%s)", m.State, m.Reason)
	}
	w.ok(w.x.SendDue(w.ctx))
	w.state(id, archive.Scheduled)
	if kept := w.x.Kept(); len(kept) != 1 {
		t.Errorf("the lock is told of %d numbers", len(kept))
	}

	w.clock.Advance(6 * time.Hour)
	w.reopen()
	w.ok(w.x.Listen(w.ctx))
	w.state(id, archive.Delivered)
	if m := w.message(id); m.Reason != "" || m.Until != 0 || m.Left != due {
		t.Errorf("it left at %v, until %v (%s)", m.Left.Time(), m.Until.Time(), m.Reason)
	}
	w.ok(w.x.SendDue(w.ctx))
	w.expectReminders(map[provider.Status]int{provider.Delivered: 1})
	if len(w.x.Kept()) != 0 {
		t.Error("the lock is told of a text that has left")
	}
}

func TestWhatMayBeLeftWithTheProvider(t *testing.T) {
	w := newWorld(t)
	w.consent(policy.Scheduling, policy.Reminders)
	now := w.clock.Now()
	for _, c := range []struct {
		what       string
		at         clinic.Instant
		atProvider bool
		category   policy.Category
		want       clinic.Code
	}{
		{"a reminder in a day", now.Add(24 * time.Hour), true, policy.Reminders, ""},
		{"a reminder in four days", now.Add(96 * time.Hour), true, policy.Reminders, policy.CodeScheduleFar},
		{"another text", now.Add(24 * time.Hour), true, policy.Scheduling, policy.CodeScheduleKind},
		{"another text that waits here", now.Add(24 * time.Hour), false, policy.Scheduling, ""},
		{"in four days, here", now.Add(96 * time.Hour), false, policy.Reminders, ""},
		{"in the past", now, false, policy.Reminders, exchange.CodeSendTime},
		{"in half a year", now.Add(180 * 24 * time.Hour), false, policy.Reminders, exchange.CodeSendTime},
		{"at half a second", now.Add(time.Hour + time.Second/2), false, policy.Reminders, exchange.CodeSendTime},
	} {
		err := exchange.Write(w.ctx, w.clinic.Journal, w.member, clinic.NewID[clinic.MessageID](), exchange.Draft{
			Sight: archive.SeeAll(), Thread: w.thread, Body: reminder, Category: c.category, At: c.at, AtProvider: c.atProvider,
		}, policy.LineSimulator, false)
		var e *clinic.Error
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", c.what, err)
		case c.want != "" && (!errors.As(err, &e) || e.Code != c.want && e.Params["reason"] != c.want):
			t.Errorf("%s: %v, want %s", c.what, err, c.want)
		}
	}
}

// TestWhoeverWaitsForAnHourWaitsHere: a text for later goes from here at its hour, and not
// at one at which she takes none.
func TestWhoeverWaitsForAnHourWaitsHere(t *testing.T) {
	w := newWorld(t)
	later := func(at clinic.Instant) (clinic.MessageID, exchange.Asked) {
		id := clinic.NewID[clinic.MessageID]()
		draft := exchange.Draft{Sight: archive.SeeAll(), Thread: w.thread, Body: visit, Category: policy.Scheduling, At: at}
		var asked exchange.Asked
		w.read(func(tx *sqlite.Tx) (err error) {
			asked, err = exchange.Ask(tx, draft, policy.LineSimulator, w.clock.Now(), nil)
			return err
		})
		w.ok(exchange.Write(w.ctx, w.clinic.Journal, w.member, id, draft, policy.LineSimulator, false))
		return id, asked
	}
	at := w.clock.Now().Add(26 * time.Hour)
	noon, asked := later(at)
	if m := w.message(noon); m.State != archive.Later || m.Until != at || m.Reason != exchange.CodeSendLater || asked.Outcome != policy.Go {
		t.Errorf("for noon: %s until %v (%s), asked %v", m.State, m.Until.Time(), m.Reason, asked.Outcome)
	}
	night := w.clock.Now().Add(36*time.Hour + 24*time.Hour) // 22:00 the day after
	evening, asked := later(night)
	if m := w.message(evening); m.Until <= night || m.Reason != policy.CodeQuietHours || asked.Outcome != policy.WaitUntil || asked.Until != m.Until {
		t.Errorf("for the night: until %v (%s)", m.Until.Time(), m.Reason)
	}
	w.goesOn(25*time.Hour, time.Hour)
	w.state(noon, archive.Later)
	w.clock.Advance(time.Hour)
	w.ok(w.x.SendDue(w.ctx))
	w.state(noon, archive.Sent)
	w.resolve(evening, false)
	w.state(evening, archive.Withdrawn)
}

// TestNoMishapSchedulesTwice lets every way in which a request can go wrong happen as a
// reminder is left, or called off, and looks at what became of it after its hour.
func TestNoMishapSchedulesTwice(t *testing.T) {
	for _, mishap := range simulator.Mishaps() {
		if mishap == simulator.HoldBefore || mishap == simulator.HoldAfter {
			continue
		}
		t.Run(string(mishap), func(t *testing.T) {
			w := newWorld(t)
			w.consent(policy.Scheduling, policy.Reminders)
			w.ok(w.sim.SetFaults(simulator.Faults{Sends: []simulator.Mishap{mishap}, Changes: []simulator.Mishap{mishap}}))
			id, err := w.remind(5 * time.Hour)
			w.ok(err)
			w.ok(w.x.SendDue(w.ctx))
			w.goesOn(20*time.Minute, 2*time.Minute)
			m := w.message(id)
			if m.State == archive.Ask && !mishap.TookEffect() {
				w.expectReminders(map[provider.Status]int{})
				return
			}
			if m.State != archive.Scheduled {
				t.Fatalf("left as %s (%s), %v there", m.State, m.Reason, w.reminders())
			}
			w.expectReminders(map[provider.Status]int{provider.Scheduled: 1})
			w.resolve(id, false)
			w.goesOn(10*time.Minute, 2*time.Minute)
			w.state(id, archive.Withdrawn)
			w.expectReminders(map[provider.Status]int{provider.Canceled: 1})
		})
	}
}

// TestAKillAtEachStepOfAReminder ends the program before and after each of its decisions,
// while the text is handed over and while it is called off.
func TestAKillAtEachStepOfAReminder(t *testing.T) {
	for step := range 4 {
		for _, recorded := range []bool{false, true} {
			for _, off := range []bool{false, true} {
				t.Run(fmt.Sprintf("decision %d, recorded %v, called off %v", step, recorded, off), func(t *testing.T) {
					w := newWorld(t)
					var id clinic.MessageID
					if off {
						id = w.leftThere()
						w.clock.Advance(time.Minute)
						w.inbound(hers, "STOP")
					} else {
						var err error
						w.consent(policy.Scheduling, policy.Reminders)
						id, err = w.remind(5 * time.Hour)
						w.ok(err)
					}
					dying := exchange.New(exchange.Config{
						Journal: &killed{Journal: w.clinic.Journal, left: step, recorded: recorded}, SMS: w.sms, Scheduler: w.client,
						Account: account, Phone: ours, Line: policy.LineSimulator, Clock: w.clock, Log: clinic.NewLog(t.Output()),
					})
					for _, round := range []error{dying.Listen(w.ctx), dying.SendDue(w.ctx)} {
						if round != nil && !errors.Is(round, errDead) {
							t.Fatal(round)
						}
					}
					w.reopen()
					w.goesOn(20*time.Minute, 5*time.Minute)
					if off {
						w.state(id, archive.Withdrawn)
						w.expectReminders(map[provider.Status]int{provider.Canceled: 1})
						return
					}
					switch m := w.message(id); m.State {
					case archive.Scheduled:
						w.expectReminders(map[provider.Status]int{provider.Scheduled: 1})
					case archive.Ask:
						w.expectReminders(map[provider.Status]int{})
					default:
						t.Errorf("left as %s (%s), %v there", m.State, m.Reason, w.reminders())
					}
				})
			}
		}
	}
}

// TestWithoutASchedulerItGoesFromHere: the number has nothing at the provider that would
// keep a text. It says so, waits here, and goes once.
func TestWithoutASchedulerItGoesFromHere(t *testing.T) {
	w := newWorldBehind(t, func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/v1/Services" {
				out.Header().Set("Content-Type", "application/json")
				fmt.Fprint(out, `{"services": [], "meta": {"key": "services", "page": 0, "page_size": 50}}`)
				return
			}
			h.ServeHTTP(out, r)
		})
	})
	w.consent(policy.Scheduling, policy.Reminders)
	id, err := w.remind(5 * time.Hour)
	w.ok(err)
	w.ok(w.x.SendDue(w.ctx))
	w.state(id, archive.Later)
	if m := w.message(id); m.Reason != provider.CodeNoScheduler {
		t.Errorf("it waits because of %q", m.Reason)
	}
	w.expectReminders(map[provider.Status]int{})
	w.goesOn(5*time.Hour+5*time.Minute, 5*time.Minute)
	w.state(id, archive.Delivered)
	w.expectReminders(map[provider.Status]int{provider.Delivered: 1})
}

// TestAnOlderCopyCallsOffWhatTheProviderKeeps puts back records of before a reminder was
// left with the provider, and of after it: it is found there, or known, and called off,
// for nobody has looked yet at who asked for no more since.
func TestAnOlderCopyCallsOffWhatTheProviderKeeps(t *testing.T) {
	for _, known := range []bool{false, true} {
		t.Run(fmt.Sprintf("known %v", known), func(t *testing.T) {
			w := newWorld(t)
			w.consent(policy.Scheduling, policy.Reminders)
			w.ok(w.x.Listen(w.ctx))
			id, err := w.remind(30 * time.Hour)
			w.ok(err)
			if known {
				w.ok(w.x.SendDue(w.ctx))
			}
			putBack := w.older()
			w.clock.Advance(time.Minute)
			w.ok(w.x.SendDue(w.ctx))
			w.state(id, archive.Scheduled)
			w.written(visit)
			w.clock.Advance(time.Hour)

			putBack()
			w.goOn()
			w.ok(w.x.Listen(w.ctx))
			w.ok(w.x.SendDue(w.ctx))
			w.state(id, archive.Failed)
			if m := w.message(id); m.Reason != policy.CodeNotReviewed {
				t.Errorf("because of %q", m.Reason)
			}
			w.expectReminders(map[provider.Status]int{provider.Canceled: 1})
			w.signs()
			w.goesOn(31*time.Hour, time.Hour)
			w.expectReminders(map[provider.Status]int{provider.Canceled: 1})
		})
	}
}

// TestTwoCopiesLeaveAReminderOnce: whichever comes second finds it in the list. What the
// first one left there alone, the second calls off once she says STOP.
func TestTwoCopiesLeaveAReminderOnce(t *testing.T) {
	w := newWorld(t)
	w.consent(policy.Scheduling, policy.Reminders)
	w.ok(w.x.Listen(w.ctx))
	id, err := w.remind(5 * time.Hour)
	w.ok(err)
	clone := w.copied()
	w.clock.Advance(time.Minute)
	w.ok(clone.x.SendDue(clone.ctx))
	clone.state(id, archive.Scheduled)
	w.ok(w.x.SendDue(w.ctx))
	w.state(id, archive.Held)
	w.expectReminders(map[provider.Status]int{provider.Scheduled: 1})
	if len(w.x.Kept()) != 1 {
		t.Error("the lock is not told of what the other copy left")
	}
	w.inbound(hers, "STOP")
	w.ok(w.x.Listen(w.ctx))
	w.ok(w.x.SendDue(w.ctx))
	w.expectReminders(map[provider.Status]int{provider.Canceled: 1})
	w.goesOn(6*time.Hour, time.Hour)
	w.expectReminders(map[provider.Status]int{provider.Canceled: 1})
}
