// Package provider is the contract with the company that carries the clinic's
// texts: what can be asked of it, what an answer means, and above all what is
// known after a send that went wrong.
//
// The package holds words and rules only; adapters live in folders named after
// the company (twilio), and every adapter passes the suite in providertest. It
// speaks of one account, of plain texts ([SMS]) and of what comes attached to them
// ([Media]); sending a picture ([Pictures]), leaving texts with the provider until their
// time ([Scheduler]) and taking them out of its records ([Purger]) are capabilities of
// their own.
//
// It guarantees that no error of an implementation carries a number, a text, an
// address or a key, and that an error of Send always says whether the text can
// still go out (see [OutcomeOf]).
package provider

import (
	"context"
	"log/slog"
	"time"

	"quietline/backend/clinic"
)

// SMS is one account at a provider. Implementations are safe for concurrent
// use, keep no state between calls that a restart would lose, and return as
// soon as the context ends. They start no work that outlives a call.
type SMS interface {
	// List returns one page of the account's messages, newest first; the empty
	// cursor asks for the first page, and an empty Next says that there is no
	// further one. The same query goes with each cursor of a walk.
	//
	// The provider promises little, and callers rely on no more: a message may
	// appear late by hours, twice, out of order, or move between pages during a
	// walk, and a page may hold messages older than Query.Since. A cursor can go
	// stale (CodeStalePage): the walk starts again. Every error may be retried,
	// CodeUnauthorised once the account has been put in order.
	List(ctx context.Context, q Query, from Cursor) (Page, error)

	// Fetch returns one message as it stands now, or clinic.CodeNotFound. May be
	// retried.
	Fetch(ctx context.Context, sid SID) (Message, error)

	// Send hands one text over, exactly as given: Body is neither trimmed nor
	// normalised, so that it can be found again by comparison. A nil error means
	// that the provider took it and named it; it is then usually queued.
	//
	// Send tries once. There is no key by which a provider recognises a repeated
	// request, so that only an error whose [OutcomeOf] is NotSent may be followed
	// by another attempt; after Unknown the text is looked for with List, and a
	// person decides where it is not found.
	Send(ctx context.Context, text Outgoing) (Message, error)

	// Check proves that the credentials can read messages and that the account
	// owns a number, and returns what setting up has to know of it.
	// CodeNoSuchNumber says that the account does not own it. May be retried.
	Check(ctx context.Context, number clinic.Phone) (Facts, error)
}

// SID names a message at the provider, for ever. With the account's name it is
// the key under which a message is stored once however often it is listed.
type SID string

// Account names an account at the provider.
type Account string

// Cursor is an opaque place in a walk over pages. It is worth nothing after the
// walk.
type Cursor string

// Address is one end of a message as the provider writes it: an E.164 number
// most of the time, else a short code, a sender's name or a masked number. It
// is patient data and logs itself as "[address]".
type Address string

// Phone returns the address as a number, and false where it is none.
func (a Address) Phone() (clinic.Phone, bool) {
	p := clinic.Phone(a)
	return p, p.Valid()
}

// LogValue implements [slog.LogValuer] and hides the address.
func (a Address) LogValue() slog.Value { return slog.StringValue("[address]") }

// Direction is who wrote a message.
type Direction string

// The two directions. Replies that the provider makes by itself are Outbound.
const (
	Inbound  Direction = "inbound"
	Outbound Direction = "outbound"
)

// Message is one text as the provider sees it at the time of the answer.
// Instants that the provider left out are zero; it counts whole seconds.
type Message struct {
	SID       SID
	Account   Account
	From, To  Address
	Body      string // empty where it was redacted: never overwrites a stored one
	Direction Direction
	// Reply says that an Outbound message was made at the provider in answer to
	// an inbound one: its own confirmation of STOP, or another program's doing.
	Reply     bool
	Status    Status
	ErrorCode int // the provider's own number, 0 for none; to show, not to decide by
	Segments  int
	NumMedia  int
	Cost      Money // what is billed for it, once that is known
	Created   clinic.Instant
	Sent      clinic.Instant
	Updated   clinic.Instant
}

// LogValue implements [slog.LogValuer]: the state, and nothing of the content.
func (m Message) LogValue() slog.Value {
	return slog.GroupValue(slog.String("direction", string(m.Direction)), slog.String("status", string(m.Status)))
}

// Query narrows a list. Zero fields do not.
type Query struct {
	// Since leaves out what was sent on an earlier day. Providers count in whole
	// UTC days, and may leave out messages that are not sent yet: whoever looks
	// for one of those leaves it zero.
	Since clinic.Instant
	// From and To are exact numbers.
	From, To clinic.Phone
	// PageSize is 1 to MaxPageSize; zero is DefaultPageSize.
	PageSize int
}

// Page sizes of Query.
const (
	DefaultPageSize = 100
	MaxPageSize     = 1000
)

// Page is one answer to List.
type Page struct {
	Messages []Message
	Next     Cursor
	// ServerTime is the provider's clock when it answered, zero where it did not
	// say. What was created up to then may still be missing.
	ServerTime clinic.Instant
}

// Outgoing is a text to be sent. Check it, and store it, before it is handed
// over.
type Outgoing struct {
	From, To clinic.Phone
	// Body is 1 to MaxBody characters, as Normalize returns them.
	Body string
	// Picture goes with the words where it is not nil; it was lent for this very text.
	// The text is then Scheduled by nobody: its address would not last.
	Picture *Loan
	// ValidFor bounds how long the provider may hold the text back before it
	// gives up: whole seconds, MinValidFor to MaxValidFor, zero for the
	// provider's own limit.
	ValidFor time.Duration
}

// Limits of Outgoing.
const (
	MinValidFor = time.Second
	MaxValidFor = 10 * time.Hour
)

// LogValue implements [slog.LogValuer] and hides both numbers and the text.
func (Outgoing) LogValue() slog.Value { return slog.StringValue("[text]") }

// Check reports what no provider would accept, before anything is stored or
// sent. Its errors are all NotSent.
func (o Outgoing) Check() error {
	switch {
	case !o.From.Valid():
		return clinic.E(CodeBadSender)
	case !o.To.Valid():
		return clinic.E(CodeBadRecipient)
	case o.Body == "":
		return clinic.E(CodeEmptyText)
	case Length(o.Body) > MaxBody:
		return clinic.E(CodeTooLong).With("limit", MaxBody).With("length", Length(o.Body))
	case o.Picture != nil && (o.Picture.SID == "" || o.Picture.Address == ""):
		return clinic.E(clinic.CodeBadInput).With("field", "picture")
	case o.ValidFor != 0 && (o.ValidFor < MinValidFor || o.ValidFor > MaxValidFor || o.ValidFor%time.Second != 0):
		return clinic.E(clinic.CodeBadInput).With("field", "valid_for")
	}
	return nil
}

// Facts is what Check found.
type Facts struct {
	Account Account
	Number  clinic.Phone
	SMS     bool // the number can carry texts
	MMS     bool // and pictures
	// Forwarded says that the number hands incoming texts to another program as
	// well, which may answer them.
	Forwarded bool
	// ServerTime is the provider's clock, by which a wrong clock here is noticed.
	ServerTime clinic.Instant
}
