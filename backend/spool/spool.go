// Package spool keeps what happens while the clinic is locked: texts that come
// in, attempts to sign in that failed, the lock itself, and what could not be
// recorded because the records are damaged, until somebody signs in and it is read
// into them.
//
// Whoever writes holds no key that opens anything. An entry is sealed to a public
// key of the clinic ([Seal]); the private half is under the data key, so that only
// a sign-in opens what was written. A mark made with a key that both sides hold
// tells an entry of ours from one that somebody put there.
//
// Guarantees: an entry is durable before [Writer.Append] returns, or is not there;
// entries keep their order; the same fact is written once by one writer, and has
// a key of its own by which a reader that meets it again knows it. Nothing is
// removed but by [Box.Remove], which is for entries that are safe elsewhere. An
// entry that does not open is an error, is left where it is, and keeps no other
// from being read.
//
// Limits: an entry is at most MaxEntry bytes and a box holds MaxEntries; what is
// beyond is refused with CodeFull and stays where it came from. That entries were
// taken away is not noticed here, for what they held can be listed by the provider
// again. Their number and the times at which they were written can be seen by
// anyone with the folder. One process at a time may write.
//
// The format is described in backend/doc/spool.md.
package spool

import (
	"quietline/backend/clinic"
)

// Codes of this package.
const (
	// CodeDamaged: an entry is not what was written, or was written by others.
	CodeDamaged clinic.Code = "spool.damaged"
	// CodeNewer: an entry is in a format of a newer program.
	CodeNewer clinic.Code = "spool.newer"
	// CodeUnreadable: the machine could not read the folder or an entry this time.
	CodeUnreadable clinic.Code = "spool.unreadable"
	// CodeNotKept: an entry could not be written; nothing of it counts.
	CodeNotKept clinic.Code = "spool.not_kept"
	// CodeFull: no more is taken until somebody has signed in.
	CodeFull clinic.Code = "spool.full"
)

// Codes lists the codes of this package.
func Codes() []clinic.Code {
	return []clinic.Code{CodeDamaged, CodeNewer, CodeUnreadable, CodeNotKept, CodeFull}
}

const (
	// MaxEntries is how many entries a box holds: more than a clinic gets in a long
	// weekend.
	MaxEntries = 5000
	// MaxEntry bounds the file of one entry. The longest text is far below.
	MaxEntry = 16 << 10
)

// Kind is what an entry tells.
type Kind byte

// The kinds. Their numbers are part of the format.
const (
	// Text came in from a telephone.
	Text Kind = 1
	// Refused: an attempt to sign in as somebody failed.
	Refused Kind = 2
	// Locked: a session ended by a lock that is not on record yet.
	Locked Kind = 3
	// Exported: somebody saved readable copies of damaged records, and nothing else on
	// this computer could take a note of it.
	Exported Kind = 4
)

type entryKind struct{}

// Key names the fact that an entry tells, for ever: whoever meets it again knows
// it by its key.
type Key = clinic.ID[entryKind]

// Entry is one thing that happened while the clinic was locked. It is patient
// data and logs as nothing of its content.
type Entry struct {
	Key  Key
	Kind Kind
	// At is when it happened, by this computer's clock.
	At clinic.Instant
	// Member is who was to be signed in as, whose session ended, or who saved copies;
	// zero for a text.
	Member clinic.StaffID
	// Text is what came in; zero for all but a text.
	Text Arrival
}

// String hides what an entry tells.
func (Entry) String() string { return "[entry]" }

// GoString hides it from %#v.
func (e Entry) GoString() string { return e.String() }

// Arrival is a text as the provider listed it. Instants that it left out are
// zero.
type Arrival struct {
	SID       string
	From, To  string
	Body      string
	Status    string
	ErrorCode int
	Segments  int
	Media     int
	Created   clinic.Instant
	Sent      clinic.Instant
	Updated   clinic.Instant
}

// Keys open what was sealed. A key is a copy that the caller wipes.
type Keys interface {
	// Spool returns the private half of an epoch's key, 32 bytes of X25519.
	Spool(epoch uint32) ([]byte, error)
	// Naming returns the clinic's naming key, from which the marks derive.
	Naming() ([]byte, error)
}
