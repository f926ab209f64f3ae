package desk_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"quietline/app/desk"
	"quietline/app/door"
	"quietline/backend/clinic"
	"quietline/backend/clinic/clinictest"
	"quietline/backend/session/presence"
	"quietline/backend/settings"
	"quietline/backend/vault"
	"quietline/backend/vault/filesecret"
)

// chair is a watcher under a test's control: who sits there, and since when.
type chair struct {
	signs chan presence.Sign

	mu    sync.Mutex
	idle  time.Duration
	blind bool
}

func (c *chair) Watch(ctx context.Context, seen func(presence.Sign)) error {
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case s := <-c.signs:
			seen(s)
		}
	}
}

func (c *chair) Idle(context.Context) (time.Duration, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.blind {
		return 0, presence.ErrUnknown
	}
	return c.idle, nil
}

func (c *chair) rests(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.idle = d
}

// guardsClock hands the guard's own rests to the test, so that it looks exactly
// when the test says; everything else waits on the clock below.
type guardsClock struct {
	*clinictest.Clock
	rests chan time.Duration
	looks chan struct{}
}

// isGuard marks the context of the guard.
type isGuard struct{}

func (c guardsClock) Wait(ctx context.Context, d time.Duration) error {
	if ctx.Value(isGuard{}) == nil {
		return c.Clock.Wait(ctx, d)
	}
	select {
	case c.rests <- d:
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case <-c.looks:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// guarded is a clinic with one patient, over whose desk a guard watches.
type guarded struct {
	*office
	chair  *chair
	me     clinic.StaffID
	locked chan desk.Left
	clock  guardsClock
}

// guard opens the clinic of a folder anew, with what change adds, signs in and
// has it guarded until the test ends.
func guard(t *testing.T, dir string, clock *clinictest.Clock, change func(*desk.Config)) *guarded {
	t.Helper()
	g := &guarded{chair: &chair{signs: make(chan presence.Sign)}, locked: make(chan desk.Left, 1000)}
	g.clock = guardsClock{Clock: clock, rests: make(chan time.Duration), looks: make(chan struct{})}
	cfg := desk.Config{
		Dir: filepath.Join(dir, "clinic"), Secrets: filesecret.At(filepath.Join(dir, "secret")), Work: vault.Sample,
		Clock: g.clock, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Version: "test", Carrier: carried(t),
		Presence: g.chair, Locked: func(l desk.Left) { g.locked <- l },
	}
	if change != nil {
		change(&cfg)
	}
	changes := door.NewChanges()
	d := desk.New(cfg, changes)
	doors := door.NewRegistry(token, d.Session(), d, cfg.Log)
	d.Register(doors)
	g.office = &office{t: t, desk: d, doors: doors, clock: clock}
	g.me = must[desk.State](g.office, "app.state", nil).Members[0].ID
	ctx, cancel := context.WithCancel(context.WithValue(context.Background(), isGuard{}, true))
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		d.Guard(ctx)
	}()
	t.Cleanup(func() {
		cancel()
		<-ended
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return g
}

// closed is a clinic that was made and closed again.
func closed(t *testing.T) (dir string, clock *clinictest.Clock) {
	t.Helper()
	dir = t.TempDir()
	o := found(t, dir)
	if err := o.desk.Close(); err != nil {
		t.Fatal(err)
	}
	return dir, o.clock
}

func (g *guarded) signIn() {
	g.t.Helper()
	must[desk.State](g.office, "session.signIn", desk.SignIn{Member: g.me, Passphrase: passphrase})
}

// passes lets time pass until it has, or the clinic is locked, and returns how much
// that was. Before each look of the guard, before is told the time.
func (g *guarded) passes(d time.Duration, before func(at time.Duration)) time.Duration {
	g.t.Helper()
	for at := time.Duration(0); at < d; {
		rest := <-g.clock.rests
		if g.shut() {
			g.clock.looks <- struct{}{}
			return at
		}
		g.clock.Advance(rest)
		at += rest
		before(at)
		g.clock.looks <- struct{}{}
	}
	<-g.clock.rests
	g.clock.looks <- struct{}{}
	return d
}

func (g *guarded) shut() bool {
	return must[desk.State](g.office, "app.state", nil).Phase == desk.PhaseLocked
}

func TestADeskThatNobodyUsesWarnsAndLocks(t *testing.T) {
	for name, blind := range map[string]bool{"by the system's word": false, "by its own, where the system says nothing": true} {
		t.Run(name, func(t *testing.T) {
			dir, clock := closed(t)
			g := guard(t, dir, clock, nil)
			g.chair.blind = blind
			g.signIn()
			warned := time.Duration(-1)
			after := g.passes(time.Hour, func(at time.Duration) {
				g.chair.rests(at)
				s, code := call[desk.SessionStanding](g.office, "session.standing", nil)
				if code == "" && s.Near != desk.NearNone && warned < 0 {
					warned = at
					if s.Near != desk.NearIdle || s.Seconds > 30 || s.Seconds < 27 {
						t.Errorf("the warning: %+v", s)
					}
				}
			})
			if after != 10*time.Minute {
				t.Errorf("locked after %v", after)
			}
			if warned < 9*time.Minute+30*time.Second || warned > 9*time.Minute+33*time.Second {
				t.Errorf("warned after %v", warned)
			}
			if left := <-g.locked; left.Member != g.me || !left.Noted {
				t.Errorf("left: %+v", left)
			}
		})
	}
}

func TestStayingKeepsTheDesk(t *testing.T) {
	dir, clock := closed(t)
	g := guard(t, dir, clock, nil)
	g.signIn()
	stayed := 0
	after := g.passes(40*time.Minute, func(at time.Duration) {
		g.chair.rests(at) // the press of the button is not seen by the system
		if s := must[desk.SessionStanding](g.office, "session.standing", nil); s.Near == desk.NearIdle {
			stayed++
			if s := must[desk.SessionStanding](g.office, "session.stay", nil); s.Near != desk.NearNone {
				t.Errorf("after staying: %+v", s)
			}
		}
	})
	if after != 40*time.Minute || stayed != 4 {
		t.Errorf("warned %d times, open for %v", stayed, after)
	}
}

func TestWhoeverLeavesIsNotWarned(t *testing.T) {
	dir, clock := closed(t)
	g := guard(t, dir, clock, nil)
	for _, c := range []struct {
		sign  presence.Sign
		locks bool
	}{
		{presence.ScreenLocked, true}, {presence.Sleeping, true}, {presence.Woken, true}, {presence.SwitchedAway, true},
		{presence.ScreenUnlocked, false}, {presence.SwitchedBack, false},
	} {
		g.signIn()
		g.chair.signs <- c.sign
		// The next sign is taken only when the one before was acted on.
		g.chair.signs <- presence.ScreenUnlocked
		if g.shut() != c.locks {
			t.Errorf("%s: locked is %v", c.sign, !c.locks)
		}
		g.desk.Lock()
	}
}

func TestAWorkingDayEndsHoweverBusy(t *testing.T) {
	dir, clock := closed(t)
	g := guard(t, dir, clock, nil)
	g.signIn()
	must[door.None](g.office, "session.confirm", desk.Confirm{Passphrase: passphrase})
	set := desk.LockSettings{Rule: "in_force", FrontDesk: 15, Therapist: 15, OfficeManager: 15, PrivacyOfficer: 15, LongestHours: 1}
	if got := must[desk.LockSettings](g.office, "clinic.saveLockSettings", set); got != set {
		t.Fatalf("saved %+v", got)
	}
	seen := desk.NearNone
	told := time.Duration(0)
	after := g.passes(3*time.Hour, func(at time.Duration) {
		if s, code := call[desk.SessionStanding](g.office, "session.stay", nil); code == "" && s.Near != desk.NearNone && told == 0 {
			seen, told = s.Near, at
		}
	})
	if after != time.Hour || seen != desk.NearLongest || told < 58*time.Minute || told > 58*time.Minute+3*time.Second {
		t.Errorf("locked after %v, told %s after %v", after, seen, told)
	}
}

func TestASleepThatNobodyAnnouncedLocks(t *testing.T) {
	dir, clock := closed(t)
	g := guard(t, dir, clock, nil)
	g.signIn()
	clock.Jump(2 * time.Hour)
	if after := g.passes(time.Minute, func(time.Duration) {}); after > 2*time.Second {
		t.Errorf("the desk is open %v after two hours of sleep", after)
	}
}

func TestLockSettingsAreBoundByTheirRule(t *testing.T) {
	dir, clock := closed(t)
	g := guard(t, dir, clock, nil)
	g.signIn()
	choices := must[desk.LockChoices](g.office, "clinic.lockChoices", nil)
	if len(choices.Items) != 2 {
		t.Fatalf("choices: %+v", choices)
	}
	stricter := choices.Items[1].Offered
	must[door.None](g.office, "session.confirm", desk.Confirm{Passphrase: passphrase})
	if _, code := call[desk.LockSettings](g.office, "clinic.saveLockSettings", stricter); code != desk.CodePhoneFirst {
		t.Errorf("the stricter rule, without a phone of one's own: %q", code)
	}
	g.enrol()
	for _, c := range choices.Items {
		must[door.None](g.office, "session.confirm", desk.Confirm{Passphrase: passphrase})
		if got := must[desk.LockSettings](g.office, "clinic.saveLockSettings", c.Offered); got != c.Offered {
			t.Errorf("saved %+v", got)
		}
		over := c.Offered
		over.Therapist = c.MostMinutes + 1
		if _, code := call[desk.LockSettings](g.office, "clinic.saveLockSettings", over); code != "settings.locking" {
			t.Errorf("a minute more than %d: %q", c.MostMinutes, code)
		}
	}
	// The stricter rule brought the phone along, and keeps it.
	if asked := must[desk.SigningIn](g.office, "clinic.signingIn", nil); !asked.Phone || !asked.ByRule {
		t.Errorf("under the stricter rule: %+v", asked)
	}
	if _, code := call[desk.SigningIn](g.office, "clinic.saveSigningIn", desk.SaveSigningIn{}); code != settings.CodePhoneOfRule {
		t.Errorf("leaving the phone out of it: %q", code)
	}
	must[desk.LockSettings](g.office, "clinic.saveLockSettings", choices.Items[0].Offered)
	if asked := must[desk.SigningIn](g.office, "clinic.signingIn", nil); !asked.Phone || asked.ByRule {
		t.Errorf("back under today's: %+v", asked)
	}
	must[desk.SigningIn](g.office, "clinic.saveSigningIn", desk.SaveSigningIn{})
	clock.Advance(6 * time.Minute)
	if _, code := call[desk.LockSettings](g.office, "clinic.saveLockSettings", choices.Items[0].Offered); code != "session.confirm" && code != clinic.CodeLocked {
		t.Errorf("without the passphrase: %q", code)
	}
}

func TestWhatIsCopiedIsTold(t *testing.T) {
	dir, clock := closed(t)
	var got bytes.Buffer
	g := guard(t, dir, clock, func(cfg *desk.Config) { cfg.Copied = func(s string) { got.WriteString(s) } })
	g.signIn()
	must[door.None](g.office, "session.copied", desk.CopiedText{Text: "heliotrope"})
	if got.String() != "heliotrope" {
		t.Errorf("told %q", got.String())
	}
}
