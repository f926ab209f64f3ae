package staff

import (
	"slices"
	"strings"

	"quietline/backend/clinic"
	"quietline/backend/journal"
)

var (
	kindChanged = journal.Kind{Name: "staff.role_changed", Version: 1, MinReader: 1, Class: journal.ClassStaff}
	kindLeft    = journal.Kind{Name: "staff.left", Version: 1, MinReader: 1, Class: journal.ClassStaff}
)

type changedBody struct {
	ID   clinic.StaffID `json:"id"`
	Role clinic.Role    `json:"role"`
}

type leftBody struct {
	ID clinic.StaffID `json:"id"`
	// Heir gets what is handed over; zero where nobody does.
	Heir clinic.StaffID `json:"heir"`
}

// Admit records a new member on the word of one who may let people in. Errors:
// those of Join, CodeTaken, CodeOfficerOnly.
func Admit(d *journal.Decision, m Member) error {
	all, err := All(d.Tx)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(all, func(known Member) bool {
		return known.Works() && strings.EqualFold(strings.TrimSpace(known.Name), strings.TrimSpace(m.Name))
	}) {
		return clinic.E(CodeTaken)
	}
	if m.Role == clinic.PrivacyOfficer && !byOfficer(all, d.Actor.Staff) {
		return clinic.E(CodeOfficerOnly)
	}
	return Join(d, m)
}

// ChangeRole records another role for somebody. Nobody changes her own, only a
// privacy officer decides about privacy officers, and one remains. The same role
// again is no change.
func ChangeRole(d *journal.Decision, id clinic.StaffID, role clinic.Role) error {
	if !role.Valid() {
		return clinic.E(CodeRole)
	}
	all, m, err := about(d, id)
	switch {
	case err != nil:
		return err
	case m.Role == role:
		return nil
	case (m.Role == clinic.PrivacyOfficer || role == clinic.PrivacyOfficer) && !byOfficer(all, d.Actor.Staff):
		return clinic.E(CodeOfficerOnly)
	case m.Role == clinic.PrivacyOfficer && officers(all) == 1:
		return clinic.E(CodeLastOfficer)
	}
	d.Record(journal.Event{Kind: kindChanged, Body: changedBody{id, role}})
	return nil
}

// Leave records that somebody has left, and who gets what she leaves behind.
// From here on she is not let in.
func Leave(d *journal.Decision, id, heir clinic.StaffID) error {
	all, m, err := about(d, id)
	switch {
	case err != nil:
		return err
	case m.Role == clinic.PrivacyOfficer && !byOfficer(all, d.Actor.Staff):
		return clinic.E(CodeOfficerOnly)
	case m.Role == clinic.PrivacyOfficer && officers(all) == 1:
		return clinic.E(CodeLastOfficer)
	}
	if !heir.IsZero() && (heir == id || !slices.ContainsFunc(all, func(m Member) bool { return m.ID == heir && m.Works() })) {
		return clinic.E(CodeHeir)
	}
	d.Record(journal.Event{Kind: kindLeft, Body: leftBody{id, heir}})
	return nil
}

// about returns everybody, and the one of them whom somebody else decides about.
func about(d *journal.Decision, id clinic.StaffID) ([]Member, Member, error) {
	all, err := All(d.Tx)
	if err != nil {
		return nil, Member{}, err
	}
	at := slices.IndexFunc(all, func(m Member) bool { return m.ID == id })
	switch {
	case at < 0:
		return nil, Member{}, clinic.E(clinic.CodeNotFound)
	case !all[at].Works():
		return nil, Member{}, clinic.E(CodeLeft)
	case id == d.Actor.Staff:
		return nil, Member{}, clinic.E(CodeYourself)
	}
	return all, all[at], nil
}

func officers(all []Member) int {
	n := 0
	for _, m := range all {
		if m.Works() && m.Role == clinic.PrivacyOfficer {
			n++
		}
	}
	return n
}

func byOfficer(all []Member, by clinic.StaffID) bool {
	return slices.ContainsFunc(all, func(m Member) bool {
		return m.ID == by && m.Works() && m.Role == clinic.PrivacyOfficer
	})
}
