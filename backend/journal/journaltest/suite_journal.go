package journaltest

import (
	"context"
	"errors"
	"testing"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/sqlite"
)

// tally is the smallest projection: it counts what was counted.
type tally struct{}

var counted = journal.Kind{Name: "tally.counted", Version: 1, MinReader: 1, Class: journal.ClassSettings}

type countedBody struct {
	What string `json:"what"`
}

func (tally) Name() string          { return "tally" }
func (tally) Decisive() []string    { return []string{"tally"} }
func (tally) Kinds() []journal.Kind { return []journal.Kind{counted} }

func (tally) Schema() []string {
	return []string{`CREATE TABLE tally (what TEXT PRIMARY KEY, n INTEGER NOT NULL) STRICT`}
}

func (tally) Apply(tx *sqlite.Tx, e journal.Applied, touched *journal.Touched) error {
	body := countedBody{What: "something destroyed"}
	if !e.Body.Destroyed() {
		if err := e.Body.Decode(&body); err != nil {
			return err
		}
	}
	touched.Add("tally")
	_, err := tx.Exec(`INSERT INTO tally (what, n) VALUES (?, 1) ON CONFLICT (what) DO UPDATE SET n = n + 1`, body.What)
	return err
}

func count(what string) journal.Event {
	return journal.Event{Kind: counted, Body: countedBody{What: what}}
}

func (c *Clinic) tallied(what string) int {
	c.t.Helper()
	n := 0
	err := c.Read(context.Background(), func(tx *sqlite.Tx) error {
		return tx.QueryRow(`SELECT coalesce(sum(n), 0) FROM tally WHERE what = ?`, what).Scan(&n)
	})
	if err != nil {
		c.t.Fatalf("read tally: %v", err)
	}
	return n
}

// seat is a clinic whose journal stands on the log under test.
func (l *bench) seat(log *FaultyLog) *Clinic {
	return NewWith(l.t, func(c journal.Config) journal.Config {
		c.Log, c.Keys = log, l.one
		return c
	}, tally{})
}

func crashAfterAppend(t *testing.T, l *bench) {
	log := &FaultyLog{EventLog: l.log}
	c := l.seat(log)
	c.Record(count("before"))

	sid := c.Names().EventID("suite", []byte("a fact"))
	fact := count("the fact")
	fact.ID = sid
	submit := func() error {
		_, err := c.Submit(context.Background(), journal.Actor{}, func(d *journal.Decision) error {
			d.Record(fact)
			return nil
		})
		return err
	}
	log.LoseAnswers.Store(1)
	if err := submit(); !errors.Is(err, ErrFault) {
		t.Fatalf("a lost answer: %v", err)
	}
	c.Crash()
	if n := c.Report().Replayed; n != 1 {
		t.Errorf("replayed %d events, want 1", n)
	}
	if n := c.tallied("the fact"); n != 1 {
		t.Errorf("the fact counts %d times after the crash", n)
	}
	// The caller, who never heard, tells the fact again.
	if err := submit(); err != nil {
		t.Fatalf("tell it again: %v", err)
	}
	log.LoseAnswers.Store(1)
	second := count("another")
	second.ID = c.Names().EventID("suite", []byte("another fact"))
	fact = second
	if err := submit(); !errors.Is(err, ErrFault) {
		t.Fatalf("a lost answer: %v", err)
	}
	// Without a crash the views follow before anything is read.
	if c.tallied("the fact") != 1 || c.tallied("another") != 1 || c.tallied("before") != 1 {
		t.Error("the views do not hold each fact once")
	}
}

func appendFails(t *testing.T, l *bench) {
	log := &FaultyLog{EventLog: l.log}
	c := l.seat(log)
	c.Record(count("before"))
	before := c.Hash()
	log.FailAppends.Store(1)
	l.unchanged(func() {
		_, err := c.Submit(context.Background(), journal.Actor{}, func(d *journal.Decision) error {
			d.Record(count("lost"))
			return nil
		})
		if !errors.Is(err, ErrFault) {
			t.Errorf("submit: %v", err)
		}
	})
	if c.Hash() != before {
		t.Error("the views hold what the log does not")
	}
	c.Record(count("after"))
	if c.tallied("lost") != 0 || c.tallied("after") != 1 {
		t.Error("the journal did not go on as if nothing had been")
	}
}

// twoJournals lets another seat be quicker: the decision is made again on what
// it did, and both end with the same views. The seats share the store, as they
// do for now in one file.
func twoJournals(t *testing.T, l *bench) {
	log := &FaultyLog{EventLog: l.log}
	here := l.seat(log)
	there := l.another(here)

	once := func(d *journal.Decision) error {
		n := 0
		if err := d.Tx.QueryRow(`SELECT count(*) FROM tally WHERE what = 'claimed'`).Scan(&n); err != nil {
			return err
		}
		if n == 0 {
			d.Record(count("claimed"))
		} else {
			d.Record(count("came second"))
		}
		return nil
	}
	decided := 0
	log.BeforeAppend = func() {
		log.BeforeAppend = nil
		if _, err := there.Submit(context.Background(), journal.Actor{}, once); err != nil {
			t.Errorf("the quicker seat: %v", err)
		}
	}
	_, err := here.Submit(context.Background(), journal.Actor{}, func(d *journal.Decision) error {
		decided++
		return once(d)
	})
	if err != nil || decided != 2 {
		t.Fatalf("the slower seat decided %d times: %v", decided, err)
	}
	if err := there.CatchUp(context.Background()); err != nil {
		t.Fatalf("catch up: %v", err)
	}
	theirs, err := there.ContentHash(context.Background())
	if err != nil || theirs != here.Hash() {
		t.Errorf("the seats' views differ: %v", err)
	}
	if here.tallied("claimed") != 1 || here.tallied("came second") != 1 {
		t.Error("what was claimed once is not there once")
	}

	claim := count("exclusive")
	claim.Exclusive = here.Names().Subject("suite", []byte("only once"))
	take := func(d *journal.Decision) error { d.Record(claim); return nil }
	if _, err := there.Submit(context.Background(), journal.Actor{}, take); err != nil {
		t.Fatalf("claim: %v", err)
	}
	decided = 0
	_, err = here.Submit(context.Background(), journal.Actor{}, func(d *journal.Decision) error {
		decided++
		return take(d)
	})
	// The first time it did not know the other seat's claim; the second time it
	// did, and nothing that a third time could change.
	if !errors.Is(err, journal.ErrConflict) || decided != 2 {
		t.Errorf("claim what is claimed: decided %d times: %v", decided, err)
	}
	if n := here.tallied("exclusive"); n != 1 {
		t.Errorf("claimed %d times", n)
	}
}

// sameFactTwice lets two seats learn one fact at the same time: it is there once,
// and both are told where.
func sameFactTwice(t *testing.T, l *bench) {
	log := &FaultyLog{EventLog: l.log}
	here := l.seat(log)
	there := l.another(here)
	fact := count("fact")
	fact.ID = here.Names().EventID("suite", []byte("one fact"))
	tell := func(d *journal.Decision) error { d.Record(fact); return nil }
	log.BeforeAppend = func() {
		log.BeforeAppend = nil
		_, err := there.Submit(context.Background(), journal.Actor{}, func(d *journal.Decision) error {
			d.Record(count("something else"))
			return nil
		})
		if _, again := there.Submit(context.Background(), journal.Actor{}, tell); errors.Join(err, again) != nil {
			t.Errorf("the quicker seat: %v, %v", err, again)
		}
	}
	pos, err := here.Submit(context.Background(), journal.Actor{}, tell)
	if err != nil || pos.Seq != 2 {
		t.Errorf("told at %v: %v", pos, err)
	}
	if here.tallied("fact") != 1 || here.tallied("something else") != 1 {
		t.Error("the views do not hold each fact once")
	}
}

// another opens the journal of a second seat over the same log.
func (l *bench) another(c *Clinic) *journal.Journal {
	l.t.Helper()
	config := c.Config()
	config.Log = l.open()
	config.Keys = l.two
	config.Views = journal.NewViewsDir(l.t.TempDir(), sqlite.Options{})
	config.Store = &otherSeat{Store: c.Store}
	j, err := journal.Open(context.Background(), config)
	if err != nil {
		l.t.Fatalf("open the other seat's journal: %v", err)
	}
	l.t.Cleanup(func() {
		if err := j.Close(); err != nil {
			l.t.Errorf("close the other seat's journal: %v", err)
		}
	})
	return j
}

// otherSeat shares the content keys and points to views of its own.
type otherSeat struct {
	journal.Store
	pointer journal.ViewsPointer
}

// Views implements journal.Store.
func (s *otherSeat) Views(context.Context) (journal.ViewsPointer, error) { return s.pointer, nil }

// SwitchViews implements journal.Store.
func (s *otherSeat) SwitchViews(_ context.Context, from uint64, to journal.ViewsPointer) error {
	if s.pointer.Generation != from {
		return clinic.E(journal.CodeConflict)
	}
	s.pointer = to
	return nil
}
