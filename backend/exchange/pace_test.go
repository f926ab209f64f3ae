package exchange_test

import (
	"context"
	"testing"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/provider"
)

// unwilling is a provider that lists texts and takes none.
type unwilling struct {
	provider.SMS
	err   error
	tries int
}

func (u *unwilling) Send(context.Context, provider.Outgoing) (provider.Message, error) {
	u.tries++
	return provider.Message{}, u.err
}

func TestTheNextTryWaitsLongerThoughTheProviderIsRead(t *testing.T) {
	busy := clinic.E(provider.CodeBusy).Retryable()
	for _, c := range []struct {
		what  string
		err   error
		rests []time.Duration
	}{
		{"later and later", busy, []time.Duration{2 * time.Second, 4 * time.Second, 8 * time.Second, 16 * time.Second,
			32 * time.Second, 64 * time.Second, 64 * time.Second}},
		{"as the provider asks", busy.With("retry_after", 50), []time.Duration{50 * time.Second, 50 * time.Second}},
		{"not for less than our own", busy.With("retry_after", 1), []time.Duration{2 * time.Second, 4 * time.Second}},
		{"not for ever", busy.With("retry_after", 65535), []time.Duration{15 * time.Minute}},
	} {
		t.Run(c.what, func(t *testing.T) {
			w := newWorld(t)
			w.written(visit)
			sms := &unwilling{SMS: w.sms, err: c.err}
			x := w.through(sms)
			w.ok(x.SendDue(w.ctx))
			for n, rest := range c.rests {
				w.clock.Advance(rest - time.Millisecond)
				w.ok(x.Listen(w.ctx))
				w.ok(x.SendDue(w.ctx))
				if sms.tries != n+1 {
					t.Fatalf("tried again before %v", rest)
				}
				w.clock.Advance(time.Millisecond)
				w.ok(x.SendDue(w.ctx))
				if sms.tries != n+2 {
					t.Fatalf("not tried after %v", rest)
				}
			}
		})
	}
}

// unfinished is a provider at which no text comes to an end, and counts who is
// asked about.
type unfinished struct {
	provider.SMS
	asked []provider.SID
}

func (u *unfinished) List(context.Context, provider.Query, provider.Cursor) (provider.Page, error) {
	return provider.Page{}, nil
}

func (u *unfinished) Fetch(_ context.Context, sid provider.SID) (provider.Message, error) {
	u.asked = append(u.asked, sid)
	return provider.Message{SID: sid, Direction: provider.Outbound, Status: provider.Sent}, nil
}

func TestEveryTextThatIsUnderWayIsAskedAboutTheOldestFirst(t *testing.T) {
	w := newWorld(t)
	now := w.clock.Now()
	var seeds []provider.Message
	seed := func(ago time.Duration) {
		seeds = append(seeds, provider.Message{
			From: provider.Address(ours), To: provider.Address(hers), Body: "under way", Direction: provider.Outbound,
			Status: provider.Sent, Created: now.Add(-ago),
		})
	}
	seed(73 * time.Hour)
	const current = 120
	for n := range current {
		seed(71*time.Hour - time.Duration(n)*time.Minute)
	}
	_, err := w.sim.Seed(seeds)
	w.ok(err)
	seeded := w.through(&archiveOnly{w.sms})
	w.ok(seeded.Listen(w.ctx))
	w.ok(seeded.Backfill(w.ctx, nil))
	history := w.history()
	newest := history[len(history)-1]
	sms := &unfinished{SMS: w.sms}
	x := w.through(sms)
	seen := map[provider.SID]bool{}
	for round := range 3 {
		before := len(sms.asked)
		w.ok(x.Listen(w.ctx))
		if n := len(sms.asked) - before; n > 50 {
			t.Errorf("round %d asks %d questions", round, n)
		}
		w.clock.Advance(time.Minute)
	}
	for _, sid := range sms.asked {
		seen[sid] = true
	}
	if len(seen) != current || len(sms.asked) != current {
		t.Errorf("asked %d times about %d texts, want each of %d once", len(sms.asked), len(seen), current)
	}
	if len(sms.asked) > 0 && string(sms.asked[len(sms.asked)-1]) != newest.SID {
		t.Error("the newest was not asked about last")
	}
}

// archiveOnly is a provider that answers no question about one text.
type archiveOnly struct{ provider.SMS }

func (archiveOnly) Fetch(context.Context, provider.SID) (provider.Message, error) {
	return provider.Message{}, clinic.E(clinic.CodeNotFound)
}
