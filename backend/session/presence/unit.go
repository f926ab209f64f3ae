package presence

import "time"

// unit learns what a counter of idle time counts. The freedesktop screen saver's
// is specified in no unit that all desktops keep to: some count seconds, some
// milliseconds. Taken for the wrong one a person would be away for a thousand
// times too long, so nothing is said before the counter was seen to grow.
type unit struct {
	each time.Duration // 0: not known yet
	last uint64
	at   time.Duration
	seen bool
}

// read takes a reading of the counter at a moment of the monotonic clock and
// returns it as a duration, once its unit is known.
func (u *unit) read(count uint64, at time.Duration) (time.Duration, bool) {
	if u.each == 0 && u.seen && count > u.last {
		grown, passed := count-u.last, at-u.at
		for _, each := range []time.Duration{time.Second, time.Millisecond} {
			// A counter that somebody reset in between has grown by less, and one that
			// counts whole seconds may be off by one.
			if d := time.Duration(grown) * each; d <= passed+time.Second && d >= passed-time.Second && passed >= 4*time.Second {
				u.each = each
			}
		}
	}
	if u.each == 0 {
		// The older reading is kept until enough time has passed to tell by.
		if !u.seen || count < u.last || at-u.at > 30*time.Second {
			u.last, u.at, u.seen = count, at, true
		}
		return 0, false
	}
	if count > uint64((100*24*time.Hour)/u.each) {
		return 0, false
	}
	return time.Duration(count) * u.each, true
}
