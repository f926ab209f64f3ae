package desk_test

import (
	"runtime"
	"testing"
	"time"

	"quietline/app/desk"
	"quietline/backend/clinic"
)

// TestHeldTextsAreDecidedInOneList takes the sample's day, in which some texts wait
// for a person, and decides about all of them.
func TestHeldTextsAreDecidedInOneList(t *testing.T) {
	o := filled(t, 300)
	o.t = t
	held := must[desk.HeldTexts](o, "text.held", nil)
	if n := must[desk.LineStatus](o, "line.status", nil).Undecided; len(held.Items) == 0 || len(held.Items) != n || held.More {
		t.Fatalf("%d texts are listed and %d counted", len(held.Items), n)
	}
	var leave []clinic.MessageID
	for _, one := range held.Items {
		if one.Message.State != desk.StateHeld && one.Message.State != desk.StateAsk || one.Patient == nil || one.Phone == "" {
			t.Errorf("listed: %+v", one)
		}
		leave = append(leave, one.Message.ID)
	}
	done := must[desk.ResolvedAll](o, "text.resolveAll", desk.ResolveAll{Leave: leave})
	if done.Left != len(leave) || done.Sent != 0 || done.Refused != 0 || len(done.Rest.Items) != 0 {
		t.Errorf("decided: %+v", done)
	}
	if n := must[desk.LineStatus](o, "line.status", nil).Undecided; n != 0 {
		t.Errorf("%d still wait", n)
	}
	// Somebody else was quicker: nothing is left to decide, and that is no fault.
	again := must[desk.ResolvedAll](o, "text.resolveAll", desk.ResolveAll{Send: leave})
	if again.Sent != 0 || again.Refused != 0 {
		t.Errorf("decided again: %+v", again)
	}
	many := make([]clinic.MessageID, 101)
	if _, code := call[desk.ResolvedAll](o, "text.resolveAll", desk.ResolveAll{Send: many}); code != clinic.CodeBadInput {
		t.Errorf("a hundred and one at once: %q", code)
	}
}

// TestTheDeskSaysWhetherAllTextsAreHere has a fresh clinic bring in what its line
// lists, and check all of it when asked.
func TestTheDeskSaysWhetherAllTextsAreHere(t *testing.T) {
	o := found(t, t.TempDir())
	await := func(what string, is func(desk.LineReading) bool) desk.LineReading {
		t.Helper()
		for deadline := time.Now().Add(20 * time.Second); ; {
			r := must[desk.LineReading](o, "line.reading", nil)
			if is(r) {
				return r
			}
			if time.Now().After(deadline) {
				t.Fatalf("%s: it is %+v", what, r)
			}
			o.clock.Advance(time.Second)
			runtime.Gosched() // the jobs need the processor
		}
	}
	await("earlier texts", func(r desk.LineReading) bool { return r.History == "whole" })
	must[desk.LineReading](o, "line.compare", nil)
	r := await("a full check", func(r desk.LineReading) bool { return r.Compared != 0 && r.Work == desk.ReadingNone })
	if r.Missing != 0 || r.Listed != r.Kept+r.Aside || r.Alarm != nil || r.Sender != nil {
		t.Errorf("all is well: %+v", r)
	}
}
