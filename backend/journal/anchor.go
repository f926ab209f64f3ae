package journal

import (
	"context"
	"errors"
	"fmt"

	"quietline/backend/clinic"
)

// Anchor is a state of the log that was noted outside of it.
type Anchor struct {
	Head
	At clinic.Instant
}

// Anchor returns the head that the views stand at, for keeping elsewhere.
func (j *Journal) Anchor(ctx context.Context) (Anchor, error) {
	if err := j.lock(ctx); err != nil {
		return Anchor{}, err
	}
	defer j.unlock()
	return Anchor{Head: j.views.Load().cursor.head, At: j.clock.Now()}, nil
}

// CheckAnchors returns nil where the log holds every anchor, otherwise
// CodeRolledBack with the time of the newest anchor that it does not hold
// (parameter anchored). errors.Is tells ErrTruncated from ErrForked.
func (j *Journal) CheckAnchors(ctx context.Context, anchors []Anchor) error {
	if j.closed.Load() {
		return ErrClosed
	}
	var newest clinic.Instant
	var missing error
	for _, a := range anchors {
		err := j.log.Verify(ctx, a.Pos, a.Chain)
		switch {
		case rolledBack(err):
			if missing == nil || a.At > newest {
				newest, missing = a.At, err
			}
		case err != nil:
			return j.orClosed(fmt.Errorf("check anchors: %w", err))
		}
	}
	if missing != nil {
		return clinic.E(CodeRolledBack).With("anchored", newest).Because(missing)
	}
	return nil
}

// rolledBack reports whether an error of the log says that it does not hold what
// it once held.
func rolledBack(err error) bool {
	return errors.Is(err, ErrTruncated) || errors.Is(err, ErrForked) || errors.Is(err, ErrGap)
}
