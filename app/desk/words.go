package desk

import "quietline/backend/clinic"

// The shapes below cross to the screen. Ids, instants (RFC 3339), dates
// (YYYY-MM-DD) and codes are strings there; lists are never null.

// Phase is where the program stands as a whole.
type Phase string

// The phases: no clinic in this folder yet, locked, open, one whose records a
// person must decide about first (State.Finding says what was found), and a
// folder that cannot be opened (State.Problem says why).
const (
	PhaseEmpty  Phase = "empty"
	PhaseLocked Phase = "locked"
	PhaseOpen   Phase = "open"
	PhaseHalted Phase = "halted"
	PhaseBroken Phase = "broken"
)

// Choices implements door.Choice.
func (Phase) Choices() []string {
	return []string{string(PhaseEmpty), string(PhaseLocked), string(PhaseOpen), string(PhaseHalted), string(PhaseBroken)}
}

// Problem is a code with its parameters, for the sentence on the screen.
type Problem struct {
	Code   clinic.Code   `json:"code"`
	Params clinic.Params `json:"params"`
}

// Member is a person who can sign in.
type Member struct {
	ID   clinic.StaffID `json:"id"`
	Name string         `json:"name"`
	Role RoleName       `json:"role"`
	// Short says that her short passphrase opens the clinic now.
	Short bool `json:"short"`
}

// RoleName is clinic.Role for the screen.
type RoleName clinic.Role

// Choices implements door.Choice.
func (RoleName) Choices() []string {
	var all []string
	for _, r := range clinic.Roles() {
		all = append(all, string(r))
	}
	return all
}

// LanguageName is clinic.Language for the screen.
type LanguageName clinic.Language

// Choices implements door.Choice.
func (LanguageName) Choices() []string {
	return []string{string(clinic.English), string(clinic.Spanish)}
}

// State is what the first screen needs to know.
type State struct {
	Phase   Phase    `json:"phase"`
	Problem *Problem `json:"problem"`
	// Finding is what keeps a clinic from opening in the phase halted.
	Finding *Finding `json:"finding"`
	// Sample marks the sample clinic; SampleHint then holds the passphrase that
	// its people share, so that a visitor can sign in.
	Sample     bool   `json:"sample"`
	SampleHint string `json:"sampleHint"`
	// Members is who can sign in; empty where this device is not bound.
	Members []Member `json:"members"`
	// Last is who was signed in last, while the program runs.
	Last clinic.StaffID `json:"last"`
	// Arrived is how many texts have come in while the clinic is locked.
	Arrived int `json:"arrived"`
	// NeedsRecovery says that this device cannot open the clinic without the
	// recovery sheet (Problem says why).
	NeedsRecovery bool `json:"needsRecovery"`
	// Moved is when the clinic was handed over to another computer; absent where it was
	// not.
	Moved clinic.Instant `json:"moved"`
	// Stayed is why a move led nowhere that had been begun: the clinic stays here.
	Stayed *Problem `json:"stayed"`
	// SheetPending says that the recovery sheet has not been confirmed yet.
	SheetPending bool `json:"sheetPending"`
	// SheetCheck reminds the privacy officer to check the paper; fine for everybody
	// else.
	SheetCheck SheetCheck `json:"sheetCheck"`
	// Me is who is signed in.
	Me *Member `json:"me"`
	// PhoneAsked says that the clinic asks for a code from her phone and that she has
	// none set up: nothing else answers before that.
	PhoneAsked bool `json:"phoneAsked"`
	// Handed says that a patient holds the device, to sign a form.
	Handed bool `json:"handed"`
	// PhoneEnd says that somebody else has ended her second factor, until she has
	// read it.
	PhoneEnd *PhoneEnd `json:"phoneEnd"`
	// MayDo lists the permissions of who is signed in.
	MayDo      []string     `json:"mayDo"`
	ClinicName string       `json:"clinicName"`
	Language   LanguageName `json:"language"`
	Version    string       `json:"version"`
}

// Standing is whether and for what a patient may be texted, in one word.
type Standing string

// The standings: everything asked for is covered, only some kinds of text, not
// at present, and not known (an unmatched number).
const (
	CanText     Standing = "can_text"
	LimitedText Standing = "limited"
	CannotText  Standing = "cannot_text"
	UnknownText Standing = "unknown"
)

// Choices implements door.Choice.
func (Standing) Choices() []string {
	return []string{string(CanText), string(LimitedText), string(CannotText), string(UnknownText)}
}
