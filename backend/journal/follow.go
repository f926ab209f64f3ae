package journal

import (
	"context"
	"errors"
	"fmt"

	"quietline/backend/sqlite"
)

// followChunk is about how many events the trailing projections take at once. Whoever
// records something meanwhile waits for one chunk.
const followChunk = 500

// Behind returns how many of the log's events the trailing projections have seen, and
// how many the others have; the same number twice where they have followed.
func (j *Journal) Behind(ctx context.Context) (seen, of uint64, err error) {
	if err := j.usable(); err != nil {
		return 0, 0, err
	}
	v := j.hold()
	defer v.use.RUnlock()
	err = v.db.Read(ctx, func(tx *sqlite.Tx) error {
		c, err := loadCursor(tx, v.macKey)
		seen, of = c.head.Seq, c.head.Seq
		if c.behind {
			seen = c.trail.Seq
		}
		return err
	})
	return seen, of, j.orClosed(err)
}

// Follow brings the trailing projections to where the others are. Reading and writing
// go on meanwhile. How far it has come is kept with what it has made: cut short, it goes
// on there. progress, which may be nil, is called between two transactions and may rest
// there; it must not rebuild.
func (j *Journal) Follow(ctx context.Context, progress Progress) error {
	for {
		done, total, behind, err := j.followOn(ctx)
		if err != nil {
			return j.orClosed(fmt.Errorf("follow: %w", err))
		}
		if !behind {
			return nil
		}
		if progress != nil {
			progress(done, total)
		}
	}
}

// trails is where the trailing projections of views are.
type trails struct {
	of           *views
	trail, head  Head
	destructions uint64
}

// followOn brings them one chunk further. What it has read is thrown away where the
// views have become others meanwhile.
func (j *Journal) followOn(ctx context.Context) (done, total uint64, behind bool, err error) {
	at, behind, err := j.trailing(ctx)
	if err != nil || !behind {
		return 0, 0, false, err
	}
	var chunk []opened
	end := at.trail
	err = j.log.Tail(ctx, at.trail.Pos, func(e Entry) error {
		if e.Seq > at.head.Seq {
			return errEnough
		}
		o, err := j.openEntry(ctx, e)
		if err != nil {
			return err
		}
		end = o.head
		if !o.newer && len(j.registry.kinds[o.applied.Kind].trailing) > 0 {
			chunk = append(chunk, o)
		}
		if e.Seal != nil && e.Seq-at.trail.Seq >= followChunk {
			return errEnough
		}
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return 0, 0, false, err
	}
	if err := j.lock(ctx); err != nil {
		return 0, 0, false, err
	}
	defer j.unlock()
	v := j.views.Load()
	if v != at.of || v.stale || v.cursor.trail != at.trail || v.cursor.destructions != at.destructions {
		return at.trail.Seq, at.head.Seq, true, nil
	}
	err = v.write(ctx, func(tx *sqlite.Tx, c *cursor) error {
		for i := range chunk {
			if err := reduce(tx, j.registry.kinds[chunk[i].applied.Kind].trailing, chunk[i].applied, nil); err != nil {
				return fmt.Errorf("event %d: %w", chunk[i].head.Seq, err)
			}
		}
		c.trail = end
		c.behind = end != c.head
		return nil
	})
	return end.Seq, v.cursor.head.Seq, v.cursor.behind, err
}

func (j *Journal) trailing(ctx context.Context) (at trails, behind bool, err error) {
	if err := j.lock(ctx); err != nil {
		return trails{}, false, err
	}
	defer j.unlock()
	v := j.views.Load()
	if v.stale {
		if err := v.reload(ctx); err != nil {
			return trails{}, false, err
		}
	}
	c := v.cursor
	return trails{v, c.trail, c.head, c.destructions}, c.behind, nil
}
