package journal

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"

	"quietline/backend/clinic"
	"quietline/backend/sqlite"
)

// Config is what a journal is made of. All but Rand, Anchors, RenewViews and TrailFrom
// is required.
type Config struct {
	Log   EventLog
	Store Store
	Views ViewsFiles
	Keys  Keyring
	// Projections in the order in which reducers see an event.
	Projections []Projection
	Clock       clinic.Clock
	// Rand is crypto/rand.Reader where nil.
	Rand io.Reader
	// Anchors is what was noted of the log outside of it.
	Anchors []Anchor
	// RenewViews is after how many seals the views are worn: the next check puts new
	// ones under a new key in their place, and past twice that an opening does. Half
	// of [sqlite.SealLimit] where zero.
	RenewViews int64
	// Progress, which may be nil, is told how far views are that an opening makes anew.
	Progress Progress
	// TrailFrom is from how many events on the trailing projections are left behind
	// where people wait for the views: for fewer it would not be felt. 10,000 where zero.
	TrailFrom uint64
	// QuickCheck has Open do what [Journal.QuickCheck] does, beside the digest: somebody
	// waits, and one processor is left over.
	QuickCheck bool
}

// Journal is the open journal of one clinic. It is safe for concurrent use.
type Journal struct {
	log       EventLog
	store     Store
	files     ViewsFiles
	keys      Keyring
	clock     clinic.Clock
	random    io.Reader
	registry  *registry
	sealer    *sealer
	names     Namer
	seat      clinic.SeatID
	listeners listeners
	report    Report
	shadows   shadows
	// renewViews is Config.RenewViews.
	renewViews int64
	// trailFrom is Config.TrailFrom.
	trailFrom uint64

	// writer is the one writer: whoever has put a token in.
	writer chan struct{}
	views  atomic.Pointer[views]
	// behind: the log may hold what the views do not.
	behind  atomic.Bool
	closed  atomic.Bool
	blocked atomic.Pointer[clinic.Error]
}

// Report says what Open found and did.
type Report struct {
	// Rebuilt says why the views were rebuilt: CodeViewsLost, CodeViewsOutdated or
	// CodeContentDestroyed; empty where they were not.
	Rebuilt clinic.Code
	// Replayed counts the events that the views had not seen.
	Replayed uint64
	// Newer: the log holds events that this program does not understand. Reading
	// works; Submit answers CodeNewer.
	Newer bool
	// Blocked is CodeViewsTampered where the views must not be trusted and
	// CodeRolledBack where the log does not hold what it once did. Read and Submit
	// answer with it until Rebuild was called.
	Blocked clinic.Code
	// Loss is set beside CodeRolledBack.
	Loss *Loss
}

// Open opens the journal: it opens the views, or rebuilds them where they are
// lost or outdated, recomputes their digest, and applies what they have not
// seen. [Journal.Report] says what it found. Where the log does not hold every
// anchor, the journal opens blocked and nothing was changed. Where Open fails it
// has closed what it opened.
func Open(ctx context.Context, c Config) (*Journal, error) {
	registry, err := newRegistry(c.Projections)
	if err != nil {
		return nil, err
	}
	if c.Rand == nil {
		c.Rand = rand.Reader
	}
	if c.RenewViews == 0 {
		c.RenewViews = sqlite.SealLimit / 2
	}
	if c.TrailFrom == 0 {
		c.TrailFrom = 10_000
	}
	naming, err := c.Keys.Naming()
	if err != nil {
		return nil, fmt.Errorf("open journal: %w", err)
	}
	seat, err := c.Keys.Seat()
	if err != nil {
		return nil, fmt.Errorf("open journal: %w", err)
	}
	j := &Journal{
		log: c.Log, store: c.Store, files: c.Views, keys: c.Keys, clock: c.Clock, random: c.Rand,
		registry: registry, sealer: newSealer(c.Keys, c.Store, c.Rand), names: NewNamer(naming), seat: seat,
		writer: make(chan struct{}, 1), renewViews: c.RenewViews, trailFrom: c.TrailFrom,
	}
	if err := j.start(ctx, c); err != nil {
		if v := j.views.Load(); v != nil {
			err = errors.Join(err, v.close())
		}
		return nil, fmt.Errorf("open journal: %w", err)
	}
	return j, nil
}

// Report says what Open found and did.
func (j *Journal) Report() Report { return j.report }

// Names derives ids and subjects under the naming key.
func (j *Journal) Names() Namer { return j.names }

// Read runs fn over one consistent state of the views. It does not wait for
// writers. fn must not call Read or Submit: reads share a few connections, and
// reads within reads can use them up and wait for each other.
func (j *Journal) Read(ctx context.Context, fn func(tx *sqlite.Tx) error) error {
	if err := j.usable(); err != nil {
		return err
	}
	if j.behind.Load() {
		if err := j.CatchUp(ctx); err != nil {
			return err
		}
	}
	v := j.hold()
	defer v.use.RUnlock()
	return j.orClosed(v.db.Read(ctx, fn))
}

// hold returns the views in use, held for reading. Rebuild puts new views in
// place before it waits for the readers of the old ones; so whoever cannot hold
// these finds others.
func (j *Journal) hold() *views {
	for {
		v := j.views.Load()
		if v.use.TryRLock() {
			if v == j.views.Load() || j.closed.Load() {
				return v
			}
			v.use.RUnlock()
		} else if j.closed.Load() {
			v.use.RLock()
			return v
		}
	}
}

// CatchUp applies what other seats have appended.
func (j *Journal) CatchUp(ctx context.Context) error {
	if err := j.lock(ctx); err != nil {
		return err
	}
	touched := &Touched{}
	at, err := j.catchUp(ctx, touched)
	j.unlock()
	j.listeners.tell(touched.changes(at))
	return err
}

// usable answers why the journal cannot be used, if so.
func (j *Journal) usable() error {
	if j.closed.Load() {
		return ErrClosed
	}
	if b := j.blocked.Load(); b != nil {
		return b
	}
	return nil
}

// lock makes the caller the one writer of a usable journal.
func (j *Journal) lock(ctx context.Context) error {
	if err := j.lockAny(ctx); err != nil {
		return err
	}
	if err := j.usable(); err != nil {
		j.unlock()
		return err
	}
	return nil
}

func (j *Journal) lockAny(ctx context.Context) error {
	select {
	case j.writer <- struct{}{}:
	case <-ctx.Done():
		return fmt.Errorf("wait for the writer: %w", ctx.Err())
	}
	if j.closed.Load() {
		j.unlock()
		return ErrClosed
	}
	return nil
}

func (j *Journal) unlock() { <-j.writer }

// orClosed gives what fails because the journal was closed meanwhile its code.
func (j *Journal) orClosed(err error) error {
	if err != nil && j.closed.Load() {
		return clinic.E(CodeClosed).Because(err)
	}
	return err
}

// Close waits for what is under way and closes the views. The log and the store
// are the caller's to close.
func (j *Journal) Close() error {
	j.writer <- struct{}{}
	defer j.unlock()
	if j.closed.Swap(true) {
		return nil
	}
	j.shadows.close()
	j.sealer.forget()
	if v := j.views.Load(); v != nil {
		return v.close()
	}
	return nil
}

// Forget zeroes the keys of the views, of those that are being made too, and drops
// all others that the journal holds: what is under way fails. It waits for
// nothing, not for a disk either. It is for locking the clinic. The log and the
// store are the caller's to forget; [Journal.Abandon] lets go of the files.
func (j *Journal) Forget() {
	j.closed.Store(true)
	if v := j.views.Load(); v != nil {
		v.db.Forget()
	}
	j.shadows.forget()
	j.sealer.forget()
}

// Abandon does what [Journal.Forget] does and lets go of the views' files, waiting
// for what is with the disk and for nothing else. The log and the store are the
// caller's to abandon.
func (j *Journal) Abandon() {
	j.Forget()
	if v := j.views.Load(); v != nil {
		v.db.Abandon()
	}
	j.shadows.letGo()
}

// listeners are told after commits.
type listeners struct {
	mu   sync.Mutex
	next int
	fns  map[int]func([]Change)
}

// Subscribe calls fn after each commit of events with what they touched, in the
// goroutine of the writer: fn must be quick and must not call Submit. The
// returned function ends it.
func (j *Journal) Subscribe(fn func([]Change)) (cancel func()) {
	l := &j.listeners
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.fns == nil {
		l.fns = map[int]func([]Change){}
	}
	id := l.next
	l.next++
	l.fns[id] = fn
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.fns, id)
	}
}

func (l *listeners) tell(changes []Change) {
	if len(changes) == 0 {
		return
	}
	l.mu.Lock()
	fns := make([]func([]Change), 0, len(l.fns))
	for _, fn := range l.fns {
		fns = append(fns, fn)
	}
	l.mu.Unlock()
	for _, fn := range fns {
		fn(changes)
	}
}
