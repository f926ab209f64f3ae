package exchange_test

import (
	"context"
	"testing"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/exchange"
	"quietline/backend/provider"
	"quietline/backend/provider/simulator"
)

// rests returns the rests after some rounds, one after the other.
func rests(p *exchange.Pace, random float64, rounds ...exchange.Round) []time.Duration {
	all := make([]time.Duration, len(rounds))
	for n, r := range rounds {
		all[n] = p.Rest(r, random)
	}
	return all
}

func repeat(r exchange.Round, times int) []exchange.Round {
	all := make([]exchange.Round, times)
	for n := range all {
		all[n] = r
	}
	return all
}

func TestReadingIsQuickWhileTextsGoToAndFro(t *testing.T) {
	for _, c := range []struct {
		what     string
		attended bool
		longest  time.Duration
	}{{"somebody at the desk", true, 30 * time.Second}, {"nobody there", false, 2 * time.Minute}} {
		var p exchange.Pace
		quiet := exchange.Round{Attended: c.attended}
		all := rests(&p, 0, repeat(quiet, 100)...)
		for n := 1; n < len(all); n++ {
			if all[n] < all[n-1] || all[n] < exchange.ShortestRest || all[n] > c.longest {
				t.Fatalf("%s: rests of %v", c.what, all)
			}
		}
		if all[0] != 5*time.Second || all[len(all)-1] != c.longest {
			t.Errorf("%s: from %v to %v", c.what, all[0], all[len(all)-1])
		}
		// Two minutes of quick looks follow whatever happens.
		for _, r := range []exchange.Round{{News: true}, {Awaited: true}} {
			r.Attended = c.attended
			if got := p.Rest(r, 0); got != 5*time.Second {
				t.Errorf("%s: after %+v it rests %v", c.what, r, got)
			}
			var passed time.Duration
			for passed < time.Minute {
				rest := p.Rest(quiet, 0)
				if rest > 6*time.Second {
					t.Fatalf("%s: %v after something happened it rests %v", c.what, passed, rest)
				}
				passed += rest
			}
		}
	}
}

func TestReadingBacksOff(t *testing.T) {
	offline := exchange.Round{Err: clinic.E(provider.CodeOffline).Retryable()}
	busy := func(seconds int) exchange.Round {
		return exchange.Round{Err: clinic.E(provider.CodeBusy).With("retry_after", seconds).Retryable()}
	}
	s := time.Second
	for _, c := range []struct {
		what   string
		random float64
		rounds []exchange.Round
		want   []time.Duration
	}{
		{"offline", 0, repeat(offline, 9), []time.Duration{5 * s, 10 * s, 20 * s, 40 * s, 80 * s, 160 * s, 300 * s, 300 * s, 300 * s}},
		{"spread", 0.8, repeat(offline, 2), []time.Duration{6 * s, 12 * s}},
		{"as the provider asks", 0, []exchange.Round{busy(45), busy(1), busy(65535)}, []time.Duration{45 * s, 10 * s, 300 * s}},
		{"a key that is refused", 0, repeat(exchange.Round{Err: clinic.E(provider.CodeUnauthorised)}, 5),
			[]time.Duration{60 * s, 60 * s, 60 * s, 60 * s, 80 * s}},
		{"a lock is no failure", 0, []exchange.Round{offline, {Err: context.Canceled}, offline}, []time.Duration{5 * s, 5 * s, 10 * s}},
		{"good again", 0, []exchange.Round{offline, offline, {Attended: true}, offline}, []time.Duration{5 * s, 10 * s, 5 * s, 5 * s}},
	} {
		var p exchange.Pace
		got := rests(&p, c.random, c.rounds...)
		for n := range c.want {
			if got[n] != c.want[n] {
				t.Errorf("%s: rests of %v, want %v", c.what, got, c.want)
				break
			}
		}
	}
}

// TestAnExchangeRestsByWhatItHeard plays an hour of a clinic and looks how often
// it asks.
func TestAnExchangeRestsByWhatItHeard(t *testing.T) {
	w := newWorld(t)
	pages := &counting{SMS: w.sms}
	x := w.through(pages)
	listen := func(during time.Duration) (asked int) {
		before := pages.pages
		for end := w.clock.Elapsed() + during; w.clock.Elapsed() < end; {
			err := x.Listen(w.ctx)
			w.clock.Advance(x.Rest(err))
		}
		return pages.pages - before
	}
	listen(time.Hour)
	if n := listen(time.Hour); n != 120 {
		t.Errorf("in a quiet hour it asks %d times", n)
	}
	_, err := w.sim.Receive(simulator.Inbound{From: hers, Body: "Hello?"})
	w.ok(err)
	if n := listen(time.Minute); n < 6 {
		t.Errorf("after a text it asks %d times in a minute", n)
	}
	listen(time.Hour)
	w.written(visit)
	w.ok(x.SendDue(w.ctx))
	if n := listen(time.Minute); n < 6 {
		t.Errorf("while a text is on its way it asks %d times in a minute", n)
	}
	w.ok(w.sim.SetFaults(simulator.Faults{Reads: []simulator.Mishap{simulator.Unavailable, simulator.Unavailable, simulator.Unavailable}}))
	if n := listen(34 * time.Second); n != 3 {
		t.Errorf("without an answer it asks %d times in 34 s", n)
	}
}
