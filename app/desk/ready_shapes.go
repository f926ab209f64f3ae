package desk

import "quietline/backend/clinic"

// ThreadRef names a thread.
type ThreadRef struct {
	ID clinic.ThreadID `json:"id"`
}

// FirstAnswers are the ready words that may answer, now, a patient who texted first and
// has agreed to nothing; none where another text is called for.
type FirstAnswers struct {
	Items []FirstAnswer `json:"items"`
	// Instead says what is called for where there would be some otherwise.
	Instead FirstInstead `json:"instead"`
}

// FirstInstead is what is called for in the place of ready words: "verify" is the code
// that shows whose number it is, "enough" that nothing more goes for now.
type FirstInstead string

// Choices implements door.Choice.
func (FirstInstead) Choices() []string { return []string{"", "verify", "enough"} }

// FirstAnswer is ready words as they would leave.
type FirstAnswer struct {
	Version  string       `json:"version"`
	Language LanguageName `json:"language"`
	Words    string       `json:"words"`
	// Draft says that nobody has recorded that they were read.
	Draft bool `json:"draft"`
}

// SendFirst sends ready words in a thread. Key names the text and is made by whoever
// presses the button: the same key twice is one text.
type SendFirst struct {
	ID      clinic.ThreadID  `json:"id"`
	Key     clinic.MessageID `json:"key"`
	Version string           `json:"version"`
}

// ReadyUse is what ready words are for.
type ReadyUse string

// Choices implements door.Choice.
func (ReadyUse) Choices() []string { return []string{"text", "thanks", "first"} }

// ReadyRow is words that are ready. Words are as they would leave; empty where the
// clinic has no phone that they could name. Text has the places of name and phone.
type ReadyRow struct {
	Form  FormRow  `json:"form"`
	Use   ReadyUse `json:"use"`
	Text  string   `json:"text"`
	Words string   `json:"words"`
}

// ReadyWords are the texts that the program has ready. Longest is how many characters
// one may have that goes to somebody who has agreed to nothing.
type ReadyWords struct {
	Items   []ReadyRow `json:"items"`
	Longest int        `json:"longest"`
}

// SaveWords are words of the clinic's own for patients who text first, in the place of
// the version that they replace, or beside the others where that is empty.
type SaveWords struct {
	Language LanguageName `json:"language"`
	Text     string       `json:"text"`
	Replaces string       `json:"replaces"`
}
