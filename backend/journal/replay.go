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

// Progress is told how many of the log's events are done. total can grow.
type Progress func(done, total uint64)

// apply hands one event to every reducer of its kind.
func (j *Journal) apply(tx *sqlite.Tx, e Applied, derived bool, touched *Touched) error {
	if derived {
		if err := noteID(tx, e.ID); err != nil {
			return err
		}
	}
	for _, p := range j.registry.kinds[e.Kind].readers {
		if err := p.Apply(tx, e, touched); err != nil {
			return fmt.Errorf("apply %s to %s: %w", e.Kind, p.Name(), err)
		}
	}
	return nil
}

// applyEntry brings an entry of the log into the views. An event that this
// program does not understand is passed over and noted in the cursor.
func (j *Journal) applyEntry(ctx context.Context, tx *sqlite.Tx, c *cursor, e Entry, touched *Touched) error {
	c.head = Head{Pos: e.Pos, Chain: e.Chain}
	h, body, err := j.sealer.open(ctx, e)
	if errors.Is(err, clinic.E(CodeNewer)) {
		c.newer = true
		return nil
	}
	if err != nil {
		return fmt.Errorf("event %d: %w", e.Seq, err)
	}
	known, ok := j.registry.kinds[h.kind]
	if !ok || h.minReader > known.Version {
		c.newer = true
		return nil
	}
	body.lenient = h.version > known.Version
	applied := h.applied(e.ID, body)
	applied.Pos = e.Pos
	if err := j.apply(tx, applied, h.derived, touched); err != nil {
		return fmt.Errorf("event %d: %w", e.Seq, err)
	}
	return nil
}

// replay brings views to the head of the log and returns how many events they
// had not seen. It commits at the ends of batches only, so that views always
// stand where a decision can be made.
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
	var chunk []Entry
	flush := func() error {
		err := v.write(ctx, func(tx *sqlite.Tx, c *cursor) error {
			for _, e := range chunk {
				if err := j.applyEntry(ctx, tx, c, e, touched); err != nil {
					return err
				}
			}
			return nil
		})
		clear(chunk)
		chunk = chunk[:0]
		if err == nil && progress != nil {
			progress(v.cursor.head.Seq, max(head.Seq, v.cursor.head.Seq))
		}
		return err
	}
	err = j.log.Tail(ctx, from.Pos, func(e Entry) error {
		chunk = append(chunk, e)
		if e.Seal != nil && len(chunk) >= replayChunk {
			return flush()
		}
		return nil
	})
	if err == nil && len(chunk) > 0 {
		err = flush()
	}
	if err != nil {
		return v.cursor.head.Seq - from.Seq, fmt.Errorf("replay: %w", err)
	}
	return v.cursor.head.Seq - from.Seq, nil
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
		if err := j.rebuild(ctx, nil); err != nil {
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
