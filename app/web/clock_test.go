//go:build preview

package web_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"quietline/app/web"
	"quietline/backend/clinic"
	"quietline/backend/clinic/clinictest"
)

var noon = time.Date(2026, time.March, 4, 12, 0, 0, 0, time.UTC)

// TestWhoeverWaitsIsWokenByAMovedClock: both readings go on together, and a wait ends
// when its moment has come, not with every move.
func TestWhoeverWaitsIsWokenByAMovedClock(t *testing.T) {
	c := web.NewClock(clinictest.NewClock(noon))
	// A beginning in the past leaves the reading that never goes back where it is.
	c.Start(clinic.At(noon.Add(-72 * time.Hour)))
	if c.Now() != clinic.At(noon.Add(-72*time.Hour)) || c.Elapsed() != 0 {
		t.Fatalf("begun, the clock says %v and %v", c.Now().Time(), c.Elapsed())
	}
	woken := make(chan error, 1)
	waits := make(chan struct{})
	go func() {
		close(waits)
		woken <- c.Wait(context.Background(), 12*time.Hour)
	}()
	<-waits
	now, elapsed := c.Now(), c.Elapsed()
	if err := c.Move(now.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-woken:
		t.Fatalf("woken after an hour: %v", err)
	default:
	}
	// Whether the wait began before the first move or after it, this is past its end.
	if err := c.Move(now.Add(25 * time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := <-woken; err != nil {
		t.Fatalf("woken with %v", err)
	}
	if c.Now().Sub(now) != 25*time.Hour || c.Elapsed()-elapsed != 25*time.Hour {
		t.Errorf("the clock says %v and %v more", c.Now().Sub(now), c.Elapsed()-elapsed)
	}
	if c.Move(now) == nil {
		t.Error("the clock goes back")
	}
	ended, end := context.WithCancel(context.Background())
	end()
	if c.Wait(ended, time.Hour) == nil {
		t.Error("a wait outlives its context")
	}
}

// TestTheClockIsMovedWithTheTokenAlone: and only where the preview has one.
func TestTheClockIsMovedWithTheTokenAlone(t *testing.T) {
	to := clinic.At(noon.Add(48 * time.Hour))
	text, _ := to.MarshalText()
	post := func(s *web.Server, own, body string) int {
		r := httptest.NewRequest(http.MethodPost, "/clock", strings.NewReader(body))
		r.Host = "127.0.0.1:7000"
		r.Header.Set(web.TokenHeader, own)
		w := httptest.NewRecorder()
		s.Handler().ServeHTTP(w, r)
		return w.Code
	}
	s, _ := newServer()
	if code := post(s, token, string(text)); code != http.StatusMethodNotAllowed {
		t.Errorf("without a clock: %d", code)
	}
	s.Clock = web.NewClock(clinictest.NewClock(noon))
	for name, c := range map[string]struct {
		token, body string
		want        int
	}{
		"no token":  {"", string(text), http.StatusForbidden},
		"no time":   {token, "tomorrow", http.StatusBadRequest},
		"back":      {token, "2026-03-04T11:00:00Z", http.StatusBadRequest},
		"much text": {token, strings.Repeat("2", 4096), http.StatusBadRequest},
	} {
		if code := post(s, c.token, c.body); code != c.want || s.Clock.Now() != clinic.At(noon) {
			t.Errorf("%s: status %d, and the clock says %v", name, code, s.Clock.Now().Time())
		}
	}
	if code := post(s, token, string(text)); code != http.StatusNoContent || s.Clock.Now() != to {
		t.Errorf("status %d, and the clock says %v", code, s.Clock.Now().Time())
	}
}
