package jobs

import (
	"time"

	"quietline/backend/clinic"
)

// Phase is what a job is doing.
type Phase string

const (
	// Resting: between two runs, or waiting to be poked.
	Resting Phase = "resting"
	// Running: a run is under way.
	Running Phase = "running"
	// Retrying: the last run failed and the next one is waiting.
	Retrying Phase = "retrying"
	// Stopped: the registry has stopped; there will be no further run.
	Stopped Phase = "stopped"
)

// Progress is how far a run has come.
type Progress struct {
	Done int `json:"done"`
	// Total is zero where it is not known.
	Total int `json:"total"`
	// Stage is a word of the job's own, from a fixed list, that the locale files
	// know.
	Stage string `json:"stage,omitempty"`
}

// State is what is known of a job at one moment.
type State struct {
	Name  string `json:"name"`
	Phase Phase  `json:"phase"`
	// Progress is that of the run under way; zero otherwise.
	Progress Progress `json:"progress,omitzero"`
	// Failures counts the failed runs since the last that succeeded, and Problem
	// is the code of the last of them.
	Failures int         `json:"failures,omitempty"`
	Problem  clinic.Code `json:"problem,omitempty"`
	// Began is when the newest run began, Succeeded when the last successful one
	// ended. Zero for never.
	Began     clinic.Instant `json:"began,omitempty"`
	Succeeded clinic.Instant `json:"succeeded,omitempty"`
	// Next is when the next run is due; zero where only a poke brings it.
	Next clinic.Instant `json:"next,omitempty"`
}

// States returns the state of every job, in the order in which they were given.
func (r *Registry) States() []State {
	r.mu.Lock()
	defer r.mu.Unlock()
	states := make([]State, len(r.jobs))
	for i, e := range r.jobs {
		states[i] = e.state
	}
	return states
}

// progressEvery is how often progress alone is worth a redraw.
const progressEvery = 200 * time.Millisecond

// Lease is the right of one run to do its job's work. It is over when the run's
// context ends.
type Lease struct {
	registry *Registry
	entry    *entry
	cancel   func()
	// told is the reading of Clock.Elapsed at which progress was last announced.
	told time.Duration
}

// Progress says how far the run has come. It may be called often: a new stage is
// announced at once, a new count five times a second at most. After the run it
// does nothing.
func (l *Lease) Progress(p Progress) {
	r := l.registry
	r.mu.Lock()
	if l.entry.lease != l {
		r.mu.Unlock()
		return
	}
	now := r.cfg.Clock.Elapsed()
	tell := p.Stage != l.entry.state.Progress.Stage || now-l.told >= progressEvery
	if tell {
		l.told = now
	}
	l.entry.state.Progress = p
	r.mu.Unlock()
	if tell {
		r.changed(l.entry.state.Name)
	}
}

func (r *Registry) changed(job string) {
	if r.cfg.Changed != nil {
		r.cfg.Changed(job)
	}
}
