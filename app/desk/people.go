package desk

import (
	"context"
	"slices"
	"time"

	"quietline/app/door"
	"quietline/backend/audit"
	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/session"
	"quietline/backend/settings"
	"quietline/backend/sqlite"
	"quietline/backend/staff"
	"quietline/backend/vault"
)

// failuresFor is for how long failed attempts to sign in are shown.
const failuresFor = 30 * 24 * time.Hour

// staff answers who works and worked here.
func (d *Desk) staff(ctx context.Context, c *door.Caller, _ door.None) (StaffList, error) {
	o, err := d.current()
	if err != nil {
		return StaffList{}, err
	}
	known, err := o.clinic.Keys.Members()
	if err != nil {
		return StaffList{}, err
	}
	here := o.vault.Members()
	var list StaffList
	err = o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		all, err := staff.All(tx)
		if err != nil {
			return err
		}
		caring, err := patients.CaredBy(tx)
		if err != nil {
			return err
		}
		failures, err := audit.FailuresSince(tx, c.At.Add(-failuresFor))
		if err != nil {
			return err
		}
		administrators, left := 0, uint64(0)
		for _, m := range all {
			is := func(v vault.Member) bool { return v.ID == m.ID }
			second, err := o.clinic.Keys.SecondFactor(m.ID)
			if err != nil {
				return err
			}
			list.Items = append(list.Items, StaffRow{
				ID: m.ID, Name: m.Name, Role: RoleName(m.Role), Me: m.ID == c.ID, Left: m.Left,
				Closed: !m.Works() && !slices.ContainsFunc(known, is), SignsIn: m.Works() && slices.ContainsFunc(here, is),
				Phone: !second.Since.IsZero(), Patients: caring[m.ID], Failures: failures[m.ID].Count, LastFailure: failures[m.ID].Last,
				MayDecide: m.Works() && m.ID != c.ID && (m.Role != clinic.PrivacyOfficer || c.Role == clinic.PrivacyOfficer),
			})
			left = max(left, m.LeftSeq)
			if m.Works() && session.Administrates(m.Role) {
				administrators++
			}
		}
		list.NeedsSecond = administrators < staff.MinAdministrators
		list.ChangeKey, err = settings.KeyOlderThan(tx, left)
		return err
	})
	return list, err
}

// addMember lets somebody in. The record comes first: a stop in between leaves a
// person without a passphrase, who is given one like somebody who forgot hers.
func (d *Desk) addMember(ctx context.Context, c *door.Caller, r AddMember) (StaffList, error) {
	passphrase := []byte(r.Passphrase)
	defer clear(passphrase)
	return d.changeStaff(ctx, c, func(ctx context.Context, o *open) error {
		if err := o.vault.CheckPassphrase(passphrase, r.Name); err != nil {
			return err
		}
		m := staff.Member{ID: clinic.NewID[clinic.StaffID](), Name: r.Name, Role: clinic.Role(r.Role)}
		if _, err := o.clinic.Journal.Submit(ctx, journal.Actor{Staff: c.ID}, func(dec *journal.Decision) error {
			return staff.Admit(dec, m)
		}); err != nil {
			return err
		}
		return o.letIn(ctx, m, passphrase)
	})
}

// letIn gives a person a passphrase on this computer.
func (o *open) letIn(ctx context.Context, m staff.Member, passphrase []byte) error {
	known, err := o.clinic.Keys.Members()
	if err != nil {
		return err
	}
	if slices.ContainsFunc(known, func(v vault.Member) bool { return v.ID == m.ID }) {
		if err := o.vault.ResetPassphrase(ctx, o.clinic.Keys, m.ID, passphrase); err != nil {
			return err
		}
		o.forgetBefore()
		return nil
	}
	return o.vault.AddMember(ctx, o.clinic.Keys, vault.Member{ID: m.ID, Name: m.Name, Role: m.Role}, passphrase)
}

// changeRole gives somebody another role.
func (d *Desk) changeRole(ctx context.Context, c *door.Caller, r ChangeRole) (StaffList, error) {
	return d.changeStaff(ctx, c, func(ctx context.Context, o *open) error {
		if _, err := o.clinic.Journal.Submit(ctx, journal.Actor{Staff: c.ID}, func(dec *journal.Decision) error {
			if err := staff.ChangeRole(dec, r.Member, clinic.Role(r.Role)); err != nil {
				return err
			}
			if clinic.Role(r.Role) != clinic.Therapist {
				// Whoever treats nobody any more sees nobody as a therapist either.
				patients.HandOver(dec, r.Member, clinic.StaffID{})
			}
			return nil
		}); err != nil {
			return err
		}
		return o.follow(ctx)
	})
}

// setPassphrase gives somebody a new passphrase.
func (d *Desk) setPassphrase(ctx context.Context, c *door.Caller, r SetPassphrase) (StaffList, error) {
	passphrase := []byte(r.Passphrase)
	defer clear(passphrase)
	return d.changeStaff(ctx, c, func(ctx context.Context, o *open) error {
		var m staff.Member
		if err := o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) (err error) {
			m, err = staff.Get(tx, r.Member)
			return err
		}); err != nil {
			return err
		}
		switch {
		case !m.Works():
			return clinic.E(staff.CodeLeft)
		case m.ID == c.ID:
			return clinic.E(staff.CodeYourself)
		case m.Role == clinic.PrivacyOfficer && c.Role != clinic.PrivacyOfficer:
			// Otherwise an office manager could sign in as one.
			return clinic.E(staff.CodeOfficerOnly)
		}
		if _, err := o.clinic.Journal.Submit(ctx, journal.Actor{Staff: c.ID}, func(dec *journal.Decision) error {
			audit.RecordPassphraseGiven(dec, m.ID)
			return nil
		}); err != nil {
			return err
		}
		return o.letIn(ctx, m, passphrase)
	})
}

// changePassphrase changes the caller's own.
func (d *Desk) changePassphrase(ctx context.Context, c *door.Caller, r ChangePassphrase) (door.None, error) {
	old, next := []byte(r.Old), []byte(r.New)
	defer clear(old)
	defer clear(next)
	d.turn.Lock()
	defer d.turn.Unlock()
	o, err := d.current()
	if err != nil {
		return door.None{}, err
	}
	ctx = context.WithoutCancel(ctx)
	if err := o.vault.ChangePassphrase(ctx, o.clinic.Keys, old, next); err != nil {
		return door.None{}, err
	}
	d.session.Confirm()
	_, err = o.clinic.Journal.Submit(ctx, journal.Actor{Staff: c.ID}, func(dec *journal.Decision) error {
		audit.RecordStep(dec, audit.ChangedPassphrase)
		return nil
	})
	o.forgetBefore()
	return door.None{}, err
}

// forgetBefore removes what was kept before a change of format: it opens with the
// passphrase of before. Where a file of it is held that fails, and the next whole backup
// removes it; the new passphrase is in force all the same.
func (o *open) forgetBefore() {
	if err := o.clinic.ForgetBefore(); err != nil {
		o.log.Warn("what was kept before a change of format stays until the next backup", "code", clinic.CodeOf(err))
	}
}

// changeStaff runs a change while nobody opens or locks the clinic; a lock waits
// for it to be whole.
func (d *Desk) changeStaff(ctx context.Context, c *door.Caller, change func(context.Context, *open) error) (StaffList, error) {
	d.turn.Lock()
	defer d.turn.Unlock()
	o, err := d.current()
	if err != nil {
		return StaffList{}, err
	}
	if err := change(context.WithoutCancel(ctx), o); err != nil {
		return StaffList{}, err
	}
	d.changes.Publish(door.Changed{Topic: topicState})
	return d.staff(ctx, c, door.None{})
}
