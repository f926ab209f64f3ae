package desk_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"quietline/app/desk"
	"quietline/app/door"
	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/clinic/clinictest"
	"quietline/backend/folder"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/sample"
	"quietline/backend/sqlite"
	"quietline/backend/vault"
	"quietline/backend/vault/filesecret"
)

// The clinic that is measured is made in one process and used in another, as a
// clinic is; what was in memory for the one must not help or burden the other.
var (
	benchDir      = flag.String("clinic", "", "the `folder` that BenchmarkMake makes a sample clinic in and BenchmarkUse opens")
	benchMessages = flag.Int("messages", sample.DefaultMessages, "how many texts BenchmarkMake makes")
)

// benchNow is when the sample clinic's present is: the clock stands still, so
// that nothing in the background runs in between.
var benchNow = time.Date(2026, 3, 2, 17, 0, 0, 0, time.UTC)

// measured is a clinic on disk and whoever uses it.
type measured struct {
	b       *testing.B
	dir     string
	clock   *clinictest.Clock
	secrets vault.DeviceSecrets
	desk    *desk.Desk
	doors   *door.Registry
	state   desk.State
}

func measure(b *testing.B) *measured {
	dir := *benchDir
	if dir == "" {
		dir = b.TempDir()
	}
	return &measured{
		b: b, dir: filepath.Join(dir, "clinic"), clock: clinictest.NewClock(benchNow),
		secrets: filesecret.At(filepath.Join(dir, "secret")),
	}
}

func (m *measured) make() sample.Made {
	made, err := sample.Create(context.Background(), sample.Config{
		Dir: m.dir, Secrets: m.secrets, Clock: m.clock, Seed: 1, Messages: *benchMessages,
	})
	if err != nil {
		m.b.Fatal(err)
	}
	return made
}

// figure tells one figure, for build/dev to read. A limit of zero is none.
func figure(b *testing.B, unit string, limit, value float64) {
	b.ReportMetric(0, "ns/op") // left out of what is printed
	b.ReportMetric(value, "ours/"+unit)
	if limit > 0 {
		b.ReportMetric(limit, "limit")
	}
}

// BenchmarkMake makes a sample clinic through the journal, files and vault
// included: 2,000 texts a second are 500 µs each.
func BenchmarkMake(b *testing.B) {
	m := measure(b)
	begun := time.Now()
	made := m.make()
	took := time.Since(begun)
	b.Run("text", func(b *testing.B) { figure(b, "µs", 500, float64(took.Microseconds())/float64(made.Messages)) })
	var size int64
	err := filepath.WalkDir(m.dir, func(_ string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if err == nil {
			size += info.Size()
		}
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Run("disk", func(b *testing.B) { figure(b, "KiB", 0, float64(size)/1024/float64(made.Messages)) })
}

// BenchmarkUse measures what a person waits for, through the doors, with the
// records of access that the doors keep.
func BenchmarkUse(b *testing.B) {
	m := measure(b)
	if *benchDir == "" {
		m.make()
	}
	m.open()
	m.signIn()
	page := m.inbox("", 50)
	m.closeDesk()

	// From the passphrase to the first page, at a desk that knows its vault. The
	// sample's key derivation takes a tenth of a millisecond and stays in.
	var unlock times
	for range 20 {
		m.open()
		unlock.add(func() {
			m.signIn()
			page = m.inbox("", 50)
		})
		m.closeDesk()
	}
	unlock.tell(b, "unlock", 60)

	m.open()
	m.signIn()
	var threads []clinic.ThreadID
	for next := ""; len(threads) < 400; {
		page := m.inbox(next, 100)
		for _, r := range page.Items {
			threads = append(threads, r.ID)
		}
		if next = page.Next; next == "" {
			break
		}
	}
	inbox := repeat(100, func(int) { m.inbox("", 50) })
	inbox.tell(b, "inbox", 0)
	thread := repeat(400, func(i int) {
		var opened desk.ThreadPage
		m.ask("thread.open", desk.ThreadQuery{ID: threads[i*7%len(threads)], Limit: 50}, &opened)
		if len(opened.Messages) == 0 {
			b.Fatal("an empty thread")
		}
	})
	thread.tell(b, "thread", 8)
	older := m.older(threads)
	older.tell(b, "older", 8)
	patients := repeat(100, func(int) {
		var found json.RawMessage
		m.ask("patient.list", desk.PatientQuery{Search: "ma", Limit: 50}, &found)
	})
	patients.tell(b, "patients", 0)
	m.search(b)
	b.Run("memory", func(b *testing.B) { figure(b, "MiB", 150, resident(b)) })
	m.closeDesk()
	received := m.receive(page.Items[0].ID)
	received.tell(b, "receive", 10)
}

// typed is what somebody types into the search field, letter by letter: words
// that most texts hold, some hold and none holds, a name, two words, a phone's
// digits, a part of a web address.
var typed = []string{"the", "appointment", "thanks", "insurance", "zzyzx", "maria", "see you", "tuesday at", "5550", "http"}

// search measures the first page for everything that is typed from two letters
// on, the worst of it apart.
func (m *measured) search(b *testing.B) {
	var all times
	worst, work, words := 0.0, 0.0, ""
	for n, word := range typed {
		for letters := 2; letters <= len(word); letters++ {
			var one times
			for range 10 {
				one.add(func() {
					var found desk.SearchPage
					m.ask("search.find", desk.SearchQuery{Words: word[:letters], Run: strconv.Itoa(n), Limit: 30}, &found)
				})
			}
			all.all, all.cpu = append(all.all, one.all...), all.cpu+one.cpu
			worst = max(worst, one.p95())
			if w := one.cpu / float64(len(one.all)); w > work {
				work, words = w, word[:letters]
			}
		}
	}
	all.tell(b, "search", 16)
	b.Run("search-worst", func(b *testing.B) { figure(b, "ms", 16, worst) })
	b.Run("search-worst-work", func(b *testing.B) {
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

// receive measures from a text that the provider has listed to the thread that
// shows it, durable.
func (m *measured) receive(id clinic.ThreadID) (took times) {
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
	var thread archive.Thread
	var number patients.Number
	must(c.Journal.Read(ctx, func(tx *sqlite.Tx) (err error) {
		if thread, err = archive.GetThread(tx, archive.SeeAll(), id); err == nil {
			number, err = patients.GetNumber(tx, thread.Number)
		}
		return err
	}))
	for i := range 300 {
		sid := fmt.Sprintf("SMbench%d-%025d", time.Now().UnixNano(), i)
		message := archive.MessageIDOf(c.Journal.Names(), sid)
		at := clinic.At(benchNow).Add(time.Hour + time.Duration(i)*time.Second)
		took.add(func() {
			_, err := c.Journal.Submit(ctx, journal.Actor{}, func(d *journal.Decision) error {
				archive.Receive(d, thread.Dossier, archive.Arrived{
					Message: message, Thread: thread.ID, SID: sid, At: at, State: archive.Received,
					Body: "Hi, could we move my appointment on " + number.Phone.Display() + " to the afternoon? Thank you!",
				})
				return nil
			})
			must(err)
			must(c.Journal.Read(ctx, func(tx *sqlite.Tx) error {
				shown, err := archive.History(tx, archive.SeeAll(), thread.ID, "", 50)
				if err == nil && shown.Items[len(shown.Items)-1].ID != message {
					err = fmt.Errorf("the text does not show")
				}
				return err
			}))
		})
	}
	return took
}

func (m *measured) open() {
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	m.desk = desk.New(desk.Config{Dir: m.dir, Secrets: m.secrets, Work: vault.Sample, Clock: m.clock, Log: log}, door.NewChanges())
	m.doors = door.NewRegistry(token, m.desk.Session(), m.desk, log)
	m.desk.Register(m.doors)
	m.ask("app.state", nil, &m.state)
}

func (m *measured) signIn() {
	m.ask("session.signIn", desk.SignIn{Member: m.state.Members[0].ID, Passphrase: sample.Passphrase}, &m.state)
}

func (m *measured) closeDesk() {
	if err := m.desk.Close(); err != nil {
		m.b.Fatal(err)
	}
}

func (m *measured) inbox(after string, limit int) (page desk.InboxPage) {
	m.ask("inbox.list", desk.InboxQuery{View: desk.ViewAll, After: after, Limit: limit}, &page)
	return page
}

func (m *measured) ask(name string, request, answer any) {
	m.b.Helper()
	raw, err := json.Marshal(request)
	if err != nil {
		m.b.Fatal(err)
	}
	var reply struct {
		OK    json.RawMessage
		Error *struct{ Code clinic.Code }
	}
	if err := json.Unmarshal(m.doors.Call(context.Background(), token, name, raw), &reply); err != nil {
		m.b.Fatal(err)
	}
	if reply.Error != nil {
		m.b.Fatalf("%s: %s", name, reply.Error.Code)
	}
	if err := json.Unmarshal(reply.OK, answer); err != nil {
		m.b.Fatal(err)
	}
}

// repeat does a thing n times.
func repeat(n int, do func(i int)) (took times) {
	for i := range n {
		took.add(func() { do(i) })
	}
	return took
}

// times are in milliseconds; cpu is what the process has worked, on all cores, in
// all of them together.
type times struct {
	all []float64
	cpu float64
}

func (t *times) add(do func()) {
	begun, worked := time.Now(), processTime()
	do()
	t.all = append(t.all, float64(time.Since(begun).Nanoseconds())/1e6)
	t.cpu += float64((processTime() - worked).Nanoseconds()) / 1e6
}

// p95 is the time that 95 of 100 keep within.
func (t *times) p95() float64 {
	sorted := slices.Sorted(slices.Values(t.all))
	return sorted[int(0.95*float64(len(sorted)-1)+0.5)]
}

// tell tells the p95, and beside it the work of one on average, which depends
// less on what else the machine does.
func (t *times) tell(b *testing.B, name string, limit float64) {
	b.Run(name, func(b *testing.B) { figure(b, "ms", limit, t.p95()) })
	b.Run(name+"-work", func(b *testing.B) { figure(b, "ms", 0, t.cpu/float64(len(t.all))) })
}

// resident is what the whole process holds in memory, in MiB: the program, Go's
// heap and SQLite's caches. Where the system does not tell, it is what Go has
// asked the system for, which leaves SQLite's part out.
func resident(b *testing.B) float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return float64(m.Sys) / (1 << 20)
	}
	for line := range strings.Lines(string(status)) {
		if rest, found := strings.CutPrefix(line, "VmRSS:"); found {
			kib, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			if err != nil {
				b.Fatal(err)
			}
			return kib / 1024
		}
	}
	b.Fatal("the system does not say how much memory the process holds")
	return 0
}
