// Package jobs runs the work that nobody waits for: listening for texts, handing
// over what is due, clearing up, counting. It is the only place that starts
// goroutines which outlive a call.
//
// Each job has a name and runs at most once at a time in this process. A
// [Registry] runs it at the start and then again after each rest, sooner when
// poked, and later and later while it fails, unless the job says itself how long.
// A job that panics has failed, and the others go on. When the registry stops,
// every run's context ends at once, and the stop waits for the runs to return.
//
// The registry keeps nothing on disk. A run that is cut short by a stop, a
// crash or a dead battery begins anew next time; a job with more to do than it
// may repeat keeps its own place where it keeps its results. That one
// workstation alone does a thing is decided in the journal and not here.
//
// The log names jobs, codes and places in the code. What a job says about its
// failure, or panics with, stays out of it.
package jobs

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"quietline/backend/clinic"
)

// Codes of this package.
const (
	// CodePanicked: a run ended in a fault of the program.
	CodePanicked clinic.Code = "jobs.panicked"
	// CodeUnknown: there is no job of that name.
	CodeUnknown clinic.Code = "jobs.unknown"
	// CodeStillRunning: a job has not returned although its context ended.
	CodeStillRunning clinic.Code = "jobs.still_running"
)

// Codes lists the codes of this package.
func Codes() []clinic.Code { return []clinic.Code{CodePanicked, CodeUnknown, CodeStillRunning} }

const (
	// Grace is how long a run may take to return after its context has ended. The
	// screen lock waits for it. A run that takes longer is named in the log.
	Grace = 100 * time.Millisecond

	shortestBackoff = 2 * time.Second
	longestBackoff  = 5 * time.Minute
)

// Job is one piece of work that comes again.
type Job struct {
	// Name is area.word, in lower case. It is logged and shown in lists.
	Name string
	// Every is the rest between the end of one run and the beginning of the next.
	// Zero means that the job runs only when it is poked, and again after a
	// failure.
	Every time.Duration
	// Rest, if set, is asked after each run, whatever became of it, how long the job
	// rests before the next; after failures, too, for a job that knows better than to
	// wait longer and longer. It is given what Run returned, and answers with more
	// than zero. Every then says only that the job comes by itself.
	Rest func(err error) time.Duration
	// Run does the work. It returns within Grace of the end of its context; an
	// error is then no failure. Any other error is one, and the next run waits
	// longer. It must bear being repeated after having been cut short.
	Run func(ctx context.Context, lease *Lease) error
}

// Config is what a registry is made of. Clock, Log and Random are required.
type Config struct {
	Clock clinic.Clock
	Log   *slog.Logger
	// Random returns numbers from 0 up to 1, for the spread of retries. It is
	// called by several goroutines at a time.
	Random func() float64
	// Changed, if set, is called with the name of a job after States would answer
	// something else of it, by several goroutines at a time. It must return soon and
	// not call Stop.
	Changed func(job string)
}

// Registry holds the jobs of one unlocked program. It is started once and
// stopped once; after the next sign-in there is a new one. All methods may be
// called by several goroutines at a time.
type Registry struct {
	cfg Config
	// runs counts the goroutines of jobs.
	runs sync.WaitGroup

	mu      sync.Mutex
	jobs    []*entry
	started bool
	stopped bool
	cancel  context.CancelFunc
}

// New returns a registry of jobs, none of which runs before Start. It refuses a
// job without a name or work, a second job of the same name, and a rest below
// zero.
func New(cfg Config, jobs ...Job) (*Registry, error) {
	r := &Registry{cfg: cfg}
	names := map[string]bool{}
	for _, j := range jobs {
		if j.Name == "" || j.Run == nil || j.Every < 0 || names[j.Name] {
			return nil, fmt.Errorf("jobs: %q is not a job, or there are two", j.Name)
		}
		names[j.Name] = true
		r.jobs = append(r.jobs, &entry{job: j, state: State{Name: j.Name, Phase: Resting}})
	}
	return r, nil
}

// Start begins every job that comes by itself, and lets the others be poked. The
// end of ctx has the effect of Stop without the waiting. A second Start, or one
// after Stop, does nothing.
func (r *Registry) Start(ctx context.Context) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.started || r.stopped {
		return
	}
	r.started = true
	ctx, r.cancel = context.WithCancel(ctx)
	for _, e := range r.jobs {
		e.poked = e.poked || e.job.Every > 0
		r.runs.Add(1)
		go func() {
			defer r.runs.Done()
			r.repeat(ctx, e)
		}()
	}
}

// Stop ends the context of every run and waits until all have returned. Where
// ctx ends first it returns CodeStillRunning, and the runs that are left go on
// to end by themselves. It may be called more than once, and before Start.
func (r *Registry) Stop(ctx context.Context) error {
	r.mu.Lock()
	r.stopped = true
	if r.cancel != nil {
		r.cancel()
	}
	r.mu.Unlock()

	waiting, returned := context.WithCancel(ctx)
	defer returned()
	go func() {
		r.runs.Wait()
		returned()
	}()
	if r.cfg.Clock.Wait(waiting, Grace) == nil {
		for _, s := range r.States() {
			if s.Phase == Running {
				r.cfg.Log.Error("job has not stopped", "job", clinic.Code(s.Name))
			}
		}
		<-waiting.Done()
	}
	if left := r.running(); left > 0 && ctx.Err() != nil {
		return clinic.E(CodeStillRunning).With("count", left).Because(ctx.Err())
	}
	return nil
}

func (r *Registry) running() int {
	n := 0
	for _, s := range r.States() {
		if s.Phase == Running {
			n++
		}
	}
	return n
}

// Poke lets a job run now: at once if it rests, also while it waits after a
// failure, or once more if it is running, since the run under way may have
// looked already. A failing job stays one: its next wait grows as if it had
// waited. Pokes do not add up. Before Start they are remembered; after
// Stop they do nothing.
func (r *Registry) Poke(name string) error {
	e, err := r.find(name)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	e.poked = true
	if e.wake != nil {
		e.wake()
	}
	return nil
}

// Cancel ends the run of a job that is under way, if any. It counts neither as
// a failure nor as a success; the job comes again after its rest.
func (r *Registry) Cancel(name string) error {
	e, err := r.find(name)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if e.lease != nil {
		e.lease.cancel()
	}
	return nil
}

func (r *Registry) find(name string) (*entry, error) {
	for _, e := range r.jobs {
		if e.job.Name == name {
			return e, nil
		}
	}
	return nil, clinic.E(CodeUnknown)
}
