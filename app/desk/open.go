package desk

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"quietline/app/door"
	"quietline/app/practice"
	"quietline/backend/audit"
	"quietline/backend/checks"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/exchange"
	"quietline/backend/folder"
	"quietline/backend/jobs"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/session"
	"quietline/backend/settings"
	"quietline/backend/sqlite"
	"quietline/backend/vault"
)

// How often the background work runs. A practice line answers at once and costs
// nothing to ask.
const (
	practiceEvery = time.Second
	sendEvery     = 5 * time.Second
	checkEvery    = 10 * time.Second
	anchorEvery   = time.Minute
	healthEvery   = 10 * time.Minute // how often it is asked whether a check is due
)

// open is everything that exists only while the clinic is open.
type open struct {
	cfg Config
	// me is who opened it, as the journal knows her.
	me     session.Member
	vault  *vault.Vault
	clinic *folder.Clinic
	log    *slog.Logger

	pushed func(topic string)
	// people are those who wait for an answer.
	people *door.Attendance
	// rested is how long nobody has been at the desk, as far as is known.
	rested func() time.Duration

	// wired is the line in use, never nil once the clinic is entered.
	wired atomic.Pointer[wire]
	// read are the threads whose opening is on record in this session.
	read sync.Map
	// searches is whom the running search has shown.
	searches searches
	// files is what is known of the files of attachments.
	files files
	// copying is what is known of backups, drilling of trying them.
	copying  copying
	drilling drilling
	// searchable is how far the search has been made.
	searchable meter
	// papers are those that somebody is making.
	papers papers
	// brought is the file that somebody is handing in.
	brought brought
	// running is replaced under turn of the desk; mu guards the pointer alone.
	mu      sync.RWMutex
	running *jobs.Registry

	// enrolment is the second factor that is being set up; guarded by mu of the desk.
	enrolment vault.Enrolment
	// dayEnds is when the working day is over that began with a full sign-in; zero
	// where none did. Guarded by mu of the desk.
	dayEnds clinic.Instant
	// stayed is why a move led nowhere that had been begun, where one had.
	stayed atomic.Pointer[Problem]
	// remade: lists and search were made anew when the clinic was opened, or soon after.
	remade atomic.Bool
	// unopened is how many entries from while the clinic was locked do not open.
	unopened int
	// receives: the clinic wants texts to be received while it is locked. The lock
	// asks no disk for it.
	receives atomic.Bool
	// kept is the practice line of the session before, until one is dialled.
	kept *practice.Peer
	// greeted is the practice line on which every patient has a telephone; greeting
	// guards it.
	greeting sync.Mutex
	greeted  *practice.Peer
	// since is the reading of Clock.Elapsed at which the clinic was opened.
	since time.Duration
	// replying lets one at a time change what is left with the provider; forgot is when
	// it was last made to forget, a reading of Clock.Elapsed.
	replying sync.Mutex
	forgot   atomic.Int64
	// repliedAt is when it was looked whether the reply is still in force, as a reading of
	// the clock's Elapsed; unanswered is why nobody is answered outside of the hours although
	// somebody should be, nil where that is not so or not known.
	repliedAt  atomic.Int64
	unanswered atomic.Pointer[clinic.Error]
	// asked: somebody has asked for a check of all records.
	asked atomic.Bool
	// compareAll: somebody has asked to hold all that the provider lists against the
	// records.
	compareAll atomic.Bool
}

// enter opens the clinic with keys and starts its work, or halts where something
// was found that a person must decide about. The keys are the desk's from then
// on; on an error they are zeroed.
func (d *Desk) enter(ctx context.Context, v *vault.Vault, keys *vault.Keys, step audit.Step) error {
	d.comeBack()
	c, remade, h, err := d.examine(ctx, v, keys, step)
	if err != nil {
		keys.Zero()
		d.goAwayAgain()
		return err
	}
	if h == nil {
		return d.work(ctx, v, c, step, remade, nil)
	}
	members, err := keys.Members()
	if err != nil {
		h.drop()
		d.goAwayAgain()
		return err
	}
	d.halt(h, members)
	return nil
}

// work records the step by which a clinic was opened, none where it was open before,
// and starts its work. On an error the clinic is let go. h is what has kept it from
// opening, nil where nothing has: until it is open, a lock ends that.
func (d *Desk) work(ctx context.Context, v *vault.Vault, c *folder.Clinic, step audit.Step, remade bool, h *halted) (err error) {
	o := &open{cfg: d.cfg, vault: v, clinic: c, log: d.cfg.Log, since: d.cfg.Clock.Elapsed(), kept: d.kept}
	d.kept = nil
	o.remade.Store(remade)
	o.pushed = func(topic string) { d.changes.Publish(door.Changed{Topic: topic}) }
	o.people, o.rested = d.people, d.session.Rested
	defer func() {
		if err != nil {
			d.kept, o.kept = o.kept, nil
			err = errors.Join(err, o.stop())
			o.clinic.Abandon()
			d.goAwayAgain()
		}
	}()
	if o.me, err = o.admitted(ctx, c.Keys.Member()); err != nil {
		return err
	}
	stayed, err := c.Stay(ctx, v, c.Keys.Member())
	if err != nil {
		return err
	}
	if stayed {
		o.stayed.Store(problemOf(clinic.E(CodeMoveUnfinished)))
	}
	if err := o.takeIn(ctx); err != nil {
		return err
	}
	if err := o.rememberReceiving(ctx); err != nil {
		return err
	}
	// What could not be done now is done at the next start; whoever has left is
	// turned away by then as now.
	if err := o.follow(ctx); err != nil {
		o.log.Warn("staff could not be brought along yet", "code", clinic.CodeOf(err))
	}
	if err := o.recordExports(ctx); err != nil {
		o.log.Warn("exports could not be recorded yet", "code", clinic.CodeOf(err))
	}
	if err := d.recordLate(ctx, o); err != nil {
		return err
	}
	me := journal.Actor{Staff: c.Keys.Member()}
	if _, err := o.clinic.Journal.Submit(ctx, me, func(dec *journal.Decision) error {
		if n := c.Keys.FailuresBefore(); n > 0 {
			audit.RecordFailures(dec, n)
		}
		if step != "" {
			audit.RecordStep(dec, step)
		}
		return nil
	}); err != nil {
		return err
	}
	lacks, err := o.lacksPhone(ctx, o.me.ID)
	if err != nil {
		return err
	}
	if err := o.rememberLost(ctx); err != nil {
		return err
	}
	o.watchBackups(ctx)
	if err := o.connect(ctx); err != nil {
		return err
	}
	// Before any door can answer her.
	d.session.Lack(lacks)
	o.clinic.Journal.Subscribe(d.tell(o))
	if err := o.startJobs(); err != nil {
		return err
	}
	o.clinic.Journal.Subscribe(o.mindReply)
	o.clinic.Journal.Subscribe(o.callOffSoon)
	d.mu.Lock()
	locked := d.halted != h
	if !locked {
		d.open, d.halted = o, nil
	}
	d.mu.Unlock()
	if locked {
		return clinic.E(clinic.CodeLocked)
	}
	d.idled().errand.Wipe()
	return nil
}

// round is a job that runs a round of the exchange, or nothing without a line.
func (o *open) round(run func(*exchange.Exchange, context.Context) error) func(context.Context, *jobs.Lease) error {
	return func(ctx context.Context, _ *jobs.Lease) error {
		w := o.wired.Load()
		if w.exchange == nil {
			return nil
		}
		if err := o.greet(ctx, w.peer); err != nil {
			return err
		}
		return run(w.exchange, ctx)
	}
}

// startJobs starts the background work.
func (o *open) startJobs() error {
	running, err := jobs.New(jobs.Config{
		Clock: o.cfg.Clock, Log: o.log, Random: rand.Float64, Changed: func(job string) {
			if job == jobHealth || job == jobRebuild {
				o.pushed(checks.Topic)
			}
		},
	},
		append(slices.Concat(o.attachmentJobs(), o.readingJobs(), o.askingJobs()),
			jobs.Job{Name: jobSend, Every: sendEvery, Run: o.round((*exchange.Exchange).SendDue)},
			jobs.Job{Name: jobCheck, Every: checkEvery, Run: o.round((*exchange.Exchange).CheckUnsure)},
			jobs.Job{Name: jobAnchor, Every: anchorEvery, Run: func(ctx context.Context, _ *jobs.Lease) error {
				return o.clinic.Note(ctx, o.vault, false)
			}},
			jobs.Job{Name: jobBackup, Every: backupEvery, Run: o.copyClinic},
			jobs.Job{Name: jobPurge, Every: purgeEvery, Run: o.purge},
			jobs.Job{Name: jobAfterHours, Every: afterHoursEvery, Run: o.renewReply},
			jobs.Job{Name: jobDrill, Every: drillEvery, Run: o.drill},
			jobs.Job{Name: jobHealth, Every: healthEvery, Run: o.checkRecords},
			jobs.Job{Name: jobSearch, Every: healthEvery, Run: o.makeSearch},
			jobs.Job{Name: jobIndexes, Every: indexesEvery, Run: o.checkIndexes},
			jobs.Job{Name: jobRebuild, Run: o.rebuild})...,
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
	jobListen  = "exchange.listen"
	jobHistory = "exchange.history"
	jobCompare = "exchange.compare"
	jobSend    = "exchange.send"
	jobCheck   = "exchange.check"
	jobAnchor  = "vault.anchor"
	// Reading all records, and making lists and search anew.
	jobHealth  = "checks.full"
	jobRebuild = "views.rebuild"
	jobSearch  = "views.search"
	// Holding what the lists are found by against them.
	jobIndexes = "views.indexes"
)

// callOffSoon looks at what the provider keeps as soon as something changed that may keep
// it from going: a consent, an opt-out, a number, the clinic's hours.
func (o *open) callOffSoon(changes []journal.Change) {
	for _, c := range changes {
		switch c.Topic {
		case consent.Topic, patients.Topic, settings.TopicSettings:
			o.poke(jobSend)
			return
		}
	}
}

// poke lets a job run now. A job that is stopping does not care.
func (o *open) poke(name string) {
	o.mu.RLock()
	running := o.running
	o.mu.RUnlock()
	if err := running.Poke(name); err != nil {
		o.log.Warn("no such job", "code", clinic.CodeOf(err))
	}
}

// stopWithin bounds how long the background work may take to end. Where the
// clinic stays open, a request under way still has its outcome recorded.
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
	return errors.Join(err, o.dropKept())
}

// dropKept ends the practice line of the session before, where none was dialled.
func (o *open) dropKept() error {
	kept := o.kept
	o.kept = nil
	if kept == nil {
		return nil
	}
	return kept.Stop()
}

// describe adds what the open clinic knows to the program's state.
func (o *open) describe(ctx context.Context, s *session.Session, state State) (State, error) {
	me, in := s.Member()
	if !in {
		return state, nil
	}
	sheet, err := o.clinic.Keys.Sheet()
	if err != nil {
		return State{}, err
	}
	state.Phase, state.SheetPending, state.PhoneAsked = PhaseOpen, sheet.Proven.IsZero(), s.RequireWhole() != nil
	state.Stayed = o.stayed.Load()
	_, state.Handed = s.Handed()
	state.SheetCheck = o.remindOfSheet(me, sheet)
	state.Me = &Member{ID: me.ID, Name: me.Name, Role: RoleName(me.Role)}
	for _, p := range session.Permissions() {
		if session.Allows(me.Role, p) {
			state.MayDo = append(state.MayDo, string(p))
		}
	}
	return state, o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		c, err := settings.Get(tx)
		state.ClinicName, state.Language = c.Name, LanguageName(c.Language)
		if err != nil {
			return err
		}
		state.PhoneEnd, err = phoneEndOf(tx, me.ID)
		return err
	})
}
