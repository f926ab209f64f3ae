package desk_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"quietline/app/desk"
	"quietline/app/door"
	"quietline/backend/clinic"
	"quietline/backend/clinic/clinictest"
	"quietline/backend/session"
)

// columns are those of testdata/doors.txt: nobody signed in, then every role.
var columns = []clinic.Role{"", clinic.FrontDesk, clinic.Therapist, clinic.OfficeManager, clinic.PrivacyOfficer}

// readMatrix reads who may call which door, as people have written it down.
func readMatrix(t *testing.T) map[string][]bool {
	t.Helper()
	raw, err := os.ReadFile("testdata/doors.txt")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string][]bool{}
	for n, line := range strings.Split(string(raw), "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Fields(line)
		if len(f) != 1+len(columns) || rows[f[0]] != nil {
			t.Fatalf("doors.txt:%d: a door stands once, with %d answers", n+1, len(columns))
		}
		for _, answer := range f[1:] {
			if answer != "yes" && answer != "-" {
				t.Fatalf("doors.txt:%d: %q is no answer", n+1, answer)
			}
			rows[f[0]] = append(rows[f[0]], answer == "yes")
		}
	}
	return rows
}

// TestTheMatrixOfRolesAndDoors calls every door that is registered in every role
// and in none, and holds the answers against the table. A new door fails until
// somebody has written its row.
func TestTheMatrixOfRolesAndDoors(t *testing.T) {
	o := openOffice(t, t.TempDir(), clinictest.NewClock(monday))
	rows := readMatrix(t)
	specs := o.doors.Specs()
	if len(specs) < 20 {
		t.Fatalf("only %d doors", len(specs))
	}
	for _, spec := range specs {
		want, written := rows[spec.Name]
		delete(rows, spec.Name)
		t.Run(spec.Name, func(t *testing.T) {
			if !written {
				t.Fatal("testdata/doors.txt has no row for this door: decide who may call it")
			}
			o.t = t
			for i, role := range columns {
				if o.may(role, spec.Name) != want[i] {
					t.Errorf("as %q: want %v", role, want[i])
				}
			}
			if o.may("visitor", spec.Name) != want[0] {
				t.Error("an unknown role is somebody")
			}
			if want[0] && spec.Access != door.NoAccess {
				t.Error("a door with content is open to anyone")
			}
		})
	}
	for name := range rows {
		t.Errorf("doors.txt has a row for %s, which is no door", name)
	}
	o.desk.Session().End()
}

// may asks a door with a field that none has: whoever passes the permission gets
// no further.
func (o *office) may(role clinic.Role, name string) bool {
	o.desk.Session().End()
	if role != "" {
		o.desk.Session().Begin(session.Member{ID: clinic.NewID[clinic.StaffID](), Name: "Somebody", Role: role})
	}
	_, code := call[any](o, name, map[string]any{"no such field": 1})
	return !slices.Contains([]clinic.Code{clinic.CodeLocked, clinic.CodeForbidden, ""}, code)
}

func TestEveryRoleHoldsWhatItsDayNeeds(t *testing.T) {
	for _, p := range session.Permissions() {
		if !slices.ContainsFunc(clinic.Roles(), func(r clinic.Role) bool { return session.Allows(r, p) }) {
			t.Errorf("nobody holds %s", p)
		}
		if session.Allows("visitor", p) || session.Allows("", p) {
			t.Errorf("an unknown role holds %s", p)
		}
	}
	if session.Allows(clinic.PrivacyOfficer, "no.such") {
		t.Error("a permission that does not exist is held")
	}
}

// TestEveryPermissionOpensADoor finds words of the table that no door
// asks for.
func TestEveryPermissionOpensADoor(t *testing.T) {
	doors := door.NewRegistry("", nil, nil, nil)
	desk.New(desk.Config{Clock: clinic.SystemClock()}, nil).Register(doors)
	asked := map[session.Permission]bool{}
	for _, spec := range doors.Specs() {
		asked[spec.Permission] = true
	}
	for _, p := range session.Permissions() {
		if !asked[p] {
			t.Errorf("no door asks for %s", p)
		}
	}
}
