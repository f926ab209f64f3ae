package jobs_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/jobs"
)

// TestStopEndsEveryRunAndWaits: when Stop returns, no job touches anything more;
// the screen lock closes the files then.
func TestStopEndsEveryRunAndWaits(t *testing.T) {
	left := make(chan string, 3)
	block := func(name string) *counted {
		return newCounted(func(ctx context.Context, _ *jobs.Lease) error {
			<-ctx.Done()
			left <- name
			return clinic.E(clinic.CodeDiskFull) // what a cut-short run says does not count
		})
	}
	a, b, resting := block("a"), block("b"), newCounted(nil)
	d := open(t,
		jobs.Job{Name: "job.a", Every: time.Second, Run: a.run},
		jobs.Job{Name: "job.b", Every: time.Second, Run: b.run},
		jobs.Job{Name: "job.resting", Every: time.Second, Run: resting.run},
		jobs.Job{Name: "job.poked", Run: newCounted(nil).run})
	d.Start(context.Background())
	<-a.began
	<-b.began
	<-resting.began
	if err := d.Stop(context.Background()); err != nil {
		t.Fatal(err)
	}
	if len(left) != 2 {
		t.Fatalf("%d of 2 runs had returned", len(left))
	}
	for _, s := range d.States() {
		if s.Phase != jobs.Stopped || s.Failures != 0 || s.Next != 0 {
			t.Errorf("stopped, and yet %+v", s)
		}
	}
	d.clock.Advance(time.Hour)
	resting.noMore(t)
	if len(d.log.arrived) != 0 {
		t.Errorf("logged: %s", <-d.log.arrived)
	}
}

func TestTheEndOfTheContextStops(t *testing.T) {
	job := newCounted(func(ctx context.Context, _ *jobs.Lease) error { <-ctx.Done(); return ctx.Err() })
	d := open(t, jobs.Job{Name: "job.a", Every: time.Second, Run: job.run})
	ctx, cancel := context.WithCancel(context.Background())
	d.Start(ctx)
	<-job.began
	cancel()
	if err := d.Stop(context.Background()); err != nil {
		t.Fatal(err)
	}
	if s := d.state("job.a"); s.Phase != jobs.Stopped || s.Failures != 0 {
		t.Errorf("%+v", s)
	}
}

func TestStopBeforeStart(t *testing.T) {
	var changes atomic.Int32
	job := newCounted(nil)
	d := openWith(t, jobs.Config{Changed: func(name string) {
		if name != "job.a" {
			t.Errorf("%q changed", name)
		}
		changes.Add(1)
	}}, jobs.Job{Name: "job.a", Every: time.Second, Run: job.run})
	for range 2 {
		if err := d.Stop(context.Background()); err != nil {
			t.Fatal(err)
		}
		d.Start(context.Background())
	}
	if err := d.Stop(context.Background()); err != nil {
		t.Fatal(err)
	}
	if job.noMore(t); changes.Load() != 0 {
		t.Error("a registry that was stopped has started")
	}
}

// TestAJobThatDoesNotStopIsNamed: Stop still waits for it, but not for ever
// where the caller does not.
func TestAJobThatDoesNotStopIsNamed(t *testing.T) {
	release := make(chan struct{})
	job := newCounted(func(context.Context, *jobs.Lease) error { <-release; return nil })
	d := open(t, jobs.Job{Name: "job.stubborn", Every: time.Second, Run: job.run})
	d.Start(context.Background())
	<-job.began

	impatient, cancel := context.WithCancel(context.Background())
	gaveUp := make(chan error)
	go func() { gaveUp <- d.Stop(impatient) }()
	d.clock.AwaitWaiters(1)
	if len(d.log.arrived) != 0 {
		t.Fatal("named before its time")
	}
	d.clock.Advance(jobs.Grace)
	if line := <-d.log.arrived; !strings.Contains(line, "job.stubborn") {
		t.Errorf("logged: %s", line)
	}
	cancel()
	if err := <-gaveUp; !errors.Is(err, clinic.E(jobs.CodeStillRunning)) || !errors.Is(err, context.Canceled) {
		t.Errorf("gave up with %v", err)
	}

	patient := make(chan error)
	go func() { patient <- d.Stop(context.Background()) }()
	d.clock.AwaitWaiters(1)
	select {
	case err := <-patient:
		t.Fatalf("stopped over a running job: %v", err)
	default:
	}
	close(release)
	if err := <-patient; err != nil {
		t.Error(err)
	}
}

func TestCancelEndsOneRun(t *testing.T) {
	job := newCounted(func(ctx context.Context, _ *jobs.Lease) error { <-ctx.Done(); return ctx.Err() })
	d := open(t, jobs.Job{Name: "job.long", Every: time.Minute, Run: job.run})
	if err := d.Cancel("job.long"); err != nil {
		t.Fatal(err)
	}
	d.Start(context.Background())
	<-job.began
	if err := d.Cancel("job.long"); err != nil {
		t.Fatal(err)
	}
	d.clock.AwaitWaiters(1)
	if s := d.state("job.long"); s.Phase != jobs.Resting || s.Failures != 0 || s.Succeeded != 0 {
		t.Errorf("%+v", s)
	}
	d.clock.Advance(time.Minute)
	<-job.began
	if err := d.Cancel("job.other"); !errors.Is(err, clinic.E(jobs.CodeUnknown)) {
		t.Errorf("cancelled what is not there: %v", err)
	}
}

// TestAPanicWhileEndingIsAFailure: being told to end is no excuse for a fault.
func TestAPanicWhileEndingIsAFailure(t *testing.T) {
	job := newCounted(func(ctx context.Context, _ *jobs.Lease) error { <-ctx.Done(); panic("late") })
	d := open(t, jobs.Job{Name: "job.a", Every: time.Minute, Run: job.run})
	d.Start(context.Background())
	<-job.began
	_ = d.Cancel("job.a")
	d.clock.AwaitWaiters(1)
	if s := d.state("job.a"); s.Phase != jobs.Retrying || s.Problem != jobs.CodePanicked {
		t.Errorf("%+v", s)
	}
}

// TestAPanicIsAFailure: the job comes again, the others never notice, and what
// it panicked with stays out of the log.
func TestAPanicIsAFailure(t *testing.T) {
	var nothing *struct{ text string }
	kinds := map[string]func(){
		"a text":            func() { panic("Maria Gonzalez +13035550142") },
		"a nil dereference": func() { _ = nothing.text },
		"an error":          func() { panic(errors.New("Maria Gonzalez")) },
	}
	for name, fall := range kinds {
		t.Run(name, func(t *testing.T) {
			broken := newCounted(func(context.Context, *jobs.Lease) error { fall(); return nil })
			well := newCounted(nil)
			d := open(t,
				jobs.Job{Name: "job.broken", Every: time.Second, Run: broken.run},
				jobs.Job{Name: "job.well", Every: time.Second, Run: well.run})
			d.Start(context.Background())
			<-broken.began
			<-well.began
			d.clock.AwaitWaiters(2)
			if s := d.state("job.broken"); s.Phase != jobs.Retrying || s.Problem != jobs.CodePanicked || s.Failures != 1 {
				t.Errorf("%+v", s)
			}
			d.clock.Advance(2 * time.Second)
			<-broken.began
			<-well.began
			if err := d.Stop(context.Background()); err != nil {
				t.Fatal(err)
			}
			var log string
			for len(d.log.arrived) > 0 {
				log += <-d.log.arrived
			}
			if strings.Contains(log, "Maria") || strings.Contains(log, "555") {
				t.Errorf("the log quotes: %s", log)
			}
			if !strings.Contains(log, "jobs_test.") || !strings.Contains(log, "job.broken") || !strings.Contains(log, string(jobs.CodePanicked)) {
				t.Errorf("the log does not say where: %s", log)
			}
		})
	}
}

func TestFailuresAreLoggedByCode(t *testing.T) {
	job := newCounted(func(context.Context, *jobs.Lease) error {
		return clinic.E(clinic.CodeDiskFull).Because(errors.New("Maria Gonzalez"))
	})
	d := open(t, jobs.Job{Name: "job.full", Every: time.Second, Run: job.run})
	d.Start(context.Background())
	if line := <-d.log.arrived; !strings.Contains(line, "app.disk_full") || !strings.Contains(line, "job.full") || strings.Contains(line, "Maria") {
		t.Errorf("logged: %s", line)
	}
}

// BenchmarkStop measures what the screen lock waits for: twenty jobs in the
// middle of their work, on the machine's own clock.
func BenchmarkStop(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		began := make(chan struct{}, 20)
		var list []jobs.Job
		for i := range 20 {
			list = append(list, jobs.Job{Name: "job." + string(rune('a'+i)), Every: time.Hour, Run: func(ctx context.Context, _ *jobs.Lease) error {
				began <- struct{}{}
				<-ctx.Done()
				return ctx.Err()
			}})
		}
		r, err := jobs.New(jobs.Config{Clock: clinic.SystemClock(), Random: func() float64 { return 0 }}, list...)
		if err != nil {
			b.Fatal(err)
		}
		r.Start(context.Background())
		for range list {
			<-began
		}
		b.StartTimer()
		if err := r.Stop(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
}
