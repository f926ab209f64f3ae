package desk

import (
	"context"
	"sync"
	"time"

	"quietline/app/door"
	"quietline/backend/backup"
	"quietline/backend/clinic"
	"quietline/backend/folder"
	"quietline/backend/vault"
)

// restoring is the restore under way, of which there is one at a time.
type restoring struct {
	mu   sync.Mutex
	stop context.CancelFunc // nil while nothing is restored
	over bool
	at   backup.Progress
	// began is the reading of Clock.Elapsed at which the stage began, and from how
	// much of it was done by then: what a restore that was cut short had left.
	began time.Duration
	from  uint64
}

// begin notes how the restore under way is ended, or refuses it: the program ends, or
// one is under way already.
func (r *restoring) begin(stop context.CancelFunc) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.over || r.stop != nil {
		return clinic.E(clinic.CodeCancelled)
	}
	r.stop, r.at = stop, backup.Progress{}
	return nil
}

func (r *restoring) end() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stop = nil
}

// cancel ends the restore under way; for good, where the program ends.
func (r *restoring) cancel(forGood bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.over = r.over || forGood
	if r.stop != nil {
		r.stop()
	}
}

func (r *restoring) tell(p backup.Progress, now time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if p.Stage != r.at.Stage {
		r.began, r.from = now, p.Done
	}
	r.at = p
}

func (r *restoring) told(now time.Duration) Restoring {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stop == nil {
		return Restoring{Stage: "none"}
	}
	shown := Restoring{Stage: BackupStage(r.at.Stage), Done: int(r.at.Done), Total: int(r.at.Total)}
	if shown.Stage == "" {
		shown.Stage = BackupStage(backup.StageRecords)
	}
	if r.at.Done > r.from && r.at.Total > r.at.Done {
		shown.Seconds = secondsLeft(now-r.began, r.at.Done-r.from, r.at.Total-r.at.Done)
	}
	return shown
}

// openBackup lists the copies in a backup, where there is no clinic yet.
func (d *Desk) openBackup(ctx context.Context, _ *door.Caller, r OpenBackup) (BackupCopies, error) {
	if _, err := d.emptyFolder(); err != nil {
		return BackupCopies{}, err
	}
	from, err := backupBySheet(ctx, r.Folder, r.Words)
	if err != nil {
		return BackupCopies{}, err
	}
	defer from.Close()
	return copiesIn(ctx, from)
}

// restoreClinic brings a clinic back. Nobody is signed in by it: who opens the clinic
// does so with the sheet, and is asked to go on from an older copy. What a restore that
// was stopped has brought stays for the next one.
func (d *Desk) restoreClinic(ctx context.Context, _ *door.Caller, r RestoreClinic) (RestoredClinic, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if err := d.restoring.begin(cancel); err != nil {
		return RestoredClinic{}, err
	}
	defer d.restoring.end()
	d.enterTurn()
	defer d.turn.Unlock()
	hold, err := d.emptyFolder()
	if err != nil {
		return RestoredClinic{}, err
	}
	from, err := backupBySheet(ctx, r.Folder, r.Words)
	if err != nil {
		return RestoredClinic{}, err
	}
	defer from.Close()
	generation, err := numbered(ctx, from, r.Number)
	if err != nil {
		return RestoredClinic{}, err
	}
	done, err := hold.Restore(ctx, folder.Restore{
		From: from, Generation: generation.Name, Words: r.Words, LeftWords: r.LeftWords, Work: d.cfg.Work, Clock: d.cfg.Clock,
		Tell: func(p backup.Progress) { d.restoring.tell(p, d.cfg.Clock.Elapsed()) },
	})
	switch {
	case err != nil && ctx.Err() != nil:
		return RestoredClinic{}, clinic.E(clinic.CodeCancelled).Because(err)
	case err != nil:
		return RestoredClinic{}, err
	}
	d.changes.Publish(door.Changed{Topic: topicState})
	return RestoredClinic{Made: done.Generation.Made, Lost: len(done.Lost)}, nil
}

func numbered(ctx context.Context, from *backup.Repository, number uint64) (backup.Generation, error) {
	found, _, err := from.Generations(ctx)
	if err != nil {
		return backup.Generation{}, err
	}
	for _, g := range found {
		if g.Number == number {
			return g, nil
		}
	}
	return backup.Generation{}, clinic.E(backup.CodeNoGeneration)
}

// backupBySheet opens the backup in a folder that a person has chosen. Words that are
// no sheet's are told before the disk is asked.
func backupBySheet(ctx context.Context, chosen, words string) (*backup.Repository, error) {
	sheet, err := vault.ParseRecovery(words)
	if err != nil {
		return nil, err
	}
	defer sheet.Wipe()
	at, err := backup.Find(backup.Config{Dir: chosen})
	if err != nil {
		return nil, err
	}
	return backup.Open(ctx, at, backup.BySheet(sheet))
}

// restoringNow answers how far the restore has come.
func (d *Desk) restoringNow(context.Context, *door.Caller, door.None) (Restoring, error) {
	return d.restoring.told(d.cfg.Clock.Elapsed()), nil
}

// stopRestore ends the restore under way. What has come back stays for the next try.
func (d *Desk) stopRestore(context.Context, *door.Caller, door.None) (door.None, error) {
	d.restoring.cancel(false)
	return door.None{}, nil
}
