package exchange

import (
	"context"
	"slices"
	"time"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/sqlite"
)

// freshFor is how soon after a person wrote it a text goes without another look at the
// provider's list: nobody can have copied it by then. What the program writes by itself
// every copy writes, each as soon as it hears of what made it.
const freshFor = 30 * time.Second

// readFirst reads what the provider lists to the number of a text that another copy of
// this archive may hold as well, and takes it in. Where the other copy has sent it, that
// makes a question of ours (see [taking.question]). A text is held elsewhere only if the
// folder, or the whole machine, was copied after it was written, or if the program wrote
// it: so those are read for that have waited, those that an earlier run of the program
// wrote, and those that nobody wrote.
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
	if !m.Author.IsZero() && m.At >= x.began && x.cfg.Clock.Now().Sub(m.At) <= freshFor {
		return true, nil
	}
	listed, err := x.listTo(ctx, to, sharedSince(m))
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

// sharedSince is since when a text that another copy has sent can be this one. What the
// program writes by itself the other may have written as much earlier as it heard
// earlier of what made it.
func sharedSince(m archive.Message) clinic.Instant {
	if m.Author.IsZero() {
		return m.At.Add(-24 * time.Hour)
	}
	return m.At.Add(-lookBack)
}

// saidElsewhere reports whether something that this archive did not send said the same in
// a thread since an instant, among the newest texts of it.
func saidElsewhere(tx *sqlite.Tx, thread clinic.ThreadID, body string, since clinic.Instant) (bool, error) {
	page, err := archive.History(tx, archive.SeeAll(), thread, "", 50)
	return slices.ContainsFunc(page.Items, func(m archive.Message) bool {
		return m.Origin == archive.Elsewhere && m.Body == body && m.At >= since
	}), err
}

// question lets no text go by itself that says to a number what was just found to have
// gone there from elsewhere: as likely as not it is this very text, sent by another copy
// of this archive. A person decides, once for each that is found; what nobody wrote is
// taken back, since it was said.
func (t *taking) question(to clinic.Phone, body string, made clinic.Instant) error {
	if t.waiting == nil {
		var err error
		if t.waiting, err = waitingAlike(t.d); err != nil {
			return err
		}
	}
	for _, w := range slices.Concat(t.waiting, t.made) {
		if w.to != to || w.message.Body != body || made < sharedSince(w.message) || t.claimed[w.message.ID] > 0 || t.back[w.message.ID] {
			continue
		}
		if w.message.Author.IsZero() {
			t.takeBack(w.message, CodeSaidElsewhere)
			continue
		}
		t.asked[w.message.ID] = true
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
