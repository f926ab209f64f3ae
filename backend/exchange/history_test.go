package exchange_test

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"testing"
	"time"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/exchange"
	"quietline/backend/provider"
	"quietline/backend/provider/simulator"
	"quietline/backend/sqlite"
)

// counting is a provider that counts the pages it gives, and fails where it is
// told to.
type counting struct {
	provider.SMS
	pages int
	fail  func(page int, at provider.Cursor) error
}

func (c *counting) List(ctx context.Context, q provider.Query, from provider.Cursor) (provider.Page, error) {
	c.pages++
	if c.fail != nil {
		if err := c.fail(c.pages, from); err != nil {
			return provider.Page{}, err
		}
	}
	return c.SMS.List(ctx, q, from)
}

// seedPast puts texts into the provider's list, one each quarter of an hour before
// now, every third from us; most are hers.
func (w *world) seedPast(texts int) {
	w.t.Helper()
	past := make([]provider.Message, texts)
	for n := range past {
		far := provider.Address(hers)
		if n%10 == 9 {
			far = provider.Address("+1720555" + strconv.Itoa(1000+n%40))
		}
		m := provider.Message{
			From: far, To: provider.Address(ours), Body: "text " + strconv.Itoa(n), Direction: provider.Inbound,
			Status: provider.Received, Created: w.clock.Now().Add(-time.Duration(texts-n) * 15 * time.Minute),
		}
		if n%3 == 0 {
			m.From, m.To, m.Direction, m.Status = m.To, m.From, provider.Outbound, provider.Delivered
		}
		m.Sent = m.Created
		past[n] = m
	}
	_, err := w.sim.Seed(past)
	w.ok(err)
}

func (w *world) completeness() (c exchange.Completeness) {
	w.t.Helper()
	w.read(func(tx *sqlite.Tx) (err error) {
		c, err = exchange.CompletenessOf(tx, w.clock.Now())
		return err
	})
	return c
}

// allTexts returns all texts of all threads, by what they say.
func (w *world) allTexts() map[string]int {
	w.t.Helper()
	seen := map[string]int{}
	w.read(func(tx *sqlite.Tx) error {
		for after := ""; ; {
			inbox, err := archive.List(tx, archive.SeeAll(), archive.Filter{}, after, 50)
			if err != nil {
				return err
			}
			for _, row := range inbox.Rows {
				for before := ""; ; {
					page, err := archive.History(tx, archive.SeeAll(), row.ID, before, 200)
					if err != nil {
						return err
					}
					if !slices.IsSortedFunc(page.Items, func(a, b archive.Message) int { return int(a.At - b.At) }) {
						w.t.Error("a thread is not in the order of its texts' own times")
					}
					for _, m := range page.Items {
						seen[m.Body]++
					}
					if before = page.Earlier; before == "" {
						break
					}
				}
			}
			if after = inbox.Next; after == "" {
				return nil
			}
		}
	})
	return seen
}

func (w *world) expectAll(texts int) {
	w.t.Helper()
	seen := w.allTexts()
	if len(seen) != texts {
		w.t.Errorf("%d texts of %d are there", len(seen), texts)
	}
	for body, n := range seen {
		if n != 1 {
			w.t.Errorf("%q is there %d times", body, n)
		}
	}
}

func TestTheNewestTextsComeBeforeAllEarlierOnes(t *testing.T) {
	w := newWorld(t)
	const texts = 600
	w.seedPast(texts)
	w.shortPages(150)
	w.ok(w.x.Backfill(w.ctx, nil)) // before the line was read, there is nothing to go back from
	w.ok(w.x.Listen(w.ctx))
	if n := len(w.allTexts()); n == 0 || n > 2*150 { // pages
		t.Fatalf("the first look brings %d texts", n)
	}
	var told []exchange.History
	w.ok(w.x.Backfill(w.ctx, func(h exchange.History) { told = append(told, h) }))
	w.expectAll(texts)
	last := told[len(told)-1]
	if last.Stage != exchange.HistoryWhole || last.BackTo != w.clock.Now().Add(-texts*15*time.Minute) {
		t.Errorf("at the end: %+v", last)
	}
	for n := 1; n < len(told); n++ {
		if told[n].Texts < told[n-1].Texts || told[n].BackTo > told[n-1].BackTo {
			t.Errorf("it went from %+v to %+v", told[n-1], told[n])
		}
	}
	// What came in three days before somebody connected the number was read elsewhere.
	var unread int
	w.read(func(tx *sqlite.Tx) error {
		inbox, err := archive.List(tx, archive.SeeAll(), archive.Filter{}, "", 100)
		for _, row := range inbox.Rows {
			unread += row.Unread
		}
		return err
	})
	if want := 3 * 24 * 4 * 2 / 3; unread != want {
		t.Errorf("%d texts are unread, want those of three days, %d", unread, want)
	}
	pages := &counting{SMS: w.sms}
	w.ok(w.through(pages).Backfill(w.ctx, nil))
	if pages.pages != 0 {
		t.Errorf("once it is whole it reads %d pages", pages.pages)
	}
	if s := w.strangers(); s.Texts != 0 {
		t.Errorf("%d texts of the program before are taken for a second sender's", s.Texts)
	}
}

// TestEarlierTextsGoOnWhereTheyWereCutShort ends the program after each commit
// that the reading of three pages takes.
func TestEarlierTextsGoOnWhereTheyWereCutShort(t *testing.T) {
	w := newWorld(t)
	const texts = 1100
	w.seedPast(texts)
	w.shortPages(400)
	w.ok(w.x.Listen(w.ctx))
	earlier := texts - len(w.allTexts())
	pages := &counting{SMS: w.sms}
	for cuts := 0; ; cuts++ {
		x := exchange.New(exchange.Config{
			Journal: &mortal{Journal: w.clinic.Journal, lives: 1}, SMS: pages, Account: account, Phone: ours, Clock: w.clock,
			Log: clinic.NewLog(t.Output()),
		})
		err := x.Backfill(w.ctx, nil)
		if err == nil {
			break
		}
		if !errors.Is(err, errDead) {
			t.Fatal(err)
		}
		if cuts > 40 {
			t.Fatal("it does not end")
		}
		if cuts%3 == 2 {
			w.reopen()
		}
	}
	w.expectAll(texts)
	if c := w.completeness(); c.History.Stage != exchange.HistoryWhole || c.History.Texts != earlier {
		t.Errorf("in the end it is %s, and has brought %d texts of %d", c.History.Stage, c.History.Texts, earlier)
	}
	// Three pages, each of them read once more for each of its up to two commits.
	if pages.pages > 3*3 {
		t.Errorf("%d pages were read", pages.pages)
	}
}

func TestAPersonPausesTheReadingOfEarlierTexts(t *testing.T) {
	w := newWorld(t)
	const texts = 225
	w.seedPast(texts)
	w.shortPages(50)
	w.ok(w.x.Listen(w.ctx))
	w.ok(w.x.Backfill(w.ctx, func(h exchange.History) {
		if h.Stage == exchange.HistoryGoing {
			w.ok(exchange.PauseHistory(w.ctx, w.clinic.Journal, w.member, true))
		}
	}))
	before := len(w.allTexts())
	if c := w.completeness(); c.History.Stage != exchange.HistoryPaused || before >= texts {
		t.Fatalf("paused: %+v with %d texts", c.History, before)
	}
	w.reopen()
	pages := &counting{SMS: w.sms}
	w.ok(w.through(pages).Backfill(w.ctx, nil))
	if pages.pages != 0 {
		t.Error("it went on by itself")
	}
	// New texts come all the same.
	_, err := w.sim.Receive(simulator.Inbound{From: hers, Body: "Are you open?"})
	w.ok(err)
	w.ok(w.x.Listen(w.ctx))
	if n := len(w.allTexts()); n != before+1 {
		t.Errorf("%d texts came while it was paused", n-before)
	}
	w.ok(exchange.PauseHistory(w.ctx, w.clinic.Journal, w.member, false))
	w.ok(w.through(pages).Backfill(w.ctx, nil))
	w.expectAll(texts + 1)
	if pages.pages > 3 { // of five
		t.Errorf("it went on with %d pages: from the beginning?", pages.pages)
	}
	w.ok(exchange.PauseHistory(w.ctx, w.clinic.Journal, w.member, true)) // too late
	if c := w.completeness(); c.History.Stage != exchange.HistoryWhole {
		t.Errorf("in the end it is %s", c.History.Stage)
	}
}

// TestAPlaceThatTheProviderForgot: somebody deletes texts there meanwhile.
func TestAPlaceThatTheProviderForgot(t *testing.T) {
	for _, c := range []struct {
		what  string
		stale func(page int, at provider.Cursor) bool
		fails bool
	}{
		{"after a restart", func(page int, _ provider.Cursor) bool { return page == 1 }, false},
		{"in the middle", func(page int, at provider.Cursor) bool { return page == 2 && at != "" }, false},
		{"again and again", func(_ int, at provider.Cursor) bool { return at != "" }, true},
	} {
		t.Run(c.what, func(t *testing.T) {
			w := newWorld(t)
			const texts = 175
			w.seedPast(texts)
			w.shortPages(50)
			w.ok(w.x.Listen(w.ctx))
			first := &counting{SMS: w.sms, fail: func(page int, _ provider.Cursor) error {
				if page == 2 {
					return clinic.E(provider.CodeOffline).Retryable()
				}
				return nil
			}}
			if err := w.through(first).Backfill(w.ctx, nil); !errors.Is(err, clinic.E(provider.CodeOffline)) {
				t.Fatal(err)
			}
			forgetful := &counting{SMS: w.sms, fail: func(page int, at provider.Cursor) error {
				if c.stale(page, at) {
					return clinic.E(provider.CodeStalePage).Retryable()
				}
				return nil
			}}
			err := w.through(forgetful).Backfill(w.ctx, nil)
			if c.fails {
				if !errors.Is(err, clinic.E(provider.CodeStalePage)) {
					t.Fatalf("a place that is never good: %v", err)
				}
				w.ok(w.x.Backfill(w.ctx, nil))
			} else {
				w.ok(err)
			}
			w.expectAll(texts)
		})
	}
}

func TestStopInEarlierTextsCountsByItsOwnTime(t *testing.T) {
	for _, c := range []struct {
		what string
		said []string // the oldest first
		out  bool
	}{
		{"stop, and start later", []string{"STOP", "START"}, false},
		{"start, and stop later", []string{"START", "STOP"}, true},
	} {
		w := newWorld(t)
		w.seedPast(300)
		w.shortPages(50)
		var past []provider.Message
		for n, body := range c.said {
			past = append(past, provider.Message{
				From: "+17205550123", To: provider.Address(ours), Body: body, Direction: provider.Inbound,
				Status: provider.Received, Created: w.clock.Now().Add(time.Duration(n*12-14) * 24 * time.Hour),
			})
		}
		_, err := w.sim.Seed(past)
		w.ok(err)
		w.readAll()
		_, w.thread = w.addPatient("Teo Vega", "+17205550123")
		w.read(func(tx *sqlite.Tx) error {
			thread, err := archive.GetThread(tx, archive.SeeAll(), w.thread)
			if err != nil {
				return err
			}
			facts, err := exchange.Facts(tx, thread, "", w.clock.Now())
			if err == nil && facts.Numbers[0].OptedOutSince.IsZero() == c.out {
				t.Errorf("%s: opted out %v", c.what, !c.out)
			}
			return err
		})
	}
}

// TestTheMarkSurvivesARestart counts what a look at the newest texts reads before
// and after the program ends.
func TestTheMarkSurvivesARestart(t *testing.T) {
	w := newWorld(t)
	w.seedPast(600)
	w.readAll()
	look := func() int {
		pages := &counting{SMS: w.sms}
		w.ok(w.through(pages).Listen(w.ctx))
		return pages.pages
	}
	before := look()
	mark := w.completeness().ReadUpTo
	w.reopen()
	if after := look(); before > 2 || after != before {
		t.Errorf("%d pages before and %d after", before, after)
	}
	if again := w.completeness().ReadUpTo; again != mark {
		t.Errorf("the mark was at %v and is at %v", mark.Time(), again.Time())
	}
	w.ok(w.clinic.Journal.Rebuild(w.ctx, nil))
	if again := w.completeness().ReadUpTo; again != mark {
		t.Errorf("made anew, the mark is at %v", again.Time())
	}
}

func TestAnotherLineIsReadFromItsBeginning(t *testing.T) {
	w := newWorld(t)
	w.seedPast(500)
	w.readAll()
	other := exchange.New(exchange.Config{
		Journal: w.clinic.Journal, SMS: w.sms, Account: "AC000000000000000000000000000000bb", Phone: ours, Clock: w.clock,
		Log: clinic.NewLog(t.Output()),
	})
	w.ok(other.Listen(w.ctx))
	if c := w.completeness(); c.History.Stage != exchange.HistoryGoing || c.History.Texts != 0 {
		t.Errorf("of the other line is known: %+v", c.History)
	}
	w.ok(other.Backfill(w.ctx, nil))
	w.expectAll(500) // the same texts, for the same number
}
