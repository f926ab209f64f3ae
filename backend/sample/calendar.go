package sample

import (
	"math/rand/v2"
	"time"

	"quietline/backend/clinic"
)

// weeks is how long the clinic has been writing texts: 18 months.
const weeks = 78

// calendar divides the clinic's past into half weeks: from Monday, and from
// Thursday. A conversation with a patient has a half week to itself.
type calendar struct {
	zone  *time.Location
	first time.Time // a Monday, midnight
	now   clinic.Instant
	// end is the midnight before the present day: what comes after it is the
	// present, and told one by one.
	end   clinic.Instant
	halfs int
}

func newCalendar(now clinic.Instant, zone *time.Location) *calendar {
	// Before dawn the present day is still the one before.
	today := midnight(now.Add(-8 * time.Hour).Time().In(zone))
	monday := today.AddDate(0, 0, -weeks*7)
	for monday.Weekday() != time.Monday {
		monday = monday.AddDate(0, 0, -1)
	}
	c := &calendar{zone: zone, first: monday, now: now, end: clinic.At(today)}
	for c.start(c.halfs).Before(today) {
		c.halfs++
	}
	return c
}

func midnight(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
}

// On Mondays the desk first answers the texts of the weekend.
const weekendDone = 10*time.Hour + 30*time.Minute

// desk returns when on its first day the desk begins with what is new in a half
// week: an hour of papers and new patients, then texts.
func (c *calendar) desk(half int) time.Time {
	if half%2 == 0 {
		return c.start(half).Add(weekendDone)
	}
	return c.start(half).Add(8 * time.Hour)
}

// start returns the midnight with which a half week begins.
func (c *calendar) start(half int) time.Time { return c.first.AddDate(0, 0, half/2*7+half%2*3) }

// over returns when the conversations of a half week are over.
func (c *calendar) over(half int) clinic.Instant {
	next := c.start(half + 1)
	if half%2 == 1 {
		next = next.Add(weekendDone)
	}
	return min(clinic.At(next), c.end)
}

// ago returns the half week that lies so many weeks back.
func (c *calendar) ago(weeks int) int { return max(0, c.halfs-1-2*weeks) }

// registering returns the n-th minute of the hour in which the desk records
// papers and new patients.
func (c *calendar) registering(half, n int) clinic.Instant {
	return clinic.At(c.desk(half).Add(time.Duration(5+n%50) * time.Minute))
}

// open reports the office's hours on a day: from, to, and false for closed.
func open(day time.Weekday) (from, to time.Duration, isOpen bool) {
	switch day {
	case time.Saturday, time.Sunday:
		return 0, 0, false
	case time.Friday:
		return 8 * time.Hour, 16 * time.Hour, true
	}
	return 8 * time.Hour, 18 * time.Hour, true
}

// atDesk returns when someone at the desk gets to a text that lies there from t
// on: at once in the office's hours, else when the office opens.
func (c *calendar) atDesk(t clinic.Instant, rnd *rand.Rand) clinic.Instant {
	at := t.Time().In(c.zone)
	day := midnight(at)
	from, to, isOpen := open(at.Weekday())
	if isOpen && at.Before(day.Add(to-10*time.Minute)) && !at.Before(day.Add(from)) {
		latest := day.Add(to).Sub(at)
		return t.Add(between(rnd, 2*time.Minute, min(45*time.Minute, latest)))
	}
	if !isOpen || !at.Before(day.Add(from)) {
		day = day.AddDate(0, 0, 1)
		for _, _, isOpen = open(day.Weekday()); !isOpen; _, _, isOpen = open(day.Weekday()) {
			day = day.AddDate(0, 0, 1)
		}
		from, _, _ = open(day.Weekday())
	}
	return clinic.At(day.Add(from)).Add(between(rnd, 3*time.Minute, time.Hour))
}

// atHome returns when a patient answers what reached the phone at t.
func atHome(t clinic.Instant, zone *time.Location, rnd *rand.Rand) clinic.Instant {
	gap := between(rnd, time.Minute, 20*time.Minute)
	switch n := rnd.IntN(20); {
	case n >= 19:
		gap = between(rnd, 4*time.Hour, 16*time.Hour)
	case n >= 14:
		gap = between(rnd, 20*time.Minute, 4*time.Hour)
	}
	t = t.Add(gap)
	at := t.Time().In(zone)
	switch day := midnight(at); {
	case at.Hour() >= 22:
		t = clinic.At(day.AddDate(0, 0, 1).Add(7 * time.Hour)).Add(between(rnd, 10*time.Minute, 2*time.Hour))
	case at.Hour() < 7:
		t = clinic.At(day.Add(7 * time.Hour)).Add(between(rnd, 10*time.Minute, 2*time.Hour))
	}
	return t
}

// begin returns when a conversation of a half week begins, and false where the
// clinic cannot begin one: its hours and those in which the patient may be
// written to do not meet.
func (c *calendar) begin(half int, byClinic bool, patient *time.Location, rnd *rand.Rand) (clinic.Instant, bool) {
	day := c.start(half).AddDate(0, 0, rnd.IntN(2))
	if !byClinic && half%2 == 1 && rnd.IntN(10) == 0 {
		day = c.start(half).AddDate(0, 0, 2)
	}
	earliest := later(day.Add(9*time.Hour), c.desk(half).Add(time.Hour))
	there := time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, patient)
	latest := there.Add(21 * time.Hour)
	earliest = later(earliest, there.Add(8*time.Hour))
	if day.Weekday() == time.Friday && rnd.IntN(4) > 0 {
		latest = day.Add(15 * time.Hour) // few begin something just before the weekend
	}
	if byClinic {
		_, closing, _ := open(day.Weekday())
		earliest = later(earliest, there.Add(9*time.Hour))
		latest = there.Add(20 * time.Hour)
		if shut := day.Add(closing - 30*time.Minute); shut.Before(latest) {
			latest = shut
		}
	}
	if !earliest.Before(latest) {
		return 0, false
	}
	return clinic.At(earliest).Add(between(rnd, 0, latest.Sub(earliest))), true
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// between draws a duration from a up to but not including b, in seconds.
func between(rnd *rand.Rand, a, b time.Duration) time.Duration {
	if b <= a {
		return a
	}
	return a + time.Duration(rnd.Int64N(int64((b-a)/time.Second)+1))*time.Second
}

// workday returns the first weekday at or after a day, or, going back, at or
// before it.
func workday(day time.Time, back bool) time.Time {
	step := 1
	if back {
		step = -1
	}
	for _, _, isOpen := open(day.Weekday()); !isOpen; _, _, isOpen = open(day.Weekday()) {
		day = day.AddDate(0, 0, step)
	}
	return day
}
