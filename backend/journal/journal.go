package journal

import (
	"context"
	"errors"
	"io"

	"quietline/backend/clinic"
	"quietline/backend/sqlite"
)

// Config is what a journal is made of. All but Rand is required.
type Config struct {
	Log   EventLog
	Store Store
	Views ViewsFiles
	Keys  Keyring
	// Projections in the order in which reducers see an event.
	Projections []Projection
	Clock       clinic.Clock
	// Rand is crypto/rand.Reader where nil.
	Rand io.Reader
}

// Journal is the open journal of one clinic. It is safe for concurrent use.
type Journal struct{}

// Report says what Open found and did.
type Report struct {
	// Rebuilt says why the views were rebuilt: CodeViewsLost, CodeViewsOutdated or
	// CodeContentDestroyed; empty where they were not.
	Rebuilt clinic.Code
	// Replayed counts the events that the views had not seen.
	Replayed int
	// Newer: the log holds events that this program does not understand. Reading
	// works; Submit answers CodeNewer.
	Newer bool
	// Blocked is CodeViewsTampered or CodeRolledBack where the views must not be
	// trusted. Read and Submit answer with it until Rebuild was called.
	Blocked clinic.Code
}

// Decision is one decision under way. It is of use only inside the function that
// Submit calls.
type Decision struct {
	// Tx reads the views as they are at Head. It cannot write.
	Tx *sqlite.Tx
	// Head is the position at which the decision is made.
	Head Pos
	Now  clinic.Instant
	// Actor is who decides.
	Actor Actor
	// Names derives ids and subjects.
	Names Namer
}

// Record adds an event to what is appended when the decision returns nil, and
// returns its id. An event whose id is in the log already, or was recorded in
// this decision, is that same fact: recording it does nothing. What is wrong with
// an event is the error of Submit.
func (d *Decision) Record(e Event) clinic.EventID { return clinic.EventID{} }

// Recorded reports whether an event with a derived id is in the log already.
func (d *Decision) Recorded(id clinic.EventID) (bool, error) { return false, errNotYet }

var errNotYet = errors.New("journal: not built yet")

// Open opens the journal: it opens the views, or rebuilds them where they are
// lost or outdated, recomputes their digest, and applies what they have not
// seen. [Journal.Report] says what it found.
func Open(ctx context.Context, c Config) (*Journal, error) { return nil, errNotYet }

// Report says what Open found and did.
func (j *Journal) Report() Report { return Report{} }

// Names derives ids and subjects under the naming key.
func (j *Journal) Names() Namer { return Namer{} }

// Submit runs decide under the one writer at the head of the log and appends and
// applies what it records. It returns the position of the last event, or, where
// nothing was recorded, the head at which was decided.
//
// decide must not do I/O and may be called again on a newer state; it starts
// afresh each time. Its error is returned as it is, and nothing is appended.
//
// ErrConflict: what it claims is taken, or other seats were quicker too often;
// nothing was appended. CodeNewer, CodeBadEvent, CodeTooLarge: nothing was
// appended. CodeViewsBehind comes with the position: the events are recorded.
// After any other error of the log the outcome is open; submitting again is then
// safe for events with derived ids.
func (j *Journal) Submit(ctx context.Context, actor Actor, decide func(d *Decision) error) (Pos, error) {
	return Pos{}, errNotYet
}

// StartIncarnation is Submit for the first batch after the log was restored from
// a copy: its events, of which there must be one at least, begin the next
// incarnation.
func (j *Journal) StartIncarnation(ctx context.Context, actor Actor, decide func(d *Decision) error) (Pos, error) {
	return Pos{}, errNotYet
}

// Read runs fn over one consistent state of the views. It does not wait for
// writers.
func (j *Journal) Read(ctx context.Context, fn func(tx *sqlite.Tx) error) error { return errNotYet }

// CatchUp applies what other seats have appended.
func (j *Journal) CatchUp(ctx context.Context) error { return errNotYet }

// Rebuild makes the views anew from the log, in a new file under a new random
// key, and switches to it when it is complete. Reading goes on meanwhile; Submit
// waits. A failure leaves the old views in use. progress may be nil.
func (j *Journal) Rebuild(ctx context.Context, progress func(done, total uint64)) error {
	return errNotYet
}

// DestroyContent destroys the content keys of slots for ever, then rebuilds the
// views without what they covered. It returns how many keys there were. Where it
// fails after the keys are destroyed, the next Open rebuilds.
func (j *Journal) DestroyContent(ctx context.Context, slots []KeySlot, progress func(done, total uint64)) (int, error) {
	return 0, errNotYet
}

// ContentHash is a hash over all rows of the projections' tables, the same for
// the same content whatever the order of writing. Search indexes are left out.
func (j *Journal) ContentHash(ctx context.Context) ([32]byte, error) { return [32]byte{}, errNotYet }

// Anchor is a state of the log that was noted outside of it.
type Anchor struct {
	Head
	At clinic.Instant
}

// Anchor returns the head that the views stand at, for keeping elsewhere.
func (j *Journal) Anchor(ctx context.Context) (Anchor, error) { return Anchor{}, errNotYet }

// CheckAnchors returns nil where the log holds every anchor, otherwise
// CodeRolledBack with the time of the newest anchor that it does not hold
// (parameter anchored). errors.Is tells ErrTruncated from ErrForked.
func (j *Journal) CheckAnchors(ctx context.Context, anchors []Anchor) error { return errNotYet }

// Subscribe calls fn after each commit of events with what they touched, in the
// goroutine of the writer: fn must be quick and must not call Submit. The
// returned function ends it.
func (j *Journal) Subscribe(fn func([]Change)) (cancel func()) { return func() {} }

// Close waits for what is under way and closes the views. The log and the store
// are the caller's to close.
func (j *Journal) Close() error { return nil }

// Abandon zeroes the keys of the views and closes them without waiting: what is
// under way fails. It is for locking the clinic. The log and the store are the
// caller's to abandon.
func (j *Journal) Abandon() {}
