package backup_test

import (
	"errors"
	"maps"
	"testing"
	"time"

	"quietline/backend/archive/blob"
	"quietline/backend/backup"
	"quietline/backend/clinic"
	"quietline/backend/journal"
)

// TestEveryStepOfARestoreMayFail breaks each operation of a restore on the disk with the
// backup, one after the other: it fails once, the disk is unplugged, a bit is read
// wrongly. What came back by then is a part of the clinic, the reason has a code, the
// backup is what it was, and once the disk is well again the restore goes on to the end.
// (A restore writes nothing there, so that no disk can be too full for it.)
func TestEveryStepOfARestoreMayFail(t *testing.T) {
	w := newWorld(t)
	w.record(60)
	for range 4 {
		w.picture(5000)
	}
	w.slot()
	w.mustRun()
	w.clock.Advance(time.Hour)
	w.record(20)
	g := w.mustRun().Generation
	before := w.disk.contents(repository)
	for what, f := range map[string]struct {
		how   fault
		codes []clinic.Code
	}{
		"fails":       {fails, []clinic.Code{backup.CodeUnreachable, backup.CodeDamaged, backup.CodeNoGeneration}},
		"is gone":     {gone, []clinic.Code{backup.CodeUnreachable}},
		"flips a bit": {flipped, []clinic.Code{backup.CodeDamaged, backup.CodeNoGeneration}},
	} {
		t.Run(what, func(t *testing.T) {
			steps, failed, every := 0, 0, 1
			if testing.Short() {
				every = 3
			}
			for n := 1; ; n += every {
				o := w.on(t)
				into := &memory{files: map[blob.Name][]byte{}}
				o.disk.breakAt(n, f.how)
				done, err := o.back(g, into)
				if !o.disk.mend() {
					break
				}
				steps++
				if err != nil || len(done.Lost) > 0 {
					failed++
				}
				if err != nil && !anyOf(err, f.codes) {
					t.Fatalf("step %d: %v", n, err)
				}
				o.same(into)
				came := len(into.events)
				// It is plugged in again.
				done, err = o.back(g, into)
				o.ok(err)
				o.same(into)
				if len(done.Lost) > 0 || done.Head != g.Head || uint64(len(into.events)) != g.Head.Seq || len(into.files) != 4 {
					t.Fatalf("step %d: then %d events and %d files are there, without %v", n, len(into.events), len(into.files), done.Lost)
				}
				if done.Events != g.Head.Seq-uint64(came) {
					t.Fatalf("step %d: %d events had come, and %d came again", n, came, done.Events)
				}
				if o.disk.opened != 0 || !maps.Equal(o.disk.contents(repository), before) {
					t.Fatalf("step %d: %d files stay open, or the backup is another", n, o.disk.opened)
				}
			}
			t.Logf("%d steps, %d of which kept something back", steps, failed)
			if steps*every < 50 || failed*every < 20 {
				t.Error("the test does not test much")
			}
		})
	}
}

// back restores a generation with the sheet.
func (w *world) back(g backup.Generation, into *memory) (backup.Restored, error) {
	r, err := backup.Open(w.t.Context(), w.config(), backup.BySheet(w.sheet))
	if err != nil {
		return backup.Restored{}, err
	}
	defer r.Close()
	return r.Restore(w.t.Context(), g.Name, journal.Pos{}, into, nil)
}

func anyOf(err error, codes []clinic.Code) bool {
	for _, code := range codes {
		if errors.Is(err, clinic.E(code)) {
			return true
		}
	}
	return false
}
