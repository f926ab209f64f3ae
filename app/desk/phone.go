package desk

import (
	"context"
	"errors"

	"quietline/app/door"
	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/session"
	"quietline/backend/settings"
	"quietline/backend/sqlite"
	"quietline/backend/staff"
	"quietline/backend/vault"
)

// signingIn returns what the clinic asks of whoever signs in.
func (o *open) signingIn(ctx context.Context) (asked settings.SigningIn, err error) {
	err = o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) (err error) {
		asked, err = settings.GetSigningIn(tx)
		return err
	})
	return asked, err
}

// lacksPhone reports whether the clinic asks a person for a second factor that she
// does not have.
func (o *open) lacksPhone(ctx context.Context, id clinic.StaffID) (bool, error) {
	asked, err := o.signingIn(ctx)
	if err != nil || !asked.Phone {
		return false, err
	}
	second, err := o.clinic.Keys.SecondFactor(id)
	return second.Since.IsZero(), err
}

// showSigningIn answers what the clinic asks of whoever signs in, and to those who
// may change it who has no second factor.
func (d *Desk) showSigningIn(ctx context.Context, c *door.Caller, _ door.None) (SigningIn, error) {
	o, err := d.current()
	if err != nil {
		return SigningIn{}, err
	}
	var shown SigningIn
	err = o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		asked, err := settings.GetSigningIn(tx)
		if err != nil {
			return err
		}
		locking, err := settings.GetLocking(tx)
		if err != nil {
			return err
		}
		shown.Phone, shown.ByRule = asked.Phone, locking.Rule == settings.RuleProposed
		if !session.Allows(c.Role, session.EditSettings) {
			return nil
		}
		all, err := staff.All(tx)
		if err != nil {
			return err
		}
		for _, m := range all {
			second, err := o.clinic.Keys.SecondFactor(m.ID)
			if err != nil {
				return err
			}
			if m.Works() && second.Since.IsZero() {
				shown.Without = append(shown.Without, m.Name)
			}
		}
		return nil
	})
	return shown, err
}

// saveSigningIn records what is asked from each person's next sign-in on.
func (d *Desk) saveSigningIn(ctx context.Context, c *door.Caller, r SaveSigningIn) (SigningIn, error) {
	o, err := d.current()
	if err != nil {
		return SigningIn{}, err
	}
	if r.Phone {
		if err := o.ownPhone(c.ID); err != nil {
			return SigningIn{}, err
		}
	}
	if _, err := o.clinic.Journal.Submit(ctx, journal.Actor{Staff: c.ID}, func(dec *journal.Decision) error {
		return settings.ChangeSigningIn(dec, settings.SigningIn{Phone: r.Phone})
	}); err != nil {
		return SigningIn{}, err
	}
	return d.showSigningIn(ctx, c, door.None{})
}

// ownPhone answers CodePhoneFirst where a person has set up no phone. Whoever asks
// everybody for one has: she knows then what she asks for, and that it works.
func (o *open) ownPhone(id clinic.StaffID) error {
	own, err := o.clinic.Keys.SecondFactor(id)
	if err == nil && own.Since.IsZero() {
		err = clinic.E(CodePhoneFirst)
	}
	return err
}

// endPhoneOf ends the second factor of a colleague who has lost her phone and her
// backup codes. It is recorded first; where the program is stopped in between, the
// next start ends it. She is told at her next sign-in.
func (d *Desk) endPhoneOf(ctx context.Context, c *door.Caller, r MemberRef) (StaffList, error) {
	return d.changeStaff(ctx, c, func(ctx context.Context, o *open) error {
		second, err := o.clinic.Keys.SecondFactor(r.Member)
		if err != nil {
			return err
		}
		if second.Since.IsZero() {
			return nil // ended already
		}
		if _, err := o.clinic.Journal.Submit(ctx, journal.Actor{Staff: c.ID}, func(dec *journal.Decision) error {
			return staff.EndPhone(dec, r.Member, second.Since)
		}); err != nil {
			return err
		}
		return o.follow(ctx)
	})
}

// followPhone ends the second factor of a person in the vault where the journal
// says that somebody has ended it. One that she has set up since is another.
func (o *open) followPhone(ctx context.Context, m staff.Member) error {
	if m.PhoneEnd.At.IsZero() {
		return nil
	}
	second, err := o.clinic.Keys.SecondFactor(m.ID)
	if err != nil || second.Since.IsZero() || second.Since != m.PhoneEnd.Since {
		return err
	}
	err = o.vault.DropSecondFactor(ctx, o.clinic.Keys, m.ID)
	if errors.Is(err, clinic.E(vault.CodeMemberUnknown)) {
		return nil
	}
	return err
}

// phoneEndOf says that somebody has ended a person's second factor, or nil where
// nobody has or she has read it.
func phoneEndOf(tx *sqlite.Tx, id clinic.StaffID) (*PhoneEnd, error) {
	m, err := staff.Get(tx, id)
	if err != nil || !m.PhoneEnd.Tells() {
		return nil, err
	}
	names, err := staff.Names(tx, m.PhoneEnd.By)
	return &PhoneEnd{At: m.PhoneEnd.At, By: names[m.PhoneEnd.By]}, err
}

// sawPhoneEnd records that the person who signed in has read it.
func (d *Desk) sawPhoneEnd(ctx context.Context, c *door.Caller, _ door.None) (State, error) {
	o, err := d.current()
	if err != nil {
		return State{}, err
	}
	if _, err := o.clinic.Journal.Submit(ctx, journal.Actor{Staff: c.ID}, staff.TellPhoneEnd); err != nil {
		return State{}, err
	}
	return d.state(ctx, c, door.None{})
}
