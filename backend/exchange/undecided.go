package exchange

import (
	"cmp"
	"slices"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/sqlite"
)

// Waiting returns the texts of a thread that go later, here or at the provider, those that
// are due first first. Whoever asks may see the thread.
func Waiting(tx *sqlite.Tx, thread clinic.ThreadID) ([]archive.Message, error) {
	all, err := messagesOf(tx, `state IN ('later', 'scheduled', 'recalling') AND thread = ?`, thread)
	slices.SortStableFunc(all, func(a, b archive.Message) int { return cmp.Compare(a.Until, b.Until) })
	return all, err
}

// Undecided returns texts in sight that a person has to decide about, those
// written first first, and whether there are more: what an outage or a lock held
// for too long, and what nobody knows to have left.
func Undecided(tx *sqlite.Tx, s archive.Sight, limit int) (all []archive.Message, more bool, err error) {
	open, err := items(tx, `state IN ('held', 'ask')`)
	if err != nil || len(open) == 0 {
		return nil, false, err
	}
	threads := make([]clinic.ThreadID, len(open))
	for n, i := range open {
		threads[n] = i.thread
	}
	if threads, err = archive.InSight(tx, s, threads...); err != nil {
		return nil, false, err
	}
	seen := make(map[clinic.ThreadID]bool, len(threads))
	for _, id := range threads {
		seen[id] = true
	}
	var ids []clinic.MessageID
	for _, i := range open {
		if seen[i.thread] {
			ids = append(ids, i.message)
		}
	}
	if more = len(ids) > limit; more {
		ids = ids[:limit]
	}
	all, err = archive.GetMessages(tx, ids...)
	return all, more, err
}
