package exchange_test

import (
	"context"
	"testing"
	"time"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/exchange"
	"quietline/backend/journal"
	"quietline/backend/policy"
	"quietline/backend/provider"
	"quietline/backend/provider/simulator"
)

// filling is a disk that is full from the moment at which the first text has left, until
// it is told otherwise.
type filling struct {
	exchange.Journal
	provider.SMS
	full bool
	once bool // it has been
}

func (f *filling) Send(ctx context.Context, o provider.Outgoing) (provider.Message, error) {
	m, err := f.SMS.Send(ctx, o)
	f.full, f.once = !f.once, true
	return m, err
}

func (f *filling) Submit(ctx context.Context, a journal.Actor, decide func(*journal.Decision) error) (journal.Pos, error) {
	if f.full {
		return journal.Pos{}, clinic.E(clinic.CodeInternal)
	}
	return f.Journal.Submit(ctx, a, decide)
}

// TestAnOutcomeThatCouldNotBeRecordedIsLookedFor: the text would hold back its
// thread until the next sign-in.
func TestAnOutcomeThatCouldNotBeRecordedIsLookedFor(t *testing.T) {
	w := newWorld(t)
	_, err := w.sim.Receive(simulator.Inbound{From: hers, Body: "When is it?"})
	w.ok(err)
	w.ok(w.x.Listen(w.ctx))
	disk := &filling{Journal: w.clinic.Journal, SMS: w.sms}
	w.begins(disk, disk)
	id, behind := w.written(visit), w.written("And bring your card.")
	if err := w.x.SendDue(w.ctx); err == nil {
		t.Fatal("a full disk is no error")
	}
	disk.full = false
	w.clock.Advance(30 * time.Second) // the request may still be under way
	w.ok(w.x.CheckUnsure(w.ctx))
	w.state(id, archive.Sending)
	w.clock.Advance(10 * time.Second)
	w.ok(w.x.CheckUnsure(w.ctx))
	if m := w.message(id); m.State != archive.Sent && m.State != archive.Delivered {
		t.Errorf("the provider has it, and it is %s", m.State)
	}
	w.ok(w.x.SendDue(w.ctx))
	w.state(behind, archive.Sent)
	if n := w.sent(visit); n != 1 {
		t.Errorf("the provider has %d", n)
	}
}

// TestAConfirmationKeepsWhatWasConfirmedBefore: the answer about a text
// to a shared phone, which its writer has confirmed, is lost, and a person lets it
// go again.
func TestAConfirmationKeepsWhatWasConfirmedBefore(t *testing.T) {
	w := newWorld(t)
	w.patient, w.thread = w.addPatient("Teo Vega", hers)
	w.consent(policy.Scheduling)
	id := clinic.NewID[clinic.MessageID]()
	w.ok(exchange.Write(w.ctx, w.clinic.Journal, w.member, id,
		exchange.Draft{Sight: archive.SeeAll(), Thread: w.thread, Body: visit, Category: policy.Scheduling}, policy.LineSimulator, true))
	w.ok(w.x.Listen(w.ctx))
	w.ok(w.sim.SetFaults(simulator.Faults{
		Sends: []simulator.Mishap{simulator.ResetAfter}, ListLag: simulator.Duration(40 * time.Minute),
	}))
	w.ok(w.x.SendDue(w.ctx))
	w.clock.Advance(20 * time.Minute)
	w.ok(w.x.CheckUnsure(w.ctx))
	w.state(id, archive.Ask)
	w.resolve(id, true)
	w.ok(w.x.SendDue(w.ctx))
	w.state(id, archive.Sent)
}
