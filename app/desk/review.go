package desk

import (
	"context"

	"quietline/app/door"
	"quietline/backend/archive"
	"quietline/backend/backup"
	"quietline/backend/clinic"
	"quietline/backend/exchange"
	"quietline/backend/journal"
	"quietline/backend/sqlite"
)

// standstill answers why nothing leaves at all.
func (d *Desk) standstill(ctx context.Context, _ *door.Caller, _ door.None) (Standstill, error) {
	o, err := d.current()
	if err != nil {
		return Standstill{}, err
	}
	return o.standstill(ctx)
}

func (o *open) standstill(ctx context.Context) (s Standstill, err error) {
	err = o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		r, err := exchange.ReviewOf(tx)
		if err != nil {
			return err
		}
		if r.Open() {
			s.Review = &ReviewDue{From: r.From, Until: r.Until, Read: r.Read}
		}
		e, err := exchange.ElsewhereOf(tx)
		if err == nil && e.Open() {
			s.Other = &OtherCopy{Made: e.Made, Found: e.Found, Incarnation: int(e.Incarnation), Seq: int(e.Seq)}
		}
		return err
	})
	return s, err
}

// listReview answers what somebody signs.
func (d *Desk) listReview(ctx context.Context, c *door.Caller, _ door.None) (ReviewList, error) {
	o, err := d.current()
	if err != nil {
		return ReviewList{}, err
	}
	var list ReviewList
	err = o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		r, err := exchange.ReviewOf(tx)
		if err != nil || !r.Open() {
			return err
		}
		listed, err := exchange.ListReview(tx, sightOf(c), r)
		if err != nil {
			return err
		}
		all := listed.All
		list.Mark, list.More, list.Hidden = string(listed.Mark), listed.More, listed.Hidden
		threads := make([]archive.Row, len(all))
		for n, l := range all {
			c.Saw(l.Dossier)
			threads[n].Thread = l.Thread
		}
		rows, err := o.presenter(tx).rows(threads)
		if err != nil {
			return err
		}
		for n, row := range rows {
			list.Items = append(list.Items, ReviewItem{
				Thread: row.ID, Patient: row.Patient, Phone: row.Phone, Told: ReviewTold(all[n].Told), Texts: all[n].Texts,
			})
		}
		return nil
	})
	return list, err
}

// signReview records that somebody has looked, and what she knows from elsewhere. From
// then on texts may leave.
func (d *Desk) signReview(ctx context.Context, c *door.Caller, r SignReview) (Standstill, error) {
	o, err := d.current()
	if err != nil {
		return Standstill{}, err
	}
	if err := exchange.SignReview(ctx, o.clinic.Journal, c.ID, sightOf(c), exchange.Mark(r.Mark), exchange.Answer(r.Answer)); err != nil {
		return Standstill{}, err
	}
	o.poke(jobSend)
	return o.standstill(ctx)
}

// useThisCopy records that somebody has said which copy is the one that is used.
func (d *Desk) useThisCopy(ctx context.Context, c *door.Caller, r UseThisCopy) (Standstill, error) {
	o, err := d.current()
	if err != nil {
		return Standstill{}, err
	}
	if r.Incarnation < 0 || r.Seq < 0 {
		return Standstill{}, clinic.E(clinic.CodeBadInput)
	}
	shown := journal.Pos{Incarnation: uint32(r.Incarnation), Seq: uint64(r.Seq)}
	if err := exchange.UseThisCopy(ctx, o.clinic.Journal, c.ID, shown); err != nil {
		return Standstill{}, err
	}
	o.poke(jobSend)
	return o.standstill(ctx)
}

// meetOther stops the sending where the backup in a folder tells that another copy of the
// clinic has gone on: it may be the one that people work with, and this the computer that
// was lost.
func (o *open) meetOther(ctx context.Context, in string, met backup.Result) error {
	if at := met.Other.Head.Pos; !at.IsZero() {
		return exchange.StopForCopy(ctx, o.clinic.Journal, at, met.Other.Made)
	}
	// The keys followed the other, so that nothing of it can be read. What was told of it
	// stays told until somebody has written to the folder again.
	known, err := o.clinic.Device.OtherCopy(ctx, in)
	if err != nil || known == met.Mark {
		return err
	}
	left := false
	if known == "" {
		if left, err = o.leftBehind(ctx, in); err != nil {
			return err
		}
	}
	if !left {
		if err := exchange.StopForCopy(ctx, o.clinic.Journal, journal.Pos{}, 0); err != nil {
			return err
		}
	}
	return o.clinic.Device.KeepOtherCopy(ctx, in, met.Mark)
}

// leftBehind reports whether the keys of the backup in a folder may be those of the very
// copy that this clinic left behind when somebody went on from an older one: it has not
// copied into that folder since. The person who gives the sheet settles that
// ([Desk.rejoinBackup]). Once it has, keys that are not its own are those of a copy that
// is in use.
func (o *open) leftBehind(ctx context.Context, in string) (bool, error) {
	if o.clinic.DeviceLost != "" {
		return false, nil // nobody knows
	}
	copied, err := o.clinic.Device.CopiedIncarnation(ctx, in)
	if err != nil {
		return false, err
	}
	now, err := o.clinic.Journal.Anchor(ctx)
	if err != nil || copied >= now.Incarnation {
		return false, err
	}
	var r exchange.Review
	err = o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) (err error) {
		r, err = exchange.ReviewOf(tx)
		return err
	})
	return !r.Asked.IsZero(), err
}
