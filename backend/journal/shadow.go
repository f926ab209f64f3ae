package journal

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"quietline/backend/clinic"
	"quietline/backend/sqlite"
)

// shadows lets one shadow of the views be built at a time, beside the views in
// use and without keeping anybody from writing, and lets whoever needs its place
// end it.
type shadows struct {
	turn chan struct{}

	mu     sync.Mutex
	cancel context.CancelFunc
	ended  chan struct{}
	views  *views
}

// begin takes the turn. The context that it returns ends early where the shadow
// is in somebody's way.
func (s *shadows) begin(ctx context.Context) (context.Context, func(), error) {
	select {
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, nil, fmt.Errorf("wait for the other check: %w", ctx.Err())
	}
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	s.mu.Lock()
	s.cancel, s.ended = cancel, ended
	s.mu.Unlock()
	return ctx, func() {
		cancel()
		s.mu.Lock()
		s.cancel, s.ended, s.views = nil, nil, nil
		s.mu.Unlock()
		close(ended)
		<-s.turn
	}, nil
}

func (s *shadows) holds(v *views) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.views = v
}

// end ends the shadow under way, if any, and waits until its file is closed. The
// caller must not be the one who builds it.
func (s *shadows) end() {
	s.mu.Lock()
	cancel, ended := s.cancel, s.ended
	s.mu.Unlock()
	if cancel != nil {
		cancel()
		<-ended
	}
}

// abandon zeroes the key of the shadow under way and ends it, without waiting.
func (s *shadows) abandon() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cancel != nil {
		s.cancel()
	}
	if s.views != nil {
		s.views.db.Abandon()
	}
}

// CheckViews builds the views anew beside those in use and compares all rows.
// CodeViewsTampered says that they differ: something else than the reducers has
// changed the views, or a reducer is not deterministic.
//
// Reading and writing go on meanwhile, but for the moment in which both are
// brought to the same position. progress, which may be nil, is called between
// two transactions and may rest there. ErrConflict, worth a retry: the views
// were rebuilt meanwhile, or another workstation was quicker.
func (j *Journal) CheckViews(ctx context.Context, progress Progress) error {
	if err := j.usable(); err != nil {
		return err
	}
	ctx, end, err := j.shadows.begin(ctx)
	if err != nil {
		return err
	}
	defer end()
	if err := j.checkViews(ctx, progress); err != nil {
		return j.orClosed(fmt.Errorf("check views: %w", err))
	}
	return nil
}

func (j *Journal) checkViews(ctx context.Context, progress Progress) (err error) {
	pointer, err := j.store.Views(ctx)
	if err != nil {
		return err
	}
	shadow, _, err := j.build(ctx, pointer.Generation, progress, j.shadows.holds)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, j.discard(shadow, pointer.Generation)) }()
	is, err := j.hashAt(ctx, pointer.Generation, func() (Head, error) {
		_, err := j.replay(ctx, shadow, nil, nil)
		return shadow.cursor.head, err
	})
	if err != nil {
		return err
	}
	var should [32]byte
	if err := hashViews(ctx, shadow, &should); err != nil {
		return err
	}
	if is != should {
		return clinic.E(CodeViewsTampered)
	}
	return nil
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

func hashViews(ctx context.Context, v *views, into *[32]byte) error {
	return v.db.Read(ctx, func(tx *sqlite.Tx) (err error) {
		*into, err = contentHash(tx)
		return err
	})
}
