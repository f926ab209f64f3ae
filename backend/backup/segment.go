package backup

import (
	"encoding/binary"
	"errors"

	"quietline/backend/clinic"
	"quietline/backend/journal"
)

// A segment holds the events between two heads of the log as the log stores them.
// Positions and links are not written down: they follow from the head before, and
// must come out at the head after.
//
//	from, to: incarnation 4, sequence 8, link 32 each
//	events, one after another:
//	  flags 1: subject, body, seal, next incarnation
//	  id 16, [subject 16], header length 2, header, [body length 4, body], [seal 84]
const (
	flagSubject = 1 << iota
	flagBody
	flagSeal
	flagIncarnation

	headBytes = 4 + 8 + 32
)

func damaged(what string) *clinic.Error { return clinic.E(CodeDamaged).Because(errors.New(what)) }

// segmentWriter gathers events that follow a head.
type segmentWriter struct {
	from, to journal.Head
	// raw has room for both heads before the events.
	raw []byte
}

func newSegment(from journal.Head) *segmentWriter {
	return &segmentWriter{from: from, to: from, raw: make([]byte, 2*headBytes)}
}

// next begins the segment behind this one. What content has returned is overwritten.
func (w *segmentWriter) next() { w.from, w.raw = w.to, w.raw[:2*headBytes] }

// size is how long the events are.
func (w *segmentWriter) size() int { return len(w.raw) - 2*headBytes }

func (w *segmentWriter) add(e journal.Entry) {
	var flags byte
	if !e.Exclusive.IsZero() {
		flags |= flagSubject
	}
	if len(e.Body) > 0 {
		flags |= flagBody
	}
	if e.Seal != nil {
		flags |= flagSeal
	}
	if e.Incarnation != w.to.Incarnation {
		flags |= flagIncarnation
	}
	b := append(w.raw, flags)
	b = append(b, e.ID[:]...)
	if flags&flagSubject != 0 {
		b = append(b, e.Exclusive[:]...)
	}
	b = binary.BigEndian.AppendUint16(b, uint16(len(e.Header)))
	b = append(b, e.Header...)
	if flags&flagBody != 0 {
		b = binary.BigEndian.AppendUint32(b, uint32(len(e.Body)))
		b = append(b, e.Body...)
	}
	if flags&flagSeal != 0 {
		b = journal.AppendSeal(b, *e.Seal)
	}
	w.raw, w.to = b, journal.Head{Pos: e.Pos, Chain: e.Chain}
}

func (w *segmentWriter) content() []byte {
	appendHead(appendHead(w.raw[:0], w.from), w.to)
	return w.raw
}

func appendHead(b []byte, h journal.Head) []byte {
	b = binary.BigEndian.AppendUint32(b, h.Incarnation)
	b = binary.BigEndian.AppendUint64(b, h.Seq)
	return append(b, h.Chain[:]...)
}

// cursor reads what was written, and notes the first thing that is missing.
type cursor struct {
	b     []byte
	short bool
}

func (c *cursor) take(n int) []byte {
	if n < 0 || n > len(c.b) {
		c.short, c.b = true, nil
		return make([]byte, max(0, min(n, journal.SealBytes)))
	}
	taken := c.b[:n:n]
	c.b = c.b[n:]
	return taken
}

func (c *cursor) head() journal.Head {
	b := c.take(headBytes)
	h := journal.Head{Pos: journal.Pos{Incarnation: binary.BigEndian.Uint32(b), Seq: binary.BigEndian.Uint64(b[4:])}}
	copy(h.Chain[:], b[12:])
	return h
}

// parseSegment returns the events of a segment with their positions and links.
// Their bytes are those of content. CodeDamaged: it is not a segment, or it does
// not lead from the one head to the other.
func parseSegment(content []byte) (from, to journal.Head, events []journal.Entry, err error) {
	c := &cursor{b: content}
	from, to = c.head(), c.head()
	at := from
	for len(c.b) > 0 && !c.short {
		var e journal.Entry
		if e, err = c.event(at); err != nil {
			return from, to, nil, err
		}
		at = journal.Head{Pos: e.Pos, Chain: e.Chain}
		events = append(events, e)
	}
	switch {
	case c.short || len(events) == 0:
		return from, to, nil, damaged("a segment is cut")
	case at != to:
		return from, to, nil, damaged("a segment leads elsewhere")
	case events[len(events)-1].Seal == nil:
		return from, to, nil, damaged("a segment ends inside a batch")
	}
	return from, to, events, nil
}

func (c *cursor) event(before journal.Head) (e journal.Entry, err error) {
	flags := c.take(1)[0]
	if flags&^(flagSubject|flagBody|flagSeal|flagIncarnation) != 0 {
		return e, damaged("an event has unknown flags")
	}
	copy(e.ID[:], c.take(16))
	if flags&flagSubject != 0 {
		if copy(e.Exclusive[:], c.take(16)); e.Exclusive.IsZero() {
			return e, damaged("an event has an empty subject")
		}
	}
	n := int(binary.BigEndian.Uint16(c.take(2)))
	if n > journal.MaxHeaderBytes {
		return e, damaged("an event's header is too long")
	}
	e.Header = c.take(n)
	if flags&flagBody != 0 {
		n := binary.BigEndian.Uint32(c.take(4))
		if n == 0 || n > journal.MaxBodyBytes {
			return e, damaged("an event's body has a wrong length")
		}
		e.Body = c.take(int(n))
	}
	if flags&flagSeal != 0 {
		s, err := journal.ParseSeal(c.take(journal.SealBytes))
		if err != nil {
			return e, damaged("a seal does not parse")
		}
		e.Seal = &s
	}
	if c.short {
		return e, damaged("a segment is cut")
	}
	incarnation := before.Incarnation
	if flags&flagIncarnation != 0 {
		incarnation++
	}
	next := journal.Link(before, incarnation, e.Sealed)
	e.Pos, e.Chain = next.Pos, next.Chain
	return e, nil
}
