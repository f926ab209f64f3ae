package desk

import (
	"quietline/backend/archive"
	"quietline/backend/clinic"
)

// InboxView selects threads.
type InboxView string

// The views of the inbox.
const (
	ViewAll     InboxView = "all"
	ViewUnread  InboxView = "unread"
	ViewUnknown InboxView = "unknown"
	ViewWaiting InboxView = "waiting"
)

// Choices implements door.Choice.
func (InboxView) Choices() []string {
	return []string{string(ViewAll), string(ViewUnread), string(ViewUnknown), string(ViewWaiting)}
}

// InboxQuery asks for a page of threads, newest text first. Search narrows by
// patient name or digits of the number.
type InboxQuery struct {
	View   InboxView `json:"view"`
	Search string    `json:"search"`
	After  string    `json:"after"`
	Limit  int       `json:"limit"`
}

// InboxPage is a page of threads; Next is empty on the last.
type InboxPage struct {
	Items  []ThreadRow `json:"items"`
	Next   string      `json:"next"`
	Unread int         `json:"unread"`
}

// Way is the direction of a text.
type Way string

// The ways of a text: from the patient, to the patient.
const (
	In  Way = "in"
	Out Way = "out"
)

// Choices implements door.Choice.
func (Way) Choices() []string { return []string{string(In), string(Out)} }

// ThreadRow is one line of the inbox.
type ThreadRow struct {
	ID clinic.ThreadID `json:"id"`
	// Patient is nil for a number that nobody has been matched to.
	Patient *PatientName `json:"patient"`
	Phone   string       `json:"phone"` // as read aloud
	Snippet string       `json:"snippet"`
	// Media counts what is attached to the newest text.
	Media    int            `json:"media"`
	Way      Way            `json:"way"`
	State    MessageState   `json:"state"` // of the newest text
	At       clinic.Instant `json:"at"`
	Unread   int            `json:"unread"`
	Standing Standing       `json:"standing"`
}

// PatientName is a patient as lists show one.
type PatientName struct {
	ID   clinic.PatientID `json:"id"`
	Name string           `json:"name"`
}

// MessageState is how far a text has come, in words a person understands.
type MessageState string

// The states of a text.
const (
	StateReceived  MessageState = "received"
	StateWaiting   MessageState = "waiting" // goes as soon as it can
	StateLater     MessageState = "later"   // waits for Message.Until
	StateHeld      MessageState = "held"    // waited too long: a person decides
	StateSending   MessageState = "sending"
	StateScheduled MessageState = "scheduled" // the phone service sends it at Message.Until
	StateRecalling MessageState = "recalling" // the phone service is being told not to send it
	StateSent      MessageState = "sent"
	StateDelivered MessageState = "delivered"
	StateFailed    MessageState = "failed"
	StateUnsure    MessageState = "unsure"    // the provider's answer was lost; being checked
	StateAsk       MessageState = "ask"       // could not be checked: a person decides
	StateWithdrawn MessageState = "withdrawn" // taken back before it left
	StateGivenUp   MessageState = "given_up"  // let be by a person; it may have left all the same
)

// Choices implements door.Choice.
func (MessageState) Choices() []string {
	return []string{
		string(StateReceived), string(StateWaiting), string(StateLater), string(StateHeld), string(StateSending), string(StateScheduled), string(StateRecalling),
		string(StateSent), string(StateDelivered), string(StateFailed), string(StateUnsure), string(StateAsk),
		string(StateWithdrawn), string(StateGivenUp),
	}
}

// Message is one text of a thread.
type Message struct {
	ID   clinic.MessageID `json:"id"`
	Way  Way              `json:"way"`
	Body string           `json:"body"`
	// Media counts what is attached; what of it is not in Attachments is still
	// being fetched.
	Media       int          `json:"media"`
	Attachments []Attachment `json:"attachments"`
	// Origin says who sent a text from the clinic's number that nobody here wrote.
	Origin Origin         `json:"origin"`
	At     clinic.Instant `json:"at"`
	Author string         `json:"author"` // staff member's name; empty for the patient
	State  MessageState   `json:"state"`
	Until  clinic.Instant `json:"until"`
	// Failure says why a failed text failed, why one waits or is called off, and of one
	// that left although it was called off, that it did.
	Failure  *Problem `json:"failure"`
	Category Category `json:"category"`
	// SendsAgain says that it sends once more a text that did not arrive, SentAgain that
	// another one sends this one once more.
	SendsAgain bool `json:"sendsAgain"`
	SentAgain  bool `json:"sentAgain"`
	// Incident is the id of that of a text that went to the wrong person; empty for every
	// other.
	Incident string `json:"incident"`
}

// Origin is who sent a text from the clinic's number: this program (empty),
// another one, the provider by itself, this program in another try of a text
// that went out, or the set-up with a trial picture.
type Origin string

// Choices implements door.Choice.
func (Origin) Choices() []string { return []string{"", "elsewhere", "automatic", "again", "trial"} }

// ThreadQuery opens a thread at its newest texts, or around a text. Before or
// After, cursors of a ThreadPage, read on from there. At most one of the three is
// given.
type ThreadQuery struct {
	ID     clinic.ThreadID  `json:"id"`
	Before string           `json:"before"`
	After  string           `json:"after"`
	Around clinic.MessageID `json:"around"`
	Limit  int              `json:"limit"`
}

// ThreadPage is a thread with some of its texts, oldest of them first. Earlier
// and Newer are the cursors for the texts before and after them, empty where
// there are none.
type ThreadPage struct {
	ID      clinic.ThreadID `json:"id"`
	Phone   string          `json:"phone"`
	Patient *PatientCard    `json:"patient"`
	// NotPatient says that somebody has said of an unknown number that it is no patient's.
	NotPatient bool      `json:"notPatient"`
	Messages   []Message `json:"messages"`
	Earlier    string    `json:"earlier"`
	Newer      string    `json:"newer"`
	Unread     int       `json:"unread"`
	Draft      string    `json:"draft"`
	// DraftAgain is the text that did not arrive and that the draft sends once more; zero
	// for none.
	DraftAgain clinic.MessageID `json:"draftAgain"`
	// DraftPicture says that a picture goes with the draft.
	DraftPicture bool `json:"draftPicture"`
	// Pictures says that the clinic sends pictures.
	Pictures bool `json:"pictures"`
	// Waiting are the texts that go later, wherever they wait, the first first.
	Waiting []Message `json:"waiting"`
	// Moves are what was moved out of the thread or into it, the first first.
	Moves []MovedTexts `json:"moves"`
	// Doubts are the questions that were raised here whether the patient still wants
	// texts, open or decided, the first first.
	Doubts []Doubt `json:"doubts"`
	// AsOf is the state that the page shows, for MarkRead.
	AsOf uint64 `json:"asOf"`
}

// MovedTexts is a move of a stranger's texts off a patient's chart.
type MovedTexts struct {
	ID archive.MoveID `json:"id"`
	// Away says that they left this thread; otherwise they came into it.
	Away  bool           `json:"away"`
	Texts int            `json:"texts"`
	First clinic.Instant `json:"first"` // when the first of them was written
	At    clinic.Instant `json:"at"`
	By    string         `json:"by"`
	// BackAt is when they were put back, zero where they were not, and BackBy by whom.
	BackAt clinic.Instant `json:"backAt"`
	BackBy string         `json:"backBy"`
	// Undo says that the caller sees both threads, and may put them back.
	Undo bool `json:"undo"`
}

// MarkNotPatient says of an unknown number that it is no patient's, or that nobody knows
// after all.
type MarkNotPatient struct {
	ID  clinic.ThreadID `json:"id"`
	Not bool            `json:"not"`
}

// MoveRef names a move.
type MoveRef struct {
	ID archive.MoveID `json:"id"`
}

// MarkRead notes that a thread was read as it stood in a ThreadPage.
type MarkRead struct {
	ID   clinic.ThreadID `json:"id"`
	AsOf uint64          `json:"asOf"`
}

// SaveDraft keeps the words of an unsent text, sealed on this device; empty forgets them.
// The picture of the draft stays.
type SaveDraft struct {
	ID   clinic.ThreadID `json:"id"`
	Body string          `json:"body"`
	// Again is as in SendText.
	Again clinic.MessageID `json:"again"`
}

// Category is what a text is about; a consent names the categories it covers.
type Category string

// Choices implements door.Choice.
func (Category) Choices() []string {
	return []string{"scheduling", "reminders", "medication", "check_ins", "education", "results", "billing", "other"}
}

// Answer is the composer's answer.
type Answer string

// The composer's answers.
const (
	AnswerGo      Answer = "go"
	AnswerWait    Answer = "wait"
	AnswerConfirm Answer = "confirm"
	AnswerNo      Answer = "no"
)

// Choices implements door.Choice.
func (Answer) Choices() []string {
	return []string{string(AnswerGo), string(AnswerWait), string(AnswerConfirm), string(AnswerNo)}
}

// Reason is one reason of an answer: the sentence is chosen by Code, the rule's
// source by Source, the next step by Next.
type Reason struct {
	Code   clinic.Code   `json:"code"`
	Params clinic.Params `json:"params"`
	Source string        `json:"source"`
	Next   clinic.Code   `json:"next"`
}

// CheckText asks whether a text may go now, or at SendAt where that is not zero.
type CheckText struct {
	ID       clinic.ThreadID `json:"id"`
	Body     string          `json:"body"`
	Category Category        `json:"category"`
	SendAt   clinic.Instant  `json:"sendAt"` // whole seconds
	// AtProvider leaves it with the phone service until then, which sends it even if no
	// computer of the clinic is on. Only reminders may be left there, and for three days
	// at most.
	AtProvider bool `json:"atProvider"`
	// Picture says that the picture of the caller's draft goes with it.
	Picture bool `json:"picture"`
}

// Size is how a text is billed and how much still fits.
type Size struct {
	Characters int  `json:"characters"`
	Segments   int  `json:"segments"`
	Left       int  `json:"left"` // until the next segment begins
	Unicode    bool `json:"unicode"`
	TooLong    bool `json:"tooLong"`
}

// CheckedText is the answer while typing. The first reason is the one to show.
type CheckedText struct {
	Answer  Answer         `json:"answer"`
	Until   clinic.Instant `json:"until"`
	Reasons []Reason       `json:"reasons"`
	Size    Size           `json:"size"`
	// IsReply says that this counts as an answer to the patient's own text.
	IsReply bool `json:"isReply"`
	// First says that nothing ever went to this number or came from it.
	First bool `json:"first"`
	// Told is what the words tell, in their order, whether it stands in the way or not.
	Told []Told `json:"told"`
	// Lift says that the caller may let it go beyond the clinic's own limits, with a reason.
	Lift bool `json:"lift"`
}

// Told is a part of a text that tells something about a person.
type Told struct {
	Kind  clinic.Code `json:"kind"` // one of package phi's
	Words string      `json:"words"`
	// Asks says that somebody has to read it again, Stops that it cannot go so.
	Asks  bool `json:"asks"`
	Stops bool `json:"stops"`
}

// SendText sends a text. Key is made by the screen once for each press of the
// button: the same key twice is one text. Confirmed answers AnswerConfirm. The draft is
// forgotten once it is on record, and its picture where that went with it.
type SendText struct {
	ID        clinic.ThreadID  `json:"id"`
	Key       clinic.MessageID `json:"key"`
	Body      string           `json:"body"`
	Category  Category         `json:"category"`
	Confirmed bool             `json:"confirmed"`
	// SendAt, AtProvider and Picture are as in CheckText.
	SendAt     clinic.Instant `json:"sendAt"`
	AtProvider bool           `json:"atProvider"`
	Picture    bool           `json:"picture"`
	// Again is the text that did not arrive and that this one sends once more; zero for
	// none.
	Again clinic.MessageID `json:"again"`
}

// LiftText sends a text now, beyond the clinic's own hours and caps, for Reason. What a
// person may confirm is confirmed with it.
type LiftText struct {
	ID       clinic.ThreadID  `json:"id"`
	Key      clinic.MessageID `json:"key"`
	Body     string           `json:"body"`
	Category Category         `json:"category"`
	// Again and Picture are as in SendText.
	Again   clinic.MessageID `json:"again"`
	Picture bool             `json:"picture"`
	Reason  string           `json:"reason"`
}

// SentText is the text as it stands after SendText.
type SentText struct {
	Message Message `json:"message"`
}

// MessageRef names a text.
type MessageRef struct {
	ID clinic.MessageID `json:"id"`
}

// Resolve is a person's decision about a text that waits for one (StateHeld,
// StateAsk) or has not left yet: send it now, or take it back.
type Resolve struct {
	ID   clinic.MessageID `json:"id"`
	Send bool             `json:"send"`
}

// Why answers "Why was this sent?".
type Why struct {
	Message Message `json:"message"`
	// Kind is consent, reply or confirmed; lifted where somebody let it go beyond the
	// clinic's own limits, for Reason; request for a text that asks for a consent,
	// first_text for ready words to who texted first.
	Kind      string         `json:"kind"`
	DecidedAt clinic.Instant `json:"decidedAt"`
	By        string         `json:"by"`
	Form      string         `json:"form"`
	SignedOn  clinic.Date    `json:"signedOn"`
	Category  Category       `json:"category"`
	InReplyAt clinic.Instant `json:"inReplyAt"`
	Attempts  int            `json:"attempts"`
	Reason    string         `json:"reason"`
}
