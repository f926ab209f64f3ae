package exchange_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"go.uber.org/goleak"

	"quietline/backend/clinic"
	"quietline/backend/exchange"
	"quietline/backend/jobs"
	"quietline/backend/policy"
	"quietline/backend/provider/simulator"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestEveryRoundEndsWhenItIsToldTo holds a request of each round, before and after
// the provider has carried it out, and tells the round to end. A jobs.Grace is what
// the lock waits; the best of three tries is held against it, since a busy machine
// can keep anything waiting.
func TestEveryRoundEndsWhenItIsToldTo(t *testing.T) {
	for _, c := range heldRounds() {
		for _, hold := range []simulator.Mishap{simulator.HoldBefore, simulator.HoldAfter} {
			t.Run(c.what+", "+string(hold), func(t *testing.T) {
				var took []time.Duration
				for len(took) < 3 && (len(took) == 0 || slices.Min(took) > jobs.Grace) {
					took = append(took, stopping(t, c.prepare, c.round, hold))
				}
				t.Log(took)
				if slices.Min(took) > jobs.Grace {
					t.Errorf("it took %v", took)
				}
			})
		}
	}
}

// stopping returns how long a round takes to end once it is told to.
func stopping(t testing.TB, prepare func(*world), round func(context.Context, *exchange.Exchange) error, hold simulator.Mishap) time.Duration {
	t.Helper()
	w := newWorld(t)
	prepare(w)
	w.ok(w.sim.SetFaults(simulator.Faults{
		Sends: []simulator.Mishap{hold}, Changes: []simulator.Mishap{hold}, Reads: []simulator.Mishap{hold},
		Pictures: []simulator.Mishap{hold},
	}))
	ctx, stop := context.WithCancel(w.ctx)
	defer stop()
	done := make(chan error, 1)
	go func() { done <- round(ctx, w.x) }()
	w.sim.AwaitHeld()
	began := time.Now()
	stop()
	err := <-done
	took := time.Since(began)
	w.sim.Release()
	if err != nil && !errors.Is(err, context.Canceled) && !errors.Is(err, clinic.E(clinic.CodeCancelled)) {
		t.Errorf("told to end, it says %v", err)
	}
	return took
}

// heldRound is a round of an exchange, and what has to be so that it asks the provider.
type heldRound struct {
	what    string
	prepare func(*world)
	round   func(context.Context, *exchange.Exchange) error
}

func heldRounds() []heldRound {
	sends := func(w *world) { w.written(visit) }
	unsure := func(w *world) {
		w.ok(w.sim.SetFaults(simulator.Faults{Sends: []simulator.Mishap{simulator.ResetAfter}}))
		w.written(visit)
		w.ok(w.x.SendDue(w.ctx))
		w.clock.Advance(time.Minute)
	}
	past := func(w *world) {
		w.seedPast(500)
		w.ok(w.x.Listen(w.ctx))
	}
	reminds := func(w *world) {
		w.consent(policy.Scheduling, policy.Reminders)
		_, err := w.remind(5 * time.Hour)
		w.ok(err)
	}
	pictures := func(w *world) *album { return &album{w, &faultyMedia{Media: w.client}} }
	draws := func(w *world) {
		w.consent(policy.Scheduling, policy.Reminders)
		(&gallery{world: w}).draws(entrance)
	}
	return []heldRound{
		{"sending", sends, func(ctx context.Context, x *exchange.Exchange) error { return x.SendDue(ctx) }},
		{"listening", past, func(ctx context.Context, x *exchange.Exchange) error { return x.Listen(ctx) }},
		{"looking for a lost one", unsure, func(ctx context.Context, x *exchange.Exchange) error { return x.CheckUnsure(ctx) }},
		{"reading earlier texts", past, func(ctx context.Context, x *exchange.Exchange) error { return x.Backfill(ctx, nil) }},
		{"comparing", past, func(ctx context.Context, x *exchange.Exchange) error { return x.Compare(ctx, true, nil) }},
		{"leaving a reminder there", reminds, func(ctx context.Context, x *exchange.Exchange) error { return x.SendDue(ctx) }},
		{"calling one off", func(w *world) { w.resolve(w.leftThere(), false) },
			func(ctx context.Context, x *exchange.Exchange) error { return x.SendDue(ctx) }},
		{"fetching pictures", func(w *world) {
			a := pictures(w)
			a.restart(a.clinic.Journal, a.clinic.Blobs)
			a.comes("My card", aPicture())
		}, func(ctx context.Context, x *exchange.Exchange) error { return x.FetchMedia(ctx) }},
		{"lending a picture", draws, func(ctx context.Context, x *exchange.Exchange) error { return x.SendDue(ctx) }},
		{"taking a picture back", func(w *world) {
			draws(w)
			w.ok(w.x.SendDue(w.ctx))
			w.clock.Advance(2 * time.Hour)
		}, func(ctx context.Context, x *exchange.Exchange) error { return x.ReturnPictures(ctx) }},
		{"taking texts away", func(w *world) { pictures(w).listensLong(exchange.PurgeAll) },
			func(ctx context.Context, x *exchange.Exchange) error { return x.Purge(ctx, all, nil) }},
	}
}
