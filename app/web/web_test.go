//go:build preview

package web_test

import (
	"bufio"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"quietline/app/door"
	"quietline/app/ticket"
	"quietline/app/web"
	"quietline/backend/clinic/clinictest"
	"quietline/backend/session"
)

const token = "this launch"

// newServer returns a server with one open door, and how often it was entered.
func newServer() (*web.Server, *int) {
	entered := new(int)
	noon := clinictest.NewClock(time.Date(2026, time.March, 4, 12, 0, 0, 0, time.UTC))
	doors := door.NewRegistry(token, session.New(noon), nil, slog.New(slog.DiscardHandler))
	door.Add(doors, door.Spec{Name: "test.open", Permission: session.Anyone},
		func(context.Context, *door.Caller, door.None) (door.None, error) {
			*entered++
			return door.None{}, nil
		})
	return &web.Server{
		Doors: doors, Changes: door.NewChanges(), Tickets: ticket.New(noon), Token: token,
		Assets: fstest.MapFS{"index.html": {Data: []byte(`<i>__TOKEN__</i>`)}},
	}, entered
}

const own = "127.0.0.1:7000"

// ask sends a request of which edit changes what it likes. Its context is over,
// so that a stream that is let in ends.
func ask(s *web.Server, method, path string, edit func(*http.Request)) *httptest.ResponseRecorder {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	r := httptest.NewRequestWithContext(ctx, method, path, nil)
	r.Host = own
	r.Header.Set(web.TokenHeader, token)
	edit(r)
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, r)
	return w
}

var surface = []struct{ method, path string }{
	{http.MethodPost, "/door/test.open"}, {http.MethodGet, "/changes"}, {http.MethodGet, "/"},
}

func TestForeignPagesAreRefusedEverywhere(t *testing.T) {
	host := func(h string) func(*http.Request) { return func(r *http.Request) { r.Host = h } }
	origin := func(o string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set("Origin", o) }
	}
	for name, c := range map[string]struct {
		edit func(*http.Request)
		in   bool
	}{
		"its own page":               {origin("http://" + own), true},
		"no origin":                  {func(*http.Request) {}, true},
		"localhost":                  {host("localhost:7000"), true},
		"IPv6 loopback":              {host("[::1]:7000"), true},
		"IPv6 loopback, no port":     {host("[::1]"), true},
		"foreign host":               {host("evil.example"), false},
		"foreign host and port":      {host("evil.example:7000"), false},
		"host that begins like it":   {host("127.0.0.1.evil.example:7000"), false},
		"host below localhost":       {host("localhost.evil.example"), false},
		"address of the network":     {host("192.168.1.5:7000"), false},
		"unspecified address":        {host("0.0.0.0:7000"), false},
		"no host":                    {host(""), false},
		"foreign origin":             {origin("https://evil.example"), false},
		"another port's origin":      {origin("http://127.0.0.1:7001"), false},
		"another name's origin":      {origin("http://localhost:7000"), false},
		"https origin":               {origin("https://" + own), false},
		"opaque origin":              {origin("null"), false},
		"origin that is none":        {origin("http://%zz"), false},
		"origin that begins like it": {origin("http://" + own + ".evil.example"), false},
	} {
		t.Run(name, func(t *testing.T) {
			s, entered := newServer()
			for _, at := range surface {
				w := ask(s, at.method, at.path, c.edit)
				if in := w.Code == http.StatusOK; in != c.in || (!in && w.Code != http.StatusForbidden) {
					t.Errorf("%s %s: status %d, let in should be %t", at.method, at.path, w.Code, c.in)
				}
			}
			if (*entered == 1) != c.in {
				t.Errorf("the door was entered %d times", *entered)
			}
		})
	}
}

func TestWithoutTheTokenNothingOpens(t *testing.T) {
	for name, edit := range map[string]func(*http.Request){
		"none":          func(r *http.Request) { r.Header.Del(web.TokenHeader) },
		"empty":         func(r *http.Request) { r.Header.Set(web.TokenHeader, "") },
		"another":       func(r *http.Request) { r.Header.Set(web.TokenHeader, "last launch") },
		"its beginning": func(r *http.Request) { r.Header.Set(web.TokenHeader, token[:4]) },
		"in the query": func(r *http.Request) {
			r.Header.Del(web.TokenHeader)
			r.URL.RawQuery = "token=this+launch"
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, entered := newServer()
			w := ask(s, http.MethodPost, "/door/test.open", edit)
			if *entered != 0 || !strings.Contains(w.Body.String(), `"code":"`+string(door.CodeToken)+`"`) {
				t.Errorf("the door was entered %d times and said %s", *entered, w.Body)
			}
			if w = ask(s, http.MethodGet, "/changes", edit); w.Code != http.StatusForbidden || strings.TrimSpace(w.Body.String()) != "" {
				t.Errorf("changes: status %d, %q", w.Code, w.Body)
			}
		})
	}
	s, _ := newServer()
	if w := ask(s, http.MethodGet, "/", func(*http.Request) {}); strings.Contains(w.Body.String(), token) {
		t.Error("the page hands out the token to whoever loads it")
	}
}

func TestADoorIsEnteredByPostAlone(t *testing.T) {
	s, entered := newServer()
	w := ask(s, http.MethodGet, "/door/test.open", func(*http.Request) {})
	if *entered != 0 || w.Code == http.StatusOK {
		t.Errorf("status %d, entered %d times", w.Code, *entered)
	}
}

func TestOnlyLoopbackAddressesAreServed(t *testing.T) {
	// A context that is over ends a server at once, should one begin.
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, addr := range []string{"0.0.0.0:0", ":0", "[::]:0", "192.0.2.1:0", "example.com:0", "127.0.0.1"} {
		s, _ := newServer()
		err := s.Serve(ctx, addr, func(string) { t.Errorf("%s is served", addr) })
		if err == nil {
			t.Errorf("%s is not refused", addr)
		}
	}
}

func TestAChangeReachesThePage(t *testing.T) {
	s, _ := newServer()
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	opened := make(chan string, 1)
	go func() { served <- s.Serve(ctx, "127.0.0.1:0", func(url string) { opened <- url }) }()
	defer func() {
		cancel()
		if err := <-served; err != nil {
			t.Errorf("serve: %v", err)
		}
	}()
	url, fragment, _ := strings.Cut(<-opened, "#")
	if fragment != "token="+token {
		t.Errorf("the page is opened with %q", fragment)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"changes", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set(web.TokenHeader, token)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	lines := bufio.NewScanner(answer.Body)
	if !lines.Scan() || lines.Text() != ": listening" {
		t.Fatalf("the stream begins with %q", lines.Text())
	}
	s.Changes.Publish(door.Changed{})
	for lines.Scan() {
		if lines.Text() == "event: changed" {
			return
		}
	}
	t.Fatalf("the stream ended without the change: %v", lines.Err())
}
