package desk

import (
	"context"
	"errors"

	"quietline/app/door"
	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/exchange"
	"quietline/backend/sqlite"
)

// heldAtOnce is how many texts one list asks about.
const heldAtOnce = 100

// heldTexts answers the texts that a person decides about.
func (d *Desk) heldTexts(ctx context.Context, c *door.Caller, _ door.None) (HeldTexts, error) {
	o, err := d.current()
	if err != nil {
		return HeldTexts{}, err
	}
	return o.heldTexts(ctx, c)
}

func (o *open) heldTexts(ctx context.Context, c *door.Caller) (HeldTexts, error) {
	var answer HeldTexts
	err := o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		all, more, err := exchange.Undecided(tx, sightOf(c), heldAtOnce)
		if err != nil {
			return err
		}
		for _, m := range all {
			c.Saw(m.Dossier)
		}
		answer.More = more
		answer.Items, err = o.presenter(tx).held(sightOf(c), all)
		return err
	})
	return answer, err
}

// held shows the texts that a person decides about.
func (p presenter) held(s archive.Sight, all []archive.Message) ([]HeldText, error) {
	shown, err := p.messages(all)
	if err != nil {
		return nil, err
	}
	var ids []clinic.ThreadID
	for _, m := range all {
		ids = append(ids, m.Thread)
	}
	of, err := p.threadRows(s, ids)
	if err != nil {
		return nil, err
	}
	held := make([]HeldText, 0, len(all))
	for n, m := range all {
		row := of[m.Thread]
		held = append(held, HeldText{Message: shown[n], Thread: m.Thread, Patient: row.Patient, Phone: row.Phone})
	}
	return held, nil
}

// threadRows shows threads in sight, without their newest texts.
func (p presenter) threadRows(s archive.Sight, ids []clinic.ThreadID) (map[clinic.ThreadID]ThreadRow, error) {
	threads, err := archive.GetThreads(p.tx, s, ids...)
	if err != nil {
		return nil, err
	}
	list := make([]archive.Row, len(threads))
	for n, t := range threads {
		list[n].Thread = t
	}
	rows, err := p.rows(list)
	if err != nil {
		return nil, err
	}
	of := make(map[clinic.ThreadID]ThreadRow, len(rows))
	for _, r := range rows {
		of[r.ID] = r
	}
	return of, nil
}

// resolveAll is a person's decision about some of the texts that wait for one. Each
// is decided by itself, so that one that may not go any more keeps no other.
func (d *Desk) resolveAll(ctx context.Context, c *door.Caller, r ResolveAll) (ResolvedAll, error) {
	o, err := d.current()
	if err != nil {
		return ResolvedAll{}, err
	}
	if len(r.Send)+len(r.Leave) > heldAtOnce {
		return ResolvedAll{}, clinic.E(clinic.CodeBadInput)
	}
	var done ResolvedAll
	decide := func(ids []clinic.MessageID, send bool, count *int) error {
		for _, id := range ids {
			err := exchange.Resolve(ctx, o.clinic.Journal, c.ID, sightOf(c), id, send, o.policyLine())
			switch {
			case err == nil:
				*count++
			case errors.Is(err, clinic.E(exchange.CodeMayNotGo)):
				done.Refused++
			case errors.Is(err, clinic.E(archive.CodeNotWaiting)), errors.Is(err, clinic.E(clinic.CodeNotFound)):
				// somebody else was quicker
			default:
				return err
			}
		}
		return nil
	}
	if err := errors.Join(decide(r.Leave, false, &done.Left), decide(r.Send, true, &done.Sent)); err != nil {
		return ResolvedAll{}, err
	}
	o.poke(jobSend)
	done.Rest, err = o.heldTexts(ctx, c)
	return done, err
}
