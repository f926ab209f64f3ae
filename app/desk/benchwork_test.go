package desk_test

import (
	"context"
	"fmt"
	"strconv"
	"testing"
	"time"

	"quietline/app/desk"
	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/folder"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/sample"
	"quietline/backend/sqlite"
	"quietline/backend/vault"
)

// typed is what somebody types into the search field, letter by letter: words
// that most texts hold, some hold and none holds, a name, two words, a phone's
// digits, a part of a web address; the names of two therapists, which are all over
// the texts of their own patients and in few of others, and of a patient whose
// texts are for clinicians only.
var typed = []string{
	"the", "appointment", "thanks", "insurance", "zzyzx", "maria", "see you", "tuesday at", "5550", "http", "dr okafor", "hsu", "tomoko hayashi",
}

// asked is how often each word is asked for: the first two answers after somebody has
// signed in read what nobody has read since, and are told apart.
const asked = 40

// searchAs searches as somebody of a role.
func (m *measured) searchAs(b *testing.B, name string, role clinic.Role) {
	m.open()
	m.signIn(role)
	m.search(b, name)
	m.closeDesk()
}

// search measures the first page for everything that is typed from two letters
// on, the worst of it apart.
func (m *measured) search(b *testing.B, name string) {
	var all times
	worst, slowest, work, words, first := 0.0, "", 0.0, "", 0.0
	for n, word := range typed {
		for letters := 2; letters <= len(word); letters++ {
			var one times
			for range asked {
				one.add(func() {
					var found desk.SearchPage
					m.ask("search.find", desk.SearchQuery{Words: word[:letters], Run: strconv.Itoa(n), Limit: 30}, &found)
				})
			}
			all.all, all.cpu = append(all.all, one.all...), all.cpu+one.cpu
			if first == 0 {
				first = one.all[0]
			}
			if p := one.p95(); p > worst {
				worst, slowest = p, word[:letters]
			}
			if w := one.cpu / float64(len(one.all)); w > work {
				work, words = w, word[:letters]
			}
		}
	}
	all.tell(b, name, 16)
	b.Run(name+"-worst", func(b *testing.B) {
		figure(b, "ms", 16, worst)
		b.Logf("for %q", slowest)
	})
	b.Run(name+"-first", func(b *testing.B) { figure(b, "ms", 0, first) })
	b.Run(name+"-worst-work", func(b *testing.B) {
		figure(b, "ms", 0, work)
		b.Logf("for %q", words)
	})
}

// older pages back through threads.
func (m *measured) older(threads []clinic.ThreadID) (took times) {
	for i := 0; len(took.all) < 200 && i < len(threads); i++ {
		before := ""
		for range 5 {
			var page desk.ThreadPage
			took.add(func() {
				m.ask("thread.open", desk.ThreadQuery{ID: threads[i], Before: before, Limit: 50}, &page)
			})
			if before = page.Earlier; before == "" {
				break
			}
		}
	}
	return took
}

// clinic opens the folder without a desk, and closes it after do.
func (m *measured) clinic(do func(ctx context.Context, c *folder.Clinic, must func(error))) {
	ctx := context.Background()
	must := func(err error) {
		if err != nil {
			m.b.Helper()
			m.b.Fatal(err)
		}
	}
	v, err := vault.Load(ctx, vault.Config{Dir: m.dir, Secrets: m.secrets, Clock: m.clock, Work: vault.Sample})
	must(err)
	defer v.Close()
	keys, err := v.Unlock(ctx, v.Members()[0].ID, []byte(sample.Passphrase))
	must(err)
	defer keys.Zero()
	c, err := folder.Open(ctx, folder.Config{Dir: m.dir, Keys: keys, Clock: m.clock})
	must(err)
	defer func() { must(c.Close()) }()
	do(ctx, c, must)
}

// receive measures from a text that the provider has listed to the thread that
// shows it, durable.
func (m *measured) receive(id clinic.ThreadID) (took times) {
	m.clinic(func(ctx context.Context, c *folder.Clinic, must func(error)) {
		var thread archive.Thread
		var number patients.Number
		must(c.Journal.Read(ctx, func(tx *sqlite.Tx) (err error) {
			if thread, err = archive.GetThread(tx, archive.SeeAll(), id); err == nil {
				number, err = patients.GetNumber(tx, thread.Number)
			}
			return err
		}))
		for i := range 300 {
			text := listed(c, thread, i, clinic.At(benchNow).Add(time.Hour+time.Duration(i)*time.Second))
			text.Body = "Hi, could we move my appointment on " + number.Phone.Display() + " to the afternoon? Thank you!"
			took.add(func() {
				_, err := c.Journal.Submit(ctx, journal.Actor{}, func(d *journal.Decision) error {
					archive.Receive(d, thread.Dossier, text)
					return nil
				})
				must(err)
				must(c.Journal.Read(ctx, func(tx *sqlite.Tx) error {
					shown, err := archive.History(tx, archive.SeeAll(), thread.ID, "", 50)
					if err == nil && shown.Items[len(shown.Items)-1].ID != text.Message {
						err = fmt.Errorf("the text does not show")
					}
					return err
				}))
			})
		}
	})
	return took
}

func listed(c *folder.Clinic, thread archive.Thread, i int, at clinic.Instant) archive.Arrived {
	sid := fmt.Sprintf("SMbench%d-%025d", time.Now().UnixNano(), i)
	return archive.Arrived{Message: archive.MessageIDOf(c.Journal.Names(), sid), Thread: thread.ID, SID: sid, At: at, State: archive.Received}
}

// fetched is how many texts of an earlier month are fetched, and how many of them
// in one decision.
const fetched, together = 2000, 100

// fetch measures what each text costs of a month that is fetched late, as when a
// clinic begins to use the program: recorded, indexed and durable, in the midst of
// what is there.
func (m *measured) fetch(ids []clinic.ThreadID) (took times) {
	m.clinic(func(ctx context.Context, c *folder.Clinic, must func(error)) {
		var threads []archive.Thread
		must(c.Journal.Read(ctx, func(tx *sqlite.Tx) error {
			for _, id := range ids {
				thread, err := archive.GetThread(tx, archive.SeeAll(), id)
				if err != nil {
					return err
				}
				threads = append(threads, thread)
			}
			return nil
		}))
		month := clinic.At(benchNow.AddDate(0, -4, 0))
		for n := 0; n < fetched; n += together {
			took.add(func() {
				_, err := c.Journal.Submit(ctx, journal.Actor{}, func(d *journal.Decision) error {
					for i := n; i < n+together; i++ {
						thread := threads[i*7%len(threads)]
						text := listed(c, thread, i, month.Add(time.Duration(i)*20*time.Minute))
						text.Body = fmt.Sprintf("Can I come on the %dth, and bring the papers? My insurance has sent new ones.", 2+i%25)
						archive.Receive(d, thread.Dossier, text)
					}
					return nil
				})
				must(err)
			})
		}
	})
	return took
}

// restrict keeps the texts of every third patient among clinicians.
func (m *measured) restrict() {
	m.clinic(func(ctx context.Context, c *folder.Clinic, must func(error)) {
		var all []patients.Named
		must(c.Journal.Read(ctx, func(tx *sqlite.Tx) error {
			for after := ""; ; {
				page, err := patients.Find(tx, patients.SeeAll(), "", after, 200)
				all = append(all, page.Items...)
				if after = page.Next; err != nil || after == "" {
					return err
				}
			}
		}))
		for i := 0; i < len(all); i += 3 {
			_, err := c.Journal.Submit(ctx, journal.Actor{}, func(d *journal.Decision) error {
				return patients.Restrict(d, all[i].ID, true)
			})
			must(err)
		}
	})
}
