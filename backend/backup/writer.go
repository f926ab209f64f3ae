package backup

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"sync"
	"time"

	"quietline/backend/clinic"
)

const (
	writerName = "writer"
	// renewEvery is how often a writer says that it lives, and abandonedAfter how
	// long it may be silent before another one takes its place. Both are measured on
	// one computer's own clock: the clocks of two need not agree.
	renewEvery     = 10 * time.Second
	abandonedAfter = 5 * time.Minute
)

// sign is what a writer leaves in the folder: its seat 16, its run 16, and a count
// that grows, 8. A lock of the operating system would be the wrong tool: on network
// shares some are not held, and some outlive whoever held them.
type sign struct {
	seat  clinic.SeatID
	run   Name
	count uint64
}

func (s sign) content() []byte {
	b := append(append([]byte(nil), s.seat[:]...), s.run[:]...)
	return binary.BigEndian.AppendUint64(b, s.count)
}

func parseSign(content []byte) (s sign, err error) {
	c := &cursor{b: content}
	copy(s.seat[:], c.take(16))
	copy(s.run[:], c.take(16))
	s.count = c.uint64()
	if c.short || len(c.b) > 0 {
		return sign{}, damaged("a writer's sign has another length")
	}
	return s, nil
}

// Sightings keep what was seen of another writer's sign while the program does not
// run: a desk that locks often would otherwise begin to watch anew each time.
type Sightings interface {
	// Saw keeps a digest of the sign, and since when that is there.
	Saw(ctx context.Context, sign []byte, since clinic.Instant) error
	// Seen returns what Saw kept last; no sign where that was nothing.
	Seen(ctx context.Context) (sign []byte, since clinic.Instant, err error)
}

// watch is what a target has seen of another writer's sign.
type watch struct {
	mu    sync.Mutex
	sign  []byte
	since time.Duration
}

// silent reports whether the sign has been the same for as long as nobody who
// lives leaves it: by this process's own watching, or by what an earlier one kept. A
// clock that was put forward in between takes the place of a writer that lives; it
// finds that out, and nothing is spoiled.
func (w *watch) silent(ctx context.Context, raw []byte, clock clinic.Clock, kept Sightings) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.sign != nil && bytes.Equal(w.sign, raw) {
		return clock.Elapsed()-w.since >= abandonedAfter
	}
	w.sign, w.since = bytes.Clone(raw), clock.Elapsed()
	if kept == nil {
		return false
	}
	digest, now := sha256.Sum256(raw), clock.Now()
	had, since, err := kept.Seen(ctx)
	if age := now.Sub(since); err == nil && bytes.Equal(had, digest[:]) && age >= 0 {
		return age >= abandonedAfter
	}
	// What cannot be kept costs no more than waiting.
	_ = kept.Saw(ctx, digest[:], now)
	return false
}

// hold is this run's right to write to a repository.
type hold struct {
	repository *Repository
	clock      clinic.Clock
	own        sign
	renewed    time.Duration
}

// take takes the right to write. CodeBusy: another writer has it, or had it and
// has not been silent for long enough. A sign of this very seat is one of a run
// that died: one program at a time has a clinic open.
func (r *Repository) take(ctx context.Context, seat clinic.SeatID, clock clinic.Clock, seen *watch, kept Sightings) (*hold, error) {
	h := &hold{repository: r, clock: clock, own: sign{seat: seat}}
	if _, err := io.ReadFull(r.random, h.own.run[:]); err != nil {
		return nil, errors.Join(errors.New("backup: draw a name"), err)
	}
	raw, err := r.disk.load(writerName, fileLimit)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return h, h.begin()
	case err != nil && !errors.Is(err, errTooLong):
		return nil, unreachable(err)
	}
	// What cannot be read may be half of a sign that is being written.
	other, err := r.sign(raw)
	if (err != nil || other.seat != seat) && !seen.silent(ctx, raw, clock, kept) {
		return nil, clinic.E(CodeBusy).Retryable()
	}
	return h, h.renew()
}

func (r *Repository) sign(raw []byte) (sign, error) {
	content, err := r.keys.open(kindWriter, writerName, raw)
	if err != nil {
		return sign{}, err
	}
	return parseSign(content)
}

// begin leaves the first sign, where there is none.
func (h *hold) begin() error {
	raw, err := h.seal()
	if err != nil {
		return err
	}
	d := h.repository.disk
	f, err := d.files.Create(d.path(writerName))
	if errors.Is(err, fs.ErrExist) {
		return clinic.E(CodeBusy).Retryable()
	}
	if err != nil {
		return notSaved(err)
	}
	_, err = f.Write(raw)
	if err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = d.same(writerName, raw)
	}
	if err != nil {
		_ = d.files.Remove(d.path(writerName))
		return notSaved(err)
	}
	return nil
}

func (h *hold) seal() ([]byte, error) {
	h.own.count++
	h.renewed = h.clock.Elapsed()
	return h.repository.keys.seal(kindWriter, writerName, h.own.content(), h.repository.random)
}

func (h *hold) renew() error {
	raw, err := h.seal()
	if err != nil {
		return err
	}
	return h.repository.disk.write(writerName, raw)
}

// confirm fails with CodeBusy where another writer has taken this one for dead. It
// is asked before whatever is replaced or removed.
func (h *hold) confirm() error {
	r := h.repository
	raw, err := r.disk.load(writerName, fileLimit)
	if err != nil {
		return unreachable(err)
	}
	if s, err := r.sign(raw); err != nil || s.run != h.own.run {
		return clinic.E(CodeBusy).Retryable()
	}
	return nil
}

// live says now and then that the writer lives.
func (h *hold) live() error {
	if h.clock.Elapsed()-h.renewed < renewEvery {
		return nil
	}
	if err := h.confirm(); err != nil {
		return err
	}
	return h.renew()
}

// release removes the sign. Where that fails the next run of this seat finds it.
func (h *hold) release() {
	if h.confirm() == nil {
		_ = h.repository.disk.remove(writerName)
	}
}
