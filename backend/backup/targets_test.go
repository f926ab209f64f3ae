package backup_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"quietline/backend/backup"
	"quietline/backend/clinic"
)

// TestTwoTargetsStandAlone: one of two disks is not plugged in for three days.
func TestTwoTargetsStandAlone(t *testing.T) {
	w := newWorld(t)
	other := w.config()
	second := newDisk()
	second.dirs["usb"] = true
	other.Files = second
	w.ok(backup.Create(t.Context(), other, w.keys))
	targets := []*backup.Target{backup.NewTarget(other), w.target}
	both := func() []backup.Outcome { return backup.Each(t.Context(), w.source(), targets, nil) }
	state := func(n int) backup.State { return targets[n].State(t.Context(), w.keys, w.clock.Now()) }

	if s := state(0); !s.Late || s.Newest.Number != 0 || s.Problem != "" {
		t.Errorf("before the first copy: %+v", s)
	}
	for day := range 3 {
		w.day()
		for i, o := range both() {
			if away := i == 0 && day > 0; away != errors.Is(o.Err, clinic.E(backup.CodeUnreachable)) || !away && o.Err != nil {
				t.Fatalf("day %d, target %d: %v", day, i, o.Err)
			}
		}
		other.Files.(*disk).breakAt(1, gone)
	}
	w.clock.Advance(time.Hour)
	if s := state(0); !s.Late || s.Problem != backup.CodeUnreachable {
		t.Errorf("the disk that is away: %+v", s)
	}
	if s := state(1); s.Late || s.Newest.Number != 3 || s.Problem != "" {
		t.Errorf("the disk that is there: %+v", s)
	}
	other.Files.(*disk).mend()
	if s := state(0); !s.Late || s.Newest.Number != 1 || s.Problem != "" {
		t.Errorf("the disk that was away: %+v", s)
	}
	for i, o := range both() {
		w.ok(o.Err)
		if s := state(i); s.Late {
			t.Errorf("target %d after a run: %+v", i, s)
		}
	}

	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for i, o := range backup.Each(ended, w.source(), targets, nil) {
		if !errors.Is(o.Err, clinic.E(clinic.CodeCancelled)) {
			t.Errorf("target %d when all is over: %v", i, o.Err)
		}
	}
	w.clock.Advance(49 * time.Hour)
	if s := state(1); !s.Late {
		t.Error("two days without a copy are not late")
	}
}
