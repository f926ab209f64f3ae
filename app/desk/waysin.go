package desk

import (
	"context"

	"quietline/app/door"
	"quietline/backend/clinic"
	"quietline/backend/vault"
)

// unlock opens the keys by what was typed at the sign-in screen. A short
// passphrase opens what was armed; the full one, with a code where the person has
// a second factor, arms it for as long as a session may last.
//
// It also returns when a working day that was begun before ends, and zero where
// this sign-in begins one.
func (d *Desk) unlock(ctx context.Context, v *vault.Vault, r SignIn) (_ *vault.Keys, ends clinic.Instant, err error) {
	passphrase := []byte(r.Passphrase)
	defer clear(passphrase)
	if !r.Short {
		keys, err := v.UnlockWithCode(ctx, r.Member, passphrase, r.Code)
		return keys, 0, err
	}
	armed, err := v.ShortUnlocks(ctx)
	if err != nil {
		return nil, 0, err
	}
	keys, err := v.UnlockShort(ctx, r.Member, passphrase)
	return keys, armed[r.Member].Until, err
}

// dayEnds notes when the working day of who has just signed in is over; zero
// begins one. After a full sign-in it arms her short passphrase until then.
func (d *Desk) dayEnds(ctx context.Context, ends clinic.Instant, arm bool) {
	o, err := d.current()
	if err != nil {
		return // what was found instead of the clinic is decided about first
	}
	me, in := d.session.Member()
	if !in {
		return // locked meanwhile
	}
	now, longest := d.cfg.Clock.Now(), d.limits(ctx, me.Role).Longest
	if ends == 0 {
		ends = now.Add(longest)
	}
	d.session.Worked(longest - ends.Sub(now))
	d.mu.Lock()
	o.dayEnds = ends
	d.mu.Unlock()
	if arm {
		d.arm(ctx, o)
	}
}

// arm lets the short passphrase of who is signed in open the clinic again until
// her working day is over, and no longer however often she sets it. Without it
// she signs in fully once more.
func (d *Desk) arm(ctx context.Context, o *open) {
	d.mu.RLock()
	ends := o.dayEnds
	d.mu.RUnlock()
	if ends == 0 {
		return // a session that did not begin with a full sign-in
	}
	if err := o.vault.Arm(ctx, o.clinic.Keys, ends); err != nil {
		d.cfg.Log.Warn("short passphrase could not be armed", "code", clinic.CodeOf(err))
	}
}

// shortUnlocks says whose short passphrase opens the clinic now; nobody's while it
// is open.
func (d *Desk) shortUnlocks(ctx context.Context, v *vault.Vault) (map[clinic.StaffID]vault.ShortUnlock, error) {
	if d.entered() || !v.Status().DeviceBound {
		return nil, nil
	}
	return v.ShortUnlocks(ctx)
}

// waysIn answers how the person who signed in proves who she is.
func (d *Desk) waysIn(_ context.Context, c *door.Caller, _ door.None) (WaysIn, error) {
	o, err := d.current()
	if err != nil {
		return WaysIn{}, err
	}
	second, err := o.clinic.Keys.SecondFactor(c.ID)
	if err != nil {
		return WaysIn{}, err
	}
	short, err := o.clinic.Keys.ShortPhrase()
	return WaysIn{Phone: second.Since, BackupCodes: second.BackupCodes, Short: short}, err
}

// beginPhone draws the secret of a second factor. It is forgotten at the lock
// unless confirmPhone came first.
func (d *Desk) beginPhone(_ context.Context, c *door.Caller, _ door.None) (PhoneSecret, error) {
	e := vault.NewEnrolment()
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.open == nil {
		return PhoneSecret{}, clinic.E(clinic.CodeLocked)
	}
	d.open.enrolment.Wipe()
	d.open.enrolment = e
	return PhoneSecret{Text: e.Text(), Square: e.URL("Quietline", c.Name)}, nil
}

// confirmPhone puts the second factor in force.
//
// Whoever lacked it can then do what her role may.
func (d *Desk) confirmPhone(ctx context.Context, _ *door.Caller, r ConfirmPhone) (BackupCodes, error) {
	o, err := d.current()
	if err != nil {
		return BackupCodes{}, err
	}
	d.mu.Lock()
	e := o.enrolment.Clone()
	d.mu.Unlock()
	defer e.Wipe()
	codes, err := o.vault.SetSecondFactor(ctx, o.clinic.Keys, e, r.Code)
	if err != nil {
		return BackupCodes{}, err
	}
	// The codes are on the screen: it asks for the state once they are on paper.
	d.session.Lack(false)
	return BackupCodes{Codes: codes}, nil
}

// endPhone ends the second factor of the person who signed in, where the clinic
// does not ask for it.
func (d *Desk) endPhone(ctx context.Context, c *door.Caller, _ door.None) (WaysIn, error) {
	o, err := d.current()
	if err != nil {
		return WaysIn{}, err
	}
	asked, err := o.signingIn(ctx)
	if err != nil {
		return WaysIn{}, err
	}
	if asked.Phone {
		return WaysIn{}, clinic.E(CodePhoneAsked)
	}
	if err := o.vault.DropSecondFactor(ctx, o.clinic.Keys, c.ID); err != nil {
		return WaysIn{}, err
	}
	return d.waysIn(ctx, c, door.None{})
}

// setShort gives the person who signed in a short passphrase, good from the next
// lock on.
func (d *Desk) setShort(ctx context.Context, c *door.Caller, r SetShort) (WaysIn, error) {
	o, err := d.current()
	if err != nil {
		return WaysIn{}, err
	}
	phrase := []byte(r.Phrase)
	defer clear(phrase)
	if err := o.vault.SetShortPhrase(ctx, o.clinic.Keys, phrase); err != nil {
		return WaysIn{}, err
	}
	d.arm(ctx, o)
	return d.waysIn(ctx, c, door.None{})
}

// endShort takes the short passphrase away.
func (d *Desk) endShort(ctx context.Context, c *door.Caller, _ door.None) (WaysIn, error) {
	o, err := d.current()
	if err != nil {
		return WaysIn{}, err
	}
	if err := o.vault.DropShortPhrase(ctx, o.clinic.Keys); err != nil {
		return WaysIn{}, err
	}
	return d.waysIn(ctx, c, door.None{})
}
