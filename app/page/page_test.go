package page_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"quietline/app/page"
)

var assets = fstest.MapFS{
	"index.html": {Data: []byte(`<meta name="nonce" content="__NONCE__"><meta name="token" content="__TOKEN__"><meta name="transport" content="__TRANSPORT__">`)},
	"main.js":    {Data: []byte(`const token = "__TOKEN__", nonce = "__NONCE__"`)},
}

func ask(h http.Handler, method, path string) *http.Response {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(method, path, nil))
	return w.Result()
}

func body(t *testing.T, r *http.Response) string {
	t.Helper()
	var b strings.Builder
	if err := r.Write(&b); err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(b.String(), "\r\n\r\n")
	return after
}

var (
	policyNonce = regexp.MustCompile(`'nonce-([^']+)'`)
	pageNonce   = regexp.MustCompile(`name="nonce" content="([^"]+)"`)
)

// directives returns what a policy says, by directive.
func directives(policy string) map[string][]string {
	all := map[string][]string{}
	for _, d := range strings.Split(policy, ";") {
		if words := strings.Fields(d); len(words) > 0 {
			all[words[0]] = words[1:]
		}
	}
	return all
}

func TestEveryAnswerSaysWhatAPageMayDo(t *testing.T) {
	h := page.Handler(assets, page.Index{Token: "launch", Transport: "http"})
	empty := page.Handler(fstest.MapFS{}, page.Index{})
	for _, c := range []struct {
		name, method, path string
		handler            http.Handler
		status             int
	}{
		{"the index", http.MethodGet, "/", h, http.StatusOK},
		{"the index by name", http.MethodGet, "/index.html", h, http.StatusOK},
		{"its head", http.MethodHead, "/", h, http.StatusOK},
		{"a script", http.MethodGet, "/main.js", h, http.StatusOK},
		{"nothing there", http.MethodGet, "/absent.js", h, http.StatusNotFound},
		{"not to be written", http.MethodPost, "/", h, http.StatusMethodNotAllowed},
		{"nor deleted", http.MethodDelete, "/main.js", h, http.StatusMethodNotAllowed},
		{"no front end", http.MethodGet, "/", empty, http.StatusNotFound},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := ask(c.handler, c.method, c.path)
			if r.StatusCode != c.status {
				t.Errorf("status %d, want %d", r.StatusCode, c.status)
			}
			if got := r.Header.Get("X-Content-Type-Options"); got != "nosniff" {
				t.Errorf("X-Content-Type-Options %q", got)
			}
			policy := r.Header.Get("Content-Security-Policy")
			for _, word := range []string{"'unsafe-inline'", "'unsafe-eval'", "'unsafe-hashes'", "*", "http:", "https:"} {
				if strings.Contains(policy, word) {
					t.Errorf("the policy has %s: %s", word, policy)
				}
			}
			said := directives(policy)
			for directive, want := range map[string]string{
				"default-src": "'self'", "script-src": "'self' 'wasm-unsafe-eval'", "connect-src": "'self'", "frame-src": "'none'",
				"frame-ancestors": "'none'", "object-src": "'none'", "base-uri": "'none'", "form-action": "'none'",
			} {
				if got := strings.Join(said[directive], " "); got != want {
					t.Errorf("%s is %q, want %q", directive, got, want)
				}
			}
		})
	}
}

func TestANonceIsOfOneLoad(t *testing.T) {
	h := page.Handler(assets, page.Index{})
	seen := map[string]bool{}
	for range 20 {
		r := ask(h, http.MethodGet, "/")
		said := policyNonce.FindStringSubmatch(r.Header.Get("Content-Security-Policy"))
		held := pageNonce.FindStringSubmatch(body(t, r))
		if said == nil || held == nil || said[1] != held[1] {
			t.Fatalf("the policy has nonce %q, the page %q", said, held)
		}
		if len(said[1]) < 22 { // 128 bits, base64
			t.Errorf("nonce %q is short", said[1])
		}
		seen[said[1]] = true
		if cache := r.Header.Get("Cache-Control"); cache != "no-store" {
			t.Errorf("a page with a nonce may be kept: %q", cache)
		}
	}
	if len(seen) != 20 {
		t.Errorf("20 loads had %d nonces", len(seen))
	}
}

func TestTheTokenIsWrittenOnlyWhereGiven(t *testing.T) {
	given := page.Handler(assets, page.Index{Token: `a"<b`, Transport: "wails"})
	if got := body(t, ask(given, http.MethodGet, "/")); !strings.Contains(got, `name="token" content="a&#34;&lt;b"`) ||
		!strings.Contains(got, `name="transport" content="wails"`) {
		t.Errorf("the index is %s", got)
	}
	if got := body(t, ask(given, http.MethodGet, "/main.js")); got != string(assets["main.js"].Data) {
		t.Errorf("an asset was changed: %s", got)
	}
	none := page.Handler(assets, page.Index{Transport: "http"})
	if got := body(t, ask(none, http.MethodGet, "/")); !strings.Contains(got, `name="token" content=""`) {
		t.Errorf("the index is %s", got)
	}
}

func TestATokenIsOfOneLaunch(t *testing.T) {
	one, two := page.NewToken(), page.NewToken()
	if one == two || len(one) != 43 { // 256 bits, base64url
		t.Errorf("tokens of %d and %d characters, equal: %t", len(one), len(two), one == two)
	}
}
