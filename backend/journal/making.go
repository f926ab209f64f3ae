package journal

import (
	"context"
	"errors"
	"fmt"
	"io"

	"golang.org/x/crypto/chacha20poly1305"

	"quietline/backend/clinic"
	"quietline/backend/sqlite"
)

// makingCache is by how many times the page cache of the writer is larger while views
// are made: ids lie everywhere in their indexes.
const makingCache = 4

// build makes complete views beside those that the store points to, and their sealed key.
//
// Where people wait and the store points to none yet, as after a restore, it points to the
// new ones from the first moment: a program that ends, or a lock, then costs what was made
// since the last transaction, and the next build goes on there. Every transaction leaves
// the digest of what is made so far, so that nothing put back in between passes. A log
// that is read in a second is not worth that. Views that somebody uses, or may want to
// look into, keep their place until others are complete.
func (j *Journal) build(w *shadow, p ViewsPointer, much extent, progress Progress) (*views, []byte, error) {
	ctx := w.ctx
	// What an interrupted rebuild has left would be in the way.
	if err := j.files.Sweep(ctx, p.Generation); err != nil {
		return nil, nil, err
	}
	destroyed, err := j.store.Destructions(ctx)
	if err != nil {
		return nil, nil, err
	}
	v, err := j.unfinished(w, p, much, destroyed)
	if err != nil {
		return nil, nil, err
	}
	if v != nil {
		err := j.fill(ctx, v, progress)
		if err == nil {
			return v, nil, nil
		}
		err = errors.Join(err, v.close())
		if !j.leadsNowhere(ctx, err) {
			return nil, nil, err
		}
	}
	v, sealed, err := j.begin(w, p, much, destroyed)
	if err != nil {
		return nil, nil, err
	}
	if err := j.fill(ctx, v, progress); err != nil {
		return nil, nil, errors.Join(err, j.discard(v, p.Generation))
	}
	return v, sealed, nil
}

// begin makes the empty views after a generation.
func (j *Journal) begin(w *shadow, p ViewsPointer, much extent, destroyed uint64) (*views, []byte, error) {
	ctx := w.ctx
	generation := p.Generation + 1
	raw := make([]byte, chacha20poly1305.KeySize)
	defer clear(raw)
	if _, err := io.ReadFull(j.random, raw); err != nil {
		return nil, nil, fmt.Errorf("make views key: %w", err)
	}
	sealed, err := j.sealer.sealViewsKey(generation, raw)
	if err != nil {
		return nil, nil, err
	}
	head, err := j.log.Head(ctx)
	if err != nil {
		return nil, nil, err
	}
	v, err := createViews(ctx, j.files, generation, raw, j.registry)
	if err != nil {
		return nil, nil, errors.Join(err, j.sweep(p.Generation))
	}
	w.holds(v)
	v.making = true
	large := much == promptFirst && head.Seq >= j.trailFrom
	v.pointed = large && p.Generation == 0
	err = v.write(ctx, func(_ *sqlite.Tx, c *cursor) error {
		c.destructions, c.behind, c.making = destroyed, large, v.pointed
		return nil
	})
	if err == nil && v.pointed {
		// The store must not point to a file whose cursor a loss of power could take.
		if err = v.db.Checkpoint(ctx); err == nil {
			err = j.store.SwitchViews(ctx, p.Generation, ViewsPointer{Generation: generation, SealedKey: sealed})
		}
	}
	if err != nil {
		v.pointed = false
		return nil, nil, errors.Join(err, j.discard(v, p.Generation))
	}
	return v, sealed, nil
}

// unfinished opens the views that an earlier build was to make and that the store points
// to; nil where there are none, or they would not become what is wanted now.
func (j *Journal) unfinished(w *shadow, p ViewsPointer, much extent, destroyed uint64) (*views, error) {
	if p.Generation == 0 {
		return nil, nil
	}
	raw, current, err := j.sealer.openViewsKey(p)
	if errors.Is(err, ErrDamaged) || err == nil && !current {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer clear(raw)
	if used := j.views.Load(); used != nil && used.generation == p.Generation {
		return nil, nil // somebody uses them, so they are complete
	}
	v, err := openViews(w.ctx, j.files, p.Generation, raw, j.registry)
	if v == nil {
		if unreadable(err) {
			err = nil
		}
		return nil, err
	}
	w.holds(v)
	c := v.cursor
	if err == nil && (!c.making || c.fingerprint != j.registry.fingerprint || c.destructions != destroyed || c.behind && much == whole) {
		return nil, v.close()
	}
	if err == nil {
		err = v.checkDigest(w.ctx)
	}
	if err != nil {
		err = errors.Join(err, v.close())
		if errors.Is(err, clinic.E(CodeViewsTampered)) || unreadable(err) {
			err = nil // nobody has read them
		}
		return nil, err
	}
	v.making, v.pointed = true, true
	return v, nil
}

// leadsNowhere reports whether what was left unfinished cannot be gone on with, whatever
// is done, so that views must be made from the beginning.
func (j *Journal) leadsNowhere(ctx context.Context, err error) bool {
	for _, passing := range []clinic.Code{sqlite.CodeDiskFull, sqlite.CodeBusy, sqlite.CodeDevice, sqlite.CodeReadOnly, sqlite.CodeClosed} {
		if errors.Is(err, clinic.E(passing)) && !sqlite.IsUnread(err) {
			return false
		}
	}
	return ctx.Err() == nil && !j.logUnreadable(ctx)
}

// fill brings views that are being made to the head of the log and completes them.
func (j *Journal) fill(ctx context.Context, v *views, progress Progress) error {
	if err := v.db.WriterCache(ctx, makingCache); err != nil {
		return err
	}
	if _, err := j.replay(ctx, v, nil, progress); err != nil {
		return err
	}
	return v.complete(ctx)
}

// discard closes and removes views that were built beside those of a generation. Those
// that the store points to stay, and are gone on with.
func (j *Journal) discard(v *views, keep uint64) error {
	if v.pointed {
		return v.close()
	}
	return errors.Join(v.close(), j.sweep(keep))
}

// sweep removes what was built beside the views of a generation. After the journal
// was abandoned it leaves that to the next one.
func (j *Journal) sweep(keep uint64) error {
	if j.shadows.areForgotten() {
		return nil
	}
	return j.files.Sweep(context.Background(), keep)
}
