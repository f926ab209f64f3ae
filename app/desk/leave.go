package desk

import (
	"context"
	"slices"

	"quietline/app/door"
	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/exchange"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/session"
	"quietline/backend/sqlite"
	"quietline/backend/staff"
	"quietline/backend/vault"
)

// departure answers what somebody would leave behind.
func (d *Desk) departure(ctx context.Context, c *door.Caller, r MemberRef) (Departure, error) {
	o, err := d.current()
	if err != nil {
		return Departure{}, err
	}
	drafts, err := o.clinic.Device.Drafts(ctx, r.Member)
	if err != nil {
		return Departure{}, err
	}
	answer := Departure{Drafts: len(drafts)}
	err = o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		m, err := staff.Get(tx, r.Member)
		if err != nil {
			return err
		}
		if answer.Patients, answer.AllPatients, err = depending(tx, c, m.ID); err != nil {
			return err
		}
		waiting, err := exchange.WaitingOf(tx, m.ID)
		if err != nil {
			return err
		}
		answer.Waiting = len(waiting)
		all, err := staff.All(tx)
		for _, h := range all {
			if h.Works() && h.ID != m.ID && (h.Role == clinic.Therapist) == (m.Role == clinic.Therapist) {
				answer.Heirs = append(answer.Heirs, Person{h.ID, h.Name})
			}
		}
		return err
	})
	return answer, err
}

// letGo lets somebody go. One decision of the journal records it, hands her
// patients over and holds her waiting texts; from then on she is not let in. What
// follows, her drafts on this computer and her way in with the keys that it
// opened, is done at once and, where the program is stopped in between, at the
// next start.
func (d *Desk) letGo(ctx context.Context, c *door.Caller, r Leave) (StaffList, error) {
	return d.changeStaff(ctx, c, func(ctx context.Context, o *open) error {
		if _, err := o.clinic.Journal.Submit(ctx, journal.Actor{Staff: c.ID}, func(dec *journal.Decision) error {
			if err := staff.Leave(dec, r.Member, r.Heir); err != nil {
				return err
			}
			to := r.Heir
			if heir, err := staff.Get(dec.Tx, r.Heir); err != nil || heir.Role != clinic.Therapist {
				to = clinic.StaffID{}
			}
			patients.HandOver(dec, r.Member, to)
			return exchange.HoldOf(dec, r.Member)
		}); err != nil {
			return err
		}
		return o.follow(ctx)
	})
}

// follow brings this computer along with what the journal says about the staff:
// it takes away the way in of whoever has left, ends the second factors that were
// ended, and lets roles follow. It may be
// repeated, and does nothing where nothing is to be done.
func (o *open) follow(ctx context.Context) error {
	var all []staff.Member
	if err := o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) (err error) {
		all, err = staff.All(tx)
		return err
	}); err != nil {
		return err
	}
	known, err := o.clinic.Keys.Members()
	if err != nil {
		return err
	}
	removed := false
	for _, m := range all {
		at := slices.IndexFunc(known, func(v vault.Member) bool { return v.ID == m.ID })
		if !m.Works() {
			if err := o.passOnDrafts(ctx, m); err != nil {
				return err
			}
		}
		if err := o.followPhone(ctx, m); err != nil {
			return err
		}
		switch {
		case at < 0:
		case !m.Works():
			// What was kept before a change of format lets her in as well.
			if err := o.clinic.ForgetBefore(); err != nil {
				return err
			}
			if err := o.vault.RemoveMember(ctx, o.clinic.Keys, m.ID); err != nil {
				return err
			}
			removed = true
		case known[at].Role != m.Role || known[at].Name != m.Name:
			if err := o.vault.UpdateMember(ctx, o.clinic.Keys, vault.Member{ID: m.ID, Name: m.Name, Role: m.Role}); err != nil {
				return err
			}
		}
	}
	if !removed {
		return nil
	}
	// An older vault.json would let her in again: it is noted which one counts.
	return o.clinic.Note(ctx, o.vault, true)
}

// passOnDrafts gives the unsent texts of somebody who has left to her heir, as far
// as the heir sees the thread, and forgets the others.
func (o *open) passOnDrafts(ctx context.Context, m staff.Member) error {
	threads, err := o.clinic.Device.Drafts(ctx, m.ID)
	if err != nil || len(threads) == 0 {
		return err
	}
	if err := o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		heir, err := staff.Get(tx, m.Heir)
		if m.Heir.IsZero() || err == nil && !heir.Works() {
			threads = nil
			return nil
		}
		if err != nil {
			return err
		}
		c := &door.Caller{Member: session.Member{ID: heir.ID, Role: heir.Role}, At: o.cfg.Clock.Now()}
		threads, err = archive.InSight(tx, sightOf(c), threads...)
		return err
	}); err != nil {
		return err
	}
	return o.clinic.Device.HandOverDrafts(ctx, m.ID, m.Heir, threads...)
}

// admitted returns who signs in as the journal knows her, or staff.CodeLeft. The
// vault may be a step behind.
func (o *open) admitted(ctx context.Context, id clinic.StaffID) (me session.Member, err error) {
	err = o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		m, err := staff.Get(tx, id)
		if err != nil {
			return err
		}
		if !m.Works() {
			return clinic.E(staff.CodeLeft)
		}
		me = session.Member{ID: id, Name: m.Name, Role: m.Role}
		return nil
	})
	return me, err
}
