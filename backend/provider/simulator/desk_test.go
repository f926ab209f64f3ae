package simulator_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"quietline/backend/clinic"
	"quietline/backend/clinic/clinictest"
	"quietline/backend/provider"
	"quietline/backend/provider/providertest"
	"quietline/backend/provider/simulator"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	account = provider.Account("AC00112233445566778899aabbccddeeff")
	token   = "the-account-s-own-token"
	keySID  = "SK00112233445566778899aabbccddeeff"
	secret  = "the-key-s-secret"
	ours    = clinic.Phone("+13035550100")
	voice   = clinic.Phone("+13035550101")
	patient = clinic.Phone("+13035550142")
)

var start = time.Date(2026, 3, 3, 16, 0, 0, 0, time.UTC)

// desk is a simulator with a client that speaks plain HTTP to it.
type desk struct {
	*simulator.Simulator
	t      *testing.T
	clock  *clinictest.Clock
	url    string
	client *http.Client
	plain  *http.Transport
	user   string
	key    string
}

func open(t *testing.T, people ...simulator.Persona) *desk {
	t.Helper()
	return openWith(t, func(cfg *simulator.Config) { cfg.Personas = people })
}

// openWith opens an account that differs from the usual one.
func openWith(t *testing.T, change func(*simulator.Config)) *desk {
	t.Helper()
	clock := clinictest.NewClock(start)
	cfg := simulator.Config{
		Account: account, Token: token, KeySID: keySID, KeySecret: secret, Seed: 7, Clock: clock,
		Numbers: []simulator.Number{{Phone: ours}, {Phone: voice, NoSMS: true, Forwarded: true}},
	}
	change(&cfg)
	sim, err := simulator.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(sim)
	t.Cleanup(server.Close)
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return &desk{
		Simulator: sim, t: t, clock: clock, url: server.URL, user: keySID, key: secret, plain: transport,
		client: &http.Client{
			Transport:     providertest.Described(t, transport),
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

// answer is what came back, with the fields of every kind of body.
type answer struct {
	status int
	header http.Header

	Code, Status json.RawMessage
	Message      string
	SID          provider.SID `json:"sid"`
	Body         *string      `json:"body"`
	DateSent     *string      `json:"date_sent"`
	DateCreated  *string      `json:"date_created"`
	NumMedia     any          `json:"num_media"`
	Next         *string      `json:"next_page_uri"`
	Messages     []answer     `json:"messages"`
	Media        []answer     `json:"media_list"`
	Numbers      []struct {
		Phone        clinic.Phone    `json:"phone_number"`
		Capabilities map[string]bool `json:"capabilities"`
		URL          string          `json:"sms_url"`
	} `json:"incoming_phone_numbers"`
	ContentType string `json:"content_type"`
	URI         string `json:"uri"`
	Direction   string `json:"direction"`
	From        string `json:"from"`
	To          string `json:"to"`
	Price       *string
	ErrorCode   *int `json:"error_code"`
	Type        string
	Links       struct {
		Lent string `json:"content_direct_temporary"`
	} `json:"links"`
	Services []struct {
		Name string `json:"friendly_name"`
	} `json:"services"`
	Usage []struct {
		Category string  `json:"category"`
		Count    string  `json:"count"`
		Price    float64 `json:"price"`
	} `json:"usage_records"`
}

func (d *desk) do(method, path string, form url.Values) answer {
	d.t.Helper()
	var body io.Reader
	if method == http.MethodPost {
		body = strings.NewReader(form.Encode())
	}
	// What begins with two strokes names the host that is meant.
	host := ""
	if named, found := strings.CutPrefix(path, "//"); found {
		host, path, _ = strings.Cut(named, "/")
		path = "/" + path
	}
	if !strings.HasPrefix(path, "/") {
		path = "/2010-04-01/Accounts/" + string(account) + "/" + path
	}
	req, err := http.NewRequestWithContext(d.t.Context(), method, d.url+path, body)
	if err != nil {
		d.t.Fatal(err)
	}
	req.Host = host
	if body != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return d.ask(req)
}

func (d *desk) ask(req *http.Request) answer {
	d.t.Helper()
	if d.user != "" {
		req.SetBasicAuth(d.user, d.key)
	}
	resp, err := d.client.Do(req)
	if err != nil {
		d.t.Fatal(err)
	}
	defer resp.Body.Close()
	a := answer{status: resp.StatusCode, header: resp.Header}
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	if len(text) > 0 {
		if err := json.Unmarshal(text, &a); err != nil {
			d.t.Fatalf("%s %s answered %d without JSON", req.Method, req.URL.Path, a.status)
		}
	}
	return a
}

func (d *desk) send(to clinic.Phone, body string) answer {
	d.t.Helper()
	return d.do("POST", "Messages.json", url.Values{"From": {string(ours)}, "To": {string(to)}, "Body": {body}})
}

func (d *desk) receive(from clinic.Phone, body string) provider.SID {
	d.t.Helper()
	sid, err := d.Receive(simulator.Inbound{From: from, Body: body})
	if err != nil {
		d.t.Fatal(err)
	}
	return sid
}

// undescribed lets requests through that the description itself forbids.
func (d *desk) undescribed() {
	d.client = &http.Client{Transport: d.plain}
}

// from returns what somebody has written, oldest first.
func (d *desk) from(who clinic.Phone) []string {
	var bodies []string
	for _, m := range d.Messages() {
		if m.From == provider.Address(who) {
			bodies = append(bodies, m.Body)
		}
	}
	return bodies
}

// wants fails the test where an error does not have the real one's shape.
func (d *desk) wants(a answer, status int, code string) {
	d.t.Helper()
	if a.status != status || string(a.Code) != code || a.Message == "" {
		d.t.Errorf("answered %d with code %s, want %d with %s", a.status, a.Code, status, code)
	}
}
