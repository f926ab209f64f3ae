package journal_test

import (
	"context"
	"fmt"
	"runtime"
	"testing"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/journal/journaltest"
	"quietline/backend/sqlite"
)

// mail is a projection of the size of the real archive's: a row of a message and
// an index to find it by.
type mail struct{}

var mailArrived = journal.Kind{Name: "mail.arrived", Version: 1, MinReader: 1, Class: journal.ClassMessage}

type mailBody struct {
	Thread clinic.ThreadID `json:"thread"`
	From   string          `json:"from"`
	Text   string          `json:"text"`
	State  string          `json:"state"`
}

func (mail) Name() string          { return "mail" }
func (mail) Decisive() []string    { return nil }
func (mail) Kinds() []journal.Kind { return []journal.Kind{mailArrived} }

func (mail) Schema() []string {
	return []string{
		`CREATE TABLE mail (
			seq    INTEGER PRIMARY KEY,
			id     BLOB NOT NULL,
			thread BLOB NOT NULL,
			at     INTEGER NOT NULL,
			sender TEXT NOT NULL,
			text   TEXT NOT NULL,
			state  TEXT NOT NULL
		) STRICT`,
		`CREATE INDEX mail_by_thread ON mail (thread, at)`,
	}
}

func (mail) Apply(tx *sqlite.Tx, e journal.Applied, touched *journal.Touched) error {
	var b mailBody
	if err := e.Body.Decode(&b); err != nil {
		return err
	}
	touched.Add("thread", b.Thread)
	_, err := tx.Exec(`INSERT INTO mail (seq, id, thread, at, sender, text, state) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		int64(e.Seq), e.ID, b.Thread, int64(e.At), b.From, b.Text, b.State)
	return err
}

// countedViews keeps the views file that was opened last, for its counters.
type countedViews struct {
	journal.ViewsFiles
	db *sqlite.DB
}

func (v *countedViews) Create(ctx context.Context, generation uint64, key sqlite.Key, schema []sqlite.Migration) (*sqlite.DB, error) {
	db, err := v.ViewsFiles.Create(ctx, generation, key, schema)
	v.db = db
	return db, err
}

func mailEvents(n int) []journal.Event {
	const text = "Hi, this is Dana. Could we move my appointment on Tuesday to the afternoon? I can come any time after two. Thank you!"
	events := make([]journal.Event, n)
	for i := range events {
		var dossier clinic.DossierID
		dossier[0] = byte(1 + i%60)
		events[i] = journal.Event{Kind: mailArrived, Dossier: dossier, Body: mailBody{
			Thread: clinic.ThreadID(dossier), From: "+13035550147", Text: text, State: "received",
		}}
	}
	return events
}

// BenchmarkSubmit measures recording: sealing, signing, appending durably,
// applying to indexed views. It prints, per event, what can be compared between
// machines (fsyncs, bytes written, allocations) beside what cannot (events/s).
func BenchmarkSubmit(b *testing.B) {
	for _, size := range []int{1, 500} {
		b.Run(fmt.Sprintf("batch=%d", size), func(b *testing.B) {
			views := &countedViews{}
			c := journaltest.NewWith(b, func(config journal.Config) journal.Config {
				views.ViewsFiles, config.Views = config.Views, views
				return config
			}, mail{})
			events := mailEvents(size)
			c.Record(events...) // the content keys are made once
			log0, views0 := c.DB.Stats(), views.db.Stats()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			b.ResetTimer()
			n := 0
			for b.Loop() {
				c.Record(events...)
				n += size
			}
			b.StopTimer()
			runtime.ReadMemStats(&after)
			log1, views1 := c.DB.Stats(), views.db.Stats()
			per := func(v int64) float64 { return float64(v) / float64(n) }
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "events/s")
			b.ReportMetric(per(log1.Syncs-log0.Syncs+views1.Syncs-views0.Syncs), "fsyncs/event")
			b.ReportMetric(per(log1.BytesWritten-log0.BytesWritten+views1.BytesWritten-views0.BytesWritten), "B-written/event")
			b.ReportMetric(per(int64(after.Mallocs-before.Mallocs)), "allocs/event")
			b.ReportMetric(per(int64(after.TotalAlloc-before.TotalAlloc)), "B-alloc/event")
		})
	}
}

// BenchmarkRebuild measures reading the log back into new views.
func BenchmarkRebuild(b *testing.B) {
	const batches, size = 20, 500
	c := journaltest.New(b, mail{})
	for range batches {
		c.Record(mailEvents(size)...)
	}
	n := 0
	for b.Loop() {
		if err := c.Rebuild(context.Background(), nil); err != nil {
			b.Fatal(err)
		}
		n += batches * size
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "events/s")
}
