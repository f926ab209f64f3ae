package simulator

import (
	"encoding/json"
	"io"
	"mime"
	"net"
	"net/http"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/provider"
)

// Control returns the handler by which a sample program or a browser test moves
// the simulator from outside the process. Serve it on an address of its own, on
// the loopback interface:
//
//	POST /_control/inbound   {"from","to","body","media"}  → {"sid"}
//	POST /_control/faults    Faults
//	POST /_control/advance   {"by":"90s"}
//	POST /_control/release   {}
//	POST /_control/personas  [Persona]
//	POST /_control/keys      [Key]
//	POST /_control/account   Change
//	GET  /_control/messages  → all messages, oldest first
//	GET  /_control/pictures/{sid}  → what a phone got with a text of ours
//
// It answers callers on this machine alone, asked by a loopback name, and takes
// nothing but JSON: a page in somebody's browser cannot send that here without
// being let.
func (s *Simulator) Control() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /_control/inbound", func(w http.ResponseWriter, r *http.Request) {
		var in Inbound
		if !read(w, r, &in) {
			return
		}
		sid, err := s.Receive(in)
		done(w, map[string]any{"sid": sid}, err)
	})
	mux.HandleFunc("POST /_control/faults", func(w http.ResponseWriter, r *http.Request) {
		var f Faults
		if read(w, r, &f) {
			done(w, struct{}{}, s.SetFaults(f))
		}
	})
	mux.HandleFunc("POST /_control/advance", func(w http.ResponseWriter, r *http.Request) {
		var by struct {
			By Duration `json:"by"`
		}
		if !read(w, r, &by) {
			return
		}
		if by.By < 0 {
			done(w, nil, clinic.E(clinic.CodeBadInput))
			return
		}
		s.Advance(time.Duration(by.By))
		done(w, map[string]clinic.Instant{"now": s.Now()}, nil)
	})
	mux.HandleFunc("POST /_control/release", func(w http.ResponseWriter, r *http.Request) {
		if read(w, r, &struct{}{}) {
			s.Release()
			done(w, struct{}{}, nil)
		}
	})
	mux.HandleFunc("POST /_control/personas", func(w http.ResponseWriter, r *http.Request) {
		var people []Persona
		if read(w, r, &people) {
			done(w, struct{}{}, s.AddPersonas(people...))
		}
	})
	mux.HandleFunc("POST /_control/keys", func(w http.ResponseWriter, r *http.Request) {
		var keys []Key
		if read(w, r, &keys) {
			done(w, struct{}{}, s.SetKeys(keys...))
		}
	})
	mux.HandleFunc("POST /_control/account", func(w http.ResponseWriter, r *http.Request) {
		var c Change
		if read(w, r, &c) {
			done(w, struct{}{}, s.SetAccount(c))
		}
	})
	mux.HandleFunc("GET /_control/messages", func(w http.ResponseWriter, _ *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.settle()
		rows := make([]messageJSON, 0, len(s.st.Records))
		for _, r := range s.st.Records {
			rows = append(rows, s.render(r))
		}
		done(w, rows, nil)
	})
	mux.HandleFunc("GET /_control/pictures/{sid}", func(w http.ResponseWriter, r *http.Request) {
		got := s.Pictures(provider.SID(r.PathValue("sid")))
		done(w, append([][]byte{}, got...), nil) // never null
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !local(r.RemoteAddr) || !local(r.Host) {
			http.Error(w, "loopback only", http.StatusForbidden)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

func local(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = address
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func read(w http.ResponseWriter, r *http.Request, into any) bool {
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "application/json" {
		http.Error(w, "JSON only", http.StatusUnsupportedMediaType)
		return false
	}
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxForm))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		done(w, nil, clinic.E(clinic.CodeBadInput))
		return false
	}
	if _, err := d.Token(); err != io.EOF {
		done(w, nil, clinic.E(clinic.CodeBadInput))
		return false
	}
	return true
}

func done(w http.ResponseWriter, answer any, err error) {
	if err != nil {
		write(w, http.StatusBadRequest, map[string]clinic.Code{"code": clinic.CodeOf(err)})
		return
	}
	write(w, http.StatusOK, answer)
}
