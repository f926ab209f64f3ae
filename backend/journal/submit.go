package journal

import (
	"context"
	"errors"
	"fmt"

	"quietline/backend/clinic"
	"quietline/backend/sqlite"
)

// maxAttempts is how often a decision is made again because another seat was
// quicker.
const maxAttempts = 8

// Submit runs decide under the one writer at the head of the log and appends and
// applies what it records. It returns the position of the last event, or, where
// nothing was recorded, the head at which was decided.
//
// decide must not do I/O and may be called again on a newer state; it starts
// afresh each time. Its error is returned as it is, and nothing is appended.
//
// ErrConflict: what it claims is taken, or other seats were quicker too often;
// nothing was appended. CodeNewer, CodeBadEvent, CodeTooLarge: nothing was
// appended. CodeViewsBehind comes with the position: the events are recorded.
// After any other error of the log the outcome is open; submitting again is then
// safe for events with derived ids.
func (j *Journal) Submit(ctx context.Context, actor Actor, decide func(d *Decision) error) (Pos, error) {
	return j.submit(ctx, actor, decide, false)
}

// StartIncarnation is Submit for the first batch after the log was restored from
// a copy: its events, of which there must be one at least, begin the next
// incarnation.
func (j *Journal) StartIncarnation(ctx context.Context, actor Actor, decide func(d *Decision) error) (Pos, error) {
	return j.submit(ctx, actor, decide, true)
}

func (j *Journal) submit(ctx context.Context, actor Actor, decide func(d *Decision) error, restart bool) (Pos, error) {
	if err := j.lock(ctx); err != nil {
		return Pos{}, err
	}
	touched := &Touched{}
	var seen Pos
	pos, err := func() (Pos, error) {
		defer j.unlock()
		defer func() { seen = j.views.Load().cursor.head.Pos }()
		return j.decideUntilAppended(ctx, actor, decide, restart, touched)
	}()
	j.listeners.tell(touched.changes(seen))
	return pos, j.orClosed(err)
}

func (j *Journal) decideUntilAppended(ctx context.Context, actor Actor, decide func(d *Decision) error, restart bool, touched *Touched) (Pos, error) {
	for range maxAttempts {
		if j.behind.Load() {
			if _, err := j.catchUp(ctx, touched); err != nil {
				return Pos{}, err
			}
		}
		v := j.views.Load()
		if v.cursor.newer {
			return Pos{}, clinic.E(CodeNewer)
		}
		d, err := j.decide(ctx, v, actor, decide)
		if err != nil {
			return Pos{}, err
		}
		head := v.cursor.head
		if len(d.events) == 0 {
			if restart {
				return Pos{}, clinic.E(CodeBadEvent).Because(errors.New("a new incarnation begins with an event"))
			}
			return head.Pos, nil
		}
		pos, err := j.append(ctx, v, d, restart, touched)
		if !errors.Is(err, ErrConflict) {
			return pos, err
		}
		if _, err := j.catchUp(ctx, touched); err != nil {
			return Pos{}, err
		}
		if j.views.Load().cursor.head == head {
			// Nobody was quicker: what it claims is taken, and deciding again on the
			// same state would claim it again.
			return Pos{}, ErrConflict
		}
	}
	return Pos{}, ErrConflict
}

// decide runs the decision over a read-only view of the writer's state.
func (j *Journal) decide(ctx context.Context, v *views, actor Actor, decide func(d *Decision) error) (*Decision, error) {
	d := &Decision{
		Head: v.cursor.head.Pos, Now: j.clock.Now(), Actor: actor, Names: j.names,
		journal: j, ids: map[clinic.EventID]struct{}{},
	}
	var own error
	err := v.db.Read(ctx, func(tx *sqlite.Tx) error {
		d.Tx = tx
		own = decide(d)
		return own
	})
	if own != nil {
		return nil, own
	}
	if err == nil {
		err = d.err
	}
	if err == nil && len(d.events) > MaxBatchEvents {
		err = clinic.E(CodeTooLarge)
	}
	return d, err
}

// append seals a decision and brings it into the views and the log. The views'
// transaction is open around the append: what a reducer refuses is never
// appended, and what the log refuses never shows.
func (j *Journal) append(ctx context.Context, v *views, d *Decision, restart bool, touched *Touched) (Pos, error) {
	sealed, err := j.sealer.seal(ctx, d.events)
	if err != nil {
		return Pos{}, err
	}
	b := Batch{Parent: v.cursor.head, Incarnation: max(v.cursor.head.Incarnation, 1), Events: sealed}
	if restart && !b.Parent.IsZero() {
		b.Incarnation++
	}
	end, err := SignBatch(&b, j.seat, j.keys.Sign)
	if err != nil {
		return Pos{}, err
	}
	if err := CheckBatch(b); err != nil {
		return Pos{}, err
	}

	var at Pos
	appended, repeated := false, false
	mine := &Touched{}
	// Once the log has the batch, the views must follow even where the caller has
	// gone: only the append itself listens to its context.
	err = v.write(context.WithoutCancel(ctx), func(tx *sqlite.Tx, c *cursor) error {
		finish, finished := j.prepare(ctx, b), false
		defer func() {
			// What a reducer refuses, or panics over, is not appended.
			if !finished {
				_, _ = finish(false)
			}
		}()
		for i := range d.applied {
			e := &d.applied[i]
			e.Pos = Pos{Incarnation: b.Incarnation, Seq: b.Parent.Seq + uint64(i) + 1}
			if err := j.apply(tx, *e, d.events[i].header.derived, c.behind, mine); err != nil {
				return err
			}
		}
		c.head = end
		finished = true
		at, err = finish(true)
		switch {
		case errors.Is(err, ErrConflict):
			return err
		case err != nil:
			j.behind.Store(true)
			return err
		}
		appended = true
		if repeated = at != end.Pos; repeated {
			return ErrConflict
		}
		return nil
	})
	switch {
	case repeated:
		// The log had all of it already, at another place; the views learn it there.
		j.behind.Store(true)
		_, err := j.catchUp(ctx, touched)
		return at, behindUnless(err)
	case err == nil:
		touched.merge(mine)
		return at, nil
	case appended:
		j.behind.Store(true)
		return at, behindUnless(err)
	}
	return Pos{}, fmt.Errorf("submit: %w", err)
}

func behindUnless(err error) error {
	if err == nil {
		return nil
	}
	return clinic.E(CodeViewsBehind).Because(err)
}
