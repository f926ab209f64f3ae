package desk

import (
	"quietline/backend/clinic"
	"quietline/backend/exchange"
)

// PurgeRule is what becomes of texts at the phone service once they are safe here.
type PurgeRule string

// Choices implements door.Choice.
func (PurgeRule) Choices() []string {
	return []string{string(exchange.PurgeNothing), string(exchange.PurgeWords), string(exchange.PurgeAll)}
}

// SetPurging says what becomes of texts at the phone service from now on, and how many
// days old they have to be: LeastDays to MostDays.
type SetPurging struct {
	Rule PurgeRule `json:"rule"`
	Days int       `json:"days"`
}

// Purging is what becomes of texts at the phone service, and what did.
type Purging struct {
	Rule      PurgeRule `json:"rule"`
	Days      int       `json:"days"`
	LeastDays int       `json:"leastDays"`
	MostDays  int       `json:"mostDays"`
	// Waits is why nothing is taken away at the moment although the rule says so.
	Waits *Problem `json:"waits"`
	// Emptied and Deleted count the texts, Attachments what came with them. First and
	// Last are when the oldest and the newest of them were made, At when the last was
	// taken away.
	Emptied     int            `json:"emptied"`
	Deleted     int            `json:"deleted"`
	Attachments int            `json:"attachments"`
	First       clinic.Instant `json:"first"`
	Last        clinic.Instant `json:"last"`
	At          clinic.Instant `json:"at"`
	// KeptAttachments and KeptWords count the texts that are left alone: the phone
	// service has attachments, or words, that are not here.
	KeptAttachments int `json:"keptAttachments"`
	KeptWords       int `json:"keptWords"`
	// Clinic and Phone are for the paper.
	Clinic string `json:"clinic"`
	Phone  string `json:"phone"`
}
