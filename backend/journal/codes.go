package journal

import "quietline/backend/clinic"

// Codes of this package.
const (
	// CodeConflict: another seat was quicker, or what only one may claim is
	// claimed. Nothing was appended.
	CodeConflict clinic.Code = "journal.conflict"
	// CodeGap: the log hands out entries with a hole between them.
	CodeGap clinic.Code = "journal.gap"
	// CodeTruncated: the log ends before a position that it once reached, or in
	// the middle of a batch.
	CodeTruncated clinic.Code = "journal.truncated"
	// CodeForked: the log holds something else at a position than it once did.
	CodeForked clinic.Code = "journal.forked"
	// CodeNewer: the log holds events that this program does not understand. It
	// can be read, never written to.
	CodeNewer clinic.Code = "journal.newer"
	// CodeDamaged: a sealed part does not open, or opens to nonsense.
	CodeDamaged clinic.Code = "journal.damaged"
	// CodeRolledBack: an anchor or the views know a later state than the log
	// does. Parameter anchored: when that state was noted.
	CodeRolledBack clinic.Code = "journal.rolled_back"
	// CodeViewsTampered: the views were changed by something else than the
	// reducers. Rebuilding answers it; the log is untouched.
	CodeViewsTampered clinic.Code = "journal.views_tampered"
	// CodeViewsBehind: events were recorded, but the views could not follow. They
	// will before the next call; the events must not be recorded again.
	CodeViewsBehind clinic.Code = "journal.views_behind"
	// CodeViewsLost, CodeViewsOutdated and CodeContentDestroyed say in a Report
	// why the views were rebuilt: their file did not open; they were made by
	// another version of the program or before somebody left, or their keys have
	// sealed enough; or content was destroyed since.
	CodeViewsLost        clinic.Code = "journal.views_lost"
	CodeViewsOutdated    clinic.Code = "journal.views_outdated"
	CodeContentDestroyed clinic.Code = "journal.content_destroyed"
	// CodeClosed: the journal was closed or abandoned.
	CodeClosed clinic.Code = "journal.closed"
	// CodeTooLarge: an event or a batch is beyond its limit. Nothing was appended.
	CodeTooLarge clinic.Code = "journal.too_large"
	// CodeBadEvent: an event of a kind that no projection declares, or with a body
	// that is not the kind's. Nothing was appended.
	CodeBadEvent clinic.Code = "journal.bad_event"
	// CodeUnknownSeat: a batch is signed by a seat that this clinic never had.
	CodeUnknownSeat clinic.Code = "journal.unknown_seat"
	// CodeBodyDestroyed: the content of the event was destroyed.
	CodeBodyDestroyed clinic.Code = "journal.body_destroyed"
)

// What an EventLog answers; compare with errors.Is. The same codes with
// parameters or a cause match too.
var (
	ErrConflict  error = clinic.E(CodeConflict).Retryable()
	ErrGap       error = clinic.E(CodeGap)
	ErrTruncated error = clinic.E(CodeTruncated)
	ErrForked    error = clinic.E(CodeForked)
	ErrDamaged   error = clinic.E(CodeDamaged)
	ErrClosed    error = clinic.E(CodeClosed)
)

// Codes lists the codes of this package.
func Codes() []clinic.Code {
	return []clinic.Code{
		CodeConflict, CodeGap, CodeTruncated, CodeForked, CodeNewer, CodeDamaged,
		CodeRolledBack, CodeViewsTampered, CodeViewsBehind, CodeViewsLost,
		CodeViewsOutdated, CodeContentDestroyed, CodeClosed, CodeTooLarge,
		CodeBadEvent, CodeUnknownSeat, CodeBodyDestroyed,
	}
}
