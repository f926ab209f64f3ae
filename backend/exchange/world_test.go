package exchange_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/clinic/clinictest"
	"quietline/backend/consent"
	"quietline/backend/exchange"
	"quietline/backend/folder"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/policy"
	"quietline/backend/provider"
	"quietline/backend/provider/providertest"
	"quietline/backend/provider/simulator"
	"quietline/backend/provider/twilio"
	"quietline/backend/sqlite"
	"quietline/backend/vault"
	"quietline/backend/vault/filesecret"
)

const (
	account = "AC000000000000000000000000000000aa"
	key     = "SK000000000000000000000000000000aa"
	secret  = "a secret of the simulated account"

	ours = clinic.Phone("+13035550199")
	hers = clinic.Phone("+13035550142")
)

// world is a clinic with one patient, and a provider at the other end of real
// HTTP.
type world struct {
	t     testing.TB
	ctx   context.Context
	clock *clinictest.Clock
	sim   *simulator.Simulator
	// client speaks to the provider; sms is what exchanges are given of it.
	client *twilio.Client
	sms    provider.SMS

	dir     string
	vault   *vault.Vault
	member  clinic.StaffID
	clinic  *folder.Clinic
	x       *exchange.Exchange
	patient clinic.PatientID
	thread  clinic.ThreadID
}

var monday = time.Date(2026, 3, 2, 17, 0, 0, 0, time.UTC) // 10:00 in Denver

const passphrase = "seven grey herons at dawn"

func newWorld(t testing.TB) *world {
	t.Helper()
	return newWorldBehind(t, func(h http.Handler) http.Handler { return providertest.DescribedHandler(t, h) })
}

// newWorldBehind is newWorld with something between the provider and the line.
func newWorldBehind(t testing.TB, wrap func(http.Handler) http.Handler) *world {
	t.Helper()
	w := &world{t: t, ctx: context.Background(), clock: clinictest.NewClock(monday), dir: t.TempDir()}
	var err error
	w.sim, err = simulator.New(simulator.Config{
		Account: account, KeySID: key, KeySecret: secret, Numbers: []simulator.Number{{Phone: ours}}, Seed: 7, Clock: w.clock,
		Services: []simulator.Service{{SID: "MG000000000000000000000000000000aa", Numbers: []clinic.Phone{ours}, OnNumber: true}},
	})
	w.ok(err)
	server := httptest.NewServer(wrap(w.sim))
	t.Cleanup(server.Close)
	w.client, err = twilio.New(twilio.Config{BaseURL: server.URL, Account: account, KeySID: key, KeySecret: secret})
	w.ok(err)
	t.Cleanup(w.client.Close)
	w.sms = w.client

	baselineOf(t).begin(w)
	t.Cleanup(func() { w.ok(w.clinic.Close()) })
	w.begin()
	return w
}

func (w *world) folder() string { return filepath.Join(w.dir, "clinic") }

func (w *world) vaultConfig() vault.Config {
	return vault.Config{Dir: w.folder(), Secrets: filesecret.At(filepath.Join(w.dir, "secret")), Clock: w.clock, Work: vault.Sample}
}

func (w *world) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// begin starts an exchange, as a fresh run of the program does.
func (w *world) begin() {
	w.t.Helper()
	w.x = exchange.New(exchange.Config{
		Journal: w.clinic.Journal, SMS: w.sms, Scheduler: w.client, Pictures: w.client, Blobs: w.clinic.Blobs,
		Account: account, Phone: ours, Line: policy.LineSimulator, Clock: w.clock, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	w.ok(w.x.Settle(w.ctx))
}

// shortPages lets the provider give at most so many rows at a time, so that few
// texts fill several pages.
func (w *world) shortPages(rows int) {
	w.t.Helper()
	w.sms = brief{w.client, rows}
	w.begin()
}

type brief struct {
	provider.SMS
	rows int
}

func (b brief) List(ctx context.Context, q provider.Query, at provider.Cursor) (provider.Page, error) {
	q.PageSize = min(q.PageSize, b.rows)
	return b.SMS.List(ctx, q, at)
}

// readAll listens once and reads all that came before.
func (w *world) readAll() {
	w.t.Helper()
	w.ok(w.x.Listen(w.ctx))
	w.ok(w.x.Backfill(w.ctx, nil))
}

// strangers returns what is known of a second sender.
func (w *world) strangers() (s exchange.SecondSender) {
	w.t.Helper()
	w.read(func(tx *sqlite.Tx) (err error) {
		s, err = exchange.Strangers(tx)
		return err
	})
	return s
}

// listenFirst starts an exchange that hands nothing over before it has listened.
func (w *world) listenFirst() {
	w.t.Helper()
	w.x = exchange.New(exchange.Config{
		Journal: w.clinic.Journal, SMS: w.sms, Phone: ours, Line: policy.LineSimulator, Clock: w.clock, ListenFirst: true,
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	w.ok(w.x.Settle(w.ctx))
}

// reopen ends the program without any goodbye and starts it again.
func (w *world) reopen() {
	w.t.Helper()
	w.clinic.Abandon()
	keys, err := w.vault.Unlock(w.ctx, w.member, []byte(passphrase))
	w.ok(err)
	w.clinic, err = folder.Open(w.ctx, folder.Config{Dir: w.folder(), Keys: keys, Clock: w.clock})
	w.ok(err)
	w.begin()
}

func (w *world) submit(decide func(*journal.Decision) error) {
	w.t.Helper()
	_, err := w.clinic.Journal.Submit(w.ctx, journal.Actor{Staff: w.member}, decide)
	w.ok(err)
}

func (w *world) read(fn func(*sqlite.Tx) error) {
	w.t.Helper()
	w.ok(w.clinic.Journal.Read(w.ctx, fn))
}

func (w *world) addPatient(name string, phone clinic.Phone) (clinic.PatientID, clinic.ThreadID) {
	w.t.Helper()
	var added patients.Added
	var thread clinic.ThreadID
	w.submit(func(d *journal.Decision) (err error) {
		added, err = patients.Add(d, patients.New{
			Name: name, BirthDate: clinic.Date{Year: 1990, Month: 5, Day: 4}, Language: clinic.English, Zone: "America/Denver", Phone: phone,
		})
		if err != nil {
			return err
		}
		thread, err = archive.Adopt(d, patients.Number{ID: added.Number, Phone: phone, Dossier: added.NumberDossier},
			patients.Patient{ID: added.Patient, Dossier: added.Dossier})
		return err
	})
	return added.Patient, thread
}

func (w *world) consent(categories ...policy.Category) {
	w.t.Helper()
	w.submit(func(d *journal.Decision) error {
		_, err := consent.Sign(d, consent.Paper{
			Patient: w.patient, Form: "2026-2-en", Signer: consent.SignedByPatient, Scope: consent.Scope{Categories: categories, ToHour: 24},
		}, consent.Signature{Typed: "Marisol Vega"})
		return err
	})
}

// write presses the button and returns the text's id and what was said.
func (w *world) write(body string) (clinic.MessageID, error) {
	id := clinic.NewID[clinic.MessageID]()
	return id, exchange.Write(w.ctx, w.clinic.Journal, w.member, id,
		exchange.Draft{Sight: archive.SeeAll(), Thread: w.thread, Body: body, Category: policy.Scheduling}, policy.LineSimulator, false)
}

func (w *world) written(body string) clinic.MessageID {
	w.t.Helper()
	id, err := w.write(body)
	w.ok(err)
	return id
}

func (w *world) message(id clinic.MessageID) archive.Message {
	w.t.Helper()
	var m archive.Message
	w.read(func(tx *sqlite.Tx) (err error) {
		m, err = archive.GetMessage(tx, archive.SeeAll(), id)
		return err
	})
	return m
}

func (w *world) state(id clinic.MessageID, want archive.State) {
	w.t.Helper()
	if m := w.message(id); m.State != want {
		w.t.Fatalf("the text is %s (%s), want %s", m.State, m.Reason, want)
	}
}

// sent counts what the provider has of our texts.
func (w *world) sent(body string) int {
	n := 0
	for _, m := range w.sim.Messages() {
		if m.Direction == provider.Outbound && m.Body == body {
			n++
		}
	}
	return n
}

func (w *world) history() []archive.Message {
	w.t.Helper()
	var page archive.Messages
	w.read(func(tx *sqlite.Tx) (err error) {
		page, err = archive.History(tx, archive.SeeAll(), w.thread, "", 100)
		return err
	})
	return page.Items
}

func (w *world) oldest() archive.Message {
	w.t.Helper()
	var m archive.Message
	w.read(func(tx *sqlite.Tx) error {
		for before := ""; ; {
			page, err := archive.History(tx, archive.SeeAll(), w.thread, before, 200)
			if err != nil || len(page.Items) == 0 {
				return err
			}
			m = page.Items[0]
			if before = page.Earlier; before == "" {
				return nil
			}
		}
	})
	return m
}
