package sample

import (
	"strings"

	"quietline/backend/clinic"
	"quietline/backend/settings"
	"quietline/backend/vault"
)

// Particulars of the clinic. Its numbers are fictional like the patients'.
const (
	clinicName    = "Juniper Family Counseling"
	clinicInTexts = "Juniper Counseling"
	officePhone   = clinic.Phone("+13035550100")
	linePhone     = clinic.Phone("+13035550199")
)

func particulars() settings.Clinic {
	hours, caps := settings.Default()
	return settings.Clinic{
		Name: clinicName, OfficePhone: officePhone, Zone: denver, Language: en, Hours: hours, Caps: caps,
	}
}

// member is someone who works at the sample clinic.
type member struct {
	vault.Member
	// title is how patients know a therapist.
	title string
}

// team returns the seven members, the privacy officer first, with ids that
// follow from the seed.
func team(seed uint64) []member {
	all := []member{
		{Member: vault.Member{Name: "Ruth Castellano", Role: clinic.PrivacyOfficer}},
		{Member: vault.Member{Name: "Denise Whitaker", Role: clinic.OfficeManager}},
		{Member: vault.Member{Name: "Ana Lucía Prieto", Role: clinic.FrontDesk}},
		{Member: vault.Member{Name: "Tomás Baca", Role: clinic.FrontDesk}},
		{Member: vault.Member{Name: "Mei-Ling Hsu", Role: clinic.Therapist}, title: "Dr. Hsu"},
		{Member: vault.Member{Name: "Samuel Okafor", Role: clinic.Therapist}, title: "Dr. Okafor"},
		{Member: vault.Member{Name: "Ingrid Sørensen", Role: clinic.Therapist}, title: "Ingrid Sørensen"},
	}
	for i := range all {
		all[i].ID = drawID[clinic.StaffID](random(seed, "member", i))
	}
	return all
}

// given returns the name with which a member signs a text.
func (m member) given() string {
	first, _, _ := strings.Cut(m.Name, " ")
	return first
}

// with returns the members of a role.
func with(all []member, role clinic.Role) []member {
	var some []member
	for _, m := range all {
		if m.Role == role {
			some = append(some, m)
		}
	}
	return some
}
