package desk_test

import (
	"context"
	"encoding/json"
	"flag"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"quietline/app/desk"
	"quietline/app/door"
	"quietline/backend/clinic"
	"quietline/backend/clinic/clinictest"
	"quietline/backend/sample"
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
	desk.LeaveRoom() // as the program does
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
	m.signIn(clinic.PrivacyOfficer)
	page := m.inbox("", 50)
	m.closeDesk()

	// From the passphrase to the first page, at a desk that knows its vault. The
	// sample's key derivation takes a tenth of a millisecond and stays in.
	var unlock times
	for range 20 {
		m.open()
		unlock.add(func() {
			m.signIn(clinic.PrivacyOfficer)
			page = m.inbox("", 50)
		})
		m.closeDesk()
	}
	unlock.tell(b, "unlock", 60)

	m.open()
	m.signIn(clinic.PrivacyOfficer)
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
	m.search(b, "search")
	b.Run("memory", func(b *testing.B) { figure(b, "MiB", 150, resident(b)) })
	m.closeDesk()
	m.searchAs(b, "search-therapist", clinic.Therapist)
	m.searchAs(b, "search-desk", clinic.FrontDesk)
	received := m.receive(page.Items[0].ID)
	received.tell(b, "receive", 10)
	fetching := m.fetch(threads)
	b.Run("fetch", func(b *testing.B) { figure(b, "µs", 0, fetching.cpu*1000/fetched) })
	m.restrict()
	m.searchAs(b, "search-desk-few", clinic.FrontDesk)
}

func (m *measured) open() { m.openWith(m.clock) }

func (m *measured) openWith(clock clinic.Clock) {
	m.begin(desk.Config{
		Dir: m.dir, Secrets: m.secrets, Work: vault.Sample, Clock: clock, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
}

// begin starts a desk.
func (m *measured) begin(cfg desk.Config) {
	m.desk = desk.New(cfg, door.NewChanges())
	m.doors = door.NewRegistry(token, m.desk.Session(), m.desk, cfg.Log)
	m.desk.Register(m.doors)
	m.ask("app.state", nil, &m.state)
}

// signIn signs the first member of a role in.
func (m *measured) signIn(role clinic.Role) {
	for _, member := range m.state.Members {
		if member.Role == desk.RoleName(role) {
			m.ask("session.signIn", desk.SignIn{Member: member.ID, Passphrase: sample.Passphrase}, &m.state)
			return
		}
	}
	m.b.Fatalf("nobody is a %s", role)
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
