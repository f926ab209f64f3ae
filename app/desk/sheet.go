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

// The recovery sheet is checked once a year: paper is lost without anybody
// noticing, and it is the only way in that needs nothing else. Within the weeks
// after the year it is due, later overdue. It never keeps anybody from working.
const (
	checkSheetEvery = 365 * 24 * time.Hour
	checkSheetGrace = 30 * 24 * time.Hour
)

// pendingSheet is a recovery sheet on the screen.
type pendingSheet struct {
	recovery vault.Recovery
	ask      []int
	// inForce: it is the vault's sheet already; otherwise confirming makes it so.
	inForce bool
}

func (p *pendingSheet) show() CreatedClinic {
	return CreatedClinic{Words: p.recovery.Words(), Code: p.recovery.Code(), Ask: p.ask}
}

// dueSheet says whether a sheet that is on paper is to be checked.
func dueSheet(s vault.Sheet, now clinic.Instant) (due clinic.Instant, is SheetCheck) {
	if s.Proven.IsZero() {
		return 0, SheetUnproven
	}
	due = s.Proven.Add(checkSheetEvery)
	switch {
	case now < due:
		return due, SheetFine
	case now < due.Add(checkSheetGrace):
		return due, SheetDue
	}
	return due, SheetOverdue
}

// sheetStanding answers when the recovery sheet was last checked.
func (d *Desk) sheetStanding(context.Context, *door.Caller, door.None) (SheetStanding, error) {
	o, err := d.current()
	if err != nil {
		return SheetStanding{}, err
	}
	s, err := o.clinic.Keys.Sheet()
	if err != nil {
		return SheetStanding{}, err
	}
	due, is := dueSheet(s, d.cfg.Clock.Now())
	return SheetStanding{Made: s.Made, Proven: s.Proven, Due: due, Check: is}, nil
}

// remindOfSheet says whether the person who signed in is to be reminded of the
// check. It is the privacy officer's.
func (o *open) remindOfSheet(me session.Member, s vault.Sheet) SheetCheck {
	if me.Role != clinic.PrivacyOfficer {
		return SheetFine
	}
	_, is := dueSheet(s, o.cfg.Clock.Now())
	return is
}

// checkSheet takes the whole sheet typed from the paper.
func (d *Desk) checkSheet(ctx context.Context, c *door.Caller, r CheckSheet) (SheetStanding, error) {
	o, err := d.current()
	if err != nil {
		return SheetStanding{}, err
	}
	if err := o.vault.CheckRecovery(ctx, o.clinic.Keys, r.Words); err != nil {
		return SheetStanding{}, err
	}
	d.mu.Lock()
	if d.sheet != nil && d.sheet.inForce {
		d.sheet.recovery.Wipe()
		d.sheet = nil
	}
	d.mu.Unlock()
	if err := o.recordSheet(ctx, c, audit.CheckedSheet); err != nil {
		return SheetStanding{}, err
	}
	d.changes.Publish(door.Changed{Topic: topicState})
	return d.sheetStanding(ctx, c, door.None{})
}

// recordSheet records what was done with the sheet. It is done already, and nobody
// who stops waiting keeps it off the record.
func (o *open) recordSheet(ctx context.Context, c *door.Caller, step audit.Step) error {
	_, err := o.clinic.Journal.Submit(context.WithoutCancel(ctx), journal.Actor{Staff: c.ID}, func(dec *journal.Decision) error {
		audit.RecordStep(dec, step)
		return nil
	})
	return err
}

// showSheet shows the recovery sheet that waits to be confirmed. After a restart,
// or where one was confirmed before, it draws a new one, which comes into force
// once it is confirmed and not before.
func (d *Desk) showSheet(_ context.Context, _ *door.Caller, _ door.None) (CreatedClinic, error) {
	if _, err := d.current(); err != nil {
		return CreatedClinic{}, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.sheet == nil {
		fresh := vault.NewRecovery()
		d.sheet = &pendingSheet{recovery: fresh, ask: fresh.Ask()}
	}
	return d.sheet.show(), nil
}

// pending returns the sheet on the screen, nil where none is, and a copy of it for
// the caller to use and wipe: a lock may wipe the one on the screen at any moment.
func (d *Desk) pending() (shown *pendingSheet, clone pendingSheet) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	if d.sheet == nil {
		return nil, pendingSheet{}
	}
	clone = *d.sheet
	clone.recovery = d.sheet.recovery.Clone()
	return d.sheet, clone
}

// confirmSheet takes words typed back from the paper. A sheet that takes another's
// place makes that worthless for whatever is written from now on, and it is noted
// in the keyring which vault.json counts: an older one would still open with it.
func (d *Desk) confirmSheet(ctx context.Context, c *door.Caller, r ConfirmSheet) (State, error) {
	o, err := d.current()
	if err != nil {
		return State{}, err
	}
	shown, sheet := d.pending()
	defer sheet.recovery.Wipe()
	if shown == nil || len(r.Words) != len(sheet.ask) {
		return State{}, clinic.E(clinic.CodeBadInput)
	}
	typed := make(map[int]string, len(r.Words))
	for i, position := range sheet.ask {
		typed[position] = r.Words[i]
	}
	save, step := o.vault.ReplaceRecovery, audit.ReplacedSheet
	if sheet.inForce {
		save, step = o.vault.ConfirmRecovery, audit.CheckedSheet
	}
	if err := save(ctx, o.clinic.Keys, sheet.recovery, typed); err != nil {
		return State{}, err
	}
	d.mu.Lock()
	if d.sheet == shown {
		shown.recovery.Wipe()
		d.sheet = nil
	}
	d.mu.Unlock()
	d.changes.Publish(door.Changed{Topic: topicState})
	if err := o.recordSheet(ctx, c, step); err != nil {
		return State{}, err
	}
	if err := o.clinic.Note(context.WithoutCancel(ctx), o.vault, true); err != nil {
		return State{}, err
	}
	return d.state(ctx, c, door.None{})
}
