// Package stage runs named checks one after the other, times each and says
// which failed and how to run it alone.
//
// Stages are either cheap (seconds to a minute) or dear. Every cheap stage runs,
// so that one run shows all that is wrong; dear ones start only where the cheap
// ones passed, unless all are asked for. A stage that cannot run here, such as
// one whose database is out of reach, is skipped with its reason and never
// counted as passed. A stage that panics has failed; the others go on.
package stage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Stage is one named check.
type Stage struct {
	// Name is what a person types; About is one line on what it holds.
	Name, About string
	// Dear stages wait for the cheap ones to pass.
	Dear bool
	// Run does the check. What it writes to out is shown if it fails. It returns
	// nil, an error made by [Skip], or the failure.
	Run func(ctx context.Context, out io.Writer) error
}

// Outcome is how a stage ended.
type Outcome string

// The outcomes of a stage.
const (
	Passed  Outcome = "passed"
	Failed  Outcome = "failed"
	Skipped Outcome = "skipped"
	// NotRun is a stage that was not started because something before it failed
	// or the run was stopped.
	NotRun Outcome = "not run"
)

// Result is what became of one stage.
type Result struct {
	Stage   Stage
	Outcome Outcome
	Took    time.Duration
	// Err is the failure or the reason for skipping.
	Err error
	// Output is what the stage wrote, without the middle where it is long; Log is
	// the file that holds all of it.
	Output, Log string
}

type skipped struct{ reason string }

func (s skipped) Error() string { return s.reason }

// Skip returns the error by which a stage says that it cannot run here, and why.
func Skip(format string, args ...any) error { return skipped{fmt.Sprintf(format, args...)} }

// Options choose what runs and where it is reported.
type Options struct {
	// All starts dear stages even where a cheap one failed.
	All bool
	// Verbose shows what stages write while they run.
	Verbose bool
	// Limit ends a stage that takes longer, as failed.
	Limit time.Duration
	// Logs is the folder that takes the whole output of each stage, as NAME.log.
	Logs string
	// Now tells the time; it must be set.
	Now func() time.Time
	// Alone returns the command that runs one stage by itself.
	Alone func(name string) string
}

// kept is how much of the beginning and of the end of a failing stage's output
// is shown: a fault often stands first and its count last.
const kept = 6 << 10

// Select returns the stages named, in their own order, or all where none is
// named. An unknown name is an error that lists what there is.
func Select(all []Stage, names []string) ([]Stage, error) {
	if len(names) == 0 {
		return all, nil
	}
	var chosen []Stage
	for _, s := range all {
		if slices.Contains(names, s.Name) {
			chosen = append(chosen, s)
		}
	}
	for _, name := range names {
		if !slices.ContainsFunc(all, func(s Stage) bool { return s.Name == name }) {
			var known []string
			for _, s := range all {
				known = append(known, s.Name)
			}
			return nil, fmt.Errorf("there is no stage %q; there are: %s", name, strings.Join(known, ", "))
		}
	}
	return chosen, nil
}

// Run runs the stages, cheap ones first, and reports to w as it goes.
func Run(ctx context.Context, w io.Writer, stages []Stage, o Options) Report {
	ordered := slices.Clone(stages)
	slices.SortStableFunc(ordered, func(a, b Stage) int { return rank(a) - rank(b) })
	start := o.Now()
	report := Report{alone: o.Alone}
	failed := false
	for i, s := range ordered {
		fmt.Fprintf(w, "[%d/%d] %s: %s\n", i+1, len(ordered), s.Name, s.About)
		r := Result{Stage: s, Outcome: NotRun}
		switch {
		case ctx.Err() != nil:
			r.Err = errors.New("stopped")
		case s.Dear && failed && !o.All:
			r.Err = errors.New("waits until the stages before it pass")
		default:
			r = once(ctx, w, s, o)
		}
		failed = failed || r.Outcome == Failed
		r.announce(w, o)
		report.Results = append(report.Results, r)
	}
	report.Took = o.Now().Sub(start)
	return report
}

func rank(s Stage) int {
	if s.Dear {
		return 1
	}
	return 0
}

func once(ctx context.Context, w io.Writer, s Stage, o Options) (r Result) {
	ctx, cancel := context.WithTimeout(ctx, o.Limit)
	defer cancel()
	start := o.Now()
	r = Result{Stage: s, Outcome: Passed, Log: filepath.Join(o.Logs, s.Name+".log")}
	log, err := os.Create(r.Log)
	if err != nil {
		r.Outcome, r.Err = Failed, fmt.Errorf("keeping what it prints: %w", err)
		return r
	}
	out := &ends{max: kept}
	to := io.MultiWriter(out, log)
	if o.Verbose {
		to = io.MultiWriter(out, log, w)
	}
	defer func() {
		if p := recover(); p != nil {
			r.Outcome, r.Err = Failed, fmt.Errorf("panic: %v", p)
		}
		if err := log.Close(); err != nil && r.Err == nil {
			r.Outcome, r.Err = Failed, fmt.Errorf("keeping what it prints: %w", err)
		}
		r.Took, r.Output = o.Now().Sub(start), out.String()
	}()
	r.Err = s.Run(ctx, to)
	if r.Err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) {
		r.Err = fmt.Errorf("stopped after %s: %w", o.Limit, r.Err)
	}
	if r.Err != nil {
		r.Outcome = Failed
		if errors.As(r.Err, new(skipped)) {
			r.Outcome = Skipped
		}
	}
	return r
}

func (r Result) announce(w io.Writer, o Options) {
	switch r.Outcome {
	case Failed:
		if !o.Verbose && r.Output != "" {
			fmt.Fprintf(w, "%s\n", strings.TrimRight(r.Output, "\n"))
		}
		fmt.Fprintf(w, "  FAILED after %s: %v\n", seconds(r.Took), r.Err)
		fmt.Fprintf(w, "  all it printed: %s\n  alone: %s\n", r.Log, o.Alone(r.Stage.Name))
	case Passed:
		fmt.Fprintf(w, "  passed in %s\n", seconds(r.Took))
	default:
		fmt.Fprintf(w, "  %s: %v\n", r.Outcome, r.Err)
	}
}
