package jobs_test

import (
	"context"
	"errors"
	"log/slog"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"quietline/backend/clinic"
	"quietline/backend/clinic/clinictest"
	"quietline/backend/jobs"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var start = time.Date(2026, 3, 16, 16, 0, 0, 0, time.UTC)

// desk is a registry under a test's control.
type desk struct {
	*jobs.Registry
	clock *clinictest.Clock
	log   *records
}

func open(t *testing.T, list ...jobs.Job) desk {
	t.Helper()
	return openWith(t, jobs.Config{}, list...)
}

func openWith(t *testing.T, cfg jobs.Config, list ...jobs.Job) desk {
	t.Helper()
	d := desk{clock: clinictest.NewClock(start), log: &records{arrived: make(chan string, 1000)}}
	cfg.Clock, cfg.Log = d.clock, slog.New(slog.NewTextHandler(d.log, nil))
	if cfg.Random == nil {
		cfg.Random = func() float64 { return 0 }
	}
	var err error
	if d.Registry, err = jobs.New(cfg, list...); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return d
}

// records is a log whose lines a test can wait for.
type records struct{ arrived chan string }

func (r *records) Write(line []byte) (int, error) {
	r.arrived <- string(line)
	return len(line), nil
}

// counted is a job that announces each run and then does what it is told.
type counted struct {
	began chan struct{}
	do    func(ctx context.Context, l *jobs.Lease) error
}

func newCounted(do func(ctx context.Context, l *jobs.Lease) error) *counted {
	return &counted{began: make(chan struct{}, 1000), do: do}
}

func (c *counted) run(ctx context.Context, l *jobs.Lease) error {
	c.began <- struct{}{}
	if c.do == nil {
		return nil
	}
	return c.do(ctx, l)
}

// noMore checks that no run began besides those that were waited for.
func (c *counted) noMore(t *testing.T) {
	t.Helper()
	if n := len(c.began); n != 0 {
		t.Fatalf("%d more runs than expected", n)
	}
}

func (d desk) state(name string) jobs.State {
	for _, s := range d.States() {
		if s.Name == name {
			return s
		}
	}
	return jobs.State{}
}

func TestRunsAtTheStartAndAfterEachRest(t *testing.T) {
	job := newCounted(nil)
	d := open(t, jobs.Job{Name: "texts.listen", Every: 10 * time.Second, Run: job.run})
	job.noMore(t)
	d.Start(context.Background())
	for range 3 {
		<-job.began
		d.clock.AwaitWaiters(1)
		d.clock.Advance(9 * time.Second)
		job.noMore(t)
		d.clock.Advance(time.Second)
	}
	<-job.began
	d.clock.AwaitWaiters(1)
	now := clinic.At(start.Add(30 * time.Second))
	want := jobs.State{Name: "texts.listen", Phase: jobs.Resting, Began: now, Succeeded: now, Next: now.Add(10 * time.Second)}
	if got := d.state("texts.listen"); got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestPokeRunsNow(t *testing.T) {
	listen, clear := newCounted(nil), newCounted(nil)
	d := open(t,
		jobs.Job{Name: "texts.listen", Every: time.Hour, Run: listen.run},
		jobs.Job{Name: "texts.clear", Run: clear.run})
	d.Start(context.Background())
	<-listen.began
	d.clock.AwaitWaiters(1)
	clear.noMore(t)
	for _, c := range []struct {
		name string
		job  *counted
	}{{"texts.listen", listen}, {"texts.clear", clear}, {"texts.listen", listen}} {
		if err := d.Poke(c.name); err != nil {
			t.Fatal(err)
		}
		<-c.job.began
	}
	d.clock.AwaitWaiters(1)
	listen.noMore(t)
	if next := d.state("texts.clear").Next; next != 0 {
		t.Errorf("a job that only pokes bring is due at %v", next)
	}
	if err := d.Poke("texts.other"); !errors.Is(err, clinic.E(jobs.CodeUnknown)) {
		t.Errorf("poked what is not there: %v", err)
	}
}

// TestPokeDuringARun: the run under way may have looked before the text came.
func TestPokeDuringARun(t *testing.T) {
	goOn := make(chan struct{})
	job := newCounted(func(ctx context.Context, _ *jobs.Lease) error { <-goOn; return nil })
	d := open(t, jobs.Job{Name: "texts.send", Every: time.Hour, Run: job.run})
	d.Start(context.Background())
	<-job.began
	for range 5 {
		_ = d.Poke("texts.send")
	}
	job.noMore(t)
	goOn <- struct{}{}
	<-job.began
	goOn <- struct{}{}
	d.clock.AwaitWaiters(1)
	job.noMore(t)
}

func TestPokeBeforeTheStartIsRemembered(t *testing.T) {
	job := newCounted(nil)
	d := open(t, jobs.Job{Name: "texts.send", Run: job.run})
	_ = d.Poke("texts.send")
	job.noMore(t)
	d.Start(context.Background())
	d.Start(context.Background())
	<-job.began
	if err := d.Stop(context.Background()); err != nil {
		t.Fatal(err)
	}
	_ = d.Poke("texts.send")
	d.Start(context.Background())
	job.noMore(t)
	if p := d.state("texts.send").Phase; p != jobs.Stopped {
		t.Errorf("phase %s", p)
	}
}

func TestOneRunAtATime(t *testing.T) {
	var at, most, runs atomic.Int32
	d := open(t, jobs.Job{Name: "texts.listen", Every: time.Millisecond, Run: func(context.Context, *jobs.Lease) error {
		most.Store(max(most.Load(), at.Add(1)))
		runtime.Gosched() // lets a second run in, if there were one
		runs.Add(1)
		at.Add(-1)
		return nil
	}})
	d.Start(context.Background())
	var callers sync.WaitGroup
	for range 4 {
		callers.Go(func() {
			for runs.Load() < 100 {
				_ = d.Poke("texts.listen")
				d.clock.Advance(time.Millisecond)
				runtime.Gosched() // the job's turn
			}
		})
	}
	callers.Wait()
	if err := d.Stop(context.Background()); err != nil {
		t.Fatal(err)
	}
	if most.Load() != 1 {
		t.Errorf("%d runs, %d of them at the same time", runs.Load(), most.Load())
	}
}

func TestFailuresWaitLonger(t *testing.T) {
	failing := errors.New("no line")
	for _, c := range []struct {
		name   string
		every  time.Duration
		random float64
		want   []time.Duration
	}{
		{"often", time.Second, 0, seconds(2, 4, 8, 16, 32, 64, 128, 256, 300, 300)},
		{"only poked", 0, 0, seconds(2, 4, 8)},
		{"as long as its own rest", 45 * time.Second, 0, seconds(45, 90, 180, 300)},
		{"sooner than a long rest", time.Hour, 0, seconds(300, 300)},
		{"spread", time.Second, 0.5, []time.Duration{2500 * time.Millisecond, 5 * time.Second}},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := failing
			job := newCounted(func(context.Context, *jobs.Lease) error { return err })
			d := openWith(t, jobs.Config{Random: func() float64 { return c.random }},
				jobs.Job{Name: "texts.listen", Every: c.every, Run: job.run})
			_ = d.Poke("texts.listen")
			d.Start(context.Background())
			for i, want := range c.want {
				<-job.began
				d.clock.AwaitWaiters(1)
				s := d.state("texts.listen")
				if got := s.Next.Sub(d.clock.Now()); got != want || s.Failures != i+1 || s.Phase != jobs.Retrying || s.Problem != clinic.CodeInternal {
					t.Fatalf("failure %d: rests %v, want %v: %+v", i+1, got, want, s)
				}
				if i == len(c.want)-1 {
					err = nil
				}
				d.clock.Advance(want - time.Millisecond)
				job.noMore(t)
				d.clock.Advance(time.Millisecond)
			}
			<-job.began
			if c.every > 0 {
				d.clock.AwaitWaiters(1)
				if s := d.state("texts.listen"); s.Failures != 0 || s.Problem != "" || s.Phase != jobs.Resting || s.Next.Sub(d.clock.Now()) != c.every {
					t.Errorf("after a success: %+v", s)
				}
			}
		})
	}
}

func seconds(n ...int) (out []time.Duration) {
	for _, s := range n {
		out = append(out, time.Duration(s)*time.Second)
	}
	return out
}

func TestPokeDoesNotForgiveFailures(t *testing.T) {
	job := newCounted(func(context.Context, *jobs.Lease) error {
		return clinic.E(clinic.CodeDiskFull).Because(errors.New("no room"))
	})
	d := open(t, jobs.Job{Name: "texts.listen", Every: time.Second, Run: job.run})
	d.Start(context.Background())
	for want := 1; want <= 3; want++ {
		<-job.began
		d.clock.AwaitWaiters(1)
		s := d.state("texts.listen")
		if s.Failures != want || s.Problem != clinic.CodeDiskFull || s.Next.Sub(d.clock.Now()) != time.Second<<want {
			t.Fatalf("after %d failures: %+v", want, s)
		}
		_ = d.Poke("texts.listen")
	}
	<-job.began
}

func TestNewRefuses(t *testing.T) {
	run := func(context.Context, *jobs.Lease) error { return nil }
	good := jobs.Job{Name: "a.b", Run: run}
	for name, list := range map[string][]jobs.Job{
		"no name":        {{Run: run}},
		"no work":        {{Name: "a.b"}},
		"two of a name":  {good, good},
		"rest below nil": {{Name: "a.b", Every: -1, Run: run}},
	} {
		if r, err := jobs.New(jobs.Config{}, list...); err == nil || r != nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if codes := jobs.Codes(); len(slices.Compact(slices.Sorted(slices.Values(codes)))) != len(codes) {
		t.Error("a code twice")
	}
}

func TestAJobThatSaysHowLongItRests(t *testing.T) {
	var told []error
	trouble := errors.New("no answer")
	answers := []error{nil, trouble, nil}
	job := newCounted(func(context.Context, *jobs.Lease) error {
		defer func() { answers = answers[1:] }()
		return answers[0]
	})
	rests := []time.Duration{time.Minute, 3 * time.Second, time.Hour}
	d := open(t, jobs.Job{Name: "texts.listen", Every: 10 * time.Second, Run: job.run, Rest: func(err error) time.Duration {
		told = append(told, err)
		return rests[len(told)-1]
	}})
	d.Start(context.Background())
	<-job.began
	for n, rest := range rests[:2] {
		d.clock.AwaitWaiters(1)
		d.clock.Advance(rest - time.Millisecond)
		job.noMore(t)
		d.clock.Advance(time.Millisecond)
		<-job.began
		d.clock.AwaitWaiters(1)
		if !errors.Is(told[n], []error{nil, trouble}[n]) {
			t.Errorf("run %d: told %v", n, told[n])
		}
	}
	if got := d.state("texts.listen"); got.Failures != 0 || got.Phase != jobs.Resting {
		t.Errorf("after a good run it is %+v", got)
	}
}
