package exchange

import (
	"cmp"
	"context"
	"slices"
	"time"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/provider"
	"quietline/backend/sqlite"
)

const (
	// lookBack allows for a clock here that is ahead of the provider's: by as much
	// as package policy bears between two clocks.
	lookBack = 5 * time.Minute
	// lookFor is how long a text whose answer was lost is looked for before a
	// person is asked. The provider's list usually lags by minutes at most.
	lookFor = 15 * time.Minute
)

// CheckUnsure looks in the provider's list for the texts whose answer was lost,
// adopts those it finds, and asks a person about those that are not there after
// lookFor. An attempt whose outcome was not recorded in its time is one of them.
func (x *Exchange) CheckUnsure(ctx context.Context) error {
	if err := x.checking.take(ctx); err != nil {
		return err
	}
	defer x.checking.give()
	if err := x.settleOverdue(ctx); err != nil {
		return err
	}
	var open []item
	err := x.cfg.Journal.Read(ctx, func(tx *sqlite.Tx) (err error) {
		open, err = items(tx, `state = 'unsure'`)
		return err
	})
	if err != nil {
		return err
	}
	for _, i := range open {
		if err := x.look(ctx, i); err != nil {
			x.failed(err)
			return err
		}
	}
	return nil
}

func (x *Exchange) look(ctx context.Context, i item) error {
	var to clinic.Phone
	err := x.cfg.Journal.Read(ctx, func(tx *sqlite.Tx) (err error) {
		to, err = phoneOf(tx, i)
		return err
	})
	if err != nil {
		return err
	}
	listed, err := x.listTo(ctx, to, i.from().Add(-lookBack))
	if err != nil {
		return err
	}
	x.heard()
	_, err = x.cfg.Journal.Submit(ctx, journal.Actor{}, func(d *journal.Decision) error {
		now, err := itemOf(d.Tx, i.message)
		if err != nil || now.state != archive.Unsure {
			return ignoreGone(err)
		}
		m, err := archive.GetMessage(d.Tx, archive.SeeAll(), i.message)
		if err != nil {
			return err
		}
		tried, err := attempted(d.Tx)
		if err != nil {
			return err
		}
		for _, candidate := range listed {
			if _, err := archive.BySID(d.Tx, string(candidate.SID)); err == nil {
				continue
			} else if ignoreGone(err) != nil {
				return err
			}
			// Where it is another's, that one finds it by itself.
			whose, _, found, err := claimant(d.Tx, tried, to, candidate, nil)
			if err != nil {
				return err
			}
			if found && whose.message == m.ID && whose.state != archive.Sent {
				adopt(d, m, now.until, candidate)
				return nil
			}
		}
		if d.Now.Sub(now.attempted) > lookFor {
			archive.Stop(d, m, archive.KindAsk, archive.Stopped{Message: m.ID, Reason: CodeLost})
		}
		return nil
	})
	return err
}

// listTo returns what the provider lists from our number to another since an
// instant. The walk has an end: a list that never ends is an error.
func (x *Exchange) listTo(ctx context.Context, to clinic.Phone, since clinic.Instant) ([]provider.Message, error) {
	var all []provider.Message
	var at provider.Cursor
	for range 50 {
		page, err := x.cfg.SMS.List(ctx, provider.Query{From: x.cfg.Phone, To: to}, at)
		if err != nil {
			return nil, err
		}
		old := len(page.Messages) > 0
		for _, m := range page.Messages {
			m.Created = madeAt(m, x.cfg.Clock.Now())
			if m.Created >= since {
				all = append(all, m)
				old = false
			}
		}
		if page.Next == "" || old {
			return all, nil
		}
		at = page.Next
	}
	return nil, clinic.E(provider.CodeUnavailable).Retryable()
}

// claimant returns the text of ours that a listed one is: to the same number, in
// the same words, with as many pictures, and made after the attempt. Every text that was ever attempted
// can be it, for the list may show it only after a person was asked, or has let
// the text go again. Of several, those whose answer is awaited come before those
// about which a person was asked, and then the one attempted closest before.
//
// The caller has made sure that the listed text is not one of ours already.
//
// An item that went out already comes back in state archive.Sent: the listed text
// is then another of its attempts. claimed says how many of an item's attempts were
// found in the same decision.
func claimant(tx *sqlite.Tx, tried []item, to clinic.Phone, c provider.Message, claimed map[clinic.MessageID]int) (item, archive.Message, bool, error) {
	if c.Direction != provider.Outbound {
		return item{}, archive.Message{}, false, nil
	}
	tried = slices.Clone(tried)
	slices.SortStableFunc(tried, func(a, b item) int {
		return cmp.Or(
			cmp.Compare(tooLate(a, c), tooLate(b, c)),
			cmp.Compare(uncounted(a, c), uncounted(b, c)),
			cmp.Compare(openness(a), openness(b)),
			cmp.Compare(distance(a, c), distance(b, c)),
		)
	})
	for _, i := range tried {
		if !mayCarry(i, c) || claimed[i.message] >= max(i.doubts, 1) || c.Created < i.from().Add(-lookBack) {
			continue
		}
		m, err := archive.GetMessage(tx, archive.SeeAll(), i.message)
		if err != nil {
			return item{}, archive.Message{}, false, err
		}
		if m.Body != c.Body {
			continue
		}
		phone, err := phoneOf(tx, i)
		if err != nil {
			return item{}, archive.Message{}, false, err
		}
		if phone == to {
			return i, m, true, nil
		}
	}
	return item{}, archive.Message{}, false, nil
}

// tooLate is 1 for an attempt after the listed text was made, which it can be
// only where the clocks differ. The provider's instants are in whole seconds.
func tooLate(i item, c provider.Message) int {
	if c.Created.Add(time.Second) <= i.from() {
		return 1
	}
	return 0
}

// mayCarry reports whether a listed text has as many pictures as one of ours. Until the
// provider has fetched them it may not have counted them.
func mayCarry(i item, c provider.Message) bool { return c.NumMedia == i.pictures || c.NumMedia == 0 }

// uncounted is 1 for a text of ours with pictures of which the listed one shows none yet.
func uncounted(i item, c provider.Message) int {
	if c.NumMedia != i.pictures {
		return 1
	}
	return 0
}

// from is when the first of the attempts was made that a listed text can be.
func (i item) from() clinic.Instant {
	if i.doubts > 0 {
		return i.first
	}
	return i.attempted
}

func openness(i item) int {
	switch i.state {
	case archive.Sending, archive.Unsure:
		return 0
	case archive.GivenUp, archive.Sent:
		return 2
	}
	return 1
}

func distance(i item, c provider.Message) time.Duration {
	return min(c.Created.Sub(i.attempted).Abs(), c.Created.Sub(i.from()).Abs())
}

func phoneOf(tx *sqlite.Tx, i item) (clinic.Phone, error) {
	t, err := archive.GetThread(tx, archive.SeeAll(), i.thread)
	if err != nil {
		return "", err
	}
	n, err := patients.GetNumber(tx, t.Number)
	return n.Phone, err
}

// adopt records that a listed text is one of ours.
func adopt(d *journal.Decision, m archive.Message, until clinic.Instant, c provider.Message) {
	archive.Accept(d, m, archive.Accepted{
		Message: m.ID, SID: string(c.SID), State: stateOf(c), Segments: c.Segments, Until: until,
	})
}
