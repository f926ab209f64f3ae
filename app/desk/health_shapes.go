package desk

import (
	"quietline/backend/checks"
	"quietline/backend/clinic"
	"quietline/backend/salvage"
)

// Found is what was found where a clinic does not open although the passphrase
// was right.
type Found string

// What can be found.
const (
	// FoundOlder: the records end before what was noted of them.
	FoundOlder Found = "older"
	// FoundOther: the records went another way than what was noted of them.
	FoundOther Found = "other"
	// FoundOlderKeys: the records are whole, and vault.json is an older one.
	FoundOlderKeys Found = "older_keys"
	// FoundDamage: the records cannot all be read.
	FoundDamage Found = "damage"
	// FoundMoving: the file is being made in which the clinic goes to another computer.
	FoundMoving Found = "moving"
	// FoundMoved: the clinic was handed over to another computer.
	FoundMoved Found = "moved"
)

// Choices implements door.Choice.
func (Found) Choices() []string {
	return []string{string(FoundOlder), string(FoundOther), string(FoundOlderKeys), string(FoundDamage), string(FoundMoving), string(FoundMoved)}
}

// Finding is why a clinic does not open, and what can be done about it.
type Finding struct {
	Found Found `json:"found"`
	// Problem says more about damage.
	Problem *Problem `json:"problem"`
	// MissingFrom and MissingUntil bound what is not in this copy; zero where
	// nobody can tell.
	MissingFrom  clinic.Instant `json:"missingFrom"`
	MissingUntil clinic.Instant `json:"missingUntil"`
	// CanGoOn says that the clinic can be worked with as it is; NeedsSheet that
	// the recovery sheet is needed for it.
	CanGoOn    bool `json:"canGoOn"`
	NeedsSheet bool `json:"needsSheet"`
	// CanExport says that something can still be read and saved.
	CanExport bool `json:"canExport"`
	// Opens says that the clinic was closed for this, and opens at the next sign-in.
	Opens bool `json:"opens"`
	// Suggested is a folder for what is saved.
	Suggested string `json:"suggested"`
	// Deciders are the people who may decide.
	Deciders []string `json:"deciders"`
	// Move says more about a move.
	Move *MoveNews `json:"move"`
}

// GoOn goes on from an older copy.
type GoOn struct {
	// Words are those of the recovery sheet, where Finding.NeedsSheet says so.
	Words string `json:"words"`
}

// Export saves what can still be read, readable for anyone, in a folder.
type Export struct {
	Folder string `json:"folder"`
	// Unnoted says that the person knows that it will leave no record on this
	// computer, and wants it all the same.
	Unnoted bool `json:"unnoted"`
}

// Gap is a time of which something cannot be read. Until is zero where it goes
// to the end, From where it begins at the beginning.
type Gap struct {
	From   clinic.Instant `json:"from"`
	Until  clinic.Instant `json:"until"`
	Events uint64         `json:"events"`
}

// Exported says what was saved and what could not be read.
type Exported struct {
	// Folder is what was made.
	Folder   string `json:"folder"`
	Patients int    `json:"patients"`
	Texts    int    `json:"texts"`
	Consents int    `json:"consents"`
	// Unreadable counts what could not be read, Gaps say when it was.
	Unreadable uint64 `json:"unreadable"`
	Gaps       []Gap  `json:"gaps"`
	// Uncertain counts what could be read and whose place cannot be proven.
	Uncertain uint64 `json:"uncertain"`
	// Attachments counts those that were copied, LostAttachments those that could
	// not be; LostAt says of which times their texts are, the first of them. Scans and
	// LostScans count the scans of papers likewise.
	Attachments     int              `json:"attachments"`
	LostAttachments int              `json:"lostAttachments"`
	LostAt          []clinic.Instant `json:"lostAt"`
	Scans           int              `json:"scans"`
	LostScans       int              `json:"lostScans"`
	// Recorded says that a note of it is kept here until the records can take it.
	// Otherwise nothing but paper knows of it.
	Recorded bool `json:"recorded"`
}

// ExportStage is what is done while damaged records are saved.
type ExportStage string

// Choices implements door.Choice.
func (ExportStage) Choices() []string {
	return []string{"none", string(salvage.Reading), string(salvage.Attachments), string(salvage.Writing)}
}

// Exporting says how far the saving of damaged records has come. Total is zero
// where it is not known.
type Exporting struct {
	Stage ExportStage `json:"stage"`
	Done  uint64      `json:"done"`
	Total uint64      `json:"total"`
}

// CheckOutcome is what a check of all records came to.
type CheckOutcome string

// Choices implements door.Choice.
func (CheckOutcome) Choices() []string {
	return []string{"none", string(checks.Good), string(checks.ListsDiffer), string(checks.RecordsDamaged)}
}

// CheckPart is a part of a check.
type CheckPart string

// Choices implements door.Choice.
func (CheckPart) Choices() []string {
	return []string{"none", string(checks.Files), string(checks.Records), string(checks.Lists), string(checks.Attachments)}
}

// Work is what goes on with the records.
type Work string

// The kinds of work.
const (
	WorkNone    Work = "none"
	WorkCheck   Work = "check"
	WorkRebuild Work = "rebuild"
)

// Choices implements door.Choice.
func (Work) Choices() []string {
	return []string{string(WorkNone), string(WorkCheck), string(WorkRebuild)}
}

// Faulty is a fault in one part of the records.
type Faulty struct {
	Part CheckPart   `json:"part"`
	Code clinic.Code `json:"code"`
}

// WentOn says when somebody went on with an older copy.
type WentOn struct {
	At    clinic.Instant `json:"at"`
	From  clinic.Instant `json:"from"`
	Until clinic.Instant `json:"until"`
}

// Health is how the clinic's records are.
type Health struct {
	// Checked is when all of them were last checked; zero for never.
	Checked clinic.Instant `json:"checked"`
	Outcome CheckOutcome   `json:"outcome"`
	Faults  []Faulty       `json:"faults"`
	// Next is when they are checked next; Overdue says that it should have been
	// done.
	Next    clinic.Instant `json:"next"`
	Overdue bool           `json:"overdue"`
	// Work is what goes on now, Part what of the records is looked at, Done and
	// Total how far that has come; Total is zero where it is not known.
	Work  Work      `json:"work"`
	Part  CheckPart `json:"part"`
	Done  int       `json:"done"`
	Total int       `json:"total"`
	// Problem is why the last check or rebuild could not be finished.
	Problem *Problem `json:"problem"`
	// Search is how far the search is being made, behind the lists; nil where it finds
	// all there is.
	Search *Progress `json:"search"`
	// Remade says that lists and search were made anew when the clinic was opened.
	Remade bool `json:"remade"`
	// Unopened is how many things that happened while the clinic was locked cannot be
	// read. They are kept.
	Unopened int     `json:"unopened"`
	WentOn   *WentOn `json:"wentOn"`
	// LostAttachments counts those, of texts that the caller may see, and those scans of
	// papers, of patients in sight, whose files are known to be missing or damaged.
	LostAttachments int `json:"lostAttachments"`
	// Exported is when what was left of damaged records was last saved where
	// anyone can read it; zero for never.
	Exported clinic.Instant `json:"exported"`
}

// LostAttachments are scans of papers and attachments whose files are missing or
// damaged, those of the newest texts first. More counts the ones that are not listed.
type LostAttachments struct {
	Items []LostAttachment `json:"items"`
	More  int              `json:"more"`
}

// LostAttachment is one of them: of which text, in which conversation, of when,
// and what is wrong with it. A scan of a paper has its patient, and no text.
type LostAttachment struct {
	ID      clinic.AttachmentID `json:"id"`
	Kind    AttachmentKind      `json:"kind"`
	Thread  clinic.ThreadID     `json:"thread"`
	Text    clinic.MessageID    `json:"text"`
	Patient clinic.PatientID    `json:"patient"`
	At      clinic.Instant      `json:"at"`
	Problem *Problem            `json:"problem"`
}
