package providertest

import (
	"testing"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/provider"
)

// later is a time that a text can be scheduled for, by the peer's clock.
func (f *Fixture) later(t testing.TB, ahead time.Duration) clinic.Instant {
	t.Helper()
	page, err := f.SMS.List(t.Context(), provider.Query{PageSize: 1}, "")
	if err != nil || page.ServerTime.IsZero() {
		t.Fatalf("no time from the peer: %v", err)
	}
	return page.ServerTime.Add(ahead)
}

func (f *Fixture) schedule(t testing.TB, body string, ahead time.Duration) provider.Message {
	t.Helper()
	m, err := f.Scheduler.Schedule(t.Context(), f.text(body), f.later(t, ahead))
	if err != nil {
		t.Fatalf("schedule: %v", err)
	}
	return m
}

func (f *Fixture) fetch(t testing.TB, sid provider.SID) provider.Message {
	t.Helper()
	m, err := f.SMS.Fetch(t.Context(), sid)
	if err != nil {
		t.Fatalf("fetch: %v", err)
	}
	return m
}

func scheduledTextGoes(t *testing.T, f *Fixture) {
	m := f.schedule(t, "Your visit is tomorrow at 9.", provider.MinAhead)
	if m.Status != provider.Scheduled || !m.Sent.IsZero() || m.From != provider.Address(f.Clinic) || m.Body != "Your visit is tomorrow at 9." {
		t.Errorf("taken over as %+v", m)
	}
	f.Peer.Advance(provider.MinAhead - time.Second)
	if now := f.fetch(t, m.SID); now.Status != provider.Scheduled {
		t.Errorf("%s before its time", now.Status)
	}
	f.Peer.Advance(time.Minute)
	if now := f.fetch(t, m.SID); now.Status != provider.Delivered || now.Sent < m.Created.Add(provider.MinAhead) {
		t.Errorf("%s after its time", now.Status)
	}
	for _, c := range []struct {
		name  string
		text  provider.Outgoing
		ahead time.Duration
		code  clinic.Code
	}{
		{"in five minutes", f.text("x"), 5 * time.Minute, provider.CodeBadTime},
		{"an hour ago", f.text("x"), -time.Hour, provider.CodeBadTime},
		{"in six weeks", f.text("x"), 42 * 24 * time.Hour, provider.CodeBadTime},
		{"at half a second", f.text("x"), time.Hour + time.Second/2, clinic.CodeBadInput},
		{"nothing to say", f.text(""), time.Hour, provider.CodeEmptyText},
	} {
		_, err := f.Scheduler.Schedule(t.Context(), c.text, f.later(t, c.ahead))
		f.wants(t, err, c.code)
		if provider.OutcomeOf(err) != provider.NotSent {
			t.Errorf("%s: outcome %v", c.name, provider.OutcomeOf(err))
		}
	}
	_, err := f.Scheduler.Schedule(t.Context(), f.text("x"), 0)
	f.wants(t, err, clinic.CodeBadInput)
	if n := len(f.Peer.All()); n != 1 {
		t.Errorf("the peer holds %d texts", n)
	}
}

func scheduledTextIsTakenBack(t *testing.T, f *Fixture) {
	m := f.schedule(t, "Your visit is tomorrow at 9.", time.Hour)
	for range 2 { // once more does no harm
		now, err := f.Scheduler.Cancel(t.Context(), m.SID)
		if err != nil || now.Status != provider.Canceled || now.SID != m.SID {
			t.Fatalf("cancelled: %s, error %v", now.Status, err)
		}
	}
	f.Peer.Advance(2 * time.Hour)
	if now := f.fetch(t, m.SID); now.Status != provider.Canceled || !now.Sent.IsZero() {
		t.Errorf("%s after its time", now.Status)
	}
	// The answer to a cancellation can be lost like any other.
	m = f.schedule(t, "And again.", time.Hour)
	f.Peer.NextChange(t, DownAfter)
	_, err := f.Scheduler.Cancel(t.Context(), m.SID)
	f.wants(t, err, provider.CodeUnavailable)
	if now, err := f.Scheduler.Cancel(t.Context(), m.SID); err != nil || now.Status != provider.Canceled {
		t.Errorf("cancelled once more: %s, error %v", now.Status, err)
	}
	gone := f.schedule(t, "Too late.", time.Hour)
	f.Peer.Advance(time.Hour + time.Minute)
	_, err = f.Scheduler.Cancel(t.Context(), gone.SID)
	f.wants(t, err, provider.CodeTooLate)
	for _, name := range []provider.SID{gone.SID[:33] + "z", "SM/../1", ""} {
		_, err = f.Scheduler.Cancel(t.Context(), name)
		f.wants(t, err, clinic.CodeNotFound)
	}
}

// stopAndScheduled: whoever schedules has to cancel. The block is met when the
// text is due, and no sooner.
func stopAndScheduled(t *testing.T, f *Fixture) {
	m := f.schedule(t, "Your visit is tomorrow at 9.", time.Hour)
	f.Peer.Receive(t, patient, "STOP")
	f.Peer.Advance(time.Minute)
	if now := f.fetch(t, m.SID); now.Status != provider.Scheduled {
		t.Errorf("%s after STOP", now.Status)
	}
	f.Peer.Advance(time.Hour)
	if now := f.fetch(t, m.SID); now.Status != provider.Failed || provider.Explain(now.ErrorCode).Code != provider.CodeOptedOut {
		t.Errorf("%s with %d when it was due", now.Status, now.ErrorCode)
	}
}

// scheduleOutcomesAgree is outcomesAgree for texts with a time.
func scheduleOutcomesAgree(t *testing.T, f *Fixture) {
	for _, c := range []struct {
		trouble Trouble
		code    clinic.Code
		held    bool
	}{
		{Overloaded, provider.CodeBusy, false}, {KeyRevoked, provider.CodeUnauthorised, false},
		{Down, provider.CodeUnknown, false}, {LostBefore, provider.CodeUnknown, false},
		{LostAfter, provider.CodeUnknown, true}, {CutShort, provider.CodeUnknown, true},
		{Hollow, provider.CodeUnknown, true}, {DownAfter, provider.CodeUnknown, true},
	} {
		t.Run(string(c.trouble), func(t *testing.T) {
			before, at := len(f.Peer.All()), f.later(t, time.Hour)
			f.Peer.NextSend(t, c.trouble)
			_, err := f.Scheduler.Schedule(t.Context(), f.text("The door code is at the desk."), at)
			f.wants(t, err, c.code)
			f.quiet(t, err, "door code")
			if now := len(f.Peer.All()) - before; now > 1 || (now == 1) != c.held {
				t.Errorf("the peer holds it %d times", now)
			}
		})
	}
}
