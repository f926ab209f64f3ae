package desk

import (
	"quietline/backend/clinic"
	"quietline/backend/records"
)

// PaperHead is what stands on every paper. Key is the one that the screen made for
// it; printing and saving name it.
type PaperHead struct {
	Key    records.Key    `json:"key"`
	MadeAt clinic.Instant `json:"madeAt"`
	MadeBy string         `json:"madeBy"`
	Clinic string         `json:"clinic"`
	Phone  string         `json:"phone"` // of the office
	Zone   string         `json:"zone"`
}

// MakeConsentPaper asks for all that is kept of a consent. Key is made by the
// screen, once for each paper.
type MakeConsentPaper struct {
	Key records.Key      `json:"key"`
	ID  clinic.ConsentID `json:"id"`
}

// ConsentPaper is a consent with everything that happened to it.
type ConsentPaper struct {
	Head PaperHead `json:"head"`
	// Code is the record code with the check of what stands on this paper.
	Code    string       `json:"code"`
	Patient PaperPatient `json:"patient"`
	State   ConsentState `json:"state"`
	Hold    Hold         `json:"hold"`
	Way     ConsentWay   `json:"way"`
	// Form is the version that was signed, FormHash the sum of its words; Reviewed is
	// who has read it, where somebody has.
	Form       string         `json:"form"`
	FormHash   string         `json:"formHash"`
	Language   LanguageName   `json:"language"` // of the form
	Draft      bool           `json:"draft"`
	Reviewed   string         `json:"reviewed"`
	SignedOn   clinic.Date    `json:"signedOn"`
	Expires    clinic.Date    `json:"expires"`
	Signer     Signer         `json:"signer"`
	SignerName string         `json:"signerName"`
	Details    ConsentDetails `json:"details"`
	// Drawn is the path of the pen on a field of 600 by 200, Typed a name; both are
	// empty for a signature on paper.
	Drawn string        `json:"drawn"`
	Typed string        `json:"typed"`
	Scope ConsentScope  `json:"scope"`
	Steps []ConsentStep `json:"steps"` // oldest first
	// Words are those that were signed.
	Words []FormBlock `json:"words"`
	// Scans are those of the signed paper. Each is brought by scan.open.
	Scans []ScanRow `json:"scans"`
}

// PaperPatient is a patient as a paper names one.
type PaperPatient struct {
	ID        clinic.PatientID `json:"id"`
	Name      string           `json:"name"`
	BirthDate clinic.Date      `json:"birthDate"`
	Guardian  string           `json:"guardian"`
	Phones    []string         `json:"phones"`
	Zone      string           `json:"zone"`
}

// MakeFormPaper asks for a form to be signed, filled in for a patient where one is
// named.
type MakeFormPaper struct {
	Key     records.Key      `json:"key"`
	Form    string           `json:"form"`
	Patient clinic.PatientID `json:"patient"`
}

// FormPaper is a form to be signed. Where it is a file it has no words and no code: it
// is printed as it is, and form.open brings it.
type FormPaper struct {
	Head PaperHead `json:"head"`
	// Code is that of this copy, with the check of the form's words.
	Code    string        `json:"code"`
	Form    FormRow       `json:"form"`
	Hash    string        `json:"hash"`
	Patient *PaperPatient `json:"patient"`
	Words   []FormBlock   `json:"words"`
}

// RegisterStanding is which patients a register lists.
type RegisterStanding string

// Choices implements door.Choice.
func (RegisterStanding) Choices() []string {
	return []string{"", "in_force", "expiring", "missing", "revoked"}
}

// AnyLanguage is a language, or empty for any.
type AnyLanguage string

// Choices implements door.Choice.
func (AnyLanguage) Choices() []string {
	return []string{"", string(clinic.English), string(clinic.Spanish)}
}

// AnyCategory is a category, or empty for any.
type AnyCategory string

// Choices implements door.Choice.
func (AnyCategory) Choices() []string { return append([]string{""}, Category("").Choices()...) }

// RegisterFilter is which patients a register lists; what is empty asks for nothing.
type RegisterFilter struct {
	Standing RegisterStanding `json:"standing"`
	Language AnyLanguage      `json:"language"`
	Category AnyCategory      `json:"category"`
}

// MakeRegister asks for the register of consents.
type MakeRegister struct {
	Key      records.Key      `json:"key"`
	Standing RegisterStanding `json:"standing"`
	Language AnyLanguage      `json:"language"`
	Category AnyCategory      `json:"category"`
}

// RegisterList is whom a register lists, by name.
type RegisterList struct {
	Rows []RegisterLine `json:"rows"`
}

// RegisterPaper is the consents of the patients whom its reader sees, by name.
type RegisterPaper struct {
	Head PaperHead      `json:"head"`
	Rows []RegisterLine `json:"rows"`
}

// RegisterLine is one patient of the register; State is empty where there is no
// consent.
type RegisterLine struct {
	Patient   clinic.PatientID `json:"patient"`
	Name      string           `json:"name"`
	BirthDate clinic.Date      `json:"birthDate"`
	Language  LanguageName     `json:"language"`
	Phone     string           `json:"phone"`
	// OptedOut says that a STOP closes all of the patient's numbers, Held that a stranger
	// answers on each.
	OptedOut bool             `json:"optedOut"`
	Held     bool             `json:"held"`
	Minor    bool             `json:"minor"`
	Consent  clinic.ConsentID `json:"consent"`
	Code     string           `json:"code"`
	State    string           `json:"state"`
	// Begins is the first day of a consent on which nothing may rest yet.
	Begins     clinic.Date `json:"begins"`
	Form       string      `json:"form"`
	SignedOn   clinic.Date `json:"signedOn"`
	Expires    clinic.Date `json:"expires"`
	Categories []Category  `json:"categories"`
}

// MakeTextsPaper asks why each text of a thread was sent, from one day through
// another; an empty day is no limit.
type MakeTextsPaper struct {
	Key    records.Key     `json:"key"`
	Thread clinic.ThreadID `json:"thread"`
	From   clinic.Date     `json:"from"`
	Until  clinic.Date     `json:"until"`
}

// TextsPaper is the texts that left in a thread, oldest first.
type TextsPaper struct {
	Head PaperHead `json:"head"`
	// Patient is nil for a number that nobody is known by.
	Patient *PaperPatient `json:"patient"`
	Phone   string        `json:"phone"`
	Texts   []SentLine    `json:"texts"`
}

// SentLine is a text and what it stood on: kind is consent, reply, confirmed, lifted for
// Reason, request or first_text. Pictures counts those that went with it.
type SentLine struct {
	At          clinic.Instant `json:"at"`
	By          string         `json:"by"`
	Body        string         `json:"body"`
	Pictures    int            `json:"pictures"`
	Category    Category       `json:"category"`
	State       MessageState   `json:"state"`
	Kind        string         `json:"kind"`
	ConfirmedBy string         `json:"confirmedBy"`
	Form        string         `json:"form"`
	SignedOn    clinic.Date    `json:"signedOn"`
	ReplyTo     clinic.Instant `json:"replyTo"`
	DecidedAt   clinic.Instant `json:"decidedAt"`
	Reason      string         `json:"reason"`
}

// VerifyPaper is a record code as it was typed or scanned, with the check behind it
// or without.
type VerifyPaper struct {
	Code string `json:"code"`
}

// PaperFinding is what a paper is worth.
type PaperFinding string

// Choices implements door.Choice.
func (PaperFinding) Choices() []string {
	return []string{string(records.Matches), string(records.Changed), string(records.Differs), string(records.Unchecked)}
}

// VerifiedPaper is what is kept of the consent of a paper, or of the copy of a form:
// Copy is nil for a consent; for a copy only Finding, Form, and when and by whom it was
// made stand beside it.
type VerifiedPaper struct {
	Finding PaperFinding  `json:"finding"`
	Copy    *VerifiedCopy `json:"copy"`
	Code    string        `json:"code"`
	Patient PaperPatient  `json:"patient"`
	State   ConsentState  `json:"state"`
	Form    string        `json:"form"`
	// SignedOn, Signer and Categories are for the eye to compare.
	SignedOn   clinic.Date `json:"signedOn"`
	Expires    clinic.Date `json:"expires"`
	Signer     string      `json:"signer"`
	Categories []Category  `json:"categories"`
	// MadeAt and MadeBy are of the paper; absent where its making is not kept.
	MadeAt clinic.Instant `json:"madeAt"`
	MadeBy string         `json:"madeBy"`
	Since  []ConsentStep  `json:"since"` // what happened after it was made
}

// VerifiedCopy is a printed copy of a form. Patient is nil for a blank one.
type VerifiedCopy struct {
	Patient  *PaperPatient `json:"patient"`
	Language LanguageName  `json:"language"`
	// Retired says that nobody is to sign this form any more.
	Retired bool `json:"retired"`
}

// PaperPart is a part of a paper that the screen has set, in order: At is how many
// bytes came before. A part at 0 begins anew.
type PaperPart struct {
	Key  records.Key `json:"key"`
	At   int         `json:"at"`
	Data string      `json:"data"` // base64, of 512 KiB at most
}

// PrintPapers says that papers go to the printer.
type PrintPapers struct {
	Papers []records.Key `json:"papers"`
}

// SavePapers saves the file that came in parts under the first key, which holds
// the papers named. Password is empty for a file that everybody can open.
type SavePapers struct {
	Papers   []records.Key `json:"papers"`
	Password string        `json:"password"`
}
