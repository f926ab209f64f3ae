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
	"quietline/backend/vault"
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
	// Reached, which may be nil, is given what wipes the keys of the repository at
	// once, and returns what is called when they are no longer held. It is how a lock
	// of the clinic reaches a run that waits for a disk.
	Reached func(forget func()) (over func())
}

// Target is a repository that is written to. It is kept between runs, because it
// remembers for how long another writer has been silent. One call after the other
// writes; who comes second waits.
type Target struct {
	cfg  Config
	seen watch
	turn chan struct{}
}

// NewTarget returns the target of a configuration. It touches nothing.
func NewTarget(cfg Config) *Target {
	if cfg.SegmentBytes <= 0 {
		cfg.SegmentBytes = 2 << 20
	}
	return &Target{cfg: cfg, turn: make(chan struct{}, 1)}
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
	// Other is set beside CodeOtherCopy, where it can be read: the newest generation
	// of the copy that has gone on.
	Other Generation
	// Mark is set beside CodeOtherCopy where Other is not, because the keys followed the
	// other copy. It names the folder as it stands: it is another one as soon as somebody
	// has written a generation or new keys.
	Mark string
	Took time.Duration
}

// Run adds a generation: the clinic as it is now. What earlier generations hold is
// not copied again, and what a run that was cut short has copied is taken over.
// tell, which may be nil, is called often. Between small pieces of work it lets others go
// first, as clinic.Aside says.
//
// Errors of the repository are those of Open and CodeBusy, CodeOtherCopy,
// CodeNotSaved, CodeDiskFull; those of the clinic are returned as they are.
// After any error the generations are what they were, and Run may be repeated.
// Where only tidying up fails, there is a generation beside the error.
func (t *Target) Run(ctx context.Context, src Source, tell func(Progress)) (Result, error) {
	began := src.Clock.Elapsed()
	w, end, err := t.begin(ctx, src, ByKeys(src.Keys))
	if errors.Is(err, clinic.E(CodeOtherCopy)) {
		mark, unread := t.cfg.disk().mark()
		if unread != nil {
			return Result{}, unread // nothing can be told of it; it is met again
		}
		return Result{Mark: mark}, err
	}
	if err != nil {
		return Result{}, err
	}
	defer end()
	if tell != nil {
		w.tell = tell
	}
	w.disk.files = inPieces{w.disk.files, ctx}
	if err = w.look(ctx); err == nil {
		err = w.each(ctx, w.bags, w.records, w.attachments, w.finish, w.tidy)
	}
	w.result.Took = src.Clock.Elapsed() - began
	return w.result, err
}

// Rejoin gives a clinic that went on from an older copy of itself its repository back,
// where the keys in there followed what was left behind: runs say CodeOtherCopy for
// ever. It takes the recovery sheet that was in force when the last run into it was
// made, and checks as a run does that this clinic is the one that follows. It adds no
// generation; the next run does. Where the clinic's keys open the repository, it does
// nothing. The sheet is the caller's to wipe.
//
// Errors are those of Run; vault.CodeWrongWords for another sheet. After any error the
// generations are what they were, and Rejoin may be repeated.
func (t *Target) Rejoin(ctx context.Context, src Source, sheet vault.Recovery) error {
	r, err := Open(ctx, t.cfg, ByKeys(src.Keys))
	if err == nil {
		r.Close()
		return nil
	}
	// Of one document that is left nobody can say whether it was spoiled or is another
	// copy's; the sheet does.
	if !errors.Is(err, clinic.E(CodeOtherCopy)) && !errors.Is(err, errOtherKey) {
		return err
	}
	w, end, err := t.begin(ctx, src, BySheet(sheet))
	if err != nil {
		return err
	}
	defer end()
	w.rejoins = true
	if err := w.look(ctx); err != nil {
		return err
	}
	return w.bags(ctx)
}

// begin opens the repository and takes the writer's place; end gives both back.
func (t *Target) begin(ctx context.Context, src Source, by Opener) (_ *run, end func(), err error) {
	seat, err := src.Keys.Seat()
	if err != nil {
		return nil, nil, err
	}
	select {
	case t.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, nil, cancelled(ctx)
	}
	r, err := Open(ctx, t.cfg, by)
	if err != nil {
		<-t.turn
		return nil, nil, err
	}
	over := func() {}
	if src.Reached != nil {
		over = src.Reached(r.Forget)
	}
	closed := func() {
		r.Close()
		over()
		<-t.turn
	}
	if r.Clinic() != src.Keys.Clinic() {
		closed()
		return nil, nil, clinic.E(CodeForeign)
	}
	h, err := r.take(ctx, seat, src.Clock, &t.seen, t.cfg.Sightings)
	if err != nil {
		closed()
		return nil, nil, err
	}
	w := &run{Repository: r, hold: h, src: src, tell: func(Progress) {}, segmentBytes: t.cfg.SegmentBytes}
	return w, func() {
		h.release()
		closed()
	}, nil
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
	// rejoins: the document was opened with the sheet, and follows the clinic's keys
	// from now on.
	rejoins bool
}

// look finds out what is there already and what there is to copy. It writes nothing.
func (w *run) look(ctx context.Context) error {
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
	return nil
}

func (w *run) each(ctx context.Context, steps ...func(context.Context) error) error {
	for _, step := range steps {
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
			w.result.Other = m.generation()
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
