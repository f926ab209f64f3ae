package desk

import "quietline/backend/clinic"

// PicturesState is whether the clinic can send pictures.
type PicturesState string

// The states.
const (
	PicturesOff    PicturesState = "off"
	PicturesUnable PicturesState = "unable" // the number carries none
	PicturesAsked  PicturesState = "asked"  // a trial picture is on its way
	PicturesOn     PicturesState = "on"
)

// Choices implements door.Choice.
func (PicturesState) Choices() []string {
	return named([]PicturesState{PicturesOff, PicturesUnable, PicturesAsked, PicturesOn})
}

// TryPictures sends a trial picture to a phone that somebody holds. Agreed is her word
// that the clinic's agreement with the provider covers its store of pictures.
type TryPictures struct {
	Phone  string `json:"phone"`
	Agreed bool   `json:"agreed"`
}

// ConfirmPictures brings the digits that the trial picture shows on the phone.
type ConfirmPictures struct {
	Code string `json:"code"`
}

// Pictures is how far the set-up of pictures has come. What the trial picture shows is in
// no answer: it is to be read on the phone.
type Pictures struct {
	State PicturesState `json:"state"`
	// Phone is where the trial picture went, AskedAt when; Left is how many wrong numbers
	// may still be typed.
	Phone   string         `json:"phone"`
	AskedAt clinic.Instant `json:"askedAt"`
	Left    int            `json:"left"`
	// ProvenAt is when somebody saw it arrive, By who; empty for not yet.
	ProvenAt clinic.Instant `json:"provenAt"`
	By       string         `json:"by"`
	// Problem says what stands in the way, or why the provider could not be asked; nil for
	// nothing.
	Problem *Problem `json:"problem"`
}
