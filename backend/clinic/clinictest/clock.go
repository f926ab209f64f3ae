// Package clinictest holds what tests of every package need: a clock that moves
// only when it is told to.
package clinictest

import (
	"context"
	"sync"
	"time"

	"quietline/backend/clinic"
)

// Clock is a clinic.Clock under a test's control. It is safe for concurrent use.
type Clock struct {
	mu      sync.Mutex
	now     clinic.Instant
	elapsed time.Duration
	waiters map[*waiter]struct{}
	arrived *sync.Cond
}

type waiter struct {
	due  time.Duration
	wake chan struct{}
}

// NewClock returns a clock that stands at the given wall time.
func NewClock(start time.Time) *Clock {
	c := &Clock{now: clinic.At(start), waiters: map[*waiter]struct{}{}}
	c.arrived = sync.NewCond(&c.mu)
	return c
}

// Now implements clinic.Clock.
func (c *Clock) Now() clinic.Instant {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Elapsed implements clinic.Clock.
func (c *Clock) Elapsed() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.elapsed
}

// Wait implements clinic.Clock: it returns when Advance has moved the clock by d.
func (c *Clock) Wait(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c.mu.Lock()
	w := &waiter{due: c.elapsed + d, wake: make(chan struct{})}
	if d <= 0 {
		c.mu.Unlock()
		return nil
	}
	c.waiters[w] = struct{}{}
	c.arrived.Broadcast()
	c.mu.Unlock()
	select {
	case <-w.wake:
		return nil
	case <-ctx.Done():
		c.mu.Lock()
		delete(c.waiters, w)
		c.mu.Unlock()
		return ctx.Err()
	}
}

// Advance moves both readings forward and wakes who is due.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	c.elapsed += d
	for w := range c.waiters {
		if w.due <= c.elapsed {
			close(w.wake)
			delete(c.waiters, w)
		}
	}
}

// Jump moves the wall clock alone, as a person or a time server does.
func (c *Clock) Jump(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// AwaitWaiters blocks until n calls of Wait are under way: the way for a test
// to know that a loop has come to rest.
func (c *Clock) AwaitWaiters(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(c.waiters) < n {
		c.arrived.Wait()
	}
}
