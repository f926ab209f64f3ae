package backup_test

import (
	"testing"
	"time"

	"quietline/backend/clinic/clinictest"
)

// TestTheClockMayJumpAtEveryStepOfARun: by years in both directions, as a person or a
// time server sets it, or because the computer slept. The run ends well all the same, so
// do those after it, and no generation is given up for it.
func TestTheClockMayJumpAtEveryStepOfARun(t *testing.T) {
	w := newWorld(t)
	w.day()
	w.mustRun()
	w.record(20)
	w.picture(9000)
	w.slot()
	w.clock.Advance(time.Hour)
	const years = 3 * 365 * 24 * time.Hour
	for what, jump := range map[string]func(*clinictest.Clock){
		"years ahead": func(c *clinictest.Clock) { c.Jump(years) },
		"years back":  func(c *clinictest.Clock) { c.Jump(-years) },
		"asleep":      func(c *clinictest.Clock) { c.Advance(20 * time.Minute) },
	} {
		t.Run(what, func(t *testing.T) {
			steps, every := 0, 1
			if testing.Short() {
				every = 9
			}
			for n := 1; ; n += every {
				o := w.on(t)
				o.clock = clinictest.NewClock(w.clock.Now().Time())
				o.disk.meanwhile = func() { jump(o.clock) }
				o.disk.breakAt(n, elsewhere)
				done, err := o.run()
				if !o.disk.mend() {
					break
				}
				steps++
				if err != nil || done.Removed > 0 || len(done.Broken) > 0 {
					t.Fatalf("step %d: %d generations are given up, %v broken: %v", n, done.Removed, done.Broken, err)
				}
				// Set right again, years from what the run before says of itself.
				o.clock = clinictest.NewClock(w.clock.Now().Time().Add(time.Hour))
				after := o.mustRun()
				if all := o.generations(); len(all) != 3 || all[0].Number != after.Generation.Number {
					t.Fatalf("step %d: of three generations there are %d", n, len(all))
				}
				o.whole()
				o.restores(after.Generation)
			}
			if steps*every < 100 {
				t.Errorf("%d steps are not many", steps)
			}
		})
	}
}
