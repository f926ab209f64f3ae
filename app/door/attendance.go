package door

import (
	"context"
	"sync"
	"time"

	"quietline/backend/clinic"
)

const (
	// asideFor is for how many times as long as it worked a piece of work may be put off:
	// of the answers to somebody who never stops asking, one in thirty meets it.
	asideFor = 30
	// asideStill is how long nobody must have asked anything: who opens a conversation
	// asks several things, one after the other.
	asideStill = 50 * time.Millisecond
	// asideLongest is what a piece takes at most that keeps a processor busy. One that took
	// longer has waited for a disk, or the machine has slept.
	asideLongest = 250 * time.Millisecond
)

// Attendance knows whether a call is being answered, so that work in the background
// can let it go first.
type Attendance struct {
	mu    sync.Mutex
	calls int
	// came counts the calls that ever began.
	came uint64
	// under is over as soon as no call is under way.
	under context.Context
	over  context.CancelFunc
}

func (a *Attendance) begin() (end func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.calls == 0 {
		a.under, a.over = context.WithCancel(context.Background())
	}
	a.calls++
	a.came++
	return func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		if a.calls--; a.calls == 0 {
			a.over()
			a.under = nil
		}
	}
}

// now returns how many calls have begun so far and, where one is being answered, what
// is over once none is; nil where none is.
func (a *Attendance) now() (came uint64, under context.Context) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.came, a.under
}

// First returns what work in the background calls between its small pieces, so that
// nobody waits for an answer because of it: it puts the next piece off while calls are
// answered, for a while. It is for one goroutine at a time.
func (a *Attendance) First(clock clinic.Clock) func(context.Context) {
	began := clock.Elapsed()
	came, _ := a.now()
	return func(ctx context.Context) {
		worked := clock.Elapsed() - began
		if worked > asideLongest {
			worked = 0
		}
		until := clock.Elapsed() + asideFor*worked
		for now := clock.Elapsed(); now < until && ctx.Err() == nil; now = clock.Elapsed() {
			asked, under := a.now()
			if under == nil && asked == came {
				break
			}
			if came = asked; under != nil {
				came-- // it is still once that one has its answer
				waitFor(ctx, under, clock, until-now)
				continue
			}
			_ = clock.Wait(ctx, min(until-now, asideStill))
		}
		came, _ = a.now()
		began = clock.Elapsed()
	}
}

// waitFor waits until something is over, but no longer than most.
func waitFor(ctx, something context.Context, clock clinic.Clock, most time.Duration) {
	ctx, over := context.WithCancel(ctx)
	defer over()
	defer context.AfterFunc(something, over)()
	_ = clock.Wait(ctx, most)
}
