// Package consent keeps what patients have agreed to, narrowed, and taken back,
// and which numbers asked not to be texted.
//
// A consent is never edited: what happens to it is a further event, and what it
// allows now follows from all of them and the date. Taking back works by any
// means and at once. An opt-out belongs to a number and holds whatever consents
// say. Whether a text may go is decided in package policy from the facts that
// this package returns.
package consent

import (
	"slices"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/policy"
)

// Codes of this package.
const (
	CodeNotAttested clinic.Code = "consent.not_attested"
	CodeForm        clinic.Code = "consent.form"
	CodeSignedOn    clinic.Code = "consent.signed_on"
	CodeExpires     clinic.Code = "consent.expires"
	CodeCategories  clinic.Code = "consent.categories"
	CodeHours       clinic.Code = "consent.hours"
	CodeSigner      clinic.Code = "consent.signer"
	CodeOver        clinic.Code = "consent.over"
	CodeHow         clinic.Code = "consent.how"
)

// Codes lists the codes of this package.
func Codes() []clinic.Code {
	return []clinic.Code{
		CodeNotAttested, CodeForm, CodeSignedOn, CodeExpires, CodeCategories, CodeHours, CodeSigner, CodeOver, CodeHow,
	}
}

// Topic of change: the ids are patients.
const Topic = "consent"

// ExpiringWithin is how long before its last day a consent counts as expiring.
const ExpiringWithin = 30 * 24 * time.Hour

// Scope is what a consent covers.
type Scope struct {
	Categories []policy.Category `json:"categories"`
	Excluded   []policy.Category `json:"excluded"`
	// FromHour and ToHour bound the hours of the day; 0 and 24 allow all.
	FromHour int `json:"fromHour"`
	ToHour   int `json:"toHour"`
	// Weekdays are the days on which texts are welcome; none means every day.
	Weekdays []time.Weekday `json:"weekdays"`
	// Zone is the zone in which the hours are read.
	Zone clinic.Zone `json:"zone"`
	// PerDay and PerWeek are the patient's own limits for texts that the clinic
	// starts; zero is none.
	PerDay  int `json:"perDay"`
	PerWeek int `json:"perWeek"`
	// SharedPhone says that the form records that others read this phone.
	SharedPhone bool `json:"sharedPhone"`
}

// Signer is in what relation the signer stands to the patient.
type Signer string

// The signers.
const (
	SignedByPatient  Signer = "patient"
	SignedByParent   Signer = "parent"
	SignedByGuardian Signer = "guardian"
	SignedByAgent    Signer = "representative"
)

// How is the way in which a consent was taken back or narrowed.
type How string

// The ways.
const (
	ByText   How = "text"
	ByCall   How = "call"
	InPerson How = "in_person"
	ByLetter How = "letter"
)

func (h How) valid() bool { return slices.Contains([]How{ByText, ByCall, InPerson, ByLetter}, h) }

// Paper is a consent signed on paper, as the person who holds the paper records
// it.
type Paper struct {
	Patient    clinic.PatientID
	Form       string
	SignedOn   clinic.Date
	Expires    clinic.Date // the last day; zero: one year from SignedOn
	Scope      Scope
	Signer     Signer
	SignerName string
	// Attested says that the signed paper lies in front of who records it.
	Attested bool
}

// RecordPaper records a signed paper. A consent in force before is replaced.
func RecordPaper(d *journal.Decision, p Paper) (clinic.ConsentID, error) {
	patient, err := patients.Get(d.Tx, p.Patient)
	if err != nil {
		return clinic.ConsentID{}, err
	}
	zone, err := patient.Zone.Location()
	if err != nil {
		return clinic.ConsentID{}, err
	}
	form, err := FormByVersion(p.Form)
	if err != nil {
		return clinic.ConsentID{}, err
	}
	today := clinic.DateOf(d.Now.Time().In(zone))
	if p.Expires.IsZero() && !p.SignedOn.IsZero() {
		p.Expires = clinic.DateOf(time.Date(p.SignedOn.Year+1, p.SignedOn.Month, p.SignedOn.Day-1, 12, 0, 0, 0, time.UTC))
	}
	if p.Scope.Zone == "" {
		p.Scope.Zone = patient.Zone
	}
	if err := p.check(patient, today); err != nil {
		return clinic.ConsentID{}, err
	}
	id := clinic.NewID[clinic.ConsentID]()
	d.Record(journal.Event{Kind: kindRecorded, Dossier: patient.Dossier, Body: recordedBody{
		Consent: id, Patient: patient.ID, Form: form.Version, FormHash: form.Hash, SignedOn: p.SignedOn,
		Starts: p.SignedOn.In(zone), Ends: p.Expires.AddDays(1).In(zone), Expires: p.Expires,
		Scope: p.Scope, Signer: p.Signer, SignerName: p.SignerName,
	}})
	return id, nil
}

func (p Paper) check(patient patients.Patient, today clinic.Date) error {
	switch {
	case !p.Attested:
		return clinic.E(CodeNotAttested)
	case p.SignedOn.IsZero() || today.Before(p.SignedOn) || p.SignedOn.Before(today.AddDays(-3660)):
		return clinic.E(CodeSignedOn)
	case !today.Before(p.Expires.AddDays(1)) || !p.SignedOn.Before(p.Expires) || today.AddDays(3660).Before(p.Expires):
		return clinic.E(CodeExpires)
	}
	if err := p.Scope.check(); err != nil {
		return err
	}
	minor := patient.BirthDate.Age(p.SignedOn) < patients.Adulthood
	switch p.Signer {
	case SignedByPatient:
		if minor {
			return clinic.E(CodeSigner)
		}
	case SignedByParent, SignedByGuardian, SignedByAgent:
		if len([]rune(p.SignerName)) < 2 {
			return clinic.E(CodeSigner)
		}
	default:
		return clinic.E(CodeSigner)
	}
	return nil
}

func (s Scope) check() error {
	if len(s.Categories) == 0 {
		return clinic.E(CodeCategories)
	}
	for _, c := range slices.Concat(s.Categories, s.Excluded) {
		if !c.Valid() {
			return clinic.E(CodeCategories)
		}
	}
	if s.FromHour < 0 || s.ToHour > 24 || s.FromHour >= s.ToHour {
		return clinic.E(CodeHours)
	}
	if s.PerDay < 0 || s.PerWeek < 0 || s.PerWeek > 50 || s.PerDay > 50 {
		return clinic.E(CodeHours)
	}
	for _, w := range s.Weekdays {
		if w < time.Sunday || w > time.Saturday {
			return clinic.E(CodeHours)
		}
	}
	_, err := s.Zone.Location()
	return err
}

// Hours returns the scope's hours in the form in which texts are decided on.
func (s Scope) Hours() policy.Hours {
	if s.FromHour == 0 && s.ToHour == 24 && len(s.Weekdays) == 0 {
		return nil
	}
	days := s.Weekdays
	if len(days) == 0 {
		days = []time.Weekday{0, 1, 2, 3, 4, 5, 6}
	}
	return policy.Hours{{Days: policy.Days(days...), From: s.FromHour * 60, To: s.ToHour * 60}}
}

// Revoke takes a consent back, at once.
func Revoke(d *journal.Decision, id clinic.ConsentID, how How) error {
	if !how.valid() {
		return clinic.E(CodeHow)
	}
	return move(d, id, kindRevoked, howBody{Consent: id, How: how})
}

// Narrow reduces a consent in force to a smaller scope. A paused one stays
// paused.
func Narrow(d *journal.Decision, id clinic.ConsentID, scope Scope, how How) error {
	if !how.valid() {
		return clinic.E(CodeHow)
	}
	if err := scope.check(); err != nil {
		return err
	}
	return move(d, id, kindNarrowed, narrowedBody{Consent: id, Scope: scope, How: how})
}

// Pause lets no text leave on a consent until Resume.
func Pause(d *journal.Decision, id clinic.ConsentID) error {
	return move(d, id, kindPaused, refBody{Consent: id})
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

// Request notes that a patient was asked for a consent.
func Request(d *journal.Decision, patient clinic.PatientID, form string) (clinic.ConsentID, error) {
	f, err := FormByVersion(form)
	if err != nil {
		return clinic.ConsentID{}, err
	}
	id := clinic.NewID[clinic.ConsentID]()
	return id, record(d, patient, kindRequested, requestedBody{Consent: id, Patient: patient, Form: f.Version, FormHash: f.Hash})
}

// Answered notes that a patient has answered a request and something is still
// missing.
func Answered(d *journal.Decision, id clinic.ConsentID) error {
	c, err := Get(d.Tx, id)
	if err != nil {
		return err
	}
	if c.Moved != policy.ConsentRequested {
		return clinic.E(CodeOver)
	}
	return record(d, c.Patient, kindAnswered, refBody{Consent: id})
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

// Stop records that a number asked, at an instant, not to be texted, and takes
// back every consent in force of everyone on that number that began before: a
// written consent does not outlive the patient's own word. START lifts the first
// and never restores the second.
func Stop(d *journal.Decision, number patients.Number, by clinic.MessageID, at clinic.Instant, how How) error {
	d.Record(journal.Event{
		ID: d.Names.EventID("number.opted_out", by[:]), Kind: kindOptedOut, Dossier: number.Dossier, At: at,
		Body: optBody{Number: number.ID, Message: by, How: how},
	})
	who, err := patients.With(d.Tx, number.ID)
	if err != nil {
		return err
	}
	for _, p := range who {
		current, err := Current(d.Tx, p.ID)
		if err != nil {
			return err
		}
		if current == nil || !standing(current.Moved) || current.Starts >= at {
			continue
		}
		d.Record(journal.Event{
			ID: d.Names.EventID("consent.revoked", by[:], current.ID[:]), Kind: kindRevoked, Dossier: p.Dossier, At: at,
			Body: howBody{Consent: current.ID, How: how},
		})
	}
	return nil
}

// standing reports whether a consent in this state can be taken back.
func standing(s policy.ConsentState) bool { return s.InForce() || s == policy.ConsentPaused }

// Start records that a number asked, at an instant, to be texted again.
func Start(d *journal.Decision, number patients.Number, by clinic.MessageID, at clinic.Instant) {
	d.Record(journal.Event{
		ID: d.Names.EventID("number.opted_in", by[:]), Kind: kindOptedIn, Dossier: number.Dossier, At: at,
		Body: optBody{Number: number.ID, Message: by, How: ByText},
	})
}
