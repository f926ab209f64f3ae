package desk_test

import (
	"context"
	"io"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"quietline/app/desk"
	"quietline/backend/clinic"
	"quietline/backend/clinic/clinictest"
	"quietline/backend/folder"
	"quietline/backend/journal"
	"quietline/backend/provider"
	"quietline/backend/provider/simulator"
	"quietline/backend/sample"
	"quietline/backend/settings"
	"quietline/backend/vault"
	"quietline/backend/vault/filesecret"
)

// BenchmarkIdle measures what an open desk costs at which nothing happens: the process's
// time, on all cores, within a minute of the machine's clock, in parts of one core. It
// reads an account of two thousand texts every twenty seconds, as a real line does after
// four quiet minutes; and the account is in the same process, so that its half of the work
// is counted as well.
func BenchmarkIdle(b *testing.B) {
	if processTime() == 0 {
		b.Skip("this system does not say how long a process has worked")
	}
	clock := clinic.SystemClock()
	sim, err := simulator.New(simulator.Config{
		Account: realAccount, KeySID: realKey, KeySecret: realSecret, Seed: 3, Clock: clock,
		Numbers: fine().Numbers, Services: fine().Services,
	})
	if err != nil {
		b.Fatal(err)
	}
	past := make([]provider.Message, 2000)
	for n := range past {
		past[n] = provider.Message{
			From: provider.Address(herPhone), To: provider.Address(realNumber), Body: "When is it?", Direction: provider.Inbound,
			Status: provider.Received, Created: clock.Now().Add(-time.Duration(len(past)-n) * time.Hour),
		}
	}
	if _, err := sim.Seed(past); err != nil {
		b.Fatal(err)
	}
	server := httptest.NewServer(sim)
	defer server.Close()

	dir := b.TempDir() // a clinic of its own
	m := &measured{
		b: b, dir: filepath.Join(dir, "clinic"), clock: clinictest.NewClock(clock.Now().Time()),
		secrets: filesecret.At(filepath.Join(dir, "secret")),
	}
	cfg := desk.Config{
		Dir: m.dir, Secrets: m.secrets, Work: vault.Sample, Clock: clock,
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Provider: server.URL,
	}
	m.begin(cfg)
	var made desk.CreatedClinic
	m.ask("clinic.create", desk.CreateClinic{
		ClinicName: "Juniper Family Counseling", Zone: "America/Denver", Language: "en", YourName: "Ada Quill", Passphrase: sample.Passphrase,
	}, &made)
	m.ask("app.state", nil, &m.state)
	me := m.state.Me.ID
	m.closeDesk()
	m.clinic(func(ctx context.Context, c *folder.Clinic, must func(error)) {
		// As going live does at its end.
		_, err := c.Journal.Submit(ctx, journal.Actor{Staff: me}, func(d *journal.Decision) error {
			return settings.GoLive(d, settings.Line{
				Kind: settings.LineTwilio, Account: realAccount, Key: realKey, Secret: realSecret, Phone: realNumber,
			}, []settings.Checked{{Check: "text_in", State: "good"}})
		})
		must(err)
	})
	m.begin(cfg)
	m.ask("session.signIn", desk.SignIn{Member: me, Passphrase: sample.Passphrase}, &m.state)
	wait := func(d time.Duration) {
		if err := clock.Wait(b.Context(), d); err != nil {
			b.Fatal(err)
		}
	}
	wait(4 * time.Minute) // what there was is read, and the rests have grown to twenty seconds
	before := processTime()
	wait(time.Minute)
	worked := processTime() - before
	b.Run("idle", func(b *testing.B) { figure(b, "%", 0.5, 100*worked.Seconds()/60) })
	m.closeDesk()
}
