package desk_test

import (
	"testing"
	"time"

	"quietline/app/desk"
	"quietline/backend/clinic"
)

// TestTheMonthSaysWhatTextingCameTo asks the practice line, which bills like a real
// one, before and after a check of the line's first days.
func TestTheMonthSaysWhatTextingCameTo(t *testing.T) {
	o := filled(t, 300)
	o.t = t
	u := must[desk.LineUsage](o, "line.usage", nil)
	today := clinic.DateOf(o.clock.Now().Time().UTC())
	if u.This.To != today || u.This.From.Day != 1 || u.Last.To.AddDays(1) != u.This.From || u.Last.From.Day != 1 {
		t.Errorf("the days are %+v", u)
	}
	if u.This.Texts != 8300*int64(u.This.Out+u.This.In)+16500*int64(u.This.Pictures) {
		t.Errorf("what it came to does not add up: %+v", u.This)
	}
	before := u.This
	// A month later all of it is last month's.
	first := time.Date(today.Year, today.Month+1, 1, 12, 0, 0, 0, time.UTC)
	o.clock.Advance(first.Sub(o.clock.Now().Time()))
	if u = must[desk.LineUsage](o, "line.usage", nil); u.Last.From != before.From || u.Last.Out < before.Out || u.This.Out+u.This.In > before.Out+before.In+50 {
		t.Errorf("a month later: %+v, and before %+v", u, before)
	}
}
