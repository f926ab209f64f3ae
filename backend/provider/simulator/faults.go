package simulator

import (
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

// Mishaps lists every mishap.
func Mishaps() []Mishap {
	return []Mishap{
		Busy, BusyPage, Revoked, Unavailable, ServerError, Redirect, ResetBefore, HoldBefore,
		ResetAfter, BreakOff, EmptyObject, Garbage, UnavailableAfter, HoldAfter,
	}
}

// TookEffect reports whether the request is carried out in the end, provided
// that the caller is still there when it was held before.
func (m Mishap) TookEffect() bool {
	switch m {
	case Fine, HoldBefore, ResetAfter, BreakOff, EmptyObject, Garbage, UnavailableAfter, HoldAfter:
		return true
	}
	return false
}

// Faults is everything that is wrong at the moment. The zero value is a good
// day.
type Faults struct {
	// Sends and Reads are what becomes of the next requests of each kind, one by
	// one; after that all is well again.
	Sends []Mishap `json:"sends,omitempty"`
	Reads []Mishap `json:"reads,omitempty"`
	// ListLag keeps messages that arrive from now on out of lists for a while,
	// but not from being fetched by name.
	ListLag Duration `json:"list_lag,omitempty"`
	// Duplicate repeats rows: the first of every page twice, and the last once
	// more on the page after it.
	Duplicate bool `json:"duplicate,omitempty"`
	// Shuffle turns every page upside down.
	Shuffle bool `json:"shuffle,omitempty"`
	// Stall leaves texts where they are on their way, until it is taken off.
	Stall bool `json:"stall,omitempty"`
}

// Duration is a time.Duration that reads "90s" and "15m" in JSON.
type Duration time.Duration

// MarshalText implements [encoding.TextMarshaler].
func (d Duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (d *Duration) UnmarshalText(text []byte) error {
	v, err := time.ParseDuration(string(text))
	if err != nil || v < 0 {
		return clinic.E(clinic.CodeBadInput)
	}
	*d = Duration(v)
	return nil
}

// SetFaults replaces what is wrong. An unknown mishap is clinic.CodeBadInput,
// and nothing changes.
func (s *Simulator) SetFaults(f Faults) error {
	known := append(Mishaps(), Fine)
	for _, m := range slices.Concat(f.Sends, f.Reads) {
		if !slices.Contains(known, m) {
			return clinic.E(clinic.CodeBadInput)
		}
	}
	f.Sends, f.Reads = slices.Clone(f.Sends), slices.Clone(f.Reads)
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
	if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/Messages.json") {
		script = &s.faults.Sends
	}
	if len(*script) == 0 {
		return Fine
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
		if r.ParseForm() != nil {
			refuse(w, refusal{http.StatusBadRequest, 20001, "Unreadable parameters"})
			return
		}
		m := s.next(r)
		switch m {
		case Fine:
			carryOut(w, r)
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
			w.Header().Set("Retry-After", "1")
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
