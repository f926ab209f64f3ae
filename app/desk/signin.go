package desk

import (
	"context"

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
	d.enterTurn()
	defer d.turn.Unlock()
	if d.entered() {
		return State{}, clinic.E(clinic.CodeBadInput)
	}
	v, err := d.loaded(ctx)
	if err != nil {
		return State{}, err
	}
	keys, ends, err := d.unlock(ctx, v, r)
	if err != nil {
		d.refused(v, r.Member, err)
		return State{}, err
	}
	step := audit.SignedIn
	if r.Short {
		step = audit.Reopened
	}
	opened, err := d.begin(ctx, c, v, keys, step)
	if err == nil {
		d.dayEnds(ctx, ends, !r.Short)
	}
	return opened, err
}

// enterTurn takes the turn for somebody who comes in, once whoever left is gone.
func (d *Desk) enterTurn() {
	d.leaving.Wait()
	d.turn.Lock()
	d.since = d.locks.Load()
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
	if o, err := d.current(); err == nil {
		me = o.me
	}
	if step == audit.Reopened {
		d.session.Reopen(me)
	} else {
		d.session.Begin(me)
	}
	if d.locks.Load() != d.since {
		// The lock was asked for while nothing was open yet.
		if end := d.leave(d.cfg.Locked, true); end != nil {
			end()
		}
		return State{}, clinic.E(clinic.CodeLocked)
	}
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

// confirm checks the passphrase again for a sensitive step. It also takes the device back
// from a patient: whoever types it right is of the staff.
func (d *Desk) confirm(ctx context.Context, c *door.Caller, r Confirm) (door.None, error) {
	v, err := d.loaded(ctx)
	if err != nil {
		return door.None{}, err
	}
	passphrase := []byte(r.Passphrase)
	defer clear(passphrase)
	if err := v.VerifyPassphrase(ctx, c.ID, passphrase); err != nil {
		return door.None{}, err
	}
	d.session.Confirm()
	if d.session.TakeBack() {
		d.changes.Publish(door.Changed{Topic: topicState})
	}
	return door.None{}, nil
}

// lockNow locks on a person's word.
func (d *Desk) lockNow(_ context.Context, _ *door.Caller, _ door.None) (door.None, error) {
	d.Lock()
	return door.None{}, nil
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
