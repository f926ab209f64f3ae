package policy

import (
	"time"

	"quietline/backend/clinic"
)

// Facts is all that is known when a text is decided on. The zero value of every
// field is the one that keeps texts from going.
type Facts struct {
	Now     clinic.Instant
	Line    Line
	Patient PatientFacts
	// Numbers are all numbers of the patient, not only the one written to: an
	// opt-out on any of them counts for all.
	Numbers []NumberFact
	// Consent is the newest consent of the patient, or nil.
	Consent *ConsentFact
	// Request is the request for a consent that a text with Purpose AskConsent belongs
	// to, or nil.
	Request *RequestFact
	// LastInbound is the newest text from the patient, or zero.
	LastInbound InboundFact
	// Sent are the instants of the texts that the clinic started to this patient
	// in the last eight days (seven calendar days can be longer than seven times
	// 24 hours), with those already handed to the provider's
	// scheduler; replies are not among them. Instants rather than counts, because
	// "today" and "this week" depend on the moment that is asked about.
	Sent []clinic.Instant
	// Answered are the instants of the ready words that answered this patient without a
	// consent in the last eight days.
	Answered []clinic.Instant
	Settings Settings
	// Signs are what may show that the text goes to somebody else than its writer thinks.
	Signs Signs
	// Findings are what the check of the words raised about this text.
	Findings []Finding
}

// Line is what the clinic's number is connected to. The zero value sends
// nothing.
type Line string

const (
	// LineSample: the sample clinic, whose patients are invented.
	LineSample Line = "sample"
	// LineSimulator: a simulated provider on this machine.
	LineSimulator Line = "simulator"
	// LineLiveRefused: a real provider, for which the clinic has not yet recorded
	// a business associate agreement and gone live.
	LineLiveRefused Line = "live_refused"
	// LineLive: a real provider, for which both are on record.
	LineLive Line = "live"
	// LineUnreviewed: the clinic went on from an older copy of its records, and
	// nobody has signed yet what was taken back in the time that is missing.
	LineUnreviewed Line = "unreviewed"
	// LineElsewhere: another copy of the clinic has gone on, and nobody has said yet
	// which of them is the one that is used.
	LineElsewhere Line = "elsewhere"
)

// PatientFacts are the facts about the person.
type PatientFacts struct {
	ID clinic.PatientID
	// Zone is the patient's own time zone, never guessed; nil where nobody
	// recorded one. It is loaded by the caller (clinic.Zone.Location), since
	// loading reads files.
	Zone *time.Location
	// Adult says that the patient signs for herself by her age.
	Adult bool
}

// NumberFact is what is known about one number.
type NumberFact struct {
	ID clinic.NumberID
	// OptedOutSince is the instant of the opt-out in force, or zero.
	OptedOutSince clinic.Instant
	Verified      bool
	Paused        Pause
	// SharedWith is how many other people are known to read this phone.
	SharedWith int
	// Guardian says that the phone is a parent's or guardian's, and not the
	// patient's own.
	Guardian bool
}

// Pause says why nobody may text a number for now.
type Pause string

const (
	// NotPaused is the only value that does not stop texts.
	NotPaused Pause = ""
	// PausedWrongNumber: a stranger answered. It holds this number alone.
	PausedWrongNumber Pause = "wrong_number"
	// PausedIncident: a text went there that was not meant for whoever has it, and
	// nobody has decided yet what is right. It holds this number alone.
	PausedIncident Pause = "incident"
	// PausedForReview: the patient's words may mean "stop" and someone has to
	// read them. It holds all of the patient's numbers, as does any pause that
	// is not known here.
	PausedForReview Pause = "review"
)

// ConsentState is where a consent stands.
type ConsentState string

// The states of a consent. Given, Narrowed and Expiring are in force.
const (
	ConsentRequested ConsentState = "requested"
	ConsentPending   ConsentState = "pending"
	ConsentGiven     ConsentState = "given"
	ConsentNarrowed  ConsentState = "narrowed"
	ConsentExpiring  ConsentState = "expiring"
	ConsentExpired   ConsentState = "expired"
	ConsentRevoked   ConsentState = "revoked"
	ConsentReplaced  ConsentState = "replaced"
	ConsentPaused    ConsentState = "paused"
	// ConsentVerbal was spoken and noted. A text rests on it only where the clinic
	// allows that, see Settings.AllowVerbal.
	ConsentVerbal ConsentState = "verbal"
	// ConsentDeclined: the patient was asked by text and said no.
	ConsentDeclined ConsentState = "declined"
	// ConsentUnanswered: the patient was asked by text and has not answered in time, or
	// the question never reached her.
	ConsentUnanswered ConsentState = "unanswered"
)

// Hold says why a consent is paused.
type Hold string

// The reasons of a pause. What is not known here is a pause like any other.
const (
	HoldPlain Hold = ""
	// HoldAge: the patient came of age and has not been asked yet.
	HoldAge Hold = "age"
	// HoldDispute: two people who may sign do not agree.
	HoldDispute Hold = "dispute"
	// HoldCourt: a court has limited who may decide or be told.
	HoldCourt Hold = "court"
	// HoldSelf: the law lets the minor decide this alone.
	HoldSelf Hold = "self"
)

// ConsentStates lists every state.
func ConsentStates() []ConsentState {
	return []ConsentState{
		ConsentRequested, ConsentPending, ConsentGiven, ConsentNarrowed, ConsentExpiring,
		ConsentExpired, ConsentRevoked, ConsentReplaced, ConsentPaused, ConsentVerbal,
		ConsentDeclined, ConsentUnanswered,
	}
}

// InForce reports whether texts may rest on a consent in this state.
func (s ConsentState) InForce() bool {
	return s == ConsentGiven || s == ConsentNarrowed || s == ConsentExpiring
}

// ConsentFact is what the patient agreed to.
type ConsentFact struct {
	ID clinic.ConsentID
	// Version is the version of the form that was signed.
	Version string
	State   ConsentState
	// Held is why a paused one is paused.
	Held Hold
	// Categories were ticked; Excluded were ruled out and win.
	Categories []Category
	Excluded   []Category
	// Hours are the days and hours that the patient allows; empty means any.
	// They bind replies as well.
	Hours Hours
	// Zone is the time zone named on the form, in which Hours are read; where it
	// is nil, the patient's zone counts, and the other way round.
	Zone *time.Location
	// Starts is the first instant at which the consent holds; zero is not started.
	Starts clinic.Instant
	// Ends is the first instant at which it holds no more; zero is no end.
	Ends clinic.Instant
	// Frequency is how often the clinic may start a text; a zero count is no
	// limit of the patient's own.
	Frequency Caps
	// SharedPhone says that the form records that others read this phone.
	SharedPhone bool
	// Channel is how the patient would rather be reached.
	Channel Channel
	// Numbers are those that may be texted, where the form names some: a guardian's
	// and not the child's. Empty means any of the patient's.
	Numbers []clinic.NumberID
	// OfAge is the first instant at which the patient is of age, where somebody else
	// signed for her while she was a minor; zero for every other consent.
	OfAge clinic.Instant
	// SelfSigned says that the patient signed and nobody for her.
	SelfSigned bool
}

// InboundFact is the newest text that came from the patient.
type InboundFact struct {
	ID   clinic.MessageID
	From clinic.NumberID
	At   clinic.Instant
}

// Finding is something that a check of the words asks a person to look at. Code
// and NextStep belong to the package that checks. A person with ConfirmText may
// accept it, once for as long as the words stand, unless it Stops the text.
type Finding struct {
	Code     clinic.Code
	Params   clinic.Params
	Source   Source
	NextStep clinic.Code
	// Stops says that nobody may accept it: the words have to change.
	Stops bool
}

// Settings are the clinic's own limits. The zero value lets the clinic start no
// text at all; DefaultSettings are those of a new clinic.
type Settings struct {
	// Hours are when the clinic may start a text, in the patient's time zone.
	Hours Hours
	// Caps are how many texts the clinic may start; zero is none.
	Caps Caps
	// AllowUnverified lets texts go to a number that nobody has verified.
	AllowUnverified bool
	// AllowVerbal lets texts about visits rest on a spoken consent for up to 30
	// days, until it is signed.
	AllowVerbal bool
	// AnswerFirst lets ready words answer a patient who texted first and has no
	// consent.
	AnswerFirst bool
}

// Caps are how many texts the clinic may start to one patient.
type Caps struct {
	// PerDay counts within a calendar day where the patient is.
	PerDay int
	// PerWeek counts within any seven such days in a row.
	PerWeek int
}

// DefaultSettings are the limits of a new clinic: one text a day and three a
// week (47 CFR 64.1200(a)(9)(iv), a condition for texting without consent, taken
// as good manners with it), from 9:00 to 20:00, on Sundays from noon (the
// narrowest of the federal and state hours).
func DefaultSettings() Settings {
	weekdays := Days(time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday)
	return Settings{
		Hours: Hours{
			{Days: weekdays, From: 9 * 60, To: 20 * 60},
			{Days: Days(time.Sunday), From: 12 * 60, To: 20 * 60},
		},
		Caps:            Caps{PerDay: 1, PerWeek: 3},
		AllowUnverified: true,
	}
}
