package journal

import (
	"quietline/backend/clinic"
	"quietline/backend/sqlite"
)

// Projection is how one domain package keeps its views: the tables, the kinds of
// events that fill them, and the reducer. Rows that do not come from events,
// such as drafts, are not part of a projection and do not live in the views.
type Projection interface {
	// Name is unique among the projections.
	Name() string
	// Schema is the DDL of the projection's tables and indexes, all of them its
	// own: STRICT tables, and FTS5 tables where text is searched. Changing it makes
	// the views be rebuilt at the next start.
	Schema() []string
	// Kinds lists what Apply is called for. A kind may be listed by several
	// projections, in the same words. A kind can be recorded only when a
	// projection lists it.
	Kinds() []Kind
	// Apply brings one event into the tables and says in touched what a screen
	// may have to show anew. It is called for every version of the kinds that
	// Kinds lists, in the order of the log, in one transaction with the events of
	// the batch.
	//
	// It is deterministic: no clock, no randomness, no I/O, no rows of another
	// projection, no reliance on rowids that it did not choose. It accepts an event whose body was
	// destroyed. An error refuses the event while it is being recorded; Apply
	// never fails for an event that it once accepted.
	Apply(tx *sqlite.Tx, e Applied, touched *Touched) error
	// Decisive lists those of its tables that decide what may be sent or done.
	// They are in the keyed digest, so that a row changed behind the program's
	// back is found when the clinic is opened. Their columns hold no REAL, and the
	// schema puts no rows into them.
	Decisive() []string
}

// Trailing is a Projection that may be behind the others for a while, after the views
// were made anew while nobody could use them: people then wait for the others alone,
// and [Journal.Follow] brings it after. Nothing is decided from its tables, so that
// none of them is decisive; and whoever reads them says how far they are
// ([Journal.Behind]).
//
// As an exception it may read a row of a projection before it, of the same package,
// which comes in with the very event and never changes in what is read.
type Trailing interface {
	Projection
	// Trails marks it, and does nothing.
	Trails()
}

// Event is what a decision records.
type Event struct {
	// ID is zero for a random one. A fact that may be learned twice takes an id
	// derived from what it is ([Namer.EventID]); recording it again then does
	// nothing.
	ID   clinic.EventID
	Kind Kind
	// Dossier owns the content. Zero is the clinic itself.
	Dossier clinic.DossierID
	// At is when it happened; zero means now. It orders nothing.
	At clinic.Instant
	// Exclusive is what the event claims for itself alone, for ever.
	Exclusive Subject
	// Body is marshalled as JSON. Nil for an event that says all by its kind.
	Body any
}

// Actor is who acts. The zero Actor is the program itself.
type Actor struct {
	Staff clinic.StaffID
}

// Applied is an event as a reducer sees it.
type Applied struct {
	Pos
	ID      clinic.EventID
	Kind    string
	Version uint16
	Class   RecordClass
	Author  clinic.StaffID
	Seat    clinic.SeatID
	At      clinic.Instant
	Dossier clinic.DossierID
	Body    Body
}

// Change says what a screen may have to show anew, without any content.
type Change struct {
	// Topic is a word of the domain, such as "thread".
	Topic string
	// IDs are what was touched, in the text form of ids. None means: anything
	// under the topic.
	IDs []string
	Pos Pos
}
