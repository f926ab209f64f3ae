// Package successor puts a fresh process of this program in the place of the one
// that runs.
//
// A program that has shown something cannot forget it: neither Go nor a web view
// wipes what it lets go of, and copies stay in memory for as long as the process
// lives. So the program that locks ends, and its successor, which has never seen
// anything, shows the locked screen. What crosses is a [Handover] in the
// environment, which any program of the same person can read: where the window
// was, who was signed in by id, and nothing else. What nobody else may read crosses
// through a pipe that the successor inherits as its standard input: it is in no
// argument, no environment and no file, and the pipe is empty once it was read.
//
// On Linux the process keeps its number and replaces its image; what it had
// started is ended and all its files are closed, so locks of files are free when
// the successor starts. Windows and macOS cannot do that: the successor is
// started beside, and waits until its predecessor and the web view's processes
// are gone before it goes on.
//
// Not covered: pages that the system swapped out, and physical memory that it has
// not used again.
package successor

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"quietline/backend/clinic"
)

// Handover is what a process leaves to its successor.
type Handover struct {
	// Member is who was signed in.
	Member clinic.StaffID `json:"member"`
	// LockedAt is when that ended; Noted, whether it is on record.
	LockedAt clinic.Instant `json:"lockedAt"`
	Noted    bool           `json:"noted"`
	// Window is where the window was; nil where that is not known.
	Window *Place `json:"window,omitempty"`

	// Before are processes to wait for.
	Before []int `json:"before,omitempty"`
	// Secret is how many bytes wait in the standard input.
	Secret int `json:"secret,omitempty"`
	// Dropped: something secret was to cross, and did not.
	Dropped bool `json:"dropped,omitempty"`
}

// MaxSecret is how much can cross besides, at most: what a pipe holds.
const MaxSecret = 1 << 20

// Place is where a window was, in the units of the screen.
type Place struct {
	X         int  `json:"x"`
	Y         int  `json:"y"`
	Width     int  `json:"width"`
	Height    int  `json:"height"`
	Maximised bool `json:"maximised,omitempty"`
	Minimised bool `json:"minimised,omitempty"`
}

// variable carries the handover.
const variable = "QUIETLINE_SUCCESSOR"

// patience is how long a successor waits for its predecessor, and then goes on
// all the same: what is not gone by then shows as a folder in use.
const patience = 3 * time.Second

// Received returns what the predecessor left, with what crossed through the pipe,
// and waits for it to be gone. There is none at an ordinary start. It is to be
// called first, once: it takes the handover out of the environment, so that nothing
// started later sees it. A secret that did not cross whole is nil, and
// [Handover.Dropped] says so; otherwise it is the caller's to wipe.
func Received() (h Handover, secret []byte, received bool) {
	raw, found := os.LookupEnv(variable)
	if !found {
		return Handover{}, nil, false
	}
	_ = os.Unsetenv(variable) // it fails for malformed names alone
	if err := json.Unmarshal([]byte(raw), &h); err != nil {
		return Handover{}, nil, false
	}
	// First the pipe: where the predecessor still runs, it waits for its other end.
	if h.Secret != 0 {
		secret = readSecret(os.Stdin, h.Secret)
		h.Dropped = h.Dropped || secret == nil
	}
	settle(h.Before)
	h.Before, h.Secret = nil, 0
	return h, secret, true
}

// readSecret reads exactly n bytes, or returns nil. What comes later than that, or
// only in part, is wiped.
func readSecret(from io.Reader, n int) []byte {
	if n < 1 || n > MaxSecret {
		return nil
	}
	whole, late := make(chan []byte), make(chan struct{})
	defer close(late)
	go func() {
		secret := make([]byte, n)
		if _, err := io.ReadFull(from, secret); err != nil {
			clear(secret)
			secret = nil
		}
		select {
		case whole <- secret:
		case <-late:
			clear(secret)
		}
	}()
	select {
	case secret := <-whole:
		return secret
	case <-time.After(patience):
		return nil
	}
}

// environment is this process's, with the handover.
func environment(h Handover) ([]string, error) {
	raw, err := json.Marshal(h)
	if err != nil {
		return nil, fmt.Errorf("encode the handover: %w", err)
	}
	var env []string
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, variable+"=") {
			env = append(env, v)
		}
	}
	return append(env, variable+"="+string(raw)), nil
}
