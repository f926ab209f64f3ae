package ticket_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"quietline/app/ticket"
	"quietline/backend/clinic/clinictest"
)

func picture() ticket.Thing {
	return ticket.Thing{Type: "image/png", Size: 11, Open: func() (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader("the picture")), nil
	}}
}

type office struct {
	*ticket.Office
	clock *clinictest.Clock
}

func open() office {
	clock := clinictest.NewClock(time.Date(2026, 3, 2, 17, 0, 0, 0, time.UTC))
	return office{ticket.New(clock), clock}
}

func (o office) get(method, address string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	o.Before(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "the page") })).
		ServeHTTP(w, httptest.NewRequest(method, address, nil))
	return w
}

func TestAnAddressIsGoodOnce(t *testing.T) {
	o := open()
	address := o.Issue(picture())
	w := o.get("GET", address)
	if w.Code != 200 || w.Body.String() != "the picture" {
		t.Fatalf("%d %q", w.Code, w.Body)
	}
	for name, want := range map[string]string{
		"Content-Type": "image/png", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff",
		"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox", "Content-Length": "11",
		"Cross-Origin-Resource-Policy": "same-origin",
	} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	if w := o.get("GET", address); w.Code != 404 || w.Body.Len() != 0 || w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("the second time: %d %q", w.Code, w.Body)
	}
}

func TestAnAddressDies(t *testing.T) {
	o := open()
	for _, c := range []struct {
		what string
		wait func()
		code int
	}{
		{"just in time", func() { o.clock.Advance(ticket.Lifetime - 1) }, 200},
		{"after its time", func() { o.clock.Advance(ticket.Lifetime) }, 404},
		{"after the lock", o.Void, 404},
		{"once many others were given", func() {
			for range 600 {
				o.Issue(picture())
			}
		}, 404},
		{"once some others were given", func() {
			for range 400 {
				o.Issue(picture())
			}
		}, 200},
	} {
		o.Void()
		address := o.Issue(picture())
		c.wait()
		if w := o.get("GET", address); w.Code != c.code {
			t.Errorf("%s: %d, want %d", c.what, w.Code, c.code)
		}
	}
}

func TestWhatIsNoAddress(t *testing.T) {
	o := open()
	address := o.Issue(picture())
	if w := o.get("GET", "/index.html"); w.Body.String() != "the page" {
		t.Error("the page is not served")
	}
	for _, no := range []string{ticket.Prefix, address + "x", ticket.Prefix + "../index.html", strings.ToUpper(address[:20]) + address[20:]} {
		if w := o.get("GET", no); w.Code == 200 && w.Body.String() != "the page" {
			t.Errorf("%s: %d", no, w.Code)
		}
	}
	for _, method := range []string{"POST", "HEAD", "PUT"} {
		if w := o.get(method, address); w.Code != 405 {
			t.Errorf("%s: %d", method, w.Code)
		}
	}
	if w := o.get("GET", address); w.Code != 200 {
		t.Error("a wrong method used the address up")
	}
	gone := o.Issue(ticket.Thing{Type: "image/png", Open: func() (io.ReadCloser, error) { return nil, errors.New("locked") }})
	if w := o.get("GET", gone); w.Code != 404 {
		t.Errorf("what does not open: %d", w.Code)
	}
}

func TestAddressesDiffer(t *testing.T) {
	o := open()
	seen := map[string]bool{}
	for range 100 {
		address := o.Issue(picture())
		if seen[address] || len(address) != len(ticket.Prefix)+43 {
			t.Fatalf("%q", address)
		}
		seen[address] = true
	}
}
