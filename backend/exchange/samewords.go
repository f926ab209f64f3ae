package exchange

import (
	"context"
	"time"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/sqlite"
)

// freshFor is how soon after it was written a text goes without another look at the
// provider's list: nobody can have copied it by then.
const freshFor = 30 * time.Second

// readFirst reads what the provider lists to the number of a text that another copy of
// this archive may hold as well, and takes it in. Where the other copy has sent it, that
// makes a question of ours (see [taking.question]). A text is held elsewhere only if the
// folder, or the whole machine, was copied after it was written: so those are read for
// that have waited, and those that an earlier run of the program wrote.
//
// Two copies that both look before either shows in the list both send. The provider has
// no key by which it would know a text again, and nothing else is between the two.
func (x *Exchange) readFirst(ctx context.Context, id clinic.MessageID) (read bool, err error) {
	var m archive.Message
	var to clinic.Phone
	if err := x.cfg.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		i, err := itemOf(tx, id)
		if err != nil {
			return ignoreGone(err)
		}
		if m, err = archive.GetMessage(tx, archive.SeeAll(), id); err != nil {
			return err
		}
		to, err = phoneOf(tx, i)
		return err
	}); err != nil || to == "" {
		return err == nil, err
	}
	if m.At >= x.began && x.cfg.Clock.Now().Sub(m.At) <= freshFor {
		return true, nil
	}
	listed, err := x.listTo(ctx, to, m.At.Add(-lookBack))
	if err != nil {
		x.notHandedOver(err)
		return false, nil
	}
	x.heard()
	fresh, _, err := x.news(ctx, oursOf(listed, x.cfg.Phone))
	if err != nil || len(fresh) == 0 {
		return err == nil, err
	}
	_, err = x.take(ctx, fresh, pageSize, 0, nil)
	return err == nil, err
}

// alike is a text that waits, with what another can share with it.
type alike struct {
	message archive.Message
	to      clinic.Phone
}

// question lets no text go by itself that says to a number what was just found to have
// gone there from elsewhere: as likely as not it is this very text, sent by another copy
// of this archive. A person decides, once for each that is found.
func (t *taking) question(to clinic.Phone, body string, made clinic.Instant) error {
	if t.waiting == nil {
		var err error
		if t.waiting, err = waitingAlike(t.d); err != nil {
			return err
		}
	}
	for _, w := range t.waiting {
		if w.to != to || w.message.Body != body || made < w.message.At.Add(-lookBack) || t.claimed[w.message.ID] > 0 {
			continue
		}
		archive.Stop(t.d, w.message, archive.KindHeld, archive.Stopped{Message: w.message.ID, Reason: CodeSaidElsewhere})
	}
	return nil
}

// waitingAlike returns what has not left, never nil.
func waitingAlike(d *journal.Decision) ([]alike, error) {
	waiting, err := items(d.Tx, `state IN ('waiting', 'later', 'held')`)
	all := make([]alike, 0, len(waiting))
	for _, i := range waiting {
		m, err := archive.GetMessage(d.Tx, archive.SeeAll(), i.message)
		if err != nil {
			return nil, err
		}
		to, err := phoneOf(d.Tx, i)
		if err != nil {
			return nil, err
		}
		all = append(all, alike{m, to})
	}
	return all, err
}
