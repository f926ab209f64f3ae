package desk

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"quietline/app/door"
	"quietline/backend/backup"
	"quietline/backend/clinic"
	"quietline/backend/device"
	"quietline/backend/jobs"
	"quietline/backend/journal"
	"quietline/backend/settings"
	"quietline/backend/sqlite"
	"quietline/backend/vault"
)

const (
	// jobBackup copies the clinic.
	jobBackup = "backup.run"
	// backupEvery is how often it is asked whether a copy is due. A disk that is
	// plugged in is found that soon.
	backupEvery = 10 * time.Minute
	// topicBackup is touched while a backup is made, and when it has ended.
	topicBackup = "backup"
)

// copying is what is known of backups while the clinic is open. What a folder holds
// is asked of the folder; this is for screens that do not wait for a disk.
type copying struct {
	mu sync.Mutex
	// targets are kept between runs: each remembers another writer's sign.
	targets map[string]*backup.Target
	// problems are what the last try into a folder failed with.
	problems map[string]clinic.Code
	// asked: somebody wants a copy now.
	asked bool
	// since is since when this computer has been asked for backups; zero where that
	// cannot be told.
	since    clinic.Instant
	progress backup.Progress
}

// target is how a folder is written to. What is seen of another writer in it outlives
// this program, which each lock replaces.
func (o *open) target(folder string) *backup.Target {
	c := &o.copying
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.targets[folder] == nil {
		if c.targets == nil {
			c.targets, c.problems = map[string]*backup.Target{}, map[string]clinic.Code{}
		}
		c.targets[folder] = backup.NewTarget(backup.Config{Dir: folder, Sightings: sightings{o.clinic.Device, folder}})
	}
	return c.targets[folder]
}

// sightings are what this device keeps of other writers in a folder.
type sightings struct {
	device *device.Rows
	folder string
}

// Saw implements [backup.Sightings].
func (s sightings) Saw(ctx context.Context, sign []byte, since clinic.Instant) error {
	return s.device.SawWriter(ctx, s.folder, sign, since)
}

// Seen implements [backup.Sightings].
func (s sightings) Seen(ctx context.Context) ([]byte, clinic.Instant, error) {
	return s.device.SeenWriter(ctx, s.folder)
}

func (c *copying) wanted(asked bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked = asked
}

func (c *copying) at(p backup.Progress) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.progress = p
}

func (c *copying) ended(folder string, problem clinic.Code) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.problems[folder] = problem
}

func (c *copying) is() (asked bool, since clinic.Instant, at backup.Progress) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.asked, c.since, c.progress
}

func (c *copying) problem(folder string) clinic.Code {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.problems[folder]
}

// backupFolders returns the folders of this computer.
func (o *open) backupFolders(ctx context.Context) (all settings.Backups, err error) {
	seat, err := o.clinic.Keys.Seat()
	if err != nil {
		return all, err
	}
	err = o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) (err error) {
		all, err = settings.GetBackups(tx, seat)
		return err
	})
	return all, err
}

// watchBackups notes that this computer is asked for backups from now on. A device
// that keeps no note raises the alarm early rather than never.
func (o *open) watchBackups(ctx context.Context) {
	since, err := o.clinic.Device.WatchBackups(ctx, o.cfg.Clock.Now())
	if err != nil {
		o.log.Warn("since when backups are asked for is not known", "code", clinic.CodeOf(err))
	}
	o.copying.mu.Lock()
	defer o.copying.mu.Unlock()
	o.copying.since = since
}

// copyClinic is the job that copies the clinic into each folder in which that is due,
// or into all where somebody has asked. A folder that cannot be reached is no failure
// of the job: it is said, and tried again at the next look. Cut short by a lock, it
// takes over at the next sign-in what was durable.
func (o *open) copyClinic(ctx context.Context, lease *jobs.Lease) error {
	all, err := o.backupFolders(ctx)
	if err != nil {
		return err
	}
	asked, _, _ := o.copying.is()
	now := o.cfg.Clock.Now()
	var due []string
	var targets []*backup.Target
	for _, folder := range all.Folders {
		made, err := o.clinic.Device.Backup(ctx, folder)
		if err != nil {
			return err
		}
		if age := now.Sub(made); asked || made.IsZero() || age >= backup.Every || age < 0 {
			due, targets = append(due, folder), append(targets, o.target(folder))
		}
	}
	if len(due) == 0 {
		o.copying.wanted(false)
		return nil
	}
	source, err := o.clinic.Source(o.vault, o.cfg.Clock)
	if err != nil {
		return err
	}
	defer o.pushed(topicBackup)
	defer o.copying.at(backup.Progress{})
	outcomes := backup.Each(clinic.WithAside(ctx, o.people.First(o.cfg.Clock)), source, targets, o.backupTeller(lease))
	if ctx.Err() != nil {
		return nil
	}
	o.copying.wanted(false)
	whole := false
	// What one folder's outcome cannot be kept for keeps none of the others' from it.
	var unkept error
	for i, outcome := range outcomes {
		if errors.Is(outcome.Err, clinic.E(backup.CodeOtherCopy)) {
			unkept = errors.Join(unkept, o.meetOther(ctx, due[i], outcome.Result))
		}
		problem := clinic.Code("")
		switch {
		case outcome.Err != nil:
			problem = clinic.CodeOf(outcome.Err)
			o.log.Warn("a backup could not be made", "code", problem)
		case len(outcome.Result.Broken) > 0:
			problem = backup.CodeDamaged
		default:
			whole = true
		}
		o.copying.ended(due[i], problem)
		if problem != "" {
			unkept = errors.Join(unkept, o.clinic.ForgetProof(ctx, due[i]))
		}
		if made := outcome.Result.Generation; made.Number > 0 {
			unkept = errors.Join(unkept, o.clinic.Device.KeepBackup(ctx, due[i], made.Made, made.Head.Incarnation))
		}
	}
	if whole {
		// What a change of format left is in a backup now.
		unkept = errors.Join(unkept, o.clinic.ForgetBefore())
	}
	return unkept
}

// backupTeller hands progress to the registry of jobs and to the screen, a new stage
// at once and a count a few times a second.
func (o *open) backupTeller(lease *jobs.Lease) func(backup.Progress) {
	var told time.Duration
	var stage backup.Stage
	return func(p backup.Progress) {
		lease.Progress(jobs.Progress{Done: int(p.Done), Total: int(p.Total), Stage: string(p.Stage)})
		o.copying.at(p)
		if now := o.cfg.Clock.Elapsed(); p.Stage != stage || now-told >= tellEvery {
			told, stage = now, p.Stage
			o.pushed(topicBackup)
		}
	}
}

// backups answers how the folders of this computer stand. It asks no disk.
func (d *Desk) backups(ctx context.Context, _ *door.Caller, _ door.None) (Backups, error) {
	o, err := d.current()
	if err != nil {
		return Backups{}, err
	}
	return o.backups(ctx)
}

func (o *open) backups(ctx context.Context) (Backups, error) {
	all, err := o.backupFolders(ctx)
	if err != nil {
		return Backups{}, err
	}
	asked, since, at := o.copying.is()
	shown := Backups{Room: len(all.Folders) < settings.MostBackups, Stage: "none"}
	now := o.cfg.Clock.Now()
	shown.Late = backup.Late(since, now)
	for _, folder := range all.Folders {
		made, err := o.clinic.Device.Backup(ctx, folder)
		if err != nil {
			return Backups{}, err
		}
		place := BackupPlace{Folder: folder, Newest: made, Late: backup.Late(made, now)}
		if code := o.copying.problem(folder); code != "" {
			place.Problem = problemOf(clinic.E(code))
		}
		shown.Late = shown.Late && place.Late
		shown.Folders = append(shown.Folders, place)
	}
	o.mu.RLock()
	running := o.running
	o.mu.RUnlock()
	for _, s := range running.States() {
		if s.Name != jobBackup {
			continue
		}
		switch s.Phase {
		case jobs.Running:
			if at.Stage != "" {
				shown.Stage, shown.Done, shown.Total = BackupStage(at.Stage), int(at.Done), int(at.Total)
			} else if asked {
				shown.Stage = BackupStage(backup.StageRecords)
			}
		case jobs.Retrying:
			shown.Problem = &Problem{Code: s.Problem, Params: clinic.Params{}}
		}
	}
	return shown, nil
}

// chooseFolder asks the person for a folder, where the system has a dialog for it.
// It opens nothing.
func (d *Desk) chooseFolder(ctx context.Context, _ *door.Caller, _ door.None) (ChosenFolder, error) {
	if d.cfg.ChooseFolder == nil {
		return ChosenFolder{Typed: true}, nil
	}
	chosen, err := d.cfg.ChooseFolder(ctx)
	return ChosenFolder{Folder: chosen}, err
}

// addBackup copies the clinic into one more folder from now on, and begins at once. A
// backup of this clinic that is there already goes on; otherwise a new one is made.
func (d *Desk) addBackup(ctx context.Context, c *door.Caller, r BackupFolder) (Backups, error) {
	o, err := d.current()
	if err != nil {
		return Backups{}, err
	}
	hold, err := d.held()
	if err != nil {
		return Backups{}, err
	}
	all, err := o.backupFolders(ctx)
	if err != nil {
		return Backups{}, err
	}
	// Before anything is made that nobody would use.
	if len(all.Folders) >= settings.MostBackups {
		return Backups{}, clinic.E(settings.CodeBackups)
	}
	chosen := backup.Config{Dir: filepath.Clean(r.Folder)}
	if !filepath.IsAbs(r.Folder) {
		return Backups{}, clinic.E(backup.CodeUnreachable)
	}
	if _, err := backup.Find(chosen); err != nil && !errors.Is(err, clinic.E(backup.CodeMissing)) {
		return Backups{}, err
	}
	if err := hold.Outside(chosen.Dir); err != nil {
		return Backups{}, clinic.E(backup.CodeOccupied).Because(err)
	}
	at, err := backup.Settle(ctx, chosen, o.clinic.Keys)
	if err != nil {
		return Backups{}, err
	}
	return o.changeBackups(ctx, c, func(folders []string) []string { return append(folders, at.Dir) })
}

// removeBackup copies the clinic into a folder no longer. What lies there stays.
func (d *Desk) removeBackup(ctx context.Context, c *door.Caller, r BackupFolder) (Backups, error) {
	o, err := d.current()
	if err != nil {
		return Backups{}, err
	}
	if err := o.clinic.ForgetProof(ctx, r.Folder); err != nil {
		return Backups{}, err
	}
	return o.changeBackups(ctx, c, func(folders []string) []string {
		return slices.DeleteFunc(folders, func(f string) bool { return f == r.Folder })
	})
}

func (o *open) changeBackups(ctx context.Context, c *door.Caller, change func([]string) []string) (Backups, error) {
	seat, err := o.clinic.Keys.Seat()
	if err != nil {
		return Backups{}, err
	}
	if _, err := o.clinic.Journal.Submit(ctx, journal.Actor{Staff: c.ID}, func(dec *journal.Decision) error {
		now, err := settings.GetBackups(dec.Tx, seat)
		if err != nil {
			return err
		}
		now.Folders = change(now.Folders)
		return settings.ChangeBackups(dec, now)
	}); err != nil {
		return Backups{}, err
	}
	o.poke(jobBackup)
	o.pushed(topicBackup)
	return o.backups(ctx)
}

// backupNow begins a copy into every folder.
func (d *Desk) backupNow(ctx context.Context, _ *door.Caller, _ door.None) (Backups, error) {
	o, err := d.current()
	if err != nil {
		return Backups{}, err
	}
	o.copying.wanted(true)
	o.poke(jobBackup)
	return o.backups(ctx)
}

// rejoinBackup gives the clinic, which went on from an older copy of itself, a backup
// back whose keys followed what was left behind; see [backup.Target.Rejoin].
func (d *Desk) rejoinBackup(ctx context.Context, _ *door.Caller, r RejoinBackup) (Backups, error) {
	o, err := d.current()
	if err != nil {
		return Backups{}, err
	}
	all, err := o.backupFolders(ctx)
	if err != nil {
		return Backups{}, err
	}
	if !slices.Contains(all.Folders, r.Folder) {
		return Backups{}, clinic.E(clinic.CodeNotFound)
	}
	sheet, err := vault.ParseRecovery(r.Words)
	if err != nil {
		return Backups{}, err
	}
	defer sheet.Wipe()
	source, err := o.clinic.Source(o.vault, o.cfg.Clock)
	if err != nil {
		return Backups{}, err
	}
	if err := o.target(r.Folder).Rejoin(ctx, source, sheet); err != nil {
		return Backups{}, err
	}
	o.copying.ended(r.Folder, "")
	o.copying.wanted(true)
	o.poke(jobBackup)
	return o.backups(ctx)
}

// backupCopies lists the copies in one of this computer's folders. It waits for the
// disk.
func (d *Desk) backupCopies(ctx context.Context, _ *door.Caller, r BackupFolder) (BackupCopies, error) {
	o, err := d.current()
	if err != nil {
		return BackupCopies{}, err
	}
	all, err := o.backupFolders(ctx)
	if err != nil {
		return BackupCopies{}, err
	}
	if !slices.Contains(all.Folders, r.Folder) {
		return BackupCopies{}, clinic.E(clinic.CodeNotFound)
	}
	from, over, err := o.clinic.OpenBackup(ctx, o.target(r.Folder))
	if err != nil {
		return BackupCopies{}, err
	}
	defer over()
	return copiesIn(ctx, from)
}

func copiesIn(ctx context.Context, from *backup.Repository) (BackupCopies, error) {
	found, broken, err := from.Generations(ctx)
	shown := BackupCopies{Unreadable: len(broken)}
	for _, g := range found {
		shown.Items = append(shown.Items, BackupCopy{Number: g.Number, Made: g.Made, Attachments: g.Attachments, Bytes: g.Bytes})
	}
	return shown, err
}
