package desk_test

import (
	"testing"
	"time"

	"quietline/app/desk"
	"quietline/app/door"
	"quietline/backend/clinic"
)

// TestEachRoleIsHeldToItsOwnTime lets four people sign in one after another at one desk
// of a clinic that chose a time for each role.
func TestEachRoleIsHeldToItsOwnTime(t *testing.T) {
	dir, clock := closed(t)
	g := guard(t, dir, clock, nil)
	g.signIn()
	must[door.None](g.office, "session.confirm", desk.Confirm{Passphrase: passphrase})
	const theirs = "five small foxes at dusk"
	roles := []clinic.Role{clinic.FrontDesk, clinic.Therapist, clinic.OfficeManager}
	who := map[clinic.Role]desk.SignIn{clinic.PrivacyOfficer: {Member: g.me, Passphrase: passphrase}}
	for n, role := range roles {
		list := must[desk.StaffList](g.office, "staff.add", desk.AddMember{
			Name: []string{"Bea Lindqvist", "Cy Marsh", "Dot Okafor"}[n], Role: desk.RoleName(role), Passphrase: theirs,
		})
		who[role] = desk.SignIn{Member: list.Items[len(list.Items)-1].ID, Passphrase: theirs}
	}
	must[desk.LockSettings](g.office, "clinic.saveLockSettings", desk.LockSettings{
		Rule: "in_force", FrontDesk: 1, Therapist: 3, OfficeManager: 4, PrivacyOfficer: 2, LongestHours: 12,
	})
	must[door.None](g.office, "session.lock", nil)
	for role, want := range map[clinic.Role]time.Duration{
		clinic.FrontDesk: time.Minute, clinic.Therapist: 3 * time.Minute, clinic.OfficeManager: 4 * time.Minute,
		clinic.PrivacyOfficer: 2 * time.Minute,
	} {
		must[desk.State](g.office, "session.signIn", who[role])
		g.chair.rests(0)
		if after := g.passes(15*time.Minute, g.chair.rests); after != want {
			t.Errorf("%s: locked after %v, want %v", role, after, want)
		}
	}
}
