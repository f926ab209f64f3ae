package exchange_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/exchange"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/policy"
	"quietline/backend/provider"
	"quietline/backend/provider/simulator"
	"quietline/backend/settings"
)

// TestWhatCallsAReminderOff: each of these would have kept it from going, and calls it off
// at the provider in the next round.
func TestWhatCallsAReminderOff(t *testing.T) {
	for _, c := range []struct {
		what   string
		does   func(w *world, id clinic.MessageID)
		state  archive.State
		reason clinic.Code
	}{
		{"STOP", func(w *world, _ clinic.MessageID) {
			w.inbound(hers, "STOP")
			w.ok(w.x.Listen(w.ctx))
		}, archive.Withdrawn, policy.CodeOptedOut},
		{"STOP from another number of hers", func(w *world, _ clinic.MessageID) {
			const second = clinic.Phone("+13035550143")
			w.submit(func(d *journal.Decision) error {
				_, err := patients.AddNumber(d, w.patient, second, false, patients.PatientsOwn)
				return err
			})
			w.inbound(second, "STOP")
			w.ok(w.x.Listen(w.ctx))
		}, archive.Withdrawn, policy.CodeOptedOut},
		{"a consent that is revoked", func(w *world, _ clinic.MessageID) {
			w.submit(func(d *journal.Decision) error {
				all, err := consent.Of(d.Tx, w.patient)
				for _, one := range all {
					if err == nil && one.State(d.Now).InForce() {
						err = consent.Revoke(d, one.ID, consent.ByCall)
					}
				}
				return err
			})
		}, archive.Failed, policy.CodeConsentRevoked},
		{"a person", func(w *world, id clinic.MessageID) { w.resolve(id, false) }, archive.Withdrawn, ""},
		{"an author who left", func(w *world, _ clinic.MessageID) {
			w.submit(func(d *journal.Decision) error { return exchange.HoldOf(d, w.member) })
		}, archive.Failed, exchange.CodeAuthorLeft},
		{"a text that went to the wrong person", func(w *world, _ clinic.MessageID) {
			w.submit(func(d *journal.Decision) error {
				own, err := settings.Get(d.Tx)
				own.Caps = settings.Caps{Day: 5, Week: 5}
				return errors.Join(err, settings.Change(d, own))
			})
			went := w.written(visit)
			w.ok(w.x.SendDue(w.ctx))
			w.state(went, archive.Sent)
			other, _ := w.addPatient("Ann Osei", "+13035550177")
			w.ok(w.report(archive.SeeAll(), w.wrong(went, other)))
		}, archive.Failed, policy.CodeNumberIncident},
		{"somebody at the provider", func(w *world, id clinic.MessageID) {
			_, err := w.client.Cancel(w.ctx, provider.SID(w.message(id).SID))
			w.ok(err)
			w.ok(w.x.Listen(w.ctx))
		}, archive.Failed, exchange.CodeCalledOff},
	} {
		t.Run(c.what, func(t *testing.T) {
			w := newWorld(t)
			id := w.leftThere()
			w.clock.Advance(time.Minute)
			c.does(w, id)
			w.ok(w.x.SendDue(w.ctx))
			w.state(id, c.state)
			if m := w.message(id); m.Reason != c.reason {
				t.Errorf("because of %q, want %q", m.Reason, c.reason)
			}
			w.expectReminders(map[provider.Status]int{provider.Canceled: 1})
			w.goesOn(6*time.Hour, time.Hour)
			w.ok(w.x.Compare(w.ctx, true, nil))
			w.state(id, c.state)
			w.expectReminders(map[provider.Status]int{provider.Canceled: 1})
			if s := w.strangers(); s.Texts != 0 {
				t.Error("our own text was taken for a stranger's")
			}
		})
	}
}

// TestAReminderThatCannotBeCalledOffIsShown: the provider cannot be told before the hour.
func TestAReminderThatCannotBeCalledOffIsShown(t *testing.T) {
	w := newWorld(t)
	id := w.leftThere()
	w.ok(w.sim.SetFaults(simulator.Faults{Changes: slices.Repeat([]simulator.Mishap{simulator.Unavailable}, 1000)}))
	w.resolve(id, false)
	w.goesOn(4*time.Hour, 20*time.Minute)
	w.state(id, archive.Recalling)
	w.resolve(id, false) // once more changes nothing
	w.clock.Advance(2 * time.Hour)
	w.ok(w.sim.SetFaults(simulator.Faults{}))
	w.goesOn(time.Minute, 10*time.Second)
	w.state(id, archive.Delivered)
	if m := w.message(id); m.Reason != exchange.CodeRecallTooLate {
		t.Errorf("it says %q", m.Reason)
	}
	w.expectReminders(map[provider.Status]int{provider.Delivered: 1})
}

// TestAReminderThatLeftIsNotCalledOff: while nobody listened its hour came, and then her
// STOP. The page that lists both says that it was delivered, and no later word will: so it
// stays, and the provider is told of nothing.
func TestAReminderThatLeftIsNotCalledOff(t *testing.T) {
	w := newWorld(t)
	id := w.leftThere()
	w.clock.Advance(6 * time.Hour)
	w.inbound(hers, "STOP")
	w.ok(w.x.Listen(w.ctx))
	w.state(id, archive.Delivered)
	w.goesOn(2*time.Hour, time.Hour)
	w.reopen()
	w.state(id, archive.Delivered)
	if m := w.message(id); m.Reason != "" {
		t.Errorf("it says %q", m.Reason)
	}
	w.expectReminders(map[provider.Status]int{provider.Delivered: 1})
}

// TestALineThatEndsTakesItsRemindersAlong: where the provider cannot be told, nothing ends
// unless somebody insists, and then it is shown that they may go.
func TestALineThatEndsTakesItsRemindersAlong(t *testing.T) {
	w := newWorld(t)
	id := w.leftThere()
	w.ok(w.sim.SetFaults(simulator.Faults{Always: simulator.Unavailable}))
	if err := w.x.CallOff(w.ctx, false); !errors.Is(err, clinic.E(provider.CodeUnavailable)) {
		t.Fatalf("it cannot be told: %v", err)
	}
	w.state(id, archive.Recalling)
	w.ok(w.sim.SetFaults(simulator.Faults{}))
	w.ok(w.x.CallOff(w.ctx, false))
	w.state(id, archive.Failed)
	if m := w.message(id); m.Reason != exchange.CodeLineEnded {
		t.Errorf("because of %q", m.Reason)
	}
	w.expectReminders(map[provider.Status]int{provider.Canceled: 1})
	// It cannot be ended after all: until that is said, nothing more is left there.
	id, err := w.remind(6 * time.Hour)
	w.ok(err)
	w.ok(w.x.SendDue(w.ctx))
	w.state(id, archive.Later)
	w.ok(w.x.Stays(w.ctx))
	w.ok(w.x.SendDue(w.ctx))
	w.state(id, archive.Scheduled)

	insists := newWorld(t)
	id = insists.leftThere()
	insists.ok(insists.sim.SetFaults(simulator.Faults{Always: simulator.Unavailable}))
	insists.ok(insists.x.CallOff(insists.ctx, true))
	insists.state(id, archive.Sent)
	if m := insists.message(id); m.Reason != exchange.CodeRecallTooLate {
		t.Errorf("it says %q", m.Reason)
	}
}
