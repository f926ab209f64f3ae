package desk_test

import (
	"testing"

	"quietline/app/desk"
)

// TestWhoeverLeavesMayKnowTheKey asks for another key to the provider once somebody has
// left who was there when this one was entered, until there is another.
func TestWhoeverLeavesMayKnowTheKey(t *testing.T) {
	o, x, _, _ := connected(t)
	asks := func(want bool, when string) {
		t.Helper()
		if list := must[desk.StaffList](o, "staff.list", nil); list.ChangeKey != want {
			t.Errorf("%s: the key is to be changed: %v", when, list.ChangeKey)
		}
	}
	asks(false, "before anybody leaves")
	list := must[desk.StaffList](o, "staff.add", desk.AddMember{Name: "Bea Lindqvist", Role: "front_desk", Passphrase: leaverPass})
	must[desk.StaffList](o, "staff.leave", desk.Leave{Member: list.Items[1].ID})
	asks(true, "once she has left")
	must[desk.LineStatus](o, "line.connect", simulatorAt(x.url))
	asks(false, "with another key")
}
