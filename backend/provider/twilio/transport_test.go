package twilio_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/provider"
	"quietline/backend/provider/twilio"
)

const secretBody = "your results are in"

func text() provider.Outgoing {
	return provider.Outgoing{From: ours, To: patient, Body: secretBody}
}

// plain returns the adapter without a check against the description, for
// servers that answer what no description allows.
func plain(t *testing.T, cfg twilio.Config) *twilio.Client {
	t.Helper()
	cfg.Account, cfg.KeySID, cfg.KeySecret = account, keySID, keySecret
	c, err := twilio.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func serve(t *testing.T, h http.HandlerFunc) *twilio.Client {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return plain(t, twilio.Config{BaseURL: server.URL})
}

// silent fails the test where an error says more than its code and one of the
// fixed causes.
func silent(t *testing.T, err error) {
	t.Helper()
	for _, secret := range []string{
		string(ours), string(patient), "0142", secretBody, "127.0.0.1", "://", keySID, keySecret, string(account),
	} {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("the error repeats %q", secret)
		}
	}
}

// What a request looks like on the wire: where it goes, with which credentials,
// and without anything by which a transport would repeat it.
func TestRequests(t *testing.T) {
	t.Setenv("TWILIO_EDGE", "sydney")
	t.Setenv("TWILIO_REGION", "au1")
	var got *http.Request
	var form url.Values
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		r.ParseForm()
		got, form = r, r.PostForm
		io.WriteString(w, row)
	})
	out := text()
	out.ValidFor = 90 * time.Second
	if _, err := client.Send(t.Context(), out); err != nil {
		t.Fatal(err)
	}
	user, key, ok := got.BasicAuth()
	if !ok || user != keySID || key != keySecret {
		t.Error("credentials are not Basic authentication of the key")
	}
	if got.Method != "POST" || got.URL.Path != "/2010-04-01/Accounts/"+string(account)+"/Messages.json" || got.URL.RawQuery != "" {
		t.Errorf("%s with query %q", got.Method, got.URL.RawQuery)
	}
	want := url.Values{"From": {string(ours)}, "To": {string(patient)}, "Body": {secretBody}, "ValidityPeriod": {"90"}}
	if form.Encode() != want.Encode() {
		t.Error("the form holds other fields than sender, recipient, body and validity")
	}
	for _, name := range []string{"Idempotency-Key", "X-Idempotency-Key", "Cookie"} {
		if got.Header.Get(name) != "" {
			t.Errorf("header %s", name)
		}
	}
	if !got.Close {
		t.Error("a request that writes was sent over a connection to be kept")
	}

	if _, err := client.List(t.Context(), provider.Query{Since: clinic.At(start), PageSize: 7}, ""); err == nil {
		t.Fatal("a row passed for a list")
	}
	if q := got.URL.Query(); q.Get("DateSent>") != "2026-03-02T00:00:00Z" || q.Get("PageSize") != "7" || len(q) != 2 {
		t.Errorf("query %v", q)
	}
}

// The host that an answer names is not believed.
func TestNextPageStaysAtHome(t *testing.T) {
	var paths []string
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		paths = append(paths, r.URL.RequestURI())
		next := `null`
		if len(paths) == 1 {
			next = `"https://192.0.2.1/elsewhere?Page=1&PageToken=PASM%2B1&PageSize=1&To=%2B1"`
		}
		io.WriteString(w, `{"messages":[`+row+`],"next_page_uri":`+next+`}`)
	})
	page, err := client.List(t.Context(), provider.Query{PageSize: 2}, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.List(t.Context(), provider.Query{PageSize: 2}, page.Next); err != nil {
		t.Fatal(err)
	}
	if want := "/2010-04-01/Accounts/" + string(account) + "/Messages.json?Page=1&PageSize=2&PageToken=PASM%2B1"; paths[1] != want {
		t.Errorf("second request %s", paths[1])
	}
}

// Over the limit is over the limit, even where what came first would do.
func TestAnswerOverTheLimit(t *testing.T) {
	client := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, `{"messages":[]}`)
		chunk := strings.Repeat(" ", 1<<20)
		for range 17 {
			if _, err := io.WriteString(w, chunk); err != nil {
				return
			}
		}
	})
	if _, err := client.List(t.Context(), provider.Query{}, ""); !errors.Is(err, clinic.E(provider.CodeUnavailable)) {
		t.Errorf("list: %v", err)
	}
}

// An answer that breaks off is not believed, even where what came would do.
func TestAnswerShorterThanAnnounced(t *testing.T) {
	client := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "9000")
		io.WriteString(w, row)
	})
	_, err := client.Send(t.Context(), text())
	if !errors.Is(err, clinic.E(provider.CodeUnknown)) {
		t.Errorf("send: %v", err)
	}
}

// Twilio's filter finds numbers that contain the one asked for; those are
// somebody else's telephones.
func TestCheckWantsTheNumberItself(t *testing.T) {
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/Messages.json") {
			io.WriteString(w, `{"messages":[]}`)
			return
		}
		io.WriteString(w, `{"incoming_phone_numbers":[{"phone_number":"+130355501000","capabilities":{"sms":true}}]}`)
	})
	_, err := client.Check(t.Context(), ours)
	if !errors.Is(err, clinic.E(provider.CodeNoSuchNumber)) {
		t.Errorf("check: %v", err)
	}
}

// One Send is one request, whatever becomes of the connection.
func TestSendsOnce(t *testing.T) {
	var requests atomic.Int32
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		io.Copy(io.Discard, r.Body)
		if r.Method == http.MethodGet {
			io.WriteString(w, `{"messages":[]}`)
			return
		}
		panic(http.ErrAbortHandler)
	})
	// A read before leaves a kept connection behind that a write must not use.
	if _, err := client.List(t.Context(), provider.Query{}, ""); err != nil {
		t.Fatal(err)
	}
	_, err := client.Send(t.Context(), text())
	if provider.OutcomeOf(err) != provider.Unknown || requests.Load() != 2 {
		t.Errorf("outcome %v after %d requests", provider.OutcomeOf(err), requests.Load()-1)
	}
	silent(t, err)
}

func TestTLS(t *testing.T) {
	silence := slog.NewLogLogger(slog.DiscardHandler, slog.LevelInfo)
	for _, c := range []struct {
		name    string
		version uint16
		trusted bool
		want    provider.Outcome
	}{
		{"TLS 1.3", tls.VersionTLS13, true, provider.TakenOver},
		{"TLS 1.2", tls.VersionTLS12, true, provider.TakenOver},
		{"TLS 1.1", tls.VersionTLS11, true, provider.NotSent},
		{"a stranger's certificate", tls.VersionTLS13, false, provider.NotSent},
	} {
		t.Run(c.name, func(t *testing.T) {
			var requests atomic.Int32
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				requests.Add(1)
				io.WriteString(w, row)
			}))
			server.TLS = &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: c.version}
			server.Config.ErrorLog = silence
			server.StartTLS()
			defer server.Close()
			roots := x509.NewCertPool()
			if c.trusted {
				roots.AddCert(server.Certificate())
			}
			client := plain(t, twilio.Config{BaseURL: server.URL, Transport: twilio.NewTransport(roots)})
			_, err := client.Send(t.Context(), text())
			if provider.OutcomeOf(err) != c.want {
				t.Fatalf("outcome %v, error %v", provider.OutcomeOf(err), err)
			}
			if c.want == provider.NotSent {
				silent(t, err)
				if !errors.Is(err, clinic.E(provider.CodeOffline)) || requests.Load() != 0 {
					t.Errorf("%v after %d requests", err, requests.Load())
				}
			}
		})
	}
}

// Any transport that is put in gets a body that it cannot rewind and send again.
func TestBodyCannotBeReplayed(t *testing.T) {
	rewindable := true
	client := plain(t, twilio.Config{Transport: roundTripper(func(req *http.Request) (*http.Response, error) {
		rewindable = req.GetBody != nil
		return nil, errors.New("broken")
	})})
	if _, err := client.Send(t.Context(), text()); err == nil || rewindable {
		t.Errorf("rewindable %v, error %v", rewindable, err)
	}
}

// A transport of somebody else's, as net/http's Client is, puts the whole URL
// into its errors. None of it comes through.
func TestURLErrorIsStripped(t *testing.T) {
	leaky := roundTripper(func(req *http.Request) (*http.Response, error) {
		return nil, &url.Error{Op: "Get", URL: req.URL.String() + "?To=" + string(patient), Err: errors.New(secretBody)}
	})
	client := plain(t, twilio.Config{Transport: leaky})
	_, err := client.List(t.Context(), provider.Query{To: patient}, "")
	var leak *url.Error
	if err == nil || errors.As(err, &leak) {
		t.Fatalf("%v", err)
	}
	silent(t, err)
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// A server that says nothing costs the time-out and no more; time here is the
// bubble's.
func TestTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		transport := &http.Transport{
			DisableKeepAlives: true,
			DialContext: func(context.Context, string, string) (net.Conn, error) {
				ours, theirs := net.Pipe()
				go func() {
					io.Copy(io.Discard, theirs) // reads all, answers nothing
					theirs.Close()
				}()
				return ours, nil
			},
		}
		client := plain(t, twilio.Config{BaseURL: "http://127.0.0.1", Timeout: 20 * time.Second, Transport: transport})
		began := time.Now()
		_, err := client.Send(t.Context(), text())
		if took := time.Since(began); took != 20*time.Second {
			t.Errorf("took %v", took)
		}
		if !errors.Is(err, clinic.E(provider.CodeUnknown)) {
			t.Errorf("send: %v", err)
		}
		_, err = client.List(t.Context(), provider.Query{}, "")
		if !errors.Is(err, clinic.E(provider.CodeUnavailable)) {
			t.Errorf("list: %v", err)
		}
		silent(t, err)

		// Nobody answers the telephone at all: nothing was handed over.
		transport.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}
		_, err = client.Send(t.Context(), text())
		if !errors.Is(err, clinic.E(provider.CodeOffline)) || provider.OutcomeOf(err) != provider.NotSent {
			t.Errorf("send: %v", err)
		}
	})
}

func TestConfig(t *testing.T) {
	good := twilio.Config{Account: account, KeySID: keySID, KeySecret: keySecret}
	for _, c := range []struct {
		name   string
		change func(*twilio.Config)
		field  any
	}{
		{"as it should be", func(*twilio.Config) {}, nil},
		{"https elsewhere", func(c *twilio.Config) { c.BaseURL = "https://sms.example.org" }, nil},
		{"http at home", func(c *twilio.Config) { c.BaseURL = "http://localhost:1/" }, nil},
		{"http at home, IPv6", func(c *twilio.Config) { c.BaseURL = "http://[::1]:1" }, nil},
		{"http elsewhere", func(c *twilio.Config) { c.BaseURL = "http://api.twilio.com" }, "base_url"},
		{"http to a name like home", func(c *twilio.Config) { c.BaseURL = "http://localhost.example.org" }, "base_url"},
		{"another scheme", func(c *twilio.Config) { c.BaseURL = "ftp://127.0.0.1" }, "base_url"},
		{"a path", func(c *twilio.Config) { c.BaseURL = "https://example.org/api" }, "base_url"},
		{"a user", func(c *twilio.Config) { c.BaseURL = "https://a:b@example.org" }, "base_url"},
		{"no host", func(c *twilio.Config) { c.BaseURL = "https://" }, "base_url"},
		{"account of another form", func(c *twilio.Config) { c.Account = "AC1" }, "account"},
		{"account with a path", func(c *twilio.Config) { c.Account = account[:30] + "/../" }, "account"},
		{"no key", func(c *twilio.Config) { c.KeySID = "" }, "key_sid"},
		{"no secret", func(c *twilio.Config) { c.KeySecret = "" }, "key_secret"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg := good
			c.change(&cfg)
			_, err := twilio.New(cfg)
			var e *clinic.Error
			if c.field == nil {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			if !errors.As(err, &e) || e.Code != provider.CodeBadAccount || e.Params["field"] != c.field {
				t.Errorf("%v", err)
			}
		})
	}
	for _, printed := range []string{fmt.Sprint(good), fmt.Sprintf("%+v", good), fmt.Sprintf("%#v", good)} {
		if strings.Contains(printed, keySecret) {
			t.Error("printing the configuration shows the key")
		}
	}
}
