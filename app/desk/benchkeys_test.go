package desk_test

import (
	"io"
	"log/slog"
	"testing"

	"quietline/app/desk"
	"quietline/app/door"
	"quietline/backend/clinic"
	"quietline/backend/vault"
)

// BenchmarkKeys measures the locked door of a real clinic's program: its key
// derivation, which the sample does without, and its own clock.
func BenchmarkKeys(b *testing.B) {
	m := measure(b)
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	locked := make(chan desk.Left, 1)
	m.desk = desk.New(desk.Config{
		Dir: m.dir, Secrets: m.secrets, Work: vault.Standard, Clock: clinic.SystemClock(), Log: log,
		Locked: func(l desk.Left) { locked <- l },
	}, door.NewChanges())
	m.doors = door.NewRegistry(token, m.desk.Session(), m.desk, log)
	m.desk.Register(m.doors)
	var made desk.CreatedClinic
	m.ask("clinic.create", desk.CreateClinic{
		ClinicName: "Juniper Family Counseling", Zone: "America/Denver", Language: "en", YourName: "Ada Quill", Passphrase: passphrase,
	}, &made)
	const short = "teal otter"
	var ways desk.WaysIn
	m.ask("me.setShort", desk.SetShort{Phrase: short}, &ways)
	m.ask("app.state", nil, &m.state)
	me := m.state.Me.ID

	var list desk.StaffList
	m.ask("staff.add", desk.AddMember{Name: "Bea Lindqvist", Role: "office_manager", Passphrase: passphrase}, &list)
	people := []clinic.StaffID{me, list.Items[1].ID}

	var full, quick, gone, change times
	lock := func() {
		m.desk.Lock()
		gone.all = append(gone.all, float64((<-locked).Took.Nanoseconds())/1e6)
	}
	for range 15 {
		lock()
		full.add(func() {
			m.ask("session.signIn", desk.SignIn{Member: me, Passphrase: passphrase}, &m.state)
			m.inbox("", 50)
		})
		lock()
		quick.add(func() {
			m.ask("session.signIn", desk.SignIn{Member: me, Passphrase: short, Short: true}, &m.state)
			m.inbox("", 50)
		})
	}
	// Two people take turns: from the word of the one until the other has her inbox.
	for n := range 14 {
		change.add(func() {
			lock()
			m.ask("session.signIn", desk.SignIn{Member: people[1-n%2], Passphrase: passphrase}, &m.state)
			m.inbox("", 50)
		})
	}
	full.tell(b, "sign-in", 700)
	change.tell(b, "change-person", 5000)
	quick.tell(b, "short-unlock", 300)
	b.Run("zeroed", func(b *testing.B) { figure(b, "ms", 100, gone.p95()) })
	m.closeDesk()
}
