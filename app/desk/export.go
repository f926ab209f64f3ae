package desk

import (
	"context"
	"errors"

	"quietline/app/door"
	"quietline/backend/clinic"
	"quietline/backend/device"
	"quietline/backend/folder"
	"quietline/backend/journal"
	"quietline/backend/salvage"
)

// exportName names the folder that is made. The time tells one from another.
const exportName = "quietline-"

// export saves what can still be read of damaged records where anyone can read
// it. That it happens is noted on this device before anything leaves, since the
// records cannot take it, and is recorded once they can again; without such a
// note nothing leaves.
func (d *Desk) export(ctx context.Context, c *door.Caller, r Export) (Exported, error) {
	h, err := d.found()
	if err != nil {
		return Exported{}, err
	}
	if !h.finding.CanExport {
		return Exported{}, clinic.E(salvage.CodeNothing)
	}
	h.saving.Lock()
	defer h.saving.Unlock()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(h.life, cancel)()
	if h.life.Err() != nil {
		return Exported{}, clinic.E(clinic.CodeLocked)
	}
	now := d.cfg.Clock.Now()
	into := salvage.Into{Folder: r.Folder, Name: exportName + now.Time().Format("2006-01-02-150405")}
	cfg := folder.Config{Dir: d.cfg.Dir, Keys: h.keys, Clock: d.cfg.Clock}
	var saved salvage.Saved
	err = folder.WithDevice(ctx, cfg, func(rows *device.Rows) error {
		note := device.Export{At: now, By: c.ID}
		if err := rows.NoteExport(ctx, note); err != nil {
			return err
		}
		var err error
		saved, err = salvage.Save(ctx, folder.Damaged{Config: cfg, Known: h.known}, into, d.cfg.Dir)
		if err != nil {
			return err
		}
		note.Events, note.Texts, note.Unreadable = saved.Wreckage.Events, uint64(saved.Texts), saved.Wreckage.Unreadable
		return rows.NoteExport(context.WithoutCancel(ctx), note)
	})
	if err != nil {
		if h.life.Err() != nil {
			err = errors.Join(clinic.E(clinic.CodeLocked), err)
		}
		return Exported{}, err
	}
	return exported(into.Name, saved), nil
}

func exported(name string, saved salvage.Saved) Exported {
	w := saved.Wreckage
	out := Exported{
		Folder: name, Patients: saved.Patients, Texts: saved.Texts, Consents: saved.Consents,
		Unreadable: w.Unreadable + w.Bodiless, Uncertain: w.Events - w.Proven,
	}
	for _, g := range w.Gaps {
		out.Gaps = append(out.Gaps, gapOf(g))
	}
	return out
}

func gapOf(g journal.Gap) Gap { return Gap{From: g.From, Until: g.Until, Events: g.Events} }
