package exchange

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/provider"
	"quietline/backend/sqlite"
)

const (
	// overlap is how far behind what is known the list is read again each time:
	// the list can lag.
	overlap = 2 * time.Hour
	// pageSize is a compromise: a full page is one commit.
	pageSize = 200
	// maxPages ends a walk that does not end by itself.
	maxPages = 10_000
)

// Listen reads the provider's list, newest first, down to what is known and
// older than the overlap, and archives what is new. On a new archive that is the
// whole list. A walk that breaks off leaves what it has read archived, and the
// next one reads all of it again: only a complete walk moves the mark.
func (x *Exchange) Listen(ctx context.Context) error {
	x.listening.Lock()
	defer x.listening.Unlock()
	err := x.listen(ctx)
	if err != nil {
		x.failed(err)
		return err
	}
	return x.askAboutMoving(ctx)
}

func (x *Exchange) listen(ctx context.Context) error {
	var mark clinic.Instant
	var again bool
	if err := x.cfg.Journal.Read(ctx, func(tx *sqlite.Tx) (err error) {
		mark, again, err = listened(tx)
		return err
	}); err != nil {
		return err
	}
	var since clinic.Instant
	if mark > 0 {
		since = mark.Add(-overlap)
	}
	var at provider.Cursor
	var server clinic.Instant
	for range maxPages {
		page, err := x.cfg.SMS.List(ctx, provider.Query{PageSize: pageSize}, at)
		if err != nil {
			return err
		}
		x.heard()
		if server == 0 {
			server = page.ServerTime
		}
		old, err := x.take(ctx, page.Messages, since)
		if err != nil {
			return err
		}
		if page.Next == "" || old {
			return x.markListened(ctx, mark, server, again)
		}
		at = page.Next
	}
	return clinic.E(provider.CodeUnavailable).Retryable()
}

// markListened moves the mark once a walk was complete. It moves by the
// provider's clock, and only when that is worth an event: always where sending
// waits for it.
func (x *Exchange) markListened(ctx context.Context, before, server clinic.Instant, again bool) error {
	if !again && (server == 0 || server.Sub(before) < 10*time.Minute) {
		return nil
	}
	if server == 0 {
		server = before
	}
	_, err := x.cfg.Journal.Submit(ctx, journal.Actor{}, func(d *journal.Decision) error {
		d.Record(journal.Event{Kind: kindListened, Body: listenedBody{UpTo: server}})
		return nil
	})
	return err
}

// take archives what of a page is new, and reports whether all of the page was
// known and older than since.
func (x *Exchange) take(ctx context.Context, page []provider.Message, since clinic.Instant) (old bool, err error) {
	ours := x.ours(page)
	old = len(ours) > 0
	fresh := false
	err = x.cfg.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		known, err := archive.BySIDs(tx, sids(ours)...)
		if err != nil {
			return err
		}
		for _, m := range ours {
			have, found := known[string(m.SID)]
			if !found {
				old = false
			}
			fresh = fresh || !found || (have.Way == archive.Out && have.State != stateOf(m))
			old = old && m.Created < since
		}
		return nil
	})
	if err != nil || !fresh {
		return old, err
	}
	// Oldest first, so that a STOP and a START in one page keep their order.
	slices.SortStableFunc(ours, func(a, b provider.Message) int { return int(min(1, max(-1, a.Created-b.Created))) })
	_, err = x.cfg.Journal.Submit(ctx, journal.Actor{}, func(d *journal.Decision) error {
		known, err := archive.BySIDs(d.Tx, sids(ours)...)
		if err != nil {
			return err
		}
		claimed := map[clinic.MessageID]bool{}
		for _, m := range ours {
			if err := takeOne(d, m, known, claimed); err != nil {
				return err
			}
		}
		return nil
	})
	return old, err
}

// ours keeps what went from or to our number; an account may have others.
func (x *Exchange) ours(page []provider.Message) []provider.Message {
	var kept []provider.Message
	for _, m := range page {
		near := m.To
		if m.Direction == provider.Outbound {
			near = m.From
		}
		if phone, ok := near.Phone(); ok && phone == x.cfg.Phone {
			kept = append(kept, m)
		}
	}
	return kept
}

func sids(page []provider.Message) []string {
	names := make([]string, len(page))
	for i, m := range page {
		names[i] = string(m.SID)
	}
	return names
}

// takeOne archives one message. known are those of its page that the archive has;
// claimed are the texts of the outbox for which one of the page was taken already.
func takeOne(d *journal.Decision, m provider.Message, known map[string]archive.Message, claimed map[clinic.MessageID]bool) error {
	m.Created = madeAt(m, d.Now)
	if have, found := known[string(m.SID)]; found {
		if have.Way == archive.Out {
			report(d, have, m)
		}
		return nil
	}
	if m.Direction == provider.Inbound {
		return takeInbound(d, m)
	}
	return takeOutbound(d, m, claimed)
}

// madeAt is when a text was made. A row without that date took place at another
// of its dates, or else now: at no time, its thread would not show and its STOP
// would revoke nothing.
func madeAt(m provider.Message, now clinic.Instant) clinic.Instant {
	return cmp.Or(m.Created, m.Sent, m.Updated, now)
}

// report records a step forward of a text that the provider has.
func report(d *journal.Decision, known archive.Message, m provider.Message) {
	if state := stateOf(m); state != known.State && state != archive.Sent {
		archive.Report(d, known, archive.Reported{Message: known.ID, State: state, ErrorCode: m.ErrorCode})
	}
}

func takeInbound(d *journal.Decision, m provider.Message) error {
	phone, ok := m.From.Phone()
	if !ok {
		return nil // a short code or a name: nobody to answer
	}
	number, thread, dossier, err := place(d, phone)
	if err != nil {
		return err
	}
	id := archive.MessageIDOf(d.Names, string(m.SID))
	archive.Receive(d, dossier, archive.Arrived{
		Message: id, Thread: thread, SID: string(m.SID), Body: m.Body, At: m.Created,
		State: archive.Received, ErrorCode: m.ErrorCode, Media: m.NumMedia,
	})
	switch consent.Read(m.Body) {
	case consent.StopWord:
		return consent.Stop(d, number, id, m.Created, consent.ByText)
	case consent.StartWord:
		consent.Start(d, number, id, m.Created)
	}
	return nil
}

// takeOutbound archives a text from our number that this archive does not know:
// first as one of its own whose answer was lost, otherwise as sent elsewhere.
func takeOutbound(d *journal.Decision, m provider.Message, claimed map[clinic.MessageID]bool) error {
	phone, ok := m.To.Phone()
	if !ok {
		return nil
	}
	if !m.Reply {
		i, own, found, err := claimant(d.Tx, phone, m, claimed)
		if err != nil {
			return err
		}
		if found {
			adopt(d, own, m)
			claimed[i.message] = true
			return nil
		}
	}
	_, thread, dossier, err := place(d, phone)
	if err != nil {
		return err
	}
	origin := archive.Elsewhere
	if m.Reply {
		origin = archive.Automatic
	}
	archive.Receive(d, dossier, archive.Arrived{
		Message: archive.MessageIDOf(d.Names, string(m.SID)), Thread: thread, SID: string(m.SID), Body: m.Body,
		At: m.Created, State: stateOf(m), ErrorCode: m.ErrorCode, Media: m.NumMedia, Origin: origin,
	})
	return nil
}

// place finds where a text from or to a number belongs: the thread that it
// answers, the first thread of the patient who has the number, or the thread of
// an unknown sender.
func place(d *journal.Decision, phone clinic.Phone) (patients.Number, clinic.ThreadID, clinic.DossierID, error) {
	number, err := patients.Meet(d, phone)
	if err != nil {
		return number, clinic.ThreadID{}, clinic.DossierID{}, err
	}
	t, found, err := archive.Answering(d.Tx, number.ID)
	if err != nil || found {
		return number, t.ID, t.Dossier, err
	}
	who, err := patients.With(d.Tx, number.ID)
	if err != nil {
		return number, clinic.ThreadID{}, clinic.DossierID{}, err
	}
	if len(who) == 0 {
		id, err := archive.ThreadFor(d, number, nil)
		return number, id, number.Dossier, err
	}
	p, err := patients.Get(d.Tx, who[0].ID)
	if err != nil {
		return number, clinic.ThreadID{}, clinic.DossierID{}, err
	}
	id, err := archive.ThreadFor(d, number, &p)
	return number, id, p.Dossier, err
}

// askAboutMoving asks one by one about texts that the provider has and whose end
// is not known: they may lie below what Listen reads. The younger, the more
// often; after three days the provider says nothing new.
func (x *Exchange) askAboutMoving(ctx context.Context) error {
	const (
		giveUp   = 72 * time.Hour
		atOnce   = 50   // questions in one round
		followed = 1000 // texts among which they are chosen, so that none keeps the others from a turn
	)
	start := x.cfg.Clock.Now()
	var moving []archive.Message
	if err := x.cfg.Journal.Read(ctx, func(tx *sqlite.Tx) (err error) {
		moving, err = archive.Moving(tx, start.Add(-giveUp), followed)
		return err
	}); err != nil {
		return err
	}
	x.forgetAllBut(moving)
	questions := 0
	for _, m := range moving {
		if questions == atOnce {
			return nil
		}
		if !x.turnToAsk(m.ID, start.Sub(m.At)) {
			continue
		}
		questions++
		now, err := x.cfg.SMS.Fetch(ctx, provider.SID(m.SID))
		if errors.Is(err, clinic.E(clinic.CodeNotFound)) {
			continue
		}
		if err != nil {
			x.failed(err)
			return err
		}
		if _, err := x.cfg.Journal.Submit(ctx, journal.Actor{}, func(d *journal.Decision) error {
			known, err := archive.GetMessage(d.Tx, archive.SeeAll(), m.ID)
			if err == nil {
				report(d, known, now)
			}
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}

// forgetAllBut drops what is remembered of texts that have come to an end.
func (x *Exchange) forgetAllBut(moving []archive.Message) {
	still := make(map[clinic.MessageID]bool, len(moving))
	for _, m := range moving {
		still[m.ID] = true
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	maps.DeleteFunc(x.asked, func(id clinic.MessageID, _ time.Duration) bool { return !still[id] })
}

// turnToAsk spaces the questions about one text: a sixteenth of its age apart,
// from five seconds up.
func (x *Exchange) turnToAsk(id clinic.MessageID, age time.Duration) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	now := x.cfg.Clock.Elapsed()
	if next, asked := x.asked[id]; asked && now < next {
		return false
	}
	x.asked[id] = now + max(5*time.Second, age/16)
	return true
}

func ignoreGone(err error) error {
	if errors.Is(err, clinic.E(clinic.CodeNotFound)) || errors.Is(err, clinic.E(archive.CodeNotWaiting)) {
		return nil
	}
	return err
}
