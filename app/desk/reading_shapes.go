package desk

import (
	"quietline/backend/clinic"
	"quietline/backend/exchange"
)

// HistoryStage is how far the reading of earlier texts has come.
type HistoryStage string

// Choices implements door.Choice.
func (HistoryStage) Choices() []string {
	return []string{"none", string(exchange.HistoryGoing), string(exchange.HistoryPaused), string(exchange.HistoryWhole)}
}

// ReadingWork is what is being read at the phone service.
type ReadingWork string

// The kinds of reading.
const (
	ReadingNone    ReadingWork = "none"
	ReadingHistory ReadingWork = "history" // earlier texts are brought in
	ReadingCompare ReadingWork = "compare" // the whole list is held against the records
)

// Choices implements door.Choice.
func (ReadingWork) Choices() []string {
	return []string{string(ReadingNone), string(ReadingHistory), string(ReadingCompare)}
}

// Hole is a day of which not every listed text is here.
type Hole struct {
	Day     clinic.Date `json:"day"` // UTC, as the phone service counts
	Listed  int         `json:"listed"`
	Missing int         `json:"missing"`
}

// OtherSender is what is known of somebody else who texts from the clinic's
// number.
type OtherSender struct {
	Texts int            `json:"texts"`
	First clinic.Instant `json:"first"`
	Last  clinic.Instant `json:"last"`
	// Thread is where the last of them went; zero where the caller may not see it.
	Thread clinic.ThreadID `json:"thread"`
}

// LineReading is how the records stand against what the phone service lists. Who
// may not change the settings sees no counts but that of an alarm: Texts, Listed,
// Kept, Brought, Aside, Missing and Done are zero, and Holes is empty.
type LineReading struct {
	// History says whether all earlier texts are here. Texts of them were brought in,
	// back to BackTo.
	History HistoryStage   `json:"history"`
	Texts   int            `json:"texts"`
	BackTo  clinic.Instant `json:"backTo"`
	// Holds says that no text leaves before the earlier ones are here.
	Holds bool `json:"holds"`
	// ReadUpTo is until when every text is here; Compared when all that is listed was
	// last held against the records. Zero for never.
	ReadUpTo clinic.Instant `json:"readUpTo"`
	Compared clinic.Instant `json:"compared"`
	// Listed is what was listed then, Kept what of it is here. Brought came in only
	// by comparing, Aside have nobody who could be answered, Missing are not here.
	Listed  int `json:"listed"`
	Kept    int `json:"kept"`
	Brought int `json:"brought"`
	Aside   int `json:"aside"`
	Missing int `json:"missing"`
	// Holes are the days with something missing, newest first.
	Holes []Hole `json:"holes"`
	// Alarm is why somebody should look.
	Alarm *Problem `json:"alarm"`
	// Sender is somebody else who sends from the clinic's number.
	Sender *OtherSender `json:"sender"`
	// Work is what is being read now, Done how many texts were looked at.
	Work ReadingWork `json:"work"`
	Done int         `json:"done"`
	// Failed is why the last comparison or reading of earlier texts broke off.
	Failed *Problem `json:"failed"`
	// Clinic and Phone are for the paper.
	Clinic string `json:"clinic"`
	Phone  string `json:"phone"`
}

// PauseHistory lets the reading of earlier texts rest, or go on.
type PauseHistory struct {
	Paused bool `json:"paused"`
}

// SettleSender says that a person knows who sent the texts up to OtherSender.Last,
// and that it has come to an end.
type SettleSender struct {
	UpTo clinic.Instant `json:"upTo"`
}

// HeldText is a text that a person decides about.
type HeldText struct {
	Message Message         `json:"message"`
	Thread  clinic.ThreadID `json:"thread"`
	Patient *PatientName    `json:"patient"`
	Phone   string          `json:"phone"`
}

// HeldTexts are the texts that a person decides about, the oldest first: those
// that waited too long to go by themselves, and those of which nobody knows
// whether they left. More says that there are others.
type HeldTexts struct {
	Items []HeldText `json:"items"`
	More  bool       `json:"more"`
}

// ResolveAll is a person's decision about some of them.
type ResolveAll struct {
	Send  []clinic.MessageID `json:"send"`
	Leave []clinic.MessageID `json:"leave"`
}

// ResolvedAll is what became of a ResolveAll. Refused are texts that may not go any
// more; they are left as they were.
type ResolvedAll struct {
	Sent    int       `json:"sent"`
	Left    int       `json:"left"`
	Refused int       `json:"refused"`
	Rest    HeldTexts `json:"rest"`
}
