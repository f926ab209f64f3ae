package backup

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"time"

	"quietline/backend/archive/blob"
	"quietline/backend/clinic"
	"quietline/backend/journal"
)

// Log is what is read of the clinic's log. It verifies what it hands out.
type Log interface {
	Head(ctx context.Context) (journal.Head, error)
	Verify(ctx context.Context, pos journal.Pos, chain journal.Hash) error
	Tail(ctx context.Context, from journal.Pos, fn func(journal.Entry) error) error
}

// ContentKeys are the keys beside the log. Those of every event that was in the
// log before the call are in the answer.
type ContentKeys interface {
	ContentKeys(ctx context.Context) (keys []journal.StoredKey, destructions uint64, err error)
}

// Attachments are the sealed files of the clinic.
type Attachments interface {
	// Sealed lists the files that are there.
	Sealed(ctx context.Context) ([]blob.Name, error)
	OpenSealed(name blob.Name) (blob.ReadFile, error)
	// Named returns the files that events name, whether or not they are there.
	Named(ctx context.Context) (map[blob.Name]struct{}, error)
}

// Source is the clinic that is copied. People go on working in it meanwhile.
type Source struct {
	Keys        Keys
	Log         Log
	ContentKeys ContentKeys
	// Vault returns vault.json, whole.
	Vault       func() ([]byte, error)
	Attachments Attachments
	Clock       clinic.Clock
}

// Target is a repository that is written to. It is kept between runs, because it
// remembers for how long another writer has been silent. One Run at a time.
type Target struct {
	cfg  Config
	seen watch
}

// NewTarget returns the target of a configuration. It touches nothing.
func NewTarget(cfg Config) *Target {
	if cfg.SegmentBytes <= 0 {
		cfg.SegmentBytes = 8 << 20
	}
	return &Target{cfg: cfg}
}

// Open opens the target's repository for reading.
func (t *Target) Open(ctx context.Context, by Opener) (*Repository, error) {
	return Open(ctx, t.cfg, by)
}

// Result is what a run did.
type Result struct {
	Generation Generation
	// Events and Attachments count what was copied, Written the bytes of it.
	Events, Attachments uint64
	Written             int64
	// Removed counts the generations that were given up.
	Removed int
	// Broken are the files of older generations that were found damaged or gone: of
	// what was copied before, each run reads a share. What the clinic still has was
	// copied again. While a generation's own file or list is among them, nothing is
	// removed.
	Broken []Problem
	Took   time.Duration
}

// Run adds a generation: the clinic as it is now. What earlier generations hold is
// not copied again, and what a run that was cut short has copied is taken over.
// tell, which may be nil, is called often.
//
// Errors of the repository are those of Open and CodeBusy, CodeOtherCopy,
// CodeNotSaved, clinic.CodeDiskFull; those of the clinic are returned as they are.
// After any error the generations are what they were, and Run may be repeated.
// Where only tidying up fails, there is a generation beside the error.
func (t *Target) Run(ctx context.Context, src Source, tell func(Progress)) (Result, error) {
	began := src.Clock.Elapsed()
	seat, err := src.Keys.Seat()
	if err != nil {
		return Result{}, err
	}
	r, err := Open(ctx, t.cfg, ByKeys(src.Keys))
	if err != nil {
		return Result{}, err
	}
	defer r.Close()
	h, err := r.take(seat, src.Clock, &t.seen)
	if err != nil {
		return Result{}, err
	}
	defer h.release()
	if tell == nil {
		tell = func(Progress) {}
	}
	w := &run{Repository: r, hold: h, src: src, tell: tell, segmentBytes: t.cfg.SegmentBytes}
	err = w.run(ctx)
	w.result.Took = src.Clock.Elapsed() - began
	return w.result, err
}

// run is one run under way.
type run struct {
	*Repository
	hold         *hold
	src          Source
	tell         func(Progress)
	segmentBytes int

	old    []*manifest // the newest first
	head   journal.Head
	next   manifest
	result Result
	// doubted: a file was found that is not what was written.
	doubted bool
}

func (w *run) run(ctx context.Context) error {
	var err error
	if w.old, w.result.Broken, err = w.manifests(ctx); err != nil {
		return err
	}
	// The head comes first: what is read after it belongs to it, or is more.
	if w.head, err = w.src.Log.Head(ctx); err != nil {
		return err
	}
	if w.head.IsZero() {
		return clinic.E(CodeNoGeneration).Because(errors.New("the clinic has no records yet"))
	}
	if err := w.succeeds(ctx); err != nil {
		return err
	}
	w.next = manifest{
		Number: 1, Made: w.src.Clock.Now(), Incarnation: w.head.Incarnation, Seq: w.head.Seq, Chain: hexHash(w.head.Chain),
	}
	for _, m := range w.old {
		w.next.Number = max(w.next.Number, m.Number+1)
	}
	for _, step := range []func(context.Context) error{w.bags, w.records, w.attachments, w.finish, w.tidy} {
		if err := cancelled(ctx); err != nil {
			return err
		}
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// succeeds fails with CodeOtherCopy where the repository holds what this log does
// not, unless this log is a later incarnation: then a person went on from an older
// copy, and what was left behind stays in its generations.
func (w *run) succeeds(ctx context.Context) error {
	for _, m := range w.old {
		err := w.src.Log.Verify(ctx, m.head().Pos, m.head().Chain)
		switch {
		case err == nil:
			continue
		case !errors.Is(err, journal.ErrForked) && !errors.Is(err, journal.ErrTruncated) && !errors.Is(err, journal.ErrGap):
			return err
		case m.Incarnation >= w.head.Incarnation:
			return clinic.E(CodeOtherCopy)
		}
	}
	return nil
}

// finish writes the generation.
func (w *run) finish(context.Context) error {
	if err := w.hold.confirm(); err != nil {
		return err
	}
	for _, s := range w.next.Segments {
		size, err := w.disk.files.Size(w.disk.path(path.Join(segmentsDir, s.Name.String())))
		if err != nil || size != s.Size {
			return clinic.E(CodeDamaged).Because(errors.New("a segment went missing"))
		}
		w.next.Bytes += s.Size
	}
	content, err := json.Marshal(&w.next)
	if err != nil {
		return fmt.Errorf("backup: write a generation: %w", err)
	}
	name, size, err := w.add(kindGeneration, generationsDir, content)
	if err != nil {
		return err
	}
	w.next.name = name
	w.result.Written += size
	w.result.Generation = w.next.generation()
	return nil
}
