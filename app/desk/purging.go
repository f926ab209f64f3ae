package desk

import (
	"context"
	"time"

	"quietline/app/door"
	"quietline/backend/backup"
	"quietline/backend/clinic"
	"quietline/backend/exchange"
	"quietline/backend/folder"
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

// purge is the job that takes texts away at the phone service.
func (o *open) purge(ctx context.Context, lease *jobs.Lease) error {
	x, err := o.wire()
	if err != nil {
		return nil
	}
	err = x.Purge(ctx, copies{o, lease}, func(done int) {
		lease.Progress(jobs.Progress{Done: done})
	})
	switch clinic.CodeOf(err) {
	case exchange.CodePurgeSender, exchange.CodePurgeUnchecked:
		return nil // the settings say it
	}
	return err
}

// copies are the backups of this computer, for whom texts are taken away at the phone
// service.
type copies struct {
	*open
	lease *jobs.Lease
}

// Proven implements exchange.Copies: it reads every copy in the folders of this
// computer, unless that was done, and holds where the newest whole one ends against the
// log.
func (c copies) Proven(ctx context.Context, since clinic.Instant) (uint64, error) {
	all, err := c.backupFolders(ctx)
	if err != nil {
		return 0, err
	}
	p := folder.Proof{
		Vault: c.vault, Clock: c.cfg.Clock, Since: since,
		Tell: func(p backup.Progress) {
			c.lease.Progress(jobs.Progress{Done: int(p.Done), Total: int(p.Total), Stage: string(p.Stage)})
		},
	}
	for _, in := range all.Folders {
		p.In = append(p.In, folder.Kept{Folder: in, Target: c.target(in)})
	}
	upTo, err := c.clinic.Proven(ctx, p)
	if err != nil && ctx.Err() == nil {
		c.log.Warn("a backup could not be read back", "code", clinic.CodeOf(err))
	}
	return upTo, err
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
			KeptAttachments: is.KeptAttachments, KeptWords: is.KeptWords,
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
