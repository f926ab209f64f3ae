//go:build preview

package web

import (
	"context"
	"errors"
	"sync"
	"time"

	"quietline/backend/clinic"
)

// errBack: a clock of the program goes on and never back.
var errBack = errors.New("web: the clock goes forward alone")

// Clock runs as the machine's and can be moved ahead of it, so that a story of days is
// told in seconds: both readings go on as if the time had passed with the program
// running, and whoever waits for a moment that has come is woken. It is safe for
// concurrent use.
type Clock struct {
	machine clinic.Clock

	mu sync.Mutex
	// wall is how far the wall clock is from the machine's, on how far both readings were
	// moved since the program began.
	wall, on time.Duration
	moved    chan struct{} // closed when the clock is moved
}

// NewClock returns a clock that runs as a machine's.
func NewClock(machine clinic.Clock) *Clock {
	return &Clock{machine: machine, moved: make(chan struct{})}
}

// Start sets the clock of a program that has not begun yet to any moment, also one that
// has passed.
func (c *Clock) Start(at clinic.Instant) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wall = at.Sub(c.machine.Now())
}

// Move moves the clock forward to a moment. One that has passed is an error.
func (c *Clock) Move(to clinic.Instant) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	further := to.Sub(c.machine.Now().Add(c.wall))
	if further < 0 {
		return errBack
	}
	c.wall += further
	c.on += further
	close(c.moved)
	c.moved = make(chan struct{})
	return nil
}

// Now implements clinic.Clock.
func (c *Clock) Now() clinic.Instant {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.machine.Now().Add(c.wall)
}

// Elapsed implements clinic.Clock.
func (c *Clock) Elapsed() time.Duration {
	elapsed, _ := c.read()
	return elapsed
}

// read returns the monotonic reading and what is closed when the clock is moved on.
func (c *Clock) read() (time.Duration, <-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.machine.Elapsed() + c.on, c.moved
}

// Wait implements clinic.Clock.
func (c *Clock) Wait(ctx context.Context, d time.Duration) error {
	due := c.Elapsed() + d
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		now, moved := c.read()
		if now >= due {
			return nil
		}
		t := time.NewTimer(due - now)
		select {
		case <-t.C:
			return nil
		case <-moved:
			t.Stop()
		case <-ctx.Done():
			t.Stop()
			return ctx.Err()
		}
	}
}
