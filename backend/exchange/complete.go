package exchange

import (
	"fmt"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/sqlite"
)

// Why the archive may not hold what the provider has.
const (
	// CodeUnread: the provider was not read for days.
	CodeUnread clinic.Code = "exchange.unread"
	// CodeHistoryWaits: earlier texts are still not read, and the oldest of them
	// leave the provider's list day by day.
	CodeHistoryWaits clinic.Code = "exchange.history_waits"
	// CodeHistoryHolds: nothing is sent until the earlier texts are read, and their
	// reading is paused.
	CodeHistoryHolds clinic.Code = "exchange.history_holds"
	// CodeMissing: texts are listed that are not archived, although they were asked for.
	CodeMissing clinic.Code = "exchange.missing"
	// CodeSecondSender: texts went out from the clinic's number that this archive did
	// not send.
	CodeSecondSender clinic.Code = "exchange.second_sender"
)

const (
	// window is how far back a provider serves its list.
	window = 400 * 24 * time.Hour
	// unreadAlarm is how long the provider may go unread before that is said: a
	// holiday, and far less than the window.
	unreadAlarm = 7 * 24 * time.Hour
	// historyAlarm is the same for earlier texts, which begin to leave at once.
	historyAlarm = 3 * 24 * time.Hour
)

// Completeness is how the archive stands against what the provider lists.
type Completeness struct {
	History History
	// Holds says that nothing is sent before the earlier texts are read: a STOP may
	// be among them.
	Holds bool
	// ReadUpTo is until when every text is known that was made since the line was
	// first read; zero before that.
	ReadUpTo clinic.Instant
	// Compared is when all that is listed was last held against the archive; zero
	// for never.
	Compared clinic.Instant
	// Listed, Kept, Brought and Aside are the sums over the days that the provider
	// still lists, Missing what is
	// left, and Holes the days with something missing, newest first.
	Listed, Kept, Brought, Aside, Missing int
	Holes                                 []Day
	// Alarm is why somebody should look, or nil. It carries the number of days or
	// texts that it is about as "count", and as "left" for how many days the provider
	// still has them.
	Alarm *clinic.Error
}

// CompletenessOf returns how the archive stands against what the provider lists.
func CompletenessOf(tx *sqlite.Tx, now clinic.Instant) (Completeness, error) {
	r, err := readingOf(tx)
	if err != nil {
		return Completeness{}, err
	}
	c := Completeness{History: r.history(), Holds: r.holds(), ReadUpTo: r.upTo, Compared: r.everything}
	days, err := Days(tx, clinic.DateOf(now.Add(-window).Time()))
	if err != nil {
		return Completeness{}, err
	}
	for _, d := range days {
		c.Listed += d.Listed
		c.Kept += d.Kept
		c.Brought += d.Brought
		c.Aside += d.Aside
		c.Missing += d.Missing()
		if d.Missing() > 0 {
			c.Holes = append(c.Holes, d)
		}
	}
	c.Alarm = r.alarm(c.Missing, now)
	return c, nil
}

func (r reading) alarm(missing int, now clinic.Instant) *clinic.Error {
	unread, waits := now.Sub(r.upTo), now.Sub(r.since)
	switch {
	case r.upTo == 0:
		return nil
	case r.holds() && r.Stage == HistoryPaused:
		return clinic.E(CodeHistoryHolds)
	case unread > unreadAlarm:
		return clinic.E(CodeUnread).With("count", wholeDays(unread)).With("left", max(wholeDays(window-unread), 0))
	case missing > 0:
		return clinic.E(CodeMissing).With("count", missing)
	case r.Stage != HistoryWhole && waits > historyAlarm:
		return clinic.E(CodeHistoryWaits).With("count", wholeDays(waits))
	}
	return nil
}

// holds reports whether nothing is sent until all that is listed was read once.
func (r reading) holds() bool { return r.upTo != 0 && r.again == againAll }

func wholeDays(d time.Duration) int { return int(d / (24 * time.Hour)) }

// Days returns what was listed and kept from a day on, newest first.
func Days(tx *sqlite.Tx, from clinic.Date) ([]Day, error) {
	rows, err := tx.Query(`SELECT day, listed, kept, brought, aside, as_of FROM exchange_days WHERE day >= ? ORDER BY day DESC`,
		from.String())
	if err != nil {
		return nil, fmt.Errorf("exchange: read days: %w", err)
	}
	defer rows.Close()
	var all []Day
	for rows.Next() {
		var d Day
		var day string
		if err := rows.Scan(&day, &d.Listed, &d.Kept, &d.Brought, &d.Aside, &d.AsOf); err != nil {
			return nil, fmt.Errorf("exchange: read days: %w", err)
		}
		if d.Day, err = clinic.ParseDate(day); err != nil {
			return nil, fmt.Errorf("exchange: read days: %w", err)
		}
		all = append(all, d)
	}
	return all, rows.Err()
}

// daysOf is Days by date.
func daysOf(tx *sqlite.Tx, from clinic.Date) (map[clinic.Date]Day, error) {
	all, err := Days(tx, from)
	byDate := make(map[clinic.Date]Day, len(all))
	for _, d := range all {
		byDate[d.Day] = d
	}
	return byDate, err
}
