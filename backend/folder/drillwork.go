package folder

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"quietline/backend/backup"
	"quietline/backend/clinic"
	"quietline/backend/device"
)

// drillKept is how often it is kept how long a drill has worked so far.
const drillKept = 5 * time.Second

// drillWork is a drill under way, as it is kept for the time after a lock.
type drillWork struct {
	device.DrillWork
	keep func(context.Context, device.DrillWork) error
	// cut: it was cut short, and what it has made lies there for the next.
	cut bool
}

func (w *drillWork) begun() bool { return !w.Began.IsZero() }

// of returns what was worked in a stage so far; nil for a stage that is not counted.
func (w *drillWork) of(stage DrillStage) *time.Duration {
	switch stage {
	case DrillCopying:
		return &w.Copying
	case DrillRestoring:
		return &w.Restoring
	case DrillOpening:
		return &w.Opening
	}
	return nil
}

// drillBegun returns what is known of a drill that was cut short and is to be gone on
// with; one that has not begun where there is none.
func (c *Clinic) drillBegun(ctx context.Context, by Drill) (*drillWork, error) {
	work := &drillWork{keep: c.Device.KeepDrillWork}
	kept, err := c.Device.KeptDrillWork(ctx)
	if err != nil {
		return nil, err
	}
	since := by.Clock.Now().Sub(kept.Began)
	if by.Folder == "" || kept.Folder != by.Folder || kept.Began.IsZero() || since < 0 || since > longestDrill {
		return work, nil
	}
	if _, err := os.Stat(filepath.Join(by.In, drillDir)); err != nil {
		return work, nil
	}
	work.DrillWork = kept
	return work, nil
}

// beginDrill removes what is left of others, and keeps that this one has begun.
func (c *Clinic) beginDrill(ctx context.Context, by Drill) (*drillWork, error) {
	if err := c.ForgetDrill(ctx, by.In); err != nil {
		return nil, err
	}
	work := &drillWork{DrillWork: device.DrillWork{Folder: by.Folder, Began: by.Clock.Now()}, keep: c.Device.KeepDrillWork}
	return work, keptOrNot(work.keep(ctx, work.DrillWork))
}

// ForgetDrill removes what a drill in a folder that was cut short has left; the next
// begins anew. It is not called while one is under way.
func (c *Clinic) ForgetDrill(ctx context.Context, in string) error {
	// The row first: without it, what lies there is nobody's.
	err := keptOrNot(c.Device.KeepDrillWork(ctx, device.DrillWork{}))
	if removed := os.RemoveAll(filepath.Join(in, drillDir)); removed != nil {
		err = errors.Join(err, clinic.E(CodeNoAccess).Because(nameless(removed)))
	}
	return err
}

// keptOrNot passes over that this device keeps nothing: a drill needs nothing of it.
func keptOrNot(err error) error {
	if errors.Is(err, clinic.E(device.CodeUnavailable)) {
		return nil
	}
	return err
}

// pace lets a drill rest as long as it works, and counts the work.
type pace struct {
	clock clinic.Clock
	tell  func(DrillProgress)
	work  *drillWork

	ctx   context.Context
	stage DrillStage
	// since is when the work of now began; done is what was worked in this stage, before
	// a lock too, and kept how much of it the device's rows know.
	since, done, kept time.Duration
}

func (p *pace) begin(ctx context.Context, stage DrillStage) {
	p.ctx, p.stage, p.since, p.done = ctx, stage, p.clock.Elapsed(), 0
	if before := p.work.of(stage); before != nil {
		p.done = *before
	}
	p.kept = p.done
	p.at(0, 0)
}

// worked returns how long the stage has worked, without its rests, and keeps it.
func (p *pace) worked() time.Duration {
	worked := p.done + p.clock.Elapsed() - p.since
	p.keep(worked)
	return worked
}

func (p *pace) keep(worked time.Duration) {
	if of := p.work.of(p.stage); of != nil {
		*of, p.kept = worked, worked
		// A report that counts too little is not worth ending a drill for.
		_ = p.work.keep(p.ctx, p.work.DrillWork)
	}
}

func (p *pace) at(done, total uint64) {
	if p.tell != nil {
		p.tell(DrillProgress{p.stage, done, total})
	}
	if worked := p.clock.Elapsed() - p.since; worked > 0 {
		p.done += worked
		// The end of the context ends the work itself.
		_ = p.clock.Wait(p.ctx, min(worked, longestDrillRest))
	}
	if p.done-p.kept >= drillKept {
		p.keep(p.done)
	}
	p.since = p.clock.Elapsed()
}

func (p *pace) backup(at backup.Progress) { p.at(at.Done, at.Total) }

func (p *pace) lists(done, total uint64) { p.at(done, total) }
