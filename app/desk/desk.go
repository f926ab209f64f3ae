// Package desk is the program behind the screen: it opens and locks the clinic,
// runs its background work, and answers every door.
//
// A Desk is empty, locked or open. What is readable exists only between Open
// and Lock, in one value that is dropped as a whole. The doors' handlers gather
// what a screen needs from the domain packages and turn it into the shapes that
// cross; they decide nothing that the backend has not decided.
package desk

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"

	"quietline/app/door"
	"quietline/app/practice"
	"quietline/app/ticket"
	"quietline/backend/clinic"
	"quietline/backend/folder"
	"quietline/backend/parcel"
	"quietline/backend/provider/twilio"
	"quietline/backend/session"
	"quietline/backend/session/presence"
	"quietline/backend/vault"
)

// Codes of this package.
const (
	// CodeNoLine: no provider is connected.
	CodeNoLine clinic.Code = "desk.no_line"
	// CodeNoTherapist: patients are given to therapists.
	CodeNoTherapist clinic.Code = "desk.no_therapist"
	// CodeVaultOlder: vault.json is older than the one that was last in use here.
	CodeVaultOlder clinic.Code = "desk.vault_older"
	// CodeCannotGoOn: with these files nobody can go on.
	CodeCannotGoOn clinic.Code = "desk.cannot_go_on"
	// CodeMoveUnfinished: a move was begun, and the program stopped.
	CodeMoveUnfinished clinic.Code = "desk.move_unfinished"
	// CodePhoneAsked: the clinic asks everybody for a code from her phone.
	CodePhoneAsked clinic.Code = "desk.phone_asked"
	// CodeSampleClinic: the sample clinic has no account of its own.
	CodeSampleClinic clinic.Code = "desk.sample_clinic"
	// CodeDisconnectFirst: a live account is in use; it is disconnected before another
	// line takes its place.
	CodeDisconnectFirst clinic.Code = "desk.disconnect_first"
	// CodePhoneFirst: whoever asks everybody for one has set up her own.
	CodePhoneFirst clinic.Code = "desk.phone_first"
)

// Codes lists the codes of this package.
func Codes() []clinic.Code {
	return []clinic.Code{
		CodeNoLine, CodeNoTherapist, CodeNotShown, CodeVaultOlder, CodeCannotGoOn, CodeMoveUnfinished, CodePhoneAsked, CodePhoneFirst, CodeUnnoted,
		CodeNoDamage, CodePicturesOff, CodeNoDraftPicture,
		CodeSampleClinic, CodeDisconnectFirst,
	}
}

// Config is what a desk is made of.
type Config struct {
	// Dir is the clinic's data folder.
	Dir     string
	Secrets vault.DeviceSecrets
	Work    vault.WorkFactor
	// Files is the file system that the vault's file lies in; nil is the machine's.
	Files vault.Files
	// Parcels is the file system that a clinic is carried in; nil is the machine's.
	Parcels parcel.DiskFiles
	Clock   clinic.Clock
	// Presence tells whether somebody is at the computer; nil where nothing can,
	// and then the screen's own reports are all there is.
	Presence presence.Watcher
	// Copied, if set, is told each text that the window puts into the clipboard.
	Copied  func(text string)
	Log     *slog.Logger
	Version string
	// Hint is the passphrase that the people of the sample clinic share; empty for
	// a real one.
	Hint string
	// Control is a loopback address on which the practice line can be moved from
	// outside; empty for none. For tests of the sample clinic.
	Control string
	// Carrier carries requests to the provider; nil is the network.
	Carrier twilio.Carrier
	// Provider is where real accounts are reached, scheme and host; empty is the
	// provider's own. For tests, whose accounts are simulated.
	Provider string
	// Exports is the folder that is suggested for what is saved from damaged
	// records.
	Exports string
	// Drive is where damaged records are read from; nil is the machine's.
	Drive folder.Drive
	// SaveAs, if set, asks the person where a file is to be saved, suggests a name,
	// and returns the path, or an empty one where she gave it up. Where it is nil the
	// screen itself saves what it is given.
	SaveAs func(ctx context.Context, name string) (path string, err error)
	// ChooseFolder, if set, asks the person for a folder and returns its path, or an
	// empty one where she gave it up. Where it is nil she types a path.
	ChooseFolder func(ctx context.Context) (path string, err error)
	// ChooseMove, if set, does the same for the file of a clinic that moves.
	ChooseMove func(ctx context.Context) (path string, err error)
	// Locking, if set, is called first when the clinic is being locked, to take
	// what is readable off the screen. Nothing waits for it longer than a tenth of
	// a second.
	Locking func()
	// Locked, if set, is called last, when the keys are gone. It may end or replace
	// the process and need not return. Close does not call it.
	Locked func(Left)
	// Before is what the session before left, where another process held it. Its
	// Errand is the desk's from then on; see Receive.
	Before Left
}

// Desk is the program behind the screen. It is safe for concurrent use.
type Desk struct {
	cfg     Config
	session *session.Session
	changes *door.Changes
	tickets *ticket.Office
	// people are those who wait for an answer.
	people *door.Attendance
	hold   *folder.Hold

	// turn lets one at a time open, rewire or close the clinic. Who asks for the
	// lock does not wait for it before the screen is blank.
	turn sync.Mutex
	// leaving are the clinics that are locked and not yet closed.
	leaving sync.WaitGroup
	// locks counts the words to lock; since is their number when whoever comes in
	// began to, guarded by turn.
	locks atomic.Uint64
	since uint64
	// handed is the errand of the process before, and kept the practice line of the
	// session before; both guarded by turn.
	handed []byte
	kept   *practice.Peer
	// closed: nothing is begun any more; guarded by turn.
	closed bool

	stood     stood
	restoring restoring

	mu    sync.RWMutex
	vault *vault.Vault
	open  *open // nil unless open
	// halted is what keeps a clinic from opening although somebody has signed in.
	halted *halted
	// away is what goes on while the clinic is locked after a sign-in, or nil.
	away *away
	// idle is what to receive with again while nobody knows yet whether the clinic
	// opens, or nil.
	idle *idle
	// last is what the session before left, but for its errand.
	last Left
	// sheet is the recovery sheet that waits to be confirmed.
	sheet *pendingSheet
}

// New returns a desk. It touches nothing: whichever door first needs the folder
// takes hold of it.
func New(cfg Config, changes *door.Changes) *Desk {
	handed := cfg.Before.Errand
	cfg.Before.Errand = nil
	return &Desk{
		handed: handed, cfg: cfg, session: session.New(cfg.Clock), changes: changes, tickets: ticket.New(cfg.Clock), last: cfg.Before,
		people: new(door.Attendance),
	}
}

// held takes hold of the folder, or returns folder.CodeInUse. It may be asked
// again: the other run of the program may have ended.
func (d *Desk) held() (*folder.Hold, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.hold != nil {
		return d.hold, nil
	}
	hold, err := folder.Take(d.cfg.Dir)
	if err == nil {
		d.hold = hold
	}
	return hold, err
}

// Session returns who is signed in.
func (d *Desk) Session() *session.Session { return d.session }

// Close locks the clinic and lets go of the folder.
func (d *Desk) Close() error {
	d.restoring.cancel(true)
	d.lock(nil, false)
	d.turn.Lock()
	d.closed = true
	d.comeBack()
	d.idled().errand.Wipe()
	err := d.dropKept()
	d.turn.Unlock()
	d.mu.Lock()
	v, hold := d.vault, d.hold
	d.vault, d.hold = nil, nil
	d.mu.Unlock()
	if v != nil {
		v.Close()
	}
	if hold == nil {
		return err
	}
	return errors.Join(err, hold.Release())
}

// dropKept ends the practice line of the session before. The caller holds turn.
func (d *Desk) dropKept() error {
	kept := d.kept
	d.kept = nil
	if kept == nil {
		return nil
	}
	return kept.Stop()
}

// current returns the open clinic, or CodeLocked.
func (d *Desk) current() (*open, error) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	if d.open == nil {
		return nil, clinic.E(clinic.CodeLocked)
	}
	return d.open, nil
}

// entered reports whether somebody has signed in, whether or not the clinic is
// open. The caller holds turn.
func (d *Desk) entered() bool {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.open != nil || d.halted != nil
}

// loaded returns the vault of the folder, or vault.CodeMissing.
func (d *Desk) loaded(ctx context.Context) (*vault.Vault, error) {
	d.mu.RLock()
	v := d.vault
	d.mu.RUnlock()
	if v != nil {
		return v, nil
	}
	if _, err := d.held(); err != nil {
		return nil, err
	}
	found, err := vault.Exists(d.cfg.Dir)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, clinic.E(vault.CodeMissing)
	}
	v, err = vault.Load(ctx, d.vaultConfig())
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.vault == nil {
		d.vault = v
	}
	return d.vault, nil
}

func (d *Desk) vaultConfig() vault.Config {
	return vault.Config{Dir: d.cfg.Dir, Secrets: d.cfg.Secrets, Clock: d.cfg.Clock, Work: d.cfg.Work, Files: d.cfg.Files}
}

// state answers where the program stands as a whole.
func (d *Desk) state(ctx context.Context, _ *door.Caller, _ door.None) (State, error) {
	s := State{Phase: PhaseLocked, Language: LanguageName(clinic.English), Version: d.cfg.Version,
		SheetCheck: SheetFine, Sample: d.cfg.Hint != "", SampleHint: d.cfg.Hint}
	v, err := d.loaded(ctx)
	switch {
	case errors.Is(err, clinic.E(vault.CodeMissing)) && d.fresh():
		s.Phase = PhaseEmpty
		return s, nil
	case err != nil:
		s.Phase, s.Problem = PhaseBroken, problemOf(err)
		return s, nil
	}
	status := v.Status()
	s.Moved = status.Retired
	if !status.DeviceBound {
		s.NeedsRecovery, s.Problem = true, &Problem{Code: status.Problem, Params: clinic.Params{}}
	}
	short, err := d.shortUnlocks(ctx, v)
	if err != nil {
		d.cfg.Log.Warn("short passphrases could not be looked up", "code", clinic.CodeOf(err))
	}
	for _, m := range v.Members() {
		_, armed := short[m.ID]
		s.Members = append(s.Members, Member{ID: m.ID, Name: m.Name, Role: RoleName(m.Role), Short: armed})
	}
	d.mu.RLock()
	s.Last = d.last.Member
	d.mu.RUnlock()
	s.Arrived = d.arrived()
	d.mu.RLock()
	h, finding := d.halted, Finding{}
	if h != nil {
		finding = h.finding
	}
	d.mu.RUnlock()
	if h != nil {
		return h.describe(d.session, finding, s), nil
	}
	o, err := d.current()
	if err != nil {
		return s, nil
	}
	s.SampleHint = ""
	return o.describe(ctx, d.session, s)
}

// checkDevice asks the keyring again: somebody may have unlocked it, or answered the
// question in its own window. It waits for the keyring as long as that may take.
func (d *Desk) checkDevice(ctx context.Context, c *door.Caller, _ door.None) (State, error) {
	v, err := d.loaded(ctx)
	if err != nil {
		return State{}, err
	}
	if _, err := v.CheckDevice(ctx); err != nil {
		return State{}, err
	}
	return d.state(ctx, c, door.None{})
}

// fresh reports whether nothing of a clinic lies in the folder. A folder that
// has lost its vault is not fresh.
func (d *Desk) fresh() bool {
	found, err := vault.Exists(d.cfg.Dir)
	return err == nil && !found
}

func problemOf(err error) *Problem {
	var e *clinic.Error
	if !errors.As(err, &e) {
		return &Problem{Code: clinic.CodeInternal, Params: clinic.Params{}}
	}
	return &Problem{Code: e.Code, Params: e.Params}
}

// topicState tells the screen to ask anew where the program stands.
const topicState = "state"
