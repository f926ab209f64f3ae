package backup_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"quietline/backend/backup"
	"quietline/backend/clinic"
	"quietline/backend/vault"
	"quietline/backend/vault/filesecret"
)

// TestEveryStepOfARunThatPrunesMayFail: the run gives up a generation, and removes what
// only that one named.
func TestEveryStepOfARunThatPrunesMayFail(t *testing.T) {
	w := newWorld(t)
	// Within one hour the newest few stay.
	picture := w.picture(900)
	w.record(1)
	w.mustRun()
	delete(w.files.named, picture) // no event names it any more
	delete(w.files.there, picture)
	for range 2 {
		w.record(1)
		w.mustRun()
	}
	before := w.generations()[0]
	w.record(3)
	if r, err := w.on(t).run(); err != nil || r.Removed == 0 {
		t.Fatalf("the run gives up %d generations: %v", r.Removed, err)
	}
	breakEveryStep(w.on(t), before, gone, false)
	if !testing.Short() {
		breakEveryStep(w.on(t), before, fails, false)
		breakEveryStep(w.on(t), before, gone, true)
	}
}

// TestEveryStepOfRejoiningMayFail: the sheet brings back what there was at any time,
// and the clinic goes on with its backup in the end.
func TestEveryStepOfRejoiningMayFail(t *testing.T) {
	w := newWorld(t)
	w.day()
	before := w.mustRun().Generation
	raw, err := w.vault.Copy(w.keys)
	w.ok(err)
	dir := t.TempDir()
	w.ok(vault.PutBack(vault.MachineFiles(), dir, raw))
	ctx := context.Background()
	_, err = w.vault.NewEpoch(ctx, w.keys)
	w.ok(err)
	w.mustRun()

	// From here on it is the clinic that was put back, and went on.
	again, err := vault.Load(ctx, vault.Config{Dir: dir, Secrets: filesecret.At(w.secrets), Clock: w.clock, Work: vault.Sample})
	w.ok(err)
	defer again.Close()
	if w.keys, err = again.Unlock(ctx, owner.ID, []byte(passphrase)); err != nil {
		t.Fatal(err)
	}
	w.vault, w.next = again, 2
	w.record(3)
	every, ways := 1, []fault{gone, fails, lies}
	if testing.Short() {
		every, ways = 2, ways[:1]
	}
	steps := 0
	for _, how := range ways {
		for n := 1; ; n += every {
			o := w.on(t)
			if _, err := o.run(); !errors.Is(err, clinic.E(backup.CodeOtherCopy)) {
				t.Fatalf("a run before: %v", err)
			}
			o.disk.breakAt(n, how)
			_ = o.target.Rejoin(ctx, o.source(), o.sheet)
			if !o.disk.mend() {
				break
			}
			steps++
			if err := o.comesBack(before, o.sheet); err != nil {
				t.Fatalf("fault %d at step %d: %v", how, n, err)
			}
			err := o.target.Rejoin(ctx, o.source(), o.sheet)
			if errors.Is(err, clinic.E(backup.CodeBusy)) {
				o.clock.Advance(6 * time.Minute)
				err = o.target.Rejoin(ctx, o.source(), o.sheet)
			}
			o.ok(err)
			o.ok(o.comesBack(o.mustRun().Generation, o.sheet))
			o.whole()
		}
	}
	if steps < 15 {
		t.Errorf("%d steps are not many", steps)
	}
}
