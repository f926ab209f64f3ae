package twilio_test

import (
	"errors"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/clinic/clinictest"
	"quietline/backend/provider"
	"quietline/backend/provider/simulator"
	"quietline/backend/provider/twilio"
)

const (
	tonight  = "Automatic: not read until Wed Mar 4, 8 AM. Emergency: 911."
	tomorrow = "Automatic: not read until Thu Mar 5, 8 AM. Emergency: 911."
	refuser  = clinic.Phone("+13035550177")
)

// night is an account outside of the clinic's hours, with the adapter that has left
// a reply there.
type night struct {
	*simulator.Simulator
	t *testing.T
	c *twilio.Client
}

func nightly(t *testing.T, change func(*simulator.Config)) *night {
	t.Helper()
	cfg := simulator.Config{
		Account: account, KeySID: keySID, KeySecret: keySecret, Seed: 1,
		Numbers: []simulator.Number{{Phone: ours}}, Clock: clinictest.NewClock(start),
	}
	change(&cfg)
	sim, err := simulator.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(sim)
	t.Cleanup(server.Close)
	return &night{sim, t, client(t, server.URL)}
}

// reply is closed for two nights, from two hours after the start.
func reply() provider.Reply {
	at := func(hours int) clinic.Instant { return clinic.At(start.Add(time.Duration(hours) * time.Hour)) }
	return provider.Reply{
		Periods: []provider.Period{{From: at(2), To: at(16), Text: tonight}, {From: at(26), To: at(40), Text: tomorrow}},
		Silent:  []string{"STOP", "START", "HELP"}, Refused: []clinic.Phone{refuser},
	}
}

func (n *night) leave() provider.Replaced {
	n.t.Helper()
	before, err := n.c.Respond(n.t.Context(), ours, reply())
	if err != nil {
		n.t.Fatal(err)
	}
	return before
}

func (n *night) text(from clinic.Phone, body string) {
	n.t.Helper()
	if _, err := n.Receive(simulator.Inbound{From: from, Body: body}); err != nil {
		n.t.Fatal(err)
	}
	n.Advance(10 * time.Second)
}

// got is what somebody was answered, oldest first. Nobody asks the provider for it
// over its API: what is counted went out by itself.
func (n *night) got(by clinic.Phone) []string {
	var bodies []string
	for _, m := range n.Messages() {
		if m.To == provider.Address(by) {
			bodies = append(bodies, m.Body)
		}
	}
	return bodies
}

func (n *night) wants(who string, by clinic.Phone, want ...string) {
	n.t.Helper()
	if got := n.got(by); !slices.Equal(got, want) {
		n.t.Errorf("%s got %q, want %q", who, got, want)
	}
}

// TestAnswersWhileNobodyIsThere is a night and a day in which no program asks for
// anything: the account itself answers outside the hours, each sender once.
func TestAnswersWhileNobodyIsThere(t *testing.T) {
	n := nightly(t, func(*simulator.Config) {})
	if on, err := n.c.Responds(t.Context(), ours); err != nil || on {
		t.Fatalf("before anything was left there: %v, %v", on, err)
	}
	n.leave()
	if on, err := n.c.Responds(t.Context(), ours); err != nil || !on {
		t.Fatalf("in force: %v, %v", on, err)
	}

	n.text(patient, "Are you open?")
	n.wants("who wrote in hours", patient)
	n.Advance(3 * time.Hour)
	n.text(patient, "Are you still there?")
	n.text(patient, "Hello?")
	n.wants("who wrote twice in a night", patient, tonight)
	n.text(refuser, "Do not text me.")
	n.wants("who refused", refuser)
	n.text("+13035550143", "help")
	n.text("+13035550144", " Stop ")
	for _, by := range []clinic.Phone{"+13035550143", "+13035550144"} {
		for _, body := range n.got(by) {
			if body == tonight {
				t.Errorf("a word of the provider's own was answered")
			}
		}
	}
	n.text("+13035550144", "I changed my mind")
	if got := n.got("+13035550144"); slices.Contains(got, tonight) {
		t.Errorf("a blocked number was answered: %q", got)
	}

	n.Advance(24 * time.Hour)
	n.text(patient, "And tonight?")
	n.wants("who wrote in two nights", patient, tonight, tomorrow)
	n.Advance(24 * time.Hour)
	n.text("+13035550145", "Is anybody there?")
	n.wants("who wrote when it had run out", "+13035550145")

	if kept := n.KeptByFlows(); kept == 0 {
		t.Error("the provider keeps nothing of the runs; the next check means nothing")
	}
	gone, err := n.c.Forget(t.Context(), ours)
	if err != nil || gone == 0 || n.KeptByFlows() != 0 {
		t.Errorf("%d forgotten, %d kept, %v", gone, n.KeptByFlows(), err)
	}
}

// TestEachIsAnsweredOnceAlthoughMachinesAnswer: two machines that answer each other
// come to an end after one answer.
func TestEachIsAnsweredOnceAlthoughMachinesAnswer(t *testing.T) {
	n := nightly(t, func(c *simulator.Config) {
		c.Personas = []simulator.Persona{{Phone: patient, Temperament: simulator.Prompt, Language: clinic.English}}
	})
	n.leave()
	n.Advance(3 * time.Hour)
	n.text(patient, "Hello?")
	for range 20 {
		n.Advance(5 * time.Minute)
	}
	n.wants("a machine that answers", patient, tonight)
}

// TestWhatWasReplacedIsPutBack: what the number did before is kept and put back; a
// reply that is renewed replaces nothing; somebody else's later setting stays.
func TestWhatWasReplacedIsPutBack(t *testing.T) {
	n := nightly(t, func(c *simulator.Config) {
		c.Numbers[0].Forwarded = true
		c.Services = []simulator.Service{{SID: service, Numbers: []clinic.Phone{ours}}}
	})
	if sid, err := n.Receive(simulator.Inbound{From: patient, Body: "lost"}); err != nil || sid != "" {
		t.Fatalf("the service keeps incoming texts: %q, %v", sid, err)
	}
	before := n.leave()
	if before.URL != "https://example.invalid/incoming" || before.Service != service {
		t.Errorf("replaced: %+v", before)
	}
	if again := n.leave(); again != (provider.Replaced{}) {
		t.Errorf("renewed, it replaced %+v", again)
	}
	n.Advance(3 * time.Hour)
	n.text(patient, "Hello?")
	n.wants("who wrote through a service", patient, tonight)
	for range 2 {
		if err := n.c.Withdraw(t.Context(), ours, before); err != nil {
			t.Fatal(err)
		}
	}
	if on, err := n.c.Responds(t.Context(), ours); err != nil || on {
		t.Errorf("withdrawn: %v, %v", on, err)
	}
	facts, err := n.c.Check(t.Context(), ours)
	if err != nil || !facts.Forwarded {
		t.Errorf("what was there before was not put back: %+v, %v", facts, err)
	}
	n.text("+13035550143", "Hello?")
	n.wants("who wrote afterwards", "+13035550143")
}

// TestWhatIsNoReply is refused before anything is asked of the provider.
func TestWhatIsNoReply(t *testing.T) {
	n := nightly(t, func(*simulator.Config) {})
	for name, change := range map[string]func(*provider.Reply){
		"no period":          func(r *provider.Reply) { r.Periods = nil },
		"out of order":       func(r *provider.Reply) { slices.Reverse(r.Periods) },
		"over before it was": func(r *provider.Reply) { r.Periods[0].To = r.Periods[0].From },
		"too many":           func(r *provider.Reply) { r.Periods = make([]provider.Period, provider.MaxPeriods+1) },
		"no text":            func(r *provider.Reply) { r.Periods[1].Text = "" },
		"too long":           func(r *provider.Reply) { r.Periods[1].Text = strings.Repeat("a", provider.MaxReplyText+1) },
		"a template":         func(r *provider.Reply) { r.Periods[0].Text = "{{ account }}" },
		"quotes":             func(r *provider.Reply) { r.Periods[0].Text = `not "read"` },
		"a word with more":   func(r *provider.Reply) { r.Silent = []string{"STOP,ALL"} },
		"no number":          func(r *provider.Reply) { r.Refused = []clinic.Phone{"0142"} },
	} {
		r := reply()
		change(&r)
		if _, err := n.c.Respond(t.Context(), ours, r); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	if on, err := n.c.Responds(t.Context(), ours); err != nil || on {
		t.Errorf("in force: %v, %v", on, err)
	}
}

// TestWhatAKeyIsWorth: what is wrong with a key is told apart as far as the provider
// tells it.
func TestWhatAKeyIsWorth(t *testing.T) {
	may := func(p ...simulator.Permission) simulator.Key {
		return simulator.Key{SID: keySID, Secret: keySecret, Permissions: p}
	}
	for name, c := range map[string]struct {
		key  simulator.Key
		want provider.KeyStanding
	}{
		"good":        {may(simulator.Permissions()...), provider.KeyStanding{Known: true}},
		"no texts":    {may(simulator.ReadNumbers), provider.KeyStanding{Known: true, Lacks: []provider.Permission{provider.MayReadTexts}}},
		"no numbers":  {may(simulator.ReadMessages), provider.KeyStanding{Known: true, Lacks: []provider.Permission{provider.MayReadNumbers}}},
		"nothing":     {may([]simulator.Permission{}...), provider.KeyStanding{}},
		"revoked":     {simulator.Key{SID: keySID, Secret: keySecret, Revoked: true}, provider.KeyStanding{}},
		"another":     {simulator.Key{SID: keySID, Secret: "another"}, provider.KeyStanding{}},
		"in Ireland":  {simulator.Key{SID: keySID, Secret: keySecret, Elsewhere: true}, provider.KeyStanding{Region: "IE1"}},
		"both absent": {may(simulator.SendMessages), provider.KeyStanding{}},
	} {
		n := nightly(t, func(*simulator.Config) {})
		if err := n.SetKeys(c.key); err != nil {
			t.Fatal(err)
		}
		got, err := n.c.Examine(t.Context())
		if err != nil || got.Known != c.want.Known || got.Region != c.want.Region || !slices.Equal(got.Lacks, c.want.Lacks) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
		sends := name == "good" || name == "both absent"
		if err := n.c.TrySending(t.Context()); (err == nil) != sends || !sends && !errors.Is(err, clinic.E(provider.CodeUnauthorised)) {
			t.Errorf("%s: whether it may send: %v", name, err)
		}
		if sent := len(n.Messages()); sent != 0 {
			t.Errorf("%s: to try it sent %d texts", name, sent)
		}
	}
	n := nightly(t, func(c *simulator.Config) {
		c.Numbers = []simulator.Number{{Phone: ours}, {Phone: "+13035550101", NoSMS: true}, {Phone: "+13035550102", NoMMS: true}}
	})
	all, err := n.c.Numbers(t.Context())
	if err != nil || len(all) != 3 || !all[0].SMS || !all[0].MMS || all[1].SMS || all[2].MMS || !all[2].SMS {
		t.Errorf("%+v, %v", all, err)
	}
	if err := n.SetKeys(may(simulator.ReadMessages)); err != nil {
		t.Fatal(err)
	}
	for what, ask := range map[string]func() error{
		"numbers": func() error { _, err := n.c.Numbers(t.Context()); return err },
		"a reply": func() error { _, err := n.c.Respond(t.Context(), ours, reply()); return err },
	} {
		if err := ask(); !errors.Is(err, clinic.E(provider.CodeUnauthorised)) {
			t.Errorf("%s: %v", what, err)
		}
	}
}
