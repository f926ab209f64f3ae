package desk

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"quietline/app/door"
	"quietline/backend/audit"
	"quietline/backend/clinic"
	"quietline/backend/exchange"
	"quietline/backend/folder"
	"quietline/backend/jobs"
	"quietline/backend/journal"
	"quietline/backend/policy"
	"quietline/backend/session"
	"quietline/backend/settings"
	"quietline/backend/sqlite"
	"quietline/backend/vault"
)

// How often the background work runs. A practice line answers at once and costs
// nothing to ask.
const (
	listenEvery   = 15 * time.Second
	practiceEvery = time.Second
	sendEvery     = 5 * time.Second
	checkEvery    = 10 * time.Second
	anchorEvery   = time.Minute
)

// open is everything that exists only while the clinic is open.
type open struct {
	cfg    Config
	vault  *vault.Vault
	clinic *folder.Clinic
	log    *slog.Logger

	pushed func(topic string)

	// wired is the line in use, never nil once the clinic is entered.
	wired atomic.Pointer[wire]
	// read are the threads whose opening is on record in this session.
	read sync.Map
	// searches is whom the running search has shown.
	searches searches
	// running is replaced under turn of the desk; mu guards the pointer alone.
	mu      sync.RWMutex
	running *jobs.Registry
}

// enter opens the clinic with keys and starts its work. The keys are the open
// clinic's from then on; on an error they are zeroed.
func (d *Desk) enter(ctx context.Context, v *vault.Vault, keys *vault.Keys, step audit.Step) (err error) {
	o := &open{cfg: d.cfg, vault: v, log: d.cfg.Log}
	o.pushed = func(topic string) { d.changes.Publish(door.Changed{Topic: topic}) }
	if o.clinic, err = folder.Open(ctx, folder.Config{Dir: d.cfg.Dir, Keys: keys, Clock: d.cfg.Clock}); err != nil {
		keys.Zero()
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, o.stop())
			o.clinic.Abandon()
		}
	}()
	if err := o.trusted(ctx, step == audit.Recovered); err != nil {
		return err
	}
	me := journal.Actor{Staff: keys.Member()}
	if _, err := o.clinic.Journal.Submit(ctx, me, func(dec *journal.Decision) error {
		if n := keys.FailuresBefore(); n > 0 {
			audit.RecordFailures(dec, n)
		}
		audit.RecordStep(dec, step)
		return nil
	}); err != nil {
		return err
	}
	if err := o.connect(ctx); err != nil {
		return err
	}
	o.clinic.Journal.Subscribe(d.publish)
	if err := o.startJobs(); err != nil {
		return err
	}
	d.mu.Lock()
	d.open = o
	d.mu.Unlock()
	return nil
}

// trusted holds the log against the anchors that lie outside of it, and the
// vault's file against the pin in the keyring, and answers views that were
// changed behind the program's back by making them anew. Whoever has the
// recovery sheet may go on with an older vault's file.
func (o *open) trusted(ctx context.Context, withSheet bool) error {
	j := o.clinic.Journal
	if report := j.Report(); report.Blocked == journal.CodeViewsTampered {
		o.log.Warn("views were changed from outside and are made anew", "code", report.Blocked)
		if err := j.Rebuild(ctx, nil); err != nil {
			return err
		}
	} else if report.Blocked != "" {
		return clinic.E(report.Blocked)
	}
	kept, err := o.vault.Anchors(o.clinic.Keys)
	if err != nil {
		return err
	}
	pin, found, err := o.vault.Pinned(ctx, o.clinic.Keys)
	if err != nil && !errors.Is(err, clinic.E(vault.CodeNotBound)) {
		return err
	}
	if found && pin.VaultOlder && !withSheet {
		return clinic.E(CodeVaultOlder)
	}
	if found {
		kept = append(kept, pin.Anchor)
	}
	var anchors []journal.Anchor
	for _, a := range kept {
		if a.Kind == anchorKind {
			anchors = append(anchors, journal.Anchor{
				Head: journal.Head{Pos: journal.Pos{Incarnation: a.Incarnation, Seq: a.Seq}, Chain: journal.Hash(a.Hash)},
				At:   a.At,
			})
		}
	}
	return j.CheckAnchors(ctx, anchors)
}

const anchorKind = "journal"

// anchor notes outside of the log how far it had come.
func (o *open) anchor(ctx context.Context, pin bool) error {
	a, err := o.clinic.Journal.Anchor(ctx)
	if err != nil {
		return err
	}
	kept := vault.Anchor{
		Kind: anchorKind, Incarnation: a.Incarnation, Seq: a.Seq, Hash: vault.Hash(a.Chain), At: o.cfg.Clock.Now(),
	}
	if err := o.vault.SaveAnchor(ctx, o.clinic.Keys, kept); err != nil {
		return err
	}
	if !pin {
		return nil
	}
	return o.vault.PinAnchor(ctx, o.clinic.Keys, kept)
}

// round is a job that runs a round of the exchange, or nothing without a line.
func (o *open) round(run func(*exchange.Exchange, context.Context) error) func(context.Context, *jobs.Lease) error {
	return func(ctx context.Context, _ *jobs.Lease) error {
		x, err := o.wire()
		if err != nil {
			return nil
		}
		return run(x, ctx)
	}
}

// startJobs starts the background work.
func (o *open) startJobs() error {
	listen := listenEvery
	if o.policyLine() != policy.LineLiveRefused {
		listen = practiceEvery
	}
	running, err := jobs.New(jobs.Config{Clock: o.cfg.Clock, Log: o.log, Random: rand.Float64},
		jobs.Job{Name: jobListen, Every: listen, Run: o.round((*exchange.Exchange).Listen)},
		jobs.Job{Name: jobSend, Every: sendEvery, Run: o.round((*exchange.Exchange).SendDue)},
		jobs.Job{Name: jobCheck, Every: checkEvery, Run: o.round((*exchange.Exchange).CheckUnsure)},
		jobs.Job{Name: jobAnchor, Every: anchorEvery, Run: func(ctx context.Context, _ *jobs.Lease) error {
			return o.anchor(ctx, false)
		}},
	)
	if err != nil {
		return err
	}
	o.mu.Lock()
	o.running = running
	o.mu.Unlock()
	running.Start(context.Background())
	return nil
}

// The jobs of an open clinic.
const (
	jobListen = "exchange.listen"
	jobSend   = "exchange.send"
	jobCheck  = "exchange.check"
	jobAnchor = "vault.anchor"
)

// poke lets a job run now. A job that is stopping does not care.
func (o *open) poke(name string) {
	o.mu.RLock()
	running := o.running
	o.mu.RUnlock()
	if err := running.Poke(name); err != nil {
		o.log.Warn("no such job", "code", clinic.CodeOf(err))
	}
}

// stopWithin bounds how long the background work may take to end: a request
// under way still has its outcome recorded.
const stopWithin = 6 * time.Second

// rest ends the background work.
func (o *open) rest() error {
	o.mu.RLock()
	running := o.running
	o.mu.RUnlock()
	if running == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), stopWithin)
	defer cancel()
	return running.Stop(ctx)
}

// stop ends the background work and the line.
func (o *open) stop() error {
	err := o.rest()
	if w := o.wired.Load(); w != nil {
		err = errors.Join(err, w.hangUp())
	}
	return err
}

// describe adds what the open clinic knows to the program's state.
func (o *open) describe(ctx context.Context, s *session.Session, state State) (State, error) {
	me, in := s.Member()
	if !in {
		return state, nil
	}
	confirmed, err := o.clinic.Keys.RecoveryConfirmed()
	if err != nil {
		return State{}, err
	}
	state.Phase, state.SheetPending = PhaseOpen, !confirmed
	state.Me = &Member{ID: me.ID, Name: me.Name, Role: RoleName(me.Role)}
	for _, p := range session.Permissions() {
		if session.Allows(me.Role, p) {
			state.MayDo = append(state.MayDo, string(p))
		}
	}
	return state, o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		c, err := settings.Get(tx)
		state.ClinicName, state.Language = c.Name, LanguageName(c.Language)
		return err
	})
}
