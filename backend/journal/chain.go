package journal

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	"quietline/backend/clinic"
)

const (
	chainDomain = "quietline/chain/1\x00"
	sealDomain  = "quietline/batch/1\x00"
)

// Link returns the head after one more event. The link covers everything that is
// stored of the event, its position and the link before it.
func Link(h Head, incarnation uint32, s Sealed) Head {
	next := Pos{Incarnation: incarnation, Seq: h.Seq + 1}
	d := sha256.New()
	var fixed [len(chainDomain) + 32 + 4 + 8 + 16 + 16 + 4]byte
	b := append(fixed[:0], chainDomain...)
	b = append(b, h.Chain[:]...)
	b = binary.BigEndian.AppendUint32(b, next.Incarnation)
	b = binary.BigEndian.AppendUint64(b, next.Seq)
	b = append(b, s.ID[:]...)
	b = append(b, s.Exclusive[:]...)
	b = binary.BigEndian.AppendUint32(b, uint32(len(s.Header)))
	d.Write(b)
	d.Write(s.Header)
	b = binary.BigEndian.AppendUint32(fixed[:0], uint32(len(s.Body)))
	d.Write(b)
	d.Write(s.Body)
	head := Head{Pos: next}
	d.Sum(head.Chain[:0])
	return head
}

// sealedMessage is what a seat signs: that it wrote the last count events up to
// this head, and through the chain everything before them as it saw it.
func sealedMessage(seat clinic.SeatID, end Head, count uint32) []byte {
	b := make([]byte, 0, len(sealDomain)+16+4+8+4+32)
	b = append(b, sealDomain...)
	b = append(b, seat[:]...)
	b = binary.BigEndian.AppendUint32(b, end.Incarnation)
	b = binary.BigEndian.AppendUint64(b, end.Seq)
	b = binary.BigEndian.AppendUint32(b, count)
	return append(b, end.Chain[:]...)
}

// SignBatch sets the batch's Seal and returns the head that it leads to. sign is
// the seat's: it returns an Ed25519 signature.
func SignBatch(b *Batch, seat clinic.SeatID, sign func(message []byte) ([]byte, error)) (Head, error) {
	end := b.End()
	b.Seal = Seal{Seat: seat, Count: uint32(len(b.Events))}
	signature, err := sign(sealedMessage(seat, end, b.Seal.Count))
	if err != nil {
		return Head{}, fmt.Errorf("sign batch: %w", err)
	}
	if len(signature) != len(b.Seal.Signature) {
		return Head{}, fmt.Errorf("sign batch: the signature has %d bytes", len(signature))
	}
	copy(b.Seal.Signature[:], signature)
	return end, nil
}

// CheckBatch returns nil where a batch may be appended to a log whose head is its
// Parent: within the limits, of a permitted incarnation, and counted right. It
// does not verify the signature; see VerifyBatch.
func CheckBatch(b Batch) error {
	size := 0
	for _, e := range b.Events {
		size += len(e.Header) + len(e.Body)
		if len(e.Header) > MaxHeaderBytes || len(e.Body) > MaxBodyBytes {
			return clinic.E(CodeTooLarge)
		}
	}
	switch {
	case len(b.Events) > MaxBatchEvents || size > MaxBatchBytes:
		return clinic.E(CodeTooLarge)
	case len(b.Events) == 0 || b.Seal.Count != uint32(len(b.Events)):
		return clinic.E(CodeBadEvent).Because(fmt.Errorf("a batch of %d events is sealed as %d", len(b.Events), b.Seal.Count))
	case b.Incarnation == 0 || b.Incarnation < b.Parent.Incarnation || b.Incarnation > b.Parent.Incarnation+1:
		return clinic.E(CodeBadEvent).Because(fmt.Errorf("incarnation %d does not follow %d", b.Incarnation, b.Parent.Incarnation))
	}
	seen := make(map[clinic.EventID]struct{}, len(b.Events))
	for _, e := range b.Events {
		seen[e.ID] = struct{}{}
	}
	if len(seen) != len(b.Events) {
		return clinic.E(CodeBadEvent).Because(errors.New("an id stands twice in one batch"))
	}
	return nil
}

// Verifier checks a stream of entries that follow a trusted head and hands them
// on batch by batch, so that nothing is acted on before its signature is
// verified. Implementations of EventLog.Tail put what they read through it.
type Verifier struct {
	seats  Seats
	last   Head
	start  uint64 // sequence number after which the current batch began
	whole  bool   // the current batch was seen from its first event
	batch  []Entry
	bytes  int
	handOn func(Entry) error
}

// NewVerifier returns a Verifier for what follows from. The head from need not
// be the end of a batch. handOn receives the verified entries; its error ends
// the stream and is returned as it is.
func NewVerifier(from Head, seats Seats, handOn func(Entry) error) *Verifier {
	return &Verifier{seats: seats, last: from, start: from.Seq, handOn: handOn}
}

// Next takes the entry after the last one. It keeps e and its slices.
func (v *Verifier) Next(ctx context.Context, e Entry) error {
	if e.Seq != v.last.Seq+1 {
		return fmt.Errorf("verify log: entry %d after %d: %w", e.Seq, v.last.Seq, ErrGap)
	}
	if e.Incarnation < max(v.last.Incarnation, 1) || e.Incarnation > v.last.Incarnation+1 {
		return fmt.Errorf("verify log: incarnation at %d: %w", e.Seq, ErrForked)
	}
	next := Link(v.last, e.Incarnation, e.Sealed)
	if next.Chain != e.Chain {
		return fmt.Errorf("verify log: chain at %d: %w", e.Seq, ErrForked)
	}
	v.last = next
	v.batch = append(v.batch, e)
	v.bytes += len(e.Header) + len(e.Body)
	if len(v.batch) > MaxBatchEvents || v.bytes > MaxBatchBytes {
		return fmt.Errorf("verify log: unsealed batch at %d: %w", e.Seq, ErrDamaged)
	}
	if e.Seal == nil {
		return nil
	}
	if err := v.verifySeal(ctx, next, e.Seal); err != nil {
		return err
	}
	for _, e := range v.batch {
		if err := v.handOn(e); err != nil {
			return err
		}
	}
	clear(v.batch)
	v.batch, v.bytes, v.start, v.whole = v.batch[:0], 0, next.Seq, true
	return nil
}

func (v *Verifier) verifySeal(ctx context.Context, end Head, s *Seal) error {
	// A stream may start inside a batch; then the count reaches back before it.
	counted := end.Seq - v.start
	if uint64(s.Count) < counted || v.whole && uint64(s.Count) != counted || uint64(s.Count) > end.Seq {
		return fmt.Errorf("verify log: batch ending at %d: %w", end.Seq, ErrForked)
	}
	key, err := v.seats.SeatKey(ctx, s.Seat)
	if err != nil {
		return fmt.Errorf("verify log: seat of batch ending at %d: %w", end.Seq, err)
	}
	if len(key) != ed25519.PublicKeySize || !ed25519.Verify(key, sealedMessage(s.Seat, end, s.Count), s.Signature[:]) {
		return fmt.Errorf("verify log: signature at %d: %w", end.Seq, ErrForked)
	}
	return nil
}

// End says that the stream has come to the log's head. It fails where the last
// entries belong to a batch whose end is missing.
func (v *Verifier) End() error {
	if len(v.batch) > 0 {
		return fmt.Errorf("verify log: last batch: %w", ErrTruncated)
	}
	return nil
}

// Head is the last head that was checked.
func (v *Verifier) Head() Head { return v.last }

// VerifyBatch returns nil where the signature over a batch is that of its seat;
// otherwise CodeBadEvent, or CodeUnknownSeat.
func VerifyBatch(ctx context.Context, seats Seats, b Batch) error {
	key, err := seats.SeatKey(ctx, b.Seal.Seat)
	if err != nil {
		return fmt.Errorf("verify batch: %w", err)
	}
	if len(key) != ed25519.PublicKeySize ||
		!ed25519.Verify(key, sealedMessage(b.Seal.Seat, b.End(), b.Seal.Count), b.Seal.Signature[:]) {
		return clinic.E(CodeBadEvent).Because(errors.New("the batch's signature is not its seat's"))
	}
	return nil
}
