package session

import "quietline/backend/clinic"

// Permission is one thing that a member of staff may do. Every door names the
// permission that it needs; nothing else decides who may call it.
type Permission string

// The permissions. A door that is open before anyone has signed in names
// Anyone; one that needs a signed-in person and no more names SignedIn.
const (
	Anyone        Permission = "anyone"
	SignedIn      Permission = "signed_in"
	ReadTexts     Permission = "texts.read"
	SendTexts     Permission = "texts.send"
	ConfirmTexts  Permission = "texts.confirm"
	ReadPatients  Permission = "patients.read"
	EditPatients  Permission = "patients.edit"
	RecordConsent Permission = "consent.record"
	ReadSettings  Permission = "settings.read"
	EditSettings  Permission = "settings.edit"
)

// everyone holds what the daily work at the desk needs, whatever the role.
var everyone = []Permission{
	Anyone, SignedIn, ReadTexts, SendTexts, ConfirmTexts, ReadPatients, EditPatients,
	RecordConsent, ReadSettings,
}

// table is the one place where roles meet permissions.
var table = map[clinic.Role]map[Permission]bool{
	clinic.FrontDesk:      set(everyone),
	clinic.Therapist:      set(everyone),
	clinic.OfficeManager:  set(everyone, EditSettings),
	clinic.PrivacyOfficer: set(everyone, EditSettings),
}

// Allows reports whether a role holds a permission. An unknown role holds none.
func Allows(role clinic.Role, p Permission) bool { return table[role][p] }

// Permissions lists every permission, in a stable order.
func Permissions() []Permission {
	return append(append([]Permission(nil), everyone...), EditSettings)
}

func set(base []Permission, more ...Permission) map[Permission]bool {
	m := make(map[Permission]bool, len(base)+len(more))
	for _, p := range base {
		m[p] = true
	}
	for _, p := range more {
		m[p] = true
	}
	return m
}
