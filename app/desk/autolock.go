package desk

import (
	"context"
	"sync"
	"time"

	"quietline/app/door"
	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/session"
	"quietline/backend/session/presence"
	"quietline/backend/settings"
	"quietline/backend/sqlite"
)

// How often the guard looks: between looks, and while a warning is shown.
const (
	lookEvery     = 2 * time.Second
	lookNearEvery = time.Second
)

// topicSession tells the screen to ask anew whether the session nears its end.
const topicSession = "session"

// Guard locks the clinic when nobody is there, until ctx ends: at once where the
// system says so, after a rest and with the working day by the clocks. It also
// runs while the clinic is locked, and then does next to nothing.
func (d *Desk) Guard(ctx context.Context) {
	var watching sync.WaitGroup
	if d.cfg.Presence != nil {
		// Watching ends with ctx and for no other reason.
		watching.Go(func() { _ = d.cfg.Presence.Watch(ctx, d.noticed) })
	}
	for d.cfg.Clock.Wait(ctx, d.look(ctx)) == nil {
	}
	watching.Wait()
}

// noticed acts on what the system says about the person at the screen. There is
// no warning: whoever locked the screen has left.
func (d *Desk) noticed(s presence.Sign) {
	if s.Gone() {
		d.Lock()
	}
}

// look looks once and returns how long it is until the next look.
func (d *Desk) look(ctx context.Context) time.Duration {
	me, in := d.session.Member()
	if !in {
		d.stood.forget()
		return lookEvery
	}
	idle, known := time.Duration(0), false
	if d.cfg.Presence != nil {
		if rested, err := d.cfg.Presence.Idle(ctx); err == nil {
			idle, known = rested, true
		}
	}
	if ctx.Err() != nil {
		return lookEvery
	}
	s := d.session.Look(d.limits(ctx, me.Role), idle, known)
	if s.Ends != session.GoesOn {
		d.Lock()
		return lookEvery
	}
	d.stands(s)
	if s.Near != session.GoesOn {
		return lookNearEvery
	}
	return lookEvery
}

// limits are how long a session of a role lasts. Where the clinic's own times
// cannot be read the shortest hold that any clinic may choose. While none is open,
// and a person decides about what was found instead, nothing of a patient is to be
// seen: the strictest times that are offered leave her the time for it.
func (d *Desk) limits(ctx context.Context, role clinic.Role) session.Limits {
	locking := settings.ProposedLocking()
	if o, err := d.current(); err == nil {
		// A caller who no longer waits must not pass for times that cannot be read.
		if locking, err = settings.HeldLocking(context.WithoutCancel(ctx), o.clinic.Journal.Read); err != nil {
			d.cfg.Log.Warn("lock times could not be read: the shortest hold", "code", clinic.CodeOf(err))
		}
	}
	idle, longest := locking.For(role)
	return session.Limits{Idle: idle, Longest: longest}
}

// stood is how the session stood at the last look.
type stood struct {
	mu      sync.Mutex
	last    session.Standing
	elapsed time.Duration
}

func (s *stood) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = session.Standing{}
}

// stands keeps how the session stands, and tells the screen where a warning
// begins or ends.
func (d *Desk) stands(s session.Standing) {
	d.stood.mu.Lock()
	changed := d.stood.last.Near != s.Near
	d.stood.last, d.stood.elapsed = s, d.cfg.Clock.Elapsed()
	d.stood.mu.Unlock()
	if changed {
		d.changes.Publish(door.Changed{Topic: topicSession})
	}
}

// sessionStanding answers whether the session nears its end.
func (d *Desk) sessionStanding(context.Context, *door.Caller, door.None) (SessionStanding, error) {
	d.stood.mu.Lock()
	defer d.stood.mu.Unlock()
	s := SessionStanding{Near: NearEnd(d.stood.last.Near)}
	if s.Near == "" {
		s.Near = NearNone
		return s, nil
	}
	left := d.stood.last.Left - (d.cfg.Clock.Elapsed() - d.stood.elapsed)
	s.Seconds = max(int((left+time.Second-1)/time.Second), 0)
	return s, nil
}

// stay notes that the person is there: she pressed the button of the warning, or
// used the window.
func (d *Desk) stay(ctx context.Context, c *door.Caller, _ door.None) (SessionStanding, error) {
	d.session.Touch()
	s := d.session.Look(d.limits(ctx, c.Role), 0, false)
	if s.Ends != session.GoesOn {
		// It came too late.
		d.Lock()
		return SessionStanding{}, clinic.E(clinic.CodeLocked)
	}
	d.stands(s)
	return d.sessionStanding(ctx, c, door.None{})
}

// copied notes what the window has put into the clipboard.
func (d *Desk) copied(_ context.Context, _ *door.Caller, r CopiedText) (door.None, error) {
	if d.cfg.Copied != nil {
		d.cfg.Copied(r.Text)
	}
	return door.None{}, nil
}

// lockSettings answers when desks lock by themselves.
func (d *Desk) lockSettings(ctx context.Context, _ *door.Caller, _ door.None) (LockSettings, error) {
	o, err := d.current()
	if err != nil {
		return LockSettings{}, err
	}
	var l settings.Locking
	if err := o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) (err error) {
		l, err = settings.GetLocking(tx)
		return err
	}); err != nil {
		return LockSettings{}, err
	}
	return LockSettings{
		Rule: LockRule(l.Rule), FrontDesk: l.FrontDesk, Therapist: l.Therapist, OfficeManager: l.OfficeManager,
		PrivacyOfficer: l.PrivacyOfficer, LongestHours: l.Longest,
	}, nil
}

// saveLockSettings records when desks lock from now on. The stricter rule asks
// everybody for a phone as well.
func (d *Desk) saveLockSettings(ctx context.Context, c *door.Caller, r LockSettings) (LockSettings, error) {
	o, err := d.current()
	if err != nil {
		return LockSettings{}, err
	}
	l := settings.Locking{
		Rule: settings.Rule(r.Rule), FrontDesk: r.FrontDesk, Therapist: r.Therapist, OfficeManager: r.OfficeManager,
		PrivacyOfficer: r.PrivacyOfficer, Longest: r.LongestHours,
	}
	if l.Rule == settings.RuleProposed {
		if err := o.ownPhone(c.ID); err != nil {
			return LockSettings{}, err
		}
	}
	if _, err := o.clinic.Journal.Submit(ctx, journal.Actor{Staff: c.ID}, func(dec *journal.Decision) error {
		return settings.ChangeLocking(dec, l)
	}); err != nil {
		return LockSettings{}, err
	}
	return d.lockSettings(ctx, c, door.None{})
}

// lockChoices answers what each rule leaves to choose.
func (d *Desk) lockChoices(context.Context, *door.Caller, door.None) (LockChoices, error) {
	var all LockChoices
	for _, offered := range []settings.Locking{settings.DefaultLocking(), settings.ProposedLocking()} {
		bounds, _ := offered.Rule.Bounds()
		all.Items = append(all.Items, LockChoice{
			MostMinutes: bounds.IdleMost, MostHours: bounds.LongestMost,
			Offered: LockSettings{
				Rule: LockRule(offered.Rule), FrontDesk: offered.FrontDesk, Therapist: offered.Therapist,
				OfficeManager: offered.OfficeManager, PrivacyOfficer: offered.PrivacyOfficer, LongestHours: offered.Longest,
			},
		})
	}
	return all, nil
}
