package desk

import "quietline/backend/clinic"

// SearchWay is a direction, or empty for both.
type SearchWay string

// Choices implements door.Choice.
func (SearchWay) Choices() []string { return []string{"", string(In), string(Out)} }

// SearchState keeps the texts of conversations in a state, or empty for all.
type SearchState string

// The states of conversations that a search can be narrowed to.
const (
	SearchUnread  SearchState = "unread"
	SearchUnknown SearchState = "unknown"
	SearchWaiting SearchState = "waiting"
)

// Choices implements door.Choice.
func (SearchState) Choices() []string {
	return []string{"", string(SearchUnread), string(SearchUnknown), string(SearchWaiting)}
}

// SearchQuery looks for people and texts. An empty id, date, way or state narrows
// nothing; the words may be empty where anything else narrows.
type SearchQuery struct {
	Words   string           `json:"words"`
	Patient clinic.PatientID `json:"patient"`
	// Author is a member of staff.
	Author clinic.StaffID `json:"author"`
	Way    SearchWay      `json:"way"`
	// From and To are the first and the last day, in the clinic's time zone.
	From        clinic.Date `json:"from"`
	To          clinic.Date `json:"to"`
	Attachments bool        `json:"attachments"`
	State       SearchState `json:"state"`
	// Best puts the best first instead of the newest.
	Best bool `json:"best"`
	// Inside also finds words in the middle of others.
	Inside bool `json:"inside"`
	// Run is made by the screen once for each time that somebody begins to search.
	// Within a run a record is written for whom it shows for the first time.
	Run   string `json:"run"`
	After string `json:"after"`
	Limit int    `json:"limit"`
}

// SearchPage is a page of what was found. Next is empty on the last; a page may
// be empty and not be the last.
type SearchPage struct {
	// People are the first conversations by name or number, on a first page whose
	// search is not narrowed.
	People     []ThreadRow `json:"people"`
	MorePeople bool        `json:"morePeople"`
	Items      []FoundText `json:"items"`
	Next       string      `json:"next"`
	// Inside says that words were also found in the middle of others.
	Inside bool `json:"inside"`
	// BackTo is the time down to which texts were looked through, empty where all
	// were.
	BackTo clinic.Instant `json:"backTo"`
	// Behind says that the search is still being made, so that texts may be missing.
	Behind bool `json:"behind"`
}

// FoundText is a text that was found.
type FoundText struct {
	Message clinic.MessageID `json:"message"`
	Thread  clinic.ThreadID  `json:"thread"`
	Patient *PatientName     `json:"patient"`
	Phone   string           `json:"phone"`
	Way     Way              `json:"way"`
	Author  string           `json:"author"` // staff member's name; empty for the patient
	At      clinic.Instant   `json:"at"`
	Media   int              `json:"media"`
	Snippet string           `json:"snippet"`
	Marks   []Mark           `json:"marks"`
}

// Mark is a hit in a snippet: from its first to before its last UTF-16 code unit,
// as a screen counts them.
type Mark struct {
	From int `json:"from"`
	To   int `json:"to"`
}
