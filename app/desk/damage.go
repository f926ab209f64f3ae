package desk

import (
	"context"
	"slices"

	"quietline/app/door"
	"quietline/backend/checks"
	"quietline/backend/clinic"
	"quietline/backend/sqlite"
)

// CodeNoDamage: the last check has found no damage in the records.
const CodeNoDamage clinic.Code = "desk.no_damage"

// closeForDamage takes the clinic from every door where the last check has found damage
// in the records, and shows what can be done about it: what can still be read is saved
// from files that nobody has open, and a backup is restored beside them. It changes
// nothing of the records. A clinic that opened in spite of the damage opens again at the
// next sign-in. CodeNoDamage where there is none.
func (d *Desk) closeForDamage(ctx context.Context, c *door.Caller, _ door.None) (State, error) {
	// Half closed it would be of no use to anybody.
	ctx = context.WithoutCancel(ctx)
	d.turn.Lock()
	defer d.turn.Unlock()
	o, err := d.current()
	if err != nil {
		return State{}, err
	}
	problem, err := o.damage(ctx)
	if err != nil {
		return State{}, err
	}
	at, err := o.clinic.Journal.Anchor(ctx)
	if err != nil {
		return State{}, err
	}
	members, err := o.clinic.Keys.Members()
	if err != nil {
		return State{}, err
	}
	h := &halted{
		vault: o.vault, keys: o.clinic.Keys, clinic: o.clinic, shown: true, known: at.Head.Seq,
		finding: Finding{Found: FoundDamage, Problem: problem, CanExport: true, Opens: true},
	}
	h.decidedBy(members, d.cfg.Exports)
	errand := o.errand()
	if !d.take(o, h) {
		errand.Wipe()
		return State{}, clinic.E(clinic.CodeLocked)
	}
	d.cfg.Log.Warn("the clinic was closed for what was found in its records", "code", problem.Code)
	d.changes.Publish(door.Changed{Topic: topicState})
	if errand != nil {
		// A lock from here goes on receiving as one of the open clinic does.
		d.kept = o.keepPeer()
		d.mu.Lock()
		d.idle = &idle{errand: errand, here: d.kept != nil}
		d.mu.Unlock()
	}
	if err := o.stop(); err != nil {
		d.cfg.Log.Warn("work did not end in good order", "code", clinic.CodeOf(err))
	}
	if err := o.clinic.Note(ctx, o.vault, true); err != nil {
		d.cfg.Log.Warn("how far the records have come could not be noted", "code", clinic.CodeOf(err))
	}
	if err := o.clinic.Close(); err != nil {
		d.cfg.Log.Warn("damaged records did not close in good order", "code", clinic.CodeOf(err))
	}
	return d.state(ctx, c, door.None{})
}

// damage is what the last check has found of the records themselves. Lists are made anew,
// and of what came with texts every file stands for itself.
func (o *open) damage(ctx context.Context) (*Problem, error) {
	var last checks.Finished
	if err := o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) (err error) {
		last, _, _, err = checks.Last(tx)
		return err
	}); err != nil {
		return nil, err
	}
	i := slices.IndexFunc(last.Problems, func(p checks.Problem) bool { return p.Part == checks.Files || p.Part == checks.Records })
	if i < 0 {
		return nil, clinic.E(CodeNoDamage)
	}
	return problemOf(clinic.E(last.Problems[i].Code)), nil
}

// take puts what keeps a clinic from being open in its place, and reports false where it
// was locked meanwhile.
func (d *Desk) take(o *open, h *halted) bool {
	h.life, h.end = context.WithCancel(context.Background())
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.open != o {
		h.end()
		return false
	}
	o.enrolment.Wipe()
	d.open, d.halted = nil, h
	d.tickets.Void()
	return true
}
