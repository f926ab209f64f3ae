package exchange_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/exchange"
	"quietline/backend/journal"
	"quietline/backend/provider"
	"quietline/backend/provider/simulator"
	"quietline/backend/sqlite"
)

// days returns what was listed and kept, by date.
func (w *world) days() map[string]exchange.Day {
	w.t.Helper()
	byDate := map[string]exchange.Day{}
	w.read(func(tx *sqlite.Tx) error {
		all, err := exchange.Days(tx, clinic.Date{Year: 2025, Month: 1, Day: 1})
		for _, d := range all {
			byDate[d.Day.String()] = d
		}
		return err
	})
	return byDate
}

// TestWhatTheListShowsLateIsBrought has a text appear in the provider's list so
// late that looking at the newest ones passes it by.
func TestWhatTheListShowsLateIsBrought(t *testing.T) {
	for _, lag := range []time.Duration{5 * time.Hour, 40 * time.Hour, 10 * 24 * time.Hour} {
		t.Run(lag.String(), func(t *testing.T) {
			w := newWorld(t)
			w.shortPages(20)
			w.readAll()
			w.ok(w.x.Compare(w.ctx, true, nil))
			w.ok(w.sim.SetFaults(simulator.Faults{ListLag: simulator.Duration(lag)}))
			_, err := w.sim.Receive(simulator.Inbound{From: hers, Body: "the late one"})
			w.ok(err)
			w.ok(w.sim.SetFaults(simulator.Faults{}))
			// Enough newer texts that it is not on the page with which each look begins.
			for range 25 {
				_, err := w.sim.Receive(simulator.Inbound{From: hers, Body: "in time"})
				w.ok(err)
				w.clock.Advance(time.Second)
			}
			w.clock.Advance(lag - time.Hour)
			w.ok(w.x.Listen(w.ctx))
			w.clock.Advance(time.Hour)
			w.ok(w.x.Listen(w.ctx))
			if w.allTexts()["the late one"] != 0 {
				t.Fatal("looking at the newest finds it; nothing is shown here")
			}
			for range 24 {
				w.clock.Advance(time.Hour)
				w.ok(w.x.Listen(w.ctx))
				w.ok(w.x.Compare(w.ctx, false, nil))
			}
			if day := w.days()["2026-03-02"]; day.Listed != 26 || day.Kept != 26 || day.Brought != 1 || day.Missing() != 0 {
				t.Errorf("of its day is known: %+v", day)
			}
		})
	}
}

func TestEachDayIsCounted(t *testing.T) {
	w := newWorld(t)
	w.seedPast(600) // 96 a day, up to now
	w.shortPages(300)
	_, err := w.sim.Seed([]provider.Message{{
		From: "72345", To: provider.Address(ours), Body: "Your code is 1234", Direction: provider.Inbound, Status: provider.Received,
		Created: w.clock.Now().Add(-5 * 24 * time.Hour),
	}})
	w.ok(err)
	w.readAll()
	w.ok(w.sim.SetFaults(simulator.Faults{Duplicate: true, Shuffle: true}))
	var looked int
	w.ok(w.x.Compare(w.ctx, true, func(texts int, _ clinic.Instant) { looked = texts }))
	c := w.completeness()
	if looked != 601 || c.Listed != 601 || c.Kept != 600 || c.Aside != 1 || c.Missing != 0 || c.Brought != 0 || c.Compared != w.clock.Now() {
		t.Errorf("looked at %d: %+v", looked, c)
	}
	days := w.days()
	if d := days["2026-02-27"]; d.Listed != 96 || !d.Settled() {
		t.Errorf("a day: %+v", d)
	}
	if d := days["2026-02-25"]; d.Listed != 97 || d.Aside != 1 {
		t.Errorf("the day of the short number: %+v", d)
	}
	if d := days["2026-03-01"]; d.Settled() {
		t.Error("yesterday's count is final")
	}
	w.ok(w.sim.SetFaults(simulator.Faults{}))
	// What says nothing new is not recorded again, but that it was compared is.
	before := w.head()
	w.ok(w.x.Compare(w.ctx, true, nil))
	if n := w.head() - before; n != 1 {
		t.Errorf("a second comparison records %d events", n)
	}
	w.clock.Advance(3 * 24 * time.Hour)
	w.ok(w.x.Listen(w.ctx))
	w.ok(w.x.Compare(w.ctx, false, nil))
	if d := w.days()["2026-03-01"]; !d.Settled() || d.Listed != 96 {
		t.Errorf("three days later: %+v", d)
	}
}

func (w *world) head() uint64 {
	w.t.Helper()
	pos, err := w.clinic.Journal.Submit(w.ctx, journal.Actor{}, func(*journal.Decision) error { return nil })
	w.ok(err)
	return pos.Seq
}

func TestComparingComesWhenItIsDue(t *testing.T) {
	w := newWorld(t)
	pages := &counting{SMS: w.sms}
	x := w.through(pages)
	compare := func() bool {
		before := pages.pages
		w.ok(x.Compare(w.ctx, false, nil))
		return pages.pages > before
	}
	if compare() {
		t.Error("compared before the line was read")
	}
	w.readAll()
	for _, c := range []struct {
		after time.Duration
		want  bool
	}{{0, true}, {59 * time.Minute, false}, {time.Minute, true}, {30 * time.Minute, false}, {24 * time.Hour, true}, {7 * 24 * time.Hour, true}} {
		w.clock.Advance(c.after)
		w.ok(w.x.Listen(w.ctx))
		if got := compare(); got != c.want {
			t.Errorf("%v later: compared %v", c.after, got)
		}
		w.reopen()
		x = w.through(pages)
		if compare() {
			t.Errorf("%v later: compared again after a restart", c.after)
		}
	}
}

func TestAComparisonThatBreaksOffSaysNothing(t *testing.T) {
	w := newWorld(t)
	w.seedPast(400)
	w.shortPages(100)
	w.readAll()
	broken := &counting{SMS: w.sms, fail: func(page int, _ provider.Cursor) error {
		if page == 3 {
			return clinic.E(provider.CodeUnavailable).Retryable()
		}
		return nil
	}}
	if err := w.through(broken).Compare(w.ctx, true, nil); !errors.Is(err, clinic.E(provider.CodeUnavailable)) {
		t.Fatal(err)
	}
	if c := w.completeness(); !c.Compared.IsZero() || c.Listed != 0 {
		t.Errorf("half of a comparison says: %+v", c)
	}
}

// swallowing is a journal that takes some decisions and keeps nothing of them.
type swallowing struct {
	exchange.Journal
	decisions int
}

func (s *swallowing) Submit(ctx context.Context, a journal.Actor, decide func(*journal.Decision) error) (journal.Pos, error) {
	if s.decisions > 0 {
		s.decisions--
		return journal.Pos{}, nil
	}
	return s.Journal.Submit(ctx, a, decide)
}

func TestAHoleIsSaidAndFilled(t *testing.T) {
	w := newWorld(t)
	w.readAll()
	w.clock.Advance(time.Minute)
	_, err := w.sim.Receive(simulator.Inbound{From: hers, Body: "Hello?"})
	w.ok(err)
	x := exchange.New(exchange.Config{
		Journal: &swallowing{Journal: w.clinic.Journal, decisions: 1}, SMS: w.sms, Account: account, Phone: ours, Clock: w.clock,
		Log: clinic.NewLog(t.Output()),
	})
	w.ok(x.Compare(w.ctx, true, nil))
	c := w.completeness()
	if c.Missing != 1 || len(c.Holes) != 1 || c.Alarm == nil || c.Alarm.Code != exchange.CodeMissing {
		t.Fatalf("a text is missing: %+v", c)
	}
	w.ok(w.x.Compare(w.ctx, true, nil))
	if c = w.completeness(); c.Missing != 0 || len(c.Holes) != 0 || c.Alarm != nil || c.Brought != 1 {
		t.Errorf("filled: %+v", c)
	}
}

// TestWhatWasDestroyedIsNotMissing: the provider still lists a text whose content
// the clinic has destroyed.
func TestWhatWasDestroyedIsNotMissing(t *testing.T) {
	w := newWorld(t)
	_, err := w.sim.Receive(simulator.Inbound{From: hers, Body: "Hello?"})
	w.ok(err)
	w.readAll()
	var dossier clinic.DossierID
	w.read(func(tx *sqlite.Tx) error {
		thread, err := archive.GetThread(tx, archive.SeeAll(), w.thread)
		dossier = thread.Dossier
		return err
	})
	_, err = w.clinic.Journal.DestroyContent(w.ctx, []journal.KeySlot{{Dossier: dossier, Class: journal.ClassMessage, Year: 2026}}, nil)
	w.ok(err)
	w.ok(w.x.Compare(w.ctx, true, nil))
	if c := w.completeness(); c.Missing != 0 || c.Kept != 1 {
		t.Errorf("a destroyed text: %+v", c)
	}
	if n := len(w.allTexts()); n != 0 {
		t.Errorf("%d texts are there", n)
	}
}

func TestSomebodyIsToldLongBeforeTheListEnds(t *testing.T) {
	day := 24 * time.Hour
	listened := func(w *world) {
		w.seedPast(300)
		w.shortPages(50)
		w.ok(w.x.Listen(w.ctx))
	}
	for _, c := range []struct {
		what    string
		prepare func(w *world)
		after   time.Duration
		want    clinic.Code
		left    int
	}{
		{"never connected", func(*world) {}, 100 * day, "", 0},
		{"all is read", func(w *world) { w.readAll() }, 6 * day, "", 0},
		{"nobody has signed in for eight days", func(w *world) { w.readAll() }, 8 * day, exchange.CodeUnread, 392},
		{"for longer than the provider keeps its list", func(w *world) { w.readAll() }, 500 * day, exchange.CodeUnread, 0},
		{"the earlier texts wait for two days", listened, 2 * day, "", 0},
		{"the earlier texts wait for four days", listened, 4 * day, exchange.CodeHistoryWaits, 0},
	} {
		t.Run(c.what, func(t *testing.T) {
			w := newWorld(t)
			c.prepare(w)
			w.clock.Advance(c.after)
			alarm := w.completeness().Alarm
			if c.want == "" {
				if alarm != nil {
					t.Errorf("an alarm: %v", alarm)
				}
				return
			}
			if alarm == nil || alarm.Code != c.want {
				t.Fatalf("the alarm is %v", alarm)
			}
			if left, there := alarm.Params["left"]; there && left != c.left {
				t.Errorf("%v days left", left)
			}
		})
	}
}
