package desk_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"quietline/app/desk"
	"quietline/app/door"
	"quietline/backend/clinic"
	"quietline/backend/clinic/clinictest"
	"quietline/backend/provider/providertest"
	"quietline/backend/provider/twilio"
	"quietline/backend/vault"
	"quietline/backend/vault/filesecret"
)

const token = "a token of this launch"

// office is a desk in a folder, used through its doors as the screen does.
type office struct {
	t     *testing.T
	desk  *desk.Desk
	doors *door.Registry
	clock *clinictest.Clock
	dir   string
	words string // of the recovery sheet
	// changes are what the screen is told of; nil where nobody listens.
	changes *door.Changes
}

// openOffice opens the program over a folder; edit changes what it is made of.
func openOffice(t *testing.T, dir string, clock *clinictest.Clock, edit ...func(*desk.Config)) *office {
	t.Helper()
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	changes := door.NewChanges()
	cfg := desk.Config{
		Dir: filepath.Join(dir, "clinic"), Secrets: filesecret.At(filepath.Join(dir, "secret")), Work: vault.Sample,
		Clock: clock, Log: log, Version: "test", Carrier: carried(t),
	}
	for _, change := range edit {
		change(&cfg)
	}
	d := desk.New(cfg, changes)
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	doors := door.NewRegistry(token, d.Session(), d, log)
	d.Register(doors)
	return &office{t: t, desk: d, doors: doors, clock: clock, dir: dir, changes: changes}
}

// carried is the network, every request and answer held against the provider's
// description.
func carried(t testing.TB) http.RoundTripper {
	t.Helper()
	return providertest.Described(t, twilio.NewTransport(nil))
}

func encode(t *testing.T, request any) []byte {
	t.Helper()
	raw, err := json.Marshal(request)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func call[Resp any](o *office, name string, request any) (Resp, clinic.Code) {
	o.t.Helper()
	raw := encode(o.t, request)
	var reply struct {
		OK    json.RawMessage
		Error *struct{ Code clinic.Code }
	}
	if err := json.Unmarshal(o.doors.Call(context.Background(), token, name, raw), &reply); err != nil {
		o.t.Fatal(err)
	}
	var resp Resp
	if reply.Error != nil {
		return resp, reply.Error.Code
	}
	if err := json.Unmarshal(reply.OK, &resp); err != nil {
		o.t.Fatal(err)
	}
	return resp, ""
}

func must[Resp any](o *office, name string, request any) Resp {
	o.t.Helper()
	resp, code := call[Resp](o, name, request)
	if code != "" {
		o.t.Fatalf("%s: %s", name, code)
	}
	return resp
}

const passphrase = "seven grey herons at dawn"

var monday = time.Date(2026, 3, 2, 17, 0, 0, 0, time.UTC) // 10:00 in Denver

func TestADayAtANewClinic(t *testing.T) {
	dir := t.TempDir()
	clock := clinictest.NewClock(monday)
	o := openOffice(t, dir, clock)
	if s := must[desk.State](o, "app.state", nil); s.Phase != desk.PhaseEmpty {
		t.Fatalf("a new folder is %s", s.Phase)
	}
	sheet := must[desk.CreatedClinic](o, "clinic.create", desk.CreateClinic{
		ClinicName: "Juniper Family Counseling", OfficePhone: "(303) 555-0100", Zone: "America/Denver", Language: "en",
		YourName: "Ada Quill", Passphrase: passphrase,
	})
	words := make([]string, 0, len(sheet.Ask))
	for _, position := range sheet.Ask {
		words = append(words, sheet.Words[position-1])
	}
	if s := must[desk.State](o, "clinic.confirmSheet", desk.ConfirmSheet{Words: words}); s.Phase != desk.PhaseOpen || s.SheetPending {
		t.Fatalf("after the sheet: %+v", s)
	}
	if _, code := call[desk.LineStatus](o, "line.connect", desk.ConnectProvider{Kind: desk.ProviderTwilio}); code != "settings.real_provider_refused" {
		t.Fatalf("a real provider: %q", code)
	}
	must[desk.LineStatus](o, "line.connect", desk.ConnectProvider{Kind: desk.ProviderSimulator, Phone: "303 555 0199"})

	added := must[desk.AddedPatient](o, "patient.add", desk.AddPatient{
		Name: "Marisol Vega", BirthDate: clinic.Date{Year: 1990, Month: 5, Day: 4}, Phone: "(303) 555-0142", Language: "en", Zone: "America/Denver",
	})
	text := desk.CheckText{ID: added.Thread, Body: "Your visit on Tuesday is at 3 pm.", Category: "scheduling"}
	if c := must[desk.CheckedText](o, "text.check", text); c.Answer != desk.AnswerNo || c.Reasons[0].Code != "policy.no_consent" {
		t.Fatalf("without consent: %+v", c)
	}
	paper := desk.RecordPaper{
		Key: clinic.NewID[clinic.ConsentID](), Patient: added.ID, Form: "2026-1-en", SignedOn: clinic.Date{Year: 2026, Month: 3, Day: 2},
		Categories: []desk.Category{"scheduling"}, ToHour: 24, Signer: "patient", Attested: true,
	}
	for range 2 { // the first answer was lost
		if r := must[desk.RecordedConsent](o, "consent.recordPaper", paper); r.ID != paper.Key {
			t.Fatalf("recorded as %s", r.ID)
		}
	}
	card := must[desk.PatientCard](o, "patient.get", desk.PatientRef{ID: added.ID})
	if len(card.Consents) != 1 || !card.Consents[0].Revocable || card.Consents[0].Returns || !slices.Equal(card.Categories, []desk.Category{"scheduling"}) {
		t.Fatalf("on the card: %+v", card)
	}
	if c := must[desk.CheckedText](o, "text.check", text); c.Answer != desk.AnswerGo {
		t.Fatalf("with consent: %+v", c)
	}
	key := clinic.NewID[clinic.MessageID]()
	send := desk.SendText{ID: added.Thread, Key: key, Body: text.Body, Category: text.Category}
	must[desk.SentText](o, "text.send", send)
	must[desk.SentText](o, "text.send", send) // pressed twice
	o.until("the text is delivered and answered", func() bool {
		page := must[desk.ThreadPage](o, "thread.open", desk.ThreadQuery{ID: added.Thread, Limit: 50})
		return len(page.Messages) == 2 && page.Messages[0].State == desk.StateDelivered && page.Messages[1].Way == desk.In
	})
	why := must[desk.Why](o, "text.why", desk.MessageRef{ID: key})
	if why.Kind != "consent" || why.Form != "2026-1-en" {
		t.Fatalf("why: %+v", why)
	}

	must[door.None](o, "session.lock", nil)
	if _, code := call[desk.InboxPage](o, "inbox.list", desk.InboxQuery{View: desk.ViewAll, Limit: 10}); code != clinic.CodeLocked {
		t.Fatalf("a locked inbox answers %q", code)
	}
	s := must[desk.State](o, "app.state", nil)
	if _, code := call[desk.State](o, "session.signIn", desk.SignIn{Member: s.Members[0].ID, Passphrase: "seven grey herons at dusk"}); code != vault.CodeWrongPassphrase {
		t.Fatalf("a wrong passphrase: %q", code)
	}
	must[desk.State](o, "session.signIn", desk.SignIn{Member: s.Members[0].ID, Passphrase: passphrase})
	inbox := must[desk.InboxPage](o, "inbox.list", desk.InboxQuery{View: desk.ViewAll, Search: "vega", Limit: 10})
	if len(inbox.Items) != 1 || inbox.Items[0].Unread != 1 {
		t.Fatalf("inbox after signing in again: %+v", inbox)
	}
	page := must[desk.ThreadPage](o, "thread.open", desk.ThreadQuery{ID: added.Thread, Limit: 50})
	must[door.None](o, "thread.markRead", desk.MarkRead{ID: added.Thread, AsOf: page.AsOf})
	if inbox := must[desk.InboxPage](o, "inbox.list", desk.InboxQuery{View: desk.ViewUnread, Limit: 10}); len(inbox.Items) != 0 || inbox.Unread != 0 {
		t.Fatalf("unread after reading: %+v", inbox)
	}
}

// until lets time pass, in small steps, until something is so. The steps are many:
// what is waited for may need the processor longer than a few of them take.
func (o *office) until(what string, so func() bool) {
	o.t.Helper()
	for range 20_000 {
		if so() {
			return
		}
		must[desk.LineStatus](o, "line.check", nil)
		o.clock.Advance(time.Second)
	}
	o.t.Fatalf("never: %s", what)
}
