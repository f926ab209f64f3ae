package jobs

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"time"

	"quietline/backend/clinic"
)

// entry is a job and what the registry knows of it; its fields other than job
// are guarded by the registry's lock.
type entry struct {
	job   Job
	state State
	// poked asks for a run that begins from now on.
	poked bool
	// wake ends the rest under way, or is nil.
	wake context.CancelFunc
	// lease is that of the run under way, or nil.
	lease *Lease
}

// repeat runs one job until ctx ends. One goroutine per job is what keeps a job
// from running twice at a time.
func (r *Registry) repeat(ctx context.Context, e *entry) {
	rest := e.job.Every
	for r.rest(ctx, e, rest) {
		rest = r.once(ctx, e)
	}
	r.update(e, func() {
		e.state.Phase, e.state.Next = Stopped, 0
	})
}

// rest waits until the job is due or poked, and reports whether it may run.
func (r *Registry) rest(ctx context.Context, e *entry, d time.Duration) bool {
	resting, wake := context.WithCancel(ctx)
	defer wake()
	r.update(e, func() {
		if e.wake = wake; e.poked {
			wake()
		}
		if e.state.Next = 0; d > 0 {
			e.state.Next = r.cfg.Clock.Now().Add(d)
		}
	})
	if d > 0 {
		// Whether it was due, poked or ended, is told by ctx alone.
		_ = r.cfg.Clock.Wait(resting, d)
	} else {
		<-resting.Done()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	e.wake = nil
	return ctx.Err() == nil
}

// once runs a job one time and returns how long it is to rest.
func (r *Registry) once(ctx context.Context, e *entry) time.Duration {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	lease := &Lease{registry: r, entry: e, cancel: cancel, told: r.cfg.Clock.Elapsed()}
	r.update(e, func() {
		e.lease, e.poked = lease, false
		e.state.Phase, e.state.Progress, e.state.Next = Running, Progress{}, 0
		e.state.Began = r.cfg.Clock.Now()
	})

	err := r.attempt(ctx, e, lease)

	rest := e.job.Every
	// What a run says after it was told to end is about the ending: a query that
	// was interrupted, a connection that was closed.
	ended := err != nil && ctx.Err() != nil && !errors.Is(err, clinic.E(CodePanicked))
	r.update(e, func() {
		e.lease = nil
		e.state.Phase, e.state.Progress = Resting, Progress{}
		switch {
		case ended:
		case err != nil:
			e.state.Failures++
			e.state.Phase, e.state.Problem = Retrying, clinic.CodeOf(err)
			rest = backoff(e.job.Every, e.state.Failures, r.cfg.Random())
		default:
			e.state.Failures, e.state.Problem = 0, ""
			e.state.Succeeded = r.cfg.Clock.Now()
		}
	})
	if e.job.Rest != nil && ctx.Err() == nil {
		rest = e.job.Rest(err)
	}
	if err != nil && !ended {
		r.cfg.Log.Warn("job failed", "job", clinic.Code(e.job.Name), "code", clinic.CodeOf(err))
	}
	return rest
}

// attempt turns a panic into a failure. What the job panicked with can quote a
// text or a number, so its type and the place are all that is kept.
func (r *Registry) attempt(ctx context.Context, e *entry, lease *Lease) (err error) {
	defer func() {
		if p := recover(); p != nil {
			r.cfg.Log.Error("job panicked", "job", clinic.Code(e.job.Name),
				"panic", clinic.Code(fmt.Sprintf("%T", p)), "at", clinic.Code(panicSite()))
			err = clinic.E(CodePanicked)
		}
	}()
	return e.job.Run(ctx, lease)
}

// update changes an entry and announces it.
func (r *Registry) update(e *entry, change func()) {
	r.mu.Lock()
	before := e.state
	change()
	differs := e.state != before
	r.mu.Unlock()
	if differs {
		r.changed(before.Name)
	}
}

// backoff is the rest after a number of failures in a row: it begins with the
// job's own rest, at least 2 s and at most 5 min, doubles with each failure up to
// 5 min, and is spread by up to half of it, so that the workstations of a clinic
// do not all come back to a recovering server at the same moment. A job that
// rests longer than that when it is well is tried sooner when it is not.
func backoff(every time.Duration, failures int, random float64) time.Duration {
	d := min(max(every, shortestBackoff), longestBackoff)
	for i := 1; i < failures && d < longestBackoff; i++ {
		d = min(2*d, longestBackoff)
	}
	return d + time.Duration(random*float64(d)/2)
}

// panicSite names the function that panicked. It is called while the panic
// unwinds, below the frames of the runtime that raised it.
func panicSite() string {
	var pcs [32]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(1, pcs[:])])
	raised := false
	for {
		f, more := frames.Next()
		if f.Function == "runtime.gopanic" {
			raised = true
		} else if raised && !strings.HasPrefix(f.Function, "runtime.") {
			return fmt.Sprintf("%s:%d", f.Function, f.Line)
		}
		if !more {
			return "unknown"
		}
	}
}
