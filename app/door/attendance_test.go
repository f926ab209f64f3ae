package door_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"quietline/app/door"
	"quietline/backend/clinic"
	"quietline/backend/session"
)

// attended is a house with a call that waits until it is answered, and work beside it.
type attended struct {
	*house
	asked, answer chan struct{}
	aside         func(context.Context)
	// waits are those of the work. What happens meanwhile, one thing in each, says
	// whether that ends it.
	waits     []time.Duration
	meanwhile []func() (ends bool)
}

func newAttended(t *testing.T) *attended {
	t.Helper()
	a := &attended{house: newHouse(), asked: make(chan struct{}), answer: make(chan struct{})}
	door.Add(a.doors, door.Spec{Name: "slow.call", Permission: session.Anyone},
		func(context.Context, *door.Caller, door.None) (door.None, error) {
			a.asked <- struct{}{}
			<-a.answer
			return door.None{}, nil
		})
	a.aside = a.doors.Attendance().First(waiting{a.clock, a})
	return a
}

// waiting is a clock on which time goes by while the work waits.
type waiting struct {
	clinic.Clock
	*attended
}

// Wait implements clinic.Clock.
func (w waiting) Wait(ctx context.Context, d time.Duration) error {
	w.waits = append(w.waits, d)
	if len(w.meanwhile) > 0 {
		happens := w.meanwhile[0]
		w.meanwhile = w.meanwhile[1:]
		if happens() {
			<-ctx.Done()
			return ctx.Err()
		}
	}
	w.clock.Advance(d)
	return nil
}

// ask has somebody ask, and returns what answers her.
func (a *attended) ask() (answered func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		a.call(token, "slow.call", "{}")
	}()
	<-a.asked
	return func() {
		a.answer <- struct{}{}
		<-done
	}
}

// worked takes a piece of work of some length, and returns how long the next was put off.
func (a *attended) worked(ctx context.Context, took time.Duration) []time.Duration {
	a.waits = nil
	a.clock.Advance(took)
	a.aside(ctx)
	return a.waits
}

const (
	piece = 10 * time.Millisecond
	still = 50 * time.Millisecond
)

func TestWorkGoesOnWhereNobodyWaits(t *testing.T) {
	a := newAttended(t)
	if waits := a.worked(t.Context(), piece); waits != nil {
		t.Errorf("it waited %v for nobody", waits)
	}
	answered := a.ask()
	if waits := a.worked(t.Context(), time.Second); waits != nil { // a disk, or sleep
		t.Errorf("it waited %v though no processor was busy", waits)
	}
	answered()
	if waits := a.worked(t.Context(), piece); waits != nil {
		t.Errorf("it waited %v for who has her answer", waits)
	}
}

func TestWorkStandsAsideUntilItIsStill(t *testing.T) {
	a := newAttended(t)
	answered := a.ask()
	a.meanwhile = []func() bool{
		func() bool { answered(); return true },
		func() bool { a.ask()(); return false },
	}
	want := []time.Duration{30 * piece, still, still}
	if waits := a.worked(t.Context(), piece); !slices.Equal(waits, want) {
		t.Errorf("it waited %v, want %v", waits, want)
	}
	a.ask()()
	if waits := a.worked(t.Context(), piece); !slices.Equal(waits, []time.Duration{still}) {
		t.Errorf("it waited %v after an answer during a piece", waits)
	}
}

func TestWorkIsNotPutOffForEver(t *testing.T) {
	a := newAttended(t)
	defer a.ask()()
	if waits := a.worked(t.Context(), piece); !slices.Equal(waits, []time.Duration{30 * piece}) {
		t.Errorf("it waited %v", waits)
	}
}

func TestWorkThatEndsDoesNotWait(t *testing.T) {
	a := newAttended(t)
	defer a.ask()()
	ctx, end := context.WithCancel(t.Context())
	a.meanwhile = []func() bool{func() bool { end(); return true }}
	if waits := a.worked(ctx, piece); len(waits) != 1 {
		t.Errorf("it waited %v", waits)
	}
}
