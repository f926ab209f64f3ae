// Package presence tells from the operating system whether somebody is at the
// computer: how long keyboard and mouse have rested, and the signs by which one
// knows at once that nobody is (a locked screen, sleep, another person's
// session, a remote connection).
//
// It reports and decides nothing. What a sign means for the clinic is decided by
// who watches. A system that cannot be asked is [ErrUnknown], never "just now":
// whoever depends on it needs a clock of its own for that case.
//
// What each system tells:
//
//   - Linux: sleep, lock and change of session from systemd-logind, which is held
//     back from sleeping until the watcher has returned; the screen saver's
//     signals of GNOME, KDE, Cinnamon, MATE and Xfce. Rest from GNOME's idle
//     monitor in milliseconds, or from the freedesktop screen saver, whose unit
//     differs from desktop to desktop and is learned by watching it grow. A bare
//     X11 session without either tells no rest: its screen saver extension needs
//     a client of X11, which is not worth a dependency for a system on which the
//     program is only developed.
//   - Windows: the notifications of the session (lock, switch of user, remote
//     connection) and of power, on a window that is never shown; rest by
//     GetLastInputInfo.
//   - macOS: lock and switch of user are polled from the session's dictionary
//     each second, rest from the event source. Sleep is not announced; who
//     watches notices it by a wall clock that ran on without the other.
//
// A closed lid shows as sleep, or as a locked screen, or not at all where the
// person has set it so.
package presence

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"quietline/backend/clinic"
)

// Sign is something that happened at the computer.
type Sign string

// The signs. What begins has an end of its own where the system tells it.
const (
	ScreenLocked   Sign = "screen_locked"
	ScreenUnlocked Sign = "screen_unlocked"
	// Sleeping is told before the machine sleeps, where it can be.
	Sleeping Sign = "sleeping"
	Woken    Sign = "woken"
	// SwitchedAway: the screen shows another person's session, or this one is now
	// shown somewhere else.
	SwitchedAway Sign = "switched_away"
	SwitchedBack Sign = "switched_back"
)

// Gone reports whether a sign says that nobody is at this screen any more, or
// that somebody may have come since.
func (s Sign) Gone() bool {
	switch s {
	case ScreenUnlocked, SwitchedBack:
		return false
	}
	return true
}

// ErrUnknown: the system does not tell, or not yet.
var ErrUnknown = errors.New("presence: the system does not tell")

// Watcher watches one person's session on this computer. Both methods may be
// called at the same time.
type Watcher interface {
	// Watch calls seen with each sign, one at a time, until ctx ends, and returns
	// its error. The machine may be held back from sleeping until seen returns.
	// Where the system stops answering Watch goes on trying; a lock or sleep that
	// it missed meanwhile is told as soon as it can be seen again.
	Watch(ctx context.Context, seen func(Sign)) error
	// Idle returns how long nobody has used keyboard or mouse, in whichever
	// program, or ErrUnknown. It answers within askWithin.
	Idle(ctx context.Context) (time.Duration, error)
}

// Config is what a watcher is made of. Clock and Log are required.
type Config struct {
	Clock clinic.Clock
	Log   *slog.Logger
	// SystemBus and SessionBus are addresses of message buses, on Linux alone;
	// empty for the machine's own.
	SystemBus, SessionBus string
}

const (
	// askWithin bounds one question to the system.
	askWithin = 2 * time.Second
	// askAgain is the pause before a system that did not answer is asked again.
	askAgain = 5 * time.Second
)
