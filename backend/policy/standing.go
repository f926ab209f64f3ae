package policy

// StandingState is the one word of a patient's badge.
type StandingState string

const (
	// CanText: the consent is in force, without wishes of its own about when.
	CanText StandingState = "can_text"
	// LimitedText: some texts may go; Standing.Reasons say what to heed.
	LimitedText StandingState = "limited"
	// CannotText: no text may go to any of the patient's numbers.
	CannotText StandingState = "cannot"
)

// Standing is what a patient may be texted for, apart from any one text and from
// the hour: what a badge and a caller's "may I text you about…" need.
type Standing struct {
	State StandingState `json:"state"`
	// Categories may be texted about, in the order of the form.
	Categories []Category `json:"categories,omitempty"`
	// Reasons say why not, or what limits it, hardest first.
	Reasons []Reason `json:"reasons,omitempty"`
}
