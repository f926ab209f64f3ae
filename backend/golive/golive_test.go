package golive_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/golive"
	"quietline/backend/journal"
	"quietline/backend/journal/journaltest"
	"quietline/backend/policy"
	"quietline/backend/provider"
	"quietline/backend/settings"
	"quietline/backend/sqlite"
)

const (
	account = "AC00112233445566778899aabbccddeeff"
	key     = "SK00112233445566778899aabbccddeeff"
	secret  = "Abcdefghijklmnopqrstuvwxyz012345"
	token   = "00112233445566778899aabbccddee00"
	ours    = clinic.Phone("+13035550100")
	held    = clinic.Phone("+13035550142")
)

func TestWhatIsPasted(t *testing.T) {
	all := golive.Credentials{Account: account, Key: key, Secret: secret}
	for name, c := range map[string]struct {
		text string
		want golive.Credentials
		code clinic.Code
	}{
		"in order":             {account + "\n" + key + "\n" + secret, all, ""},
		"in another":           {secret + " " + account + "\t" + key, all, ""},
		"with words":           {"Account SID: " + account + ", API key (SID) = \"" + key + "\"; secret:" + secret + ".", all, ""},
		"with spaces within":   {"AC 00112233 44556677 8899aabb ccddeeff " + key + "  " + secret, all, ""},
		"from a page":          {"\u00a0" + account + "\u200b\r\n" + key + "\u00a0" + secret + "\ufeff", all, ""},
		"one of them twice":    {account + " " + account + " " + key + " " + secret, all, ""},
		"the account's secret": {account + " " + token, golive.Credentials{Account: account, Key: account, Secret: token}, ""},
		"nothing":              {" \n", golive.Credentials{}, golive.CodePasteEmpty},
		"no account":           {key + " " + secret, golive.Credentials{Key: key, Secret: secret}, golive.CodePasteNoAccount},
		"an account alone":     {account, golive.Credentials{Account: account}, golive.CodePasteNoKey},
		"no secret":            {account + " " + key, golive.Credentials{Account: account, Key: key}, golive.CodePasteNoSecret},
		"a secret cut short":   {account + " " + key + " " + secret[1:], golive.Credentials{Account: account, Key: key}, golive.CodePasteNoSecret},
		"two keys":             {account + " " + key + " SK" + token + " " + secret, golive.Credentials{Account: account, Key: "SK" + token, Secret: secret}, golive.CodePasteTwo},
		"something else":       {"hello", golive.Credentials{}, golive.CodePasteNoAccount},
	} {
		got, err := golive.ReadPaste(c.text)
		if got != c.want || (err == nil) != (c.code == "") || err != nil && clinic.CodeOf(err) != c.code {
			t.Errorf("%s: found account %v, key %v, secret %v; %v", name, got.Account == c.want.Account, got.Key == c.want.Key, got.Secret == c.want.Secret, err)
		}
	}
	if said := fmt.Sprintf("%v %+v %#v %s", all, all, all, all); strings.Contains(said, secret) || strings.Contains(said, key) {
		t.Error("credentials print themselves")
	}
}

// good is a set-up in which nothing has to be mended.
func good() golive.Found {
	return golive.Found{
		Draft: golive.Draft{
			Credentials: golive.Credentials{Account: account, Key: key, Secret: secret}, Phone: ours,
			Agreement: golive.Agreement{Document: "Folder 3"}, Proof: golive.Proof{Code: "1234", Held: held, Out: 1, In: 1},
		},
		Key: &provider.KeyStanding{Known: true},
		Standing: &provider.Standing{
			Facts: provider.Facts{Number: ours, SMS: true}, Type: provider.Full, Registration: provider.Approved,
			Service: &provider.MessagingService{KeepsInbound: true},
		},
		Administrators: 2, Backup: true, Answering: true, Wanted: true,
	}
}

// TestWhatDecides breaks one thing at a time: exactly the check of that thing has to be
// mended, and the account does not go live.
func TestWhatDecides(t *testing.T) {
	if results := golive.Judge(good()); golive.Open(results) != 0 {
		t.Fatalf("nothing is wrong, and %+v", results)
	}
	for _, c := range []struct {
		check   golive.Check
		finding golive.Finding
		break_  func(*golive.Found)
	}{
		{golive.CheckKey, "no_key", func(f *golive.Found) { f.Draft.Credentials = golive.Credentials{} }},
		{golive.CheckKey, "lacks_permission", func(f *golive.Found) { f.Key.Lacks = []provider.Permission{provider.MayReadNumbers} }},
		{golive.CheckKey, "unknown_key", func(f *golive.Found) { f.Key.Known = false }},
		{golive.CheckAccount, "trial", func(f *golive.Found) { f.Standing.Type = provider.Trial }},
		{golive.CheckAccount, "suspended", func(f *golive.Found) { f.Standing.Suspended = true }},
		{golive.CheckAgreement, "no_agreement", func(f *golive.Found) { f.Draft.Agreement = golive.Agreement{} }},
		{golive.CheckAdministrators, "one_administrator", func(f *golive.Found) { f.Administrators = 1 }},
		{golive.CheckBackup, "no_backup", func(f *golive.Found) { f.Backup = false }},
		{golive.CheckNumber, "no_number", func(f *golive.Found) { f.Draft.Phone = "" }},
		{golive.CheckNumber, "voice_only", func(f *golive.Found) { f.Standing.SMS = false }},
		{golive.CheckInbound, "inbound_lost", func(f *golive.Found) { f.Standing.Service.KeepsInbound = false }},
		{golive.CheckRedaction, "redacts", func(f *golive.Found) { f.Standing.Redacted = true }},
		{golive.CheckForwarded, "forwarded", func(f *golive.Found) { f.Standing.Forwarded, f.Answering, f.Draft.NoReply = true, false, true }},
		{golive.CheckEncoding, "changes_words", func(f *golive.Found) { f.Standing.Service.ChangesBodies = true }},
		{golive.CheckRegistration, "not_registered", func(f *golive.Found) { f.Standing.Registration = provider.NotRegistered }},
		{golive.CheckRegistration, "registration_pending", func(f *golive.Found) { f.Standing.Registration = provider.Pending }},
		{golive.CheckRegistration, "registration_rejected", func(f *golive.Found) { f.Standing.Registration = provider.Rejected }},
		{golive.CheckOut, "no_text_out", func(f *golive.Found) { f.Draft.Proof.Out = 0 }},
		{golive.CheckIn, "no_text_in", func(f *golive.Found) { f.Draft.Proof.In = 0 }},
		{golive.CheckReply, "no_reply", func(f *golive.Found) { f.Answering = false }},
		{golive.CheckReply, "no_reply", func(f *golive.Found) { f.Wanted = false }},
		{golive.CheckWaiting, "texts_waiting", func(f *golive.Found) { f.Waiting = 1 }},
	} {
		f := good()
		c.break_(&f)
		results := golive.Judge(f)
		for _, r := range results {
			if !slices.Contains(golive.Findings(), r.Finding) || !slices.Contains(golive.Sources(), r.Source) {
				t.Errorf("%s: the finding %q is not listed", r.Check, r.Finding)
			}
			if broken := r.Check == c.check; broken != (r.State == golive.Mend) || broken && r.Finding != c.finding {
				t.Errorf("%s: %s is %s (%s)", c.finding, r.Check, r.State, r.Finding)
			}
		}
		if golive.Open(results) != 1 {
			t.Errorf("%s: %d checks stand in the way", c.finding, golive.Open(results))
		}
	}

	f := good()
	f.Key.Region, f.Key.Known = "IE1", false
	if golive.Open(golive.Judge(f)) != 2 { // the key, and why
		t.Error("a key of another region goes live")
	}
	f = good()
	f.Draft.Key = account
	if results := golive.Judge(f); golive.Open(results) != 0 || results[len(results)-1].State != golive.Mend {
		t.Error("the account's own secret is not advised against, or stands in the way")
	}
	f = good()
	f.Answering, f.Draft.NoReply = false, true
	if golive.Open(golive.Judge(f)) != 0 {
		t.Error("to go without a reply, knowingly, is refused")
	}
}

// TestWhatCannotBeKnown: what a key may not see is said, and does not stand in the way
// where a proof shows it; what was not asked at all does.
func TestWhatCannotBeKnown(t *testing.T) {
	f := good()
	f.Standing.Unseen = []provider.Aspect{provider.AspectAccount, provider.AspectService, provider.AspectRegistration}
	if golive.Open(golive.Judge(f)) != 1 {
		t.Error("nobody can see whether it is registered, and a text that only left goes for one that arrived")
	}
	f.Draft.Proof.Arrived = 1
	results := golive.Judge(f)
	unknown := 0
	for _, r := range results {
		if r.State == golive.Unknown {
			unknown++
			if r.Decides || r.Finding == "" || !slices.Contains(golive.Findings(), r.Finding) {
				t.Errorf("%s: %+v", r.Check, r)
			}
		}
	}
	if unknown != 4 || golive.Open(results) != 0 {
		t.Errorf("%d are unknown, %d stand in the way", unknown, golive.Open(results))
	}
	f.Draft.Proof.In = 0
	if golive.Open(golive.Judge(f)) == 0 {
		t.Error("without the proof it is live all the same")
	}
	f = good()
	f.Now = f.Draft.Proof.Out.Add(7 * 24 * time.Hour)
	if golive.Open(golive.Judge(f)) != 0 {
		t.Error("a proof of a week ago counts no more")
	}
	if f.Now++; golive.Open(golive.Judge(f)) != 2 {
		t.Error("an older proof counts")
	}
	f = good()
	f.Key = nil
	if golive.Open(golive.Judge(f)) != 2 { // the key and its region
		t.Error("a key that was not tried goes live")
	}
	f = good()
	f.Key, f.Standing = nil, nil
	if open := golive.Open(golive.Judge(f)); open < 5 {
		t.Errorf("nothing was asked, and %d stand in the way", open)
	}
}

type world struct {
	*journaltest.Clinic
	t *testing.T
}

func (w *world) do(fn func(*journal.Decision) error) error {
	_, err := w.Submit(context.Background(), journal.Actor{Staff: clinic.StaffID{1}}, fn)
	return err
}

func (w *world) must(fn func(*journal.Decision) error) {
	w.t.Helper()
	if err := w.do(fn); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) is() (d golive.Draft, l settings.Line) {
	w.t.Helper()
	if err := w.Read(context.Background(), func(tx *sqlite.Tx) (err error) {
		if d, err = golive.Get(tx); err != nil {
			return err
		}
		l, err = settings.GetLine(tx)
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
	return d, l
}

// TestFromNothingToLive is the whole way: it can be left after each step, another
// account forgets what was proven of the first, the step records what was found, and
// only then texts may go.
func TestFromNothingToLive(t *testing.T) {
	w := &world{journaltest.New(t, settings.Projection(), golive.Projection()), t}
	today := clinic.Date{Year: 2026, Month: time.March, Day: 4}
	all := golive.Credentials{Account: account, Key: key, Secret: secret}
	if err := w.do(func(d *journal.Decision) error { return golive.UseNumber(d, ours) }); !errors.Is(err, clinic.E(golive.CodeNoKey)) {
		t.Errorf("a number before a key: %v", err)
	}
	w.must(func(d *journal.Decision) error { return golive.UseKey(d, all) })
	w.must(func(d *journal.Decision) error { return golive.UseNumber(d, ours) })
	for name, a := range map[string]golive.Agreement{
		"no name": {Signed: today}, "no day": {Document: "Folder 3"}, "tomorrow": {Document: "Folder 3", Signed: today.AddDays(1)},
	} {
		if err := w.do(func(d *journal.Decision) error { return golive.RecordAgreement(d, a, today) }); !errors.Is(err, clinic.E(golive.CodeAgreement)) {
			t.Errorf("an agreement with %s: %v", name, err)
		}
	}
	w.must(func(d *journal.Decision) error {
		return golive.RecordAgreement(d, golive.Agreement{Document: " Folder 3 ", Signed: today}, today)
	})
	code := golive.NewCode(0.5)
	if err := w.do(func(d *journal.Decision) error { return golive.AskProof(d, code, ours) }); !errors.Is(err, clinic.E(golive.CodeOwnNumber)) {
		t.Errorf("a proof to the clinic itself: %v", err)
	}
	w.must(func(d *journal.Decision) error { return golive.AskProof(d, code, held) })
	w.Reopen()
	draft, line := w.is()
	if draft.Phone != ours || draft.Agreement.Document != "Folder 3" || draft.Proof.Code != code || draft.Proof.Held != held || line.Kind != settings.LineNone {
		t.Fatalf("after a restart: %+v", draft.Proof)
	}

	text := func(way provider.Direction, from, to clinic.Phone, body string, status provider.Status) provider.Message {
		return provider.Message{SID: "SM1", Direction: way, From: provider.Address(from), To: provider.Address(to), Body: body, Status: status, Created: draft.Proof.AskedAt + 1}
	}
	sent := text(provider.Outbound, ours, held, golive.ProofText(code), provider.Delivered)
	came := text(provider.Inbound, held, ours, code+" ok", provider.Received)
	for name, listed := range map[string][]provider.Message{
		"another's":      {text(provider.Inbound, "+13035550143", ours, code, provider.Received)},
		"another code":   {text(provider.Inbound, held, ours, "9", provider.Received)},
		"not arrived":    {text(provider.Outbound, ours, held, golive.ProofText(code), provider.Undelivered)},
		"on its way":     {text(provider.Outbound, ours, held, golive.ProofText(code), provider.Queued)},
		"from before it": {func() provider.Message { m := came; m.Created -= 120_000; return m }()},
	} {
		if seen := draft.Proof.Recognise(listed, ours); seen != (golive.Seen{}) {
			t.Errorf("%s is taken for the proof", name)
		}
	}
	seen := func(listed ...provider.Message) golive.Proof {
		w.must(func(d *journal.Decision) error {
			return golive.RecordSeen(d, code, draft.Proof.Recognise(listed, ours))
		})
		draft, _ = w.is()
		return draft.Proof
	}
	left := sent
	left.Status = provider.Sent
	if p := seen(left); p.Out.IsZero() || !p.Arrived.IsZero() || !p.In.IsZero() {
		t.Errorf("it has left: %+v", p)
	}
	if p := seen(came, sent); p.Arrived.IsZero() || p.In.IsZero() {
		t.Errorf("it has arrived, and an answer came: %+v", p)
	}
	if p := seen(left); p.Arrived.IsZero() {
		t.Errorf("a list that lags takes the arrival back: %+v", p)
	}

	found := good()
	go_ := func() error { return w.do(func(d *journal.Decision) error { return golive.Go(d, found) }) }
	if err := go_(); !errors.Is(err, clinic.E(golive.CodeChanged)) {
		t.Errorf("what was checked is another set-up: %v", err)
	}
	found.Draft, _ = w.is()
	found.Backup = false
	if err := go_(); !errors.Is(err, clinic.E(golive.CodeNotReady)) {
		t.Errorf("without a backup: %v", err)
	}
	if _, line = w.is(); line.Policy() != policy.LineLiveRefused {
		t.Errorf("a refused step let texts through: %v", line.Policy())
	}
	found.Backup = true
	if err := go_(); err != nil {
		t.Fatal(err)
	}
	if _, line = w.is(); line.Policy() != policy.LineLive || line.Key != key || line.Phone != ours {
		t.Errorf("live: %v", line.Policy())
	}
	var live settings.Live
	read := func() error {
		return w.Read(context.Background(), func(tx *sqlite.Tx) (err error) { live, err = settings.GetLive(tx); return err })
	}
	if err := read(); err != nil || live.By != (clinic.StaffID{1}) || live.At.IsZero() || len(live.Checks) != len(golive.Judge(found)) ||
		!slices.Contains(live.Checks, settings.Checked{Check: "backup", State: "good"}) {
		t.Errorf("recorded: %+v, %v", live, err)
	}

	// Another key keeps what is live; another line ends it.
	w.must(func(d *journal.Decision) error { return settings.Rekey(d, "SK"+token, token) })
	if _, line = w.is(); line.Policy() != policy.LineLive || line.Key != "SK"+token {
		t.Errorf("another key: %v", line.Policy())
	}
	w.must(settings.Disconnect)
	if _, line = w.is(); line.Kind != settings.LineNone || line.Secret != "" || line.Policy() == policy.LineLive {
		t.Errorf("disconnected: %v", line.Kind)
	}
	if err := read(); !errors.Is(err, clinic.E(clinic.CodeNotFound)) {
		t.Errorf("disconnected, and live: %v", err)
	}
	if err := w.do(func(d *journal.Decision) error {
		return settings.Connect(d, settings.Line{Kind: settings.LineTwilio, Account: account, Key: key, Secret: secret, Phone: ours})
	}); !errors.Is(err, clinic.E(settings.CodeRealRefused)) {
		t.Errorf("a real account without going live: %v", err)
	}
	// The same key again keeps what was proven; another one has proven nothing.
	w.must(func(d *journal.Decision) error { return golive.UseKey(d, all) })
	if draft, _ = w.is(); draft.Proof.Out.IsZero() || draft.Proof.In.IsZero() {
		t.Errorf("the same key: %+v", draft.Proof)
	}
	w.must(func(d *journal.Decision) error {
		return golive.UseKey(d, golive.Credentials{Account: account, Key: "SK" + token, Secret: token})
	})
	if draft, _ = w.is(); draft.Phone != ours || draft.Proof != (golive.Proof{}) || draft.Agreement.Document == "" {
		t.Errorf("another key: %+v", draft.Proof)
	}
	w.must(func(d *journal.Decision) error {
		return golive.UseKey(d, golive.Credentials{Account: "AC" + token, Key: key, Secret: secret})
	})
	if draft, _ = w.is(); draft.Phone != "" || draft.Proof.Code != "" || draft.Agreement.Document != "" {
		t.Errorf("another account: %+v", draft.Proof)
	}
	w.must(golive.End)
	if draft, _ = w.is(); draft != (golive.Draft{NoReply: draft.NoReply}) {
		t.Error("disconnected, it keeps a key")
	}
	w.must(golive.End)
}
