package journaltest

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/clinic/clinictest"
	"quietline/backend/journal"
	"quietline/backend/sqlite"
)

// Clinic is a whole clinic on a temporary folder: sealed files, a local log, a
// journal over it. The embedded journal is the open one.
type Clinic struct {
	*journal.Journal
	Clock *clinictest.Clock
	Keys  *Keys
	// Dir holds journal.db and the views.
	Dir string
	// DB is journal.db; Log and Store lie in it.
	DB    *sqlite.DB
	Log   journal.EventLog
	Store journal.Store

	t           testing.TB
	projections []journal.Projection
	wrap        func(journal.Config) journal.Config
}

// noon is when the clocks of test clinics start: a Wednesday noon in UTC.
var noon = time.Date(2026, time.March, 4, 12, 0, 0, 0, time.UTC)

// New makes a clinic and opens its journal. It is closed when the test ends.
func New(t testing.TB, projections ...journal.Projection) *Clinic {
	t.Helper()
	return NewWith(t, nil, projections...)
}

// NewWith is New with a word in what the journal is made of: wrap may replace
// the log, the store or the views by ones that fail on purpose.
func NewWith(t testing.TB, wrap func(journal.Config) journal.Config, projections ...journal.Projection) *Clinic {
	t.Helper()
	c := &Clinic{
		Clock: clinictest.NewClock(noon), Keys: NewKeys("sample", 1), Dir: t.TempDir(),
		t: t, projections: projections, wrap: wrap,
	}
	db, err := sqlite.Create(context.Background(), c.path(), c.Keys.File(), c.options())
	if err != nil {
		t.Fatalf("create journal.db: %v", err)
	}
	c.use(db)
	c.open()
	t.Cleanup(c.close)
	return c
}

func (c *Clinic) path() string { return filepath.Join(c.Dir, "journal.db") }

func (c *Clinic) options() sqlite.Options {
	return sqlite.Options{Durability: sqlite.Full, Migrations: journal.LogMigrations()}
}

func (c *Clinic) use(db *sqlite.DB) {
	seats := journal.SeatKeys{}
	for seat := byte(1); seat <= 9; seat++ {
		k := NewKeys(c.Keys.word, seat)
		seats[k.seat] = k.Public()
	}
	c.DB = db
	c.Log = journal.OpenLocalLog(db, seats)
	c.Store = journal.OpenLocalStore(db)
}

// Config is what the clinic's journal is made of, for opening it once more.
func (c *Clinic) Config() journal.Config {
	config := journal.Config{
		Log: c.Log, Store: c.Store, Keys: c.Keys, Clock: c.Clock, Projections: c.projections,
		Views: journal.NewViewsDir(c.Dir, sqlite.Options{CacheBytes: 4 << 20, Readers: 2}),
	}
	if c.wrap != nil {
		config = c.wrap(config)
	}
	return config
}

func (c *Clinic) open() {
	c.t.Helper()
	j, err := journal.Open(context.Background(), c.Config())
	if err != nil {
		c.t.Fatalf("open journal: %v", err)
	}
	c.Journal = j
}

// Reopen closes everything and opens it again, as the next start of the program
// does, with other projections where any are given.
func (c *Clinic) Reopen(projections ...journal.Projection) {
	c.t.Helper()
	c.close()
	c.reopen(projections)
}

// Crash abandons everything, as the death of the program does, and opens it
// again.
func (c *Clinic) Crash(projections ...journal.Projection) {
	c.t.Helper()
	c.Abandon()
	c.DB.Abandon()
	c.reopen(projections)
}

func (c *Clinic) reopen(projections []journal.Projection) {
	c.t.Helper()
	if len(projections) > 0 {
		c.projections = projections
	}
	db, err := sqlite.Open(context.Background(), c.path(), c.Keys.File(), c.options())
	if err != nil {
		c.t.Fatalf("open journal.db: %v", err)
	}
	c.use(db)
	c.open()
}

func (c *Clinic) close() {
	c.t.Helper()
	if err := errors.Join(c.Journal.Close(), c.DB.Close()); err != nil {
		c.t.Errorf("close clinic: %v", err)
	}
}

// Record submits events as the program itself and fails the test where that
// fails. It returns the position of the last one.
func (c *Clinic) Record(events ...journal.Event) journal.Pos {
	c.t.Helper()
	return c.RecordAs(clinic.StaffID{}, events...)
}

// RecordAs is Record in the name of a member of staff.
func (c *Clinic) RecordAs(staff clinic.StaffID, events ...journal.Event) journal.Pos {
	c.t.Helper()
	pos, err := c.Submit(context.Background(), journal.Actor{Staff: staff}, func(d *journal.Decision) error {
		for _, e := range events {
			d.Record(e)
		}
		return nil
	})
	if err != nil {
		c.t.Fatalf("record events: %v", err)
	}
	return pos
}

// Hash is the content hash of the views.
func (c *Clinic) Hash() [32]byte {
	c.t.Helper()
	sum, err := c.ContentHash(context.Background())
	if err != nil {
		c.t.Fatalf("hash views: %v", err)
	}
	return sum
}
