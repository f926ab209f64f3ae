package jobs_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"quietline/backend/jobs"
)

func TestProgress(t *testing.T) {
	var changes atomic.Int32
	leases := make(chan *jobs.Lease)
	goOn := make(chan struct{})
	d := openWith(t, jobs.Config{Changed: func(string) { changes.Add(1) }},
		jobs.Job{Name: "backup.copy", Every: time.Hour, Run: func(_ context.Context, l *jobs.Lease) error {
			leases <- l
			<-goOn
			return nil
		}})
	d.Start(context.Background())
	lease := <-leases

	tell := func(p jobs.Progress, announced bool) {
		t.Helper()
		before := changes.Load()
		lease.Progress(p)
		if got := changes.Load() != before; got != announced {
			t.Errorf("%+v: announced %v", p, got)
		}
		if s := d.state("backup.copy"); s.Progress != p || s.Phase != jobs.Running {
			t.Errorf("state %+v after %+v", s, p)
		}
	}
	tell(jobs.Progress{Done: 0, Total: 900, Stage: "reading"}, true)
	for i := 1; i < 300; i++ {
		tell(jobs.Progress{Done: i, Total: 900, Stage: "reading"}, false)
	}
	d.clock.Advance(199 * time.Millisecond)
	tell(jobs.Progress{Done: 300, Total: 900, Stage: "reading"}, false)
	d.clock.Advance(time.Millisecond)
	tell(jobs.Progress{Done: 301, Total: 900, Stage: "reading"}, true)
	tell(jobs.Progress{Done: 0, Total: 10, Stage: "writing"}, true)

	goOn <- struct{}{}
	d.clock.AwaitWaiters(1)
	before := changes.Load()
	lease.Progress(jobs.Progress{Done: 9, Total: 10, Stage: "late"})
	if s := d.state("backup.copy"); s.Progress != (jobs.Progress{}) || changes.Load() != before {
		t.Errorf("a run that is over still reports: %+v", s)
	}

	// The lease of one run says nothing about the next.
	d.clock.Advance(time.Hour)
	next := <-leases
	lease.Progress(jobs.Progress{Done: 9})
	if s := d.state("backup.copy"); s.Progress != (jobs.Progress{}) || next == lease {
		t.Errorf("an old lease reports: %+v", s)
	}
	goOn <- struct{}{}
}

// TestEveryChangeIsAnnounced: a screen that reads States whenever it is told to
// ends up with what is true.
func TestEveryChangeIsAnnounced(t *testing.T) {
	var d desk
	phases := make(chan jobs.Phase, 100)
	job := newCounted(nil)
	d = openWith(t, jobs.Config{Changed: func(string) { phases <- d.state("a.b").Phase }},
		jobs.Job{Name: "a.b", Every: time.Second, Run: job.run})
	d.Start(context.Background())
	<-job.began
	d.clock.AwaitWaiters(1)
	if err := d.Stop(context.Background()); err != nil {
		t.Fatal(err)
	}
	var seen []jobs.Phase
	for len(phases) > 0 {
		if p := <-phases; len(seen) == 0 || seen[len(seen)-1] != p {
			seen = append(seen, p)
		}
	}
	want := []jobs.Phase{jobs.Running, jobs.Resting, jobs.Stopped}
	if len(seen) > 0 && seen[0] == jobs.Resting {
		seen = seen[1:]
	}
	if len(seen) != len(want) || seen[0] != want[0] || seen[1] != want[1] || seen[2] != want[2] {
		t.Errorf("seen %v, want %v", seen, want)
	}
}
