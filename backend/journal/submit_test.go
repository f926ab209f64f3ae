package journal_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/journal/journaltest"
	"quietline/backend/sqlite"
)

// submit records events as the program itself.
func submit(c *journaltest.Clinic, events ...journal.Event) (journal.Pos, error) {
	return c.Submit(context.Background(), journal.Actor{}, func(d *journal.Decision) error {
		for _, e := range events {
			d.Record(e)
		}
		return nil
	})
}

// headOf is the last position of the clinic's log.
func headOf(t *testing.T, c *journaltest.Clinic) journal.Head {
	t.Helper()
	head, err := c.Log.Head(context.Background())
	if err != nil {
		t.Fatalf("head: %v", err)
	}
	return head
}

func TestADecisionThatFailsRecordsNothing(t *testing.T) {
	c := journaltest.New(t, notes{})
	c.Record(note("before"))
	head := headOf(t, c)
	no := errors.New("not today")
	_, err := c.Submit(context.Background(), journal.Actor{}, func(d *journal.Decision) error {
		d.Record(note("half a thought"))
		return no
	})
	if err != no {
		t.Errorf("submit returned %v", err)
	}
	pos, err := submit(c)
	if err != nil || pos != head.Pos {
		t.Errorf("a decision for nothing: %v, %v; want the head %v", pos, err, head.Pos)
	}
	if headOf(t, c) != head {
		t.Error("the log moved")
	}
	wantTexts(t, c, "before")
}

func TestADecisionReadsAndNeverWrites(t *testing.T) {
	c := journaltest.New(t, notes{})
	c.Record(note("one"), note("two"))
	_, err := c.Submit(context.Background(), journal.Actor{}, func(d *journal.Decision) error {
		got, err := texts(d.Tx)
		if err != nil || len(got) != 2 || d.Head.Seq != 2 || d.Now != c.Clock.Now() {
			t.Errorf("a decision sees %q at %v: %v", got, d.Head, err)
		}
		_, err = d.Tx.Exec(`DELETE FROM notes`)
		return err
	})
	if err == nil {
		t.Error("a decision wrote to the views")
	}
	wantTexts(t, c, "one", "two")
}

func TestWhatAReducerRefusesIsNeverAppended(t *testing.T) {
	c := journaltest.New(t, notes{refuse: "poison"})
	c.Record(note("before"))
	head := headOf(t, c)
	_, err := submit(c, note("good"), note("poison"))
	wantCode(t, err, clinic.CodeBadInput)
	if headOf(t, c) != head {
		t.Error("a refused batch is in the log")
	}
	wantTexts(t, c, "before")
	c.Record(note("after"))
	wantTexts(t, c, "before", "after")
}

func TestEventsThatCannotBeRecorded(t *testing.T) {
	c := journaltest.New(t, notes{})
	foreign := journal.Kind{Name: "stranger.came", Version: 1, MinReader: 1, Class: journal.ClassAudit}
	newer, otherClass := noteWritten, noteWritten
	newer.Version++
	otherClass.Class = journal.ClassAudit
	oldShape := noteWritten
	oldShape.Version = 1
	for name, test := range map[string]struct {
		event journal.Event
		code  clinic.Code
	}{
		"a kind of nobody":       {journal.Event{Kind: foreign, Body: noteV1{}}, journal.CodeBadEvent},
		"a version of tomorrow":  {journal.Event{Kind: newer, Body: noteV1{}}, journal.CodeBadEvent},
		"another class":          {journal.Event{Kind: otherClass, Body: noteV1{}}, journal.CodeBadEvent},
		"no object":              {journal.Event{Kind: noteWritten, Body: "text"}, journal.CodeBadEvent},
		"nothing in an object":   {journal.Event{Kind: noteWritten, Body: (*noteV2)(nil)}, journal.CodeBadEvent},
		"what JSON cannot say":   {journal.Event{Kind: noteWritten, Body: struct{ C chan int }{}}, journal.CodeBadEvent},
		"a year without a name":  {journal.Event{Kind: noteWritten, Body: noteV2{}, At: 1 << 60}, journal.CodeBadEvent},
		"fields of another kind": {journal.Event{Kind: noteWritten, Body: permit{Name: "x"}}, journal.CodeDamaged},
		"more than fits":         {note(strings.Repeat("x", journal.MaxBodyBytes)), journal.CodeTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := submit(c, note("beside it"), test.event)
			wantCode(t, err, test.code)
			if !headOf(t, c).IsZero() {
				t.Error("something was appended")
			}
		})
	}
	many := make([]journal.Event, journal.MaxBatchEvents+1)
	for i := range many {
		many[i] = note("x")
	}
	_, err := submit(c, many...)
	wantCode(t, err, journal.CodeTooLarge)
	if _, err := submit(c, journal.Event{Kind: oldShape, Body: noteV1{Text: "as it was"}}); err != nil {
		t.Errorf("an older version of a kind: %v", err)
	}
}

func TestADecisionSaysWhatStillFits(t *testing.T) {
	c := journaltest.New(t, notes{})
	_, err := c.Submit(context.Background(), journal.Actor{}, func(d *journal.Decision) error {
		for d.Room() > 0 {
			d.Record(note("x"))
		}
		return nil
	})
	if err != nil || headOf(t, c).Seq != journal.MaxBatchEvents {
		t.Errorf("%d events: %v", headOf(t, c).Seq, err)
	}
}

func TestAFactIsRecordedOnce(t *testing.T) {
	c := journaltest.New(t, notes{})
	fact := note("delivered")
	fact.ID = c.Names().EventID("provider.status", []byte("SM1"), []byte("delivered"))
	c.Record(fact, fact)
	other := note("read")
	other.ID = c.Names().EventID("provider.status", []byte("SM1"), []byte("read"))
	for range 2 {
		pos, err := submit(c, fact, other, fact)
		if err != nil || pos.Seq != 2 {
			t.Fatalf("told again: %v, %v", pos, err)
		}
	}
	check := func() {
		t.Helper()
		wantTexts(t, c, "delivered", "read")
		_, err := c.Submit(context.Background(), journal.Actor{}, func(d *journal.Decision) error {
			for id, want := range map[clinic.EventID]bool{fact.ID: true, other.ID: true, {7}: false} {
				if got, err := d.Recorded(id); err != nil || got != want {
					t.Errorf("recorded: %t, %v; want %t", got, err, want)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	check()
	if err := c.Rebuild(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	check()
	if pos, err := submit(c, fact); err != nil || pos.Seq != 2 {
		t.Errorf("told again after rebuilding: %v, %v", pos, err)
	}
}

// pinnedID is what the fact below was named in the first release.
const pinnedID = "r7t5hachu8jotded27h5k09qr8"

func TestNamesAreFramedAndKeyed(t *testing.T) {
	n := journal.NewNamer([]byte("the naming key of one clinic, 32"))
	id := n.EventID("a", []byte("bc"), []byte("d"))
	for name, other := range map[string]clinic.EventID{
		"other frames":  n.EventID("a", []byte("b"), []byte("cd")),
		"other domain":  n.EventID("ab", []byte("c"), []byte("d")),
		"other purpose": clinic.EventID(n.Subject("a", []byte("bc"), []byte("d"))),
		"other key":     journal.NewNamer([]byte("another")).EventID("a", []byte("bc"), []byte("d")),
	} {
		if other == id {
			t.Errorf("%s: the same id", name)
		}
	}
	// Ids of facts are the same for ever: this one must never change.
	if got, want := n.EventID("provider.status", []byte("SM1"), []byte("sent")).String(), pinnedID; got != want {
		t.Errorf("a fact's id is %s, and was %s", got, want)
	}
}

func TestAnEventSaysWhoAndWhen(t *testing.T) {
	var seen []journal.Applied
	c := journaltest.New(t, witness{&seen})
	staff, dossier := clinic.StaffID{5}, clinic.DossierID{6}
	c.Clock.Advance(time.Hour)
	now := c.Clock.Now()
	c.RecordAs(staff, journal.Event{Kind: noteWritten, Dossier: dossier, Body: noteV2{Text: "x"}}, journal.Event{Kind: noteStruck, At: 77})
	if err := c.Rebuild(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	if len(seen) != 4 {
		t.Fatalf("reducers saw %d events", len(seen))
	}
	seat, _ := c.Keys.Seat()
	for i := range 2 {
		live, replayed := seen[i], seen[i+2]
		var a, b noteV2
		if i == 0 {
			if err := errors.Join(live.Body.Decode(&a), replayed.Body.Decode(&b)); err != nil || a != b || a.Text != "x" {
				t.Errorf("bodies %v and %v: %v", a, b, err)
			}
		} else if !live.Body.Empty() || !replayed.Body.Empty() {
			t.Error("an event without content has some")
		}
		live.Body, replayed.Body = journal.Body{}, journal.Body{}
		want := journal.Applied{
			Pos: journal.Pos{Incarnation: 1, Seq: uint64(i) + 1}, ID: live.ID, Kind: noteWritten.Name, Version: 2,
			Class: journal.ClassMessage, Author: staff, Seat: seat, At: now, Dossier: dossier,
		}
		if i == 1 {
			want.Kind, want.Version, want.At, want.Dossier = noteStruck.Name, 1, 77, clinic.DossierID{}
		}
		if !sameApplied(live, want) || !sameApplied(replayed, want) {
			t.Errorf("event %d: live %+v, replayed %+v, want %+v", i+1, live, replayed, want)
		}
	}
}

// sameApplied compares all but the bodies.
func sameApplied(a, b journal.Applied) bool {
	return a.Pos == b.Pos && a.ID == b.ID && a.Kind == b.Kind && a.Version == b.Version && a.Class == b.Class &&
		a.Author == b.Author && a.Seat == b.Seat && a.At == b.At && a.Dossier == b.Dossier
}

// witness is a projection that only looks.
type witness struct{ seen *[]journal.Applied }

func (witness) Name() string          { return "witness" }
func (witness) Schema() []string      { return nil }
func (witness) Decisive() []string    { return nil }
func (witness) Kinds() []journal.Kind { return []journal.Kind{noteWritten, noteStruck} }

func (w witness) Apply(_ *sqlite.Tx, e journal.Applied, _ *journal.Touched) error {
	*w.seen = append(*w.seen, e)
	return nil
}

func TestChangesAreToldWithoutContent(t *testing.T) {
	c := journaltest.New(t, notes{})
	var told []journal.Change
	cancel := c.Subscribe(func(changes []journal.Change) { told = append(told, changes...) })

	pos := c.Record(note("a"), givePermit("texting"), note("b"))
	topics := []string{}
	for _, ch := range told {
		topics = append(topics, ch.Topic)
		if ch.Pos != pos {
			t.Errorf("%s was told at %v, want %v", ch.Topic, ch.Pos, pos)
		}
	}
	if !slices.Equal(topics, []string{"note", "permit"}) || len(told[0].IDs) != 2 || len(told[1].IDs) != 0 {
		t.Errorf("told %+v", told)
	}
	if _, err := clinic.ParseID[clinic.EventID](told[0].IDs[0]); err != nil {
		t.Errorf("an id was told as %q", told[0].IDs[0])
	}

	told = nil
	if _, err := submit(c); err != nil || len(told) > 0 {
		t.Errorf("nothing was recorded and %v told: %v", told, err)
	}
	many := make([]journal.Event, 101)
	for i := range many {
		many[i] = note("x")
	}
	c.Record(many...)
	if len(told) != 1 || len(told[0].IDs) != 0 {
		t.Errorf("a flood is told as %d changes of %d ids", len(told), len(told[0].IDs))
	}

	cancel()
	told = nil
	c.Record(note("unheard"))
	if len(told) > 0 {
		t.Error("told after the subscription ended")
	}
}

func TestAListenerMayRead(t *testing.T) {
	c := journaltest.New(t, notes{})
	heard := 0
	defer c.Subscribe(func([]journal.Change) {
		heard++
		wantTexts(t, c, "a")
	})()
	c.Record(note("a"))
	if heard != 1 {
		t.Errorf("heard %d times", heard)
	}
}

func TestAnEndedContextRecordsNothing(t *testing.T) {
	c := journaltest.New(t, notes{})
	ended, cancel := context.WithCancel(context.Background())
	_, err := c.Submit(ended, journal.Actor{}, func(d *journal.Decision) error {
		d.Record(note("too late"))
		cancel()
		return nil
	})
	if err == nil || !headOf(t, c).IsZero() {
		t.Errorf("submit: %v", err)
	}
	wantTexts(t, c)
	c.Record(note("in time"))
	wantTexts(t, c, "in time")
}
