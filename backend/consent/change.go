package consent

import (
	"slices"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/policy"
)

// How is the way in which a consent was taken back or narrowed.
type How string

// The ways.
const (
	ByText   How = "text"
	ByCall   How = "call"
	InPerson How = "in_person"
	ByLetter How = "letter"
	// AtProvider: the provider refuses texts because it was asked to. Nobody gives it as
	// a way in which she told the clinic.
	AtProvider How = "provider"
)

func (h How) valid() bool { return slices.Contains([]How{ByText, ByCall, InPerson, ByLetter}, h) }

// Revoke takes a consent back, at once, or what was asked for and is not signed. With it
// goes what rests on less: the words that were noted, and the question by text that is
// open, since whoever takes one back wants neither.
func Revoke(d *journal.Decision, id clinic.ConsentID, how How) error {
	if !how.valid() {
		return clinic.E(CodeHow)
	}
	c, err := Get(d.Tx, id)
	if err != nil {
		return err
	}
	if !revocable(c.Moved) {
		return clinic.E(CodeOver)
	}
	rest, err := onWords(d.Tx, c.Patient, id)
	if err != nil {
		return err
	}
	for _, one := range append([]clinic.ConsentID{id}, rest...) {
		if err := record(d, c.Patient, kindRevoked, howBody{Consent: one, How: how}); err != nil {
			return err
		}
	}
	return nil
}

// Narrow reduces a consent in force to a smaller scope. A paused one stays
// paused. What would allow more than before needs another signature: CodeWider.
//
// One that ended by a STOP comes back in this way where the patient herself says
// which texts about visits she still wants, within a day: she has read and signed what
// it says. Where it was on hold, it comes back on hold. Her number stays closed until
// she texts START.
func Narrow(d *journal.Decision, id clinic.ConsentID, scope Scope, how How) error {
	if !how.valid() {
		return clinic.E(CodeHow)
	}
	c, err := Get(d.Tx, id)
	if err != nil {
		return err
	}
	if scope.Zone == "" {
		scope.Zone = c.Scope.Zone
	}
	if err := scope.check(); err != nil {
		return err
	}
	if !scope.within(c.Scope) {
		return clinic.E(CodeWider)
	}
	if c.Expires.Before(scope.From) {
		return clinic.E(CodeBegins)
	}
	if err := scope.ofThePatient(d.Tx, c.Patient); err != nil {
		return err
	}
	if c.Moved == policy.ConsentRevoked {
		if err := c.mayReturn(d, scope, how); err != nil {
			return err
		}
		return record(d, c.Patient, kindNarrowed, narrowedBody{Consent: id, Scope: scope, How: how})
	}
	return move(d, id, kindNarrowed, narrowedBody{Consent: id, Scope: scope, How: how})
}

// returnsWithin is how long after her STOP a patient can say which texts she still
// wants without signing again.
const returnsWithin = 24 * time.Hour

// MayReturn reports whether a STOP has ended the consent so lately that the patient can
// say which texts about visits she still wants, unless another consent counts by now.
func (c Consent) MayReturn(now clinic.Instant) bool {
	return c.Moved == policy.ConsentRevoked && c.RevokedHow == ByText && now < c.Ends && now <= c.RevokedAt.Add(returnsWithin)
}

// mayReturn refuses to bring back a consent that was taken back, but for one that
// a STOP ended within the last day, within its time, for visits alone, and where no
// other stands.
func (c Consent) mayReturn(d *journal.Decision, scope Scope, how How) error {
	if !c.MayReturn(d.Now) || how == ByText {
		return clinic.E(CodeOver)
	}
	for _, category := range scope.Categories {
		if category != policy.Scheduling && category != policy.Reminders {
			return clinic.E(CodeWider)
		}
	}
	current, err := Current(d.Tx, c.Patient)
	if err != nil {
		return err
	}
	if current != nil && current.ID != c.ID {
		return clinic.E(CodeOver)
	}
	return nil
}

// Pause lets no text leave on a consent until Resume. Another reason may be given
// for a pause that holds already.
func Pause(d *journal.Decision, id clinic.ConsentID, why policy.Hold) error {
	switch why {
	case policy.HoldPlain, policy.HoldAge, policy.HoldDispute, policy.HoldCourt, policy.HoldSelf:
		return move(d, id, kindPaused, pausedBody{Consent: id, Hold: why})
	}
	return clinic.E(clinic.CodeBadInput)
}

// Resume ends a pause: the consent is again what it was before, a narrowed one
// narrowed.
func Resume(d *journal.Decision, id clinic.ConsentID) error {
	c, err := Get(d.Tx, id)
	if err != nil {
		return err
	}
	if c.Moved != policy.ConsentPaused {
		return clinic.E(CodeOver)
	}
	return record(d, c.Patient, kindResumed, refBody{Consent: id})
}

// move records what happens to a consent that is in force.
func move(d *journal.Decision, id clinic.ConsentID, kind journal.Kind, body any) error {
	c, err := Get(d.Tx, id)
	if err != nil {
		return err
	}
	if !standing(c.Moved) {
		return clinic.E(CodeOver)
	}
	return record(d, c.Patient, kind, body)
}

func record(d *journal.Decision, patient clinic.PatientID, kind journal.Kind, body any) error {
	p, err := patients.Get(d.Tx, patient)
	if err != nil {
		return err
	}
	d.Record(journal.Event{Kind: kind, Dossier: p.Dossier, Body: body})
	return nil
}

// standing reports whether a consent in this state can be narrowed or paused.
func standing(s policy.ConsentState) bool { return s.InForce() || s == policy.ConsentPaused }

// Revocable reports whether there is something to take back.
func (c Consent) Revocable() bool { return revocable(c.Moved) }

// revocable reports whether there is something to take back.
func revocable(s policy.ConsentState) bool {
	return standing(s) || s == policy.ConsentVerbal || s == policy.ConsentRequested || s == policy.ConsentPending
}
