package desk

import (
	"quietline/backend/clinic"
	"quietline/backend/consent"
)

// Doubt is a question whether a patient still wants texts. While it is open, nothing is
// sent to any of her numbers.
type Doubt struct {
	Message clinic.MessageID `json:"message"`
	Thread  clinic.ThreadID  `json:"thread"`
	Patient *PatientName     `json:"patient"` // null for an unknown sender
	Phone   string           `json:"phone"`
	// Words are those of the text that raised it: hers, or ours that was refused.
	Words string         `json:"words"`
	Why   DoubtWhy       `json:"why"`
	At    clinic.Instant `json:"at"`
	// Reminders says that reminders alone can remain.
	Reminders bool `json:"reminders"`
	// Held says that the number is held, so that it can have been somebody else.
	Held bool `json:"held"`
	// Decided is empty while it is open; By is empty where she said so herself.
	Decided   DoubtDecision  `json:"decided"`
	By        string         `json:"by"`
	DecidedAt clinic.Instant `json:"decidedAt"`
}

// DoubtWhy is what raised a doubt: words of hers, a text that the phone service refused
// because she had asked it for no more, or a word of hers after a STOP on which only the
// phone service delivers again.
type DoubtWhy string

// Choices implements door.Choice.
func (DoubtWhy) Choices() []string {
	return []string{string(consent.WhyWords), string(consent.WhyRefused), string(consent.WhyReopened)}
}

// DoubtDecision is what was made of a doubt; empty for nothing yet.
type DoubtDecision string

// Choices implements door.Choice.
func (DoubtDecision) Choices() []string {
	return []string{"", string(consent.DecidedStop), string(consent.DecidedReminders), string(consent.DecidedGoOn), string(consent.DecidedStranger)}
}

// DoubtList are the open doubts, those raised first first.
type DoubtList struct {
	Items []Doubt `json:"items"`
}

// SettleDoubt says what somebody makes of the doubt that a text raised.
type SettleDoubt struct {
	Message  clinic.MessageID `json:"message"`
	Decision DoubtDecision    `json:"decision"`
}
