package policy

import "time"

// Weekdays is a set of days of the week.
type Weekdays uint8

// Days returns the set of the given days.
func Days(days ...time.Weekday) Weekdays {
	var set Weekdays
	for _, d := range days {
		set |= 1 << (uint(d) % 7)
	}
	return set
}

// Has reports whether d is in the set.
func (w Weekdays) Has(d time.Weekday) bool { return w&(1<<(uint(d)%7)) != 0 }

// Window is a stretch of the wall clock on some days of the week: from From up
// to but not including To, in minutes since midnight, at most 1440. It does not
// cross midnight. A window that is not well formed allows nothing.
type Window struct {
	Days Weekdays
	From int
	To   int
}

func (w Window) wellFormed() bool { return 0 <= w.From && w.From < w.To && w.To <= 24*60 }

// Hours are windows of the week, in any order; they may overlap. What a wall
// clock skips in spring is in no window, what it shows twice in autumn is in a
// window both times.
type Hours []Window
