package afterhours_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"quietline/backend/afterhours"
	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/journal/journaltest"
	"quietline/backend/provider"
	"quietline/backend/sqlite"
)

const phone = clinic.Phone("+13035550100")

var denver = afterhours.Desk{Zone: "America/Denver", Phone: phone}

func at(t *testing.T, text string) clinic.Instant {
	t.Helper()
	zone, err := time.LoadLocation("America/Denver")
	if err != nil {
		t.Fatal(err)
	}
	when, err := time.ParseInLocation("2006-01-02 15:04", text, zone)
	if err != nil {
		t.Fatal(err)
	}
	return clinic.At(when)
}

func answered(p afterhours.Plan, when clinic.Instant) string {
	for _, one := range p.Reply.Periods {
		if one.From <= when && when < one.To {
			return one.Text
		}
	}
	return ""
}

// TestWhatIsAnswered goes through a calendar with a weekend, a holiday and the night
// on which the clocks change.
func TestWhatIsAnswered(t *testing.T) {
	h := afterhours.Default()
	h.Week[time.Saturday] = afterhours.Day{From: 8*60 + 30, To: 12 * 60}
	h.Holidays = []clinic.Date{{Year: 2026, Month: time.March, Day: 9}}
	p, err := afterhours.Work(h, denver, at(t, "2026-03-05 20:00"))
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Reply.Check(); err != nil {
		t.Fatalf("the provider would not take it: %v", err)
	}
	for when, until := range map[string]string{
		"2026-03-05 20:00": "until Fri Mar 6, 9 AM. ",    // now
		"2026-03-05 17:00": "until Fri Mar 6, 9 AM. ",    // since the desk closed
		"2026-03-06 08:59": "until Fri Mar 6, 9 AM. ",    //
		"2026-03-06 09:00": "",                           // open
		"2026-03-06 16:59": "",                           //
		"2026-03-06 17:00": "until Sat Mar 7, 8:30 AM. ", //
		"2026-03-07 10:00": "",                           //
		"2026-03-07 12:00": "hasta mar 10 mar, 9 AM. ",   // over Sunday, the change of the clocks and the holiday
		"2026-03-08 03:30": "until Tue Mar 10, 9 AM. ",   //
		"2026-03-09 12:00": "until Tue Mar 10, 9 AM. ",   // the holiday
		"2026-03-10 09:00": "",                           //
		"2026-04-30 22:00": "until Fri May 1, 9 AM. ",    //
		"2026-05-10 12:00": "",                           // out of reach
	} {
		got := answered(p, at(t, when))
		if (got == "") != (until == "") || !strings.Contains(got, until) {
			t.Errorf("%s: %q, want %q", when, got, until)
		}
		if got != "" {
			for _, says := range []string{"Automatic", "Emergency: 911", "Crisis: 988", "Office: (303) 555-0100", "Automatico", "Emergencia: 911"} {
				if !strings.Contains(got, says) {
					t.Errorf("%q does not say %q", got, says)
				}
			}
			if s := provider.CountSegments(got); s.Segments > 2 {
				t.Errorf("%q takes %d parts", got, s.Segments)
			}
		}
	}
}

// TestEveryInstantIsOneOrTheOther: whatever the hours, an instant is answered exactly
// where a clock on the clinic's wall says that the desk is closed.
func TestEveryInstantIsOneOrTheOther(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	random := rand.New(rand.NewPCG(seed, 1))
	for range 30 {
		desk := afterhours.Desk{Phone: phone, Zone: []clinic.Zone{"America/New_York", "America/Phoenix", "Pacific/Honolulu"}[random.IntN(3)]}
		zone, err := desk.Zone.Location()
		if err != nil {
			t.Fatal(err)
		}
		h := afterhours.Hours{}
		for day := range h.Week {
			if from := random.IntN(23 * 60); random.IntN(4) > 0 {
				h.Week[day] = afterhours.Day{From: from, To: from + 1 + random.IntN(24*60-from)}
			}
		}
		h.Week[2] = afterhours.Day{From: 0, To: 24 * 60} // open into the next day
		now := clinic.At(time.Date(2026, time.Month(1+random.IntN(12)), 1+random.IntN(28), random.IntN(24), random.IntN(60), 0, 0, zone))
		for range random.IntN(4) {
			h.Holidays = append(h.Holidays, clinic.DateOf(now.Time().In(zone)).AddDays(random.IntN(30)))
		}
		p, err := afterhours.Work(h, desk, now)
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Reply.Check(); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if first := p.Reply.Periods[0]; first.To <= now {
			t.Fatalf("seed %d: it answers for what is over", seed)
		}
		for range 200 {
			when := now.Add(time.Duration(random.Int64N(int64(afterhours.Ahead))))
			local := when.Time().In(zone)
			open := h.Week[local.Weekday()]
			for _, holiday := range h.Holidays {
				if holiday == clinic.DateOf(local) {
					open = afterhours.Day{}
				}
			}
			minute := local.Hour()*60 + local.Minute()
			if closed := minute < open.From || minute >= open.To; closed != (answered(p, when) != "") {
				t.Fatalf("seed %d: at %v closed %v, answered %v", seed, local, closed, !closed)
			}
		}
	}
}

func TestHoursThatNoDeskHas(t *testing.T) {
	for name, change := range map[string]func(*afterhours.Hours){
		"never open":         func(h *afterhours.Hours) { h.Week = [7]afterhours.Day{} },
		"closed before open": func(h *afterhours.Hours) { h.Week[1] = afterhours.Day{From: 600, To: 540} },
		"past midnight":      func(h *afterhours.Hours) { h.Week[1] = afterhours.Day{From: 600, To: 1441} },
	} {
		h := afterhours.Default()
		change(&h)
		if _, err := afterhours.Work(h, denver, 1); !errors.Is(err, clinic.E(afterhours.CodeHours)) {
			t.Errorf("%s: %v", name, err)
		}
	}
	always := afterhours.Default()
	for i := range always.Week {
		always.Week[i] = afterhours.Day{To: 24 * 60}
	}
	if _, err := afterhours.Work(always, denver, 1); !errors.Is(err, clinic.E(afterhours.CodeNeverClosed)) {
		t.Errorf("open day and night: %v", err)
	}
	if _, err := afterhours.Work(afterhours.Default(), afterhours.Desk{Zone: denver.Zone}, 1); !errors.Is(err, clinic.E(afterhours.CodeNoPhone)) {
		t.Errorf("without a phone: %v", err)
	}
}

// TestWhoRefusesIsNeverLeftOut: where there are more of them than a reply can hold there
// is none, and long before that is said.
func TestWhoRefusesIsNeverLeftOut(t *testing.T) {
	desk := denver
	for n := range provider.MaxRefused + 1 {
		desk.Refused = append(desk.Refused, clinic.Phone(fmt.Sprintf("+1303555%04d", n)))
	}
	now := at(t, "2026-03-05 20:00")
	if _, err := afterhours.Work(afterhours.Default(), desk, now); !errors.Is(err, clinic.E(afterhours.CodeTooManyRefused)) {
		t.Errorf("one too many: %v", err)
	}
	for n, warns := range map[int]bool{provider.MaxRefused: true, 4500: true, 4499: false, 0: false} {
		some := desk
		some.Refused = desk.Refused[:n]
		p, err := afterhours.Work(afterhours.Default(), some, now)
		if err != nil || p.Reply.Check() != nil || len(p.Reply.Refused) != n {
			t.Errorf("%d of them: %v", n, err)
		}
		if got := errors.Is(p.Warning(), clinic.E(afterhours.CodeManyRefused)); got != warns {
			t.Errorf("%d of them: warns %v", n, got)
		}
	}
}

// TestTheClosedTimeOfNowIsFirst: a desk that opens on Mondays alone, and was on holiday
// on the last nine of them, is closed now.
func TestTheClosedTimeOfNowIsFirst(t *testing.T) {
	h := afterhours.Default()
	h.Week = [7]afterhours.Day{1: {From: 9 * 60, To: 17 * 60}}
	monday := clinic.Date{Year: 2026, Month: 3, Day: 2}
	for n := range 9 {
		h.Holidays = append(h.Holidays, monday.AddDays(-7*n))
	}
	now := at(t, "2026-03-05 20:00")
	p, err := afterhours.Work(h, denver, now)
	if err != nil || p.Reply.Periods[0].From > now || p.Reply.Periods[0].To <= now {
		t.Errorf("the first closed time is %+v: %v", p.Reply.Periods, err)
	}
}

// TestWhatIsLeft: what is in force is known again, is renewed when it says something
// else or runs short, and keeps what the number did before the first of them.
func TestWhatIsLeft(t *testing.T) {
	c := journaltest.New(t, afterhours.Projection())
	now := at(t, "2026-03-05 20:00")
	work := func(h afterhours.Hours, desk afterhours.Desk, now clinic.Instant) afterhours.Plan {
		t.Helper()
		p, err := afterhours.Work(h, desk, now)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	submit := func(do func(*journal.Decision) error) {
		t.Helper()
		if _, err := c.Submit(context.Background(), journal.Actor{}, do); err != nil {
			t.Fatal(err)
		}
	}
	var left afterhours.Left
	read := func(fn func(tx *sqlite.Tx) error) {
		t.Helper()
		if err := c.Read(context.Background(), fn); err != nil {
			t.Fatal(err)
		}
	}
	look := func() {
		t.Helper()
		read(func(tx *sqlite.Tx) (err error) { left, err = afterhours.GetLeft(tx); return err })
	}
	h := afterhours.Default()
	first := work(h, denver, now)
	look()
	if !first.Due(left, now) {
		t.Error("nothing is in force, and nothing is due")
	}
	before := provider.Replaced{URL: "https://example.org/in", Method: "POST"}
	ours := afterhours.Number{Account: "AC1", Phone: phone}
	submit(func(d *journal.Decision) error { return afterhours.RecordLeaving(d, first, ours, before) })
	if look(); !left.Begun || !left.At.IsZero() || !first.Due(left, now) || left.Of != ours {
		t.Errorf("about to be left: %+v", left)
	}
	// It was left, and nobody heard that: the number points at us now.
	submit(func(d *journal.Decision) error { return afterhours.RecordLeaving(d, first, ours, provider.Replaced{}) })
	submit(func(d *journal.Decision) error { return afterhours.RecordLeft(d, first, ours) })
	look()
	if first.Due(left, now) || left.Before != before || left.Until < now.Add(afterhours.Ahead-time.Hour) {
		t.Errorf("left: %+v", left)
	}
	if later := now.Add(15 * 24 * time.Hour); !work(h, denver, later).Due(left, later) {
		t.Error("it runs short, and is not due")
	}
	longer := h
	longer.Week[time.Friday].To = 18 * 60
	refused := denver
	refused.Refused = []clinic.Phone{"+13035550142"}
	if !work(longer, denver, now).Due(left, now) || !work(h, refused, now).Due(left, now) {
		t.Error("it says something else, and is not due")
	}
	submit(func(d *journal.Decision) error {
		return afterhours.RecordLeaving(d, work(longer, denver, now), ours, provider.Replaced{Service: "MG1"})
	})
	if look(); left.At.IsZero() || !work(longer, denver, now).Due(left, now) {
		t.Errorf("while it is renewed, what was left is in force: %+v", left)
	}
	submit(func(d *journal.Decision) error { return afterhours.RecordLeft(d, work(longer, denver, now), ours) })
	look()
	if left.Before.URL != before.URL || left.Before.Service != "MG1" {
		t.Errorf("renewed, it forgot what was there before: %+v", left.Before)
	}
	// Texts of the first plan are still known, at their hour and at no other.
	friday := answered(first, at(t, "2026-03-06 18:30"))
	for when, want := range map[string]bool{"2026-03-06 18:30": true, "2026-03-06 12:00": false, "2026-03-12 18:30": false} {
		read(func(tx *sqlite.Tx) error {
			is, err := afterhours.Made(tx, friday, at(t, when))
			if err == nil && is != want {
				t.Errorf("%s: %v", when, is)
			}
			return err
		})
	}
	read(func(tx *sqlite.Tx) error {
		if is, err := afterhours.Made(tx, "Buy now", at(t, "2026-03-06 18:30")); err != nil || is {
			t.Errorf("another program's text is taken for ours: %v", err)
		}
		return nil
	})
	submit(func(d *journal.Decision) error { afterhours.RecordWithdrawn(d); return nil })
	if look(); !left.At.IsZero() || left.Begun {
		t.Error("what was withdrawn is in force")
	}
	// Of another number nothing is known of what the first one did.
	submit(func(d *journal.Decision) error { return afterhours.RecordLeaving(d, first, ours, before) })
	other := afterhours.Number{Account: "AC1", Phone: "+13035550101"}
	submit(func(d *journal.Decision) error { return afterhours.RecordLeaving(d, first, other, provider.Replaced{}) })
	if look(); left.Before != (provider.Replaced{}) || left.For(ours) {
		t.Errorf("of another number: %+v", left)
	}
}
