// Package ticket hands out addresses under which the window fetches a thing that
// is too large for a door: a picture.
//
// An address is a random name that was given to one caller of a door, after the
// door had checked the permission and recorded the access. It is good for one
// request within half a minute and for nothing after the lock. What is answered
// bears the type that the door said, is kept by no cache and can run nothing.
// Whatever else is asked for under the prefix does not exist.
package ticket

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"quietline/backend/clinic"
)

const (
	// Prefix begins every address.
	Prefix = "/attachment/"
	// Lifetime is how long an address waits to be asked for.
	Lifetime = 30 * time.Second

	// most is how many addresses wait at a time; the oldest makes room.
	most = 512
)

// Thing is what an address leads to.
type Thing struct {
	// Type is its media type, from a list of the program's own.
	Type string
	Size int64
	// Name, if set, has the screen save it as a file of that name instead of showing
	// it. It holds letters, digits, points and dashes alone.
	Name string
	// Open begins to read it. An error of Open answers as if there were nothing.
	Open func() (io.ReadCloser, error)
}

// Office hands out addresses and answers them. It is safe for concurrent use.
type Office struct {
	clock clinic.Clock

	mu      sync.Mutex
	waiting map[string]ticket
	order   []string // of issue; may name some that are gone
}

type ticket struct {
	thing Thing
	until time.Duration // a reading of Clock.Elapsed
}

// New returns an office without addresses.
func New(clock clinic.Clock) *Office {
	return &Office{clock: clock, waiting: map[string]ticket{}}
}

// Issue returns an address for a thing.
func (o *Office) Issue(t Thing) string {
	raw := make([]byte, 32)
	// crypto/rand.Read never returns an error; it ends the program instead.
	_, _ = rand.Read(raw)
	name := base64.RawURLEncoding.EncodeToString(raw)
	now := o.clock.Elapsed()
	o.mu.Lock()
	defer o.mu.Unlock()
	o.waiting[name] = ticket{t, now + Lifetime}
	o.order = append(o.order, name)
	for len(o.order) > 0 {
		first, there := o.waiting[o.order[0]]
		if there && now < first.until && len(o.waiting) <= most {
			break
		}
		delete(o.waiting, o.order[0])
		o.order = o.order[1:]
	}
	return Prefix + name
}

// Void ends every address, as a lock does.
func (o *Office) Void() {
	o.mu.Lock()
	defer o.mu.Unlock()
	clear(o.waiting)
	o.order = nil
}

// take returns the thing of an address, once.
func (o *Office) take(name string) (Thing, bool) {
	now := o.clock.Elapsed()
	o.mu.Lock()
	defer o.mu.Unlock()
	// The name is 256 random bits and is worth nothing once it was named: that a
	// look into a map takes a varying time tells nobody one.
	t, there := o.waiting[name]
	delete(o.waiting, name)
	return t.thing, there && now < t.until
}

// Before answers addresses and leaves all else to next.
func (o *Office) Before(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if name, ours := strings.CutPrefix(r.URL.Path, Prefix); ours {
			o.answer(w, r, name)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (o *Office) answer(w http.ResponseWriter, r *http.Request, name string) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	if r.Method != http.MethodGet {
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	thing, there := o.take(name)
	if !there {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	content, err := thing.Open()
	if err != nil {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	h.Set("Content-Type", thing.Type)
	if thing.Name != "" {
		h.Set("Content-Disposition", `attachment; filename="`+thing.Name+`"`)
	}
	h.Set("Content-Length", strconv.FormatInt(thing.Size, 10))
	// An answer that breaks off is shorter than it said, which its reader notices.
	_, err = io.Copy(w, content)
	_ = errors.Join(err, content.Close())
}
