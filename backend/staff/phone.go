package staff

import (
	"quietline/backend/clinic"
	"quietline/backend/journal"
)

// PhoneEnd is that somebody else ended a person's second factor: she had lost her
// phone and her backup codes.
type PhoneEnd struct {
	// At is when, and By who; zero where it never was.
	At clinic.Instant
	By clinic.StaffID
	// Since is when the second factor had been set up that was ended. A later one is
	// another.
	Since clinic.Instant
	// Told: the person has read that it was ended.
	Told bool
}

// Tells reports whether the person is still to be told.
func (p PhoneEnd) Tells() bool { return !p.At.IsZero() && !p.Told }

var (
	kindPhoneEnded = journal.Kind{Name: "staff.phone_ended", Version: 1, MinReader: 1, Class: journal.ClassStaff}
	kindPhoneTold  = journal.Kind{Name: "staff.phone_told", Version: 1, MinReader: 1, Class: journal.ClassStaff}
)

type phoneEndedBody struct {
	ID    clinic.StaffID `json:"id"`
	Since clinic.Instant `json:"since"`
}

type phoneToldBody struct {
	ID clinic.StaffID `json:"id"`
}

// EndPhone records that the decision's actor ends somebody's second factor, which
// was set up at since. The vault follows. Nobody ends her own like this, and only a
// privacy officer ends a privacy officer's: whoever may give a passphrase could
// sign in as her.
func EndPhone(d *journal.Decision, id clinic.StaffID, since clinic.Instant) error {
	all, m, err := about(d, id)
	switch {
	case err != nil:
		return err
	case m.Role == clinic.PrivacyOfficer && !byOfficer(all, d.Actor.Staff):
		return clinic.E(CodeOfficerOnly)
	}
	d.Record(journal.Event{Kind: kindPhoneEnded, Body: phoneEndedBody{id, since}})
	return nil
}

// TellPhoneEnd records that the decision's actor has read that her second factor
// was ended. It does nothing where there is nothing to tell.
func TellPhoneEnd(d *journal.Decision) error {
	m, err := Get(d.Tx, d.Actor.Staff)
	if err != nil || !m.PhoneEnd.Tells() {
		return err
	}
	d.Record(journal.Event{Kind: kindPhoneTold, Body: phoneToldBody{m.ID}})
	return nil
}
