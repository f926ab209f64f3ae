package archive_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/sqlite"
)

// What is out of sight changes nothing that can be seen: neither rows nor the
// ends of pages nor how far was looked.
func TestWhatIsOutOfSightLeavesNoTrace(t *testing.T) {
	quiet, loud := newTalks(t), newTalks(t)
	rapid.Check(t, func(t *rapid.T) {
		for _, s := range rapid.SliceOfN(rapid.Custom(quiet.drawSaid), 0, 12).Draw(t, "texts") {
			seen := s.thread <= 1
			if seen {
				quiet.say(s)
			}
			loud.say(s)
		}
		q := archive.Search{Words: rapid.SampledFrom([]string{"visit", "all", "555", "on tues"}).Draw(t, "words"),
			Best: rapid.Bool().Draw(t, "best"), Limit: rapid.IntRange(1, 5).Draw(t, "limit"), Filter: drawFilter(t)}
		sight := archive.SeePatients(patientsOf[0])
		for {
			a, b := quiet.find(t, sight, q), loud.find(t, sight, q)
			if len(a.Items) != len(b.Items) || (a.Next == "") != (b.Next == "") || a.Inside != b.Inside || a.BackTo != b.BackTo {
				t.Fatalf("%q: %+v with others, %+v without", q.Words, b, a)
			}
			for i := range a.Items {
				if a.Items[i].Snippet.Text != b.Items[i].Snippet.Text || a.Items[i].At != b.Items[i].At {
					t.Fatalf("%q: row %d differs", q.Words, i)
				}
			}
			if a.Next == "" {
				return
			}
			// The cursor of the one serves the other.
			q.After = a.Next
			if a.Next != b.Next {
				return
			}
		}
	})
}

// What others write is not even passed over: whoever sees some patients is
// answered by the same statements, over the same signatures, whatever is in the
// texts of the rest.
func TestWhoSeesSomeNeverAsksTheIndex(t *testing.T) {
	w := newTalks(t)
	for n := range 40 {
		w.say(said{thread: 3, body: "insurance on tuesday", at: at(n)}, said{thread: n % 2, body: "one visit", at: at(n)})
	}
	for name, c := range map[string]struct {
		sight  archive.Sight
		filter archive.SearchFilter
		asks   bool
	}{
		"all":                      {archive.SeeAll(), archive.SearchFilter{}, true},
		"all, one patient":         {archive.SeeAll(), archive.SearchFilter{Patient: patientsOf[3]}, false},
		"some":                     {archive.SeePatients(patientsOf[0]), archive.SearchFilter{}, false},
		"some, in one direction":   {archive.SeePatients(patientsOf[0]), archive.SearchFilter{Way: archive.In}, false},
		"one, with unknown":        {archive.SeePatients(patientsOf[2]).WithStrangers(), archive.SearchFilter{}, false},
		"some, those of a stretch": {archive.SeePatients(patientsOf[0]), archive.SearchFilter{From: at(1), Until: at(5)}, false},
	} {
		for _, words := range []string{"insurance", "visit", "isi"} {
			asked := false
			ctx := sqlite.WithTrace(context.Background(), func(s sqlite.Statement) {
				asked = asked || strings.Contains(s.Query, "search_index")
			})
			if _, err := w.askIn(ctx, c.sight, archive.Search{Words: words, Filter: c.filter, Limit: 9}); err != nil {
				t.Fatal(err)
			}
			if asked != c.asks {
				t.Errorf("%s, %q: the index was asked: %t", name, words, asked)
			}
		}
	}
}

// A page of somebody with very many patients looks through so many signatures and
// ends with a period. Pages join to the whole, and others' texts change no end.
func TestAPageOfSomeLooksThroughABoundedNumberOfSignatures(t *testing.T) {
	if testing.Short() {
		t.Skip("writes thousands of texts")
	}
	w := newTalks(t)
	const season = 100 * 24 * time.Hour
	texts := []said{{thread: 0, body: "the first visit", at: at(0).Add(-season)}}
	for n := range 17 {
		for thread := range 60 {
			texts = append(texts, said{thread: len(patientsOf) + thread, body: "on one tuesday", at: at(thread).Add(time.Duration(n) * season)})
		}
	}
	w.say(texts...)
	her := archive.SeePatients(patientsOf[0])
	ends := func(q archive.Search) (all []archive.Hits) {
		for {
			page := w.find(t, her, q)
			all = append(all, page)
			if q.After = page.Next; q.After == "" {
				return all
			}
		}
	}
	rare := archive.Search{Words: "first", Limit: 9}
	before := ends(rare)
	none := ends(archive.Search{Words: "xylophone", Limit: 9})
	if last := len(none) - 1; last != 2 || none[0].Inside || !none[last].Inside || none[last].BackTo != 0 {
		t.Errorf("what is nowhere takes %d pages: %+v", len(none), none)
	}
	// After that many signatures, the middle of words is another page's.
	late := archive.SearchFilter{From: at(0).Add(6 * season)}
	if none := ends(archive.Search{Words: "xylophone", Filter: late, Limit: 9}); len(none) != 2 || none[0].Inside || !none[1].Inside {
		t.Errorf("what is nowhere lately takes %d pages: %+v", len(none), none)
	}
	if len(before) != 2 || len(before[0].Items) != 0 || len(before[1].Items) != 1 || before[0].BackTo <= at(0) {
		t.Errorf("%d pages: %+v", len(before), before)
	}
	if all := w.pages(t, her, archive.Search{Words: "tuesday", Limit: 200}, nil); len(all) != 17*60 {
		t.Errorf("%d texts", len(all))
	}
	rare.Best = true
	if best := w.pages(t, her, rare, nil); len(best) != 1 {
		t.Errorf("%d of the best", len(best))
	}
	rare.Best = false
	for n := range 50 {
		w.say(said{thread: 3, body: "the first of all", at: at(n).Add(time.Duration(n-9) * season)})
	}
	if after := ends(rare); len(after) != len(before) || after[0].BackTo != before[0].BackTo || after[0].Next != before[0].Next {
		t.Errorf("what is out of sight moves the ends of pages: %+v", after)
	}
}

// deskAndClinician are the sights of two roles in a crowd.
func (c *crowd) deskAndClinician() map[string]view {
	now := c.Clock.Now()
	own, unrestricted := patients.InCareOf(c.staff, now), patients.Unrestricted(c.staff, now)
	desk := view{Sight: archive.See(patients.SeeAll(), unrestricted).WithStrangers(), strangers: true}
	for _, p := range c.patients {
		if !slices.Contains(c.restricted, p) || slices.Contains(c.opened, p) {
			desk.texts = append(desk.texts, p)
		}
	}
	return map[string]view{"desk": desk, "clinician": {Sight: archive.See(own, own), texts: slices.Concat(c.cared, c.opened)}}
}

// The desk and a clinician find what is theirs, few or many of the patients being
// for clinicians only.
func TestRolesFindWhatIsTheirs(t *testing.T) {
	c := newCrowd(t)
	search := func(tx *sqlite.Tx, s archive.Sight, q archive.Search) (all []archive.Hit) {
		for {
			page, err := archive.Texts(tx, s, q)
			must(t, err)
			all = append(all, page.Items...)
			if q.After = page.Next; q.After == "" {
				return all
			}
		}
	}
	look := func(when string, few bool) {
		// Few threads are named in a question to the index; many would be walked past.
		asked := 0
		ctx := sqlite.WithTrace(context.Background(), func(s sqlite.Statement) {
			if strings.Contains(s.Query, "search_index") {
				asked++
			}
		})
		for role, want := range map[string]bool{"clinician": false, "desk": few} {
			asked = 0
			must(t, c.Read(ctx, func(tx *sqlite.Tx) error {
				search(tx, c.deskAndClinician()[role].Sight, archive.Search{Words: "thank", Limit: 7})
				return nil
			}))
			if (asked > 0) != want {
				t.Errorf("%s, %s: the index was asked %d times", when, role, asked)
			}
		}
		c.read(func(tx *sqlite.Tx) error {
			for role, v := range c.deskAndClinician() {
				for _, q := range []archive.Search{
					{Words: "thank", Limit: 7}, {Words: "you then", Limit: 200}, {Words: "ank", Inside: true, Limit: 9},
					{Words: "you", Best: true, Limit: 4}, {Filter: archive.SearchFilter{Way: archive.Out}, Limit: 5},
					{Words: "you", Filter: archive.SearchFilter{Unknown: true}, Limit: 5}, {Words: "you", Filter: archive.SearchFilter{Unread: true}, Limit: 5},
					{Filter: archive.SearchFilter{From: 1}, Limit: 50},
				} {
					there := search(tx, archive.SeeAll(), q)
					want := slices.DeleteFunc(slices.Clone(there), func(h archive.Hit) bool { return !v.shows(archive.Thread{Patient: h.Patient}) })
					got := search(tx, v.Sight, q)
					same := slices.EqualFunc(got, want, func(a, b archive.Hit) bool { return a.Message == b.Message })
					if !same || len(there) == 0 || len(want) == len(there) && !q.Filter.Unknown {
						t.Errorf("%s, %s, %+v: %d texts, not %d of %d", when, role, q, len(got), len(want), len(there))
					}
				}
			}
			return nil
		})
	}
	look("few are restricted", true)
	for range 8 {
		c.restrictMore(10)
	}
	look("many are restricted", false)
}

// What the desk may not see does not move where a page ends that looks inside of
// words.
func TestHiddenTextsMoveNoEndInsideOfWords(t *testing.T) {
	if testing.Short() {
		t.Skip("writes thousands of texts")
	}
	c := newCrowd(t)
	begin := c.Clock.Now()
	receive := func(thread clinic.ThreadID, texts int, every time.Duration) {
		for n := 0; n < texts; n += 900 {
			c.decide(func(d *journal.Decision) error {
				for i := n; i < min(n+900, texts); i++ {
					c.texts++
					archive.Receive(d, c.dossier, archive.Arrived{Message: clinic.NewID[clinic.MessageID](), Thread: thread,
						SID: fmt.Sprintf("SM%d", c.texts), Body: "to mombo", At: begin.Add(time.Duration(i) * every), State: archive.Received})
				}
				return nil
			})
		}
	}
	var page archive.Hits
	look := func() archive.Hits {
		c.read(func(tx *sqlite.Tx) (err error) {
			page, err = archive.Texts(tx, c.deskAndClinician()["desk"].Sight, archive.Search{Words: longWords, Inside: true, Limit: 9})
			return err
		})
		return page
	}
	receive(c.threads[0], 4_500, time.Minute)
	before := look()
	if before.BackTo == 0 || !before.Inside {
		t.Fatalf("a page without an end: %+v", before)
	}
	receive(c.threads[6], 900, 4*time.Minute)
	if after := look(); after.BackTo != before.BackTo || after.Next != before.Next {
		t.Errorf("hidden texts move the end of a page: %v, not %v", after.BackTo, before.BackTo)
	}
}

// restrictMore adds patients whose texts are for clinicians only, each with one
// text.
func (c *crowd) restrictMore(n int) {
	c.t.Helper()
	for range n {
		c.texts++
		c.decide(func(d *journal.Decision) error {
			added, err := patients.Add(d, patients.New{
				Name: fmt.Sprintf("Cy Doe %d", c.texts), BirthDate: clinic.Date{Year: 1990, Month: time.June, Day: 3}, Language: clinic.English,
				Zone: "America/Denver", Phone: clinic.Phone(fmt.Sprintf("+1970555%04d", c.texts)),
			})
			if err != nil {
				return err
			}
			c.patients, c.restricted = append(c.patients, added.Patient), append(slices.Clip(c.restricted), added.Patient)
			thread, err := archive.ThreadFor(d, patients.Number{ID: added.Number, Dossier: added.NumberDossier},
				&patients.Patient{ID: added.Patient, Dossier: added.Dossier})
			if err != nil {
				return err
			}
			archive.Receive(d, added.Dossier, archive.Arrived{Message: clinic.NewID[clinic.MessageID](), Thread: thread,
				SID: fmt.Sprintf("SMmore%d", c.texts), Body: "Thank you then.", At: d.Now, State: archive.Received})
			return nil
		})
		c.decide(func(d *journal.Decision) error { return patients.Restrict(d, c.patients[len(c.patients)-1], true) })
	}
}
