package simulator_test

import (
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/provider"
	"quietline/backend/provider/simulator"
)

const (
	pool     = "MG00112233445566778899aabbccddeeff"
	tollFree = clinic.Phone("+18885550100")
)

func TestKeys(t *testing.T) {
	d := openWith(t, func(c *simulator.Config) {
		c.Services = []simulator.Service{{SID: pool, Numbers: []clinic.Phone{ours}, OnNumber: true}}
	})
	old := d.receive(patient, "hello")
	d.Advance(time.Hour)
	path := "Messages/" + string(old) + ".json"
	can := func(p simulator.Permission) bool {
		t.Helper()
		switch p {
		case simulator.ReadMessages:
			return d.do("GET", "Messages.json", nil).status == 200 && d.do("GET", path, nil).status == 200
		case simulator.SendMessages:
			return d.send(patient, "hello").status == 201
		case simulator.ChangeMessages:
			return d.do("POST", path, url.Values{"Body": {""}}).status == 200
		case simulator.ReadNumbers:
			return d.do("GET", "IncomingPhoneNumbers.json", nil).status == 200
		case simulator.ReadUsage:
			return d.do("GET", "Usage/Records.json", nil).status == 200
		case simulator.ManageFlows:
			return d.do("GET", "//studio.twilio.com/v2/Flows", nil).status == 200
		case simulator.ManagePictures:
			return d.do("GET", "//conversations.twilio.com/v1/Services", nil).status == 200
		case simulator.ChangeNumbers:
			return d.do("POST", "IncomingPhoneNumbers/PN"+strings.Repeat("0", 31)+"1.json", url.Values{"SmsUrl": {""}}).status == 200
		case simulator.ChangeServices:
			return d.do("POST", "//messaging.twilio.com/v1/Services/"+pool, url.Values{"UseInboundWebhookOnNumber": {"true"}}).status == 200
		}
		return d.do("GET", "//messaging.twilio.com/v1/Services", nil).status == 200
	}
	for _, only := range simulator.Permissions() {
		if err := d.SetKeys(simulator.Key{SID: keySID, Secret: secret, Permissions: []simulator.Permission{only}}); err != nil {
			t.Fatal(err)
		}
		for _, p := range simulator.Permissions() {
			if can(p) != (p == only) {
				t.Errorf("with %s alone, %s: %v", only, p, p != only)
			}
		}
	}
	for name, k := range map[string]simulator.Key{
		"revoked":           {SID: keySID, Secret: secret, Revoked: true},
		"of another region": {SID: keySID, Secret: secret, Elsewhere: true},
		"may do nothing":    {SID: keySID, Secret: secret, Permissions: []simulator.Permission{}},
		"another's":         {SID: keySID, Secret: "another"},
	} {
		if err := d.SetKeys(k); err != nil {
			t.Fatal(err)
		}
		if a := d.do("GET", "Messages.json", nil); a.status != 401 || string(a.Code) != "20003" {
			t.Errorf("%s: %d", name, a.status)
		}
	}
	if err := d.SetKeys(simulator.Key{SID: keySID, Secret: secret}); err != nil || !can(simulator.SendMessages) {
		t.Errorf("restored: %v", err)
	}
	for name, k := range map[string]simulator.Key{
		"no name": {Secret: secret}, "no secret": {SID: keySID},
		"an unknown permission": {SID: keySID, Secret: secret, Permissions: []simulator.Permission{"everything"}},
	} {
		if err := d.SetKeys(k); !errors.Is(err, clinic.E(clinic.CodeBadInput)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAccountsThatCannotTextYet(t *testing.T) {
	d := openWith(t, func(c *simulator.Config) { c.Trial, c.Confirmed = true, []clinic.Phone{patient} })
	d.wants(d.send("+17205550117", "hello"), 400, "21608")
	if a := d.send(patient, "hello"); a.status != 201 {
		t.Errorf("to a confirmed number: %d", a.status)
	}
	for _, c := range []struct {
		name   string
		from   clinic.Phone
		change func(*simulator.Config)
		code   int
	}{
		{"a campaign that is not approved", ours, func(c *simulator.Config) { c.Services[0].Campaign = "IN_PROGRESS" }, 30034},
		{"one that is", ours, func(c *simulator.Config) { c.Services[0].Campaign = "VERIFIED" }, 0},
		{"a toll-free number under review", tollFree, func(c *simulator.Config) { c.Numbers[1].Verification = "IN_REVIEW" }, 30032},
		{"one that is verified", tollFree, func(c *simulator.Config) { c.Numbers[1].Verification = "TWILIO_APPROVED" }, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := openWith(t, func(cfg *simulator.Config) {
				cfg.Numbers = []simulator.Number{{Phone: ours}, {Phone: tollFree}}
				cfg.Services = []simulator.Service{{SID: pool, Numbers: []clinic.Phone{ours}, OnNumber: true}}
				c.change(cfg)
			})
			sent := d.do("POST", "Messages.json", url.Values{"From": {string(c.from)}, "To": {string(patient)}, "Body": {"hello"}})
			d.Advance(time.Minute)
			now := d.do("GET", "Messages/"+string(sent.SID)+".json", nil)
			if got := now.ErrorCode; c.code == 0 && got != nil || c.code != 0 && (got == nil || *got != c.code) {
				t.Errorf("%s with %v", now.Status, got)
			}
		})
	}
}

// A messaging service without an address for incoming texts keeps none of them,
// and STOP works all the same.
func TestAServiceThatKeepsNothing(t *testing.T) {
	d := openWith(t, func(c *simulator.Config) {
		c.Services = []simulator.Service{{SID: pool, Numbers: []clinic.Phone{ours}}}
	})
	if sid := d.receive(patient, "Is anybody there?"); sid != "" || len(d.Messages()) != 0 {
		t.Errorf("%d texts", len(d.Messages()))
	}
	d.receive(patient, "STOP")
	d.Advance(time.Minute)
	if all := d.Messages(); len(all) != 1 || !all[0].Reply {
		t.Errorf("%d texts", len(all))
	}
	d.wants(d.send(patient, "hello"), 400, "21610")
}

func TestAnAccountThatRedacts(t *testing.T) {
	d := openWith(t, func(c *simulator.Config) { c.Redacts = true })
	d.receive(patient, "My secret.")
	for _, m := range d.do("GET", "Messages.json", nil).Messages {
		if *m.Body != "" || strings.Contains(m.From, "0142") || !provider.Address(m.From).Masked() {
			t.Errorf("%q from %s", *m.Body, m.From)
		}
	}
}

func TestSchedule(t *testing.T) {
	d := openWith(t, func(c *simulator.Config) {
		c.Services = []simulator.Service{{SID: pool, Numbers: []clinic.Phone{ours}, OnNumber: true}, {SID: pool[:33] + "0"}}
	})
	form := func(pairs ...string) url.Values {
		v := url.Values{"From": {string(ours)}, "To": {string(patient)}, "Body": {"hello"}}
		for i := 0; i < len(pairs); i += 2 {
			v.Set(pairs[i], pairs[i+1])
		}
		return v
	}
	at := func(ahead time.Duration) string { return start.Add(ahead).Format(time.RFC3339) }
	for _, c := range []struct {
		name   string
		form   url.Values
		status int
		code   string
	}{
		{"as it should be", form("MessagingServiceSid", pool, "ScheduleType", "fixed", "SendAt", at(15*time.Minute)), 201, ""},
		{"as late as can be", form("MessagingServiceSid", pool, "ScheduleType", "fixed", "SendAt", at(35*24*time.Hour)), 201, ""},
		{"too soon", form("MessagingServiceSid", pool, "ScheduleType", "fixed", "SendAt", at(15*time.Minute-time.Second)), 400, "35114"},
		{"too late", form("MessagingServiceSid", pool, "ScheduleType", "fixed", "SendAt", at(35*24*time.Hour+time.Second)), 400, "35114"},
		{"no time", form("MessagingServiceSid", pool, "ScheduleType", "fixed"), 400, "35114"},
		{"an unknown service", form("MessagingServiceSid", pool[:33]+"1"), 400, "21701"},
		{"a service without the number", form("MessagingServiceSid", pool[:33]+"0"), 400, "21703"},
	} {
		a := d.do("POST", "Messages.json", c.form)
		if a.status != c.status || string(a.Code) != c.code || a.status == 201 && (string(a.Status) != `"scheduled"` || a.DateSent != nil) {
			t.Errorf("%s: %d, code %s, status %s", c.name, a.status, a.Code, a.Status)
		}
	}
	// Without a service the time is not looked at.
	if a := d.do("POST", "Messages.json", form("ScheduleType", "fixed", "SendAt", at(time.Hour))); string(a.Status) != `"queued"` {
		t.Errorf("without a service: %s", a.Status)
	}
}

func TestPrices(t *testing.T) {
	d := open(t)
	for body, want := range map[string]string{"hello": "-0.00830", strings.Repeat("a", 161): "-0.01660"} {
		sent := d.send(patient, body)
		if sent.Price != nil {
			t.Error("a price before it was sent")
		}
		d.Advance(time.Minute)
		if now := d.do("GET", "Messages/"+string(sent.SID)+".json", nil); now.Price == nil || *now.Price != want {
			t.Errorf("%d characters: %v, want %s", len(body), now.Price, want)
		}
	}
}
