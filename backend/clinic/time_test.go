package clinic_test

import (
	"errors"
	"testing"
	"time"

	"quietline/backend/clinic"
)

func date(t *testing.T, text string) clinic.Date {
	t.Helper()
	d, err := clinic.ParseDate(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return d
}

func TestParseDate(t *testing.T) {
	for text, exists := range map[string]bool{
		"2026-03-02": true, "2024-02-29": true, "2000-02-29": true, "0001-01-01": true,
		"2026-02-29": false, "1900-02-29": false, "2026-02-30": false, "2026-13-01": false, "2026-00-10": false, "2026-04-31": false,
		"2026-3-2": false, "03/02/2026": false, "2026-03-02T00:00:00Z": false, " 2026-03-02": false, "": false,
	} {
		d, err := clinic.ParseDate(text)
		if (err == nil) != exists {
			t.Errorf("ParseDate(%q) = %v, %v", text, d, err)
		}
		if err == nil && d.String() != text {
			t.Errorf("%q is written %q", text, d)
		}
		if err != nil && (!errors.Is(err, clinic.E(clinic.CodeBadDate)) || err.Error() != string(clinic.CodeBadDate)) {
			t.Errorf("ParseDate(%q) says more than its code: %v", text, err)
		}
	}
	var none clinic.Date
	if err := none.UnmarshalText(nil); err != nil || !none.IsZero() || none.String() != "" {
		t.Errorf("the zero date: %q, %v", none, err)
	}
}

func TestDays(t *testing.T) {
	for _, c := range []struct {
		from string
		days int
		want string
	}{
		{"2024-02-28", 1, "2024-02-29"}, {"2026-02-28", 1, "2026-03-01"}, {"2024-02-29", 365, "2025-02-28"},
		{"2026-12-31", 1, "2027-01-01"}, {"2026-03-01", -1, "2026-02-28"}, {"2026-03-08", 0, "2026-03-08"},
	} {
		if got := date(t, c.from).AddDays(c.days).String(); got != c.want {
			t.Errorf("%s and %d days is %s, want %s", c.from, c.days, got, c.want)
		}
	}
	if a, b := date(t, "2025-12-31"), date(t, "2026-01-01"); !a.Before(b) || b.Before(a) || a.Before(a) {
		t.Error("days are not in order")
	}
}

func TestAge(t *testing.T) {
	for _, c := range []struct {
		born, on string
		want     int
	}{
		{"1990-05-04", "2026-05-03", 35}, {"1990-05-04", "2026-05-04", 36}, {"1990-05-04", "2026-05-05", 36},
		{"1990-12-31", "2026-01-01", 35}, {"2026-03-02", "2026-03-02", 0}, {"2008-03-02", "2026-03-01", 17}, {"2008-03-02", "2026-03-02", 18},
		{"2008-02-29", "2026-02-28", 17}, {"2008-02-29", "2026-03-01", 18}, // no such day in 2026
		{"2008-02-29", "2028-02-28", 19}, {"2008-02-29", "2028-02-29", 20},
	} {
		if got := date(t, c.born).Age(date(t, c.on)); got != c.want {
			t.Errorf("born %s, on %s: %d, want %d", c.born, c.on, got, c.want)
		}
	}
}

func TestADayBeginsWhereItIsLived(t *testing.T) {
	denver, err := clinic.Zone("America/Denver").Location()
	if err != nil {
		t.Fatal(err)
	}
	// 8 March 2026: the clocks go forward at 02:00, and the day has 23 hours.
	day := date(t, "2026-03-08")
	if got := day.AddDays(1).In(denver).Sub(day.In(denver)); got != 23*time.Hour {
		t.Errorf("the day has %s", got)
	}
	if got := clinic.DateOf(day.In(denver).Time().In(denver)); got != day {
		t.Errorf("the day begins on %s", got)
	}
	for _, zone := range []clinic.Zone{"", "Local", "America/Nowhere", "../etc/passwd"} {
		if _, err := zone.Location(); !errors.Is(err, clinic.E(clinic.CodeBadZone)) {
			t.Errorf("zone %q: %v", zone, err)
		}
	}
}

func TestInstantsAreWrittenAndReadBack(t *testing.T) {
	at := clinic.At(time.Date(2026, time.March, 2, 9, 0, 0, 123_999_999, time.UTC))
	text, err := at.MarshalText()
	if err != nil || string(text) != "2026-03-02T09:00:00.123Z" {
		t.Errorf("written %s, %v", text, err)
	}
	for text, want := range map[string]clinic.Instant{
		"2026-03-02T09:00:00.123Z": at, "2026-03-02T02:00:00.123-07:00": at, "": 0,
	} {
		var got clinic.Instant
		if err := got.UnmarshalText([]byte(text)); err != nil || got != want {
			t.Errorf("%q is read as %d, %v", text, got, err)
		}
	}
	var bad clinic.Instant
	if err := bad.UnmarshalText([]byte("yesterday")); !errors.Is(err, clinic.E(clinic.CodeBadTime)) {
		t.Errorf("yesterday: %v", err)
	}
}
