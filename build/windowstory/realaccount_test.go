//go:build windowstory

package windowstory_test

import (
	"net/http/httptest"
	"os"
	"testing"

	"quietline/backend/clinic"
	"quietline/backend/provider/providertest"
	"quietline/backend/provider/simulator"
)

// realAccount is at the story's own phone service, which the program takes for the
// real one.
var realAccount = simulator.Config{
	Account: "AC00000000000000000000000000000c33", KeySID: "SK00000000000000000000000000000c33",
	KeySecret: "Zyxwvutsrqponmlkjihgfedcba543210",
	Numbers:   []simulator.Number{{Phone: "+13035550155"}}, Seed: 1,
}

const realNumber = "(303) 555-0155"

// TestARealAccountIsSetUpInTheWindow goes through the set-up as somebody does who has
// never seen it, with a key and an account that have what is wrong with many: each fault
// is explained, with what to do.
func TestARealAccountIsSetUpInTheWindow(t *testing.T) {
	binary := os.Getenv("QUIETLINE_REHEARSAL")
	s, _ := desktop(t)
	line, err := simulator.New(realAccount)
	if err != nil {
		t.Fatal(err)
	}
	service := httptest.NewServer(providertest.DescribedHandler(t, line))
	defer service.Close()
	// What the owner of the account does in its console.
	makesKey := func(k simulator.Key) {
		t.Helper()
		k.SID, k.Secret = realAccount.KeySID, realAccount.KeySecret
		if err := line.SetKeys(k); err != nil {
			t.Fatal(err)
		}
	}
	arranges := func(n simulator.Number, keepsIncoming bool) {
		t.Helper()
		n.Phone = realAccount.Numbers[0].Phone
		if err := line.SetAccount(simulator.Change{
			Numbers: []simulator.Number{n},
			Services: []simulator.Service{{
				SID: "MG00000000000000000000000000000c33", Name: "Desk", Numbers: []clinic.Phone{n.Phone},
				OnNumber: keepsIncoming, Campaign: "VERIFIED",
			}},
		}); err != nil {
			t.Fatal(err)
		}
	}

	c := employ(t, s)
	start(t, s, binary, "-dir", s.Folder("own"), "-provider", service.URL)
	c.founds()
	c.goes("line.form.simulator")
	c.press("Down")
	c.presses("live.open")
	c.reads("live.before.cost")
	c.reads("live.before.agreement")
	c.photographs("real-1-before")
	c.presses("live.next")

	// The key: not whole, then whole and of no use.
	c.fills("AC0000", "live.key.paste")
	c.reads("errors.golive.paste_no_account.what")
	c.fills(string(realAccount.Account)+" "+realAccount.KeySID+" "+realAccount.KeySecret, "live.key.paste")
	c.reads("live.key.there") // until then the button says what is missing
	for _, fault := range []struct {
		name string
		key  simulator.Key
	}{
		{"key_unknown", simulator.Key{Revoked: true}},
		{"key_elsewhere", simulator.Key{Elsewhere: true}},
		{"key_no_texts", simulator.Key{Permissions: []simulator.Permission{simulator.ReadNumbers}}},
		{"key_no_numbers", simulator.Key{Permissions: []simulator.Permission{simulator.ReadMessages}}},
	} {
		makesKey(fault.key)
		c.presses("live.key.use")
		c.reads("errors.golive."+fault.name+".what", "region", "IE1")
		c.reads("errors.golive." + fault.name + ".next")
		c.photographs("real-2-" + fault.name)
	}
	makesKey(simulator.Key{})
	c.presses("live.key.use")
	c.reads("live.key.have", "last", "0c33")
	c.presses("live.next")

	c.reads("live.number.both")
	arranges(simulator.Number{NoSMS: true}, false)
	c.presses("live.number.again")
	c.reads("live.number.voice")
	c.goesTo(realNumber)
	c.press("space")
	c.reads("live.number.noTexts")
	c.photographs("real-3-number")
	arranges(simulator.Number{}, false)
	c.presses("live.number.again")
	c.reads("live.number.both")
	c.presses("ui.save")

	// Without the steps between, the checks say what is still to be done.
	for range 4 {
		c.presses("live.next")
	}
	c.presses("live.checks.run")
	c.reads("live.finding.inbound_lost.what")
	c.reads("live.finding.inbound_lost.next")
	c.reads("live.finding.no_agreement.what")
	c.reads("live.finding.one_administrator.next")
	c.photographs("real-4-checks")
	c.presses("live.later")

	// In Spanish, and with a key that has been replaced by one of another region.
	c.goesTo("English")
	c.press("Right")
	c.words = wordsIn(t, "es")
	c.presses("live.open")
	for range 3 {
		c.presses("live.next")
	}
	c.presses("live.checks.run")
	c.reads("live.finding.inbound_lost.what")
	c.reads("live.finding.inbound_lost.next")
	c.photographs("real-5-checks-es")
	makesKey(simulator.Key{Elsewhere: true})
	c.presses("live.checks.again")
	c.reads("live.finding.other_region.what")
	c.reads("live.finding.other_region.next")
	c.photographs("real-6-region-es")
	searched(t, s.Folder(""), []string{string(realAccount.Account), realAccount.KeySID, realAccount.KeySecret, "3035550155"})
}
