package policy

import (
	"time"

	"quietline/backend/clinic"
)

// wall is what a clock on a wall shows: milliseconds since midnight of
// 1 January 1970 on that same clock. Days and times of day are plain arithmetic
// on it; only the change from one offset to the next is not.
type wall int64

const (
	minute wall = 60_000
	day    wall = 24 * 60 * minute
)

// date is a day of the calendar, counted from 1 January 1970.
type date int64

// date relies on no question being about a time before 1970.
func (w wall) date() date { return date(w / day) }

func (d date) start() wall { return wall(d) * day }

// weekday relies on 1 January 1970 having been a Thursday.
func (d date) weekday() time.Weekday { return time.Weekday((d + 4) % 7) }

// wallAt returns what a clock in zone shows, the offset that it is ahead of UTC
// and the first instant at which that offset holds no more (zero: it stays).
func wallAt(t clinic.Instant, zone *time.Location) (w wall, offset wall, end clinic.Instant) {
	at := t.Time().In(zone)
	_, seconds := at.Zone()
	offset = wall(seconds) * 1000
	if _, until := at.ZoneBounds(); !until.IsZero() {
		end = clinic.At(until)
	}
	return wall(t) + offset, offset, end
}

// firstInstant returns the first instant from t up to limit whose wall time
// satisfies a rule. The rule is given as earliest: the first satisfying wall
// time at or after w, on a clock that is never changed, or false for none.
//
// It walks over the stretches of constant offset, within which a wall clock
// runs evenly; so a time that is skipped in spring is never returned, and one
// that comes twice in autumn is found both times.
func firstInstant(t, limit clinic.Instant, zone *time.Location, earliest func(w wall) (wall, bool)) (clinic.Instant, bool) {
	for t <= limit {
		w, offset, end := wallAt(t, zone)
		if found, ok := earliest(w); ok {
			at := clinic.Instant(found - offset)
			if end.IsZero() || at < end {
				return at, at <= limit
			}
		}
		if end <= t {
			return 0, false
		}
		t = end
	}
	return 0, false
}

// earliest returns the first wall time at or after w inside one of the windows.
func (h Hours) earliest(w wall) (wall, bool) {
	var found wall
	ok := false
	// The eighth day is today's weekday again, for a window that has passed.
	for d := w.date(); d <= w.date()+7; d++ {
		for _, win := range h {
			if !win.wellFormed() || !win.Days.Has(d.weekday()) {
				continue
			}
			at := max(w, d.start()+wall(win.From)*minute)
			if at < d.start()+wall(win.To)*minute && (!ok || at < found) {
				found, ok = at, true
			}
		}
		if ok {
			return found, true
		}
	}
	return 0, false
}

// earliestDay returns the first wall time at or after w on a day that has room,
// looking as far ahead as any answer may lie.
func earliestDay(w wall, room func(date) bool) (wall, bool) {
	const ahead = date(searchDays + 1)
	for d := w.date(); d <= w.date()+ahead; d++ {
		if room(d) {
			return max(w, d.start()), true
		}
	}
	return 0, false
}
