package session

import (
	"slices"

	"quietline/backend/clinic"
)

// Permission is one thing that a member of staff may do. Every door names the
// permission that it needs; nothing else decides who may call it. Whose patients
// a person may do it with is another question, which the desk asks of package
// patients at each call.
type Permission string

// The permissions. A door that is open before anyone has signed in names
// Anyone; one that needs a signed-in person and no more names SignedIn.
const (
	Anyone       Permission = "anyone"
	SignedIn     Permission = "signed_in"
	ReadTexts    Permission = "texts.read"
	SendTexts    Permission = "texts.send"
	ConfirmTexts Permission = "texts.confirm"
	// LiftLimits lets one text go beyond the clinic's own hours and caps, with a reason.
	LiftLimits    Permission = "texts.lift_limits"
	ReadPatients  Permission = "patients.read"
	EditPatients  Permission = "patients.edit"
	RecordConsent Permission = "consent.record"
	ReadSettings  Permission = "settings.read"
	EditSettings  Permission = "settings.edit"
	// AskMany asks many patients for a consent by text, one after the other.
	AskMany Permission = "consent.ask_many"
	// EditForms changes the words that patients sign, and records who has read them.
	EditForms Permission = "forms.edit"
	// SetTexting decides what the law leaves to the clinic about consents.
	SetTexting Permission = "consent.rules"
	// AssignCare gives a patient to a therapist and takes her away again.
	AssignCare Permission = "care.assign"
	// ArrangeCover lets a therapist see another's patients for a time: a therapist
	// arranges it for her own.
	ArrangeCover Permission = "care.cover"
	// RestrictCare keeps a patient's texts among clinicians.
	RestrictCare Permission = "care.restrict"
	// OpenEmergency opens one patient out of sight, for a reason and a time.
	OpenEmergency Permission = "emergency.open"
	// ReviewEmergency reads and signs off who did.
	ReviewEmergency Permission = "emergency.review"
	// ReportIncident says that a text went to the wrong person, and follows it up.
	ReportIncident Permission = "incidents.report"
	// CloseIncident weighs an incident and closes it.
	CloseIncident Permission = "incidents.close"
	// ManageStaff lets people in, changes their roles and lets them go.
	ManageStaff Permission = "staff.manage"
	// AcceptLoss goes on from an older copy of the records; ExportRecords saves
	// what is left of damaged ones where anyone can read it.
	AcceptLoss    Permission = "records.accept_loss"
	ExportRecords Permission = "records.export"
	// PrintRegister puts the consents of all patients in sight on one paper.
	PrintRegister Permission = "records.register"
	// MoveClinic hands the clinic over to another computer, takes it back, and takes
	// it in there.
	MoveClinic Permission = "clinic.move"
)

// roles are the columns of the table.
type roles struct{ desk, therapist, manager, officer bool }

const yes, no = true, false

// table is the one place where roles meet permissions. Each holds the least that
// its day needs (minimum necessary, 45 CFR 164.502(b); access by role,
// 164.308(a)(4)).
var table = []struct {
	permission Permission
	held       roles // front desk, therapist, office manager, privacy officer
}{
	{Anyone, roles{yes, yes, yes, yes}},
	{SignedIn, roles{yes, yes, yes, yes}},
	{ReadTexts, roles{yes, yes, yes, yes}},
	{SendTexts, roles{yes, yes, yes, yes}},
	{ConfirmTexts, roles{yes, yes, yes, yes}},
	// A day on which the clinic has to close is the office manager's to decide about.
	{LiftLimits, roles{no, no, yes, yes}},
	{ReadPatients, roles{yes, yes, yes, yes}},
	// Adding a patient tells who else has the number. A therapist asks the desk.
	{EditPatients, roles{yes, no, yes, yes}},
	// Whoever hears "please stop texting me" must be able to act on it at once.
	{RecordConsent, roles{yes, yes, yes, yes}},
	// The desk asks whoever it speaks with. Whom of all to text is an office manager's.
	{AskMany, roles{no, no, yes, yes}},
	{ReadSettings, roles{yes, yes, yes, yes}},
	{EditSettings, roles{no, no, yes, yes}},
	{EditForms, roles{no, no, yes, yes}},
	// What may rest on spoken words is the privacy officer's to answer for.
	{SetTexting, roles{no, no, no, yes}},
	// The desk books the first visit and knows with whom.
	{AssignCare, roles{yes, no, yes, yes}},
	{ArrangeCover, roles{no, yes, yes, yes}},
	{RestrictCare, roles{no, yes, no, yes}},
	// Emergency access is for whoever is there (164.312(a)(2)(ii)). The privacy
	// officer sees every patient and reviews the others.
	{OpenEmergency, roles{yes, yes, yes, no}},
	{ReviewEmergency, roles{no, no, no, yes}},
	// Whoever texted the wrong person must be able to say so at once.
	{ReportIncident, roles{yes, yes, yes, yes}},
	{CloseIncident, roles{no, no, no, yes}},
	{ManageStaff, roles{no, no, yes, yes}},
	{AcceptLoss, roles{no, no, yes, yes}},
	{ExportRecords, roles{no, no, yes, yes}},
	// The audit is the office manager's day; the desk needs one patient at a time.
	{PrintRegister, roles{no, no, yes, yes}},
	{MoveClinic, roles{no, no, yes, yes}},
}

// Allows reports whether a role holds a permission. An unknown role holds none.
func Allows(role clinic.Role, p Permission) bool {
	for _, row := range table {
		if row.permission != p {
			continue
		}
		switch role {
		case clinic.FrontDesk:
			return row.held.desk
		case clinic.Therapist:
			return row.held.therapist
		case clinic.OfficeManager:
			return row.held.manager
		case clinic.PrivacyOfficer:
			return row.held.officer
		}
	}
	return false
}

// Permissions lists every permission, in a stable order.
func Permissions() []Permission {
	all := make([]Permission, 0, len(table))
	for _, row := range table {
		all = append(all, row.permission)
	}
	return slices.Clip(all)
}

// Administrates reports whether a role lets people in and lets them go.
func Administrates(role clinic.Role) bool { return Allows(role, ManageStaff) }
