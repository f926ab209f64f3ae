package desk

import (
	"context"

	"quietline/app/door"
	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/exchange"
	"quietline/backend/sqlite"
	"quietline/backend/staff"
)

// listDoubts answers the open questions whether patients still want texts, with the
// words that raised them.
func (d *Desk) listDoubts(ctx context.Context, c *door.Caller, _ door.None) (DoubtList, error) {
	o, err := d.current()
	if err != nil {
		return DoubtList{}, err
	}
	return o.doubts(ctx, c)
}

func (o *open) doubts(ctx context.Context, c *door.Caller) (DoubtList, error) {
	var list DoubtList
	err := o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		all, err := exchange.Doubts(tx, sightOf(c))
		if err != nil {
			return err
		}
		for _, one := range all {
			c.Saw(one.Text.Dossier)
		}
		list.Items, err = o.presenter(tx).doubts(sightOf(c), all)
		return err
	})
	return list, err
}

// settleDoubt records what somebody makes of one, and answers what is left.
func (d *Desk) settleDoubt(ctx context.Context, c *door.Caller, r SettleDoubt) (DoubtList, error) {
	o, err := d.current()
	if err != nil {
		return DoubtList{}, err
	}
	if err := exchange.SettleDoubt(ctx, o.clinic.Journal, c.ID, sightOf(c), r.Message, consent.Decision(r.Decision)); err != nil {
		return DoubtList{}, err
	}
	return o.doubts(ctx, c)
}

// doubtsOf shows the doubts that were raised in a thread.
func (p presenter) doubtsOf(s archive.Sight, t archive.Thread) ([]Doubt, error) {
	all, err := exchange.DoubtsOf(p.tx, s, t)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return p.doubts(s, all)
}

func (p presenter) doubts(s archive.Sight, all []exchange.Doubt) ([]Doubt, error) {
	var threads []clinic.ThreadID
	var by []clinic.StaffID
	for _, one := range all {
		threads, by = append(threads, one.Text.Thread), append(by, one.By)
	}
	names, err := staff.Names(p.tx, by...)
	if err != nil {
		return nil, err
	}
	rows, err := p.threadRows(s, threads)
	if err != nil {
		return nil, err
	}
	shown := make([]Doubt, 0, len(all))
	for _, one := range all {
		row := rows[one.Text.Thread]
		d := Doubt{
			Message: one.Message, Thread: one.Text.Thread, Patient: row.Patient, Phone: row.Phone, Words: one.Text.Body,
			Why: DoubtWhy(one.Why), At: one.At, Reminders: one.Reminders, Held: one.Held,
			Decided: DoubtDecision(one.Decided), By: names[one.By], DecidedAt: one.DecidedAt,
		}
		shown = append(shown, d)
	}
	return shown, nil
}
