package providertest

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
)

// Described returns a transport that holds every request, and every good answer
// to one, against Twilio's OpenAPI description and fails the test where they
// differ. The description is not part of this repository: where it is not found,
// the test says so and next is returned as it is.
func Described(t testing.TB, next http.RoundTripper) http.RoundTripper {
	t.Helper()
	if d := describe(t); d != nil {
		return &transport{t: t, next: next, description: d}
	}
	return next
}

// DescribedHandler does the same on the other side, for a test whose client is
// not its own.
func DescribedHandler(t testing.TB, next http.Handler) http.Handler {
	t.Helper()
	if d := describe(t); d != nil {
		return &handler{t: t, next: next, description: d}
	}
	return next
}

func describe(t testing.TB) *description {
	t.Helper()
	files, err := whereDescribed()
	if err == nil && len(files) == 0 {
		t.Logf("requests are not held against the provider's description: set %s to its place", DescriptionVariable)
		return nil
	}
	var d *description
	if err == nil {
		d, err = load(files)
	}
	if err != nil {
		t.Fatalf("read the provider's description: %v", err)
	}
	return d
}

type transport struct {
	t    testing.TB
	next http.RoundTripper
	*description
}

// CloseIdleConnections passes the wish on.
func (d *transport) CloseIdleConnections() {
	if c, ok := d.next.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// RoundTrip implements [http.RoundTripper]. The body of the answer is read as a
// whole where it is checked, and handed on as it came, its breaking off
// included.
func (d *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	sent, err := readBody(req)
	if err != nil {
		return nil, err
	}
	x := d.begin(d.t, req, sent)
	resp, err := d.next.RoundTrip(req)
	if err != nil || x == nil || !says(resp.StatusCode, resp.Header) {
		return resp, err
	}
	answer, broken := io.ReadAll(resp.Body)
	resp.Body.Close()
	resp.Body = io.NopCloser(io.MultiReader(bytes.NewReader(answer), &failing{broken}))
	if broken == nil {
		x.end(resp.StatusCode, resp.Header, answer)
	}
	return resp, nil
}

// readBody takes the body out of a request and puts it back, without giving the
// transport a way to rewind it.
func readBody(req *http.Request) ([]byte, error) {
	if req.Body == nil || req.Body == http.NoBody {
		return nil, nil
	}
	sent, err := io.ReadAll(req.Body)
	req.Body.Close()
	if err != nil {
		return nil, fmt.Errorf("read request: %w", err)
	}
	req.Body = io.NopCloser(bytes.NewReader(sent))
	return sent, nil
}

// failing ends a body as it ended before.
type failing struct{ err error }

func (f *failing) Read([]byte) (int, error) {
	if f.err == nil {
		return 0, io.EOF
	}
	return 0, f.err
}

type handler struct {
	t    testing.TB
	next http.Handler
	*description
}

// ServeHTTP implements [http.Handler].
func (d *handler) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	sent, err := readBody(req)
	if err != nil {
		return // the caller has left
	}
	x := d.begin(d.t, req, sent)
	if x == nil {
		d.next.ServeHTTP(w, req)
		return
	}
	heard := &hearing{ResponseWriter: w, status: http.StatusOK}
	d.next.ServeHTTP(heard, req)
	if !heard.brokenOff() && says(heard.status, w.Header()) {
		x.end(heard.status, w.Header(), heard.body.Bytes())
	}
}

// hearing keeps a copy of what is answered.
type hearing struct {
	http.ResponseWriter
	status   int
	body     bytes.Buffer
	hijacked bool
}

// Unwrap lets http.ResponseController find the writer beneath.
func (h *hearing) Unwrap() http.ResponseWriter { return h.ResponseWriter }

// WriteHeader implements [http.ResponseWriter].
func (h *hearing) WriteHeader(status int) {
	h.status = status
	h.ResponseWriter.WriteHeader(status)
}

// Write implements [http.ResponseWriter].
func (h *hearing) Write(p []byte) (int, error) {
	h.body.Write(p)
	return h.ResponseWriter.Write(p)
}

// Hijack implements [http.Hijacker].
func (h *hearing) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	h.hijacked = true
	return http.NewResponseController(h.ResponseWriter).Hijack()
}

// brokenOff reports whether the answer is not whole, on purpose.
func (h *hearing) brokenOff() bool {
	if h.hijacked {
		return true
	}
	said := strings.TrimSpace(h.Header().Get("Content-Length"))
	length, err := strconv.Atoi(said)
	return err == nil && length != h.body.Len()
}
