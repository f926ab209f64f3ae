package session_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"quietline/backend/clinic"
	"quietline/backend/clinic/clinictest"
	"quietline/backend/session"
)

var (
	monday = time.Date(2026, 3, 2, 16, 0, 0, 0, time.UTC)
	limits = session.Limits{Idle: 10 * time.Minute, Longest: 12 * time.Hour}
)

func begun() (*session.Session, *clinictest.Clock) {
	clock := clinictest.NewClock(monday)
	s := session.New(clock)
	s.Begin(session.Member{ID: clinic.NewID[clinic.StaffID](), Role: clinic.FrontDesk})
	return s, clock
}

func TestASessionEndsWhenNobodyIsThere(t *testing.T) {
	for _, c := range []struct {
		name  string
		known bool
		// rest returns what the system says after a time at which nothing was done.
		rest func(d time.Duration) time.Duration
	}{
		{"by the system's clock", true, func(d time.Duration) time.Duration { return d }},
		{"by its own where the system does not tell", false, func(time.Duration) time.Duration { return 0 }},
		{"by its own where the system counts below nothing", true, func(time.Duration) time.Duration { return -1 }},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, clock := begun()
			for at := time.Duration(0); at < limits.Idle; at += 5 * time.Second {
				got := s.Look(limits, c.rest(at), c.known)
				left := limits.Idle - at
				want := session.Standing{}
				if left <= session.WarnIdle {
					want = session.Standing{Near: session.Idle, Left: left}
				}
				if got != want {
					t.Fatalf("after %v: %+v, want %+v", at, got, want)
				}
				clock.Advance(5 * time.Second)
			}
			if got := s.Look(limits, c.rest(limits.Idle), c.known); got.Ends != session.Idle {
				t.Errorf("at the limit: %+v", got)
			}
		})
	}
}

// A session that goes on with a day that began before ends with that day, and is
// warned as any other.
func TestADayOfSeveralSessionsIsNoLonger(t *testing.T) {
	s, clock := begun()
	s.Worked(limits.Longest - 10*time.Minute)
	s.Worked(time.Minute) // a shorter one takes nothing back
	for at := time.Duration(0); at < 10*time.Minute; at += 5 * time.Second {
		want := session.Standing{}
		if left := 10*time.Minute - at; left <= session.WarnLongest {
			want = session.Standing{Near: session.Longest, Left: left}
		}
		if got := s.Look(limits, 0, true); got != want {
			t.Fatalf("after %v: %+v, want %+v", at, got, want)
		}
		s.Touch()
		clock.Advance(5 * time.Second)
	}
	if got := s.Look(limits, 0, true); got.Ends != session.Longest {
		t.Errorf("at its end: %+v", got)
	}
}

func TestStayingCancelsTheWarning(t *testing.T) {
	s, clock := begun()
	rest := limits.Idle - 10*time.Second
	for at := time.Duration(0); at < rest; at += 5 * time.Second {
		s.Look(limits, at, true)
		clock.Advance(5 * time.Second)
	}
	if got := s.Look(limits, rest, true); got.Near != session.Idle {
		t.Fatalf("no warning: %+v", got)
	}
	s.Touch()
	// The system's own counter need not have noticed.
	if got := s.Look(limits, rest, true); got != (session.Standing{}) {
		t.Errorf("after staying: %+v", got)
	}
}

func TestWorkInAnotherProgramKeepsTheSession(t *testing.T) {
	s, clock := begun()
	for range 60 * 12 { // an hour, in steps of five seconds
		clock.Advance(5 * time.Second)
		if got := s.Look(limits, 2*time.Second, true); got != (session.Standing{}) {
			t.Fatalf("%+v", got)
		}
	}
}

func TestAWorkingDayHasAnEnd(t *testing.T) {
	s, clock := begun()
	for at := time.Duration(0); at < limits.Longest; at += time.Minute {
		s.Touch()
		got := s.Look(limits, 0, true)
		if near := limits.Longest-at <= session.WarnLongest; (got.Near == session.Longest) != near || got.Ends != session.GoesOn {
			t.Fatalf("after %v: %+v", at, got)
		}
		clock.Advance(time.Minute)
	}
	s.Touch()
	if got := s.Look(limits, 0, true); got.Ends != session.Longest {
		t.Errorf("at the limit: %+v", got)
	}
}

func TestWhatLooksLikeSleepEndsASession(t *testing.T) {
	for _, c := range []struct {
		name string
		jump time.Duration
		want session.Ending
	}{
		{"a correction of the clock", 59 * time.Second, session.GoesOn},
		{"a minute of sleep", time.Minute, session.Slept},
		{"a night", 9 * time.Hour, session.Slept},
		{"a clock set back", -9 * time.Hour, session.GoesOn},
	} {
		s, clock := begun()
		clock.Advance(5 * time.Second)
		clock.Jump(c.jump)
		if got := s.Look(limits, 0, true); got.Ends != c.want {
			t.Errorf("%s: %+v, want %q", c.name, got, c.want)
		}
	}
}

func TestNobodyHasLookedForAsLongAsTheLimit(t *testing.T) {
	s, clock := begun()
	clock.Advance(limits.Idle)
	// Somebody moves the mouse. Who, and since when, nobody knows.
	if got := s.Look(limits, time.Second, true); got.Ends != session.Idle {
		t.Errorf("%+v", got)
	}
}

func TestNaps(t *testing.T) {
	// Many short sleeps, none of which looks like one, with a counter that sleeps
	// along: the time asleep counts as time away.
	s, clock := begun()
	counter := time.Duration(0)
	for away := time.Duration(0); away < limits.Idle; away += 35 * time.Second {
		if got := s.Look(limits, counter, true); got.Ends != session.GoesOn {
			t.Fatalf("after %v away: %+v", away, got)
		}
		clock.Advance(5 * time.Second)
		counter += 5 * time.Second
		clock.Jump(30 * time.Second)
	}
	if got := s.Look(limits, counter, true); got.Ends != session.Idle {
		t.Errorf("%+v", got)
	}
}

func TestNobodySignedInStandsNowhere(t *testing.T) {
	s, clock := begun()
	s.End()
	clock.Advance(24 * time.Hour)
	s.Touch()
	if got := s.Look(limits, 24*time.Hour, true); got != (session.Standing{}) {
		t.Errorf("%+v", got)
	}
	// The next session begins from nothing.
	s.Begin(session.Member{})
	if got := s.Look(limits, 0, true); got != (session.Standing{}) {
		t.Errorf("the next session: %+v", got)
	}
}

// TestNoClockMakesASessionLonger moves both clocks in every way that can happen
// and holds the session against the time that has really passed.
func TestNoClockMakesASessionLonger(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, clock := begun()
		const tick = 5 * time.Second
		limits := session.Limits{
			Idle:    time.Duration(rapid.IntRange(1, 15).Draw(t, "idle minutes")) * time.Minute,
			Longest: time.Duration(rapid.IntRange(1, 3).Draw(t, "hours")) * time.Hour,
		}
		known := rapid.Bool().Draw(t, "the system tells")
		var lasted, away time.Duration // as they really are, sleep included
		var counter time.Duration      // the system's, which sleeps along
		for range rapid.IntRange(1, 900).Draw(t, "looks") {
			clock.Advance(tick)
			lasted, away, counter = lasted+tick, away+tick, counter+tick
			switch rapid.IntRange(0, 20).Draw(t, "what happens") {
			case 0, 1, 2, 3:
				// Somebody types: in this program, or in another one.
				if !known || rapid.Bool().Draw(t, "here") {
					s.Touch()
				}
				away, counter = 0, 0
			case 4:
				nap := time.Duration(rapid.IntRange(1, 7200).Draw(t, "asleep")) * time.Second
				clock.Jump(nap)
				lasted, away = lasted+nap, away+nap
			case 5:
				clock.Jump(-time.Duration(rapid.IntRange(1, 7200).Draw(t, "set back")) * time.Second)
			}
			got := s.Look(limits, counter, known)
			if got.Ends != session.GoesOn {
				return
			}
			// A clock that is set back while the machine sleeps hides the sleep from
			// both; such a look is not made here: one thing happens at a time.
			if away >= limits.Idle {
				t.Fatalf("away for %v of %v, and the session goes on: %+v", away, limits.Idle, got)
			}
			if lasted >= limits.Longest {
				t.Fatalf("lasts for %v of %v, and goes on: %+v", lasted, limits.Longest, got)
			}
			if near := limits.Idle-away <= session.WarnIdle || limits.Longest-lasted <= session.WarnLongest; near && got.Near == session.GoesOn {
				t.Fatalf("away %v, lasting %v: no warning", away, lasted)
			}
		}
	})
}
