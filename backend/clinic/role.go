package clinic

// Role is what a member of staff does at the clinic. What a role may do is
// decided in one table, in package session.
type Role string

// The roles of a small clinic.
const (
	FrontDesk      Role = "front_desk"
	Therapist      Role = "therapist"
	OfficeManager  Role = "office_manager"
	PrivacyOfficer Role = "privacy_officer"
)

// Roles lists every role, in the order in which screens show them.
func Roles() []Role { return []Role{FrontDesk, Therapist, OfficeManager, PrivacyOfficer} }

// Valid reports whether r is one of Roles.
func (r Role) Valid() bool {
	switch r {
	case FrontDesk, Therapist, OfficeManager, PrivacyOfficer:
		return true
	}
	return false
}

// Language is a language that screens, forms and texts exist in.
type Language string

// The languages of the first release.
const (
	English Language = "en"
	Spanish Language = "es"
)

// Valid reports whether l is a known language.
func (l Language) Valid() bool { return l == English || l == Spanish }
