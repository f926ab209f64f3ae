package presence_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"quietline/backend/clinic/clinictest"
	"quietline/backend/session/presence"
)

// busConfig is a bus on which everybody may do everything and nothing is started
// on demand.
const busConfig = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=SOCKET</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`

// bus is a private message bus that can be ended and begun again.
type bus struct {
	t       *testing.T
	config  string
	address string
	daemon  *exec.Cmd
}

func startBus(t *testing.T) *bus {
	t.Helper()
	if _, err := exec.LookPath("dbus-daemon"); err != nil {
		t.Skip("dbus-daemon is not installed: the message buses of this system are not tested")
	}
	dir, err := os.MkdirTemp("", "bus") // a socket's path is short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	socket := filepath.Join(dir, "s")
	b := &bus{t: t, config: filepath.Join(dir, "conf"), address: "unix:path=" + socket}
	if err := os.WriteFile(b.config, []byte(strings.Replace(busConfig, "SOCKET", socket, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	b.begin()
	t.Cleanup(b.end)
	return b
}

func (b *bus) begin() {
	b.t.Helper()
	b.daemon = exec.Command("dbus-daemon", "--config-file="+b.config, "--nofork", "--nopidfile", "--print-address")
	b.daemon.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := b.daemon.StdoutPipe()
	if err != nil {
		b.t.Fatal(err)
	}
	if err := b.daemon.Start(); err != nil {
		b.t.Fatal(err)
	}
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bus) end() {
	if b.daemon != nil {
		_ = b.daemon.Process.Kill()
		_ = b.daemon.Wait()
		b.daemon = nil
	}
}

func (b *bus) connect() *dbus.Conn {
	b.t.Helper()
	c, err := dbus.Connect(b.address)
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { _ = c.Close() })
	return c
}

const (
	manager = "org.freedesktop.login1.Manager"
	session = "org.freedesktop.login1.Session"
	ours    = dbus.ObjectPath("/org/freedesktop/login1/session/_32")
	theirs  = dbus.ObjectPath("/org/freedesktop/login1/session/_33")
)

// logind is a login manager of this test. What it exports is what the bus may
// call.
type logind struct {
	conn *dbus.Conn
	// asked gets a word whenever the watcher asks which session is its own.
	asked chan struct{}
	// brakes gets the end of each brake that the test keeps: it can be read to its
	// end once the watcher has let go.
	brakes chan *os.File
	locked bool
	silent bool // never answers
	quiet  chan struct{}
}

func (l *logind) Inhibit(what, _, _, mode string) (dbus.UnixFD, *dbus.Error) {
	l.wait()
	if what != "sleep" || mode != "delay" {
		return 0, dbus.MakeFailedError(errors.New("not what is expected"))
	}
	read, write, err := os.Pipe()
	if err != nil {
		return 0, dbus.MakeFailedError(err)
	}
	// The library sends a copy after this returns, so the pipe's end stays open
	// until the next brake is asked for.
	select {
	case l.brakes <- read:
	default:
	}
	return dbus.UnixFD(write.Fd()), nil
}

func (l *logind) GetSessionByPID(uint32) (dbus.ObjectPath, *dbus.Error) {
	l.wait()
	select {
	case l.asked <- struct{}{}:
	default:
	}
	return ours, nil
}

// Get is that of org.freedesktop.DBus.Properties.
func (l *logind) Get(_, name string) (dbus.Variant, *dbus.Error) {
	l.wait()
	return dbus.MakeVariant(map[string]bool{"LockedHint": l.locked, "Active": true}[name]), nil
}

func (l *logind) wait() {
	if l.silent {
		<-l.quiet
	}
}

func (b *bus) logind(change func(*logind)) *logind {
	b.t.Helper()
	l := &logind{conn: b.connect(), asked: make(chan struct{}, 9), brakes: make(chan *os.File, 9), quiet: make(chan struct{})}
	if change != nil {
		change(l)
	}
	b.t.Cleanup(func() { close(l.quiet) })
	for _, err := range []error{
		l.conn.Export(l, "/org/freedesktop/login1", manager),
		l.conn.Export(l, ours, "org.freedesktop.DBus.Properties"),
	} {
		if err != nil {
			b.t.Fatal(err)
		}
	}
	own(b.t, l.conn, "org.freedesktop.login1")
	return l
}

func own(t *testing.T, c *dbus.Conn, name string) {
	t.Helper()
	if reply, err := c.RequestName(name, dbus.NameFlagDoNotQueue); err != nil || reply != dbus.RequestNameReplyPrimaryOwner {
		t.Fatalf("own %s: %v %v", name, reply, err)
	}
}

func (l *logind) says(t *testing.T, path dbus.ObjectPath, name string, values ...any) {
	t.Helper()
	if err := l.conn.Emit(path, name, values...); err != nil {
		t.Fatal(err)
	}
}

func (l *logind) changes(t *testing.T, path dbus.ObjectPath, name string, value any) {
	l.says(t, path, "org.freedesktop.DBus.Properties.PropertiesChanged", session,
		map[string]dbus.Variant{name: dbus.MakeVariant(value)}, []string{})
}

// guard watches until the test ends and keeps what it was told.
type guard struct {
	t       *testing.T
	clock   *clinictest.Clock
	watcher presence.Watcher
	signs   chan presence.Sign
}

func watch(t *testing.T, system, session string) *guard {
	t.Helper()
	t.Setenv("XDG_SESSION_ID", "")
	g := &guard{t: t, clock: clinictest.NewClock(time.Date(2026, 3, 2, 16, 0, 0, 0, time.UTC)), signs: make(chan presence.Sign, 64)}
	g.watcher = presence.New(presence.Config{
		Clock: g.clock, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), SystemBus: system, SessionBus: session,
	})
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- g.watcher.Watch(ctx, func(s presence.Sign) { g.signs <- s }) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("watching ended with %v", err)
		}
	})
	return g
}

// patience is for what takes a moment where all is well.
const patience = 20 * time.Second

func (g *guard) hears(want ...presence.Sign) {
	g.t.Helper()
	for _, w := range want {
		select {
		case got := <-g.signs:
			if got != w {
				g.t.Fatalf("heard %s, want %s", got, w)
			}
		case <-time.After(patience):
			g.t.Fatalf("%s was not heard", w)
		}
	}
}

func taken[T any](t *testing.T, what string, from <-chan T) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(patience):
		t.Fatalf("no %s", what)
		panic("unreachable")
	}
}

// nowhere is the address of no bus.
const nowhere = "unix:path=/nonexistent/bus"

func TestWhatTheLoginManagerKnows(t *testing.T) {
	b := startBus(t)
	l := b.logind(nil)
	g := watch(t, b.address, nowhere)
	taken(t, "question for the session", l.asked)
	taken(t, "brake", l.brakes)

	l.says(t, ours, session+".Lock")
	g.hears(presence.ScreenLocked)
	l.says(t, ours, session+".Unlock")
	l.changes(t, ours, "LockedHint", true)
	l.changes(t, ours, "Active", false)
	l.changes(t, ours, "Active", true)
	l.changes(t, ours, "IdleHint", true) // says nothing here
	g.hears(presence.ScreenUnlocked, presence.ScreenLocked, presence.SwitchedAway, presence.SwitchedBack)

	// Another person's session is not ours.
	l.says(t, theirs, session+".Lock")
	l.changes(t, theirs, "Active", false)

	l.says(t, "/org/freedesktop/login1", manager+".PrepareForSleep", true)
	g.hears(presence.Sleeping)
	l.says(t, "/org/freedesktop/login1", manager+".PrepareForSleep", false)
	g.hears(presence.Woken)
	// Held back again for the next time.
	taken(t, "second brake", l.brakes)
}

func TestALoginManagerThatGoesAndComesBack(t *testing.T) {
	b := startBus(t)
	first := b.logind(nil)
	g := watch(t, b.address, nowhere)
	taken(t, "question for the session", first.asked)
	if err := first.conn.Close(); err != nil {
		t.Fatal(err)
	}
	// The screen was locked meanwhile.
	second := b.logind(func(l *logind) { l.locked = true })
	taken(t, "question after it came back", second.asked)
	g.hears(presence.ScreenLocked)
	second.says(t, ours, session+".Unlock")
	g.hears(presence.ScreenUnlocked)
}

func TestALoginManagerThatComesLate(t *testing.T) {
	b := startBus(t)
	g := watch(t, b.address, nowhere)
	// One waits for the session bus, one to look for the manager again.
	g.clock.AwaitWaiters(2)
	l := b.logind(nil)
	taken(t, "question", l.asked)
	l.says(t, ours, session+".Lock")
	g.hears(presence.ScreenLocked)
}

func TestALoginManagerThatNeverAnswersStillTellsOfSleep(t *testing.T) {
	b := startBus(t)
	l := b.logind(func(l *logind) { l.silent = true })
	g := watch(t, b.address, nowhere)
	g.clock.AwaitWaiters(2) // it has given up asking, for now
	l.says(t, "/org/freedesktop/login1", manager+".PrepareForSleep", true)
	g.hears(presence.Sleeping)
}

func TestABusThatGoesAndComesBack(t *testing.T) {
	b := startBus(t)
	l := b.logind(nil)
	g := watch(t, b.address, nowhere)
	taken(t, "question", l.asked)
	b.end()
	g.clock.AwaitWaiters(2) // both wait to connect again
	b.begin()
	l = b.logind(func(l *logind) { l.locked = true })
	g.clock.Advance(5 * time.Second)
	taken(t, "question after the bus came back", l.asked)
	g.hears(presence.ScreenLocked)
}

func TestWithoutABusNothingIsKnown(t *testing.T) {
	g := watch(t, nowhere, nowhere)
	g.clock.AwaitWaiters(2)
	if idle, err := g.watcher.Idle(t.Context()); !errors.Is(err, presence.ErrUnknown) {
		t.Errorf("idle: %v %v", idle, err)
	}
}

// listened returns what waits until somebody listens on the bus for so many signals of
// a name. The bus does one thing after another: who has seen that it was asked may send.
func (b *bus) listened(signal string, times int) (wait func()) {
	b.t.Helper()
	monitor := b.connect()
	rule := "type='method_call',interface='org.freedesktop.DBus',member='AddMatch'"
	if err := monitor.BusObject().Call("org.freedesktop.DBus.Monitoring.BecomeMonitor", 0, []string{rule}, uint32(0)).Err; err != nil {
		b.t.Fatal(err)
	}
	asked := make(chan *dbus.Message, 64)
	monitor.Eavesdrop(asked)
	return func() {
		b.t.Helper()
		for times > 0 {
			m := taken(b.t, "request for "+signal, asked)
			if len(m.Body) == 1 && strings.Contains(fmt.Sprint(m.Body[0]), "'"+signal+"'") {
				times--
			}
		}
	}
}

func TestScreenSavers(t *testing.T) {
	b := startBus(t)
	all := []string{
		"org.freedesktop.ScreenSaver", "org.gnome.ScreenSaver", "org.cinnamon.ScreenSaver", "org.mate.ScreenSaver", "org.xfce.ScreenSaver",
	}
	listened := b.listened("ActiveChanged", len(all))
	g := watch(t, nowhere, b.address)
	listened()
	c := b.connect()
	for _, name := range all {
		own(t, c, name)
		for _, covered := range []any{true, "soon", false} {
			if err := c.Emit("/org/gnome/ScreenSaver", name+".ActiveChanged", covered); err != nil {
				t.Fatal(err)
			}
		}
		g.hears(presence.ScreenLocked, presence.ScreenUnlocked)
	}
}

// idleMonitor is GNOME's, or a screen saver's counter.
type idleMonitor struct {
	milliseconds atomic.Uint64
	count        atomic.Uint32
	quiet        atomic.Pointer[silence]
}

// silence is a counter that is asked and does not answer until it is over.
type silence struct{ asked, over chan struct{} }

func (m *idleMonitor) GetIdletime() (uint64, *dbus.Error) {
	if quiet := m.quiet.Load(); quiet != nil {
		close(quiet.asked)
		<-quiet.over
	}
	return m.milliseconds.Load(), nil
}

func (m *idleMonitor) GetSessionIdleTime() (uint32, *dbus.Error) { return m.count.Load(), nil }

func TestIdleFromGNOME(t *testing.T) {
	b := startBus(t)
	c := b.connect()
	m := &idleMonitor{}
	m.milliseconds.Store(61_500)
	if err := c.Export(m, "/org/gnome/Mutter/IdleMonitor/Core", "org.gnome.Mutter.IdleMonitor"); err != nil {
		t.Fatal(err)
	}
	own(t, c, "org.gnome.Mutter.IdleMonitor")
	g := watch(t, nowhere, b.address)
	if idle, err := g.watcher.Idle(t.Context()); err != nil || idle != 61_500*time.Millisecond {
		t.Errorf("idle: %v %v", idle, err)
	}
	m.milliseconds.Store(1 << 60)
	if idle, err := g.watcher.Idle(t.Context()); !errors.Is(err, presence.ErrUnknown) {
		t.Errorf("a counter out of all sense: %v %v", idle, err)
	}
	// One that stops answering is unknown, not busy.
	quiet := &silence{asked: make(chan struct{}), over: make(chan struct{})}
	m.quiet.Store(quiet)
	defer close(quiet.over)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-quiet.asked
		cancel()
	}()
	if idle, err := g.watcher.Idle(ctx); !errors.Is(err, presence.ErrUnknown) {
		t.Errorf("no answer: %v %v", idle, err)
	}
}

func TestIdleFromAScreenSaver(t *testing.T) {
	b := startBus(t)
	c := b.connect()
	m := &idleMonitor{}
	m.count.Store(9)
	if err := c.Export(m, "/org/freedesktop/ScreenSaver", "org.freedesktop.ScreenSaver"); err != nil {
		t.Fatal(err)
	}
	own(t, c, "org.freedesktop.ScreenSaver")
	g := watch(t, nowhere, b.address)
	if idle, err := g.watcher.Idle(t.Context()); !errors.Is(err, presence.ErrUnknown) {
		t.Errorf("before its unit is known: %v %v", idle, err)
	}
	g.clock.Advance(5 * time.Second)
	m.count.Store(14)
	if idle, err := g.watcher.Idle(t.Context()); err != nil || idle != 14*time.Second {
		t.Errorf("idle: %v %v", idle, err)
	}
}
