package stage_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"quietline/build/dev/stage"
)

// ticking returns a clock that moves a second each time it is read.
func ticking() func() time.Time {
	t := time.Unix(0, 0)
	return func() time.Time {
		t = t.Add(time.Second)
		return t
	}
}

func alone(name string) string { return "dev test " + name }

func ends(name string, dear bool, err error) stage.Stage {
	return stage.Stage{Name: name, About: "about " + name, Dear: dear, Run: func(_ context.Context, out io.Writer) error {
		fmt.Fprintln(out, "output of "+name)
		return err
	}}
}

func outcomes(r stage.Report) string {
	var all []string
	for _, s := range r.Results {
		all = append(all, s.Stage.Name+" "+string(s.Outcome))
	}
	return strings.Join(all, ", ")
}

func TestDearStagesWaitForTheCheapOnes(t *testing.T) {
	broken := errors.New("broken")
	for name, c := range map[string]struct {
		stages []stage.Stage
		all    bool
		want   string
		fails  bool
	}{
		"all pass": {
			stages: []stage.Stage{ends("story", true, nil), ends("vet", false, nil)},
			want:   "vet passed, story passed",
		},
		"a cheap one fails: the other cheap ones run, the dear do not": {
			stages: []stage.Stage{ends("vet", false, broken), ends("ts", false, nil), ends("story", true, nil)},
			want:   "vet failed, ts passed, story not run", fails: true,
		},
		"asked for all": {
			stages: []stage.Stage{ends("vet", false, broken), ends("story", true, nil)}, all: true,
			want: "vet failed, story passed", fails: true,
		},
		"skipped is neither passed nor failed": {
			stages: []stage.Stage{ends("audit", false, fmt.Errorf("asking: %w", stage.Skip("out of reach"))), ends("story", true, nil)},
			want:   "audit skipped, story passed",
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := stage.Run(t.Context(), io.Discard, c.stages, stage.Options{All: c.all, Limit: time.Minute, Logs: t.TempDir(), Now: ticking(), Alone: alone})
			if got := outcomes(r); got != c.want {
				t.Errorf("outcomes: %s; want %s", got, c.want)
			}
			if (r.Err() != nil) != c.fails {
				t.Errorf("the run ended with %v", r.Err())
			}
		})
	}
}

func TestAFailureShowsItsOutputAndHowToRunItAlone(t *testing.T) {
	var w strings.Builder
	r := stage.Run(t.Context(), &w, []stage.Stage{ends("vet", false, errors.New("broken")), ends("ts", false, nil)},
		stage.Options{Limit: time.Minute, Logs: t.TempDir(), Now: ticking(), Alone: alone})
	r.Write(&w)
	for _, want := range []string{"output of vet", "FAILED after 1.0s: broken", "alone: dev test vet", "\n1 passed, 1 failed, 0 skipped\n"} {
		if !strings.Contains(w.String(), want) {
			t.Errorf("missing %q in:\n%s", want, w.String())
		}
	}
	if strings.Contains(w.String(), "output of ts") {
		t.Error("the output of a stage that passed is shown")
	}
}

func TestAPanicFailsItsStageAlone(t *testing.T) {
	bad := stage.Stage{Name: "bad", Run: func(context.Context, io.Writer) error { panic("oh") }}
	r := stage.Run(t.Context(), io.Discard, []stage.Stage{bad, ends("ts", false, nil)}, stage.Options{Limit: time.Minute, Logs: t.TempDir(), Now: ticking(), Alone: alone})
	if got := outcomes(r); got != "bad failed, ts passed" {
		t.Error(got)
	}
}

func TestAStoppedRunStartsNothingMore(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stops := stage.Stage{Name: "stops", Run: func(context.Context, io.Writer) error { stop(); return ctx.Err() }}
	r := stage.Run(ctx, io.Discard, []stage.Stage{stops, ends("ts", false, nil)}, stage.Options{Limit: time.Minute, Logs: t.TempDir(), Now: ticking(), Alone: alone})
	if got := outcomes(r); got != "stops failed, ts not run" {
		t.Error(got)
	}
	if r.Err() == nil {
		t.Error("a stopped run passed")
	}
}

func TestARunStoppedBeforeItBeganHasNotPassed(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	r := stage.Run(ctx, io.Discard, []stage.Stage{ends("ts", false, nil)}, stage.Options{Limit: time.Minute, Logs: t.TempDir(), Now: ticking(), Alone: alone})
	if got := outcomes(r); got != "ts not run" || r.Err() == nil {
		t.Errorf("%s, %v", got, r.Err())
	}
}

func TestTheMiddleOfALongOutputIsKeptInItsLogAlone(t *testing.T) {
	long := stage.Stage{Name: "long", Run: func(_ context.Context, out io.Writer) error {
		for i := range 100_000 {
			fmt.Fprintln(out, i)
		}
		return errors.New("broken")
	}}
	r := stage.Run(t.Context(), io.Discard, []stage.Stage{long}, stage.Options{Limit: time.Minute, Logs: t.TempDir(), Now: ticking(), Alone: alone})
	out := r.Results[0].Output
	if len(out) > 20<<10 || !strings.HasPrefix(out, "0\n1\n") || !strings.Contains(out, "[…]") || !strings.HasSuffix(out, "99999\n") {
		t.Errorf("kept %d bytes from %.20q", len(out), out)
	}
	log, err := os.ReadFile(r.Results[0].Log)
	if err != nil || strings.Count(string(log), "\n") != 100_000 {
		t.Errorf("the log holds %d bytes: %v", len(log), err)
	}
}

func TestAShortOutputIsKeptWhole(t *testing.T) {
	r := stage.Run(t.Context(), io.Discard, []stage.Stage{ends("vet", false, nil)},
		stage.Options{Limit: time.Minute, Logs: t.TempDir(), Now: ticking(), Alone: alone})
	if out := r.Results[0].Output; out != "output of vet\n" {
		t.Errorf("%q", out)
	}
}

func TestSelect(t *testing.T) {
	all := []stage.Stage{ends("vet", false, nil), ends("ts", false, nil)}
	if got, err := stage.Select(all, []string{"ts"}); err != nil || len(got) != 1 || got[0].Name != "ts" {
		t.Errorf("%v, %v", got, err)
	}
	if got, err := stage.Select(all, nil); err != nil || len(got) != 2 {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := stage.Select(all, []string{"ts", "tz"}); err == nil || !strings.Contains(err.Error(), "vet, ts") {
		t.Errorf("an unknown stage: %v", err)
	}
}

func TestAStageThatHangsIsEnded(t *testing.T) {
	hangs := stage.Stage{Name: "hangs", Run: func(ctx context.Context, _ io.Writer) error {
		<-ctx.Done()
		return ctx.Err()
	}}
	r := stage.Run(t.Context(), io.Discard, []stage.Stage{hangs, ends("ts", false, nil)},
		stage.Options{Limit: time.Millisecond, Logs: t.TempDir(), Now: ticking(), Alone: alone})
	if got := outcomes(r); got != "hangs failed, ts passed" {
		t.Error(got)
	}
	if err := r.Results[0].Err; err == nil || !strings.Contains(err.Error(), "stopped after 1ms") {
		t.Error(err)
	}
}
