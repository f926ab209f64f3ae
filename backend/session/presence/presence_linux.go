package presence

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/godbus/dbus/v5"
)

// New returns the watcher of this system. It connects to nothing before it is
// asked.
func New(cfg Config) Watcher { return &desktop{Config: cfg} }

// desktop watches a Linux desktop over its message buses.
type desktop struct {
	Config

	mu      sync.Mutex
	session *dbus.Conn // for Idle; nil unless connected
	counter unit
}

func (d *desktop) Watch(ctx context.Context, seen func(Sign)) error {
	var one sync.Mutex
	told := func(s Sign) {
		one.Lock()
		defer one.Unlock()
		seen(s)
	}
	var both sync.WaitGroup
	for _, watch := range []func(context.Context, func(Sign), bool) error{d.login, d.screenSavers} {
		both.Go(func() { d.again(ctx, told, watch) })
	}
	both.Wait()
	d.mu.Lock()
	defer d.mu.Unlock()
	d.hangUp()
	return ctx.Err()
}

// again watches a bus until ctx ends, and connects anew where it was lost.
func (d *desktop) again(ctx context.Context, told func(Sign), watch func(context.Context, func(Sign), bool) error) {
	for again := false; ctx.Err() == nil; again = true {
		err := watch(ctx, told, again)
		if ctx.Err() != nil {
			return
		}
		if !again && err != nil {
			d.Log.Warn("the desktop's message bus does not answer")
		}
		if d.Clock.Wait(ctx, askAgain) != nil {
			return
		}
	}
}

// dial connects to a bus; the connection ends with ctx. Signals arrive in order
// and none is dropped.
func dial(ctx context.Context, address string, own func(...dbus.ConnOption) (*dbus.Conn, error)) (*dbus.Conn, error) {
	options := []dbus.ConnOption{dbus.WithContext(ctx), dbus.WithSignalHandler(dbus.NewSequentialSignalHandler())}
	if address == "" {
		return own(options...)
	}
	return dbus.Connect(address, options...)
}

// ask calls a method and gives up after askWithin.
func ask(ctx context.Context, o dbus.BusObject, method string, args ...any) *dbus.Call {
	ctx, cancel := context.WithTimeout(ctx, askWithin)
	defer cancel()
	return o.CallWithContext(ctx, method, dbus.FlagNoAutoStart, args...)
}

var errGone = errors.New("presence: the bus has gone")

// Where the GNOME and the freedesktop interfaces for idle time are.
var (
	mutter = place{"org.gnome.Mutter.IdleMonitor", "/org/gnome/Mutter/IdleMonitor/Core", "org.gnome.Mutter.IdleMonitor.GetIdletime"}
	saver  = place{"org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver", "org.freedesktop.ScreenSaver.GetSessionIdleTime"}
)

type place struct {
	name   string
	path   dbus.ObjectPath
	method string
}

func (d *desktop) Idle(ctx context.Context) (time.Duration, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.session == nil || !d.session.Connected() {
		c, err := dial(context.WithoutCancel(ctx), d.SessionBus, dbus.ConnectSessionBus)
		if err != nil {
			return 0, errors.Join(ErrUnknown, err)
		}
		d.session = c
	}
	ctx, cancel := context.WithTimeout(ctx, askWithin)
	defer cancel()
	var milliseconds uint64
	if err := d.asked(ctx, mutter).Store(&milliseconds); err == nil {
		if milliseconds > uint64((100 * 24 * time.Hour).Milliseconds()) {
			return 0, ErrUnknown
		}
		return time.Duration(milliseconds) * time.Millisecond, nil
	} else if ctx.Err() != nil {
		d.hangUp()
		return 0, fmt.Errorf("%w: %w", ErrUnknown, ctx.Err())
	}
	var count uint32
	if err := d.asked(ctx, saver).Store(&count); err != nil {
		return 0, errors.Join(ErrUnknown, err)
	}
	if idle, known := d.counter.read(uint64(count), d.Clock.Elapsed()); known {
		return idle, nil
	}
	return 0, ErrUnknown
}

func (d *desktop) asked(ctx context.Context, p place) *dbus.Call {
	return d.session.Object(p.name, p.path).CallWithContext(ctx, p.method, dbus.FlagNoAutoStart)
}

// hangUp ends the connection of Idle.
func (d *desktop) hangUp() {
	if d.session != nil {
		_ = d.session.Close()
		d.session = nil
	}
}

// screenSavers are the names under which desktops announce that their screen is
// covered.
var screenSavers = []string{
	"org.freedesktop.ScreenSaver", "org.gnome.ScreenSaver", "org.cinnamon.ScreenSaver", "org.mate.ScreenSaver", "org.xfce.ScreenSaver",
}

// screenSavers tells when the screen saver covers the screen. Whether it asks for
// a password is not said; somebody for whom it came on is away.
func (d *desktop) screenSavers(ctx context.Context, told func(Sign), again bool) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	c, err := dial(ctx, d.SessionBus, dbus.ConnectSessionBus)
	if err != nil {
		return fmt.Errorf("connect to the session bus: %w", err)
	}
	defer c.Close()
	signals := make(chan *dbus.Signal, 16)
	c.Signal(signals)
	for _, name := range screenSavers {
		if err := c.AddMatchSignalContext(ctx, dbus.WithMatchInterface(name), dbus.WithMatchMember("ActiveChanged")); err != nil {
			return fmt.Errorf("watch the screen saver: %w", err)
		}
	}
	if again {
		for _, name := range screenSavers {
			var covered bool
			path := dbus.ObjectPath("/" + replaced(name))
			if ask(ctx, c.Object(name, path), name+".GetActive").Store(&covered) == nil && covered {
				told(ScreenLocked)
			}
		}
	}
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case s, open := <-signals:
			if !open {
				return errGone
			}
			if covered, ok := flag(s, 0); ok {
				told(either(covered, ScreenLocked, ScreenUnlocked))
			}
		}
	}
}

// replaced turns a name on the bus into the path that belongs to it.
func replaced(name string) string {
	path := []byte(name)
	for i, c := range path {
		if c == '.' {
			path[i] = '/'
		}
	}
	return string(path)
}

// flag returns the i-th value of a signal, where that is true or false.
func flag(s *dbus.Signal, i int) (value, ok bool) {
	if i >= len(s.Body) {
		return false, false
	}
	value, ok = s.Body[i].(bool)
	return value, ok
}

func either(yes bool, a, b Sign) Sign {
	if yes {
		return a
	}
	return b
}
