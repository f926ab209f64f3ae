//go:build unix

package desk_test

import (
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/sys/unix"

	"quietline/app/desk"
	"quietline/backend/clinic"
	"quietline/backend/parcel"
)

// atWork calls something once when the work of a clinic begins again after a move that
// led nowhere.
type atWork struct {
	clinic.Clock
	begins func()
	armed  *atomic.Bool
}

func (a atWork) Now() clinic.Instant {
	at := slices.Index(callersOf(), "beginMove")
	if at >= 0 && slices.Contains(callersOf()[:at], "work") && a.armed.CompareAndSwap(true, false) {
		a.begins()
	}
	return a.Clock.Now()
}

// callersOf are the methods of the desk that are under way, the innermost first.
func callersOf() (methods []string) {
	for _, f := range callers() {
		if _, method, is := strings.Cut(f, "/desk.(*Desk)."); is {
			methods = append(methods, method)
		}
	}
	return methods
}

// TestAMoveAfterWhichTheClinicDoesNotOpen: the disk has no room for the file, and takes
// nothing either when the clinic is to be opened again, or a lock comes just then. The
// process, which has shown patients, is replaced; nobody is left with an open clinic;
// and the next sign-in opens it.
func TestAMoveAfterWhichTheClinicDoesNotOpen(t *testing.T) {
	var before unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_FSIZE, &before); err != nil {
		t.Fatal(err)
	}
	again := func() {
		if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &before); err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(again)
	for name, happens := range map[string]func(*guarded) desk.Left{
		"no write succeeds": func(*guarded) (none desk.Left) {
			if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: 0, Max: before.Max}); err != nil {
				t.Error(err)
			}
			return none
		},
		"it is locked": func(g *guarded) (left desk.Left) {
			done := make(chan struct{})
			go func() {
				defer close(done)
				g.desk.Lock()
			}()
			select {
			case left = <-g.locked:
			case <-done:
			}
			return left
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir, clock := closed(t)
			var g *guarded
			var left desk.Left
			armed := new(atomic.Bool)
			g = guard(t, dir, clock, func(cfg *desk.Config) {
				cfg.Parcels = fullDisk{parcel.MachineFiles()}
				cfg.Clock = atWork{cfg.Clock, func() { left = happens(g) }, armed}
				replaced := cfg.Locked
				cfg.Locked = func(l desk.Left) { again(); replaced(l) }
			})
			g.signIn()
			armed.Store(true)
			if _, code := call[desk.State](g.office, "move.begin", desk.BeginMove{Folder: t.TempDir()}); code == "" {
				t.Error("it was handed over")
			}
			if armed.Load() {
				t.Fatal("the work did not begin again")
			}
			select {
			case left = <-g.locked:
			default:
			}
			if left.Member != g.me {
				t.Errorf("the process was not replaced: %+v", left)
			}
			if s := must[desk.State](g.office, "app.state", nil); s.Phase != desk.PhaseLocked || s.Me != nil {
				t.Errorf("afterwards it is %s, %+v", s.Phase, s.Me)
			}
			if s := g.office.signIn(); s.Phase != desk.PhaseOpen || s.Stayed == nil {
				t.Errorf("at the next sign-in: %s %+v", s.Phase, s.Finding)
			}
		})
	}
}
