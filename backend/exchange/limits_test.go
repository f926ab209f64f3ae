package exchange_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/exchange"
	"quietline/backend/journal"
	"quietline/backend/policy"
	"quietline/backend/settings"
)

// TestTextsThatWaitedOvernightKeepTheDailyCap writes texts after hours. In the
// morning they are all due at once, and the cap is one a day.
func TestTextsThatWaitedOvernightKeepTheDailyCap(t *testing.T) {
	w := newWorld(t)
	w.clock.Advance(11 * time.Hour) // 21:00 in Denver
	var all []clinic.MessageID
	for n := range 5 {
		all = append(all, w.written(fmt.Sprintf("Note %d about your visit.", n)))
	}
	w.ok(w.x.SendDue(w.ctx))
	if n := len(w.sim.Messages()); n != 0 {
		t.Fatalf("%d left after hours", n)
	}
	w.clock.Advance(12*time.Hour + time.Minute) // 9:01
	for range 5 {
		w.ok(w.x.SendDue(w.ctx))
		w.clock.Advance(2 * time.Hour)
	}
	if n := len(w.sim.Messages()); n != 1 {
		t.Errorf("%d left on one day", n)
	}
	w.state(all[0], archive.Sent)
	for _, id := range all[1:] {
		if m := w.message(id); m.State != archive.Later || m.Until <= w.clock.Now() {
			t.Errorf("a text beyond the cap is %s until %s (%s)", m.State, m.Until.Time(), m.Reason)
		}
	}
}

// TestTheClinicsOwnLimitsAreLiftedForAReason: on a day on which the clinic has to close
// a text goes at night, where the clinic lets somebody say so, and says why for as long as
// the text is kept. What the patient asked for is lifted by nobody.
func TestTheClinicsOwnLimitsAreLiftedForAReason(t *testing.T) {
	w := newWorld(t)
	w.clock.Advance(11 * time.Hour) // 21:00 in Denver
	write := func(reason string) (clinic.MessageID, error) {
		id := clinic.NewID[clinic.MessageID]()
		return id, exchange.Write(w.ctx, w.clinic.Journal, w.member, id, exchange.Draft{
			Sight: archive.SeeAll(), Thread: w.thread, Body: "We are closed tomorrow.", Category: policy.Scheduling, Lift: reason,
		}, policy.LineSimulator, true)
	}
	refused := func(reason string, want clinic.Code) {
		t.Helper()
		if _, err := write(reason); clinic.CodeOf(err) != want {
			t.Errorf("for %q: %v, want %s", reason, err, want)
		}
	}
	refused("the road is closed", exchange.CodeLimitsStay)
	w.submit(func(d *journal.Decision) error {
		return settings.ChangeTexting(d, settings.Texting{Majority: 18, LiftLimits: true})
	})
	refused(" \t x ", exchange.CodeLiftReason)
	refused(strings.Repeat("x", exchange.MostReason+1), exchange.CodeLiftReason)

	id, err := write("  the road\n is closed ")
	w.ok(err)
	w.ok(w.x.SendDue(w.ctx))
	w.state(id, archive.Sent)
	basis, _, err := w.message(id).Basis()
	w.ok(err)
	if len(basis.Overrides) != 1 {
		t.Fatalf("it stood on %+v", basis)
	}
	if o := basis.Overrides[0]; o.Code != policy.CodeQuietHours || o.By != w.member || o.Reason != "the road is closed" {
		t.Errorf("lifted %+v", o)
	}

	// Hours of her own come on top.
	w.submit(func(d *journal.Decision) error {
		c, err := consent.Current(d.Tx, w.patient)
		if err != nil {
			return err
		}
		scope := c.Scope
		scope.FromHour, scope.ToHour = 8, 12
		return consent.Narrow(d, c.ID, scope, consent.ByCall)
	})
	refused("the road is closed", exchange.CodeMayNotGo)
}
