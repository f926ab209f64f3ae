package exchange_test

import (
	"errors"
	"testing"
	"time"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/exchange"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/policy"
	"quietline/backend/sqlite"
)

// TestATextThatMayGoToTheWrongPersonAsksOnce: a phone that two share, a number that has
// changed, and a name like another's. Each asks before the first text alone, and what was
// confirmed leaves.
func TestATextThatMayGoToTheWrongPersonAsksOnce(t *testing.T) {
	w := newWorld(t)
	first := func(want bool) {
		t.Helper()
		w.read(func(tx *sqlite.Tx) error {
			a, err := exchange.Ask(tx, exchange.Draft{Sight: archive.SeeAll(), Thread: w.thread, Body: visit, Category: policy.Scheduling}, policy.LineSimulator, w.clock.Now(), nil)
			if err == nil && a.First != want {
				t.Errorf("the first text to the number: %v", a.First)
			}
			return err
		})
	}
	asks := func(reason clinic.Code) {
		t.Helper()
		_, err := w.write(visit)
		if !errors.Is(err, clinic.E(exchange.CodeNeedsConfirming).With("reason", reason)) {
			t.Errorf("want %s: %v", reason, err)
		}
		id := clinic.NewID[clinic.MessageID]()
		w.ok(exchange.Write(w.ctx, w.clinic.Journal, w.member, id,
			exchange.Draft{Sight: archive.SeeAll(), Thread: w.thread, Body: visit, Category: policy.Scheduling}, policy.LineSimulator, true))
		w.ok(w.x.SendDue(w.ctx))
		w.state(id, archive.Sent)
		w.clock.Advance(7 * 24 * time.Hour) // past the caps, and not to a Sunday
	}
	goes := func() {
		t.Helper()
		id := w.written(visit)
		w.ok(w.x.SendDue(w.ctx))
		w.state(id, archive.Sent)
		w.clock.Advance(7 * 24 * time.Hour)
	}
	first(true)
	goes()
	first(false)

	// Her number changes.
	w.submit(func(d *journal.Decision) error {
		p, err := patients.Get(d.Tx, w.patient)
		if err != nil {
			return err
		}
		number, err := patients.AddNumber(d, w.patient, "+13035550143", false, patients.PatientsOwn)
		if err != nil {
			return err
		}
		w.thread, err = archive.ThreadFor(d, number, &p)
		return err
	})
	asks(policy.CodeRecipientChanged)
	goes()

	// Somebody with a name like hers comes; nobody is asked while the talk is fresh.
	w.addPatient("Marisa Vega", "+13035550144")
	goes()
	w.clock.Advance(28 * 24 * time.Hour)
	asks(policy.CodeRecipientAlike)
	goes()
}
