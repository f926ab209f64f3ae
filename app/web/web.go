//go:build preview

package web

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"quietline/app/door"
	"quietline/app/page"
	"quietline/app/ticket"
	"quietline/backend/clinic"
)

// TokenHeader carries the token.
const TokenHeader = "X-Quietline-Token"

// Server serves the doors.
type Server struct {
	Doors   *door.Registry
	Changes *door.Changes
	Assets  fs.FS
	// Tickets answers the addresses of pictures.
	Tickets *ticket.Office
	Token   string
	// Clock is the program's, where it can be moved; nil where it cannot.
	Clock *Clock
}

// Serve serves at a loopback address until the context ends. Ready is called
// with the URL that opens the page, token included.
func (s *Server) Serve(ctx context.Context, addr string, ready func(url string)) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("web: address: %w", err)
	}
	if !loopback(host) {
		return errors.New("web: only loopback addresses are served")
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return fmt.Errorf("web: listen: %w", err)
	}
	server := &http.Server{
		Handler: s.Handler(), ReadHeaderTimeout: 5 * time.Second,
		BaseContext: func(net.Listener) context.Context { return ctx },
	}
	stopped := make(chan error, 1)
	go func() { stopped <- server.Serve(listener) }()
	ready("http://" + listener.Addr().String() + "/#token=" + s.Token)
	select {
	case err := <-stopped:
		return err
	case <-ctx.Done():
	}
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	return server.Shutdown(closing)
}

// Handler returns the whole surface.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /door/{name}", s.call)
	mux.HandleFunc("GET /changes", s.stream)
	if s.Clock != nil {
		mux.HandleFunc("POST /clock", s.move)
	}
	mux.Handle("/", s.Tickets.Before(page.Handler(s.Assets, page.Index{Transport: "http"})))
	return guarded(mux)
}

// guarded refuses requests that a page of another site could have caused.
func guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = r.Host
		}
		if !loopback(host) || !sameOrigin(r) {
			http.Error(w, "", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return ip != nil && ip.IsLoopback()
}

func sameOrigin(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && u.Scheme == "http" && u.Host == r.Host
}

// call runs a door. The registry compares the token.
func (s *Server) call(w http.ResponseWriter, r *http.Request) {
	request, err := io.ReadAll(http.MaxBytesReader(w, r.Body, door.MaxRequest+1))
	if err != nil {
		http.Error(w, "", http.StatusRequestEntityTooLarge)
		return
	}
	answer := s.Doors.Call(r.Context(), r.Header.Get(TokenHeader), r.PathValue("name"), request)
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(answer)
}

// ours reports whether a request names this launch's token.
func (s *Server) ours(r *http.Request) bool {
	return subtle.ConstantTimeCompare([]byte(r.Header.Get(TokenHeader)), []byte(s.Token)) == 1
}

// move moves the program's clock forward to the moment in the request, in RFC 3339.
func (s *Server) move(w http.ResponseWriter, r *http.Request) {
	if !s.ours(r) {
		http.Error(w, "", http.StatusForbidden)
		return
	}
	var to clinic.Instant
	text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 64))
	if err == nil {
		err = to.UnmarshalText(text)
	}
	if err == nil {
		err = s.Clock.Move(to)
	}
	if err != nil {
		http.Error(w, "", http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// keepAlive is how often an idle stream says that it is there.
const keepAlive = 15 * time.Second

// stream sends changes as server-sent events.
func (s *Server) stream(w http.ResponseWriter, r *http.Request) {
	if !s.ours(r) {
		http.Error(w, "", http.StatusForbidden)
		return
	}
	changes, end := s.Changes.Listen()
	defer end()
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	out := http.NewResponseController(w)
	say := func(text string) bool {
		_, err := io.WriteString(w, text)
		return err == nil && out.Flush() == nil
	}
	if !say(": listening\n\n") {
		return
	}
	alive := time.NewTicker(keepAlive)
	defer alive.Stop()
	for {
		select {
		case <-r.Context().Done():
			return
		case <-alive.C:
			if !say(": here\n\n") {
				return
			}
		case c := <-changes:
			data, err := json.Marshal(c)
			if err != nil || !say("event: changed\ndata: "+string(data)+"\n\n") {
				return
			}
		}
	}
}
