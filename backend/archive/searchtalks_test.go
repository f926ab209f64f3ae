package archive_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/journal/journaltest"
	"quietline/backend/sqlite"
)

// said is a text as a person remembers it.
type said struct {
	id     clinic.MessageID
	thread int
	body   string
	at     clinic.Instant
	author clinic.StaffID
	media  int
	order  int // of the log
}

// talks is a clinic with six threads: two of one patient, three of others and
// one of somebody unknown.
type talks struct {
	*journaltest.Clinic
	all []said
	// trailFrom is that of the journal at the next start.
	trailFrom uint64
	// drawn counts the texts that a property has drawn.
	drawn int
}

var (
	patientsOf = []clinic.PatientID{{1}, {1}, {2}, {3}, {4}, {}}
	ada, ben   = clinic.StaffID{0xa}, clinic.StaffID{0xb}
)

// threadID names the threads: one for each of patientsOf, and from there on the
// further ones of the first patient.
func threadID(n int) clinic.ThreadID {
	if further := n - len(patientsOf); further >= 0 {
		return clinic.ThreadID{0x71, byte(further)}
	}
	return clinic.ThreadID{0x70, byte(n)}
}

func newTalks(t testing.TB) *talks {
	w := &talks{}
	w.Clinic = journaltest.NewWith(t, func(c journal.Config) journal.Config {
		c.TrailFrom = w.trailFrom
		return c
	}, archive.Projection(), archive.Index())
	var events []journal.Event
	for n, p := range patientsOf {
		events = append(events, journal.Event{Kind: archive.KindBegun, Dossier: clinic.DossierID{0xd, byte(n)},
			Body: archive.Begun{Thread: threadID(n), Number: clinic.NumberID{byte(n + 1)}, Patient: p}})
	}
	// So many more of the first patient that a question cannot name them all.
	for n := range 70 {
		events = append(events, journal.Event{Kind: archive.KindBegun, Dossier: clinic.DossierID{0xd, 0},
			Body: archive.Begun{Thread: threadID(len(patientsOf) + n), Number: clinic.NumberID{0x99, byte(n)}, Patient: patientsOf[0]}})
	}
	w.Record(events...)
	return w
}

// say records texts, those of the clinic as their authors, in the order given.
func (w *talks) say(texts ...said) {
	var events []journal.Event
	by := clinic.StaffID{}
	flush := func() {
		if len(events) > 0 {
			w.RecordAs(by, events...)
		}
		events = nil
	}
	for _, s := range texts {
		s.order = len(w.all) + 1
		s.id = clinic.MessageID{byte(s.order >> 8), byte(s.order), 1}
		w.all = append(w.all, s)
		if s.author != by || len(events) == 500 {
			flush()
			by = s.author
		}
		e := journal.Event{Dossier: clinic.DossierID{0xd, byte(s.thread)}, At: s.at}
		if s.author.IsZero() {
			e.Kind, e.Body = archive.KindArrived, archive.Arrived{Message: s.id, Thread: threadID(s.thread),
				SID: fmt.Sprintf("SM%d", s.order), Body: s.body, At: s.at, State: archive.Received, Media: s.media}
		} else {
			e.Kind, e.Body = archive.KindWritten, archive.Written{Message: s.id, Thread: threadID(s.thread), Body: s.body, Category: "scheduling", Pictures: s.media}
		}
		events = append(events, e)
	}
	flush()
}

func (w *talks) find(t fataler, s archive.Sight, q archive.Search) archive.Hits {
	page, err := w.ask(s, q)
	if err != nil {
		t.Fatalf("search: %v", err)
	}
	return page
}

func (w *talks) ask(s archive.Sight, q archive.Search) (page archive.Hits, err error) {
	return w.askIn(context.Background(), s, q)
}

func (w *talks) askIn(ctx context.Context, s archive.Sight, q archive.Search) (page archive.Hits, err error) {
	err = w.Read(ctx, func(tx *sqlite.Tx) (err error) {
		page, err = archive.Texts(tx, s, q)
		return err
	})
	return page, err
}

type fataler interface{ Fatalf(string, ...any) }

// bodies returns what a search finds, page after page.
func (w *talks) bodies(t fataler, s archive.Sight, q archive.Search) []string {
	var all []string
	for _, h := range w.pages(t, s, q, nil) {
		all = append(all, w.said(h.Message).body)
	}
	return all
}

func (w *talks) pages(t fataler, s archive.Sight, q archive.Search, between func()) []archive.Hit {
	var all []archive.Hit
	for {
		page := w.find(t, s, q)
		if len(page.Items) > q.Limit {
			t.Fatalf("%d rows on a page of %d", len(page.Items), q.Limit)
		}
		all = append(all, page.Items...)
		if page.Next == "" {
			return all
		}
		q.After = page.Next
		if between != nil {
			between()
		}
	}
}

func (w *talks) said(id clinic.MessageID) said {
	for _, s := range w.all {
		if s.id == id {
			return s
		}
	}
	return said{body: "?"}
}

func wantBodies(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("found %q, not %q", got, want)
	}
}

func at(hours int) clinic.Instant { return morning.Add(time.Duration(hours) * time.Hour) }
