package simulator

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"quietline/backend/clinic"
)

// Mishap is what becomes of one request instead of an orderly answer.
type Mishap string

// Mishaps without effect: the request is not carried out.
const (
	Fine        Mishap = ""             // nothing: a place in a script
	Busy        Mishap = "busy"         // 429, code 20429
	BusyPage    Mishap = "busy_page"    // 429 with a page of HTML
	Revoked     Mishap = "revoked"      // 401, code 20003
	Unavailable Mishap = "unavailable"  // 503 with a page of HTML
	ServerError Mishap = "server_error" // 500, code 20500
	Redirect    Mishap = "redirect"     // 302 to another host
	ResetBefore Mishap = "reset_before" // the connection breaks
	HoldBefore  Mishap = "hold_before"  // waits for Release, then is carried out
)

// Mishaps after the request took effect.
const (
	ResetAfter       Mishap = "reset_after"       // the connection breaks
	BreakOff         Mishap = "break_off"         // it breaks half-way through the answer
	EmptyObject      Mishap = "empty_object"      // 200 with {}
	Garbage          Mishap = "garbage"           // 200 with a page of HTML
	UnavailableAfter Mishap = "unavailable_after" // 503 with a page of HTML
	HoldAfter        Mishap = "hold_after"        // waits for Release, then is answered
)

// Mishaps of a walk. The list is answered; to any other request nothing happens.
const (
	// Erased: as soon as a page was answered its last row is deleted, as by
	// another program, so that the place from which the walk goes on is gone. A
	// row that could not be deleted yet stays.
	Erased Mishap = "erased"
	// Skipped: the first row of a page is left out and on no other page of the
	// walk, as where a deletion has moved the rows up.
	Skipped Mishap = "skipped"
)

// Mishaps lists every mishap that can happen to any request.
func Mishaps() []Mishap {
	return []Mishap{
		Busy, BusyPage, Revoked, Unavailable, ServerError, Redirect, ResetBefore, HoldBefore,
		ResetAfter, BreakOff, EmptyObject, Garbage, UnavailableAfter, HoldAfter,
	}
}

// WalkMishaps lists the mishaps that happen to lists alone.
func WalkMishaps() []Mishap { return []Mishap{Erased, Skipped} }

// TookEffect reports whether the request is carried out in the end, provided
// that the caller is still there when it was held before.
func (m Mishap) TookEffect() bool {
	switch m {
	case Fine, HoldBefore, ResetAfter, BreakOff, EmptyObject, Garbage, UnavailableAfter, HoldAfter, Erased, Skipped:
		return true
	}
	return false
}

// Faults is everything that is wrong at the moment. The zero value is a good
// day.
type Faults struct {
	// Sends, Changes and Reads are what becomes of the next requests of each kind,
	// one by one; after that all is well again. A change redacts, cancels or
	// deletes.
	Sends   []Mishap `json:"sends,omitempty"`
	Changes []Mishap `json:"changes,omitempty"`
	Reads   []Mishap `json:"reads,omitempty"`
	// Pictures is the same for requests to the stores that pictures are sent from,
	// whichever they are: those are of no other kind.
	Pictures []Mishap `json:"pictures,omitempty"`
	// Always is what becomes of every request for which no script says anything,
	// until it is taken off: a key that is revoked and restored, an afternoon
	// without the provider.
	Always Mishap `json:"always,omitempty"`
	// RetryAfter is the patience that Busy asks for, in whole seconds; zero is
	// one.
	RetryAfter Duration `json:"retry_after,omitempty"`
	// ListLag keeps messages that arrive from now on out of lists for a while,
	// but not from being fetched by name.
	ListLag Duration `json:"list_lag,omitempty"`
	// Duplicate repeats rows: the first of every page twice, and the last once
	// more on the page after it.
	Duplicate bool `json:"duplicate,omitempty"`
	// Shuffle turns every page upside down.
	Shuffle bool `json:"shuffle,omitempty"`
	// Disorder lists every message where one would stand that was made up to so
	// much earlier or later, on whichever page that is.
	Disorder Duration `json:"disorder,omitempty"`
	// Skew is how far the provider's clock is off, ahead or, below zero, behind:
	// by it answers and what happens from now on are dated.
	Skew Duration `json:"skew,omitempty"`
	// Stall leaves texts where they are on their way, until it is taken off.
	Stall bool `json:"stall,omitempty"`
}

// valid reports whether every part of it can happen.
func (f Faults) valid() bool {
	requests := append(Mishaps(), Fine)
	lists := append(WalkMishaps(), requests...)
	for _, m := range slices.Concat(f.Sends, f.Changes, f.Pictures) {
		if !slices.Contains(requests, m) {
			return false
		}
	}
	for _, m := range append(slices.Clone(f.Reads), f.Always) {
		if !slices.Contains(lists, m) {
			return false
		}
	}
	return f.RetryAfter >= 0 && f.ListLag >= 0 && f.Disorder >= 0
}

// Duration is a time.Duration that reads "90s" and "15m" in JSON.
type Duration time.Duration

// MarshalText implements [encoding.TextMarshaler].
func (d Duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (d *Duration) UnmarshalText(text []byte) error {
	v, err := time.ParseDuration(string(text))
	if err != nil {
		return clinic.E(clinic.CodeBadInput)
	}
	*d = Duration(v)
	return nil
}

// SetFaults replaces what is wrong. A mishap that cannot happen there, and a time
// below zero where none can be, are clinic.CodeBadInput, and nothing changes.
func (s *Simulator) SetFaults(f Faults) error {
	if !f.valid() {
		return clinic.E(clinic.CodeBadInput)
	}
	f.Sends, f.Changes, f.Reads = slices.Clone(f.Sends), slices.Clone(f.Changes), slices.Clone(f.Reads)
	f.Pictures = slices.Clone(f.Pictures)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	s.faults = f
	if !f.Stall {
		for _, p := range s.st.Stalled {
			p.Due = s.now()
			s.plan(p)
		}
		s.st.Stalled = nil
		s.settle()
	}
	return nil
}

// Release lets every held request go on.
func (s *Simulator) Release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.release)
	s.release = make(chan struct{})
}

// AwaitHeld blocks until a request is held for which no earlier call has
// returned.
func (s *Simulator) AwaitHeld() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.held == 0 {
		s.arrived.Wait()
	}
	s.held--
}

// hold waits for Release; it reports false where the caller left.
func (s *Simulator) hold(r *http.Request) bool {
	s.mu.Lock()
	release := s.release
	s.held++
	s.arrived.Broadcast()
	s.mu.Unlock()
	select {
	case <-release:
		return true
	case <-r.Context().Done():
		return false
	}
}

// next takes the next mishap for a request.
func (s *Simulator) next(r *http.Request) Mishap {
	s.mu.Lock()
	defer s.mu.Unlock()
	script := &s.faults.Reads
	switch {
	case aboutPictures(r):
		script = &s.faults.Pictures
	case r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/Messages.json"):
		script = &s.faults.Sends
	case r.Method != http.MethodGet:
		script = &s.faults.Changes
	}
	if len(*script) == 0 {
		return s.faults.Always
	}
	m := (*script)[0]
	*script = (*script)[1:]
	return m
}

const errorPage = "<html><head><title>503 Service Temporarily Unavailable</title></head><body><h1>503</h1></body></html>\n"

// troubled answers a request as the script says.
func (s *Simulator) troubled(carryOut http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		// A caller that leaves is noticed only once its request has been read.
		raw, err := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(raw))
		if err != nil || r.ParseForm() != nil {
			refuse(w, refusal{http.StatusBadRequest, 20001, "Unreadable parameters"})
			return
		}
		m := s.next(r)
		switch m {
		case Fine:
			carryOut(w, r)
			return
		case Erased, Skipped:
			carryOut(w, r.WithContext(context.WithValue(r.Context(), walkMishap{}, m)))
			return
		case HoldBefore:
			if s.hold(r) {
				carryOut(w, r)
			}
			return
		case ResetBefore:
			reset(w)
			return
		}
		answer := &kept{header: http.Header{}, status: http.StatusOK}
		if m.TookEffect() {
			carryOut(answer, r)
			if answer.status >= 400 { // it did not, so there is nothing to spoil
				answer.to(w)
				return
			}
		}
		switch m {
		case Busy:
			w.Header().Set("Retry-After", s.retryAfter())
			refuse(w, refusal{http.StatusTooManyRequests, 20429, "Too Many Requests"})
		case BusyPage:
			page(w, http.StatusTooManyRequests)
		case Revoked:
			refuse(w, refusal{http.StatusUnauthorized, 20003, "Authenticate"})
		case Unavailable, UnavailableAfter:
			page(w, http.StatusServiceUnavailable)
		case ServerError:
			refuse(w, refusal{http.StatusInternalServerError, 20500, "Internal Server Error"})
		case Redirect:
			w.Header().Set("Location", "https://elsewhere.invalid/")
			w.WriteHeader(http.StatusFound)
		case ResetAfter:
			reset(w)
		case BreakOff:
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("Content-Length", strconv.Itoa(len(answer.body)))
			w.WriteHeader(answer.status)
			w.Write(answer.body[:len(answer.body)/2])
			http.NewResponseController(w).Flush()
			reset(w)
		case EmptyObject:
			w.Header().Set("Content-Type", "application/json")
			io.WriteString(w, "{}")
		case Garbage:
			page(w, http.StatusOK)
		case HoldAfter:
			if s.hold(r) {
				answer.to(w)
			}
		}
	}
}

// walkMishap is the key under which a request carries the mishap of its walk to
// whoever answers lists.
type walkMishap struct{}

// retryAfter is what Busy asks for.
func (s *Simulator) retryAfter() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strconv.Itoa(max(int(time.Duration(s.faults.RetryAfter)/time.Second), 1))
}

func page(w http.ResponseWriter, status int) {
	w.Header().Set("Content-Type", "text/html")
	w.WriteHeader(status)
	io.WriteString(w, errorPage)
}

// reset breaks the connection without a word more.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		// A writer without a connection of its own, as in a test: this ends the
		// request as brusquely.
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		tcp.SetLinger(0)
	}
	conn.Close()
}

// kept is an answer that is not given yet.
type kept struct {
	header http.Header
	status int
	body   []byte
}

func (k *kept) Header() http.Header         { return k.header }
func (k *kept) WriteHeader(status int)      { k.status = status }
func (k *kept) Write(p []byte) (int, error) { k.body = append(k.body, p...); return len(p), nil }

func (k *kept) to(w http.ResponseWriter) {
	for name, values := range k.header {
		w.Header()[name] = values
	}
	w.WriteHeader(k.status)
	w.Write(k.body)
}
