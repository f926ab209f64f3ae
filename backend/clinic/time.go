package clinic

import (
	"context"
	"fmt"
	"sync"
	"time"
	// Zones are read from the program itself: Windows has no zone database.
	_ "time/tzdata"
)

// Instant is a moment in UTC, in milliseconds since 1970. Zero means unset.
// Doors write it as RFC 3339.
type Instant int64

// At converts a time to an Instant; what is finer than a millisecond is cut.
func At(t time.Time) Instant { return Instant(t.UnixMilli()) }

// Time returns the instant as a time in UTC.
func (i Instant) Time() time.Time { return time.UnixMilli(int64(i)).UTC() }

// Add returns the instant d later.
func (i Instant) Add(d time.Duration) Instant { return i + Instant(d.Milliseconds()) }

// Sub returns the time from u to i.
func (i Instant) Sub(u Instant) time.Duration { return time.Duration(i-u) * time.Millisecond }

// IsZero reports whether the instant was never set.
func (i Instant) IsZero() bool { return i == 0 }

// MarshalText writes RFC 3339 with milliseconds; the zero instant is empty.
func (i Instant) MarshalText() ([]byte, error) {
	if i == 0 {
		return nil, nil
	}
	return []byte(i.Time().Format("2006-01-02T15:04:05.000Z07:00")), nil
}

// UnmarshalText reads RFC 3339; the empty text is the zero instant.
func (i *Instant) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*i = 0
		return nil
	}
	t, err := time.Parse(time.RFC3339Nano, string(text))
	if err != nil {
		return E(CodeBadTime)
	}
	*i = At(t)
	return nil
}

// Date is a day of the calendar, without a time and without a zone: a birthday,
// the day a paper was signed.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// ParseDate reads YYYY-MM-DD and refuses days that do not exist.
func ParseDate(text string) (Date, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return Date{}, E(CodeBadDate)
	}
	return DateOf(t), nil
}

// DateOf returns the day that t shows in its own location.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, m, d}
}

// IsZero reports whether the date was never set.
func (d Date) IsZero() bool { return d == Date{} }

// String returns YYYY-MM-DD, or nothing for the zero date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

// Before reports whether d is an earlier day than u.
func (d Date) Before(u Date) bool { return d.String() < u.String() }

// AddDays returns the day n days later.
func (d Date) AddDays(n int) Date {
	return DateOf(time.Date(d.Year, d.Month, d.Day+n, 12, 0, 0, 0, time.UTC))
}

// DaysUntil returns how many days u is later than d; fewer than none where it is earlier.
func (d Date) DaysUntil(u Date) int {
	noon := func(d Date) time.Time { return time.Date(d.Year, d.Month, d.Day, 12, 0, 0, 0, time.UTC) }
	return int(noon(u).Sub(noon(d)) / (24 * time.Hour))
}

// Age returns the completed years from d to the day on. Someone born on
// 29 February completes a year on 1 March of a year without that day.
func (d Date) Age(on Date) int {
	years := on.Year - d.Year
	if on.Month < d.Month || (on.Month == d.Month && on.Day < d.Day) {
		years--
	}
	return years
}

// In returns the first instant of the day in a zone.
func (d Date) In(z *time.Location) Instant {
	return At(time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, z))
}

// MarshalText writes YYYY-MM-DD; the zero date is empty.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads YYYY-MM-DD; the empty text is the zero date.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	parsed, err := ParseDate(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

// Zone is the name of a time zone in the IANA database, such as
// "America/Denver". It is never guessed from an area code.
type Zone string

// Location loads the zone's rules. The empty zone and "Local" are refused: a
// rule about a patient's evening must not follow the computer's settings.
func (z Zone) Location() (*time.Location, error) {
	if z == "" || z == "Local" {
		return nil, E(CodeBadZone)
	}
	if known, ok := locations.Load(z); ok {
		return known.(*time.Location), nil
	}
	loc, err := time.LoadLocation(string(z))
	if err != nil {
		return nil, E(CodeBadZone)
	}
	locations.Store(z, loc)
	return loc, nil
}

// locations are those that were read, by zone: a page of an inbox asks for one in each
// row, and reading a zone's rules takes longer than deciding by them. There are as many
// as the database of zones has names.
var locations sync.Map

// Clock is the only source of time in the program.
type Clock interface {
	// Now is the wall clock. It can jump; nothing is ordered by it.
	Now() Instant
	// Elapsed is a monotonic reading since an arbitrary start. It does not jump,
	// and on some systems stands still while the machine sleeps: comparing both
	// readings is how a sleep is noticed.
	Elapsed() time.Duration
	// Wait returns nil after d, or the context's error as soon as it ends.
	Wait(ctx context.Context, d time.Duration) error
}

// SystemClock is the machine's clock.
func SystemClock() Clock { return systemClock{start: time.Now()} }

type systemClock struct{ start time.Time }

func (systemClock) Now() Instant             { return At(time.Now()) }
func (c systemClock) Elapsed() time.Duration { return time.Since(c.start) }

func (systemClock) Wait(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
