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
