package exchange_test

import (
	"fmt"
	"testing"
	"time"

	"quietline/backend/archive"
	"quietline/backend/clinic"
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
