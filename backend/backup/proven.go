package backup

import (
	"context"

	"quietline/backend/journal"
)

// Proven reads every generation as [Repository.Verify] does and returns the newest
// head of this log that one of them holds whole: each file is what was written, and no
// attachment was missing when it was made. Zero where there is none. Generations of
// another log than the clinic's own are an error: nothing may be destroyed elsewhere
// for the sake of such a copy.
func (r *Repository) Proven(ctx context.Context, log Log) (journal.Head, error) {
	report, err := r.Verify(ctx, nil)
	if err != nil {
		return journal.Head{}, err
	}
	var newest journal.Head
	for _, g := range report.Whole {
		if g.Unread > 0 || g.Head.Pos.Seq <= newest.Pos.Seq {
			continue
		}
		if err := log.Verify(ctx, g.Head.Pos, g.Head.Chain); err != nil {
			return journal.Head{}, err
		}
		newest = g.Head
	}
	return newest, nil
}
