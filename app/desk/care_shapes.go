package desk

import (
	"quietline/backend/clinic"
	"quietline/backend/patients"
)

// Person is a member of staff as lists name one.
type Person struct {
	ID   clinic.StaffID `json:"id"`
	Name string         `json:"name"`
}

// CareRef names a patient and somebody who cares for her.
type CareRef struct {
	Patient clinic.PatientID `json:"patient"`
	Member  clinic.StaffID   `json:"member"`
}

// RestrictCare keeps a patient's texts among clinicians, or lets the desk see
// them again.
type RestrictCare struct {
	Patient clinic.PatientID `json:"patient"`
	Only    bool             `json:"only"`
}

// CoverList is the covers under way and to come that the caller may know of.
type CoverList struct {
	Items []CoverRow `json:"items"`
}

// CoverRow is one cover.
type CoverRow struct {
	ID    patients.CoverID `json:"id"`
	Of    Person           `json:"of"`
	By    Person           `json:"by"`
	From  clinic.Instant   `json:"from"`
	Until clinic.Instant   `json:"until"`
	// Mine: the caller may end it.
	Mine bool `json:"mine"`
}

// ArrangeCover lets By see the patients of Of on some days, the last included.
// A therapist names herself or nobody as Of.
type ArrangeCover struct {
	Of   clinic.StaffID `json:"of"`
	By   clinic.StaffID `json:"by"`
	From clinic.Date    `json:"from"`
	To   clinic.Date    `json:"to"`
}

// CoverRef names a cover.
type CoverRef struct {
	ID patients.CoverID `json:"id"`
}

// WaitingPatients is the patients whom nobody cares for: the first of them by
// name, and how many there are.
type WaitingPatients struct {
	Items []PatientName `json:"items"`
	All   int           `json:"all"`
}

// OpenEmergency opens one patient out of sight. Who sees her name gives Patient;
// who does not names her exactly, by name and birth date or by her number.
type OpenEmergency struct {
	Patient   clinic.PatientID `json:"patient"`
	Name      string           `json:"name"`
	BirthDate clinic.Date      `json:"birthDate"`
	Phone     string           `json:"phone"`
	Reason    string           `json:"reason"`
	// Minutes is how long; 0 is an hour.
	Minutes int `json:"minutes"`
}

// OpenedEmergency is the patient who was opened, and until when.
type OpenedEmergency struct {
	Patient clinic.PatientID `json:"patient"`
	Thread  clinic.ThreadID  `json:"thread"` // empty where she has none
	Until   clinic.Instant   `json:"until"`
}

// EmergencyList is what the privacy officer reviews: what nobody has looked into
// yet, then the newest of the others.
type EmergencyList struct {
	Items []EmergencyRow `json:"items"`
	// Waiting counts those that nobody has looked into.
	Waiting int `json:"waiting"`
}

// EmergencyRow is one emergency access.
type EmergencyRow struct {
	ID      patients.EmergencyID `json:"id"`
	By      Person               `json:"by"`
	Patient PatientName          `json:"patient"`
	Reason  string               `json:"reason"`
	From    clinic.Instant       `json:"from"`
	Until   clinic.Instant       `json:"until"`
	// Looks is what was opened meanwhile.
	Looks      []Look         `json:"looks"`
	ReviewedBy string         `json:"reviewedBy"`
	ReviewedAt clinic.Instant `json:"reviewedAt"`
	Note       string         `json:"note"`
}

// Look is how often something of a patient was opened.
type Look struct {
	Kind  string `json:"kind"`
	Times int    `json:"times"`
}

// ReviewEmergency signs an emergency access off.
type ReviewEmergency struct {
	ID   patients.EmergencyID `json:"id"`
	Note string               `json:"note"`
}
