package exchange_test

import (
	"context"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/exchange"
	"quietline/backend/journal"
	"quietline/backend/policy"
	"quietline/backend/provider/simulator"
)

// trouble is something that goes wrong at the provider.
type trouble func(*simulator.Faults)

// troubles are one of each kind.
func troubles() []trouble {
	var all []trouble
	for _, one := range append(simulator.Mishaps(), simulator.Skipped) {
		if one == simulator.HoldBefore || one == simulator.HoldAfter {
			continue
		}
		all = append(all, func(f *simulator.Faults) { f.Reads = append(f.Reads, one) })
		if one != simulator.Skipped {
			all = append(all,
				func(f *simulator.Faults) { f.Sends = append(f.Sends, one) },
				func(f *simulator.Faults) { f.Pictures = append(f.Pictures, one) })
		}
	}
	for _, lag := range []time.Duration{time.Minute, 20 * time.Minute, 3 * time.Hour, 11 * time.Hour} {
		all = append(all, func(f *simulator.Faults) { f.ListLag = simulator.Duration(lag) })
	}
	for _, skew := range []time.Duration{90 * time.Second, -90 * time.Second} {
		all = append(all, func(f *simulator.Faults) { f.Skew = simulator.Duration(skew) })
	}
	for _, down := range []simulator.Mishap{simulator.Revoked, simulator.Unavailable, simulator.Busy, simulator.BusyPage} {
		all = append(all, func(f *simulator.Faults) { f.Always = down })
	}
	return append(all,
		func(f *simulator.Faults) { f.Disorder = simulator.Duration(time.Minute) },
		func(f *simulator.Faults) {
			f.Sends, f.RetryAfter = append(f.Sends, simulator.Busy), simulator.Duration(20*time.Second)
		},
		func(f *simulator.Faults) { f.Duplicate = true },
		func(f *simulator.Faults) { f.Shuffle = true },
		func(f *simulator.Faults) { f.Stall = true },
	)
}

// faults are what goes wrong for a while: first what never has.
func (m *month) faults() simulator.Faults {
	var f simulator.Faults
	if len(m.deck) > 0 {
		for range min(4, len(m.deck)) {
			m.deck[0](&f)
			m.deck = m.deck[1:]
		}
		return f
	}
	if m.chance(3) {
		return f
	}
	script := func(of []simulator.Mishap) (all []simulator.Mishap) {
		for range m.dice.IntN(4) {
			if one := pickOne(m, of); one != simulator.HoldBefore && one != simulator.HoldAfter {
				all = append(all, one)
			}
		}
		return all
	}
	f.Sends = script(simulator.Mishaps())
	f.Pictures = script(append(simulator.Mishaps(), simulator.Fine, simulator.Fine, simulator.Fine))
	f.Reads = script(append(simulator.Mishaps(), simulator.Skipped, simulator.Fine, simulator.Fine))
	f.ListLag = simulator.Duration(pickOne(m, []time.Duration{0, 0, time.Minute, 20 * time.Minute, 3 * time.Hour, 11 * time.Hour}))
	f.Skew = simulator.Duration(pickOne(m, []time.Duration{0, 0, 0, 90 * time.Second, -90 * time.Second}))
	f.Disorder = simulator.Duration(pickOne(m, []time.Duration{0, 0, time.Minute}))
	f.RetryAfter = simulator.Duration(time.Duration(m.dice.IntN(30)) * time.Second)
	f.Duplicate, f.Shuffle, f.Stall = m.chance(3), m.chance(3), m.chance(6)
	if m.chance(8) {
		f.Always = pickOne(m, []simulator.Mishap{simulator.Revoked, simulator.Unavailable, simulator.Busy, simulator.BusyPage})
	}
	return f
}

// dieAtWork kills the program before or after one of the next decisions reaches
// the log, and starts it again.
func (m *month) dieAtWork() {
	m.kills++
	dying := exchange.New(exchange.Config{
		Journal: &killed{Journal: m.w.clinic.Journal, left: m.dice.IntN(12), recorded: m.chance(2)},
		SMS:     m.w.sms, Scheduler: m.w.client, Pictures: m.w.client, Blobs: m.w.clinic.Blobs,
		Account: account, Phone: ours, Line: policy.LineSimulator, Clock: m.w.clock, Log: clinic.NewLog(m.t.Output()),
	})
	m.work(dying, m.w.ctx)
	m.w.reopen()
}

// killed is a journal whose program dies at one of its decisions: right before it
// is recorded, or right after.
type killed struct {
	exchange.Journal
	left     int
	recorded bool
}

func (k *killed) Submit(ctx context.Context, a journal.Actor, decide func(*journal.Decision) error) (journal.Pos, error) {
	k.left--
	if k.left < 0 && (k.left < -1 || !k.recorded) {
		return journal.Pos{}, errDead
	}
	pos, err := k.Journal.Submit(ctx, a, decide)
	if k.left < 0 {
		return journal.Pos{}, errDead
	}
	return pos, err
}
