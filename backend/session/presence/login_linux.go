package presence

import (
	"context"
	"fmt"
	"os"
	"syscall"
	"time"

	"github.com/godbus/dbus/v5"
)

// The names of systemd-logind; see org.freedesktop.login1(5).
const (
	loginName    = "org.freedesktop.login1"
	loginPath    = dbus.ObjectPath("/org/freedesktop/login1")
	managerIface = loginName + ".Manager"
	sessionIface = loginName + ".Session"
)

// logind watches systemd-logind on one connection.
type logind struct {
	conn *dbus.Conn
	told func(Sign)
	// path is that of this person's session; empty while it is not known.
	path dbus.ObjectPath
	// brake holds the machine back from sleeping; -1 where it is not held.
	brake int
}

// login tells what systemd-logind knows: sleep, lock, and whose session is shown.
func (d *desktop) login(ctx context.Context, told func(Sign), again bool) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	c, err := dial(ctx, d.SystemBus, dbus.ConnectSystemBus)
	if err != nil {
		return fmt.Errorf("connect to the system bus: %w", err)
	}
	defer c.Close()
	l := &logind{conn: c, told: told, brake: -1}
	defer l.release()
	signals := make(chan *dbus.Signal, 16)
	c.Signal(signals)
	for _, match := range [][]dbus.MatchOption{
		{dbus.WithMatchSender(loginName), dbus.WithMatchInterface(managerIface), dbus.WithMatchMember("PrepareForSleep")},
		{dbus.WithMatchSender(loginName), dbus.WithMatchInterface(sessionIface)},
		{dbus.WithMatchSender(loginName), dbus.WithMatchInterface("org.freedesktop.DBus.Properties"), dbus.WithMatchMember("PropertiesChanged")},
		{dbus.WithMatchSender("org.freedesktop.DBus"), dbus.WithMatchMember("NameOwnerChanged"), dbus.WithMatchArg(0, loginName)},
	} {
		if err := c.AddMatchSignalContext(ctx, match...); err != nil {
			return fmt.Errorf("watch systemd-logind: %w", err)
		}
	}
	// Whoever has signed in is there; only what happened while nobody watched is
	// told late.
	l.find(ctx, again)
	for {
		var retry <-chan struct{}
		if l.path == "" {
			retry = d.later(ctx, askAgain)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-retry:
			l.find(ctx, true)
		case s, open := <-signals:
			if !open {
				return errGone
			}
			l.heard(ctx, s)
		}
	}
}

// later returns a channel that is closed after a while.
func (d *desktop) later(ctx context.Context, after time.Duration) <-chan struct{} {
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = d.Clock.Wait(ctx, after) // ends early with ctx, as who waits for it does
	}()
	return done
}

// find asks which session is this person's and takes the brake. With missed it
// also tells what the session's own state says.
func (l *logind) find(ctx context.Context, missed bool) {
	l.hold(ctx)
	manager := l.conn.Object(loginName, loginPath)
	l.path = ""
	if id := os.Getenv("XDG_SESSION_ID"); id != "" {
		_ = ask(ctx, manager, managerIface+".GetSession", id).Store(&l.path)
	}
	if l.path == "" {
		_ = ask(ctx, manager, managerIface+".GetSessionByPID", uint32(os.Getpid())).Store(&l.path)
	}
	if l.path == "" || !missed {
		return
	}
	if locked, ok := l.property(ctx, "LockedHint"); ok && locked {
		l.told(ScreenLocked)
	}
	if active, ok := l.property(ctx, "Active"); ok && !active {
		l.told(SwitchedAway)
	}
}

func (l *logind) property(ctx context.Context, name string) (value, ok bool) {
	var v dbus.Variant
	if ask(ctx, l.conn.Object(loginName, l.path), "org.freedesktop.DBus.Properties.Get", sessionIface, name).Store(&v) != nil {
		return false, false
	}
	value, ok = v.Value().(bool)
	return value, ok
}

// hold asks to be waited for before the machine sleeps. logind waits five seconds
// unless it is set otherwise. Without it the machine sleeps when it likes, and
// the clocks tell afterwards.
func (l *logind) hold(ctx context.Context) {
	if l.brake >= 0 {
		return
	}
	var brake dbus.UnixFD
	err := ask(ctx, l.conn.Object(loginName, loginPath), managerIface+".Inhibit",
		"sleep", "Quietline", "Locking the clinic's records", "delay").Store(&brake)
	if err == nil {
		l.brake = int(brake)
		syscall.CloseOnExec(l.brake)
	}
}

func (l *logind) release() {
	if l.brake >= 0 {
		_ = syscall.Close(l.brake)
		l.brake = -1
	}
}

// heard turns a signal of the bus into signs.
func (l *logind) heard(ctx context.Context, s *dbus.Signal) {
	switch s.Name {
	case managerIface + ".PrepareForSleep":
		sleeping, ok := flag(s, 0)
		if !ok {
			return
		}
		l.told(either(sleeping, Sleeping, Woken))
		if sleeping {
			l.release()
		} else {
			l.hold(ctx)
		}
	case "org.freedesktop.DBus.NameOwnerChanged":
		l.release()
		l.path = ""
		if len(s.Body) == 3 && s.Body[2] != "" { // it is back
			l.find(ctx, true)
		}
	}
	if s.Path != l.path || l.path == "" {
		return
	}
	switch s.Name {
	case sessionIface + ".Lock":
		l.told(ScreenLocked)
	case sessionIface + ".Unlock":
		l.told(ScreenUnlocked)
	case "org.freedesktop.DBus.Properties.PropertiesChanged":
		if len(s.Body) < 2 {
			return
		}
		changed, ok := s.Body[1].(map[string]dbus.Variant)
		if !ok {
			return
		}
		if locked, ok := changed["LockedHint"].Value().(bool); ok {
			l.told(either(locked, ScreenLocked, ScreenUnlocked))
		}
		if active, ok := changed["Active"].Value().(bool); ok {
			l.told(either(active, SwitchedBack, SwitchedAway))
		}
	}
}
