package journal

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync"

	"quietline/backend/clinic"
)

// What QuickCheck looks at: enough to meet damage at the end of the log, where
// writing happens, and to meet damage elsewhere sooner or later.
const (
	quickNewest    = 32
	quickStretches = 4
	quickStretch   = 8
)

// errEnough ends a reading of the log that has seen what it wanted to.
var errEnough = errors.New("enough was read")

// QuickCheck verifies the newest events and a few at random places: links,
// signatures, and that headers and bodies open. It reads a bounded number of
// events however long the log is.
func (j *Journal) QuickCheck(ctx context.Context) error {
	if err := j.usable(); err != nil {
		return err
	}
	return j.orClosed(j.checkQuickly(ctx))
}

func (j *Journal) checkQuickly(ctx context.Context) error {
	head, err := j.log.Head(ctx)
	if err != nil {
		return fmt.Errorf("check log: %w", err)
	}
	places := []func() error{func() error { return j.tailNewest(ctx, quickNewest, func(e Entry) error { return j.opens(ctx, e) }) }}
	for range quickStretches {
		if head.Seq <= quickNewest {
			break
		}
		var random [8]byte
		if _, err := io.ReadFull(j.random, random[:]); err != nil {
			return fmt.Errorf("check log: %w", err)
		}
		after := binary.BigEndian.Uint64(random[:]) % head.Seq
		places = append(places, func() error { return j.quickStretch(ctx, head, after) })
	}
	// Two at once: somebody waits, and a disk that is slow to answer one can look for the
	// other meanwhile. More would each need a connection of their own.
	left := make(chan func() error, len(places))
	for _, check := range places {
		left <- check
	}
	close(left)
	var errs [2]error
	var all sync.WaitGroup
	for i := range errs {
		all.Go(func() {
			for check := range left {
				errs[i] = errors.Join(errs[i], check())
			}
		})
	}
	all.Wait()
	if err := errors.Join(errs[:]...); err != nil {
		return fmt.Errorf("check log: %w", err)
	}
	return nil
}

// quickStretch checks a few events after a place.
func (j *Journal) quickStretch(ctx context.Context, head Head, after uint64) error {
	read := 0
	err := j.tailAfter(ctx, head, after, func(e Entry) error {
		if read++; read > quickStretch {
			return errEnough
		}
		return j.opens(ctx, e)
	})
	if errors.Is(err, errEnough) {
		return nil
	}
	return err
}

// CheckLog verifies the log from a head on that an earlier call has come to, or
// from its beginning: every link, every signature, and that every header and
// body opens. at, which may be nil, is told between two stretches of the log how
// far it has come; nothing is held meanwhile, so that it may rest there. An
// event that this program does not understand is passed over, as it is when the
// views are made.
func (j *Journal) CheckLog(ctx context.Context, from Head, at func(done Head, total uint64) error) error {
	if err := j.usable(); err != nil {
		return err
	}
	if err := j.log.Verify(ctx, from.Pos, from.Chain); err != nil {
		return j.orClosed(fmt.Errorf("check log: %w", err))
	}
	head, err := j.log.Head(ctx)
	if err != nil {
		return j.orClosed(fmt.Errorf("check log: %w", err))
	}
	since := from.Seq
	err = j.log.Tail(ctx, from.Pos, func(e Entry) error {
		if err := j.opens(ctx, e); err != nil {
			return err
		}
		if at == nil || e.Seal == nil || e.Seq-since < replayChunk {
			return nil
		}
		since = e.Seq
		return at(Head{Pos: e.Pos, Chain: e.Chain}, max(head.Seq, e.Seq))
	})
	if err != nil {
		return j.orClosed(fmt.Errorf("check log: %w", err))
	}
	return nil
}

// opens returns nil where an event can be read, was destroyed, or is a newer
// program's.
func (j *Journal) opens(ctx context.Context, e Entry) error {
	if _, _, err := j.sealer.open(ctx, e); err != nil && !errors.Is(err, clinic.E(CodeNewer)) {
		return fmt.Errorf("event %d: %w", e.Seq, err)
	}
	return nil
}

// tailNewest hands the newest n events to fn.
func (j *Journal) tailNewest(ctx context.Context, n uint64, fn func(Entry) error) error {
	head, err := j.log.Head(ctx)
	if err != nil || head.IsZero() {
		return err
	}
	return j.tailAfter(ctx, head, head.Seq-min(n, head.Seq), fn)
}

// tailAfter hands the events after a sequence number to fn. Which incarnation
// that number belongs to is found by trying, from the newest on down.
func (j *Journal) tailAfter(ctx context.Context, head Head, seq uint64, fn func(Entry) error) error {
	if seq == 0 {
		return j.log.Tail(ctx, Pos{}, fn)
	}
	for i := head.Incarnation; ; i-- {
		begun := false
		err := j.log.Tail(ctx, Pos{Incarnation: i, Seq: seq}, func(e Entry) error {
			begun = true
			return fn(e)
		})
		if begun || i <= 1 || !errors.Is(err, ErrForked) {
			return err
		}
	}
}
