package twilio_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/clinic/clinictest"
	"quietline/backend/provider"
	"quietline/backend/provider/simulator"
	"quietline/backend/provider/twilio"
)

const tollFree = clinic.Phone("+18885550100")

// inspected asks about a number of an account that differs from the usual one.
func inspected(t *testing.T, number clinic.Phone, change func(*simulator.Config), with ...simulator.Key) (provider.Standing, error) {
	t.Helper()
	cfg := simulator.Config{
		Account: account, Token: "the-account-s-own", KeySID: keySID, KeySecret: keySecret, Seed: 1,
		Numbers:  []simulator.Number{{Phone: ours}, {Phone: tollFree}},
		Services: []simulator.Service{{SID: service, Name: "Desk", Numbers: []clinic.Phone{ours}, InboundURL: "https://example.invalid"}},
		Clock:    clinictest.NewClock(start),
	}
	change(&cfg)
	sim, err := simulator.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if len(with) > 0 {
		if err := sim.SetKeys(with...); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := sim.Receive(simulator.Inbound{From: patient, To: number, Body: "hello"}); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(sim)
	t.Cleanup(server.Close)
	return client(t, server.URL).Inspect(t.Context(), number)
}

func TestWhatSetUpHasToSay(t *testing.T) {
	type is = func(provider.Standing) bool
	for _, c := range []struct {
		name   string
		number clinic.Phone
		change func(*simulator.Config)
		is     is
	}{
		{"an ordinary number", ours, func(*simulator.Config) {}, func(s provider.Standing) bool {
			return s.SMS && s.MMS && !s.Forwarded && s.Service.SID == service && s.Service.Name == "Desk" && s.Service.KeepsInbound &&
				!s.Service.ChangesBodies && s.Registration == provider.NotRegistered && !s.Redacted &&
				slices.Equal(s.Unseen, []provider.Aspect{provider.AspectAccount}) && s.Type == ""
		}},
		{"of no service", ours, func(c *simulator.Config) { c.Services = nil }, func(s provider.Standing) bool {
			return s.Service == nil && s.Saw(provider.AspectService) && s.Registration == provider.NotRegistered
		}},
		{"a voice line", ours, func(c *simulator.Config) { c.Numbers[0].NoSMS = true }, func(s provider.Standing) bool { return !s.SMS && !s.MMS }},
		{"without pictures", ours, func(c *simulator.Config) { c.Numbers[0].NoMMS = true }, func(s provider.Standing) bool { return s.SMS && !s.MMS }},
		{"inbound disabled", ours, func(c *simulator.Config) { c.Services[0].InboundURL = "" }, func(s provider.Standing) bool { return !s.Service.KeepsInbound }},
		{"inbound left to the number", ours, func(c *simulator.Config) { c.Services[0].InboundURL, c.Services[0].OnNumber = "", true },
			func(s provider.Standing) bool { return s.Service.KeepsInbound }},
		{"a service that changes words", ours, func(c *simulator.Config) { c.Services[0].SmartEncoding = true },
			func(s provider.Standing) bool { return s.Service.ChangesBodies }},
		{"the last of many services", ours, func(c *simulator.Config) {
			for i := range 150 {
				c.Services = append([]simulator.Service{{SID: "MG" + string(rune('a'+i%6)) + service[3:]}}, c.Services...)
			}
		}, func(s provider.Standing) bool { return s.Service != nil && s.Service.SID == service }},
		{"a campaign under way", ours, func(c *simulator.Config) { c.Services[0].Campaign = "IN_PROGRESS" },
			func(s provider.Standing) bool { return s.Registration == provider.Pending }},
		{"a campaign", ours, func(c *simulator.Config) { c.Services[0].Campaign = "VERIFIED" },
			func(s provider.Standing) bool { return s.Registration == provider.Approved }},
		{"a campaign that failed", ours, func(c *simulator.Config) { c.Services[0].Campaign = "FAILED" },
			func(s provider.Standing) bool { return s.Registration == provider.Rejected }},
		{"a campaign in a new state", ours, func(c *simulator.Config) { c.Services[0].Campaign = "PONDERED" },
			func(s provider.Standing) bool { return s.Registration == "" }},
		{"toll-free", tollFree, func(*simulator.Config) {}, func(s provider.Standing) bool {
			return s.Registration == provider.NotRegistered && s.Service == nil
		}},
		{"toll-free under review", tollFree, func(c *simulator.Config) { c.Numbers[1].Verification = "IN_REVIEW" },
			func(s provider.Standing) bool { return s.Registration == provider.Pending }},
		{"toll-free and verified", tollFree, func(c *simulator.Config) { c.Numbers[1].Verification = "TWILIO_APPROVED" },
			func(s provider.Standing) bool { return s.Registration == provider.Approved }},
		{"toll-free and rejected", tollFree, func(c *simulator.Config) { c.Numbers[1].Verification = "TWILIO_REJECTED" },
			func(s provider.Standing) bool { return s.Registration == provider.Rejected }},
		{"an account that redacts words alone", ours, func(c *simulator.Config) { c.RedactsWords = true }, func(s provider.Standing) bool { return s.Redacted }},
		{"an account that redacts", ours, func(c *simulator.Config) { c.Redacts = true }, func(s provider.Standing) bool { return s.Redacted }},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := inspected(t, c.number, c.change)
			if err != nil {
				t.Fatal(err)
			}
			if !c.is(s) {
				t.Errorf("%+v, service %+v", s, s.Service)
			}
		})
	}
}

// Only the account's own secret may look at the account.
func TestTheAccountItself(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*simulator.Config)
		kind   provider.AccountType
		closed bool
	}{
		"on trial":  {func(c *simulator.Config) { c.Trial = true }, provider.Trial, false},
		"full":      {func(*simulator.Config) {}, provider.Full, false},
		"suspended": {func(c *simulator.Config) { c.Suspended = true }, provider.Full, true},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := simulator.Config{Account: account, Token: keySecret, Numbers: []simulator.Number{{Phone: ours}}, Clock: clinictest.NewClock(start)}
			c.change(&cfg)
			sim, err := simulator.New(cfg)
			if err != nil {
				t.Fatal(err)
			}
			server := httptest.NewServer(sim)
			t.Cleanup(server.Close)
			owner, err := twilio.New(twilio.Config{BaseURL: server.URL, Account: account, KeySID: string(account), KeySecret: keySecret})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(owner.Close)
			s, err := owner.Inspect(t.Context(), ours)
			if err != nil || s.Type != c.kind || s.Suspended != c.closed || len(s.Unseen) != 0 {
				t.Errorf("%q, suspended %v, unseen %v, error %v", s.Type, s.Suspended, s.Unseen, err)
			}
		})
	}
}

// What a key may not see is said, and is neither an error nor a finding.
func TestMissingPermissions(t *testing.T) {
	key := func(p ...simulator.Permission) simulator.Key {
		return simulator.Key{SID: keySID, Secret: keySecret, Permissions: p}
	}
	for _, c := range []struct {
		name   string
		key    simulator.Key
		unseen []provider.Aspect
		code   clinic.Code
	}{
		{"messages and numbers", key(simulator.ReadMessages, simulator.ReadNumbers),
			[]provider.Aspect{provider.AspectAccount, provider.AspectService, provider.AspectRegistration}, ""},
		{"services as well", key(simulator.ReadMessages, simulator.ReadNumbers, simulator.ReadServices), []provider.Aspect{provider.AspectAccount}, ""},
		{"no numbers", key(simulator.ReadMessages), nil, provider.CodeUnauthorised},
		{"no messages", key(simulator.ReadNumbers), nil, provider.CodeUnauthorised},
		{"nothing", simulator.Key{SID: keySID, Secret: keySecret, Permissions: []simulator.Permission{}}, nil, provider.CodeUnauthorised},
		{"revoked", simulator.Key{SID: keySID, Secret: keySecret, Revoked: true}, nil, provider.CodeUnauthorised},
		{"of another region", simulator.Key{SID: keySID, Secret: keySecret, Elsewhere: true}, nil, provider.CodeUnauthorised},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := inspected(t, ours, func(*simulator.Config) {}, c.key)
			if c.code == "" && (err != nil || !slices.Equal(s.Unseen, c.unseen)) || c.code != "" && clinic.CodeOf(err) != c.code {
				t.Errorf("unseen %v, error %v", s.Unseen, err)
			}
		})
	}
}

// Credentials go to the two hosts of Twilio's that a call can be for, and to no
// host that a configuration of another provider does not name.
func TestHosts(t *testing.T) {
	for base, want := range map[string][]string{
		"":                                      {"api.twilio.com", "api.twilio.com", "api.twilio.com", "messaging.twilio.com"},
		"https://clinic.signalwire.example.org": {"clinic.signalwire.example.org", "clinic.signalwire.example.org", "clinic.signalwire.example.org"},
	} {
		var asked []string
		carrier := roundTrip(func(r *http.Request) (*http.Response, error) {
			asked = append(asked, r.URL.Host)
			rec := httptest.NewRecorder()
			switch len(asked) {
			case 1:
				rec.WriteString(`{"messages":[]}`)
			case 2:
				rec.WriteString(`{"incoming_phone_numbers":[{"sid":"PN1","phone_number":"` + string(ours) + `"}]}`)
			case 3:
				rec.WriteHeader(http.StatusUnauthorized)
			default:
				rec.WriteString(`{"services":[],"meta":{}}`)
			}
			return rec.Result(), nil
		})
		c, err := twilio.New(twilio.Config{
			BaseURL: base, Account: account, KeySID: keySID, KeySecret: keySecret, Transport: carrier, Timeout: time.Second,
		})
		if err != nil {
			t.Fatal(err)
		}
		s, err := c.Inspect(t.Context(), ours)
		if err != nil || !slices.Equal(asked, want) {
			t.Errorf("asked %v, error %v", asked, err)
		}
		if base != "" && s.Saw(provider.AspectService) {
			t.Error("a provider without such a host was seen to have no service")
		}
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
