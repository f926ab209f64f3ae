package staff_test

import (
	"context"
	"errors"
	"testing"

	"pgregory.net/rapid"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/journal/journaltest"
	"quietline/backend/sqlite"
	"quietline/backend/staff"
)

type house struct {
	*journaltest.Clinic
	t testing.TB
}

func newHouse(t testing.TB, roles ...clinic.Role) (*house, []clinic.StaffID) {
	h := &house{journaltest.New(t, staff.Projection()), t}
	var ids []clinic.StaffID
	for i, role := range roles {
		id := clinic.NewID[clinic.StaffID]()
		ids = append(ids, id)
		if err := h.as(clinic.StaffID{}, func(d *journal.Decision) error {
			return staff.Join(d, staff.Member{ID: id, Name: "Somebody " + string(rune('A'+i)), Role: role})
		}); err != nil {
			t.Fatal(err)
		}
	}
	return h, ids
}

func (h *house) as(by clinic.StaffID, decide func(*journal.Decision) error) error {
	_, err := h.Submit(context.Background(), journal.Actor{Staff: by}, decide)
	return err
}

func (h *house) all() (all []staff.Member) {
	h.t.Helper()
	if err := h.Read(context.Background(), func(tx *sqlite.Tx) (err error) {
		all, err = staff.All(tx)
		return err
	}); err != nil {
		h.t.Fatal(err)
	}
	return all
}

const (
	desk      = clinic.FrontDesk
	therapist = clinic.Therapist
	manager   = clinic.OfficeManager
	officer   = clinic.PrivacyOfficer
)

func TestWhoDecidesAboutWhom(t *testing.T) {
	for what, c := range map[string]struct {
		roles []clinic.Role
		by    int
		do    func(d *journal.Decision, ids []clinic.StaffID) error
		want  clinic.Code
	}{
		"a manager lets the desk go":    {[]clinic.Role{manager, desk, officer}, 0, leave(1, -1), ""},
		"to a colleague":                {[]clinic.Role{manager, desk, desk, officer}, 0, leave(1, 2), ""},
		"to herself":                    {[]clinic.Role{manager, desk, officer}, 0, leave(1, 1), staff.CodeHeir},
		"oneself":                       {[]clinic.Role{manager, officer}, 0, leave(0, -1), staff.CodeYourself},
		"the last officer by a manager": {[]clinic.Role{manager, officer}, 0, leave(1, -1), staff.CodeOfficerOnly},
		"one of two officers":           {[]clinic.Role{officer, officer}, 0, leave(1, -1), ""},
		"an officer by a manager":       {[]clinic.Role{manager, officer, officer}, 0, leave(1, -1), staff.CodeOfficerOnly},
		"a manager makes herself one":   {[]clinic.Role{manager, officer}, 0, role(0, officer), staff.CodeYourself},
		"a manager makes another one":   {[]clinic.Role{manager, desk, officer}, 0, role(1, officer), staff.CodeOfficerOnly},
		"an officer makes another one":  {[]clinic.Role{officer, desk}, 0, role(1, officer), ""},
		"an officer demotes herself":    {[]clinic.Role{officer, manager}, 0, role(0, desk), staff.CodeYourself},
		"an officer demotes another":    {[]clinic.Role{officer, officer}, 0, role(1, desk), ""},
		"no role":                       {[]clinic.Role{officer, desk}, 0, role(1, "visitor"), staff.CodeRole},
		"a name that is taken": {[]clinic.Role{officer}, 0, func(d *journal.Decision, _ []clinic.StaffID) error {
			return staff.Admit(d, staff.Member{ID: clinic.NewID[clinic.StaffID](), Name: " somebody a", Role: desk})
		}, staff.CodeTaken},
		"an officer let in by a manager": {[]clinic.Role{manager, officer}, 0, func(d *journal.Decision, _ []clinic.StaffID) error {
			return staff.Admit(d, staff.Member{ID: clinic.NewID[clinic.StaffID](), Name: "Somebody New", Role: officer})
		}, staff.CodeOfficerOnly},
	} {
		t.Run(what, func(t *testing.T) {
			h, ids := newHouse(t, c.roles...)
			err := h.as(ids[c.by], func(d *journal.Decision) error { return c.do(d, ids) })
			if c.want == "" && err != nil || c.want != "" && !errors.Is(err, clinic.E(c.want)) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func leave(who, heir int) func(*journal.Decision, []clinic.StaffID) error {
	return func(d *journal.Decision, ids []clinic.StaffID) error {
		var to clinic.StaffID
		if heir >= 0 {
			to = ids[heir]
		}
		return staff.Leave(d, ids[who], to)
	}
}

func role(who int, to clinic.Role) func(*journal.Decision, []clinic.StaffID) error {
	return func(d *journal.Decision, ids []clinic.StaffID) error { return staff.ChangeRole(d, ids[who], to) }
}

// TestAnOfficerAlwaysRemains lets anybody try anything. It holds whatever is
// refused for which reason.
func TestAnOfficerAlwaysRemains(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		h, ids := newHouse(t, officer, officer, manager, therapist, desk)
		for range rapid.IntRange(1, 20).Draw(rt, "steps") {
			who, by := rapid.SampledFrom(ids).Draw(rt, "who"), rapid.SampledFrom(ids).Draw(rt, "by")
			next := rapid.SampledFrom(clinic.Roles()).Draw(rt, "role")
			goes := rapid.Bool().Draw(rt, "goes")
			_ = h.as(by, func(d *journal.Decision) error { // most of it is refused
				if goes {
					return staff.Leave(d, who, clinic.StaffID{})
				}
				return staff.ChangeRole(d, who, next)
			})
			officers := 0
			for _, m := range h.all() {
				if m.Works() && m.Role == officer {
					officers++
				}
			}
			if officers == 0 {
				rt.Fatal("no privacy officer is left")
			}
		}
	})
}

func TestWhoeverHasLeftKeepsHerName(t *testing.T) {
	h, ids := newHouse(t, officer, desk)
	if err := h.as(ids[0], func(d *journal.Decision) error { return staff.Leave(d, ids[1], clinic.StaffID{}) }); err != nil {
		t.Fatal(err)
	}
	if all := h.all(); len(all) != 2 || all[1].Works() || all[1].Name != "Somebody B" || all[1].LeftSeq == 0 {
		t.Errorf("%+v", all)
	}
	if err := h.as(ids[0], func(d *journal.Decision) error { return staff.Leave(d, ids[1], clinic.StaffID{}) }); !errors.Is(err, clinic.E(staff.CodeLeft)) {
		t.Errorf("leaving twice: %v", err)
	}
}
