package desk

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"quietline/app/door"
	"quietline/backend/archive"
	"quietline/backend/checks"
	"quietline/backend/clinic"
	"quietline/backend/jobs"
	"quietline/backend/journal"
	"quietline/backend/sqlite"
)

const (
	// settled is how long a clinic is open before the weekly check begins by
	// itself: whoever has just signed in wants to work.
	settled = 10 * time.Minute
	// stale is how old a check that was cut short may be and still go on.
	stale = checks.Every
	// indexesAfter is how long after a sign-in the indexes are checked, and
	// indexesEvery how often from then on: whoever comes in does not wait for it.
	indexesAfter = time.Second
	indexesEvery = 24 * time.Hour
	// tellEvery is how often progress is worth a redraw.
	tellEvery = 250 * time.Millisecond
	// topicEverything tells the screen to ask for all that it shows anew.
	topicEverything = "everything"
)

// health answers how the clinic's records are.
func (d *Desk) health(ctx context.Context, c *door.Caller, _ door.None) (Health, error) {
	o, err := d.current()
	if err != nil {
		return Health{}, err
	}
	return o.health(ctx, c)
}

func (o *open) health(ctx context.Context, c *door.Caller) (Health, error) {
	h := Health{Outcome: "none", Part: "none", Work: WorkNone, Remade: o.remade.Load(), Unopened: o.unopened}
	err := o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		last, at, found, err := checks.Last(tx)
		if err != nil {
			return err
		}
		if found {
			h.Checked, h.Outcome = at, CheckOutcome(last.Outcome)
			for _, p := range last.Problems {
				h.Faults = append(h.Faults, Faulty{Part: CheckPart(p.Part), Code: p.Code})
			}
		}
		went, at, found, err := checks.LastResumed(tx)
		if found {
			h.WentOn = &WentOn{At: at, From: went.From, Until: went.Until}
		}
		if err != nil {
			return err
		}
		if h.Exported, err = checks.LastExported(tx); err != nil {
			return err
		}
		attachments, scans, err := lostFiles(tx, c, o.files.all())
		h.LostAttachments = len(attachments) + len(scans)
		return err
	})
	if err != nil {
		return Health{}, err
	}
	// Whether the search is whole is what its own cursor says; how fast it is made, only
	// the job knows, and that may be waiting.
	seen, of, err := o.clinic.Journal.Behind(ctx)
	if err != nil {
		return Health{}, err
	}
	if seen < of {
		p := o.searchable.told(o.cfg.Clock.Elapsed())
		if p.Total == 0 {
			p = Progress{Done: int(seen), Total: int(of)}
		}
		h.Search = &p
	}
	now := o.cfg.Clock.Now()
	h.Next, h.Overdue = max(checks.Due(h.Checked), now), checks.Overdue(h.Checked, now)
	o.mu.RLock()
	running := o.running
	o.mu.RUnlock()
	for _, s := range running.States() {
		switch s.Name {
		case jobHealth:
			o.describeWork(&h, WorkCheck, s)
		case jobRebuild:
			o.describeWork(&h, WorkRebuild, s)
		}
	}
	return h, nil
}

func (o *open) describeWork(h *Health, w Work, s jobs.State) {
	if s.Phase == jobs.Running && s.Progress.Stage != "" {
		h.Work, h.Part, h.Done, h.Total = w, CheckPart(s.Progress.Stage), s.Progress.Done, s.Progress.Total
	}
	if s.Phase == jobs.Retrying {
		h.Problem = &Problem{Code: s.Problem, Params: clinic.Params{}}
	}
}

// checkNow begins a check of all records.
func (d *Desk) checkNow(ctx context.Context, c *door.Caller, _ door.None) (Health, error) {
	o, err := d.current()
	if err != nil {
		return Health{}, err
	}
	o.asked.Store(true)
	o.poke(jobHealth)
	return o.health(ctx, c)
}

// cancelCheck ends the check under way. What it has read so far is read again
// next time, but for what was kept.
func (d *Desk) cancelCheck(ctx context.Context, c *door.Caller, _ door.None) (Health, error) {
	o, err := d.current()
	if err != nil {
		return Health{}, err
	}
	o.asked.Store(false)
	o.mu.RLock()
	running := o.running
	o.mu.RUnlock()
	if err := running.Cancel(jobHealth); err != nil {
		return Health{}, err
	}
	if err := o.clinic.Device.KeepCheckPlace(ctx, ""); err != nil {
		o.log.Warn("where the check goes on could not be forgotten", "code", clinic.CodeOf(err))
	}
	return o.health(ctx, c)
}

// remake makes lists and search anew from the records.
func (d *Desk) remake(ctx context.Context, c *door.Caller, _ door.None) (Health, error) {
	o, err := d.current()
	if err != nil {
		return Health{}, err
	}
	o.poke(jobRebuild)
	return o.health(ctx, c)
}

// rebuild is the job that makes the views anew.
func (o *open) rebuild(ctx context.Context, lease *jobs.Lease) error {
	tell := o.teller(lease)
	tell(checks.Progress{Part: checks.Lists})
	defer o.pushed(checks.Topic)
	if err := o.clinic.Journal.Rebuild(ctx, func(done, total uint64) {
		tell(checks.Progress{Part: checks.Lists, Done: done, Total: total})
	}); err != nil {
		return err
	}
	o.pushed(topicEverything)
	return nil
}

// makeSearch is the job that makes the search behind the lists, where people could not
// be kept waiting for it: after a restore, above all. It goes on where it was cut short.
func (o *open) makeSearch(ctx context.Context, _ *jobs.Lease) error {
	seen, of, err := o.clinic.Journal.Behind(ctx)
	if err != nil || seen == of {
		return err
	}
	defer o.pushed(checks.Topic)
	defer o.searchable.over()
	var told time.Duration
	tell := func(done, total uint64) {
		now := o.cfg.Clock.Elapsed()
		o.searchable.at(done, total, now)
		if now-told >= tellEvery {
			told = now
			o.pushed(checks.Topic)
		}
	}
	tell(seen, of)
	return o.clinic.Journal.Follow(ctx, tell)
}

// checkIndexes is the job that holds the indexes of what is decided by against the
// rows that were proven at the sign-in. Where one is not what it was, all are made anew.
func (o *open) checkIndexes(ctx context.Context, _ *jobs.Lease) error {
	if err := o.cfg.Clock.Wait(ctx, indexesAfter); err != nil {
		return err
	}
	err := o.clinic.Journal.CheckIndexes(ctx)
	if !errors.Is(err, clinic.E(journal.CodeViewsTampered)) {
		return err
	}
	o.log.Warn("an index was changed from outside, and all are made anew", "code", clinic.CodeOf(err))
	o.remade.Store(true)
	o.poke(jobRebuild)
	return nil
}

// checkRecords is the job of the weekly check: it does nothing unless one is due,
// was cut short, or was asked for.
func (o *open) checkRecords(ctx context.Context, lease *jobs.Lease) error {
	place, err := o.checkPlace(ctx)
	if err != nil {
		return err
	}
	due, err := o.checkDue(ctx, place)
	if err != nil || !due {
		return err
	}
	defer o.pushed(checks.Topic)
	found, err := o.clinic.Check(ctx, o.vault, o.cfg.Clock, place, &checking{o, ctx, o.teller(lease)}, func(id clinic.AttachmentID, code clinic.Code) {
		o.files.found(id, code)
	})
	if err != nil {
		return err
	}
	_, err = o.clinic.Journal.Submit(ctx, journal.Actor{}, func(dec *journal.Decision) error {
		checks.RecordFinished(dec, found)
		return nil
	})
	if err != nil {
		return err
	}
	o.pushed(archive.TopicThread)
	o.files.unkeptYet()
	if err := o.clinic.Device.ReplaceLost(ctx, o.files.all()); err != nil {
		o.log.Warn("which files are lost could not be kept", "code", clinic.CodeOf(err))
	}
	o.asked.Store(false)
	return o.clinic.Device.KeepCheckPlace(ctx, "")
}

func (o *open) checkDue(ctx context.Context, place checks.Place) (bool, error) {
	if o.asked.Load() {
		return true, nil
	}
	if o.cfg.Clock.Elapsed()-o.since < settled {
		return false, nil
	}
	if !place.Began.IsZero() {
		return true, nil
	}
	var last clinic.Instant
	err := o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) (err error) {
		_, last, _, err = checks.Last(tx)
		return err
	})
	return err == nil && checks.Due(last) <= o.cfg.Clock.Now(), err
}

// checkPlace returns where a check that was cut short goes on. One that cannot be
// read, or is too old, begins anew.
func (o *open) checkPlace(ctx context.Context) (checks.Place, error) {
	kept, err := o.clinic.Device.CheckPlace(ctx)
	if err != nil || kept == "" {
		return checks.Place{}, err
	}
	var place checks.Place
	if json.Unmarshal([]byte(kept), &place) != nil || o.cfg.Clock.Now().Sub(place.Began) > stale {
		return checks.Place{}, nil
	}
	return place, nil
}

// checking reports how a check goes.
type checking struct {
	o    *open
	ctx  context.Context
	tell func(checks.Progress)
}

// Tell implements checks.Reporter.
func (c *checking) Tell(p checks.Progress) { c.tell(p) }

// Keep implements checks.Reporter. A device that keeps nothing lets the check
// begin anew next time.
func (c *checking) Keep(p checks.Place) error {
	kept, err := json.Marshal(p)
	if err != nil {
		return err
	}
	if err := c.o.clinic.Device.KeepCheckPlace(c.ctx, string(kept)); err != nil && c.ctx.Err() != nil {
		return err
	}
	return nil
}

// teller hands progress to the registry of jobs and to the screen, a new part at
// once and a count a few times a second.
func (o *open) teller(lease *jobs.Lease) func(checks.Progress) {
	var told time.Duration
	var part checks.Part
	return func(p checks.Progress) {
		lease.Progress(jobs.Progress{Done: int(p.Done), Total: int(p.Total), Stage: string(p.Part)})
		if now := o.cfg.Clock.Elapsed(); p.Part != part || now-told >= tellEvery {
			told, part = now, p.Part
			o.pushed(checks.Topic)
		}
	}
}

// recordExports brings into the records what was exported while they were
// damaged. What cannot be brought in now stays noted for the next time.
func (o *open) recordExports(ctx context.Context) error {
	noted, err := o.clinic.Device.Exports(ctx)
	if err != nil || len(noted) == 0 {
		return err
	}
	for _, e := range noted {
		if _, err := o.clinic.Journal.Submit(ctx, journal.Actor{Staff: e.By}, func(dec *journal.Decision) error {
			checks.RecordExported(dec, e.At, checks.Exported{Events: e.Events, Texts: e.Texts, Unreadable: e.Unreadable})
			return nil
		}); err != nil {
			return err
		}
	}
	return o.clinic.Device.ForgetExports(ctx, noted[len(noted)-1].At)
}
