package exchange

import (
	"errors"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/provider"
)

// Bounds of the rest between two readings of the provider.
const (
	ShortestRest = 5 * time.Second
	LongestRest  = 5 * time.Minute
)

const (
	// attendedRest and aloneRest are the rests when nothing happens, with somebody at
	// the desk and with nobody there.
	attendedRest = 30 * time.Second
	aloneRest    = 2 * time.Minute
	// calmsOver is how slowly the rests grow once nothing happens any more: by a
	// twelfth of the time that this has lasted.
	calmsOver = 12
)

// Round is what one reading of the provider came to.
type Round struct {
	// News: something has come, or a text of ours has moved on.
	News bool
	// Awaited: a text of ours is under way, or nobody knows where it is.
	Awaited bool
	// Attended: somebody is at the desk. A locked desk is not attended.
	Attended bool
	// Err is why the reading failed, or nil.
	Err error
}

// Pace says how long to rest before the provider is read again: 5 s while texts go
// to and fro, growing to 30 s when it is quiet and to 2 min when nobody is there;
// after failures 5 s, 10 s and so on up to 5 min, and as long as the provider asks
// within that. It reads no clock and is good for an open desk as for a locked one.
// The zero value is ready; one goroutine at a time may use it.
type Pace struct {
	quiet    time.Duration // rested since something happened
	failures int           // in a row
}

// Rest returns how long to rest after a round. random, from 0 up to 1, spreads
// rests after failures, so that several workstations do not come back at once.
func (p *Pace) Rest(r Round, random float64) time.Duration {
	if r.Err != nil {
		return p.afterFailure(r.Err, random)
	}
	p.failures = 0
	if r.News || r.Awaited {
		p.quiet = 0
	}
	longest := aloneRest
	if r.Attended {
		longest = attendedRest
	}
	rest := min(max(p.quiet/calmsOver, ShortestRest), longest)
	p.quiet += rest
	return rest
}

func (p *Pace) afterFailure(err error, random float64) time.Duration {
	if cancelled(err) {
		return ShortestRest
	}
	p.failures = min(p.failures+1, 8)
	rest := ShortestRest << (p.failures - 1)
	if errors.Is(err, clinic.E(provider.CodeUnauthorised)) {
		// A person has to put the account in order.
		rest = max(rest, time.Minute)
	}
	rest = max(rest, retryAfter(err))
	return min(rest+time.Duration(random*float64(rest)/4), LongestRest)
}

// roundBegins forgets what the last round came to.
func (x *Exchange) roundBegins() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.round = Round{}
}

func (x *Exchange) noteNews() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.round.News = true
}

func (x *Exchange) noteAwaited() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.round.Awaited = true
}

// Rest returns how long to rest after a call of Listen that returned err.
func (x *Exchange) Rest(err error) time.Duration {
	attended := x.cfg.Attended == nil || x.cfg.Attended()
	random := 0.0
	if x.cfg.Random != nil {
		random = x.cfg.Random()
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	r := x.round
	r.Err, r.Attended = err, attended
	return x.pace.Rest(r, random)
}
