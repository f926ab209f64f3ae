package exchange

import (
	"context"
	"errors"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/provider"
	"quietline/backend/sqlite"
)

const (
	// pageSize is what a look at the newest texts asks for: a full page is one commit.
	pageSize = 200
	// maxPages ends a walk that does not end by itself.
	maxPages = 10_000
)

// Walk hands the pages of a provider's list to each, newest first, from a place in
// it (empty for the beginning) until each says that it is done, or the list ends.
// What has come after the last page was asked for is not on it.
func Walk(ctx context.Context, sms provider.SMS, q provider.Query, from provider.Cursor,
	each func(provider.Page) (done bool, err error)) error {
	at := from
	for range maxPages {
		page, err := sms.List(ctx, q, at)
		if err != nil {
			return err
		}
		done, err := each(page)
		if err != nil || done || page.Next == "" {
			return err
		}
		at = page.Next
	}
	return clinic.E(provider.CodeUnavailable).Retryable()
}

// walk is Walk over this exchange's own list; each answer is noted as heard.
func (x *Exchange) walk(ctx context.Context, size int, from provider.Cursor, each func(provider.Page) (bool, error)) error {
	return Walk(ctx, x.cfg.SMS, provider.Query{PageSize: size}, from, func(page provider.Page) (bool, error) {
		x.heard()
		return each(page)
	})
}

// older reports whether all messages of a page were made before an instant. An
// empty page says nothing.
func older(page []provider.Message, than, now clinic.Instant) bool {
	for _, m := range page {
		if madeAt(m, now) >= than {
			return false
		}
	}
	return len(page) > 0
}

// news returns those of some messages of which the archive does not know all, and
// how many of them it does not know at all, without waiting for a writer.
func (x *Exchange) news(ctx context.Context, ours []provider.Message) (fresh []provider.Message, unknown int, err error) {
	err = x.cfg.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		fresh, unknown = nil, 0
		known, err := archive.KnownBySID(tx, sids(ours)...)
		if err != nil {
			return err
		}
		for _, m := range ours {
			have, found := known[string(m.SID)]
			switch {
			case !found && !aside(m):
				unknown++
				fresh = append(fresh, m)
			case found && have.Way == archive.Out && moves(have.State, stateOf(m)):
				fresh = append(fresh, m)
			}
		}
		return nil
	})
	return fresh, unknown, err
}

// take records what of the messages is new, some in each decision, and with them what
// then says, which hears how many of them were new and whether there are others after
// them: a program that ends between two decisions has counted what it has taken. It
// returns those that were new.
func (x *Exchange) take(ctx context.Context, ours []provider.Message, size int, past clinic.Instant, then countTaken) ([]provider.SID, error) {
	var all []provider.SID
	for len(ours) > size {
		fresh, err := x.takeSome(ctx, ours[:size], past, true, then)
		if err != nil {
			return nil, err
		}
		all, ours = append(all, fresh...), ours[size:]
	}
	fresh, err := x.takeSome(ctx, ours, past, false, then)
	return append(all, fresh...), err
}

// countTaken says what else to record where some messages were taken; nil for nothing.
type countTaken func(d *journal.Decision, r reading, fresh int, more bool) error

// takeSome is take in one decision, or in several where they are too many for one.
func (x *Exchange) takeSome(ctx context.Context, ours []provider.Message, past clinic.Instant, more bool, then countTaken) ([]provider.SID, error) {
	var fresh []provider.SID
	_, err := x.cfg.Journal.Submit(ctx, journal.Actor{}, func(d *journal.Decision) error {
		r, err := x.reading(d.Tx)
		if err != nil {
			return err
		}
		t := newTaking(d, r.aloneSince(), past)
		if err := t.all(ours); err != nil {
			return err
		}
		fresh = t.fresh
		if then == nil {
			return nil
		}
		return then(d, r, len(fresh), more)
	})
	if !errors.Is(err, clinic.E(journal.CodeTooLarge)) || len(ours) < 2 {
		return fresh, err
	}
	first, err := x.takeSome(ctx, ours[:len(ours)/2], past, true, then)
	if err != nil {
		return nil, err
	}
	second, err := x.takeSome(ctx, ours[len(ours)/2:], past, more, then)
	return append(first, second...), err
}
