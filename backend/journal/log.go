package journal

import (
	"context"
	"crypto/ed25519"

	"quietline/backend/clinic"
)

// Pos is a position in the log. Seq counts the events of the clinic from 1
// without gaps and goes on through every incarnation; Incarnation counts, from
// 1, how often the log was restored from a copy. The zero Pos lies before the
// first event.
type Pos struct {
	Incarnation uint32 `json:"incarnation"`
	Seq         uint64 `json:"seq"`
}

// IsZero reports whether p lies before the first event.
func (p Pos) IsZero() bool { return p == Pos{} }

// Before reports whether p lies before q in one log.
func (p Pos) Before(q Pos) bool { return p.Seq < q.Seq }

// Hash is a link of the chain: SHA-256 over an entry and the link before it.
type Hash [32]byte

// Subject names something that only one event may ever claim, such as the
// sending of one text. It is an HMAC under the naming key ([Namer.Subject]), so
// the ordering layer learns only that two events claim the same. The zero
// Subject claims nothing.
type Subject [16]byte

// IsZero reports whether s claims nothing.
func (s Subject) IsZero() bool { return s == Subject{} }

// Limits of what is appended at once, so that a batch fits one message of an
// ordering service and a reader can hold it in memory.
const (
	MaxBatchEvents = 1000
	MaxBatchBytes  = 4 << 20
	MaxHeaderBytes = 1 << 10
	MaxBodyBytes   = 256 << 10
)

// Sealed is an event as the ordering layer sees it.
type Sealed struct {
	ID        clinic.EventID
	Exclusive Subject
	Header    []byte
	// Body is empty for an event without content.
	Body []byte
}

// Seal is a seat's signature over a batch: Ed25519 over the link of the batch's
// last event, its position and the number of its events. It stands on that last
// event.
type Seal struct {
	Seat      clinic.SeatID
	Count     uint32
	Signature [ed25519.SignatureSize]byte
}

// Batch is what is appended at once: events decided at the head Parent.
type Batch struct {
	Parent Head
	// Incarnation of the batch's events: that of Parent, or one more where the
	// batch is the first since a restore; 1 for the first batch of all.
	Incarnation uint32
	Events      []Sealed
	Seal        Seal
}

// End returns the head that the log has once the batch is appended.
func (b Batch) End() Head {
	h := b.Parent
	for i := range b.Events {
		h = Link(h, b.Incarnation, b.Events[i])
	}
	return h
}

// Entry is an event in the log.
type Entry struct {
	Pos
	Sealed
	Chain Hash
	// Seal is set on the last event of a batch.
	Seal *Seal
}

// Head is a position and the link of the chain there. The zero Head is that of
// an empty log.
type Head struct {
	Pos
	Chain Hash
}

// EventLog orders the events of one clinic. It sees ciphertext only. A log is
// safe for concurrent use, also from several seats. The suite journaltest.Run
// holds every implementation to this contract.
type EventLog interface {
	// Append adds a batch, all or nothing, and returns the position of its last
	// event once the batch is durable.
	//
	// Where every event of the batch is in the log already, by id, it changes
	// nothing and returns the position of the batch's last event there: after an
	// error that leaves the outcome open, appending the same batch again is safe.
	// Where the log's head is not the batch's Parent, where only some of the
	// events are there, or where an exclusive subject is taken, it appends nothing
	// and returns ErrConflict: read on to the head and decide again. A batch
	// beyond the limits is refused with CodeTooLarge; one of the wrong incarnation
	// or without its seat's signature with CodeBadEvent, one of an unknown seat
	// with CodeUnknownSeat: readers would stop at it for ever.
	Append(ctx context.Context, b Batch) (Pos, error)

	// Tail hands every entry after from to fn, in order and without gaps, up to
	// the head at the time of the call or later, and returns. It hands out an
	// entry only after it has verified the chain up to it and the signature of
	// its batch. An error of fn ends it and is returned as it is.
	//
	// ErrGap: entries are missing. ErrTruncated: the log ends before from, or
	// inside a batch. ErrForked: the log has another incarnation at from, or its
	// chain or a signature does not fit. ErrDamaged: an entry is not readable.
	Tail(ctx context.Context, from Pos, fn func(Entry) error) error

	// Verify returns nil where the log holds at pos exactly this link. ErrForked:
	// it holds another; ErrTruncated: it ends before pos. The zero Pos verifies
	// with the zero Hash.
	Verify(ctx context.Context, pos Pos, chain Hash) error

	// Head returns the last position and its link.
	Head(ctx context.Context) (Head, error)
}
