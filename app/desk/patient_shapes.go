package desk

import (
	"quietline/backend/clinic"
	"quietline/backend/records"
)

// PatientQuery finds patients by two letters of a name or the last digits of a
// number.
type PatientQuery struct {
	Search string `json:"search"`
	After  string `json:"after"`
	Limit  int    `json:"limit"`
}

// PatientPage is a page of patients by name.
type PatientPage struct {
	Items []PatientRow `json:"items"`
	Next  string       `json:"next"`
}

// PatientRow is one line of the patient list.
type PatientRow struct {
	ID       clinic.PatientID `json:"id"`
	Name     string           `json:"name"`
	Phone    string           `json:"phone"`
	Thread   clinic.ThreadID  `json:"thread"`
	Standing Standing         `json:"standing"`
}

// PatientRef names a patient.
type PatientRef struct {
	ID clinic.PatientID `json:"id"`
}

// PatientCard is what the desk needs to know about a patient at a glance.
type PatientCard struct {
	ID        clinic.PatientID `json:"id"`
	Name      string           `json:"name"`
	BirthDate clinic.Date      `json:"birthDate"`
	Age       int              `json:"age"`
	// Minor says that the patient does not sign alone yet, where the clinic is.
	Minor    bool         `json:"minor"`
	Language LanguageName `json:"language"`
	Zone     string       `json:"zone"`
	// Guardian is who signs and is texted for a minor; empty otherwise.
	Guardian string      `json:"guardian"`
	Numbers  []NumberRow `json:"numbers"`
	Standing Standing    `json:"standing"`
	// Categories are what the patient may be texted about now; empty where nothing may go.
	Categories []Category `json:"categories"`
	// Reasons says why, where Standing is not CanText.
	Reasons  []Reason        `json:"reasons"`
	Consents []ConsentRow    `json:"consents"` // newest first
	Thread   clinic.ThreadID `json:"thread"`
	// Therapists care for the patient. CliniciansOnly keeps her texts among them;
	// Thread is then empty for whoever is none.
	Therapists     []Person `json:"therapists"`
	CliniciansOnly bool     `json:"cliniciansOnly"`
	// Disclosures are the texts about her that went to the wrong person, newest first.
	Disclosures []DisclosureRow `json:"disclosures"`
}

// NumberRow is one phone number of a patient.
type NumberRow struct {
	ID       clinic.NumberID `json:"id"`
	Phone    string          `json:"phone"`
	Shared   bool            `json:"shared"`
	OptedOut clinic.Instant  `json:"optedOut"` // zero where texts are welcome
	Verified clinic.Instant  `json:"verified"` // zero where nobody has verified it
	Held     clinic.Instant  `json:"held"`     // zero unless a stranger answered on it
	// Guardians says that it is a parent's or guardian's phone.
	Guardians bool `json:"guardians"`
	// Thread is the patient's on this number, zero where there is none in sight.
	Thread clinic.ThreadID `json:"thread"`
}

// AddPatient adds a patient. Where the number already has a thread with an
// unknown sender, that thread becomes the patient's.
type AddPatient struct {
	Name      string       `json:"name"`
	BirthDate clinic.Date  `json:"birthDate"`
	Phone     string       `json:"phone"`
	Shared    bool         `json:"shared"`
	Language  LanguageName `json:"language"`
	Zone      string       `json:"zone"`
	Guardian  string       `json:"guardian"`
}

// AddedPatient is the new patient and the thread to text in. SameNumber names
// who else has the number, where someone has and Shared was not ticked: then
// nothing was added.
type AddedPatient struct {
	ID         clinic.PatientID `json:"id"`
	Thread     clinic.ThreadID  `json:"thread"`
	SameNumber []PatientName    `json:"sameNumber"`
}

// ConsentState is how a consent stands now.
type ConsentState string

// The states of a consent.
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
	ConsentVerbal    ConsentState = "verbal"
	// ConsentDeclined was asked for by text and answered no; ConsentUnanswered was not
	// answered in time, or never arrived.
	ConsentDeclined   ConsentState = "declined"
	ConsentUnanswered ConsentState = "unanswered"
)

// Choices implements door.Choice.
func (ConsentState) Choices() []string {
	return []string{
		string(ConsentRequested), string(ConsentPending), string(ConsentGiven), string(ConsentNarrowed),
		string(ConsentExpiring), string(ConsentExpired), string(ConsentRevoked), string(ConsentReplaced), string(ConsentPaused), string(ConsentVerbal),
		string(ConsentDeclined), string(ConsentUnanswered),
	}
}

// ConsentRow is one consent of a patient.
type ConsentRow struct {
	ID         clinic.ConsentID `json:"id"`
	State      ConsentState     `json:"state"`
	Form       string           `json:"form"`
	SignedOn   clinic.Date      `json:"signedOn"`
	Expires    clinic.Date      `json:"expires"`
	Categories []Category       `json:"categories"`
	// FromHour and ToHour bound the hours in the patient's zone; 0 and 24 are any.
	FromHour   int            `json:"fromHour"`
	ToHour     int            `json:"toHour"`
	Weekdays   []int          `json:"weekdays"` // 0 is Sunday; empty is every day
	Signer     string         `json:"signer"`
	RecordedBy string         `json:"recordedBy"`
	RevokedAt  clinic.Instant `json:"revokedAt"`
	RevokedHow RevokedHow     `json:"revokedHow"`
	// Hold is why it is on hold, where State is paused. Ends says
	// that a person put it there and can end it.
	Hold Hold       `json:"hold"`
	Ends bool       `json:"ends"`
	Way  ConsentWay `json:"way"`
	Code string     `json:"code"` // the record code
	// Asked is the question by text, where it was asked for so.
	Asked   *AskedByText   `json:"asked"`
	Scope   ConsentScope   `json:"scope"`
	Details ConsentDetails `json:"details"`
	// SignedBy is in what relation the signer stands to the patient.
	SignedBy Signer `json:"signedBy"`
	// Numbers are the numbers that it names, for a person to read.
	Numbers []string `json:"numbers"`
	// Scans are those of the signed paper, oldest first.
	Scans []ScanRow `json:"scans"`
	// Revocable says that there is something to take back. Returns says that a STOP
	// ended it less than a day ago: the patient can still say which texts about visits
	// she wants.
	Revocable bool `json:"revocable"`
	Returns   bool `json:"returns"`
}

// RevokedHow is the way in which a patient took a consent back.
type RevokedHow string

// Choices implements door.Choice.
func (RevokedHow) Choices() []string { return []string{"", "text", "call", "in_person", "letter"} }

// Signer is in what relation the signer stands to the patient.
type Signer string

// Choices implements door.Choice.
func (Signer) Choices() []string {
	return []string{"patient", "parent", "guardian", "representative", "minor"}
}

// RecordPaper records a consent that was signed on paper. Key is made by the screen for
// what it sends: the same paper again after a lost answer is recorded once.
type RecordPaper struct {
	Key        clinic.ConsentID `json:"key"`
	Patient    clinic.PatientID `json:"patient"`
	Form       string           `json:"form"` // a form version from consent.forms
	SignedOn   clinic.Date      `json:"signedOn"`
	Expires    clinic.Date      `json:"expires"` // empty: the form's usual year
	Categories []Category       `json:"categories"`
	FromHour   int              `json:"fromHour"`
	ToHour     int              `json:"toHour"`
	Weekdays   []int            `json:"weekdays"`
	Signer     Signer           `json:"signer"`
	SignerName string           `json:"signerName"` // of a guardian or representative
	Attested   bool             `json:"attested"`   // "I have the signed paper in front of me"
	// PerWeek is at most how many texts a week the patient wants that she did not
	// ask for; 0 where the paper sets no limit.
	PerWeek int `json:"perWeek"`
	// SharedPhone says that the paper names others who read this phone.
	SharedPhone bool `json:"sharedPhone"`
	// Excluded are what the patient never wants texts about.
	Excluded []Category `json:"excluded"`
	PerDay   int        `json:"perDay"`
	// Numbers are those that the paper names; empty is every number.
	Numbers []clinic.NumberID `json:"numbers"`
	Details ConsentDetails    `json:"details"`
	// From is the first day on which texts are welcome; empty for SignedOn.
	From    clinic.Date `json:"from"`
	Channel Channel     `json:"channel"`
	// Hold puts it on hold from the first; empty for none.
	Hold Hold `json:"hold"`
	// Scan is the key of a file that came in parts, or empty for a paper without a scan.
	Scan records.Key `json:"scan"`
}

// RecordedConsent is the consent that was recorded.
type RecordedConsent struct {
	ID clinic.ConsentID `json:"id"`
}

// RevokeConsent takes a consent back, at once.
type RevokeConsent struct {
	ID  clinic.ConsentID `json:"id"`
	How RevokedHow       `json:"how"`
}

// FormRow is a version of the consent form that a paper can be recorded on.
type FormRow struct {
	Version  string       `json:"version"`
	Language LanguageName `json:"language"`
	Draft    bool         `json:"draft"` // not yet reviewed by a person
	Variant  FormVariant  `json:"variant"`
	Pair     string       `json:"pair"` // the same in the other language, or empty
	Hash     string       `json:"hash"` // of the words
	Own      bool         `json:"own"`  // the clinic's
	Source   string       `json:"source"`
	Retired  bool         `json:"retired"` // nobody is to sign it any more
	// ReviewedBy is who has read it, or empty.
	ReviewedBy string      `json:"reviewedBy"`
	ReviewedOn clinic.Date `json:"reviewedOn"`
	// Pages is how many pages a form has that is a file; 0 for one in words.
	Pages int `json:"pages"`
}

// FormList is the forms on which a paper can be recorded, newest first.
type FormList struct {
	Items []FormRow `json:"items"`
}
