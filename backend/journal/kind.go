package journal

import (
	"fmt"

	"quietline/backend/clinic"
)

// RecordClass groups events by how long their content must be kept. Content keys
// belong to one class of one dossier and one year, so that each can be destroyed
// when its own time has come and never sooner. How many years each class is kept
// is the clinic's setting within the law of its state; package retention decides.
type RecordClass string

// The record classes. Their names are part of the format.
const (
	// ClassMessage: texts and their attachments; part of the patient's record.
	ClassMessage RecordClass = "message"
	// ClassConsent: consents, revocations and opt-outs; kept for as long as texts
	// that went out on them can be disputed, which outlives the messages.
	ClassConsent RecordClass = "consent"
	// ClassPatient: who the patient is and how she is reached; kept as long as
	// anything else of her.
	ClassPatient RecordClass = "patient"
	// ClassStaff: members of staff, roles and permissions.
	ClassStaff RecordClass = "staff"
	// ClassAudit: who saw and did what; six years at least (45 CFR 164.316(b)(2)).
	ClassAudit RecordClass = "audit"
	// ClassSettings: the clinic's settings.
	ClassSettings RecordClass = "settings"
	// ClassOutbox: the way of a text to the provider and what it answered; kept
	// with the messages it belongs to, without their words.
	ClassOutbox RecordClass = "outbox"
)

// RecordClasses lists every class.
func RecordClasses() []RecordClass {
	return []RecordClass{
		ClassMessage, ClassConsent, ClassPatient, ClassStaff, ClassAudit, ClassSettings, ClassOutbox,
	}
}

// Valid reports whether c is one of RecordClasses.
func (c RecordClass) Valid() bool {
	switch c {
	case ClassMessage, ClassConsent, ClassPatient, ClassStaff, ClassAudit, ClassSettings, ClassOutbox:
		return true
	}
	return false
}

// Kind is a sort of event. The package that owns it declares it once, as the
// newest version that it writes, and goes on reading every version before it.
type Kind struct {
	// Name reads area.what_happened, at most 48 letters of a–z, 0–9, "_" and ".".
	Name string
	// Version counts the shapes of the body from 1.
	Version uint16
	// MinReader is the oldest Version whose reader can apply this one without
	// misreading it; a reader older than that stops writing. Adding a field that
	// an older reader may ignore leaves it as it is.
	MinReader uint16
	Class     RecordClass
}

func (k Kind) validate() error {
	name := len(k.Name) > 0 && len(k.Name) <= 48
	for _, c := range []byte(k.Name) {
		name = name && (c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_' || c == '.')
	}
	if !name || k.Version == 0 || k.MinReader == 0 || k.MinReader > k.Version || !k.Class.Valid() {
		return clinic.E(CodeBadEvent).Because(fmt.Errorf("kind %q version %d is not well formed", k.Name, k.Version))
	}
	return nil
}
