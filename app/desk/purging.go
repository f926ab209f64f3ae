package desk

import (
	"context"
	"time"

	"quietline/app/door"
	"quietline/backend/backup"
	"quietline/backend/clinic"
	"quietline/backend/exchange"
	"quietline/backend/jobs"
	"quietline/backend/settings"
	"quietline/backend/sqlite"
)

const (
	// jobPurge takes texts away at the phone service.
	jobPurge = "exchange.purge"
	// purgeEvery is how often it is asked whether there are some to take away.
	purgeEvery = time.Hour
)

// proven is the backup that was read as a whole last; its job alone uses it.
type proven struct {
	upTo uint64
	at   clinic.Instant
}

// purge is the job that takes texts away at the phone service.
func (o *open) purge(ctx context.Context, lease *jobs.Lease) error {
	x, err := o.wire()
	if err != nil {
		return nil
	}
	err = x.Purge(ctx, o, func(done int) {
		lease.Progress(jobs.Progress{Done: done})
	})
	switch clinic.CodeOf(err) {
	case exchange.CodePurgeSender, exchange.CodePurgeUnchecked:
		return nil // the settings say it
	}
	return err
}

// Proven implements exchange.Copies: it reads every copy in the folders of this
// computer, and holds where the newest whole one ends against the log.
func (o *open) Proven(ctx context.Context, since clinic.Instant) (uint64, error) {
	if o.proof.at >= since && o.proof.upTo > 0 {
		return o.proof.upTo, nil
	}
	all, err := o.backupFolders(ctx)
	if err != nil {
		return 0, err
	}
	source, err := o.clinic.Source(o.vault, o.cfg.Clock)
	if err != nil {
		return 0, err
	}
	var upTo uint64
	var trouble error
	for _, folder := range all.Folders {
		head, err := o.readBack(ctx, folder, source.Log)
		if ctx.Err() != nil {
			return 0, ctx.Err()
		}
		if err != nil {
			o.log.Warn("a backup could not be read back", "code", clinic.CodeOf(err))
			trouble = err
			continue
		}
		upTo = max(upTo, head)
	}
	if upTo == 0 {
		return 0, trouble
	}
	o.proof = proven{upTo: upTo, at: o.cfg.Clock.Now()}
	return upTo, nil
}

// readBack reads the copies in a folder and returns up to where they hold the log.
func (o *open) readBack(ctx context.Context, folder string, log backup.Log) (upTo uint64, err error) {
	from, err := o.target(folder).Open(ctx, backup.ByKeys(o.clinic.Keys))
	if err != nil {
		return 0, err
	}
	defer from.Close()
	head, err := from.Proven(ctx, log)
	return head.Pos.Seq, err
}

// showPurging answers what becomes of texts at the phone service, and what did.
func (d *Desk) showPurging(ctx context.Context, _ *door.Caller, _ door.None) (Purging, error) {
	o, err := d.current()
	if err != nil {
		return Purging{}, err
	}
	return o.showPurging(ctx)
}

func (o *open) showPurging(ctx context.Context) (shown Purging, err error) {
	err = o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		is, err := exchange.PurgingOf(tx, o.cfg.Clock.Now())
		if err != nil {
			return err
		}
		own, err := settings.Get(tx)
		shown = Purging{
			Rule: PurgeRule(is.Rule), Days: is.Days, LeastDays: exchange.LeastPurgeDays, MostDays: exchange.MostPurgeDays,
			Emptied: is.Emptied, Deleted: is.Deleted, Attachments: is.Attachments, First: is.First, Last: is.Last, At: is.At,
			Clinic: own.Name, Phone: o.wired.Load().line.Phone.Display(),
		}
		if is.Waits != nil {
			shown.Waits = problemOf(is.Waits)
		}
		return err
	})
	if err != nil || shown.Waits != nil || shown.Rule == PurgeRule(exchange.PurgeNothing) {
		return shown, err
	}
	// What only trying shows: no backup, or what the phone service said.
	o.mu.RLock()
	running := o.running
	o.mu.RUnlock()
	for _, s := range running.States() {
		if s.Name == jobPurge && s.Phase == jobs.Retrying {
			shown.Waits = &Problem{Code: s.Problem, Params: clinic.Params{}}
		}
	}
	return shown, nil
}

// setPurging records what becomes of texts at the phone service from now on.
func (d *Desk) setPurging(ctx context.Context, c *door.Caller, r SetPurging) (Purging, error) {
	o, err := d.current()
	if err != nil {
		return Purging{}, err
	}
	if err := exchange.SetPurging(ctx, o.clinic.Journal, c.ID, exchange.PurgeRule(r.Rule), r.Days); err != nil {
		return Purging{}, err
	}
	o.poke(jobPurge)
	return o.showPurging(ctx)
}
