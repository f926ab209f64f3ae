package journal

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"quietline/backend/clinic"
	"quietline/backend/sqlite"
)

// start opens the views that the store points to and settles what state they are
// in. Where the log does not hold what was noted of it, or what the views know,
// it changes nothing: what lies there is then all that tells of it.
func (j *Journal) start(ctx context.Context, c Config) error {
	pointer, err := j.store.Views(ctx)
	if err != nil {
		return err
	}
	seen, lost, err := j.openCurrent(ctx, pointer)
	if err != nil {
		return err
	}
	v, anchors := j.views.Load(), c.Anchors
	if !seen.IsZero() && j.blocked.Load() == nil {
		// The views are an anchor of their own, unfinished ones too: they were where the
		// log must have been.
		anchors = append(slices.Clone(anchors), Anchor{Head: seen})
	}
	loss, err := j.compare(ctx, anchors)
	if err != nil {
		return err
	}
	if loss != nil {
		j.blocked.Store(loss.err())
		j.report.Blocked, j.report.Loss = CodeRolledBack, loss
		return nil
	}
	checked := make(chan error, 1)
	if c.QuickCheck {
		go func() { checked <- j.checkQuickly(ctx) }()
	} else {
		checked <- nil
	}
	if lost == "" && j.blocked.Load() == nil {
		lost, err = j.settle(ctx, v)
	}
	if err := errors.Join(err, <-checked); err != nil {
		return err
	}
	if lost != "" {
		if err := j.rebuild(ctx, promptFirst, c.Progress); err != nil {
			return err
		}
		// A clinic that has recorded nothing yet has lost nothing.
		if v := j.views.Load(); pointer.Generation != 0 || !v.cursor.head.IsZero() {
			j.report.Rebuilt = lost
		}
	}
	if b := j.blocked.Load(); b != nil {
		j.report.Blocked = b.Code
	}
	j.report.Newer = j.views.Load().cursor.newer
	return nil
}

// openCurrent opens the views in use. It returns what they have seen, and why they must
// be rebuilt, where they must be. Unfinished ones it leaves to [Journal.build].
func (j *Journal) openCurrent(ctx context.Context, p ViewsPointer) (seen Head, lost clinic.Code, err error) {
	if p.Generation == 0 {
		return Head{}, CodeViewsLost, nil
	}
	raw, current, err := j.sealer.openViewsKey(p)
	switch {
	case errors.Is(err, ErrDamaged):
		return Head{}, CodeViewsLost, nil
	case err != nil:
		return Head{}, "", err
	case !current:
		return Head{}, CodeViewsOutdated, nil
	}
	defer clear(raw)
	v, err := openViews(ctx, j.files, p.Generation, raw, j.registry)
	if v != nil {
		if seen = v.cursor.head; v.cursor.making {
			return seen, CodeViewsLost, v.close()
		}
		j.views.Store(v)
	}
	switch {
	case errors.Is(err, clinic.E(CodeViewsTampered)):
		j.blocked.Store(clinic.E(CodeViewsTampered))
		return seen, "", nil
	case unreadable(err):
		return seen, CodeViewsLost, nil
	}
	return seen, "", err
}

// unreadable reports whether an error says that a views file is not there or
// cannot be read, as opposed to a disk that is full or busy. What the drive does not
// give of the views is in the log.
func unreadable(err error) bool {
	if sqlite.IsUnread(err) {
		return true
	}
	for _, code := range []clinic.Code{
		sqlite.CodeMissing, sqlite.CodeWrongKey, sqlite.CodeNotOurs, sqlite.CodeNewer, sqlite.CodeDamaged,
	} {
		if errors.Is(err, clinic.E(code)) {
			return true
		}
	}
	return false
}

// settle compares the views with the log and with themselves.
func (j *Journal) settle(ctx context.Context, v *views) (lost clinic.Code, err error) {
	destroyed, err := j.store.Destructions(ctx)
	switch {
	case err != nil:
		return "", err
	case v.cursor.fingerprint != j.registry.fingerprint:
		return CodeViewsOutdated, nil
	case v.cursor.destructions != destroyed:
		return CodeContentDestroyed, nil
	case v.db.Seals() >= 2*j.renewViews:
		// They could soon not be written to any more, and no check has come by.
		return CodeViewsOutdated, nil
	}
	err = v.checkDigest(ctx)
	switch {
	case errors.Is(err, clinic.E(CodeViewsTampered)):
		j.blocked.Store(clinic.E(CodeViewsTampered))
		return "", nil
	case unreadable(err):
		return CodeViewsLost, nil
	case err != nil:
		return "", err
	}
	j.report.Replayed, err = j.replay(ctx, v, nil, nil)
	if unreadable(err) && !j.logUnreadable(ctx) {
		return CodeViewsLost, nil
	}
	return "", err
}

// logUnreadable tells a damaged log from damaged views, which fail alike while
// the one is brought into the other.
func (j *Journal) logUnreadable(ctx context.Context) bool {
	return j.log.Tail(ctx, Pos{}, func(Entry) error { return nil }) != nil
}

// extent is how much of the views is made before they are used.
type extent int

const (
	// whole: all of them.
	whole extent = iota
	// promptFirst: people wait. What trails follows behind.
	promptFirst
)

// Rebuild makes the views anew from the log, in a new file under a new random
// key, and switches to it when it is complete. Reading and writing go on
// meanwhile, but for the moment of the switch; where nobody can use the old views, the
// trailing projections are left to [Journal.Follow]. A failure leaves the old views in
// use. It ends a check of the views that is under way, and waits for another
// rebuild. progress, which may be nil, is called between two stretches of the log and may rest there; it must
// not rebuild. ErrConflict, worth a retry: content was destroyed meanwhile.
func (j *Journal) Rebuild(ctx context.Context, progress Progress) error {
	if j.closed.Load() {
		return ErrClosed
	}
	w, err := j.shadows.begin(ctx, renewing)
	if err != nil {
		return j.orClosed(err)
	}
	defer w.end()
	if err := w.explain(j.rebuildBeside(w, progress)); err != nil {
		return j.orClosed(fmt.Errorf("rebuild views: %w", err))
	}
	return nil
}

func (j *Journal) rebuildBeside(w *shadow, progress Progress) error {
	pointer, err := j.store.Views(w.ctx)
	if err != nil {
		return err
	}
	much := whole
	if j.blocked.Load() != nil {
		much = promptFirst
	}
	next, sealed, err := j.build(w, pointer, much, progress)
	if err != nil {
		return err
	}
	return j.putInPlace(w, pointer.Generation, next, sealed)
}

// putInPlace brings views that were made beside those of a generation to the head
// of the log and puts them in the place of those. Where it fails they are gone, unless
// the store points to them already.
func (j *Journal) putInPlace(w *shadow, from uint64, next *views, sealed []byte) error {
	if err := j.lockAny(w.ctx); err != nil {
		return errors.Join(err, j.discard(next, from))
	}
	defer j.unlock()
	if _, err := j.replay(w.ctx, next, nil, nil); err != nil {
		return errors.Join(err, j.discard(next, from))
	}
	return j.switchTo(w, from, next, sealed)
}

// rebuild is Rebuild for the writer, who keeps everybody out until it is done:
// the views in use show what must not be shown, or nothing.
func (j *Journal) rebuild(ctx context.Context, much extent, progress Progress) error {
	w, err := j.shadows.begin(ctx, mending)
	if err != nil {
		return fmt.Errorf("rebuild views: %w", err)
	}
	defer w.end()
	pointer, err := j.store.Views(w.ctx)
	if err != nil {
		return fmt.Errorf("rebuild views: %w", err)
	}
	next, sealed, err := j.build(w, pointer, much, progress)
	if err != nil {
		return fmt.Errorf("rebuild views: %w", err)
	}
	if err := j.switchTo(w, pointer.Generation, next, sealed); err != nil {
		return fmt.Errorf("rebuild views: %w", err)
	}
	return nil
}

// switchTo puts complete views in the place of those of a generation. The caller
// is the writer.
func (j *Journal) switchTo(w *shadow, from uint64, next *views, sealed []byte) error {
	if !next.pointed {
		err := j.store.SwitchViews(w.ctx, from, ViewsPointer{Generation: next.generation, SealedKey: sealed})
		if err != nil {
			return errors.Join(err, j.discard(next, from))
		}
	}
	// Until its readers have left, the old file has its key.
	old := j.views.Load()
	if old != nil {
		w.holds(old)
	}
	j.views.Store(next)
	j.blocked.Store(nil)
	j.behind.Store(false)
	if j.closed.Load() {
		// Abandon came meanwhile and may have seen the old views only.
		next.db.Abandon()
		if old != nil {
			old.db.Abandon()
		}
		return ErrClosed
	}
	if old != nil {
		// The views now in use are whole; the old file is only in the way.
		_ = old.close()
	}
	if !j.shadows.areForgotten() {
		_ = j.files.Sweep(w.ctx, next.generation)
	}
	return nil
}

// ContentHash is a hash over all rows of the projections' tables, the same for
// the same content whatever the order of writing. Search indexes are left out. It first
// brings what trails to the others.
func (j *Journal) ContentHash(ctx context.Context) ([32]byte, error) {
	var sum [32]byte
	if err := j.Follow(ctx, nil); err != nil {
		return sum, err
	}
	err := j.Read(ctx, func(tx *sqlite.Tx) (err error) {
		sum, err = contentHash(tx)
		return err
	})
	return sum, err
}

// DestroyContent destroys the content keys of slots for ever, then rebuilds the
// views without what they covered. It returns how many keys there were. Where it
// fails after the keys are destroyed, which that number tells, the next Open
// rebuilds, and what is left of them in the file's log goes when that is next
// emptied. What is recorded for a slot afterwards gets a new key.
func (j *Journal) DestroyContent(ctx context.Context, slots []KeySlot, progress Progress) (int, error) {
	if err := j.lock(ctx); err != nil {
		return 0, err
	}
	defer j.unlock()
	n, err := j.store.DestroyContentKeys(ctx, slots, j.clock.Now())
	if n == 0 {
		return 0, j.orClosed(err)
	}
	j.sealer.forget()
	j.behind.Store(true)
	return n, j.orClosed(errors.Join(err, j.rebuild(ctx, whole, progress)))
}
