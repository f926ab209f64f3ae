package session

import (
	"time"

	"quietline/backend/clinic"
)

// Limits are how long a session lasts by itself.
type Limits struct {
	// Idle is how long nobody may have used the computer.
	Idle time.Duration
	// Longest is how long it lasts at most, however busy: a working day.
	Longest time.Duration
}

// Ending is why a session ends by itself.
type Ending string

// The endings. A session that goes on has none.
const (
	GoesOn Ending = ""
	// Idle: nobody has used the computer for the limit, or nobody can tell.
	Idle Ending = "idle"
	// Longest: the working day is over.
	Longest Ending = "longest"
	// Slept: the machine has been asleep, or its wall clock was set far forward,
	// which looks the same from here.
	Slept Ending = "slept"
)

const (
	// WarnIdle is how long before an idle lock the person is warned, who can then
	// stay.
	WarnIdle = 30 * time.Second
	// WarnLongest is how long before the end of the working day.
	WarnLongest = 2 * time.Minute
	// sleptFor is by how much the wall clock must have run on without the other
	// for the machine to have slept. Time servers correct by less.
	sleptFor = time.Minute
)

// Standing is how a session stands.
type Standing struct {
	// Ends is why the session is over, or GoesOn. Whoever reads it locks.
	Ends Ending
	// Near is the end that is near enough to be told, or GoesOn.
	Near Ending
	// Left is the time until then.
	Left time.Duration
}

// vigil counts how long a session has lasted and how long nobody was there.
//
// Each look adds what passed since the one before by the clock that went further:
// the monotonic one stands still on some systems while the machine sleeps, and
// the wall clock jumps. So no jump and no sleep makes a session longer; a jump
// forward can end it early.
type vigil struct {
	wall    clinic.Instant
	elapsed time.Duration
	// age is how long the session has lasted, quiet how long nobody has done
	// anything in this program.
	age, quiet time.Duration
	// idle is what the system said last, unseen what its counter has slept
	// through since the input that it counts from.
	idle, unseen time.Duration
	// looked is how long nobody had been there at the last look.
	looked time.Duration
}

// step moves the counts on to now and returns the time that passed and how much
// of it the monotonic clock did not see.
func (v *vigil) step(clock clinic.Clock) (passed, unseen time.Duration) {
	wall, elapsed := clock.Now(), clock.Elapsed()
	byWall, byElapsed := wall.Sub(v.wall), elapsed-v.elapsed
	passed = max(byWall, byElapsed, 0)
	v.wall, v.elapsed = wall, elapsed
	v.age += passed
	v.quiet += passed
	return passed, passed - byElapsed
}

// rested returns how long nobody has been there: what the system says, or what
// was done in this program, whichever is less. Where the system says nothing the
// program's own doors are all there is to go by.
func (v *vigil) rested(idle, passed, unseen time.Duration, known bool) time.Duration {
	if !known || idle < 0 {
		v.idle, v.unseen = 0, 0
		return v.quiet
	}
	// Input since the last look sets the counter back, and what it slept through
	// lies before that input.
	if idle < v.idle+(passed-unseen) && idle < passed-unseen {
		v.unseen = 0
	} else {
		v.unseen += unseen
	}
	v.idle = idle
	return min(v.quiet, idle+v.unseen)
}

// Touch notes that the person has done something in this program.
func (s *Session) Touch() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.member != nil {
		s.touched = true
	}
}

// Rested returns how long nobody had been there when Look was called last.
func (s *Session) Rested() time.Duration {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.vigil.looked
}

// Look returns how the session stands. idle is how long the system says that
// nobody has used the computer, where that is known. Whoever guards the session
// looks every few seconds; where nobody has looked for as long as the limit for
// resting, nobody knows who was there, and the session is over.
func (s *Session) Look(limits Limits, idle time.Duration, known bool) Standing {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.member == nil {
		return Standing{}
	}
	v := &s.vigil
	passed, unseen := v.step(s.clock)
	if s.touched {
		s.touched, v.quiet = false, 0
	}
	rested := v.rested(idle, passed, unseen, known)
	v.looked = rested
	untilIdle, untilLongest := limits.Idle-rested, limits.Longest-v.age
	switch {
	case unseen >= sleptFor:
		return Standing{Ends: Slept}
	case untilIdle <= 0, passed >= limits.Idle:
		return Standing{Ends: Idle}
	case untilLongest <= 0:
		return Standing{Ends: Longest}
	case untilIdle <= WarnIdle && untilIdle <= untilLongest:
		return Standing{Near: Idle, Left: untilIdle}
	case untilLongest <= WarnLongest:
		return Standing{Near: Longest, Left: untilLongest}
	case untilIdle <= WarnIdle:
		return Standing{Near: Idle, Left: untilIdle}
	}
	return Standing{}
}
