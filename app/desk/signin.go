package desk

import (
	"context"
	"time"

	"quietline/app/door"
	"quietline/backend/audit"
	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/session"
	"quietline/backend/vault"
)

// signIn opens the clinic for a member. While it is open nobody else can sign
// in: locking comes first.
func (d *Desk) signIn(ctx context.Context, c *door.Caller, r SignIn) (State, error) {
	d.leaving.Wait()
	d.turn.Lock()
	defer d.turn.Unlock()
	if d.entered() {
		return State{}, clinic.E(clinic.CodeBadInput)
	}
	v, err := d.loaded(ctx)
	if err != nil {
		return State{}, err
	}
	passphrase := []byte(r.Passphrase)
	defer clear(passphrase)
	keys, err := v.Unlock(ctx, r.Member, passphrase)
	if err != nil {
		return State{}, err
	}
	return d.begin(ctx, c, v, keys, audit.SignedIn)
}

// begin enters the clinic with keys and begins the session of their member.
func (d *Desk) begin(ctx context.Context, c *door.Caller, v *vault.Vault, keys *vault.Keys, step audit.Step) (State, error) {
	me, err := memberOf(keys)
	if err != nil {
		keys.Zero()
		return State{}, err
	}
	if err := d.enter(ctx, v, keys, step); err != nil {
		return State{}, err
	}
	d.session.Begin(me)
	d.changes.Publish(door.Changed{Topic: topicState})
	return d.state(ctx, c, door.None{})
}

func memberOf(keys *vault.Keys) (session.Member, error) {
	members, err := keys.Members()
	if err != nil {
		return session.Member{}, err
	}
	for _, m := range members {
		if m.ID == keys.Member() {
			return session.Member(m), nil
		}
	}
	return session.Member{}, clinic.E(vault.CodeMemberUnknown)
}

// confirm checks the passphrase again for a sensitive step.
func (d *Desk) confirm(ctx context.Context, c *door.Caller, r Confirm) (door.None, error) {
	v, err := d.loaded(ctx)
	if err != nil {
		return door.None{}, err
	}
	passphrase := []byte(r.Passphrase)
	defer clear(passphrase)
	keys, err := v.Unlock(ctx, c.ID, passphrase)
	if err != nil {
		return door.None{}, err
	}
	keys.Zero()
	d.session.Confirm()
	return door.None{}, nil
}

// lockNow locks on a person's word.
func (d *Desk) lockNow(_ context.Context, _ *door.Caller, _ door.None) (door.None, error) {
	// The lock outlives the call that asked for it.
	d.Lock(context.Background())
	return door.None{}, nil
}

// lockWithin bounds the last records of a session.
const lockWithin = 2 * time.Second

// Lock ends the session and takes what is readable off the screen, whatever else
// is under way; from then on no door answers. Then it stops all work, notes the
// lock and how far the log had come, zeroes the keys and lets go of the files,
// which takes as long as a request under way needs to have its outcome recorded
// (stopWithin) and the last records (lockWithin) at most. A failure on the way
// never keeps the clinic open. Locking a locked desk does nothing.
func (d *Desk) Lock(ctx context.Context) {
	me, _ := d.session.Member()
	d.session.End()
	d.tickets.Void()
	d.mu.Lock()
	o, h, sheet := d.open, d.halted, d.sheet
	d.open, d.halted, d.sheet = nil, nil, nil
	if o != nil || h != nil {
		d.leaving.Add(1)
	}
	d.mu.Unlock()
	if sheet != nil {
		sheet.recovery.Wipe()
	}
	if o == nil && h == nil {
		return
	}
	defer d.leaving.Done()
	if d.cfg.Locking != nil {
		d.cfg.Locking()
	}
	d.changes.Publish(door.Changed{Topic: topicState})
	if h != nil {
		h.end()
	}
	d.turn.Lock()
	defer d.turn.Unlock()
	if h != nil {
		// Nothing was opened, and nothing is recorded or noted of it.
		h.drop()
		return
	}
	if err := o.stop(); err != nil {
		d.cfg.Log.Warn("work did not end in good order", "code", clinic.CodeOf(err))
	}
	o.noteLock(ctx, me.ID)
	o.clinic.Abandon()
}

// noteLock records the lock and anchors the log outside of it.
func (o *open) noteLock(ctx context.Context, by clinic.StaffID) {
	ctx, cancel := context.WithTimeout(ctx, lockWithin)
	defer cancel()
	_, err := o.clinic.Journal.Submit(ctx, journal.Actor{Staff: by}, func(d *journal.Decision) error {
		audit.RecordStep(d, audit.Locked)
		return nil
	})
	if err == nil {
		err = o.clinic.Note(ctx, o.vault, true)
	}
	if err != nil {
		o.log.Warn("lock could not be noted", "code", clinic.CodeOf(err))
	}
}

// RecordAccess implements door.Recorder.
func (d *Desk) RecordAccess(ctx context.Context, by session.Member, kind door.Access, seen []clinic.DossierID) error {
	o, err := d.current()
	if err != nil {
		return err
	}
	_, err = o.clinic.Journal.Submit(ctx, journal.Actor{Staff: by.ID}, func(dec *journal.Decision) error {
		audit.RecordAccess(dec, audit.Access{Kind: string(kind), Seen: seen})
		return nil
	})
	return err
}
