package desk_test

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"quietline/app/desk"
	"quietline/app/door"
	"quietline/backend/clinic"
	"quietline/backend/clinic/clinictest"
	"quietline/backend/consent"
	"quietline/backend/folder"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/provider"
	"quietline/backend/provider/simulator"
	"quietline/backend/provider/twilio"
	"quietline/backend/vault"
	"quietline/backend/vault/filesecret"
)

const (
	realAccount = "AC0000000000000000000000000000beef"
	realKey     = "SK0000000000000000000000000000beef"
	realSecret  = "Abcdefghijklmnopqrstuvwxyz012345"
	otherKey    = "SK0000000000000000000000000000cafe"
	otherSecret = "Zyxwvutsrqponmlkjihgfedcba543210"
	pool        = "MG0000000000000000000000000000beef"
	realNumber  = clinic.Phone("+13035550100")
	officePhone = "(303) 555-0111"
	myPhone     = clinic.Phone("+13035550166")
	herPhone    = clinic.Phone("+13035550142")
)

// provided is an account at the provider, which goes on while the program is off.
type provided struct {
	*simulator.Simulator
	url string
}

func atProvider(t *testing.T, clock clinic.Clock) *provided {
	t.Helper()
	sim, err := simulator.New(simulator.Config{
		Account: realAccount, KeySID: realKey, KeySecret: realSecret, Seed: 3, Clock: clock,
		Numbers:  fine().Numbers,
		Services: fine().Services,
	})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(sim)
	t.Cleanup(server.Close)
	return &provided{sim, server.URL}
}

// fine is an account in which nothing has to be mended.
func fine() simulator.Change {
	return simulator.Change{
		Numbers:  []simulator.Number{{Phone: realNumber}, {Phone: "+13035550101", NoSMS: true}},
		Services: []simulator.Service{{SID: pool, Numbers: []clinic.Phone{realNumber}, OnNumber: true, Campaign: "VERIFIED"}},
	}
}

func (p *provided) key(t *testing.T, keys ...simulator.Key) {
	t.Helper()
	if err := p.SetKeys(keys...); err != nil {
		t.Fatal(err)
	}
}

func (p *provided) to(who clinic.Phone) (got []string) {
	for _, m := range p.Messages() {
		if m.To == provider.Address(who) {
			got = append(got, m.Body)
		}
	}
	return got
}

// said is a door's answer as it crosses.
func (o *office) said(name string, request any) string {
	o.t.Helper()
	return string(o.doors.Call(context.Background(), token, name, encode(o.t, request)))
}

func (o *office) refused(name string, request any, want clinic.Code) {
	o.t.Helper()
	if _, code := call[any](o, name, request); code != want {
		o.t.Errorf("%s: %q, want %q", name, code, want)
	}
}

func check(t *testing.T, checks desk.LiveChecks, name desk.CheckName) desk.LiveCheck {
	t.Helper()
	at := slices.IndexFunc(checks.Items, func(c desk.LiveCheck) bool { return c.Check == name })
	if at < 0 {
		t.Fatalf("no check %s", name)
	}
	return checks.Items[at]
}

// TestARealAccount is the whole of a set-up as a new user would have it, with what goes
// wrong on the way; a night with the program off; another key; and the end.
func TestARealAccount(t *testing.T) {
	dir := t.TempDir()
	clock := clinictest.NewClock(monday)
	p := atProvider(t, clock)
	there := func(cfg *desk.Config) { cfg.Provider = p.url }
	o := openOffice(t, dir, clock, there)
	sheet := must[desk.CreatedClinic](o, "clinic.create", desk.CreateClinic{
		ClinicName: "Juniper Family Counseling", OfficePhone: officePhone, Zone: "America/Denver", Language: "en",
		YourName: "Ada Quill", Passphrase: passphrase,
	})
	o.words = strings.Join(sheet.Words, " ")
	must[desk.LineStatus](o, "line.connect", desk.ConnectProvider{Kind: desk.ProviderSimulator, Phone: "3035550199"})

	paste := func(parts ...string) desk.PasteKey { return desk.PasteKey{Text: strings.Join(parts, "\n")} }
	if k := must[desk.PastedKey](o, "live.readKey", paste(realKey, realAccount)); k.Problem == nil || k.Problem.Code != "golive.paste_no_secret" || k.Key != "beef" {
		t.Errorf("half a paste: %+v", k)
	}
	o.refused("live.useKey", paste(realAccount, realKey, otherSecret), "golive.key_unknown")
	all := paste(realSecret, "Key: "+realKey, realAccount)
	for code, key := range map[clinic.Code]simulator.Key{
		"golive.key_elsewhere":  {SID: realKey, Secret: realSecret, Elsewhere: true},
		"golive.key_unknown":    {SID: realKey, Secret: realSecret, Revoked: true},
		"golive.key_no_texts":   {SID: realKey, Secret: realSecret, Permissions: []simulator.Permission{simulator.ReadNumbers}},
		"golive.key_no_numbers": {SID: realKey, Secret: realSecret, Permissions: []simulator.Permission{simulator.ReadMessages}},
	} {
		p.key(t, key)
		o.refused("live.useKey", all, code)
	}
	if l := must[desk.GoLive](o, "live.status", nil); l.Account != "" {
		t.Errorf("a key that was refused is kept: %+v", l)
	}
	p.key(t, simulator.Key{SID: realKey, Secret: realSecret, Permissions: []simulator.Permission{
		simulator.ReadMessages, simulator.ReadNumbers, simulator.ReadServices,
	}})
	must[desk.GoLive](o, "live.useKey", all)
	if n := must[desk.AccountNumbers](o, "live.numbers", nil); len(n.Items) != 2 || !n.Items[0].Texts || n.Items[1].Texts {
		t.Errorf("numbers: %+v", n)
	}
	must[desk.GoLive](o, "live.useNumber", desk.UseNumber{Phone: "303 555 0100"})
	o.refused("live.useNumber", desk.UseNumber{Phone: "303 555 0109"}, "provider.no_such_number")

	for finding, c := range map[desk.CheckFinding]struct {
		check  desk.CheckName
		change func(*simulator.Change)
	}{
		"voice_only":           {"number", func(c *simulator.Change) { c.Numbers[0].NoSMS = true }},
		"inbound_lost":         {"inbound", func(c *simulator.Change) { c.Services[0].OnNumber = false }},
		"forwarded":            {"forwarded", func(c *simulator.Change) { c.Numbers[0].Forwarded = true }},
		"registration_pending": {"registration", func(c *simulator.Change) { c.Services[0].Campaign = "IN_PROGRESS" }},
		"changes_words":        {"encoding", func(c *simulator.Change) { c.Services[0].SmartEncoding = true }},
	} {
		account := fine()
		c.change(&account)
		if err := p.SetAccount(account); err != nil {
			t.Fatal(err)
		}
		got := check(t, must[desk.LiveChecks](o, "live.check", nil), c.check)
		if got.State != "mend" || got.Finding != finding || !got.Decides {
			t.Errorf("%s: %+v", finding, got)
		}
	}
	if err := p.SetAccount(fine()); err != nil {
		t.Fatal(err)
	}
	o.refused("live.prove", desk.Prove{Phone: "303 555 0166"}, "golive.key_no_sending")
	o.refused("afterHours.save", week(), "golive.key_no_reply")
	p.key(t, simulator.Key{SID: realKey, Secret: realSecret, Permissions: simulator.Permissions()})

	// What decides, one after the other.
	open := func() int { t.Helper(); return must[desk.LiveChecks](o, "live.check", nil).Open }
	before := open()
	o.refused("live.go", nil, "golive.not_ready")
	must[desk.GoLive](o, "live.recordAgreement", desk.RecordAgreement{Document: "Folder 3", Signed: clinic.Date{Year: 2026, Month: 2, Day: 20}})
	must[desk.StaffList](o, "staff.add", desk.AddMember{Name: "Bea Lindqvist", Role: "office_manager", Passphrase: heirPass})
	must[desk.Backups](o, "backup.add", desk.BackupFolder{Folder: t.TempDir()})
	o.until("a backup", func() bool { return check(t, must[desk.LiveChecks](o, "live.check", nil), "backup").State == "good" })
	must[desk.AfterHours](o, "afterHours.save", week())
	proof := must[desk.GoLive](o, "live.prove", desk.Prove{Phone: "303 555 0166"})
	if got := p.to(myPhone); len(got) != 1 || !strings.Contains(got[0], proof.Code) {
		t.Fatalf("the test text: %q", got)
	}
	clock.Advance(10 * time.Second)
	if l := must[desk.GoLive](o, "live.lookForProof", nil); l.Out.IsZero() || !l.In.IsZero() {
		t.Errorf("the proof out: %+v", l)
	}
	if _, err := p.Receive(simulator.Inbound{From: myPhone, Body: proof.Code}); err != nil {
		t.Fatal(err)
	}
	if l := must[desk.GoLive](o, "live.lookForProof", nil); l.In.IsZero() || l.Arrived.IsZero() {
		t.Errorf("the proof in: %+v", l)
	}
	if n := open(); n != 0 || before != 6 {
		t.Fatalf("%d, then %d checks stand in the way: %+v", before, n, must[desk.LiveChecks](o, "live.check", nil))
	}
	if err := p.SetAccount(func() simulator.Change { c := fine(); c.Redacts = true; return c }()); err != nil {
		t.Fatal(err)
	}
	if got := check(t, must[desk.LiveChecks](o, "live.check", nil), "redaction"); got.State != "mend" {
		t.Errorf("an account that redacts: %+v", got)
	}
	o.refused("live.go", nil, "golive.not_ready")
	if err := p.SetAccount(fine()); err != nil {
		t.Fatal(err)
	}

	if s := must[desk.LineStatus](o, "live.go", nil); s.Kind != desk.ProviderTwilio || s.Line != desk.LineGood || s.Phone != "(303) 555-0100" {
		t.Fatalf("live: %+v", s)
	}
	l := must[desk.GoLive](o, "live.status", nil)
	if l.Live == nil || l.Live.By != "Ada Quill" || l.Live.At.IsZero() || l.Live.Checks == 0 {
		t.Fatalf("the step: %+v", l.Live)
	}
	for _, name := range []string{"live.status", "live.check", "line.status", "afterHours.get"} {
		said := o.said(name, nil)
		for _, secret := range []string{realSecret, realKey, realAccount} {
			if strings.Contains(said, secret) {
				t.Errorf("%s tells the screen of the key", name)
			}
		}
	}
	o.refused("live.prove", desk.Prove{Phone: "303 555 0166"}, "golive.live") // past every rule, and in no outbox
	o.refused("live.go", nil, "desk.disconnect_first")
	o.refused("line.connect", desk.ConnectProvider{Kind: desk.ProviderSimulator, Phone: "3035550199"}, "desk.disconnect_first")

	// A patient is texted over it.
	added := must[desk.AddedPatient](o, "patient.add", desk.AddPatient{
		Name: "Marisol Vega", BirthDate: clinic.Date{Year: 1990, Month: 5, Day: 4}, Phone: "3035550142", Language: "en", Zone: "America/Denver",
	})
	must[desk.RecordedConsent](o, "consent.recordPaper", desk.RecordPaper{
		Patient: added.ID, Form: "2026-1-en", SignedOn: clinic.Date{Year: 2026, Month: 3, Day: 2}, Categories: []desk.Category{"scheduling"},
		ToHour: 24, Signer: "patient", Attested: true,
	})
	must[desk.SentText](o, "text.send", desk.SendText{
		ID: added.Thread, Key: clinic.NewID[clinic.MessageID](), Body: "Thursday at 3 is free.", Category: "scheduling",
	})
	o.until("the text is out", func() bool { return len(p.to(herPhone)) == 1 })

	// A trial picture is no second sender's text.
	clock.Advance(time.Minute)
	must[desk.Pictures](o, "pictures.try", desk.TryPictures{Phone: "303 555 0166", Agreed: true})
	clock.Advance(10 * time.Second)
	must[desk.LineStatus](o, "line.check", nil)
	if r := must[desk.LineReading](o, "line.reading", nil); r.Sender != nil {
		t.Errorf("the trial picture is taken for another sender's: %+v", r.Sender)
	}
	if s := must[desk.Pictures](o, "pictures.confirm", desk.ConfirmPictures{Code: p.newest(t, myPhone)}); s.State != desk.PicturesOn {
		t.Errorf("pictures on a live line: %+v", s)
	}

	// A night with the program off.
	if err := o.desk.Close(); err != nil {
		t.Fatal(err)
	}
	clock.Advance(12 * time.Hour)
	if _, err := p.Receive(simulator.Inbound{From: herPhone, Body: "I do not feel well"}); err != nil {
		t.Fatal(err)
	}
	p.Advance(5 * time.Second)
	got := p.to(herPhone)
	if len(got) != 2 || !strings.Contains(got[1], "911") || !strings.Contains(got[1], "988") || !strings.Contains(got[1], officePhone) {
		t.Fatalf("at night she was answered %q", got)
	}

	// Meanwhile the reply went away; it is left anew.
	direct := p.client(t)
	if err := direct.Withdraw(t.Context(), realNumber, provider.Replaced{}); err != nil {
		t.Fatal(err)
	}
	o = openOffice(t, dir, clock, there)
	me := must[desk.State](o, "app.state", nil).Members
	ada := me[slices.IndexFunc(me, func(m desk.Member) bool { return m.Name == "Ada Quill" })]
	must[desk.State](o, "session.signIn", desk.SignIn{Member: ada.ID, Passphrase: passphrase})
	o.until("the reply is in force again", func() bool { on, err := direct.Responds(t.Context(), realNumber); return err == nil && on })
	o.until("her text and the answer are here", func() bool {
		page := must[desk.ThreadPage](o, "thread.open", desk.ThreadQuery{ID: added.Thread, Limit: 50})
		n := len(page.Messages)
		return n == 3 && page.Messages[n-2].Way == desk.In && page.Messages[n-1].Origin == "automatic"
	})
	if r := must[desk.LineReading](o, "line.reading", nil); r.Sender != nil {
		t.Errorf("the reply is taken for another sender's: %+v", r.Sender)
	}

	if !testing.Short() {
		o = tooManyRefuse(o, p, ada.ID, there)
	}

	// Another key: tried before the one in use is dropped.
	must[door.None](o, "session.confirm", desk.Confirm{Passphrase: passphrase})
	fresh := paste(realAccount, otherKey, otherSecret)
	o.refused("live.useKey", fresh, "golive.key_unknown")
	o.refused("live.useKey", paste(strings.Replace(realAccount, "beef", "0000", 1), otherKey, otherSecret), "golive.key_other_account")
	reads := simulator.Key{SID: otherKey, Secret: otherSecret, Permissions: []simulator.Permission{simulator.ReadMessages, simulator.ReadNumbers}}
	p.key(t, simulator.Key{SID: realKey, Secret: realSecret}, reads)
	o.refused("live.useKey", fresh, "golive.key_no_sending") // before a patient's text shows it
	p.key(t, simulator.Key{SID: realKey, Secret: realSecret}, simulator.Key{SID: otherKey, Secret: otherSecret})
	must[desk.DraftPicture](o, "thread.addPicture", desk.AddPicture{ID: added.Thread, Key: bring(t, o, photographed(t))})
	waits := must[desk.SentText](o, "text.send", desk.SendText{
		ID: added.Thread, Key: clinic.NewID[clinic.MessageID](), Body: "Here is the way.", Category: "scheduling", Picture: true, Confirmed: true,
		SendAt: clock.Now().Add(10 * time.Minute),
	}).Message
	must[door.None](o, "session.confirm", desk.Confirm{Passphrase: passphrase})
	if l := must[desk.GoLive](o, "live.useKey", fresh); l.Key != "cafe" || l.Live == nil {
		t.Errorf("another key: %+v", l)
	}
	if s := must[desk.Pictures](o, "pictures.status", nil); s.State != desk.PicturesOff {
		t.Errorf("another key has proven no pictures: %+v", s)
	}
	// Nor does a picture go that was to go by then.
	clock.Advance(11 * time.Minute)
	o.until("the text with a picture does not go", func() bool {
		page := must[desk.ThreadPage](o, "thread.open", desk.ThreadQuery{ID: added.Thread, Limit: 50})
		m := page.Messages[len(page.Messages)-1]
		return m.ID == waits.ID && m.State == "failed" && m.Failure.Code == desk.CodePicturesOff
	})
	// Somebody else sets what the number does: that is said, and stays.
	if err := direct.Withdraw(t.Context(), realNumber, provider.Replaced{URL: "https://example.org/other", Method: "POST"}); err != nil {
		t.Fatal(err)
	}
	p.key(t, simulator.Key{SID: otherKey, Secret: otherSecret})
	must[door.None](o, "session.lock", nil)
	must[desk.State](o, "session.signIn", desk.SignIn{Member: ada.ID, Passphrase: passphrase})
	o.until("somebody else answers", func() bool {
		a := must[desk.AfterHours](o, "afterHours.get", nil)
		return !a.Held && a.Problem != nil && a.Problem.Code == "afterhours.elsewhere"
	})
	if s := must[desk.LineStatus](o, "line.check", nil); s.Line != desk.LineGood || s.Problem != nil {
		t.Errorf("with the other key: %+v", s)
	}
	if _, err := p.Receive(simulator.Inbound{From: "+13035550188", Body: "STOP"}); err != nil {
		t.Fatal(err)
	}
	must[desk.LineStatus](o, "line.check", nil)
	o.refused("pictures.try", desk.TryPictures{Phone: "303 555 0188", Agreed: true}, "golive.held_refuses")
	must[door.None](o, "session.confirm", desk.Confirm{Passphrase: passphrase})

	// A key that may not take the reply back: it is left behind where she insists.
	p.key(t, reads)
	o.refused("line.disconnect", desk.Disconnect{}, "golive.key_no_reply")
	if s := must[desk.LineStatus](o, "line.disconnect", desk.Disconnect{Anyway: true}); s.Line != desk.LineNone || s.Kind != desk.ProviderNone {
		t.Errorf("disconnected: %+v", s)
	}
	p.Advance(24 * time.Hour)
	if _, err := p.Receive(simulator.Inbound{From: herPhone, Body: "And now?"}); err != nil {
		t.Fatal(err)
	}
	p.Advance(5 * time.Second)
	if n := len(p.to(herPhone)); n != 2 {
		t.Errorf("after it was disconnected it goes on answering: %q", p.to(herPhone)[2:])
	}
	if l := must[desk.GoLive](o, "live.status", nil); l.Live != nil || l.Account != "" || l.Key != "" || l.Code != "" || l.Document == "" {
		t.Errorf("disconnected, and the set-up still stands: %+v", l)
	}
	o.refused("live.prove", desk.Prove{Phone: "303 555 0166"}, "golive.no_key")
	// Whoever asked for no more texts asked the next number, too.
	p.key(t, simulator.Key{SID: otherKey, Secret: otherSecret})
	must[desk.GoLive](o, "live.useKey", fresh)
	must[desk.GoLive](o, "live.useNumber", desk.UseNumber{Phone: string(realNumber)})
	o.refused("live.prove", desk.Prove{Phone: "303 555 0188"}, "golive.held_refuses")
	// With the account's key here again, what was left behind can be taken back.
	off := week()
	off.On = false
	if a := must[desk.AfterHours](o, "afterHours.get", nil); !a.Held {
		t.Errorf("what was left behind is forgotten: %+v", a)
	}
	if a := must[desk.AfterHours](o, "afterHours.save", off); a.Held {
		t.Errorf("switched off, and held: %+v", a)
	}
}

// tooManyRefuse lets as many phones ask for no texts as one reply cannot hold: it is taken
// back and everybody is told, and comes back when there is room for all of them again.
func tooManyRefuse(o *office, p *provided, who clinic.StaffID, change func(*desk.Config)) *office {
	t := o.t
	t.Helper()
	if err := o.desk.Close(); err != nil {
		t.Fatal(err)
	}
	o.within(who, passphrase, func(d *journal.Decision, n int) error {
		number, err := patients.Meet(d, clinic.Phone(fmt.Sprintf("+1720556%04d", n)))
		if err != nil {
			return err
		}
		return consent.Stop(d, number, clinic.NewID[clinic.MessageID](), d.Now, consent.ByText)
	}, provider.MaxRefused+1)
	o = openOffice(t, o.dir, o.clock, change)
	must[desk.State](o, "session.signIn", desk.SignIn{Member: who, Passphrase: passphrase})
	answered := func(want clinic.Code) func() bool {
		return func() bool {
			s, a := must[desk.LineStatus](o, "line.status", nil), must[desk.AfterHours](o, "afterHours.get", nil)
			return (s.Unanswered != nil) == (want == "afterhours.too_many_refused") && a.Held == (s.Unanswered == nil) &&
				a.Problem != nil && a.Problem.Code == want
		}
	}
	o.until("everybody is told that nobody is answered", answered("afterhours.too_many_refused"))
	direct := p.client(t)
	if on, err := direct.Responds(t.Context(), realNumber); err != nil || on {
		t.Errorf("with one too many it goes on answering: %v, %v", on, err)
	}
	for _, again := range []clinic.Phone{"+17205560007", "+17205560008"} { // one more leaves room for a STOP
		if _, err := p.Receive(simulator.Inbound{From: again, Body: "START"}); err != nil {
			t.Fatal(err)
		}
	}
	must[desk.LineStatus](o, "line.check", nil)
	o.until("there is room for all again", answered("afterhours.many_refused"))
	if on, err := direct.Responds(t.Context(), realNumber); err != nil || !on {
		t.Errorf("with room for all nobody is answered: %v, %v", on, err)
	}
	return o
}

// within records something n times in the closed clinic of an office.
func (o *office) within(who clinic.StaffID, passphrase string, record func(d *journal.Decision, n int) error, n int) {
	o.t.Helper()
	ctx := context.Background()
	dir := filepath.Join(o.dir, "clinic")
	v, err := vault.Load(ctx, vault.Config{Dir: dir, Secrets: filesecret.At(filepath.Join(o.dir, "secret")), Clock: o.clock, Work: vault.Sample})
	if err != nil {
		o.t.Fatal(err)
	}
	defer v.Close()
	keys, err := v.Unlock(ctx, who, []byte(passphrase))
	if err != nil {
		o.t.Fatal(err)
	}
	defer keys.Zero()
	c, err := folder.Open(ctx, folder.Config{Dir: dir, Keys: keys, Clock: o.clock})
	if err != nil {
		o.t.Fatal(err)
	}
	for done := 0; done < n; done += 500 {
		if _, e := c.Journal.Submit(ctx, journal.Actor{}, func(d *journal.Decision) error {
			for i := done; i < min(n, done+500); i++ {
				if err := record(d, i); err != nil {
					return err
				}
			}
			return nil
		}); e != nil {
			err = e
			break
		}
	}
	if err := errors.Join(err, c.Note(ctx, v, false), c.Close()); err != nil {
		o.t.Fatal(err)
	}
}

// TestTheReplyGoesWithTheNumber: the one that was left on a number during the set-up goes
// from there when another number is chosen, and what the first did comes back.
func TestTheReplyGoesWithTheNumber(t *testing.T) {
	clock := clinictest.NewClock(monday)
	p := atProvider(t, clock)
	second := clinic.Phone("+13035550102")
	account := fine()
	account.Numbers = append(account.Numbers, simulator.Number{Phone: second})
	if err := p.SetAccount(account); err != nil {
		t.Fatal(err)
	}
	p.key(t, simulator.Key{SID: realKey, Secret: realSecret, Permissions: simulator.Permissions()})
	o := openOffice(t, t.TempDir(), clock, func(cfg *desk.Config) { cfg.Provider = p.url })
	must[desk.CreatedClinic](o, "clinic.create", desk.CreateClinic{
		ClinicName: "Juniper Family Counseling", OfficePhone: officePhone, Zone: "America/Denver", Language: "en",
		YourName: "Ada Quill", Passphrase: passphrase,
	})
	direct := p.client(t)
	answers := func(who clinic.Phone, want bool) {
		t.Helper()
		if on, err := direct.Responds(t.Context(), who); err != nil || on != want {
			t.Errorf("%s answers: %v, %v", who, on, err)
		}
	}
	must[desk.GoLive](o, "live.useKey", desk.PasteKey{Text: strings.Join([]string{realAccount, realKey, realSecret}, " ")})
	must[desk.GoLive](o, "live.useNumber", desk.UseNumber{Phone: string(realNumber)})
	must[desk.AfterHours](o, "afterHours.save", week())
	answers(realNumber, true)
	must[desk.GoLive](o, "live.useNumber", desk.UseNumber{Phone: string(second)})
	answers(realNumber, false)
	must[desk.AfterHours](o, "afterHours.save", week())
	answers(second, true)
	off := week()
	off.On = false
	must[desk.AfterHours](o, "afterHours.save", off)
	answers(second, false)
}

// client speaks to the account as the program does.
func (p *provided) client(t *testing.T) *twilio.Client {
	t.Helper()
	c, err := twilio.New(twilio.Config{BaseURL: p.url, Account: realAccount, KeySID: realKey, KeySecret: realSecret})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// week is nine to five on workdays.
func week() desk.SaveAfterHours {
	w := desk.SaveAfterHours{On: true, Week: make([]desk.OpenDay, 7)}
	for day := time.Monday; day <= time.Friday; day++ {
		w.Week[day] = desk.OpenDay{From: 9 * 60, To: 17 * 60}
	}
	return w
}
