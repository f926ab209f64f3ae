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

// Loss says what a log does not hold although it once did.
type Loss struct {
	// Code is CodeTruncated where the log ends before a state that was noted of
	// it, CodeForked where it went another way, CodeGap where it has a hole there.
	Code clinic.Code
	// From is the time of the last event before what is missing, as far as that
	// can be told; zero where it cannot.
	From clinic.Instant
	// Until is when the newest state was noted that the log does not hold. Zero
	// where only the views know of it: they do not keep times.
	Until clinic.Instant
	// Newest is the furthest state that was noted and that the log does not hold.
	Newest Head
}

// after reports whether a is a later state than b. A later incarnation comes
// after every position of one before it.
func after(a, b Pos) bool {
	if a.Incarnation != b.Incarnation {
		return a.Incarnation > b.Incarnation
	}
	return a.Seq > b.Seq
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
// (parameter anchored). errors.Is tells ErrTruncated from ErrForked. It answers
// for a blocked journal, too.
func (j *Journal) CheckAnchors(ctx context.Context, anchors []Anchor) error {
	if j.closed.Load() {
		return ErrClosed
	}
	loss, err := j.compare(ctx, anchors)
	if err != nil {
		return j.orClosed(err)
	}
	if loss != nil {
		return loss.err()
	}
	return nil
}

func (l *Loss) err() *clinic.Error {
	return clinic.E(CodeRolledBack).With("anchored", l.Until).Because(clinic.E(l.Code))
}

// compare holds the log against anchors and returns what it does not hold, or
// nil.
func (j *Journal) compare(ctx context.Context, anchors []Anchor) (*Loss, error) {
	var loss *Loss
	var held clinic.Instant
	for _, a := range anchors {
		err := j.log.Verify(ctx, a.Pos, a.Chain)
		switch {
		case rolledBack(err):
			if loss == nil {
				loss = &Loss{}
			}
			if loss.Code == "" || a.At > loss.Until {
				loss.Code, loss.Until = clinic.CodeOf(err), a.At
			}
			if loss.Newest.IsZero() || after(a.Pos, loss.Newest.Pos) {
				loss.Newest = a.Head
			}
		case err != nil:
			return nil, fmt.Errorf("check anchors: %w", err)
		default:
			held = max(held, a.At)
		}
	}
	if loss == nil {
		return nil, nil
	}
	loss.From = held
	if loss.Code == CodeTruncated {
		// All that the log holds is before what is missing.
		loss.From = max(held, j.lastEvent(ctx))
	}
	return loss, nil
}

// lastEvent returns the time of the log's last event, or zero where it cannot be
// read: what is missing can be told without.
func (j *Journal) lastEvent(ctx context.Context) clinic.Instant {
	var at clinic.Instant
	err := j.tailNewest(ctx, 1, func(e Entry) error {
		h, _, err := j.sealer.open(ctx, e)
		at = h.at
		return err
	})
	if err != nil {
		return 0
	}
	return at
}

// rolledBack reports whether an error of the log says that it does not hold what
// it once held.
func rolledBack(err error) bool {
	return errors.Is(err, ErrTruncated) || errors.Is(err, ErrForked) || errors.Is(err, ErrGap)
}
