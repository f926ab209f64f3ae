package desk

import (
	"quietline/backend/clinic"
	"quietline/backend/policy"
)

// Hold is why a consent is on hold.
type Hold string

// Choices implements door.Choice.
func (Hold) Choices() []string { return []string{"", "age", "dispute", "court", "self"} }

// ConsentWay is how a consent was given.
type ConsentWay string

// Choices implements door.Choice.
func (ConsentWay) Choices() []string { return []string{"", "paper", "device", "text", "spoken"} }

// ConsentDetails are what a form records beside its scope; each may be empty.
type ConsentDetails struct {
	Witness     string `json:"witness"`
	Interpreter string `json:"interpreter"`
	// Authority says by what right somebody signs for the patient, or a minor alone.
	Authority string `json:"authority"`
	Document  string `json:"document"`
	// Beside names another parent or guardian.
	Beside    string `json:"beside"`
	CopyGiven bool   `json:"copyGiven"`
}

// Channel is how a patient would rather be reached; empty for by text.
type Channel string

// Choices implements door.Choice.
func (Channel) Choices() []string { return choices(policy.Channels()) }

// ConsentScope is what a consent covers.
type ConsentScope struct {
	Categories []Category `json:"categories"`
	Excluded   []Category `json:"excluded"`
	FromHour   int        `json:"fromHour"`
	ToHour     int        `json:"toHour"`
	Weekdays   []int      `json:"weekdays"` // 0 is Sunday; empty is every day
	// PerDay and PerWeek are how many texts that the patient did not ask for are
	// welcome; 0 is no limit.
	PerDay      int  `json:"perDay"`
	PerWeek     int  `json:"perWeek"`
	SharedPhone bool `json:"sharedPhone"`
	// Numbers are those that may be texted; empty is every number of the patient.
	Numbers []clinic.NumberID `json:"numbers"`
	// From is the first day on which texts are welcome; empty for the day of the signature.
	From    clinic.Date `json:"from"`
	Channel Channel     `json:"channel"`
}

// NarrowConsent reduces a consent to less, as the patient asked.
type NarrowConsent struct {
	ID    clinic.ConsentID `json:"id"`
	Scope ConsentScope     `json:"scope"`
	How   RevokedHow       `json:"how"`
}

// PauseConsent puts a consent on hold.
type PauseConsent struct {
	ID   clinic.ConsentID `json:"id"`
	Hold Hold             `json:"hold"`
}

// ConsentRef names a consent.
type ConsentRef struct {
	ID clinic.ConsentID `json:"id"`
}

// ConsentStep is one thing that happened to a consent.
type ConsentStep struct {
	At    clinic.Instant `json:"at"`
	What  ConsentWhat    `json:"what"`
	By    string         `json:"by"` // empty where the program recorded the patient's text
	How   RevokedHow     `json:"how"`
	Hold  Hold           `json:"hold"`
	Scope ConsentScope   `json:"scope"` // from then on
}

// ConsentWhat is the sort of a thing that happened to a consent.
type ConsentWhat string

// Choices implements door.Choice.
func (ConsentWhat) Choices() []string {
	return []string{"requested", "answered", "given", "spoken", "narrowed", "held", "resumed", "revoked", "replaced", "scanned", "scan_aside", "reminded", "declined", "unreached"}
}

// ConsentHistory is everything that happened to a consent, oldest first.
type ConsentHistory struct {
	Code  string        `json:"code"` // the record code
	Steps []ConsentStep `json:"steps"`
}

// TodoRow is a patient whose consent needs something.
type TodoRow struct {
	Patient PatientName      `json:"patient"`
	Consent clinic.ConsentID `json:"consent"`
	State   ConsentState     `json:"state"`
	Hold    Hold             `json:"hold"`
	Expires clinic.Date      `json:"expires"` // empty where it was never signed
}

// TodoList is the consents that a person has to do something about, the most
// urgent first.
type TodoList struct {
	Items []TodoRow `json:"items"`
}

// AskedByText is the question by text that a consent was asked for with.
type AskedByText struct {
	Phone string         `json:"phone"`
	Words string         `json:"words"`
	At    clinic.Instant `json:"at"`
	// Until is the first instant at which an answer does not count any more.
	Until clinic.Instant `json:"until"`
	// Text is how far the question has come.
	Text     MessageState `json:"text"`
	Reminded bool         `json:"reminded"`
}

// AskConsent is whether and how a patient can be asked for a consent by text.
type AskConsent struct {
	// Answer is go, wait until Until, or no; Reasons say why.
	Answer  Answer         `json:"answer"`
	Until   clinic.Instant `json:"until"`
	Reasons []Reason       `json:"reasons"`
	Phone   string         `json:"phone"`
	Words   string         `json:"words"`
	// Draft says that nobody has recorded that these words were read.
	Draft bool `json:"draft"`
}

// AskByText asks a patient for a consent by text.
type AskByText struct {
	Patient clinic.PatientID `json:"patient"`
	// Welcome is somebody's word that the patient said she may be asked by text, or
	// texted first.
	Welcome bool `json:"welcome"`
}

// AddNumber gives a patient one more number, or says anew whose it is.
type AddNumber struct {
	Patient clinic.PatientID `json:"patient"`
	Phone   string           `json:"phone"`
	Shared  bool             `json:"shared"`
	// Guardians says that it is a parent's or guardian's phone.
	Guardians bool `json:"guardians"`
}

// NumberRef names a patient's number.
type NumberRef struct {
	Patient clinic.PatientID `json:"patient"`
	Number  clinic.NumberID  `json:"number"`
}

// HoldNumber holds a patient's number because a stranger answered on it. Since, where
// not zero, is the first of the texts that came from the stranger: from there on they are
// taken off the patient's chart. A number that is held already may be named again for that.
type HoldNumber struct {
	Patient clinic.PatientID `json:"patient"`
	Number  clinic.NumberID  `json:"number"`
	Since   clinic.MessageID `json:"since"`
}

// NumberCode is the code that a patient texts to the clinic from the number.
type NumberCode struct {
	Code  string         `json:"code"`
	Until clinic.Instant `json:"until"`
	// Phone is the clinic's number; empty where none is connected.
	Phone string `json:"phone"`
}

// TextingRules are what the clinic decides about consents.
type TextingRules struct {
	Majority     int  `json:"majority"`
	VerifiedOnly bool `json:"verifiedOnly"`
	Spoken       bool `json:"spoken"`
	// AnswerFirst lets ready words answer a patient who texts first and has no consent.
	AnswerFirst bool `json:"answerFirst"`
	// AskMany lets many patients be asked for a consent by text at once.
	AskMany bool `json:"askMany"`
	// LiftLimits lets an office manager lift the clinic's own hours and limits for one text.
	LiftLimits bool `json:"liftLimits"`
}

// SignConsent is a consent signed on this device, today. Drawn or typed is empty. Key is
// made by the screen for what it sends: the same again after a lost answer is signed once.
type SignConsent struct {
	Key        clinic.ConsentID `json:"key"`
	Patient    clinic.PatientID `json:"patient"`
	Form       string           `json:"form"`
	Expires    clinic.Date      `json:"expires"`
	Scope      ConsentScope     `json:"scope"`
	Signer     Signer           `json:"signer"`
	SignerName string           `json:"signerName"`
	Details    ConsentDetails   `json:"details"`
	// Hold puts it on hold from the first; empty for none.
	Hold Hold `json:"hold"`
	// Drawn is the path of the pen on a field of 600 by 200.
	Drawn string `json:"drawn"`
	Typed string `json:"typed"`
}

// FormBlock is one part of a form as a person reads it.
type FormBlock struct {
	Kind FormBlockKind `json:"kind"`
	// Key names a place, or a statement that a form has to make.
	Key  string `json:"key"`
	Text string `json:"text"`
}

// FormBlockKind is what a part of a form is.
type FormBlockKind string

// Choices implements door.Choice.
func (FormBlockKind) Choices() []string {
	return []string{"title", "heading", "paragraph", "statement", "place"}
}

// FormVariant is for whom a form is.
type FormVariant string

// Choices implements door.Choice.
func (FormVariant) Choices() []string { return []string{"", "minor", "part2"} }

// Reviewer is as what somebody reviews a form.
type Reviewer string

// Choices implements door.Choice.
func (Reviewer) Choices() []string { return []string{"attorney", "translator", "privacy_officer"} }

// FormRef names a form; with a patient its merge fields are filled in.
type FormRef struct {
	Version string           `json:"version"`
	Patient clinic.PatientID `json:"patient"`
}

// FormWords are the words of a form.
type FormWords struct {
	Form   FormRow     `json:"form"`
	Text   string      `json:"text"`
	Blocks []FormBlock `json:"blocks"`
}

// FormDraft is a form that somebody is writing.
type FormDraft struct {
	Language LanguageName `json:"language"`
	Variant  FormVariant  `json:"variant"`
	Pair     string       `json:"pair"`
	Text     string       `json:"text"`
	// Source is which paper the words were copied from.
	Source string `json:"source"`
}

// FormPreview is how a draft reads, and what it still has to say.
type FormPreview struct {
	Blocks  []FormBlock       `json:"blocks"`
	Missing []FormRequirement `json:"missing"`
}

// FormRequirement is something that a form has to say or to leave room for.
type FormRequirement struct {
	Key    string `json:"key"`
	Source string `json:"source"`
}

// ReviewForm records who has read a form.
type ReviewForm struct {
	Version string      `json:"version"`
	Name    string      `json:"name"`
	Role    Reviewer    `json:"role"`
	On      clinic.Date `json:"on"`
}

// RetireForm takes a form out of use, or back into it.
type RetireForm struct {
	Version string `json:"version"`
	Retired bool   `json:"retired"`
}
