// Package incidents keeps what went wrong with patients' information and what was
// done about it: a text that went to somebody whom it was not meant for.
//
// Reporting one text opens two records in one step. The incident says what happened,
// when it was found, who received the text, what it told by category, and what was
// done at once; the privacy officer weighs it and closes it (45 CFR 164.308(a)(6),
// 164.402). The disclosure stands in the accounting of the patient whose information
// it was (164.528). Until somebody decides about the number nothing is sent to it.
//
// Guarantees: the text is named and never copied; only the archive has its words. An
// entry is an event, so nothing of the history is overwritten: what is known better
// later is a further step. An incident is closed once nothing is due but the report to
// the department, which may lawfully be made after the year's end; that one stays due,
// and is recorded, on the closed incident.
//
// Limits: it does not decide whether something is a breach; a person does, and says
// why. Its dates are those of the federal rule, or the clinic's own, shorter ones;
// it knows no state's law.
package incidents

import (
	"quietline/backend/clinic"
	"quietline/backend/journal"
)

// Codes of this package.
const (
	// CodeReported: somebody has reported this text already.
	CodeReported clinic.Code = "incidents.reported"
	// CodeContents: nobody said what the text told.
	CodeContents clinic.Code = "incidents.contents"
	// CodeFound: it was found before it happened, or will be.
	CodeFound clinic.Code = "incidents.found"
	// CodeClosed: a closed incident is not changed.
	CodeClosed clinic.Code = "incidents.closed"
	// CodeDue: something is still due.
	CodeDue clinic.Code = "incidents.due"
	// CodeFactors: each of the four factors needs words.
	CodeFactors clinic.Code = "incidents.factors"
	// CodeDays: a notice is due within 1 to "most" (int) days.
	CodeDays clinic.Code = "incidents.days"
	// CodeTold: somebody was told before it was found, or in the future.
	CodeTold clinic.Code = "incidents.told"
)

// Codes lists the codes of this package.
func Codes() []clinic.Code {
	return []clinic.Code{CodeReported, CodeContents, CodeFound, CodeClosed, CodeDue, CodeFactors, CodeDays, CodeTold}
}

// Topic of change: ids are incidents.
const Topic = "incident"

type incidentKind struct{}

// ID names one incident.
type ID = clinic.ID[incidentKind]

type stepKind struct{}

// StepKey names one step as a screen made it: recording it again does nothing. Zero is a
// step of its own each time.
type StepKey = clinic.ID[stepKind]

// Content is a kind of information that a text told.
type Content string

// The kinds. Nothing stands alone: the text told nothing of anybody.
const (
	Name        Content = "name"
	Contact     Content = "contact"
	Appointment Content = "appointment"
	Health      Content = "health"
	Medication  Content = "medication"
	Results     Content = "results"
	Billing     Content = "billing"
	// SubstanceUse is under a stricter rule of its own (42 CFR Part 2).
	SubstanceUse Content = "substance_use"
	Nothing      Content = "nothing"
)

// Contents lists the kinds.
func Contents() []Content {
	return []Content{Name, Contact, Appointment, Health, Medication, Results, Billing, SubstanceUse, Nothing}
}

// Recipient is who received the text.
type Recipient string

// The recipients.
const (
	AnotherPatient Recipient = "patient"
	Relative       Recipient = "relative"
	Stranger       Recipient = "stranger"
	Unknown        Recipient = "unknown"
)

// Recipients lists them.
func Recipients() []Recipient { return []Recipient{AnotherPatient, Relative, Stranger, Unknown} }

// Deed is something that was done about an incident.
type Deed string

// The deeds.
const (
	Called      Deed = "called"       // who received it was called
	AskedDelete Deed = "asked_delete" // and asked to delete it
	SaidDeleted Deed = "said_deleted" // and said that it is deleted
	ToldPatient Deed = "told_patient" // whose information it was knows
	ToldManager Deed = "told_manager" // somebody in charge knows
	FixedNumber Deed = "fixed_number" // the number on file was put right
	TaughtStaff Deed = "taught_staff" // the team was reminded how to check
	NotReached  Deed = "not_reached"  // nobody answered
)

// Deeds lists them.
func Deeds() []Deed {
	return []Deed{Called, AskedDelete, SaidDeleted, NotReached, ToldPatient, ToldManager, FixedNumber, TaughtStaff}
}

// Conclusion is what an assessment comes to.
type Conclusion string

// The conclusions. Without one, an incident is presumed to be a breach.
const (
	NotAssessed    Conclusion = ""
	LowProbability Conclusion = "low_probability"
	Breach         Conclusion = "breach"
)

// Factors are the four things to weigh (45 CFR 164.402(2)), each in words.
type Factors struct {
	Nature     string `json:"nature"`     // what was told, and how well it names somebody
	Recipient  string `json:"recipient"`  // who got it
	Viewed     string `json:"viewed"`     // whether it was read
	Mitigation string `json:"mitigation"` // how far the risk was taken away
}

// Told is who was told of a breach.
type Told string

// Who is to be told.
const (
	TellPatient Told = "patient" // whose information it was
	TellHHS     Told = "hhs"     // the Department of Health and Human Services
)

// Report is what is said of a text that went to the wrong person.
type Report struct {
	ID ID
	// Message, Thread and Number are the text and where it went; Happened is when.
	Message  clinic.MessageID
	Thread   clinic.ThreadID
	Number   clinic.NumberID
	Happened clinic.Instant
	// About is the patient whose information it was, with her dossier.
	About     clinic.PatientID
	Dossier   clinic.DossierID
	Recipient Recipient
	Contents  []Content
	// Found is the day of discovery, in the clinic's zone; Today is that day now, and
	// On the day on which it happened.
	Found, Today, On clinic.Date
	Done             []Deed
	Words            string
}

type openedBody struct {
	Incident  ID               `json:"incident"`
	Message   clinic.MessageID `json:"message"`
	Thread    clinic.ThreadID  `json:"thread"`
	Number    clinic.NumberID  `json:"number"`
	Happened  clinic.Instant   `json:"happened"`
	About     clinic.PatientID `json:"about"`
	Recipient Recipient        `json:"recipient"`
	Contents  []Content        `json:"contents"`
	Found     clinic.Date      `json:"found"`
	Done      []Deed           `json:"done"`
	Words     string           `json:"words"`
}

// disclosedBody is the entry of 45 CFR 164.528(b)(2): when, to whom, what, and why.
type disclosedBody struct {
	Incident  ID               `json:"incident"`
	Patient   clinic.PatientID `json:"patient"`
	Number    clinic.NumberID  `json:"number"`
	At        clinic.Instant   `json:"at"`
	Recipient Recipient        `json:"recipient"`
	Contents  []Content        `json:"contents"`
}

type notedBody struct {
	Incident ID     `json:"incident"`
	Done     []Deed `json:"done"`
	Words    string `json:"words"`
}

// decidedBody: Right says that the number is that of whoever it stands with.
type decidedBody struct {
	Incident ID   `json:"incident"`
	Right    bool `json:"right"`
}

type assessedBody struct {
	Incident   ID         `json:"incident"`
	Factors    Factors    `json:"factors"`
	Conclusion Conclusion `json:"conclusion"`
}

type toldBody struct {
	Incident ID          `json:"incident"`
	Whom     Told        `json:"whom"`
	On       clinic.Date `json:"on"`
}

type closedBody struct {
	Incident ID     `json:"incident"`
	Words    string `json:"words"`
}

type daysBody struct {
	Days int `json:"days"`
}

var (
	kindOpened    = kind("incident.opened")
	kindDisclosed = kind("disclosure.recorded")
	kindNoted     = kind("incident.noted")
	kindDecided   = kind("incident.number_decided")
	kindAssessed  = kind("incident.assessed")
	kindTold      = kind("incident.told")
	kindClosed    = kind("incident.closed")
	kindDays      = journal.Kind{Name: "incident.days", Version: 1, MinReader: 1, Class: journal.ClassSettings}
)

// kind is one of documentation that is kept for six years (45 CFR 164.530(j)).
func kind(name string) journal.Kind {
	return journal.Kind{Name: name, Version: 1, MinReader: 1, Class: journal.ClassAudit}
}
