package desk_test

import (
	"testing"
	"time"

	"quietline/app/desk"
	"quietline/backend/clinic"
)

// TestTheMonthSaysWhatTextingCameTo asks the practice line, which bills like a real
// one, once a text has left.
func TestTheMonthSaysWhatTextingCameTo(t *testing.T) {
	o := found(t, t.TempDir())
	o.t = t
	var u desk.LineUsage
	o.until("the text is billed", func() bool {
		o.clock.Advance(time.Second)
		u = must[desk.LineUsage](o, "line.usage", nil)
		return u.This.Out > 0
	})
	today := clinic.DateOf(o.clock.Now().Time().UTC())
	if u.This.To != today || u.This.From.Day != 1 || u.Last.To.AddDays(1) != u.This.From || u.Last.From.Day != 1 {
		t.Errorf("the days are %+v", u)
	}
	if parts := int64(u.This.Out + u.This.In); u.This.Texts != 8300*parts || u.This.Total < u.This.Texts || u.This.Currency != "USD" {
		t.Errorf("what it came to does not add up: %+v", u.This)
	}
	if u.This.Piece != 8300 {
		t.Errorf("a piece came to %d", u.This.Piece)
	}
	// Whoever writes is told what a text costs, and nothing of the bill.
	if p := must[desk.TextPrice](o, "text.price", nil); p != (desk.TextPrice{Piece: 8300, Currency: "USD"}) {
		t.Errorf("a text costs %+v", p)
	}
	if u.Last.Out+u.Last.In != 0 || u.Last.Total != 0 {
		t.Errorf("last month had texts: %+v", u.Last)
	}
}
