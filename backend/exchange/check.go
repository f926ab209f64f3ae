package exchange

import (
	"context"
	"time"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/provider"
	"quietline/backend/sqlite"
)

const (
	// lookBack allows for a clock here that is ahead of the provider's.
	lookBack = 60 * time.Second
	// lookFor is how long a text whose answer was lost is looked for before a
	// person is asked. The provider's list usually lags by minutes at most.
	lookFor = 15 * time.Minute
)

// CheckUnsure looks in the provider's list for the texts whose answer was lost,
// adopts those it finds, and asks a person about those that are not there after
// lookFor.
func (x *Exchange) CheckUnsure(ctx context.Context) error {
	x.checking.Lock()
	defer x.checking.Unlock()
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
	var number patients.Number
	err := x.cfg.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		t, err := archive.GetThread(tx, i.thread)
		if err != nil {
			return err
		}
		number, err = patients.GetNumber(tx, t.Number)
		return err
	})
	if err != nil {
		return err
	}
	listed, err := x.listTo(ctx, number.Phone, i.attempted.Add(-lookBack))
	if err != nil {
		return err
	}
	x.heard()
	_, err = x.cfg.Journal.Submit(ctx, journal.Actor{}, func(d *journal.Decision) error {
		now, err := itemOf(d.Tx, i.message)
		if err != nil || now.state != archive.Unsure {
			return ignoreGone(err)
		}
		m, err := archive.GetMessage(d.Tx, i.message)
		if err != nil {
			return err
		}
		for _, candidate := range listed {
			claimed, err := adopt(d, now, m, candidate)
			if claimed || err != nil {
				return err
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

// adopt claims a listed text for one whose answer was lost: same words, made
// after the attempt, and not claimed by another of ours.
func adopt(d *journal.Decision, i item, m archive.Message, c provider.Message) (bool, error) {
	if c.Direction != provider.Outbound || c.Body != m.Body || c.Created < i.attempted.Add(-lookBack) {
		return false, nil
	}
	if _, err := archive.BySID(d.Tx, string(c.SID)); err == nil {
		return false, nil
	} else if ignoreGone(err) != nil {
		return false, err
	}
	archive.Accept(d, m, archive.Accepted{Message: m.ID, SID: string(c.SID), State: stateOf(c), Segments: c.Segments})
	return true, nil
}
