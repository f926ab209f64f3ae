package desk_test

import (
	"testing"

	"quietline/app/desk"
	"quietline/backend/exchange"
)

// TestARuleForTextsAtThePhoneServiceIsKeptAndSaysWhyItWaits: a fresh clinic has not
// watched its line for long enough.
func TestARuleForTextsAtThePhoneServiceIsKeptAndSaysWhyItWaits(t *testing.T) {
	o := found(t, t.TempDir())
	if p := must[desk.Purging](o, "line.purging", nil); p.Rule != "nothing" || p.Waits != nil || p.LeastDays == 0 || p.Clinic == "" {
		t.Errorf("before anybody has said anything: %+v", p)
	}
	for _, bad := range []desk.SetPurging{{Rule: "words", Days: 3}, {Rule: "words", Days: 9999}} {
		if _, code := call[desk.Purging](o, "line.setPurging", bad); code != exchange.CodePurgeRule {
			t.Errorf("%+v: %q", bad, code)
		}
	}
	p := must[desk.Purging](o, "line.setPurging", desk.SetPurging{Rule: "words", Days: 60})
	if p.Rule != "words" || p.Days != 60 || p.Waits == nil || p.Waits.Code != exchange.CodePurgeSender {
		t.Errorf("a rule: %+v", p)
	}
	if again := must[desk.Purging](o, "line.purging", nil); again.Rule != "words" || again.Days != 60 || again.Emptied+again.Deleted != 0 {
		t.Errorf("asked again: %+v", again)
	}
}
