package desk

import "quietline/backend/clinic"

// StaffList is who works and worked at the clinic.
type StaffList struct {
	Items []StaffRow `json:"items"`
	// NeedsSecond says that one person alone can let others in and let them go: the
	// clinic cannot go live like that.
	NeedsSecond bool `json:"needsSecond"`
	// ChangeKey says that somebody has left who could have known the key to the
	// provider, and that it is the same since.
	ChangeKey bool `json:"changeKey"`
}

// StaffRow is one person.
type StaffRow struct {
	ID   clinic.StaffID `json:"id"`
	Name string         `json:"name"`
	Role RoleName       `json:"role"`
	Me   bool           `json:"me"`
	// Left is when the person left; empty for whoever works here.
	Left clinic.Instant `json:"left"`
	// Closed says, of somebody who has left, that her way in is taken away on this
	// computer; the next start does it where it could not be done.
	Closed bool `json:"closed"`
	// SignsIn says that the person has a passphrase here.
	SignsIn bool `json:"signsIn"`
	// Phone says that a code from her phone is asked for when she signs in.
	Phone    bool `json:"phone"`
	Patients int  `json:"patients"`
	// Failures counts failed attempts to sign in as this person that were found in
	// the last thirty days, the newest of them at LastFailure.
	Failures    int            `json:"failures"`
	LastFailure clinic.Instant `json:"lastFailure"`
	// MayDecide says that the caller may change the person's role, give her a new
	// passphrase, and let her go.
	MayDecide bool `json:"mayDecide"`
}

// AddMember lets somebody in. She types her first passphrase herself.
type AddMember struct {
	Name       string   `json:"name"`
	Role       RoleName `json:"role"`
	Passphrase string   `json:"passphrase"`
}

// ChangeRole gives somebody another role, from her next sign-in on.
type ChangeRole struct {
	Member clinic.StaffID `json:"member"`
	Role   RoleName       `json:"role"`
}

// SetPassphrase gives somebody a new passphrase on this computer: she has
// forgotten hers, or never had one here. She types it herself.
type SetPassphrase struct {
	Member     clinic.StaffID `json:"member"`
	Passphrase string         `json:"passphrase"`
}

// ChangePassphrase changes the caller's own.
type ChangePassphrase struct {
	Old string `json:"old"`
	New string `json:"new"`
}

// MemberRef names a member of staff.
type MemberRef struct {
	Member clinic.StaffID `json:"member"`
}

// Departure is what somebody would leave behind.
type Departure struct {
	// Patients are those whom nobody else cares for: the first by name, and how many.
	Patients    []PatientName `json:"patients"`
	AllPatients int           `json:"allPatients"`
	// Drafts are unsent texts on this computer, Waiting those that have not left yet.
	Drafts  int `json:"drafts"`
	Waiting int `json:"waiting"`
	// Heirs are who could take over.
	Heirs []Person `json:"heirs"`
}

// Leave lets somebody go. Heir gets her patients whom nobody else cares for, and
// her drafts; for the empty id the patients wait for a therapist and the drafts
// are forgotten.
type Leave struct {
	Member clinic.StaffID `json:"member"`
	Heir   clinic.StaffID `json:"heir"`
}
