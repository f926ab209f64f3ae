package stage

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
)

// Report is what a whole run found.
type Report struct {
	Results []Result
	Took    time.Duration

	alone func(string) string
}

// Count returns how many stages ended so.
func (r Report) Count(o Outcome) int {
	n := 0
	for _, s := range r.Results {
		if s.Outcome == o {
			n++
		}
	}
	return n
}

// Err returns nil where nothing failed and nothing was left out.
func (r Report) Err() error {
	if n := r.Count(Failed) + r.Count(NotRun); n > 0 {
		return fmt.Errorf("%d of %d stages did not pass", n, len(r.Results))
	}
	return nil
}

// Write prints the table of times, each failure with the command that runs it
// alone, and the counts on a line of their own. A stage that did not run is
// counted as skipped in that line and named above it.
func (r Report) Write(w io.Writer) {
	fmt.Fprintln(w)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, s := range r.Results {
		note := ""
		if s.Outcome == Skipped || s.Outcome == NotRun {
			note = s.Err.Error()
		}
		fmt.Fprintln(t, strings.Join([]string{s.Stage.Name, string(s.Outcome), seconds(s.Took), note}, "\t"))
	}
	fmt.Fprintf(t, "together\t\t%s\t\n", seconds(r.Took))
	t.Flush() // The writer below reports its own failures.
	for _, s := range r.Results {
		if s.Outcome == Failed {
			fmt.Fprintf(w, "\n%s failed: %v\n  alone: %s\n", s.Stage.Name, s.Err, r.alone(s.Stage.Name))
		}
	}
	fmt.Fprintf(w, "\n%d passed, %d failed, %d skipped\n",
		r.Count(Passed), r.Count(Failed), r.Count(Skipped)+r.Count(NotRun))
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.1fs", d.Seconds()) }

// ends keeps the first and the last max bytes written to it. Stages write to it
// from one goroutine at a time, as os/exec promises for equal Stdout and Stderr.
type ends struct {
	max         int
	first, last []byte
	cut         bool
}

func (e *ends) Write(p []byte) (int, error) {
	n := len(p)
	if room := e.max - len(e.first); room > 0 {
		room = min(room, n)
		e.first, p = append(e.first, p[:room]...), p[room:]
	}
	e.last = append(e.last, p...)
	if over := len(e.last) - e.max; over > 0 {
		e.last, e.cut = append(e.last[:0], e.last[over:]...), true
	}
	return n, nil
}

func (e *ends) String() string {
	if e.cut {
		return string(e.first) + "\n[…]\n" + string(e.last)
	}
	return string(e.first) + string(e.last)
}
