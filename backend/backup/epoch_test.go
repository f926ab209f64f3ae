package backup_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"quietline/backend/archive/blob"
	"quietline/backend/backup"
	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/vault"
)

// TestASheetAlwaysBringsTheClinicBack breaks each operation of the first run after
// the sheet was replaced. One sheet, the one before or the one in force, opens the
// repository and the vault in it at any time; after a whole run it is the one in
// force.
func TestASheetAlwaysBringsTheClinicBack(t *testing.T) {
	w := newWorld(t)
	w.day()
	w.mustRun()
	before := w.mustRun().Generation
	old := w.sheet
	w.newSheet()
	w.record(3)
	w.clock.Advance(time.Hour)
	t.Run("in the same incarnation", func(t *testing.T) {
		w.on(t).replaceAtEveryStep(before, old, gone, fails, lies)
	})
	w.next = 2
	w.record(3)
	t.Run("in the next incarnation", func(t *testing.T) { w.on(t).replaceAtEveryStep(before, old, gone) })
}

func (w *world) replaceAtEveryStep(before backup.Generation, old vault.Recovery, ways ...fault) {
	for _, how := range ways {
		steps, every := 0, 1
		if testing.Short() {
			every = 3
		}
		for n := 1; ; n += every {
			o := w.on(w.t)
			o.disk.breakAt(n, how)
			_, err := o.run()
			if !o.disk.mend() {
				break
			}
			steps++
			byNew := o.comesBack(before, w.sheet)
			if err == nil && byNew != nil {
				w.t.Errorf("fault %d at step %d: the run worked, and the sheet in force opens nothing: %v", how, n, byNew)
			}
			if byNew != nil {
				if byOld := o.comesBack(before, old); byOld != nil {
					w.t.Errorf("fault %d at step %d: neither sheet brings it back: %v, %v", how, n, byOld, byNew)
				}
			}
			if _, err = o.run(); errors.Is(err, clinic.E(backup.CodeBusy)) {
				o.clock.Advance(6 * time.Minute)
				_, err = o.run()
			}
			o.ok(err)
			o.ok(o.comesBack(before, w.sheet))
			o.whole()
		}
		if steps < 40 {
			w.t.Errorf("fault %d: %d steps are not many", how, steps)
		}
	}
}

// comesBack restores a generation with a sheet, and opens the vault in it.
func (w *world) comesBack(g backup.Generation, sheet vault.Recovery) error {
	ctx := context.Background()
	r, err := backup.Open(ctx, w.config(), backup.BySheet(sheet))
	if err != nil {
		return err
	}
	defer r.Close()
	into := &memory{files: map[blob.Name][]byte{}}
	if _, err := r.Restore(ctx, g.Name, journal.Pos{}, into, nil); err != nil {
		return err
	}
	return w.unlocks(into.bag, sheet)
}

// unlocks opens the vault in a bag with a sheet.
func (w *world) unlocks(b *backup.Bag, sheet vault.Recovery) error {
	dir := w.t.TempDir()
	if err := vault.PutBack(vault.MachineFiles(), dir, b.Vault); err != nil {
		return err
	}
	ctx := context.Background()
	v, err := vault.Load(ctx, vault.Config{Dir: dir, Secrets: vault.NoSecrets{}, Clock: w.clock, Work: vault.Sample})
	if err != nil {
		return err
	}
	defer v.Close()
	keys, err := v.Recover(ctx, strings.Join(sheet.Words(), " "))
	if err == nil {
		keys.Zero()
	}
	return err
}

// TestTheSheetIsReplacedWhileARunReads: the document and the vault in the bag are of
// one moment, though the sheet is replaced between the readings of the two.
func TestTheSheetIsReplacedWhileARunReads(t *testing.T) {
	w := newWorld(t)
	w.day()
	w.mustRun()
	w.newSheet()
	src, replaced := w.source(), false
	src.Vault = func() ([]byte, error) {
		if !replaced {
			replaced = true
			w.newSheet()
		}
		return w.vault.Copy(w.keys)
	}
	done, err := w.target.Run(t.Context(), src, nil)
	w.ok(err)
	w.ok(w.comesBack(done.Generation, w.sheet))
}
