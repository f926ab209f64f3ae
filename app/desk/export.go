package desk

import (
	"context"
	"errors"
	"sync"
	"time"

	"quietline/app/door"
	"quietline/backend/clinic"
	"quietline/backend/device"
	"quietline/backend/folder"
	"quietline/backend/journal"
	"quietline/backend/salvage"
)

// exportName names the folder that is made. The time tells one from another.
const exportName = "quietline-"

// topicExport is touched while damaged records are being saved.
const topicExport = "export"

// saving is one saving of damaged records, of which there is one at a time.
type saving struct {
	turn sync.Mutex

	mu       sync.Mutex
	progress salvage.Progress
	stop     context.CancelFunc // nil while nothing is being saved
	// from is what is being saved; nil while nothing is.
	from *folder.Damaged
}

// begin notes how the saving under way is ended.
func (s *saving) begin(from *folder.Damaged, stop context.CancelFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.progress, s.stop, s.from = salvage.Progress{}, stop, from
}

// forget zeroes the keys of the copies that are being read, and waits for nothing.
func (s *saving) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.from != nil {
		s.from.Forget()
	}
}

func (s *saving) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stop, s.from = nil, nil
}

func (s *saving) at(p salvage.Progress) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.progress = p
}

// CodeUnnoted: saving damaged records would leave no record on this computer.
const CodeUnnoted clinic.Code = "desk.unnoted"

// export saves what can still be read of damaged records where anyone can read
// it. That it happens is noted on this computer before anything leaves, since the
// records cannot take it, and is recorded once they can again. Where nothing here
// keeps a note, CodeUnnoted asks whether they are to be saved all the same, and
// nothing has left.
func (d *Desk) export(ctx context.Context, c *door.Caller, r Export) (Exported, error) {
	h, err := d.found()
	if err != nil {
		return Exported{}, err
	}
	if !h.finding.CanExport {
		return Exported{}, clinic.E(salvage.CodeNothing)
	}
	h.saving.turn.Lock()
	defer h.saving.turn.Unlock()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(h.life, cancel)()
	from := &folder.Damaged{
		Config: folder.Config{Dir: d.cfg.Dir, Keys: h.keys, Clock: d.cfg.Clock, Drive: d.cfg.Drive},
		Known:  h.known, Files: d.cfg.Files,
	}
	h.saving.begin(from, cancel)
	defer d.changes.Publish(door.Changed{Topic: topicExport})
	defer h.saving.end()
	// A lock ends its life before it forgets what is being saved: one of the two
	// meets it.
	if h.life.Err() != nil {
		return Exported{}, clinic.E(clinic.CodeLocked)
	}
	now := d.cfg.Clock.Now()
	into := salvage.Into{Folder: r.Folder, Name: exportName + now.Time().Format("2006-01-02-150405")}
	note := device.Export{At: now, By: c.ID}
	recorded := d.noteExport(ctx, from, note)
	if !recorded && !r.Unnoted && ctx.Err() == nil {
		return Exported{}, clinic.E(CodeUnnoted)
	}
	saved, err := salvage.Save(ctx, from, into, d.cfg.Dir, d.exportTeller(h))
	switch {
	case err != nil && h.life.Err() != nil:
		return Exported{}, errors.Join(clinic.E(clinic.CodeLocked), err)
	case err != nil && ctx.Err() != nil:
		return Exported{}, clinic.E(clinic.CodeCancelled).Because(err)
	case err != nil:
		return Exported{}, err
	}
	if recorded {
		note.Events, note.Texts, note.Unreadable = saved.Wreckage.Events, uint64(saved.Texts), saved.Wreckage.Unreadable
		d.noteExport(context.WithoutCancel(ctx), from, note)
	}
	answer := exported(into.Name, saved)
	answer.Recorded = recorded
	return answer, nil
}

// noteExport keeps a note of an export on this computer, and reports whether it did.
func (d *Desk) noteExport(ctx context.Context, from *folder.Damaged, note device.Export) bool {
	err := from.NoteExport(ctx, note)
	if err != nil {
		d.cfg.Log.Warn("an export could not be noted", "code", clinic.CodeOf(err))
	}
	return err == nil
}

// exportTeller keeps how far the saving has come, and lets the screen know of a
// new stage at once and of a count a few times a second.
func (d *Desk) exportTeller(h *halted) func(salvage.Progress) {
	var told time.Duration
	var stage salvage.Stage
	return func(p salvage.Progress) {
		h.saving.at(p)
		if now := d.cfg.Clock.Elapsed(); p.Stage != stage || now-told >= tellEvery {
			told, stage = now, p.Stage
			d.changes.Publish(door.Changed{Topic: topicExport})
		}
	}
}

// exporting answers how far the saving has come.
func (d *Desk) exporting(context.Context, *door.Caller, door.None) (Exporting, error) {
	h, err := d.found()
	if err != nil {
		return Exporting{}, err
	}
	h.saving.mu.Lock()
	defer h.saving.mu.Unlock()
	if h.saving.stop == nil {
		return Exporting{Stage: "none"}, nil
	}
	p := h.saving.progress
	if p.Stage == "" {
		p.Stage = salvage.Reading
	}
	return Exporting{Stage: ExportStage(p.Stage), Done: p.Done, Total: p.Total}, nil
}

// stopExport ends the saving under way: nothing of it is left.
func (d *Desk) stopExport(context.Context, *door.Caller, door.None) (door.None, error) {
	h, err := d.found()
	if err != nil {
		return door.None{}, err
	}
	h.saving.mu.Lock()
	defer h.saving.mu.Unlock()
	if h.saving.stop != nil {
		h.saving.stop()
	}
	return door.None{}, nil
}

func exported(name string, saved salvage.Saved) Exported {
	w := saved.Wreckage
	out := Exported{
		Folder: name, Patients: saved.Patients, Texts: saved.Texts, Consents: saved.Consents,
		Attachments: saved.Attachments, LostAttachments: saved.LostAttachments,
		Scans: saved.Scans, LostScans: saved.LostScans,
		Unreadable: w.Unreadable + w.Bodiless, Uncertain: w.Events - w.Proven,
	}
	for _, g := range w.Gaps {
		out.Gaps = append(out.Gaps, gapOf(g))
	}
	for _, l := range saved.Lost {
		if n := len(out.LostAt); n == 0 || out.LostAt[n-1] != l.At {
			out.LostAt = append(out.LostAt, l.At)
		}
	}
	return out
}

func gapOf(g journal.Gap) Gap { return Gap{From: g.From, Until: g.Until, Events: g.Events} }
