package exchange

import (
	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/journal"
)

// Reopen records, in the decision with which the archive goes on from an older
// copy of itself, that what is missing since an instant is to be read from the
// provider again, that nothing is sent before that, and that a person decides
// about each text which had not come to an end: it may have left already. A zero
// instant says that nobody knows since when; everything is then read again.
func Reopen(d *journal.Decision, since clinic.Instant) {
	archive.Reopen(d, archive.Reopened{Since: since, Reason: CodeReopened})
}
