package desk

import (
	"quietline/backend/clinic"
	"quietline/backend/golive"
)

// CheckState is how a check before going live stands.
type CheckState string

// Choices implements door.Choice.
func (CheckState) Choices() []string { return named(golive.States()) }

// CheckName names what is looked at before going live.
type CheckName string

// Choices implements door.Choice.
func (CheckName) Choices() []string { return named(golive.Checks()) }

// CheckFinding says what was found in particular.
type CheckFinding string

// Choices implements door.Choice.
func (CheckFinding) Choices() []string { return named(golive.Findings()) }

// CheckSource is where a check's demand comes from.
type CheckSource string

// Choices implements door.Choice.
func (CheckSource) Choices() []string { return named(golive.Sources()) }

func named[T ~string](all []T) []string {
	names := make([]string, len(all))
	for i, one := range all {
		names[i] = string(one)
	}
	return names
}

// PasteKey is what somebody has pasted: the account, a key and its secret, in any
// order. No answer of any door holds more of them than the last four characters.
type PasteKey struct {
	Text string `json:"text"`
}

// PastedKey is what was recognised in it. Problem is what is missing, nil where
// nothing is.
type PastedKey struct {
	Account string   `json:"account"`
	Key     string   `json:"key"`
	Secret  bool     `json:"secret"`
	Main    bool     `json:"main"`
	Problem *Problem `json:"problem"`
}

// AccountNumber is a number of the account.
type AccountNumber struct {
	Phone string `json:"phone"`
	// Texts and Pictures are what it carries; Forwarded says that texts which come in
	// also go to another program.
	Texts     bool `json:"texts"`
	Pictures  bool `json:"pictures"`
	Forwarded bool `json:"forwarded"`
}

// AccountNumbers are the numbers of the account.
type AccountNumbers struct {
	Items []AccountNumber `json:"items"`
}

// UseNumber names the number that is to be the clinic's.
type UseNumber struct {
	Phone string `json:"phone"`
}

// RecordAgreement names the associate agreement with the provider.
type RecordAgreement struct {
	Document string      `json:"document"`
	Signed   clinic.Date `json:"signed"`
}

// Prove sends a real text to a phone that somebody holds.
type Prove struct {
	Phone string `json:"phone"`
}

// WithoutReply says whether the clinic goes live although nobody is answered outside
// of its hours.
type WithoutReply struct {
	Without bool `json:"without"`
}

// Disconnect ends the line. Anyway says that it ends although what was left with the
// provider cannot be taken back.
type Disconnect struct {
	Anyway bool `json:"anyway"`
}

// GoLive is how far the set-up of a real account has come.
type GoLive struct {
	// Account and Key are the last four characters of their names; empty for none yet.
	Account string `json:"account"`
	Key     string `json:"key"`
	// Main says that the key is the account's own secret.
	Main  bool   `json:"main"`
	Phone string `json:"phone"`
	// Document and Signed are of the agreement; Document is empty for none yet.
	Document string      `json:"document"`
	Signed   clinic.Date `json:"signed"`
	// Code is what the test text holds, ProofPhone where it went; empty for none yet.
	// Out and In are when each text of the proof was seen within the last week, Arrived
	// when the one that went out was seen to have come to the phone.
	Code       string         `json:"code"`
	ProofPhone string         `json:"proofPhone"`
	ProofAsked clinic.Instant `json:"proofAsked"`
	Out        clinic.Instant `json:"out"`
	Arrived    clinic.Instant `json:"arrived"`
	In         clinic.Instant `json:"in"`
	NoReply    bool           `json:"noReply"`
	// Live is the step that stands, nil for none.
	Live *LiveSince `json:"live"`
}

// LiveSince is the step of going live.
type LiveSince struct {
	By    string         `json:"by"`
	At    clinic.Instant `json:"at"`
	Phone string         `json:"phone"`
	// Checks counts what was found good, Unknown what could not be known.
	Checks  int `json:"checks"`
	Unknown int `json:"unknown"`
}

// LiveCheck is how one check stands.
type LiveCheck struct {
	Check   CheckName    `json:"check"`
	State   CheckState   `json:"state"`
	Finding CheckFinding `json:"finding"`
	Source  CheckSource  `json:"source"`
	// Decides says that going live waits for it.
	Decides bool `json:"decides"`
}

// LiveChecks are all of them, and how many stand in the way.
type LiveChecks struct {
	Items []LiveCheck    `json:"items"`
	Open  int            `json:"open"`
	At    clinic.Instant `json:"at"`
}

// OpenDay is when the desk is open on a day of the week, in minutes after midnight;
// both zero is closed.
type OpenDay struct {
	From int `json:"from"`
	To   int `json:"to"`
}

// SaveAfterHours changes when the desk is open, and whether patients are answered
// when it is not. Week is by weekday, Sunday first.
type SaveAfterHours struct {
	On       bool          `json:"on"`
	Week     []OpenDay     `json:"week"`
	Holidays []clinic.Date `json:"holidays"`
}

// AfterHours is what is answered outside of the clinic's hours, and whether that is in
// force.
type AfterHours struct {
	On       bool          `json:"on"`
	Week     []OpenDay     `json:"week"`
	Holidays []clinic.Date `json:"holidays"`
	// Text is what would be answered next; Problem says why nothing can be.
	Text    string   `json:"text"`
	Problem *Problem `json:"problem"`
	// Held says that the reply is left with the provider, Until when it falls silent
	// unless it is renewed.
	Held  bool           `json:"held"`
	Until clinic.Instant `json:"until"`
	// Behind says that one which an account before this was left with may still answer on
	// that account's number. Only its key can take it back.
	Behind bool `json:"behind"`
}
