package policy

import "quietline/backend/clinic"

// Draft is the text that someone wants to send. What it says stays outside;
// only its length is looked at here.
type Draft struct {
	Patient clinic.PatientID
	// To is the number that it goes to; it must be one of Facts.Numbers.
	To        clinic.NumberID
	Category  Category
	StartedBy StartedBy
	// Characters is the length as the provider counts it (UTF-16 code units),
	// without white space at both ends.
	Characters int
	// Pictures counts the pictures that go with the words.
	Pictures int
	// SendAt is when the text would leave, where it is handed to the provider's
	// scheduler. Zero, or an instant that has passed, means now.
	SendAt clinic.Instant
	// AppointmentAt is the start of the appointment that the text is about, or
	// zero. Past it the text does not go by itself.
	AppointmentAt clinic.Instant
	// HeldSince is the instant since which the text could have gone but for an
	// outage or a locked program; zero where nothing held it. Waiting for the
	// patient's hours is not being held.
	HeldSince clinic.Instant
	// Purpose says for what it leaves, where it does not rest on a consent.
	Purpose Purpose
	// Overrides are what people have accepted so far.
	Overrides []Override
}

// Override is one person's decision to set one reason aside. It counts for
// half an hour: who accepts a text that then waits again is asked again, but not
// about what waiting does not change, such as a [Finding].
type Override struct {
	// Code is the code of the reason. Reasons without an Override permission
	// ignore it. That the person holds the permission is checked by the caller.
	Code clinic.Code    `json:"code"`
	By   clinic.StaffID `json:"by"`
	At   clinic.Instant `json:"at"`
	// Reason is why, in that person's words, for an OverrideLimits; empty for others.
	Reason string `json:"reason,omitempty"`
}

// StartedBy says who began the exchange that a text belongs to.
type StartedBy string

const (
	// ByClinic: the clinic writes first. Anything that is not ByPatient counts as
	// this, the stricter one.
	ByClinic StartedBy = "clinic"
	// ByPatient: a member of staff answers the patient's text. It is believed
	// only as far as Facts.LastInbound bears it out.
	ByPatient StartedBy = "reply"
)

// Category is what a text is about, in the words of the consent form.
type Category string

// The categories of the form.
const (
	Scheduling Category = "scheduling"
	Reminders  Category = "reminders"
	Medication Category = "medication"
	CheckIns   Category = "check_ins"
	Education  Category = "education"
	Results    Category = "results"
	Billing    Category = "billing"
	Other      Category = "other"
)

// Categories lists every category in the order of the form.
func Categories() []Category {
	return []Category{Scheduling, Reminders, Medication, CheckIns, Education, Results, Billing, Other}
}

// Valid reports whether c is one of Categories.
func (c Category) Valid() bool {
	switch c {
	case Scheduling, Reminders, Medication, CheckIns, Education, Results, Billing, Other:
		return true
	}
	return false
}
