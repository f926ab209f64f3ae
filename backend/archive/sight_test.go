package archive_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/journal/journaltest"
	"quietline/backend/patients"
	"quietline/backend/policy"
	"quietline/backend/sqlite"
)

// crowd is a clinic with a few patients, some of whom share a phone, and a few
// strangers, who have all been writing.
type crowd struct {
	*journaltest.Clinic
	t        testing.TB
	random   *rand.Rand
	patients []clinic.PatientID
	threads  []clinic.ThreadID
	texts    int
	dossier  clinic.DossierID
	// staff cares for some, and has opened one of the restricted in an emergency.
	staff                     clinic.StaffID
	cared, restricted, opened []clinic.PatientID
}

func newCrowd(t testing.TB) *crowd {
	c := &crowd{
		Clinic: journaltest.New(t, patients.Projection(), patients.Care(), archive.Projection(), archive.Index()), t: t, random: rand.New(rand.NewPCG(7, 7)),
		dossier: clinic.NewID[clinic.DossierID](),
	}
	for i := range 9 {
		c.decide(func(d *journal.Decision) error {
			added, err := patients.Add(d, patients.New{
				Name:      fmt.Sprintf("%s %s", []string{"Marisol", "Mario", "Ana"}[i%3], []string{"Vega", "Quill"}[i%2]),
				BirthDate: clinic.Date{Year: 1980, Month: time.May, Day: 1 + i}, Language: clinic.English, Zone: "America/Denver",
				Phone: clinic.Phone(fmt.Sprintf("+1303555010%d", i-i%4/3)), Shared: i%4 == 3,
			})
			if err != nil {
				return err
			}
			c.patients = append(c.patients, added.Patient)
			thread, err := archive.ThreadFor(d, patients.Number{ID: added.Number, Dossier: added.NumberDossier},
				&patients.Patient{ID: added.Patient, Dossier: added.Dossier})
			c.threads = append(c.threads, thread)
			return err
		})
	}
	for i := range 4 {
		c.decide(func(d *journal.Decision) error {
			number, err := patients.Meet(d, clinic.Phone(fmt.Sprintf("+1720555018%d", i)))
			if err != nil {
				return err
			}
			thread, err := archive.ThreadFor(d, number, nil)
			c.threads = append(c.threads, thread)
			return err
		})
	}
	for range 25 {
		c.happen()
	}
	c.staff = clinic.NewID[clinic.StaffID]()
	c.cared, c.restricted, c.opened = c.patients[2:5], c.patients[4:8], c.patients[5:6]
	_, err := c.Submit(context.Background(), journal.Actor{Staff: c.staff}, func(d *journal.Decision) error {
		for _, p := range c.cared {
			if err := patients.Assign(d, p, c.staff); err != nil {
				return err
			}
		}
		for _, p := range c.restricted {
			if err := patients.Restrict(d, p, true); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		_, err = c.Submit(context.Background(), journal.Actor{Staff: c.staff}, func(d *journal.Decision) error {
			_, err := patients.OpenEmergency(d, c.opened[0], "The patient wrote that it hurts.", time.Hour)
			return err
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// view is a sight with what it should show.
type view struct {
	archive.Sight
	names     []clinic.PatientID // who may be listed
	texts     []clinic.PatientID // whose threads may be read
	strangers bool
}

func (v view) shows(t archive.Thread) bool {
	return slices.Contains(v.texts, t.Patient) || (v.strangers && t.Patient.IsZero())
}

// draw returns the sight of somebody with a list of patients, of a clinician, or of
// the desk.
func (c *crowd) draw(t *rapid.T) view {
	now, v := c.Clock.Now(), view{strangers: rapid.Bool().Draw(t, "strangers")}
	switch rapid.SampledFrom([]string{"a list", "a clinician", "the desk"}).Draw(t, "who") {
	case "a list":
		for i, p := range c.patients {
			if rapid.Bool().Draw(t, fmt.Sprint("patient ", i)) {
				v.names = append(v.names, p)
			}
		}
		v.texts, v.Sight = v.names, archive.SeePatients(v.names...)
	case "a clinician":
		own := patients.InCareOf(c.staff, now)
		v.names = slices.Concat(c.cared, c.opened)
		v.texts, v.Sight = v.names, archive.See(own, own)
	case "the desk":
		v.Sight, v.names = archive.See(patients.SeeAll(), patients.Unrestricted(c.staff, now)), c.patients
		for _, p := range c.patients {
			if !slices.Contains(c.restricted, p) || slices.Contains(c.opened, p) {
				v.texts = append(v.texts, p)
			}
		}
	}
	if v.strangers {
		v.Sight = v.WithStrangers()
	}
	return v
}

func (c *crowd) decide(decide func(*journal.Decision) error) {
	c.t.Helper()
	if _, err := c.Submit(context.Background(), journal.Actor{}, decide); err != nil {
		c.t.Fatal(err)
	}
}

func (c *crowd) read(fn func(*sqlite.Tx) error) {
	c.t.Helper()
	if err := c.Read(context.Background(), fn); err != nil {
		c.t.Fatal(err)
	}
}

// happen lets a few texts come, late ones among them, be written, and be read.
func (c *crowd) happen() {
	c.t.Helper()
	c.Clock.Advance(time.Duration(c.random.IntN(3)) * time.Minute)
	c.decide(func(d *journal.Decision) error {
		for range 1 + c.random.IntN(6) {
			c.texts++
			thread := c.threads[c.random.IntN(len(c.threads))]
			switch c.random.IntN(4) {
			case 0:
				archive.Write(d, c.dossier, archive.Written{
					Message: clinic.NewID[clinic.MessageID](), Thread: thread, Body: "See you then.",
					Category: policy.Scheduling, StartedBy: policy.ByClinic,
				})
			case 1:
				upTo := uint64(c.random.IntN(int(d.Head.Seq) + 1))
				if err := archive.MarkRead(d, archive.SeeAll(), thread, upTo); err != nil {
					return err
				}
			default:
				late := time.Duration(c.random.IntN(4)) * time.Hour
				archive.Receive(d, c.dossier, archive.Arrived{
					Message: clinic.NewID[clinic.MessageID](), Thread: thread, SID: fmt.Sprintf("SM%d", c.texts),
					Body: "Thank you.", At: d.Now.Add(-late), State: archive.Received,
				})
			}
		}
		return nil
	})
}

// inbox returns all that pages of a size show.
func (c *crowd) inbox(tx *sqlite.Tx, s archive.Sight, f archive.Filter, limit int) []archive.Row {
	c.t.Helper()
	var all []archive.Row
	for after := ""; ; {
		page, err := archive.List(tx, s, f, after, limit)
		if err != nil {
			c.t.Fatal(err)
		}
		if len(page.Rows) > limit || (page.Next != "" && len(page.Rows) < limit) {
			c.t.Fatalf("a page of %d has %d rows and goes on: %v", limit, len(page.Rows), page.Next != "")
		}
		if all = append(all, page.Rows...); len(all) > 100 {
			c.t.Fatal("the pages come to no end")
		}
		if after = page.Next; after == "" {
			return all
		}
	}
}

func (c *crowd) history(tx *sqlite.Tx, s archive.Sight, thread clinic.ThreadID, limit int) []archive.Message {
	c.t.Helper()
	var all []archive.Message
	for before := ""; ; {
		page, err := archive.History(tx, s, thread, before, limit)
		if err != nil {
			c.t.Fatal(err)
		}
		if all = append(slices.Clone(page.Items), all...); len(all) > c.texts {
			c.t.Fatal("the pages come to no end")
		}
		if before = page.Earlier; before == "" {
			return all
		}
	}
}

// TestWhatIsOutOfSightShowsNowhere compares, for any sight, filter and size of
// page, what is shown with what is there: rows, counts, histories and the one
// thread or text that somebody names. Pages are full as long as there is more, so
// that not even a gap tells of what is left out.
func TestWhatIsOutOfSightShowsNowhere(t *testing.T) {
	c := newCrowd(t)
	filters := []archive.Filter{
		{}, {Unread: true}, {Unknown: true}, {Search: "mar"}, {Search: "vega"}, {Search: "5550"}, {Search: "55-0183"},
		{Only: c.threads[3:12]}, {Only: []clinic.ThreadID{}}, {Search: "m", Unread: true},
	}
	rapid.Check(t, func(rt *rapid.T) {
		v := c.draw(rt)
		f := rapid.SampledFrom(filters).Draw(rt, "filter")
		limit := rapid.IntRange(1, 20).Draw(rt, "limit")
		c.read(func(tx *sqlite.Tx) error {
			there := c.inbox(tx, archive.SeeAll(), f, 200)
			want := slices.DeleteFunc(slices.Clone(there), func(r archive.Row) bool { return !v.shows(r.Thread) })
			if got := c.inbox(tx, v.Sight, f, limit); !slices.Equal(got, want) {
				rt.Fatalf("%+v shows %d rows, want %d of %d", f, len(got), len(want), len(there))
			}
			unread := 0
			for _, r := range c.inbox(tx, archive.SeeAll(), archive.Filter{}, 200) {
				if v.shows(r.Thread) {
					unread += r.Unread
				}
			}
			if n, err := archive.CountUnread(tx, v.Sight); err != nil || n != unread {
				rt.Fatalf("%d unread (%v), want %d", n, err, unread)
			}
			c.one(rt, tx, v, limit)
			return c.listed(rt, tx, v)
		})
	})
}

// one looks at one thread, and at a text of it, by name.
func (c *crowd) one(t *rapid.T, tx *sqlite.Tx, v view, limit int) {
	id := rapid.SampledFrom(c.threads).Draw(t, "thread")
	thread, err := archive.GetThread(tx, archive.SeeAll(), id)
	if err != nil {
		t.Fatal(err)
	}
	there := c.history(tx, archive.SeeAll(), id, 200)
	got := c.history(tx, v.Sight, id, limit)
	_, threadErr := archive.GetThread(tx, v.Sight, id)
	_, messageErr := archive.GetMessage(tx, v.Sight, there[0].ID)
	if v.shows(thread) {
		if threadErr != nil || messageErr != nil || !slices.Equal(got, there) {
			t.Fatalf("in sight: %v, %v, %d of %d texts", threadErr, messageErr, len(got), len(there))
		}
		return
	}
	if !errors.Is(threadErr, clinic.E(archive.CodeNoThread)) || !errors.Is(messageErr, clinic.E(clinic.CodeNotFound)) || len(got) > 0 {
		t.Fatalf("out of sight: %v, %v, %d texts", threadErr, messageErr, len(got))
	}
}

// listed looks at who is listed and completed, and at which threads lead there.
func (c *crowd) listed(t *rapid.T, tx *sqlite.Tx, v view) error {
	search := rapid.SampledFrom([]string{"", "mar", "quill", "0100"}).Draw(t, "name")
	there, err := patients.Find(tx, patients.SeeAll(), search, "", 200)
	if err != nil {
		return err
	}
	want := slices.DeleteFunc(there.Items, func(n patients.Named) bool { return !slices.Contains(v.names, n.ID) })
	var got []patients.Named
	for after, more := "", true; more; more = after != "" {
		page, err := patients.Find(tx, v.Patients(), search, after, 2)
		if err != nil {
			return err
		}
		if got, after = append(got, page.Items...), page.Next; len(got) > 100 {
			t.Fatal("the pages come to no end")
		}
	}
	if !slices.Equal(got, want) {
		t.Fatalf("%q finds %d patients, want %d", search, len(got), len(want))
	}
	threads, err := archive.ThreadsOf(tx, v.Sight, c.patients...)
	if err != nil {
		return err
	}
	if len(threads) != len(v.texts) {
		t.Fatalf("%d patients have a thread, want %d", len(threads), len(v.texts))
	}
	for p := range threads {
		seen, err := v.Patients().Sees(tx, p)
		if err != nil {
			return err
		}
		if !slices.Contains(v.texts, p) || !seen {
			t.Fatal("a thread of somebody else")
		}
	}
	return nil
}

// TestWhoeverForgetsToAskShowsNothing reads with the zero sight.
func TestWhoeverForgetsToAskShowsNothing(t *testing.T) {
	c := newCrowd(t)
	var nobody archive.Sight
	c.read(func(tx *sqlite.Tx) error {
		page, err := patients.Find(tx, nobody.Patients(), "", "", 200)
		if n := len(c.inbox(tx, nobody, archive.Filter{}, 200)); n > 0 || len(page.Items) > 0 || err != nil {
			t.Errorf("%d threads, %d patients, %v", n, len(page.Items), err)
		}
		if n, err := archive.CountUnread(tx, nobody); n != 0 || err != nil {
			t.Errorf("%d unread, %v", n, err)
		}
		if n := len(c.history(tx, nobody, c.threads[0], 200)); n > 0 {
			t.Errorf("%d texts", n)
		}
		return nil
	})
	_, err := c.Submit(context.Background(), journal.Actor{}, func(d *journal.Decision) error {
		return archive.MarkRead(d, nobody, c.threads[0], 99)
	})
	if !errors.Is(err, clinic.E(archive.CodeNoThread)) {
		t.Errorf("marked as read: %v", err)
	}
}

// TestTheUnreadAreCountedAsTheyComeAndAreRead holds what the table keeps against
// what the texts say, after every step and once the views were made anew.
func TestTheUnreadAreCountedAsTheyComeAndAreRead(t *testing.T) {
	c := newCrowd(t)
	check := func() int {
		t.Helper()
		total := 0
		c.read(func(tx *sqlite.Tx) error {
			for _, id := range c.threads {
				thread, err := archive.GetThread(tx, archive.SeeAll(), id)
				if err != nil {
					return err
				}
				unread := 0
				for _, m := range c.history(tx, archive.SeeAll(), id, 200) {
					if m.Way == archive.In && m.Seq > thread.ReadTo {
						unread++
					}
				}
				if thread.Unread != unread {
					t.Fatalf("a thread has %d unread texts and says %d", unread, thread.Unread)
				}
				total += unread
			}
			n, err := archive.CountUnread(tx, archive.SeeAll())
			if n != total {
				t.Fatalf("%d texts are unread and %d are counted", total, n)
			}
			return err
		})
		return total
	}
	for range 60 {
		c.happen()
		check()
	}
	before := check()
	if err := c.Rebuild(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	if after := check(); after != before || after == 0 {
		t.Errorf("%d unread texts, and %d once the views were made anew", before, after)
	}
}
