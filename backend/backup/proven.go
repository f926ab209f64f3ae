package backup

import (
	"context"
	"path"

	"quietline/backend/clinic"
)

// Proven reads every generation as [Repository.Verify] does and returns the one that
// holds the newest head of this log whole: each file is what was written, and no
// attachment was missing when it was made. Zero where there is none. Generations of
// another log than the clinic's own are an error: nothing may be destroyed elsewhere
// for the sake of such a copy. tell, which may be nil, is called often and may rest.
func (r *Repository) Proven(ctx context.Context, log Log, tell func(Progress)) (newest Generation, err error) {
	report, err := r.Verify(ctx, tell)
	if err != nil {
		return Generation{}, err
	}
	for _, g := range report.Whole {
		if g.Unread > 0 || g.Head.Pos.Seq <= newest.Head.Seq {
			continue
		}
		if err := log.Verify(ctx, g.Head.Pos, g.Head.Chain); err != nil {
			return Generation{}, err
		}
		newest = g
	}
	return newest, nil
}

// Holds asks whether a generation's own file lies in the target; it needs no keys and
// reads nothing of it. CodeMissing, CodeUnreachable.
func (t *Target) Holds(name Name) error {
	d := t.cfg.disk()
	if _, err := d.files.Size(d.path(path.Join(generationsDir, name.String()))); err != nil {
		return clinic.E(CodeMissing).Because(unreachable(err))
	}
	return nil
}
