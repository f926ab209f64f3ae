package desk

// NearEnd is which end of the session is near.
type NearEnd string

// The ends that are told beforehand.
const (
	NearNone    NearEnd = "none"
	NearIdle    NearEnd = "idle"    // nobody is there; staying keeps the session
	NearLongest NearEnd = "longest" // the working day is over; nothing keeps it
)

// Choices implements door.Choice.
func (NearEnd) Choices() []string {
	return []string{string(NearNone), string(NearIdle), string(NearLongest)}
}

// SessionStanding is whether the session nears its end, and in how many seconds.
type SessionStanding struct {
	Near    NearEnd `json:"near"`
	Seconds int     `json:"seconds"`
}

// CopiedText is what the window has put into the clipboard.
type CopiedText struct {
	Text string `json:"text"`
}

// LockRule is the set of rules that the clinic holds its locking to.
type LockRule string

// Choices implements door.Choice.
func (LockRule) Choices() []string { return []string{"in_force", "proposed"} }

// LockSettings are when desks lock by themselves: after how many minutes of rest,
// by role, and after how many hours in any case.
type LockSettings struct {
	Rule           LockRule `json:"rule"`
	FrontDesk      int      `json:"frontDesk"`
	Therapist      int      `json:"therapist"`
	OfficeManager  int      `json:"officeManager"`
	PrivacyOfficer int      `json:"privacyOfficer"`
	LongestHours   int      `json:"longestHours"`
}

// LockChoice is what one rule leaves to choose, and what is offered with it.
type LockChoice struct {
	MostMinutes int          `json:"mostMinutes"`
	MostHours   int          `json:"mostHours"`
	Offered     LockSettings `json:"offered"`
}

// LockChoices are the rules there are.
type LockChoices struct {
	Items []LockChoice `json:"items"`
}
