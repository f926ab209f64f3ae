package journaltest

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"sync"

	"quietline/backend/clinic"
	"quietline/backend/journal"
)

// Ordering is an ordering service in memory: it stands for the one that several
// seats will share, and keeps the suite from being shaped by SQLite alone.
type Ordering struct {
	mu       sync.Mutex
	entries  []journal.Entry
	byID     map[clinic.EventID]journal.Pos
	subjects map[journal.Subject]struct{}
}

// NewOrdering returns an empty ordering service.
func NewOrdering() *Ordering {
	return &Ordering{
		byID:     map[clinic.EventID]journal.Pos{},
		subjects: map[journal.Subject]struct{}{},
	}
}

// Connect returns the service's log as a seat uses it: what comes from the
// service is verified here, at the seat.
func (o *Ordering) Connect(seats journal.Seats) journal.EventLog { return &connection{o, seats} }

type connection struct {
	service *Ordering
	seats   journal.Seats
}

// Append implements journal.EventLog.
func (c *connection) Append(ctx context.Context, b journal.Batch) (journal.Pos, error) {
	if err := journal.CheckBatch(b); err != nil {
		return journal.Pos{}, err
	}
	if err := journal.VerifyBatch(ctx, c.seats, b); err != nil {
		return journal.Pos{}, err
	}
	if err := ctx.Err(); err != nil {
		return journal.Pos{}, err
	}
	o := c.service
	o.mu.Lock()
	defer o.mu.Unlock()
	present := 0
	var last journal.Pos
	for _, e := range b.Events {
		if pos, there := o.byID[e.ID]; there {
			present++
			last = pos
		}
	}
	switch {
	case present == len(b.Events):
		return last, nil
	case present > 0 || o.head() != b.Parent || o.taken(b):
		return journal.Pos{}, journal.ErrConflict
	}
	head := b.Parent
	for i, e := range b.Events {
		head = journal.Link(head, b.Incarnation, e)
		entry := clone(journal.Entry{Pos: head.Pos, Sealed: e, Chain: head.Chain})
		if i == len(b.Events)-1 {
			seal := b.Seal
			entry.Seal = &seal
		}
		o.entries = append(o.entries, entry)
		o.byID[e.ID] = head.Pos
		if !e.Exclusive.IsZero() {
			o.subjects[e.Exclusive] = struct{}{}
		}
	}
	return head.Pos, nil
}

// taken reports whether a subject of the batch is claimed, within it too.
func (o *Ordering) taken(b journal.Batch) bool {
	mine := map[journal.Subject]struct{}{}
	for _, e := range b.Events {
		if e.Exclusive.IsZero() {
			continue
		}
		_, before := o.subjects[e.Exclusive]
		_, here := mine[e.Exclusive]
		if before || here {
			return true
		}
		mine[e.Exclusive] = struct{}{}
	}
	return false
}

func (o *Ordering) head() journal.Head {
	if len(o.entries) == 0 {
		return journal.Head{}
	}
	e := o.entries[len(o.entries)-1]
	return journal.Head{Pos: e.Pos, Chain: e.Chain}
}

// at returns the head as it was at a position.
func (o *Ordering) at(pos journal.Pos) (journal.Head, error) {
	switch {
	case pos.IsZero():
		return journal.Head{}, nil
	case pos.Seq > uint64(len(o.entries)):
		return journal.Head{}, fmt.Errorf("read memory log: %w", journal.ErrTruncated)
	case pos.Seq == 0 || o.entries[pos.Seq-1].Pos != pos:
		return journal.Head{}, fmt.Errorf("read memory log: %w", journal.ErrForked)
	}
	return journal.Head{Pos: pos, Chain: o.entries[pos.Seq-1].Chain}, nil
}

// Tail implements journal.EventLog.
func (c *connection) Tail(ctx context.Context, from journal.Pos, fn func(journal.Entry) error) error {
	c.service.mu.Lock()
	start, err := c.service.at(from)
	entries := slices.Clone(c.service.entries[min(from.Seq, uint64(len(c.service.entries))):])
	c.service.mu.Unlock()
	if err != nil {
		return err
	}
	v := journal.NewVerifier(start, c.seats, fn)
	for _, e := range entries {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := v.Next(ctx, clone(e)); err != nil {
			return err
		}
	}
	return v.End()
}

// Verify implements journal.EventLog.
func (c *connection) Verify(_ context.Context, pos journal.Pos, chain journal.Hash) error {
	c.service.mu.Lock()
	defer c.service.mu.Unlock()
	at, err := c.service.at(pos)
	if err == nil && at.Chain != chain {
		err = fmt.Errorf("verify memory log: %w", journal.ErrForked)
	}
	return err
}

// Head implements journal.EventLog.
func (c *connection) Head(context.Context) (journal.Head, error) {
	c.service.mu.Lock()
	defer c.service.mu.Unlock()
	return c.service.head(), nil
}

func clone(e journal.Entry) journal.Entry {
	e.Header, e.Body = bytes.Clone(e.Header), bytes.Clone(e.Body)
	if e.Seal != nil {
		seal := *e.Seal
		e.Seal = &seal
	}
	return e
}
