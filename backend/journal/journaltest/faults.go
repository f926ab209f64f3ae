package journaltest

import (
	"context"
	"errors"
	"sync/atomic"

	"quietline/backend/journal"
)

// ErrFault is what a fault answers.
var ErrFault = errors.New("journaltest: a fault on purpose")

// FaultyLog is a log that fails when it is told to.
type FaultyLog struct {
	journal.EventLog
	// FailAppends makes so many appends fail before they take effect.
	FailAppends atomic.Int32
	// LoseAnswers makes so many appends take effect and fail nevertheless.
	LoseAnswers atomic.Int32
	// BeforeAppend, where set, runs before an append, outside of any lock: the
	// place for another seat to be quicker.
	BeforeAppend func()
}

// Append implements journal.EventLog.
func (f *FaultyLog) Append(ctx context.Context, b journal.Batch) (journal.Pos, error) {
	if f.BeforeAppend != nil {
		f.BeforeAppend()
	}
	if f.FailAppends.Add(-1) >= 0 {
		return journal.Pos{}, ErrFault
	}
	pos, err := f.EventLog.Append(ctx, b)
	if err == nil && f.LoseAnswers.Add(-1) >= 0 {
		return journal.Pos{}, ErrFault
	}
	return pos, err
}
