package journal

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"quietline/backend/clinic"
	"quietline/backend/sqlite"
)

// shadows lets one set of views be made at a time beside those in use, since the
// next generation has one file. Who needs the place more than the one who has it
// ends that; others wait.
type shadows struct {
	mu sync.Mutex
	// current is the one under way, nil where there is none.
	current *shadow
	// over: the journal is closed, and no other begins.
	over bool
	// forgotten: the keys are gone, also of views that are being made.
	forgotten bool
}

// need is how much somebody needs the place.
type need int

const (
	// checking compares the views with others, which are then thrown away.
	checking need = iota
	// renewing makes new views for somebody who asked for them.
	renewing
	// mending makes new views while nobody may see the old ones. The writer does
	// it, and whoever has the place may be waiting for the writer.
	mending
)

// shadow is one making of views.
type shadow struct {
	of     *shadows
	need   need
	ctx    context.Context
	cancel context.CancelCauseFunc
	ended  chan struct{}
	// views are those that are being made, once there are some, and those whose
	// place they took.
	views []*views
}

// begin takes the place. The making's own context ends with ctx, with the journal,
// and where somebody needs the place more.
func (s *shadows) begin(ctx context.Context, n need) (*shadow, error) {
	for {
		s.mu.Lock()
		if s.over {
			s.mu.Unlock()
			return nil, ErrClosed
		}
		other := s.current
		if other == nil {
			own := &shadow{of: s, need: n, ended: make(chan struct{})}
			own.ctx, own.cancel = context.WithCancelCause(ctx)
			s.current = own
			s.mu.Unlock()
			return own, nil
		}
		if other.need < n {
			other.cancel(ErrConflict)
		}
		s.mu.Unlock()
		select {
		case <-other.ended:
		case <-ctx.Done():
			return nil, fmt.Errorf("wait for the making of other views: %w", context.Cause(ctx))
		}
	}
}

// end gives the place back.
func (w *shadow) end() {
	w.cancel(nil)
	w.of.mu.Lock()
	w.of.current = nil
	w.of.mu.Unlock()
	close(w.ended)
}

// holds puts views where [shadows.forget] finds them.
func (w *shadow) holds(v *views) {
	w.of.mu.Lock()
	defer w.of.mu.Unlock()
	w.views = append(w.views, v)
	if w.of.forgotten {
		v.db.Forget()
	}
}

// explain gives what failed because the place was taken away the code that says so.
func (w *shadow) explain(err error) error {
	if err != nil && context.Cause(w.ctx) == ErrConflict {
		return clinic.E(CodeConflict).Retryable().Because(err)
	}
	return err
}

// close ends the making under way, waits until its file is closed, and lets no
// other begin.
func (s *shadows) close() {
	s.mu.Lock()
	s.over = true
	current := s.current
	s.mu.Unlock()
	if current != nil {
		current.cancel(ErrClosed)
		<-current.ended
	}
}

// forget zeroes the key of the making under way and ends it, without waiting.
func (s *shadows) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over, s.forgotten = true, true
	if s.current == nil {
		return
	}
	s.current.cancel(ErrClosed)
	for _, v := range s.current.views {
		v.db.Forget()
	}
}

// letGo lets go of the files of the making under way.
func (s *shadows) letGo() {
	s.mu.Lock()
	var held []*views
	if s.current != nil {
		held = slices.Clone(s.current.views)
	}
	s.mu.Unlock()
	for _, v := range held {
		v.db.Abandon()
	}
}

// areForgotten reports whether the keys are gone. Another opening of the clinic may
// then be making views under the same name, whose file is not ours to remove.
func (s *shadows) areForgotten() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.forgotten
}

// CheckViews builds the views anew beside those in use and compares all rows.
// CodeViewsTampered says that they differ: something else than the reducers has
// changed the views, or a reducer is not deterministic.
//
// Reading and writing go on meanwhile, but for the moment in which both are
// brought to the same position. progress, which may be nil, is called between
// two stretches of the log and may rest there; it must not rebuild. ErrConflict, worth a
// retry: the views were rebuilt meanwhile, or another workstation was quicker.
//
// Where the views in use are the same but worn (see [Config].RenewViews), the new
// ones take their place.
func (j *Journal) CheckViews(ctx context.Context, progress Progress) error {
	if err := j.usable(); err != nil {
		return err
	}
	if err := j.Follow(ctx, nil); err != nil {
		return err
	}
	w, err := j.shadows.begin(ctx, checking)
	if err != nil {
		return j.orClosed(err)
	}
	defer w.end()
	if err := w.explain(j.checkViews(w, progress)); err != nil {
		return j.orClosed(fmt.Errorf("check views: %w", err))
	}
	return nil
}

func (j *Journal) checkViews(w *shadow, progress Progress) (err error) {
	ctx := w.ctx
	pointer, err := j.store.Views(ctx)
	if err != nil {
		return err
	}
	others, sealed, err := j.build(w, pointer, whole, progress)
	if err != nil {
		return err
	}
	used := false
	defer func() {
		if !used {
			err = errors.Join(err, j.discard(others, pointer.Generation))
		}
	}()
	is, err := j.hashAt(ctx, pointer.Generation, func() (Head, error) {
		_, err := j.replay(ctx, others, nil, nil)
		return others.cursor.head, err
	})
	if err != nil {
		return err
	}
	var should [32]byte
	if err := hashViews(ctx, others, &should); err != nil {
		return err
	}
	if is != should {
		return clinic.E(CodeViewsTampered)
	}
	if j.wear() < j.renewViews {
		return nil
	}
	used = true
	return j.putInPlace(w, pointer.Generation, others, sealed)
}

// wear is how often the views in use were sealed.
func (j *Journal) wear() int64 {
	v := j.hold()
	defer v.use.RUnlock()
	return v.db.Seals()
}

// hashAt hashes the views of a generation as they are at the position to which
// reach brings what they are to be compared with. The writer waits for reach and
// not for the hash.
func (j *Journal) hashAt(ctx context.Context, generation uint64, reach func() (Head, error)) (is [32]byte, err error) {
	if err := j.lock(ctx); err != nil {
		return is, err
	}
	unlock := sync.OnceFunc(j.unlock)
	defer unlock()
	head, err := reach()
	if err != nil {
		return is, err
	}
	v := j.hold()
	defer v.use.RUnlock()
	if v.generation != generation || v.stale || v.cursor.head != head {
		return is, ErrConflict
	}
	err = v.db.Read(ctx, func(tx *sqlite.Tx) error {
		// The first statement fixes what those after it see.
		if _, err := loadCursor(tx, v.macKey); err != nil {
			return err
		}
		unlock()
		is, err = contentHash(tx)
		return err
	})
	return is, err
}

// CheckViewsFile holds the structure of the views' file against itself: pages,
// indexes, references. Reading and writing go on meanwhile; a rebuild waits.
func (j *Journal) CheckViewsFile(ctx context.Context) error {
	if err := j.usable(); err != nil {
		return err
	}
	v := j.hold()
	defer v.use.RUnlock()
	if err := v.db.IntegrityCheck(ctx); err != nil {
		return j.orClosed(fmt.Errorf("check views file: %w", err))
	}
	return nil
}

// CheckIndexes holds the indexes of the decisive tables against their rows, which the
// digest has proven when the journal was opened. An older page of an index that was put
// back leaves rows out, or finds them by what they were: CodeViewsTampered, which a
// rebuild answers. Reading and writing go on meanwhile; a rebuild waits.
func (j *Journal) CheckIndexes(ctx context.Context) error {
	if err := j.usable(); err != nil {
		return err
	}
	v := j.hold()
	defer v.use.RUnlock()
	for _, table := range v.decisive {
		err := v.db.CheckTable(ctx, table)
		if errors.Is(err, clinic.E(sqlite.CodeDamaged)) {
			return clinic.E(CodeViewsTampered).Because(err)
		}
		if err != nil {
			return j.orClosed(fmt.Errorf("check indexes: %w", err))
		}
	}
	return nil
}

func hashViews(ctx context.Context, v *views, into *[32]byte) error {
	return v.db.Read(ctx, func(tx *sqlite.Tx) (err error) {
		*into, err = contentHash(tx)
		return err
	})
}
