package exchange

import (
	"context"
	"maps"
	"slices"
	"time"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/provider"
	"quietline/backend/sqlite"
)

// Depth is how far back the provider's list is held against the archive.
type Depth string

// The depths. A list can lag by hours, at worst: what appears later than that is
// found by the deeper ones.
const (
	DepthHours     Depth = "hours"      // 48 hours, each hour
	DepthFortnight Depth = "fortnight"  // 14 days, each night
	DepthAll       Depth = "everything" // all that is listed, each week
)

func (d Depth) back() time.Duration {
	switch d {
	case DepthHours:
		return 48 * time.Hour
	case DepthFortnight:
		return 14 * 24 * time.Hour
	}
	return 100 * 365 * 24 * time.Hour
}

func (d Depth) every() time.Duration {
	switch d {
	case DepthHours:
		return time.Hour
	case DepthFortnight:
		return 20 * time.Hour // once in a working day
	}
	return 7 * 24 * time.Hour
}

// settledAfter is how long after its end a day is counted before the count is
// final: until then the list may still grow.
const settledAfter = 48 * time.Hour

// comparePage is the largest page that a provider gives.
const comparePage = provider.MaxPageSize

var kindCompared = journal.Kind{Name: "exchange.compared", Version: 1, MinReader: 1, Class: journal.ClassOutbox}

// comparedBody is what a comparison came to: of the days only those of which
// something is new.
type comparedBody struct {
	Line  clinic.EventID `json:"line"`
	Depth Depth          `json:"depth"`
	Days  []Day          `json:"days"`
}

// Day is what the provider listed for a UTC day, and what of it is archived.
type Day struct {
	Day    clinic.Date `json:"day"`
	Listed int         `json:"listed"`
	// Kept are in the archive; of them Brought came in by comparing. Aside have
	// nobody at the other end who could be answered, and are not kept.
	Kept    int `json:"kept"`
	Brought int `json:"brought"`
	Aside   int `json:"aside"`
	// AsOf is when it was listed, by the provider's clock.
	AsOf clinic.Instant `json:"asOf"`
}

// Missing is how many listed texts are neither archived nor set aside.
func (d Day) Missing() int { return d.Listed - d.Kept - d.Aside }

// Settled reports whether the count is final.
func (d Day) Settled() bool {
	return d.AsOf >= d.Day.AddDays(1).In(time.UTC).Add(settledAfter)
}

// says reports whether a day says something that an earlier count of it did not.
func (d Day) says(before Day, known bool) bool {
	return !known || d.Listed != before.Listed || d.Kept != before.Kept || d.Aside != before.Aside ||
		d.Brought > 0 || d.Settled() != before.Settled()
}

func applyCompared(tx *sqlite.Tx, e journal.Applied, b comparedBody) error {
	if err := turnTo(tx, b.Line, e.At); err != nil {
		return err
	}
	for _, d := range b.Days {
		if _, err := tx.Exec(`INSERT INTO exchange_days VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT (day) DO UPDATE SET listed = excluded.listed, kept = excluded.kept,
				brought = brought + excluded.brought, aside = excluded.aside, as_of = excluded.as_of`,
			d.Day.String(), d.Listed, d.Kept, d.Brought, d.Aside, int64(d.AsOf)); err != nil {
			return err
		}
	}
	_, err := tx.Exec(`UPDATE exchange_reading SET hours = ?1,
		fortnight = CASE WHEN ?2 = 'hours' THEN fortnight ELSE ?1 END,
		everything = CASE WHEN ?2 = 'everything' THEN ?1 ELSE everything END WHERE one = 1`, int64(e.At), string(b.Depth))
	return err
}

// due returns how far back a comparison is due, the deepest first, and whether
// one is. Until the earlier texts are read there is nothing to hold all against.
func (r reading) due(now clinic.Instant) (Depth, bool) {
	switch {
	case r.upTo == 0:
		return "", false
	case r.Stage == HistoryWhole && now.Sub(r.everything) >= DepthAll.every():
		return DepthAll, true
	case now.Sub(r.fortnight) >= DepthFortnight.every():
		return DepthFortnight, true
	}
	return DepthHours, now.Sub(r.hours) >= DepthHours.every()
}

// Begun reports whether Listen has read the line once. Before, Compare does
// nothing.
func (x *Exchange) Begun(ctx context.Context) (begun bool, err error) {
	err = x.cfg.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		r, err := x.reading(tx)
		begun = r.upTo != 0
		return err
	})
	return begun, err
}

// Compare holds the provider's list against the archive, as far back as is due,
// brings what is missing, and records for each day what was listed and what is
// archived. Where all is true it goes back as far as the list does. It does
// nothing where nothing is due, or before Listen has read the line once.
//
// tell, which may be nil, is told how many texts it has looked at, and back to when.
func (x *Exchange) Compare(ctx context.Context, all bool, tell func(texts int, backTo clinic.Instant)) error {
	if err := x.comparing.take(ctx); err != nil {
		return err
	}
	defer x.comparing.give()
	var r reading
	if err := x.cfg.Journal.Read(ctx, func(tx *sqlite.Tx) (err error) {
		r, err = x.reading(tx)
		return err
	}); err != nil {
		return err
	}
	depth, due := r.due(x.cfg.Clock.Now())
	if all {
		depth, due = DepthAll, r.upTo != 0
	}
	if !due {
		return nil
	}
	err := x.compare(ctx, r, depth, tell)
	if err != nil {
		x.failed(err)
	}
	return err
}

func (x *Exchange) compare(ctx context.Context, r reading, depth Depth, tell func(int, clinic.Instant)) error {
	c := comparison{days: map[clinic.Date]*Day{}}
	var since clinic.Instant
	past := r.began.Add(-readElsewhere)
	err := x.walk(ctx, comparePage, "", func(page provider.Page) (bool, error) {
		now := x.cfg.Clock.Now()
		if c.asOf == 0 {
			c.asOf = orNow(page.ServerTime, now)
			since = c.asOf.Add(-depth.back())
		}
		ours := c.unseen(oursOf(page.Messages, x.cfg.Phone), now)
		fresh, _, err := x.news(ctx, ours)
		if err != nil {
			return false, err
		}
		var brought []provider.SID
		if len(fresh) > 0 {
			if brought, err = x.take(ctx, fresh, historyChunk, past, nil); err != nil {
				return false, err
			}
		}
		if err := x.tally(ctx, &c, ours, brought, now); err != nil {
			return false, err
		}
		if tell != nil {
			tell(c.texts, c.backTo)
		}
		return older(page.Messages, since.Add(-overlap), now), nil
	})
	if err != nil {
		return err
	}
	first := clinic.DateOf(since.Time())
	_, err = x.cfg.Journal.Submit(ctx, journal.Actor{}, func(d *journal.Decision) error {
		known, err := daysOf(d.Tx, clinic.DateOf(c.backTo.Time()))
		if err != nil {
			return err
		}
		now, err := x.reading(d.Tx)
		if err != nil {
			return err
		}
		var days []Day
		for _, day := range slices.SortedFunc(maps.Keys(c.days), byDate) {
			before, found := known[day]
			one := *c.days[day]
			if !first.Before(day) {
				// Read in part, because the page began later: of what was counted before,
				// only what was brought now is new.
				if !found || one.Brought == 0 {
					continue
				}
				one = Day{
					Day: day, Listed: before.Listed + one.Brought, Kept: before.Kept + one.Brought, Brought: one.Brought,
					Aside: before.Aside, AsOf: before.AsOf,
				}
			}
			if one.says(before, found) {
				days = append(days, one)
			}
		}
		for len(days) > daysAtOnce {
			d.Record(journal.Event{Kind: kindCompared, Body: comparedBody{Line: now.line, Depth: DepthHours, Days: days[:daysAtOnce]}})
			days = days[daysAtOnce:]
		}
		d.Record(journal.Event{Kind: kindCompared, Body: comparedBody{Line: now.line, Depth: depth, Days: days}})
		return nil
	})
	return err
}

// daysAtOnce is how many days one event holds.
const daysAtOnce = 1000

func byDate(a, b clinic.Date) int {
	switch {
	case a.Before(b):
		return -1
	case b.Before(a):
		return 1
	}
	return 0
}

// comparison is a walk that counts.
type comparison struct {
	asOf   clinic.Instant
	days   map[clinic.Date]*Day
	texts  int
	backTo clinic.Instant
	// last are the names on the page before and on this one: a list repeats rows
	// close to each other.
	last, here map[provider.SID]bool
}

// unseen leaves out rows that the list repeats.
func (c *comparison) unseen(ours []provider.Message, now clinic.Instant) []provider.Message {
	c.last, c.here = c.here, make(map[provider.SID]bool, len(ours))
	kept := ours[:0]
	for _, m := range ours {
		if !c.here[m.SID] && !c.last[m.SID] {
			kept = append(kept, m)
		}
		c.here[m.SID] = true
	}
	c.texts += len(kept)
	c.backTo = oldest(c.backTo, kept, now)
	return kept
}

// tally counts, by day, what was listed and what the archive has of it by now.
func (x *Exchange) tally(ctx context.Context, c *comparison, ours []provider.Message, fresh []provider.SID, now clinic.Instant) error {
	brought := make(map[provider.SID]bool, len(fresh))
	for _, sid := range fresh {
		brought[sid] = true
	}
	var gone []provider.Message
	if err := x.cfg.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		known, err := archive.KnownBySID(tx, sids(ours)...)
		if err != nil {
			return err
		}
		for _, m := range ours {
			date := clinic.DateOf(madeAt(m, now).Time())
			day := c.days[date]
			if day == nil {
				day = &Day{Day: date, AsOf: c.asOf}
				c.days[date] = day
			}
			day.Listed++
			_, kept := known[string(m.SID)]
			switch {
			case kept:
				day.Kept++
			case aside(m):
				day.Aside++
			default:
				gone = append(gone, m)
			}
			if brought[m.SID] {
				day.Brought++
			}
		}
		return nil
	}); err != nil || len(gone) == 0 {
		return err
	}
	// What was here and was destroyed since is not missing.
	var destroyed []provider.Message
	_, err := x.cfg.Journal.Submit(ctx, journal.Actor{}, func(d *journal.Decision) error {
		destroyed = nil
		for _, m := range gone {
			was, err := archive.Arrival(d, string(m.SID))
			if err != nil {
				return err
			}
			if was {
				destroyed = append(destroyed, m)
			}
		}
		return nil
	})
	for _, m := range destroyed {
		c.days[clinic.DateOf(madeAt(m, now).Time())].Kept++
	}
	return err
}
