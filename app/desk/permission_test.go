package desk_test

import (
	"testing"

	"quietline/app/desk"
	"quietline/app/door"
	"quietline/backend/clinic"
	"quietline/backend/clinic/clinictest"
	"quietline/backend/session"
)

// TestTheMatrixOfRolesAndDoors calls every door that is registered in every role
// and in none. A new door is in it without anybody adding it here.
func TestTheMatrixOfRolesAndDoors(t *testing.T) {
	o := openOffice(t, t.TempDir(), clinictest.NewClock(monday))
	specs := o.doors.Specs()
	if len(specs) < 20 {
		t.Fatalf("only %d doors", len(specs))
	}
	for _, spec := range specs {
		t.Run(spec.Name, func(t *testing.T) {
			if spec.Permission == session.Anyone && spec.Access != door.NoAccess {
				t.Error("a door with content is open to anyone")
			}
			o.t = t
			o.desk.Session().End()
			// A field that no door has: whoever passes the permission gets no further.
			request := map[string]any{"no such field": 1}
			if _, code := call[any](o, spec.Name, request); (code == clinic.CodeLocked) != (spec.Permission != session.Anyone) {
				t.Errorf("signed out: %q", code)
			}
			for _, role := range append(clinic.Roles(), "visitor") {
				o.desk.Session().Begin(session.Member{ID: clinic.NewID[clinic.StaffID](), Name: "Somebody", Role: role})
				_, code := call[any](o, spec.Name, request)
				allowed := spec.Permission == session.Anyone || session.Allows(role, spec.Permission)
				if (code == clinic.CodeForbidden) == allowed {
					t.Errorf("%s: %q, allowed %v", role, code, allowed)
				}
			}
		})
	}
	o.desk.Session().End()
}

func TestOnlyThoseWhoMayChangeSettings(t *testing.T) {
	for role, may := range map[clinic.Role]bool{
		clinic.FrontDesk: false, clinic.Therapist: false, clinic.OfficeManager: true, clinic.PrivacyOfficer: true,
	} {
		if session.Allows(role, session.EditSettings) != may {
			t.Errorf("%s: %v", role, !may)
		}
	}
	if session.Allows("visitor", session.ReadTexts) || session.Allows("", session.SignedIn) {
		t.Error("an unknown role holds a permission")
	}
}

// TestNothingOfAPatientIsBehindADoorThatIsOpenToAnyone names the doors that are
// open before sign-in, so that another one is added here with open eyes.
func TestNothingOfAPatientIsBehindADoorThatIsOpenToAnyone(t *testing.T) {
	known := map[string]bool{
		"app.state": true, "clinic.create": true, "session.signIn": true, "recovery.open": true, "recovery.bind": true,
	}
	doors := door.NewRegistry("", nil, nil, nil)
	desk.New(desk.Config{Clock: clinic.SystemClock()}, nil).Register(doors)
	for _, spec := range doors.Specs() {
		if (spec.Permission == session.Anyone) != known[spec.Name] {
			t.Errorf("%s needs %q", spec.Name, spec.Permission)
		}
	}
}
