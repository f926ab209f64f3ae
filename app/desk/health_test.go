package desk_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"quietline/app/desk"
	"quietline/app/door"
	"quietline/backend/clinic"
)

func TestViewsThatWereChangedAreMadeAnewAndSaid(t *testing.T) {
	dir := t.TempDir()
	o := found(t, dir)
	o.leave(dir)
	o = o.back(dir)
	for name := range o.files(dir) {
		if strings.HasPrefix(name, "views-") {
			wreck(t, filepath.Join(dir, "clinic", name))
		}
	}
	if s := o.signIn(); s.Phase != desk.PhaseOpen {
		t.Fatalf("found %+v", s.Finding)
	}
	if h := must[desk.Health](o, "health.status", nil); !h.Remade {
		t.Error("it is not said that the lists were made anew")
	}
	must[door.None](o, "session.lock", nil)
	o.signIn()
	if h := must[desk.Health](o, "health.status", nil); h.Remade {
		t.Error("it is said once too often")
	}
}

// checked lets time pass until a check has ended.
func (o *office) checked(since clinic.Instant) (h desk.Health) {
	o.t.Helper()
	o.until("the check ends", func() bool {
		h = must[desk.Health](o, "health.status", nil)
		return h.Checked >= since && h.Work == desk.WorkNone
	})
	return h
}

func TestACheckIsMadeAtOnceWhenAskedFor(t *testing.T) {
	o := found(t, t.TempDir())
	if h := must[desk.Health](o, "health.status", nil); h.Outcome != "none" || h.Checked != 0 || h.Overdue {
		t.Fatalf("before: %+v", h)
	}
	now := o.clock.Now()
	must[desk.Health](o, "health.check", nil)
	h := o.checked(now)
	if h.Outcome != "good" || len(h.Faults) != 0 || h.Next.Sub(h.Checked) != 7*24*time.Hour {
		t.Errorf("found %+v", h)
	}
	o.clock.Advance(9 * 24 * time.Hour)
	must[desk.Health](o, "health.remake", nil)
	if h := must[desk.Health](o, "health.status", nil); !h.Overdue {
		t.Error("nobody is told that it is overdue")
	}
}

// aWhile lets time pass until every job has looked whether it is due.
func (o *office) aWhile() {
	o.t.Helper()
	for range 10 {
		must[desk.LineStatus](o, "line.check", nil)
		o.clock.Advance(11 * time.Minute)
	}
}

// TestACheckGoesOnAfterTheLock locks, and once ends without any goodbye, while a
// check is under way: the next session finishes it.
func TestACheckGoesOnAfterTheLock(t *testing.T) {
	dir := t.TempDir()
	o := found(t, dir)
	now := o.clock.Now()
	must[desk.Health](o, "health.check", nil)
	must[door.None](o, "session.lock", nil)
	o.signIn()
	// Nobody has asked in this session; a check that was cut short goes on by
	// itself, once whoever signed in has settled.
	o.aWhile()
	if h := o.checked(now); h.Outcome != "good" {
		t.Errorf("found %+v", h)
	}
}

func TestALockDuringARebuildLosesNothing(t *testing.T) {
	dir := t.TempDir()
	o := found(t, dir)
	for range 5 {
		must[desk.Health](o, "health.remake", nil)
		must[desk.Health](o, "health.check", nil)
		must[door.None](o, "session.lock", nil)
		if s := o.signIn(); s.Phase != desk.PhaseOpen {
			t.Fatalf("found %+v", s.Finding)
		}
	}
	if list := must[desk.PatientPage](o, "patient.list", desk.PatientQuery{Limit: 10}); len(list.Items) != 1 {
		t.Errorf("%d patients", len(list.Items))
	}
}

func TestAWeeklyCheckComesByItself(t *testing.T) {
	o := found(t, t.TempDir())
	now := o.clock.Now()
	o.clock.Advance(5 * time.Minute)
	if h := must[desk.Health](o, "health.status", nil); h.Checked != 0 {
		t.Error("it does not wait until whoever signed in has settled")
	}
	o.aWhile()
	first := o.checked(now)
	o.clock.Advance(6 * 24 * time.Hour)
	o.aWhile()
	if h := must[desk.Health](o, "health.status", nil); h.Checked != first.Checked {
		t.Error("it comes too often")
	}
	o.clock.Advance(24 * time.Hour)
	o.aWhile()
	o.checked(first.Checked + 1)
}
