package journal

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"

	"golang.org/x/crypto/chacha20poly1305"

	"quietline/backend/clinic"
	"quietline/backend/sqlite"
)

// Salvaged is an event that could still be read. It opened under the clinic's
// keys, so that somebody of the clinic wrote it.
type Salvaged struct {
	Applied
	// Content is the body as it was recorded, one JSON object; empty where the
	// event has none, or where it was destroyed or does not open.
	Content json.RawMessage
	// Proven says that its place in the log is certain: chain and signature hold
	// from the event before it to the end of its batch.
	Proven bool
	// Placed says that the reducers took it, so that the views show it.
	Placed bool
}

// Gap is a stretch of events that cannot be read.
type Gap struct {
	// From and Until are the times of the events around it; Until is zero at the
	// end of the log, From at its beginning.
	From, Until clinic.Instant
	Events      uint64
}

// Wreckage says what a damaged log still held.
type Wreckage struct {
	// Events opened; of them, Proven have a certain place, and Unplaced are not in
	// the views because what they refer to is missing.
	Events, Proven, Unplaced uint64
	// Bodiless opened without their content, which does not open. What was
	// destroyed on purpose does not count.
	Bodiless uint64
	// Unreadable is how many are missing or do not open; Gaps says when, the first
	// maxGaps of them.
	Unreadable uint64
	Gaps       []Gap
}

const maxGaps = 500

// Remainder is a damaged log; see [LocalLog.Remains].
type Remainder interface {
	Remains(ctx context.Context, fn func(Entry) error) error
}

// Salvage is what could be read of a damaged log, and views made of it. The views
// lie in a sealed file beside those in use, which nothing points to; Close
// removes it, and so does the next rebuild. Nothing that was there is changed.
type Salvage struct {
	wreckage Wreckage
	views    *views
	files    ViewsFiles
}

// salvageGeneration is beyond every generation that is in use.
const salvageGeneration = math.MaxInt64

// OpenSalvage reads a damaged log as far as it can be read. atLeast is how far it
// is known to have come. each, which may be nil, receives every event that
// opens, in order, and the transaction in which the reducers had it, for tables
// of its own; its error ends the reading. Of the config Log is not used, and Store
// may be damaged, too: see [RemainingStore]. It holds no more in memory than a batch
// of events, some hundred others, and where in the file the events and the content keys
// lie.
func OpenSalvage(ctx context.Context, c Config, log Remainder, seats Seats, atLeast uint64, each func(*sqlite.Tx, Salvaged) error) (*Salvage, error) {
	registry, err := newRegistry(c.Projections)
	if err != nil {
		return nil, err
	}
	if c.Rand == nil {
		c.Rand = rand.Reader
	}
	raw := make([]byte, chacha20poly1305.KeySize)
	defer clear(raw)
	if _, err := io.ReadFull(c.Rand, raw); err != nil {
		return nil, fmt.Errorf("make views key: %w", err)
	}
	v, err := createViews(ctx, c.Views, salvageGeneration, raw, registry)
	if err != nil {
		return nil, fmt.Errorf("salvage: %w", err)
	}
	w := &salvager{
		sealer: newSealer(c.Keys, c.Store, c.Rand), seats: seats, registry: registry, views: v, each: each,
	}
	defer w.sealer.forget()
	err = log.Remains(ctx, func(e Entry) error { return w.next(ctx, e) })
	if err == nil {
		err = w.end(ctx, atLeast)
	}
	s := &Salvage{wreckage: w.out, views: v, files: c.Views}
	if err != nil {
		return nil, fmt.Errorf("salvage: %w", errors.Join(err, s.Close()))
	}
	return s, nil
}

// Wreckage says what the log still held.
func (s *Salvage) Wreckage() Wreckage { return s.wreckage }

// Read runs fn over the views that were made of what could be read.
func (s *Salvage) Read(ctx context.Context, fn func(tx *sqlite.Tx) error) error {
	return s.views.db.Read(ctx, fn)
}

// Write runs fn over the same views, for tables that no reducer has.
func (s *Salvage) Write(ctx context.Context, fn func(tx *sqlite.Tx) error) error {
	return s.views.db.Write(ctx, fn)
}

// Abandon zeroes the key of the views without waiting.
func (s *Salvage) Abandon() { s.views.db.Abandon() }

// Close removes the views that were made.
func (s *Salvage) Close() error {
	return errors.Join(s.views.close(), s.files.Remove(salvageGeneration))
}

// salvager takes the entries of a damaged log one after the other. Entries wait
// until the signature of their batch tells whether their place is certain.
type salvager struct {
	sealer   *sealer
	seats    Seats
	registry *registry
	views    *views
	each     func(*sqlite.Tx, Salvaged) error

	out     Wreckage
	last    Head           // of the entry before
	lastAt  clinic.Instant // of the newest event that opened
	broken  uint64         // entries after it that are missing or did not open
	waiting []waitingEntry
	ready   []waitingEntry // whose place is decided, and which are not in the views yet
}

// writeAtOnce is how many events are brought into the views together.
const writeAtOnce = 500

type waitingEntry struct {
	Salvaged
	derived bool
	// linked says that its link follows from the one before it.
	linked bool
}

func (w *salvager) next(ctx context.Context, e Entry) error {
	linked := e.Seq == w.last.Seq+1 && Link(w.last, e.Incarnation, e.Sealed).Chain == e.Chain
	if e.Seq > w.last.Seq+1 {
		w.broken += e.Seq - w.last.Seq - 1
	}
	if !linked {
		// What came before it and has no end of its batch stays without proof.
		if err := w.flush(ctx, 0); err != nil {
			return err
		}
	}
	w.last = Head{Pos: e.Pos, Chain: e.Chain}
	h, body, err := w.open(ctx, e)
	if err != nil {
		return err
	}
	if h == nil {
		w.broken++
	} else {
		w.closeGap(h.at)
		s := waitingEntry{Salvaged: Salvaged{Applied: h.applied(e.ID, body), Content: body.json}, derived: h.derived, linked: linked}
		s.Pos = e.Pos
		w.waiting = append(w.waiting, s)
	}
	switch {
	case e.Seal != nil:
		proven, err := w.signed(ctx, e)
		if err != nil || !proven {
			return errors.Join(err, w.flush(ctx, 0))
		}
		return w.flush(ctx, e.Seal.Count)
	case len(w.waiting) >= MaxBatchEvents:
		return w.flush(ctx, 0)
	}
	return nil
}

// open opens an entry. The header is nil where it does not open.
func (w *salvager) open(ctx context.Context, e Entry) (*header, Body, error) {
	h, body, err := w.sealer.open(ctx, e)
	switch {
	case err == nil:
		return &h, body, nil
	case !lost(err):
		return nil, Body{}, err
	}
	// The header may open where the body, or its key, does not.
	number, err := headerEpoch(e.Header)
	if err != nil {
		return nil, Body{}, nil
	}
	epoch, err := w.sealer.epoch(number)
	if err != nil {
		return nil, Body{}, nil
	}
	if h, err = openHeader(epoch, e.ID, e.Exclusive, e.Header); err != nil {
		return nil, Body{}, nil
	}
	w.out.Bodiless++
	return &h, Body{destroyed: true}, nil
}

// lost reports whether an error says that something cannot be read for good.
func lost(err error) bool {
	return spoiled(err) || errors.Is(err, clinic.E(CodeNewer)) || errors.Is(err, clinic.E(clinic.CodeNotFound))
}

func (w *salvager) signed(ctx context.Context, e Entry) (bool, error) {
	key, err := w.seats.SeatKey(ctx, e.Seal.Seat)
	if errors.Is(err, clinic.E(CodeUnknownSeat)) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	message := sealedMessage(e.Seal.Seat, Head{Pos: e.Pos, Chain: e.Chain}, e.Seal.Count)
	return len(key) == ed25519.PublicKeySize && ed25519.Verify(key, message, e.Seal.Signature[:]), nil
}

// closeGap notes what could not be read before an event that opened.
func (w *salvager) closeGap(at clinic.Instant) {
	if w.broken > 0 {
		w.out.Unreadable += w.broken
		if len(w.out.Gaps) < maxGaps {
			w.out.Gaps = append(w.out.Gaps, Gap{From: w.lastAt, Until: at, Events: w.broken})
		}
	}
	w.broken, w.lastAt = 0, at
}

// flush decides for what waits whether its place is certain, and brings it into the
// views once there is enough of it. The signature at its end covers count events,
// zero for no signature: of those, each whose link follows from the one before it
// has a certain place.
func (w *salvager) flush(ctx context.Context, count uint32) error {
	for i := range w.waiting {
		w.waiting[i].Proven = w.waiting[i].linked && count > 0
	}
	w.ready = append(w.ready, w.waiting...)
	clear(w.waiting)
	w.waiting = w.waiting[:0]
	if len(w.ready) < writeAtOnce {
		return nil
	}
	return w.write(ctx)
}

// write brings what is ready into the views and hands it on, in one transaction:
// one for each batch takes several times as long.
func (w *salvager) write(ctx context.Context) error {
	err := w.views.db.Write(ctx, func(tx *sqlite.Tx) error {
		for i := range w.ready {
			s := &w.ready[i]
			if err := w.place(tx, s); err != nil {
				return err
			}
			if w.each != nil {
				if err := w.each(tx, s.Salvaged); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for i := range w.ready {
		w.out.Events++
		if w.ready[i].Proven {
			w.out.Proven++
		}
		if !w.ready[i].Placed {
			w.out.Unplaced++
		}
	}
	clear(w.ready)
	w.ready = w.ready[:0]
	return nil
}

// place lets the reducers take an event. One that they refuse, because what it
// refers to is missing, leaves no trace in the views.
func (w *salvager) place(tx *sqlite.Tx, s *waitingEntry) error {
	known, ok := w.registry.kinds[s.Kind]
	if !ok || s.Version > known.Version {
		return nil
	}
	err := tx.Savepoint(func() error {
		for _, p := range known.readers {
			if err := p.Apply(tx, s.Applied, nil); err != nil {
				return err
			}
		}
		return nil
	})
	s.Placed = err == nil
	if err != nil && (tx.Context().Err() != nil || errors.Is(err, clinic.E(clinic.CodeDiskFull)) || errors.Is(err, clinic.E(sqlite.CodeDevice))) {
		return err // it says nothing of the event
	}
	return nil
}

// end takes what is known to be missing after the last entry.
func (w *salvager) end(ctx context.Context, atLeast uint64) error {
	if atLeast > w.last.Seq {
		w.broken += atLeast - w.last.Seq
	}
	w.closeGap(0)
	if err := w.flush(ctx, 0); err != nil {
		return err
	}
	return w.write(ctx)
}
