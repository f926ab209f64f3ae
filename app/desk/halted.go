package desk

import (
	"context"
	"errors"

	"quietline/app/door"
	"quietline/backend/audit"
	"quietline/backend/checks"
	"quietline/backend/clinic"
	"quietline/backend/folder"
	"quietline/backend/journal"
	"quietline/backend/parcel"
	"quietline/backend/session"
	"quietline/backend/sqlite"
	"quietline/backend/vault"
)

// halted is a clinic whose keys are open and whose records were found to be
// older, another's or damaged. Somebody is signed in and nothing of a patient
// can be read: no door of the open clinic answers. A person decides what is done.
type halted struct {
	vault *vault.Vault
	keys  *vault.Keys
	// clinic is nil where the records cannot be worked with at all.
	clinic  *folder.Clinic
	step    audit.Step
	finding Finding
	// moving is the move that the finding is about; nil for any other.
	moving *moving
	// shown: the clinic was open in this process before.
	shown   bool
	without checks.Resumed
	// known is how far the records are known to have come.
	known uint64
	// ready is how much of the lists is made, once somebody goes on.
	ready meter
	// saving is what is being saved, which the lock ends by end.
	saving saving
	life   context.Context
	end    context.CancelFunc
}

// examine opens the files of a clinic and decides whether they can be worked
// with. It returns the clinic, or what was found instead; on an error it has
// closed what it opened. Where something is found it has changed nothing.
func (d *Desk) examine(ctx context.Context, v *vault.Vault, keys *vault.Keys, step audit.Step) (_ *folder.Clinic, remade bool, _ *halted, err error) {
	anchors, vaultOlder, err := folder.Noted(ctx, v, keys)
	if err != nil {
		return nil, false, nil, err
	}
	h := &halted{vault: v, keys: keys, step: step}
	h.life, h.end = context.WithCancel(context.Background())
	for _, a := range anchors {
		h.known = max(h.known, a.Seq)
	}
	needsSheet := vaultOlder && step != audit.Recovered
	c, err := folder.Open(ctx, folder.Config{
		Dir: d.cfg.Dir, Keys: keys, Clock: d.cfg.Clock, Anchors: anchors, QuickCheck: true, Drive: d.cfg.Drive,
		Program: d.cfg.Version,
	})
	if err != nil {
		if vaultOlder && errors.Is(err, clinic.E(clinic.CodeNotFound)) {
			return nil, false, h.olderKeys(), nil
		}
		if !unreadable(err) {
			return nil, false, nil, err
		}
		return nil, false, h.damaged(err, needsSheet), nil
	}
	if c.NotKept != "" {
		d.cfg.Log.Warn("nothing is kept of what there was before this version", "code", c.NotKept)
	}
	report := c.Journal.Report()
	if loss := report.Loss; loss != nil {
		h.clinic = c
		// What a moved clinic lacks may be the record that it was handed over.
		needsSheet = needsSheet || !v.Status().Retired.IsZero() && step != audit.Recovered
		h.finding = Finding{
			Found: FoundOlder, MissingFrom: loss.From, MissingUntil: loss.Until, CanGoOn: true, NeedsSheet: needsSheet,
		}
		if loss.Code != journal.CodeTruncated {
			h.finding.Found = FoundOther
		}
		h.without = checks.Resumed{Code: loss.Code, From: loss.From, Until: loss.Until, Sheet: vaultOlder}
		return nil, false, h, nil
	}
	if report.Blocked == journal.CodeViewsTampered {
		d.cfg.Log.Warn("views were changed from outside and are made anew", "code", report.Blocked)
		err = folder.Unread(c.Journal.Rebuild(ctx, nil))
		remade = true
	}
	if err != nil {
		closed := c.Close()
		if vaultOlder && errors.Is(err, clinic.E(clinic.CodeNotFound)) {
			return nil, false, h.olderKeys(), closed
		}
		if !unreadable(err) {
			return nil, false, nil, errors.Join(err, closed)
		}
		// What was found is what a person must know. That the files could not be
		// closed in good order often has the same cause, and changes nothing of it.
		if closed != nil {
			d.cfg.Log.Warn("damaged records did not close in good order", "code", clinic.CodeOf(closed))
		}
		return nil, false, h.damaged(err, needsSheet), nil
	}
	if moved, err := d.gone(ctx, h, c); err != nil || moved != nil {
		if err != nil {
			return nil, false, nil, errors.Join(err, c.Close())
		}
		// Not even the clinic's going is on the word of whom an older vault.json lets in.
		moved.finding.NeedsSheet = needsSheet
		return nil, false, moved, nil
	}
	if vaultOlder {
		h.clinic = c
		h.finding = Finding{Found: FoundOlderKeys, CanGoOn: true, NeedsSheet: needsSheet}
		// Of the records nothing is missing: what was sent since is in them.
		h.without = checks.Resumed{Code: CodeVaultOlder, From: d.cfg.Clock.Now(), Until: d.cfg.Clock.Now(), Sheet: true}
		return nil, false, h, nil
	}
	return c, remade || report.Rebuilt == journal.CodeViewsLost, nil, nil
}

// olderKeys says that the records name keys which this vault.json does not have yet.
func (h *halted) olderKeys() *halted {
	h.finding = Finding{Found: FoundOlderKeys, Problem: problemOf(clinic.E(CodeVaultOlder))}
	return h
}

// damaged says what is wrong. An older vault.json says who may do what by the
// rules of then: without the sheet nothing leaves the house by them.
func (h *halted) damaged(err error, needsSheet bool) *halted {
	if needsSheet {
		return h.olderKeys()
	}
	h.finding = Finding{Found: FoundDamage, Problem: problemOf(err), CanExport: exportable(err)}
	return h
}

// unreadable reports whether an error says that the records are not what they
// were, or cannot all be had, as opposed to a disk that is full or busy.
func unreadable(err error) bool {
	for _, code := range []clinic.Code{
		sqlite.CodeDamaged, sqlite.CodeMissing, sqlite.CodeNotOurs, sqlite.CodeWrongKey, journal.CodeDamaged, journal.CodeGap,
		journal.CodeTruncated, journal.CodeForked, journal.CodeUnknownSeat, folder.CodeUnread,
	} {
		if errors.Is(err, clinic.E(code)) {
			return true
		}
	}
	return false
}

// exportable reports whether something may be left to read: there is a file, and
// it is the clinic's.
func exportable(err error) bool {
	for _, code := range []clinic.Code{sqlite.CodeMissing, sqlite.CodeNotOurs, sqlite.CodeWrongKey} {
		if errors.Is(err, clinic.E(code)) {
			return false
		}
	}
	return true
}

// halt keeps what was found until a person has decided.
func (d *Desk) halt(h *halted, members []vault.Member) {
	h.decidedBy(members, d.cfg.Exports)
	d.cfg.Log.Warn("the clinic does not open", "found", clinic.Code(h.finding.Found))
	d.mu.Lock()
	d.halted = h
	d.mu.Unlock()
}

// decidedBy names the people who may decide, and the folder that is suggested for what
// they save.
func (h *halted) decidedBy(members []vault.Member, folder string) {
	for _, m := range members {
		if session.Allows(m.Role, h.decides()) {
			h.finding.Deciders = append(h.finding.Deciders, m.Name)
		}
	}
	h.finding.Suggested = folder
}

// decides is the permission of who may decide about a finding.
func (h *halted) decides() session.Permission {
	if h.moving != nil {
		return session.MoveClinic
	}
	return session.AcceptLoss
}

// found returns what keeps the clinic from opening, or CodeLocked where nothing
// does.
func (d *Desk) found() (*halted, error) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	if d.halted == nil {
		return nil, clinic.E(clinic.CodeLocked)
	}
	return d.halted, nil
}

// drop ends what is being saved, lets go of the files and zeroes the keys.
//
// It does not wait for the saving of damaged records: a drive that fails may not
// answer for minutes, and nobody could sign in meanwhile. What still reads there
// holds no key, changes nothing in the clinic's folder, and ends with its read. (On
// Unix the end of a read of the log's file drops SQLite's own lock on that file; the
// folder's lock is what keeps others out.) A move is waited for: it writes vault.json
// and the log.
func (h *halted) drop() {
	h.end()
	h.saving.forget()
	if h.moving != nil {
		h.saving.turn.Lock()
		defer h.saving.turn.Unlock()
		h.moving.tell(func(n *MoveNews) { *n = MoveNews{} })
	}
	if h.clinic != nil {
		h.clinic.Abandon()
	}
	h.keys.Zero()
}

// describe adds what was found to the program's state. The caller has copied the
// finding under mu of the desk: a move that is under way replaces it.
func (h *halted) describe(s *session.Session, f Finding, state State) State {
	me, in := s.Member()
	if !in {
		return state
	}
	state.Phase, state.Me = PhaseHalted, &Member{ID: me.ID, Name: me.Name, Role: RoleName(me.Role)}
	for _, p := range session.Permissions() {
		if session.Allows(me.Role, p) {
			state.MayDo = append(state.MayDo, string(p))
		}
	}
	if h.moving != nil {
		news := h.moving.told()
		news.Days = int(parcel.Lasts.Hours() / 24)
		f.Move = &news
	}
	state.Finding = &f
	return state
}

// goOn goes on from an older copy of the records, on the word of somebody who
// may decide that. Nothing is changed before the sheet, where it is needed, has
// been proven.
func (d *Desk) goOn(ctx context.Context, c *door.Caller, r GoOn) (State, error) {
	// Half of it would be found again at the next sign-in, and asked again.
	ctx = context.WithoutCancel(ctx)
	if err := d.resume(ctx, c.ID, r.Words); err != nil {
		return State{}, err
	}
	d.changes.Publish(door.Changed{Topic: topicState})
	return d.state(ctx, c, door.None{})
}

// proven reads the recovery sheet, where a finding needs it. Whom an older vault.json
// lets in, today's may not: the sheet alone tells.
func (h *halted) proven(ctx context.Context, words string) error {
	if !h.finding.NeedsSheet {
		return nil
	}
	keys, err := h.vault.Recover(ctx, words)
	if err != nil {
		return err
	}
	keys.Zero()
	return nil
}

// readyMeter follows the making of the lists, for which people wait.
func (d *Desk) readyMeter(h *halted) func(done, total uint64) {
	return func(done, total uint64) { h.ready.at(done, total, d.cfg.Clock.Elapsed()) }
}

// goingOn answers how far going on has come.
func (d *Desk) goingOn(context.Context, *door.Caller, door.None) (Progress, error) {
	h, err := d.found()
	if err != nil {
		return Progress{}, nil // it is over, or was never asked for
	}
	return h.ready.told(d.cfg.Clock.Elapsed()), nil
}

func (d *Desk) resume(ctx context.Context, by clinic.StaffID, words string) error {
	d.turn.Lock()
	defer d.turn.Unlock()
	h, err := d.found()
	if err != nil {
		return err
	}
	if !h.finding.CanGoOn {
		return clinic.E(CodeCannotGoOn)
	}
	if err := h.proven(ctx, words); err != nil {
		return err
	}
	if err := h.clinic.Continue(ctx, h.vault, by, h.without, d.readyMeter(h)); err != nil {
		return err
	}
	return d.goesOn(ctx, h)
}

// goesOn starts the work of a clinic that nothing keeps from opening any more. A lock
// meanwhile ends it. Where it cannot be started the clinic is locked, and a process
// that has shown what is readable is replaced. The caller holds turn.
func (d *Desk) goesOn(ctx context.Context, h *halted) error {
	err := d.work(ctx, h.vault, h.clinic, h.step, false, h)
	if err == nil {
		return nil
	}
	var locked func(Left)
	if h.shown {
		locked = d.cfg.Locked
	}
	if end := d.leave(locked, true); end != nil {
		end()
	}
	return err
}
