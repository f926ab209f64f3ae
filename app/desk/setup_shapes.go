package desk

import "quietline/backend/clinic"

// CreateClinic makes a clinic in an empty folder.
type CreateClinic struct {
	ClinicName  string       `json:"clinicName"`
	OfficePhone string       `json:"officePhone"`
	Zone        string       `json:"zone"`
	Language    LanguageName `json:"language"`
	YourName    string       `json:"yourName"`
	Passphrase  string       `json:"passphrase"`
}

// CreatedClinic is the recovery sheet, shown once. The clinic is open; texts
// wait until the sheet is confirmed.
type CreatedClinic struct {
	Words []string `json:"words"`
	// Code is what the sheet's QR code holds.
	Code string `json:"code"`
	// Ask lists the positions (1 is the first word) of the words to type back.
	Ask []int `json:"ask"`
}

// ConfirmSheet proves that the sheet was written down or printed.
type ConfirmSheet struct {
	Words []string `json:"words"` // in the order of CreatedClinic.Ask
}

// ProviderKind is where texts go.
type ProviderKind string

// The kinds of provider.
const (
	ProviderNone      ProviderKind = "none"
	ProviderSimulator ProviderKind = "simulator"
	ProviderTwilio    ProviderKind = "twilio"
)

// Choices implements door.Choice.
func (ProviderKind) Choices() []string {
	return []string{string(ProviderNone), string(ProviderSimulator), string(ProviderTwilio)}
}

// ConnectProvider connects the clinic's number. A simulator answers only on this
// computer (Address is http://127.0.0.1:PORT); a real account is refused until
// the checks that make it safe exist.
type ConnectProvider struct {
	Kind    ProviderKind `json:"kind"`
	Address string       `json:"address"`
	Account string       `json:"account"`
	Key     string       `json:"key"`
	Secret  string       `json:"secret"`
	Phone   string       `json:"phone"`
}

// Line is the state of the connection to the provider.
type Line string

// The states of the connection.
const (
	LineNone    Line = "none" // nothing connected yet
	LineGood    Line = "good"
	LineOffline Line = "offline" // no answer; trying again
	LineTrouble Line = "trouble" // an answer that is no answer, or a refused key
)

// Choices implements door.Choice.
func (Line) Choices() []string {
	return []string{string(LineNone), string(LineGood), string(LineOffline), string(LineTrouble)}
}

// LineStatus is what the status bar shows.
type LineStatus struct {
	Line      Line           `json:"line"`
	Kind      ProviderKind   `json:"kind"`
	Phone     string         `json:"phone"`
	LastHeard clinic.Instant `json:"lastHeard"`
	Problem   *Problem       `json:"problem"`
	// Unanswered says why nobody is answered outside of the clinic's hours although its
	// hours ask for it; nil where that is not so.
	Unanswered *Problem `json:"unanswered"`
	// Waiting counts texts that have not left; Undecided those that a person
	// must decide about.
	Waiting   int `json:"waiting"`
	Undecided int `json:"undecided"`
	// Doubts counts the questions whether a patient still wants texts.
	Doubts int `json:"doubts"`
}

// SignIn opens the clinic.
type SignIn struct {
	Member     clinic.StaffID `json:"member"`
	Passphrase string         `json:"passphrase"`
	// Code is of the person's phone, or a backup code; empty where none was asked
	// for yet.
	Code string `json:"code"`
	// Short says that Passphrase is the short one.
	Short bool `json:"short"`
}

// OpenSheet opens the clinic with the words of the recovery sheet, where this
// device cannot open it any more.
type OpenSheet struct {
	Words string `json:"words"`
}

// OpenedSheet lists who can be given a new passphrase on this device.
type OpenedSheet struct {
	Members []Member `json:"members"`
}

// BindDevice binds this device again: new device secret, new passphrase for one
// member, who is then signed in.
type BindDevice struct {
	Words      string         `json:"words"`
	Member     clinic.StaffID `json:"member"`
	Passphrase string         `json:"passphrase"`
}

// Confirm types the passphrase again.
type Confirm struct {
	Passphrase string `json:"passphrase"`
}

// ClinicSettings are the clinic's own settings.
type ClinicSettings struct {
	ClinicName  string       `json:"clinicName"`
	OfficePhone string       `json:"officePhone"`
	Zone        string       `json:"zone"`
	Language    LanguageName `json:"language"`
	// TextFrom and TextTo are the hours within which the clinic starts a text; on
	// Sundays its own pair.
	TextFrom   int `json:"textFrom"`
	TextTo     int `json:"textTo"`
	SundayFrom int `json:"sundayFrom"`
	SundayTo   int `json:"sundayTo"`
	DayCap     int `json:"dayCap"`
	WeekCap    int `json:"weekCap"`
	// TextName names the clinic in texts that have to be short; empty for ClinicName.
	TextName string `json:"textName"`
	// AnswerHours is within how many working hours the clinic usually answers, as its
	// consent forms say.
	AnswerHours int `json:"answerHours"`
}

// DeviceSettings are the settings of this device.
type DeviceSettings struct {
	Closing Closing `json:"closing"`
	// CoverAway covers the window while another one is in front.
	CoverAway bool `json:"coverAway"`
	// PlainKeys lets a letter or a digit alone do something where nothing is typed.
	PlainKeys bool `json:"plainKeys"`
}

// Closing is what closing the window does.
type Closing string

// Choices implements door.Choice.
func (Closing) Choices() []string { return []string{"quits", "locks"} }
