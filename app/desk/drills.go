package desk

import (
	"context"
	"encoding/hex"
	"errors"
	"slices"
	"sync"
	"time"

	"quietline/app/door"
	"quietline/backend/checks"
	"quietline/backend/clinic"
	"quietline/backend/folder"
	"quietline/backend/jobs"
	"quietline/backend/journal"
	"quietline/backend/settings"
	"quietline/backend/sqlite"
	"quietline/backend/staff"
)

const (
	// jobDrill restores a backup to try it.
	jobDrill = "backup.drill"
	// drillEvery is how often it is asked whether a drill is due.
	drillEvery = 10 * time.Minute
	// drillLater is how soon a drill that could not be made is tried again by itself.
	drillLater = 6 * time.Hour
	// drillsShown is how many drills a list goes back.
	drillsShown = 12
)

// drilling is what is known of the drill under way, and of the last that could not be
// made.
type drilling struct {
	mu      sync.Mutex
	folder  string
	at      folder.DrillProgress
	problem *Problem
}

func (d *drilling) is() (in string, at folder.DrillProgress, problem *Problem) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.folder, d.at, d.problem
}

func (d *drilling) set(change func(*drilling)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	change(d)
}

// drill is the job that restores a backup to try it, where that is due or was asked
// for. Cut short by a lock, it goes on at the next sign-in.
func (o *open) drill(ctx context.Context, lease *jobs.Lease) error {
	in, by, err := o.drillIn(ctx)
	if err != nil {
		return err
	}
	if in == "" {
		// Nobody goes on with what may be left of one.
		return o.clinic.ForgetDrill(ctx, o.cfg.Dir)
	}
	defer o.pushed(topicBackup)
	o.drilling.set(func(d *drilling) { d.folder, d.problem = in, nil })
	defer o.drilling.set(func(d *drilling) { d.folder, d.at = "", folder.DrillProgress{} })
	drilled, err := o.clinic.Drill(ctx, folder.Drill{
		Vault: o.vault, To: o.target(in), Folder: in, In: o.cfg.Dir, Clock: o.cfg.Clock, Tell: o.drillTeller(lease),
	})
	if ctx.Err() != nil {
		return nil
	}
	if made := drilled.Generation; made.Number > 0 {
		if err := o.clinic.Device.KeepBackup(ctx, in, made.Made, made.Head.Incarnation); err != nil {
			return err
		}
	}
	if err != nil {
		o.log.Warn("a backup could not be tried", "code", clinic.CodeOf(err))
		o.drilling.set(func(d *drilling) { d.problem = problemOf(err) })
		later := drillLater
		if errors.Is(err, journal.ErrConflict) {
			later = drillEvery
		}
		return errors.Join(o.clinic.Device.AskDrill(ctx, "", clinic.StaffID{}), o.clinic.Device.PutOffDrill(ctx, o.cfg.Clock.Now().Add(later)))
	}
	if drilled.Damage != "" {
		if err := o.clinic.ForgetProof(ctx, in); err != nil {
			return err
		}
	}
	if _, err := o.clinic.Journal.Submit(ctx, journal.Actor{Staff: by}, func(dec *journal.Decision) error {
		checks.RecordDrilled(dec, onRecord(drilled, in))
		return nil
	}); err != nil {
		return err
	}
	return o.clinic.Device.AskDrill(ctx, "", clinic.StaffID{})
}

func onRecord(d folder.Drilled, in string) checks.Drilled {
	r := checks.Drilled{
		Began: d.Began, Outcome: checks.DrillGood, Folder: in, Copy: d.Generation.Number, Made: d.Generation.Made,
		Events: d.Events, Attachments: d.Attachments, Spoiled: d.Spoiled, Content: hex.EncodeToString(d.Content[:]),
		Copying: d.Copying.Milliseconds(), Restoring: d.Restoring.Milliseconds(), Opening: d.Opening.Milliseconds(),
	}
	switch {
	case d.Damage != "":
		r.Outcome, r.Code = checks.DrillDamaged, d.Damage
	case !d.Same:
		r.Outcome = checks.DrillDiffers
	case d.Spoiled > 0:
		r.Outcome = checks.DrillSpoiled
	}
	return r
}

// drillIn returns in which folder a drill is to be made now, none for not now, and who
// asked for it.
func (o *open) drillIn(ctx context.Context) (in string, by clinic.StaffID, err error) {
	all, err := o.backupFolders(ctx)
	if err != nil {
		return "", by, err
	}
	asked, by, err := o.clinic.Device.AskedDrill(ctx)
	if err != nil {
		return "", by, err
	}
	if slices.Contains(all.Folders, asked) {
		return asked, by, nil
	}
	by = clinic.StaffID{}
	later, err := o.clinic.Device.DrillPutOff(ctx)
	if err != nil {
		return "", by, err
	}
	// One that a lock cut short goes on at once: with short sessions it would never end.
	begun, err := o.clinic.Device.KeptDrillWork(ctx)
	now := o.cfg.Clock.Now()
	if err != nil || later > now || begun.Folder == "" && o.cfg.Clock.Elapsed()-o.since < settled {
		return "", by, err
	}
	// Of two that are due the one that was not tried for longer, if it can be had.
	stands, err := o.drillsStand(ctx, all.Folders)
	if err != nil {
		return "", by, err
	}
	var longest clinic.Instant
	for _, one := range stands {
		if one.due > now {
			continue
		}
		made, err := o.clinic.Device.Backup(ctx, one.folder)
		if err != nil {
			return "", by, err
		}
		if made.IsZero() || o.copying.problem(one.folder) != "" {
			continue
		}
		if one.folder == begun.Folder {
			return one.folder, by, nil
		}
		if in == "" || one.tried < longest {
			in, longest = one.folder, one.tried
		}
	}
	return in, by, nil
}

// drillStanding is how trying the backup in one folder stands.
type drillStanding struct {
	folder string
	// tried is when it was tried last, good when it last brought the records back; zero
	// for never. due is when it is tried next.
	tried, good, due clinic.Instant
}

// drillsStand says of each folder how it stands: a good one hides no bad one.
func (o *open) drillsStand(ctx context.Context, folders []string) (all []drillStanding, err error) {
	err = o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		all = nil
		policy, err := settings.GetDrills(tx)
		if err != nil {
			return err
		}
		for _, in := range folders {
			last, err := checks.LastDrill(tx, in)
			if err != nil {
				return err
			}
			one := drillStanding{folder: in, due: checks.DrillDue(last, policy.Every())}
			if last != nil {
				one.tried = last.Ended
			}
			if one.good, err = checks.LastGoodDrill(tx, in); err != nil {
				return err
			}
			all = append(all, one)
		}
		return nil
	})
	return all, err
}

func (o *open) drillsOnRecord(ctx context.Context) (all []checks.Drill, every time.Duration, err error) {
	err = o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		policy, err := settings.GetDrills(tx)
		if err != nil {
			return err
		}
		every = policy.Every()
		all, err = checks.Drills(tx, drillsShown)
		return err
	})
	return all, every, err
}

// drillTeller hands progress to the registry of jobs and to the screen, a new stage at
// once and a count a few times a second.
func (o *open) drillTeller(lease *jobs.Lease) func(folder.DrillProgress) {
	var told time.Duration
	var stage folder.DrillStage
	return func(p folder.DrillProgress) {
		lease.Progress(jobs.Progress{Done: int(p.Done), Total: int(p.Total), Stage: string(p.Stage)})
		o.drilling.set(func(d *drilling) { d.at = p })
		if now := o.cfg.Clock.Elapsed(); p.Stage != stage || now-told >= tellEvery {
			told, stage = now, p.Stage
			o.pushed(topicBackup)
		}
	}
}

// drills answers what trying the backups came to, and when it is due again.
func (d *Desk) drills(ctx context.Context, _ *door.Caller, _ door.None) (Drills, error) {
	o, err := d.current()
	if err != nil {
		return Drills{}, err
	}
	return o.drills(ctx)
}

func (o *open) drills(ctx context.Context) (Drills, error) {
	all, every, err := o.drillsOnRecord(ctx)
	if err != nil {
		return Drills{}, err
	}
	folders, err := o.backupFolders(ctx)
	if err != nil {
		return Drills{}, err
	}
	stands, err := o.drillsStand(ctx, folders.Folders)
	if err != nil {
		return Drills{}, err
	}
	asked, _, err := o.clinic.Device.AskedDrill(ctx)
	if err != nil {
		return Drills{}, err
	}
	in, at, problem := o.drilling.is()
	now := o.cfg.Clock.Now()
	shown := Drills{Days: int(every.Hours() / 24), Folder: in, Stage: "none", Done: int(at.Done), Total: int(at.Total), Problem: problem}
	// A clinic without any backup is told about that.
	for i, one := range stands {
		since, err := o.clinic.Device.FirstBackup(ctx, one.folder)
		if err != nil {
			return Drills{}, err
		}
		shown.Overdue = shown.Overdue || checks.DrillOverdue(one.good, since, now, every)
		if i == 0 || one.due < shown.Next {
			shown.Next = one.due
		}
	}
	if in == "" && asked != "" {
		shown.Folder, shown.Waits = asked, true
	}
	if at.Stage != "" {
		shown.Stage = DrillStage(at.Stage)
	}
	var who []clinic.StaffID
	for _, one := range all {
		who = append(who, one.By)
		for _, s := range one.Seen {
			who = append(who, s.By)
		}
	}
	var names map[clinic.StaffID]string
	if err := o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) (err error) {
		names, err = staff.Names(tx, who...)
		return err
	}); err != nil {
		return Drills{}, err
	}
	for _, one := range all {
		row := DrillRow{
			Began: one.Began, Ended: one.Ended, Outcome: DrillOutcome(one.Outcome), Folder: one.Folder, Copy: one.Copy, Made: one.Made,
			Events: int(one.Events), Attachments: int(one.Attachments), Spoiled: int(one.Spoiled), Content: one.Content,
			Copying: one.Copying, Restoring: one.Restoring, Opening: one.Opening, By: names[one.By],
		}
		if one.Code != "" {
			row.Problem = problemOf(clinic.E(one.Code))
		}
		for _, s := range one.Seen {
			row.Seen = append(row.Seen, DrillReader{Name: names[s.By], At: s.At})
		}
		shown.Items = append(shown.Items, row)
	}
	return shown, nil
}

// runDrill tries the backup in one of this computer's folders as soon as can be, also
// after a lock.
func (d *Desk) runDrill(ctx context.Context, c *door.Caller, r BackupFolder) (Drills, error) {
	o, err := d.current()
	if err != nil {
		return Drills{}, err
	}
	all, err := o.backupFolders(ctx)
	if err != nil {
		return Drills{}, err
	}
	if !slices.Contains(all.Folders, r.Folder) {
		return Drills{}, clinic.E(clinic.CodeNotFound)
	}
	if err := o.clinic.Device.AskDrill(ctx, r.Folder, c.ID); err != nil {
		return Drills{}, err
	}
	o.poke(jobDrill)
	return o.drills(ctx)
}

// stopDrill ends the drill under way, and lets none begin by itself for a day.
func (d *Desk) stopDrill(ctx context.Context, _ *door.Caller, _ door.None) (Drills, error) {
	o, err := d.current()
	if err != nil {
		return Drills{}, err
	}
	err = errors.Join(o.clinic.Device.AskDrill(ctx, "", clinic.StaffID{}), o.clinic.Device.PutOffDrill(ctx, o.cfg.Clock.Now().Add(checks.DrillAgain)))
	if err != nil {
		return Drills{}, err
	}
	o.mu.RLock()
	running := o.running
	o.mu.RUnlock()
	if err := running.Cancel(jobDrill); err != nil {
		return Drills{}, err
	}
	o.pushed(topicBackup)
	return o.drills(ctx)
}

// sawDrill records that the caller has read what a drill came to.
func (d *Desk) sawDrill(ctx context.Context, c *door.Caller, r DrillRef) (Drills, error) {
	o, err := d.current()
	if err != nil {
		return Drills{}, err
	}
	if _, err := o.clinic.Journal.Submit(ctx, journal.Actor{Staff: c.ID}, func(dec *journal.Decision) error {
		return checks.RecordDrillSeen(dec, r.Began)
	}); err != nil {
		return Drills{}, err
	}
	return o.drills(ctx)
}

// saveDrillDays records how often a backup is tried from now on.
func (d *Desk) saveDrillDays(ctx context.Context, c *door.Caller, r DrillDays) (Drills, error) {
	o, err := d.current()
	if err != nil {
		return Drills{}, err
	}
	if _, err := o.clinic.Journal.Submit(ctx, journal.Actor{Staff: c.ID}, func(dec *journal.Decision) error {
		return settings.ChangeDrills(dec, settings.Drills{Days: r.Days})
	}); err != nil {
		return Drills{}, err
	}
	return o.drills(ctx)
}
