package exchange_test

import (
	"errors"
	"time"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/exchange"
	"quietline/backend/provider"
	"quietline/backend/provider/simulator"
	"quietline/backend/sqlite"
)

// happens is what comes once or twice in a month, at a part of it.
func (m *month) happens(before, now float64) {
	at := func(part float64) bool { return before < part && part <= now }
	switch {
	case at(0.25), at(0.8):
		m.divides()
	case at(0.45):
		m.w.ok(m.w.sim.SetFaults(simulator.Faults{}))
		m.kept = m.boat.copies()
	case at(0.55):
		m.loses()
	}
}

// outbound counts what the provider has of texts from our number.
func (m *month) outbound() (n int) {
	for _, one := range m.w.sim.Messages() {
		if one.Direction == provider.Outbound && !one.Reply {
			n++
		}
	}
	return n
}

// divides starts a copy of the clinic beside it while texts wait, as happens where a
// whole computer was copied, and lets both work once those are due. What the provider
// lists is not late then: two copies that send within its lag both do, and nothing that
// either could ask would tell.
func (m *month) divides() {
	m.w.ok(m.w.sim.SetFaults(simulator.Faults{}))
	m.w.ok(m.w.x.Listen(m.w.ctx))
	for range 6 {
		m.write()
	}
	m.w.clock.Advance(time.Minute)
	clone := m.w.copied()
	m.w.clock.Advance(m.firstDue().Sub(m.w.clock.Now()))
	for range 6 {
		m.w.clock.Advance(5 * time.Minute)
		both := []*world{m.w, clone}
		m.dice.Shuffle(2, func(a, b int) { both[a], both[b] = both[b], both[a] })
		for _, one := range both {
			f := m.faults()
			m.w.ok(m.w.sim.SetFaults(simulator.Faults{Sends: f.Sends, Pictures: f.Pictures, Always: f.Always, RetryAfter: f.RetryAfter}))
			before := m.outbound()
			m.work(one.x, one.ctx)
			if one == clone {
				m.beside += m.outbound() - before
				m.copied += m.outbound() - before
			}
		}
	}
	m.w.ok(m.w.sim.SetFaults(simulator.Faults{}))
	m.w.ok(m.w.x.Listen(m.w.ctx))
}

// firstDue is when the first of what waits is due: now, where nothing waits for an hour.
func (m *month) firstDue() (at clinic.Instant) {
	at = m.w.clock.Now()
	m.w.read(func(tx *sqlite.Tx) error {
		return tx.QueryRow(`SELECT max(coalesce(min(until), 0), ?) FROM outbox WHERE state = 'later'`, int64(at)).Scan(&at)
	})
	return at
}

// loses has the computer be lost, and the clinic go on from a backup that is some days
// old: what was written since is gone, and what was sent since is at the provider.
func (m *month) loses() {
	w := m.w
	w.ok(w.sim.SetFaults(simulator.Faults{}))
	m.bases()
	m.boat.restore(m.kept)
	w.ok(w.x.Listen(w.ctx))
	w.signs()
	w.read(func(tx *sqlite.Tx) error {
		for id := range m.written {
			here, err := archive.GetMessage(tx, archive.SeeAll(), id)
			switch {
			case errors.Is(err, clinic.E(clinic.CodeNotFound)):
				m.lost[id] = true
			case err != nil:
				return err
			case here.Attempts == 0 || here.Reason == exchange.CodeReopened:
				m.reopened[id] = true
			}
		}
		return nil
	})
	m.others, m.beside = w.strangers().Texts, 0
}
