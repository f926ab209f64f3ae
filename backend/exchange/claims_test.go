package exchange_test

import (
	"context"
	"errors"
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

// altered is a provider whose answers are changed on their way.
type altered struct {
	provider.SMS
	listed  func(*provider.Message)
	sent    func(*provider.Message)
	fetched func(*provider.Message)
}

func (a altered) Fetch(ctx context.Context, sid provider.SID) (provider.Message, error) {
	m, err := a.SMS.Fetch(ctx, sid)
	if a.fetched != nil {
		a.fetched(&m)
	}
	return m, err
}

func (a altered) List(ctx context.Context, q provider.Query, from provider.Cursor) (provider.Page, error) {
	page, err := a.SMS.List(ctx, q, from)
	for n := range page.Messages {
		if a.listed != nil {
			a.listed(&page.Messages[n])
		}
	}
	return page, err
}

func (a altered) Send(ctx context.Context, text provider.Outgoing) (provider.Message, error) {
	m, err := a.SMS.Send(ctx, text)
	if a.sent != nil {
		a.sent(&m)
	}
	return m, err
}

func (w *world) through(sms provider.SMS) *exchange.Exchange {
	return exchange.New(exchange.Config{
		Journal: w.clinic.Journal, SMS: sms, Account: account, Phone: ours, Line: policy.LineSimulator, Clock: w.clock,
		Log: clinic.NewLog(w.t.Output()),
	})
}

func TestATextLetGoAgainIsFoundBeforeItLeavesTwice(t *testing.T) {
	w := newWorld(t)
	w.ok(w.sim.SetFaults(simulator.Faults{
		Sends: []simulator.Mishap{simulator.ResetAfter}, ListLag: simulator.Duration(40 * time.Minute),
	}))
	id := w.written(visit)
	w.ok(w.x.SendDue(w.ctx))
	w.clock.Advance(20 * time.Minute)
	w.ok(w.x.CheckUnsure(w.ctx))
	w.state(id, archive.Ask)
	w.ok(exchange.Resolve(w.ctx, w.clinic.Journal, w.member, archive.SeeAll(), id, true, policy.LineSimulator))
	w.clock.Advance(25 * time.Minute)
	w.ok(w.x.Listen(w.ctx)) // only now the list shows the first attempt
	w.ok(w.x.SendDue(w.ctx))
	if m := w.message(id); m.State != archive.Sent && m.State != archive.Delivered {
		t.Errorf("found, and still %s (%s)", m.State, m.Reason)
	}
	if n := w.sent(visit); n != 1 {
		t.Errorf("the provider has %d", n)
	}
	if h := w.history(); len(h) != 1 {
		t.Errorf("the thread holds %d texts", len(h))
	}
}

// TestOfTwoInTheSameWordsTheOneJustTriedIsFound has two patients on one phone
// get the same words. Only the second text reached the provider.
func TestOfTwoInTheSameWordsTheOneJustTriedIsFound(t *testing.T) {
	for _, by := range []string{"listening", "looking for it"} {
		t.Run(by, func(t *testing.T) {
			w := newWorld(t)
			w.ok(w.sim.SetFaults(simulator.Faults{Sends: []simulator.Mishap{simulator.ResetBefore, simulator.ResetAfter}}))
			first := w.written(visit)
			w.ok(w.x.SendDue(w.ctx))
			w.clock.Advance(90 * time.Second)
			w.patient, w.thread = w.addPatient("Teo Vega", hers)
			w.consent(policy.Scheduling)
			second := clinic.NewID[clinic.MessageID]()
			w.ok(exchange.Write(w.ctx, w.clinic.Journal, w.member, second,
				exchange.Draft{Sight: archive.SeeAll(), Thread: w.thread, Body: visit, Category: policy.Scheduling}, policy.LineSimulator, true))
			w.ok(w.x.SendDue(w.ctx))
			w.state(first, archive.Unsure)
			w.state(second, archive.Unsure)
			w.clock.Advance(time.Minute)
			if by == "listening" {
				w.ok(w.x.Listen(w.ctx))
			} else {
				w.ok(w.x.CheckUnsure(w.ctx))
			}
			w.state(first, archive.Unsure)
			if m := w.message(second); m.SID == "" {
				t.Errorf("the one that left is %s", m.State)
			}
		})
	}
}

func TestANameThatAnotherTextHasLeavesTheOutcomeOpen(t *testing.T) {
	w := newWorld(t)
	first := w.written(visit)
	w.ok(w.x.SendDue(w.ctx))
	taken := w.message(first).SID
	_, err := w.sim.Receive(simulator.Inbound{From: hers, Body: "Thank you"}) // the next one is an answer
	w.ok(err)
	w.ok(w.x.Listen(w.ctx))
	second := w.written("See you then.")
	x := w.through(altered{SMS: w.sms, sent: func(m *provider.Message) { m.SID = provider.SID(taken) }})
	w.ok(x.SendDue(w.ctx))
	w.state(second, archive.Unsure)
	w.ok(w.x.CheckUnsure(w.ctx))
	if m := w.message(second); m.SID == "" || m.SID == taken {
		t.Errorf("cleared up as %s, named %q", m.State, m.SID)
	}
}

func TestAClockAheadOfTheProvidersFindsItsTexts(t *testing.T) {
	for _, c := range []struct {
		ahead time.Duration
		found bool
	}{{0, true}, {4 * time.Minute, true}, {6 * time.Minute, false}} {
		w := newWorld(t)
		w.ok(w.sim.SetFaults(simulator.Faults{Sends: []simulator.Mishap{simulator.ResetAfter}}))
		id := w.written(visit)
		w.ok(w.x.SendDue(w.ctx))
		w.clock.Advance(time.Minute)
		x := w.through(altered{SMS: w.sms, listed: func(m *provider.Message) { m.Created = m.Created.Add(-c.ahead) }})
		w.ok(x.CheckUnsure(w.ctx))
		if found := w.message(id).SID != ""; found != c.found {
			t.Errorf("%v ahead: found %v", c.ahead, found)
		}
	}
}

func TestARowWithoutItsDateCountsAllTheSame(t *testing.T) {
	for what, strip := range map[string]func(*provider.Message){
		"no date of making": func(m *provider.Message) { m.Created = 0 },
		"no date at all":    func(m *provider.Message) { m.Created, m.Sent, m.Updated = 0, 0, 0 },
	} {
		t.Run(what, func(t *testing.T) {
			w := newWorld(t)
			_, err := w.sim.Receive(simulator.Inbound{From: hers, Body: "STOP"})
			w.ok(err)
			w.clock.Advance(time.Minute)
			w.ok(w.through(altered{SMS: w.sms, listed: strip}).Listen(w.ctx))
			if _, err := w.write(visit); !errors.Is(err, clinic.E(exchange.CodeMayNotGo)) {
				t.Errorf("writing after STOP: %v", err)
			}
			var inbox archive.Inbox
			w.read(func(tx *sqlite.Tx) (err error) {
				inbox, err = archive.List(tx, archive.SeeAll(), archive.Filter{}, "", 10)
				return err
			})
			if len(inbox.Rows) != 1 {
				t.Errorf("the inbox shows %d threads", len(inbox.Rows))
			}
		})
	}
}
