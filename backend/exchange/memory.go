package exchange

import (
	"cmp"
	"maps"
	"slices"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/provider"
	"quietline/backend/sqlite"
)

// maxKnown bounds Reading.Known: far more than come in within the overlap.
const maxKnown = 4096

// Reading is how far the provider was read, for whoever reads on while the clinic
// is locked.
type Reading struct {
	// Since is where what is known begins, by the provider's clock.
	Since clinic.Instant
	// Known are the texts made since then that came in and are in the records.
	Known []clinic.MessageID
}

// memory is how far the provider was read as the lock can know it without waiting
// for a disk.
type memory struct {
	upTo clinic.Instant
	came map[clinic.MessageID]clinic.Instant
	// kept are the texts that the provider keeps; see Kept.
	kept map[clinic.NumberID][]provider.SID
	// handed are those of the round under way, which no reading has shown yet.
	handed map[provider.SID][]clinic.NumberID
	// unheard: nothing is handed over before the list was read once.
	unheard bool
}

// Reading answers from memory how far the provider was read.
func (x *Exchange) Reading() Reading {
	x.mu.Lock()
	defer x.mu.Unlock()
	r := Reading{Since: cmp.Or(x.memory.upTo, x.cfg.Clock.Now()).Add(-overlap)}
	for id, at := range x.memory.came {
		if at >= r.Since {
			r.Known = append(r.Known, id)
		}
	}
	slices.SortFunc(r.Known, func(a, b clinic.MessageID) int {
		return cmp.Or(cmp.Compare(x.memory.came[b], x.memory.came[a]), slices.Compare(a[:], b[:]))
	})
	r.Known = r.Known[:min(len(r.Known), maxKnown)]
	return r
}

// recall brings what earlier runs of the program have read into memory.
func (x *Exchange) recall(tx *sqlite.Tx) error {
	if err := x.recallKept(tx); err != nil {
		return err
	}
	r, err := x.reading(tx)
	if err != nil || r.upTo == 0 {
		return err
	}
	came, err := archive.CameSince(tx, r.upTo.Add(-overlap))
	if err != nil {
		return err
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.memory.upTo, x.memory.came = max(x.memory.upTo, r.upTo), came
	return nil
}

// saw notes what of a page came in and is in the records.
func (x *Exchange) saw(page []provider.Message, now clinic.Instant) {
	names := x.cfg.Journal.Names()
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.memory.came == nil {
		x.memory.came = map[clinic.MessageID]clinic.Instant{}
	}
	for _, m := range page {
		if m.Direction == provider.Inbound {
			x.memory.came[archive.MessageIDOf(names, string(m.SID))] = madeAt(m, now)
		}
	}
}

// walked notes a whole walk, and forgets what lies far behind it. From then on texts
// may be handed over: a STOP that came while nobody listened is in the records.
func (x *Exchange) walked(server clinic.Instant) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.memory.unheard = false
	x.memory.upTo = max(x.memory.upTo, server)
	maps.DeleteFunc(x.memory.came, func(_ clinic.MessageID, at clinic.Instant) bool {
		return at < x.memory.upTo.Add(-overlap)
	})
}

// listensFirst reports whether the list is to be read before anything is handed
// over.
func (x *Exchange) listensFirst() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.memory.unheard
}
