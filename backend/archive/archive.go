// Package archive keeps the texts: threads, messages, and how far each message
// has come.
//
// What the provider said about a text and what staff did with it are events; the
// tables here are what those events add up to. An empty body never replaces a
// stored one, a state never moves backwards, and a message that arrives late
// takes its place by its own time. Sending is not this package's matter: it
// records what the exchange reports.
package archive

import (
	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/policy"
)

// Codes of this package.
const (
	CodeNoThread   clinic.Code = "archive.no_thread"
	CodeNotWaiting clinic.Code = "archive.not_waiting"
)

// Codes lists the codes of this package.
func Codes() []clinic.Code {
	return []clinic.Code{CodeNoThread, CodeNotWaiting, CodeSearchWords, CodePutBack}
}

// Topics of change: ids are threads.
const (
	TopicInbox  = "inbox"
	TopicThread = "thread"
)

// Way is the direction of a text.
type Way string

// The ways.
const (
	In  Way = "in"
	Out Way = "out"
)

// State is how far a text has come.
type State string

// The states.
const (
	Received  State = "received"
	Waiting   State = "waiting"   // goes as soon as it can
	Later     State = "later"     // waits for an hour at which it may go
	Held      State = "held"      // waited too long for a text to go by itself
	Sending   State = "sending"   // on its way to the provider
	Scheduled State = "scheduled" // the provider has it, and sends it at its time
	Recalling State = "recalling" // the provider was told, or is to be told, not to send it
	Sent      State = "sent"      // the provider has it
	Delivered State = "delivered" // the phone has it
	Failed    State = "failed"    // it did not arrive
	Unsure    State = "unsure"    // the provider's answer was lost
	Ask       State = "ask"       // could not be cleared up: a person decides
	Withdrawn State = "withdrawn" // taken back before it left
	GivenUp   State = "given_up"  // a person let it be; it may have left all the same
)

// rank orders the states after which a provider's word may only move a text
// forward: a late "sent" does not undo "delivered".
func (s State) rank() int {
	switch s {
	case Sent:
		return 1
	case Delivered, Failed:
		return 2
	}
	return 0
}

// Origin says who wrote an outgoing text.
type Origin string

// The origins.
const (
	Here      Origin = ""          // this archive sent it
	Elsewhere Origin = "elsewhere" // another program sent it from our number
	Automatic Origin = "automatic" // the provider answered by itself, as to STOP
	Again     Origin = "again"     // this archive sent it, in a try of a text that went out in another one too
	Trial     Origin = "trial"     // the set-up sent it, to a phone that a person held
)

// Bodies of the events. They are exported for the exchange, which keeps its
// outbox from the same events.
type (
	// Begun is the beginning of a thread.
	Begun struct {
		Thread  clinic.ThreadID  `json:"thread"`
		Number  clinic.NumberID  `json:"number"`
		Patient clinic.PatientID `json:"patient"`
	}
	// Assigned gives a thread with an unknown sender to a patient.
	Assigned struct {
		Thread  clinic.ThreadID  `json:"thread"`
		Patient clinic.PatientID `json:"patient"`
	}
	// Arrived is a text as the provider listed it.
	Arrived struct {
		Message   clinic.MessageID `json:"message"`
		Thread    clinic.ThreadID  `json:"thread"`
		SID       string           `json:"sid"`
		Body      string           `json:"body"`
		At        clinic.Instant   `json:"at"`
		State     State            `json:"state"`
		ErrorCode int              `json:"errorCode"`
		Media     int              `json:"media"`
		Origin    Origin           `json:"origin"`
		// Past says that it was read elsewhere, long before it came here: it does not
		// count as unread. Since version 2.
		Past bool `json:"past,omitempty"`
	}
	// Written is a text that a member of staff wants to send.
	Written struct {
		Message   clinic.MessageID  `json:"message"`
		Thread    clinic.ThreadID   `json:"thread"`
		Body      string            `json:"body"`
		Category  policy.Category   `json:"category"`
		StartedBy policy.StartedBy  `json:"startedBy"`
		Overrides []policy.Override `json:"overrides"`
		// Purpose says for what it leaves without a consent, and Asks which question it
		// asks. Since version 2.
		Purpose policy.Purpose   `json:"purpose,omitempty"`
		Asks    clinic.ConsentID `json:"asks,omitzero"`
		// Again names the text that did not arrive and that a person sends once more by
		// this one. Since version 3.
		Again clinic.MessageID `json:"again,omitzero"`
		// Pictures counts the pictures that go with it, which KindPictured records. Since
		// version 4.
		Pictures int `json:"pictures,omitempty"`
	}
	// Postponed is a text that may not go yet. Until is zero where it waits for
	// the line and not for an hour.
	Postponed struct {
		Message clinic.MessageID `json:"message"`
		Until   clinic.Instant   `json:"until"`
		Reason  clinic.Code      `json:"reason"`
		// AtProvider says that it is to wait with the provider where it may. A program
		// that does not know of it keeps it, and sends it itself. Since version 2.
		AtProvider bool `json:"atProvider,omitempty"`
	}
	// Stopped is a text that will not go by itself: it waited too long, was
	// refused, or was taken back.
	Stopped struct {
		Message      clinic.MessageID `json:"message"`
		Reason       clinic.Code      `json:"reason"`
		ProviderCode int              `json:"providerCode"`
	}
	// Confirmed is a person's decision that a stopped text shall go after all.
	Confirmed struct {
		Message   clinic.MessageID  `json:"message"`
		Overrides []policy.Override `json:"overrides"`
	}
	// Attempt is one try to hand a text over, recorded before the request.
	Attempt struct {
		Message clinic.MessageID `json:"message"`
		Number  int              `json:"number"` // from 1
		Basis   policy.Basis     `json:"basis"`
	}
	// Accepted is the provider's name for a text that it has taken.
	Accepted struct {
		Message  clinic.MessageID `json:"message"`
		SID      string           `json:"sid"`
		State    State            `json:"state"`
		Segments int              `json:"segments"`
		// Until is when the provider sends it, where it is Scheduled. Since version 2.
		Until clinic.Instant `json:"until,omitempty"`
	}
	// Reported is the provider's later word about a text.
	Reported struct {
		Message   clinic.MessageID `json:"message"`
		State     State            `json:"state"`
		ErrorCode int              `json:"errorCode"`
	}
	// Reopened says that the archive goes on from an older copy of itself: what
	// waited in it may have gone out in the time that the copy does not know.
	Reopened struct {
		// Since is when that time began; zero where nobody can tell.
		Since  clinic.Instant `json:"since"`
		Reason clinic.Code    `json:"reason"`
	}
	// Read marks a thread as read up to a position of the log.
	Read struct {
		Thread clinic.ThreadID `json:"thread"`
		UpTo   uint64          `json:"upTo"`
	}
)

// The kinds of events.
var (
	KindBegun     = kind("thread.begun", journal.ClassPatient)
	KindAssigned  = kind("thread.assigned", journal.ClassPatient)
	KindRead      = kind("thread.read", journal.ClassAudit)
	KindArrived   = journal.Kind{Name: "text.arrived", Version: 2, MinReader: 1, Class: journal.ClassMessage}
	KindWritten   = journal.Kind{Name: "text.written", Version: 4, MinReader: 1, Class: journal.ClassMessage}
	KindPostponed = journal.Kind{Name: "text.postponed", Version: 2, MinReader: 1, Class: journal.ClassOutbox}
	KindHeld      = kind("text.held", journal.ClassOutbox)
	KindConfirmed = kind("text.confirmed", journal.ClassOutbox)
	KindWithdrawn = kind("text.withdrawn", journal.ClassOutbox)
	KindAttempt   = kind("text.attempted", journal.ClassOutbox)
	KindAccepted  = journal.Kind{Name: "text.accepted", Version: 2, MinReader: 1, Class: journal.ClassOutbox}
	KindRecall    = kind("text.recall_asked", journal.ClassOutbox)
	KindTooLate   = kind("text.recall_too_late", journal.ClassOutbox)
	KindFailed    = kind("text.failed", journal.ClassOutbox)
	KindUnsure    = kind("text.unsure", journal.ClassOutbox)
	KindAsk       = kind("text.unresolved", journal.ClassOutbox)
	KindGivenUp   = kind("text.given_up", journal.ClassOutbox)
	KindReported  = kind("text.reported", journal.ClassOutbox)
	KindReopened  = kind("texts.reopened", journal.ClassOutbox)
)

func kind(name string, class journal.RecordClass) journal.Kind {
	return journal.Kind{Name: name, Version: 1, MinReader: 1, Class: class}
}
