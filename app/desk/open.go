package desk

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"quietline/app/door"
	"quietline/app/practice"
	"quietline/backend/audit"
	"quietline/backend/clinic"
	"quietline/backend/exchange"
	"quietline/backend/folder"
	"quietline/backend/jobs"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/policy"
	"quietline/backend/provider"
	"quietline/backend/provider/twilio"
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
	jobs   *jobs.Registry
	log    *slog.Logger

	mu       sync.RWMutex
	line     settings.Line
	exchange *exchange.Exchange // nil without a line
	sms      *twilio.Client
	peer     *practice.Peer
	pushed   func(topic string)
}

// enter opens the clinic with keys and starts its work. The keys are the open
// clinic's from then on; on an error they are zeroed.
func (d *Desk) enter(ctx context.Context, v *vault.Vault, keys *vault.Keys, how opening, step audit.Step, prepare func(*journal.Decision) error) (err error) {
	o := &open{cfg: d.cfg, vault: v, log: d.cfg.Log}
	o.pushed = func(topic string) { d.changes.Publish(door.Changed{Topic: topic}) }
	if o.clinic, err = how(ctx, folder.Config{Dir: d.cfg.Dir, Keys: keys, Clock: d.cfg.Clock}); err != nil {
		keys.Zero()
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, o.stop())
			o.clinic.Abandon()
		}
	}()
	if err := o.trusted(ctx); err != nil {
		return err
	}
	me := journal.Actor{Staff: keys.Member()}
	if _, err := o.clinic.Journal.Submit(ctx, me, func(dec *journal.Decision) error {
		if prepare != nil {
			if err := prepare(dec); err != nil {
				return err
			}
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

// opening is folder.Open or folder.Create.
type opening func(context.Context, folder.Config) (*folder.Clinic, error)

// trusted holds the log against the anchors that lie outside of it, and answers
// views that were changed behind the program's back by making them anew.
func (o *open) trusted(ctx context.Context) error {
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

// connect builds the line that the settings name. It makes no request.
func (o *open) connect(ctx context.Context) error {
	var line settings.Line
	var known []greeted
	if err := o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) (err error) {
		if line, err = settings.GetLine(tx); err != nil {
			return err
		}
		known, err = whoToGreet(tx, line.Kind)
		return err
	}); err != nil {
		return err
	}
	if line.Kind == settings.LineNone {
		return nil
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if line.Kind == settings.LineSample || line.Kind == settings.LinePractice {
		peer, err := practice.Start(line.Phone, o.cfg.Clock, o.cfg.Control)
		if err != nil {
			return err
		}
		o.peer = peer
		for _, g := range known {
			if err := peer.Greet(g.phone, g.language); err != nil {
				return err
			}
		}
		line = peer.Line(line.Kind)
	}
	sms, err := twilio.New(twilio.Config{
		BaseURL: line.Address, Account: provider.Account(line.Account), KeySID: line.Key, KeySecret: line.Secret,
	})
	if err != nil {
		return err
	}
	o.sms, o.line = sms, line
	o.exchange = exchange.New(exchange.Config{
		Journal: o.clinic.Journal, SMS: sms, Phone: line.Phone, Line: line.Policy(), Clock: o.cfg.Clock, Log: o.log,
		StatusChanged: func() { o.pushed(exchange.TopicLine) },
	})
	return o.exchange.Settle(ctx)
}

type greeted struct {
	phone    clinic.Phone
	language clinic.Language
}

// whoToGreet lists the patients' numbers for a practice line.
func whoToGreet(tx *sqlite.Tx, kind settings.LineKind) ([]greeted, error) {
	if kind != settings.LineSample && kind != settings.LinePractice {
		return nil, nil
	}
	all, err := patients.Phones(tx)
	var known []greeted
	for _, p := range all {
		known = append(known, greeted{p.Phone, p.Language})
	}
	return known, err
}

// policyLine returns what texts are decided against.
func (o *open) policyLine() policy.Line {
	o.mu.RLock()
	defer o.mu.RUnlock()
	return o.line.Policy()
}

// wire returns the exchange, or CodeNoLine.
func (o *open) wire() (*exchange.Exchange, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	if o.exchange == nil {
		return nil, clinic.E(CodeNoLine)
	}
	return o.exchange, nil
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
	o.mu.Lock()
	defer o.mu.Unlock()
	listen := listenEvery
	if o.line.Policy() != policy.LineLiveRefused {
		listen = practiceEvery
	}
	var err error
	o.jobs, err = jobs.New(jobs.Config{Clock: o.cfg.Clock, Log: o.log, Random: rand.Float64},
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
	o.jobs.Start(context.Background())
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
	defer o.mu.RUnlock()
	if err := o.jobs.Poke(name); err != nil {
		o.log.Warn("no such job", "code", clinic.CodeOf(err))
	}
}

// stopWithin bounds how long the background work may take to end: a request
// under way still has its outcome recorded.
const stopWithin = 6 * time.Second

// stop ends the background work and the practice line.
func (o *open) stop() error {
	o.mu.RLock()
	running := o.jobs
	o.mu.RUnlock()
	var err error
	if running != nil { // its rounds read the line: no lock while they end
		ctx, cancel := context.WithTimeout(context.Background(), stopWithin)
		defer cancel()
		err = running.Stop(ctx)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.sms != nil {
		o.sms.Close()
	}
	if o.peer != nil {
		err = errors.Join(err, o.peer.Stop())
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
