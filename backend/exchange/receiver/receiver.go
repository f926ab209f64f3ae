// Package receiver reads the provider on while the clinic is locked.
//
// It runs where no key is that opens anything: in the fresh process that takes the
// place of one that locked, or in one that has let go of all. An [Errand] is
// everything that it holds: a key to the provider, a key to which it seals what
// comes in, the clinic's naming key, how far the provider was read, and which texts
// wait at the provider for whom. It sends nothing, and knows no name and no text
// but those that come in, for as long as it takes to seal them.
//
// What comes in is in the spool, durably, before it counts. A text that cannot be
// kept is left with the provider and asked for again; the reading after the next
// sign-in covers the same stretch besides, and knows by its id what is there
// already. On STOP, what the provider was to send later to any of that patient's
// numbers is called off, also where the disk is full.
//
// Limits: it reads the newest texts, and every ten minutes back to where reading
// had come to; what the provider lists hours late is found after the next sign-in.
// Go leaves copies of what it was given in memory that cannot be wiped: buffers of
// HTTP and of JSON. [Config.Forget] is called after each round that read anything.
package receiver

import (
	"cmp"
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/exchange"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/provider"
	"quietline/backend/spool"
)

const (
	// overlap is how far behind what is known the list is read again, as the
	// exchange does.
	overlap = 2 * time.Hour
	// deepEvery is how often it is.
	deepEvery = 10 * time.Minute
	// few is the size of a page: what is read is in memory for a moment, so that
	// little is asked for at a time.
	few = 20
)

// Scheduler is the part of [provider.Scheduler] that calls texts off.
type Scheduler interface {
	Cancel(ctx context.Context, sid provider.SID) (provider.Message, error)
}

// Spool is where entries are kept; see [spool.Writer].
type Spool interface {
	Append(spool.Entry) error
}

// Config is what a receiver is made of.
type Config struct {
	SMS provider.SMS
	// Scheduler is nil where the provider is given nothing for later.
	Scheduler Scheduler
	Errand    *Errand
	Spool     Spool
	Clock     clinic.Clock
	Log       *slog.Logger
	// Arrived is called, if set, when Count would answer something else.
	Arrived func()
	// Forget is called, if set, after each round in which texts were in memory.
	Forget func()
}

// Receiver reads one provider. Its rounds run one at a time; Count may be asked at
// any time.
type Receiver struct {
	cfg   Config
	names journal.Namer
	known map[clinic.MessageID]struct{}
	// since is where what is known begins; nothing older counts as new.
	since clinic.Instant
	deep  time.Duration // the reading of the clock at the last whole walk
	// off are the texts that are to be called off and are not yet.
	off []provider.SID
	// pace and news are for Rest, which is asked between rounds.
	pace exchange.Pace
	news bool

	mu    sync.Mutex
	count int
}

// New returns a receiver. It does nothing until a round is called. The errand stays
// the caller's, to be wiped when no round runs any more; what is done of it is taken out,
// so that another receiver goes on with the rest.
func New(cfg Config) *Receiver {
	r := &Receiver{
		cfg: cfg, names: journal.NewNamer(cfg.Errand.Naming), known: make(map[clinic.MessageID]struct{}, len(cfg.Errand.Known)),
		since: cfg.Errand.Since, deep: -deepEvery,
	}
	for _, id := range cfg.Errand.Known {
		r.known[id] = struct{}{}
	}
	return r
}

// Count returns how many texts have come in.
func (r *Receiver) Count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.count
}

// Round reads what is new, keeps it, and calls off what a STOP asks for. An error
// of one step does not keep the others from being done; the first is returned. It
// may be repeated.
func (r *Receiver) Round(ctx context.Context) error {
	began := r.cfg.Clock.Elapsed()
	fresh, w, err := r.read(ctx, began)
	r.news = len(fresh) > 0
	// Where the walk broke off, what it has seen is kept all the same.
	switch err = cmp.Or(err, r.keep(fresh)); {
	case err != nil:
		r.deep = began - deepEvery // and what it has not seen, or could not keep, is looked for
	case w.whole:
		// Only now: what is not in the spool lies where the next walk goes.
		r.deep = began
		r.moveOn(w.server)
	}
	if clear(fresh); w.read && r.cfg.Forget != nil {
		r.cfg.Forget()
	}
	return cmp.Or(err, r.callOff(ctx))
}

// Rest returns how long to rest after a round that returned err. random, from 0 up
// to 1, spreads rests after failures.
func (r *Receiver) Rest(err error, random float64) time.Duration {
	return r.pace.Rest(exchange.Round{News: r.news, Err: err}, random)
}

// walked is what one walk over the list came to.
type walked struct {
	read   bool           // anything was
	whole  bool           // it went down to where what is known begins
	server clinic.Instant // the provider's clock at its start
}

// read walks the list, newest first, down to what is known, and every deepEvery
// down to where what is known begins. It returns what is new.
func (r *Receiver) read(ctx context.Context, now time.Duration) (fresh []provider.Message, w walked, err error) {
	deep := now-r.deep >= deepEvery
	w.whole = true
	query := provider.Query{To: r.cfg.Errand.Phone, PageSize: few}
	err = exchange.Walk(ctx, r.cfg.SMS, query, "", func(page provider.Page) (done bool, err error) {
		w.read = true
		w.server = cmp.Or(w.server, page.ServerTime)
		more, old := r.sift(page.Messages)
		fresh = append(fresh, more...)
		w.whole = deep || len(more) > 0
		return old || !w.whole, nil
	})
	return fresh, w, err
}

// sift returns what of a page is new, and whether all of it lies before what is
// known. A text without a date is new where nobody knows it.
func (r *Receiver) sift(page []provider.Message) (fresh []provider.Message, old bool) {
	old = len(page) > 0
	for _, m := range page {
		at := cmp.Or(m.Created, m.Sent, m.Updated)
		if at == 0 || at >= r.since {
			old = false
		} else {
			continue
		}
		to, ok := m.To.Phone()
		if m.Direction != provider.Inbound || !ok || to != r.cfg.Errand.Phone {
			continue
		}
		if _, known := r.known[r.idOf(m)]; !known {
			fresh = append(fresh, m)
		}
	}
	return fresh, old
}

func (r *Receiver) idOf(m provider.Message) clinic.MessageID {
	return archive.MessageIDOf(r.names, string(m.SID))
}

// keep seals what is new, oldest first. What a STOP asks for is noted first, so that a full disk
// does not keep it from being done.
func (r *Receiver) keep(fresh []provider.Message) error {
	slices.Reverse(fresh) // the provider counts seconds, and lists the newest first
	slices.SortStableFunc(fresh, func(a, b provider.Message) int { return cmp.Compare(a.Created, b.Created) })
	for _, m := range fresh {
		r.heed(m)
	}
	for _, m := range fresh {
		id := r.idOf(m)
		if _, twice := r.known[id]; twice {
			continue // the list moved during the walk
		}
		err := r.cfg.Spool.Append(spool.Entry{
			Key: spool.Key(id), Kind: spool.Text, At: r.cfg.Clock.Now(),
			Text: spool.Arrival{
				SID: string(m.SID), From: string(m.From), To: string(m.To), Body: m.Body, Status: string(m.Status),
				ErrorCode: m.ErrorCode, Segments: m.Segments, Media: m.NumMedia,
				Created: m.Created, Sent: m.Sent, Updated: m.Updated,
			},
		})
		if err != nil {
			return err
		}
		r.known[id] = struct{}{}
		r.mu.Lock()
		r.count++
		r.mu.Unlock()
		if r.cfg.Arrived != nil {
			r.cfg.Arrived()
		}
	}
	return nil
}

// heed notes what is to be called off because of a text.
func (r *Receiver) heed(m provider.Message) {
	phone, ok := m.From.Phone()
	if !ok || consent.Read(m.Body) != consent.StopWord {
		return
	}
	for _, sid := range r.cfg.Errand.Scheduled[patients.NumberIDOf(r.names, phone)] {
		if !slices.Contains(r.off, sid) {
			r.off = append(r.off, sid)
		}
	}
}

// callOff calls off what was noted; what fails is tried again in the next round.
func (r *Receiver) callOff(ctx context.Context) (first error) {
	if r.cfg.Scheduler == nil {
		return nil
	}
	var left []provider.SID
	for _, sid := range r.off {
		_, err := r.cfg.Scheduler.Cancel(ctx, sid)
		switch code := clinic.CodeOf(err); {
		case err == nil, code == clinic.CodeNotFound, code == provider.CodeTooLate:
			// Nothing is left to call off; every other error leaves that open.
			r.cfg.Errand.calledOff(sid)
		default:
			left = append(left, sid)
			first = cmp.Or(first, err)
		}
	}
	r.off = left
	return first
}

// moveOn notes a whole walk: the next one ends where this one began, but for the
// overlap.
func (r *Receiver) moveOn(server clinic.Instant) {
	if server != 0 {
		r.since = max(r.since, server.Add(-overlap))
	}
}
