package journal

import (
	"context"
	"errors"
	"fmt"

	"quietline/backend/clinic"
	"quietline/backend/sqlite"
)

// replayChunk is about how many events one transaction of the views takes when
// they catch up with the log.
const replayChunk = 500

// makingChunk is the same where views are made that nobody uses yet: pages that every
// event changes are then written once for so many.
const makingChunk = 20_000

// Progress is told how many of the log's events are done. total can grow.
type Progress func(done, total uint64)

// apply hands one event to the reducers of its kind: to all, or, where the trailing
// ones are behind, to the others.
func (j *Journal) apply(tx *sqlite.Tx, e Applied, derived, behind bool, touched *Touched) error {
	if derived {
		if err := noteID(tx, e.ID); err != nil {
			return err
		}
	}
	known := j.registry.kinds[e.Kind]
	if behind {
		return reduce(tx, known.prompt, e, touched)
	}
	return reduce(tx, known.readers, e, touched)
}

func reduce(tx *sqlite.Tx, readers []Projection, e Applied, touched *Touched) error {
	for _, p := range readers {
		if err := p.Apply(tx, e, touched); err != nil {
			return fmt.Errorf("apply %s to %s: %w", e.Kind, p.Name(), err)
		}
	}
	return nil
}

// opened is an entry of the log, opened.
type opened struct {
	head    Head
	applied Applied
	derived bool
	// newer: this program does not understand it.
	newer bool
}

func (j *Journal) openEntry(ctx context.Context, e Entry) (opened, error) {
	o := opened{head: Head{Pos: e.Pos, Chain: e.Chain}}
	h, body, err := j.sealer.open(ctx, e)
	if errors.Is(err, clinic.E(CodeNewer)) {
		o.newer = true
		return o, nil
	}
	if err != nil {
		return o, fmt.Errorf("event %d: %w", e.Seq, err)
	}
	known, ok := j.registry.kinds[h.kind]
	if !ok || h.minReader > known.Version {
		o.newer = true
		return o, nil
	}
	body.lenient = h.version > known.Version
	o.applied, o.derived = h.applied(e.ID, body), h.derived
	o.applied.Pos = e.Pos
	return o, nil
}

// applyEntry brings an entry of the log into the views. An event that this
// program does not understand is passed over and noted in the cursor.
func (j *Journal) applyEntry(tx *sqlite.Tx, c *cursor, o *opened, touched *Touched) error {
	c.head = o.head
	if o.newer {
		c.newer = true
		return nil
	}
	if err := j.apply(tx, o.applied, o.derived, c.behind, touched); err != nil {
		return fmt.Errorf("event %d: %w", o.head.Seq, err)
	}
	return nil
}

// replay brings views to the head of the log and returns how many events they
// had not seen. It commits at the ends of batches only, so that views always
// stand where a decision can be made. The log is read, verified, opened and decoded beside
// the writing.
func (j *Journal) replay(ctx context.Context, v *views, touched *Touched, progress Progress) (uint64, error) {
	from := v.cursor.head
	if err := j.log.Verify(ctx, from.Pos, from.Chain); err != nil {
		return 0, err
	}
	head, err := j.log.Head(ctx)
	if err != nil {
		return 0, err
	}
	if head == from {
		return 0, nil
	}
	reading, stop := context.WithCancel(ctx)
	defer stop()
	chunks, ended := make(chan []opened, 1), make(chan error, 1)
	go func() {
		defer close(chunks)
		ended <- j.openFrom(reading, from.Pos, &shapes{}, chunks)
	}()
	atOnce := replayChunk
	if v.making {
		atOnce = makingChunk
	}
	var failed error
	for more := true; more; {
		// One transaction of as many chunks as there are, at most so many events.
		failed = v.write(ctx, func(tx *sqlite.Tx, c *cursor) error {
			for n := 0; n < atOnce; {
				chunk, ok := <-chunks
				if more = ok; !more {
					return nil
				}
				n += len(chunk)
				for i := range chunk {
					if err := j.applyEntry(tx, c, &chunk[i], touched); err != nil {
						return err
					}
				}
				clear(chunk)
				if v.making && progress != nil {
					// Nobody else waits for this transaction.
					progress(c.head.Seq, max(head.Seq, c.head.Seq))
				}
			}
			return nil
		})
		if failed != nil {
			stop()
			for range chunks { // until the reading has noticed
			}
			break
		}
		if !v.making && progress != nil {
			progress(v.cursor.head.Seq, max(head.Seq, v.cursor.head.Seq))
		}
	}
	if read := <-ended; failed == nil {
		failed = read
	}
	if failed != nil {
		return v.cursor.head.Seq - from.Seq, fmt.Errorf("replay: %w", failed)
	}
	return v.cursor.head.Seq - from.Seq, nil
}

// openFrom opens the log from a position on, decodes what the reducers will, and hands it
// on in chunks that end with a batch.
func (j *Journal) openFrom(ctx context.Context, from Pos, decoded *shapes, chunks chan<- []opened) error {
	var chunk []opened
	flush := func() error {
		select {
		case chunks <- chunk:
			chunk = make([]opened, 0, replayChunk)
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	err := j.log.Tail(ctx, from, func(e Entry) error {
		o, err := j.openEntry(ctx, e)
		if err != nil {
			return err
		}
		if !o.newer {
			decoded.decode(o.applied.Kind, o.applied.Version, &o.applied.Body)
		}
		chunk = append(chunk, o)
		if e.Seal != nil && len(chunk) >= replayChunk {
			return flush()
		}
		return nil
	})
	if err == nil && len(chunk) > 0 {
		err = flush()
	}
	return err
}

// catchUp replays what the views in use have not seen. The caller is the writer.
func (j *Journal) catchUp(ctx context.Context, touched *Touched) (Pos, error) {
	v := j.views.Load()
	if v.stale {
		if err := v.reload(ctx); err != nil {
			return Pos{}, fmt.Errorf("catch up: %w", err)
		}
	}
	destroyed, err := j.store.Destructions(ctx)
	if err != nil {
		return Pos{}, fmt.Errorf("catch up: %w", err)
	}
	if destroyed != v.cursor.destructions {
		// Another seat has destroyed content that these views still show.
		if err := j.rebuild(ctx, whole, nil); err != nil {
			return Pos{}, fmt.Errorf("catch up: %w", err)
		}
		j.behind.Store(false)
		return j.views.Load().cursor.head.Pos, nil
	}
	if _, err := j.replay(ctx, v, touched, nil); err != nil {
		return Pos{}, fmt.Errorf("catch up: %w", err)
	}
	j.behind.Store(false)
	return v.cursor.head.Pos, nil
}
