package backup_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"quietline/backend/archive/blob"
	"quietline/backend/backup"
	"quietline/backend/clinic"
	"quietline/backend/journal"
)

// TestEveryStepOfARunMayFail breaks each operation of a run on the disk, one after
// the other, in every way. The generation before always comes back; a run that says
// that it worked has made one that does; and the next run makes the repository
// whole again.
func TestEveryStepOfARunMayFail(t *testing.T) {
	w := newWorld(t)
	w.day()
	before := w.mustRun().Generation
	w.record(20)
	w.picture(9000)
	w.picture(100)
	w.slot()
	w.clock.Advance(time.Hour)
	for name, how := range faults {
		t.Run(name, func(t *testing.T) { breakEveryStep(w.on(t), before, how, false) })
	}
	t.Run("loses power", func(t *testing.T) { breakEveryStep(w.on(t), before, gone, true) })
}

// on is the same clinic with a copy of its disk, in another test.
func (w *world) on(t *testing.T) *world {
	o := *w
	o.t, o.disk = t, w.disk.clone()
	o.target = backup.NewTarget(o.config())
	return &o
}

func breakEveryStep(all *world, before backup.Generation, how fault, power bool) {
	t := all.t
	steps, failed, every := 0, 0, 1
	if testing.Short() {
		every = 4
	}
	for n := 1; ; n += every {
		w := all.on(t)
		w.disk.breakAt(n, how)
		result, err := w.run()
		if hit := w.disk.mend(); !hit {
			break
		}
		if power {
			w.disk.powerLoss()
		}
		steps++
		var coded *clinic.Error
		if err != nil {
			failed++
			if !errors.As(err, &coded) || coded.Code == clinic.CodeInternal {
				t.Fatalf("step %d: an error without a code: %v", n, err)
			}
			if how == full && coded.Code != backup.CodeDiskFull {
				t.Fatalf("step %d: on a full disk: %v", n, err)
			}
		}
		if w.disk.opened != 0 {
			t.Fatalf("step %d: %d files stay open", n, w.disk.opened)
		}
		// What was replaced, too, is the old one or the new one.
		w.whole()
		w.restores(before)
		if err == nil {
			w.restores(result.Generation)
		}
		after, err := w.run()
		if errors.Is(err, clinic.E(backup.CodeBusy)) {
			// Half of a sign is left, which may be anybody's.
			w.clock.Advance(6 * time.Minute)
			after, err = w.run()
		}
		if err != nil {
			t.Fatalf("step %d: the run after: %v", n, err)
		}
		w.restores(after.Generation)
		w.whole()
	}
	t.Logf("%d steps, %d of which ended the run", steps, failed)
	if steps*every < 100 || failed < 5 {
		t.Error("the test does not test much")
	}
}

// TestARunGoesOnWhereItWasCutShort cuts a long run again and again: each time less
// is left to do.
func TestARunGoesOnWhereItWasCutShort(t *testing.T) {
	w := newWorld(t)
	w.record(300)
	for range 10 {
		w.picture(5000)
	}
	var events, files uint64
	for n := 150; ; n += 20 {
		w.disk.breakAt(n, gone)
		r, err := w.run()
		events, files = events+r.Events, files+r.Attachments
		if !w.disk.mend() {
			w.ok(err)
			break
		}
		if n > 5000 {
			t.Fatal("it never ends")
		}
	}
	head, err := w.log.Head(t.Context())
	w.ok(err)
	// What was durable when its run was cut short is taken over, and not counted again.
	if events > head.Seq || events < head.Seq*9/10 || files > 10 || files < 8 {
		t.Errorf("%d of %d events were copied, and %d of 10 files", events, head.Seq, files)
	}
	w.whole()
	w.restores(w.generations()[0])
}

// TestASpoiledFileIsNamed flips a bit in every file of a repository, one after the
// other. Verifying names the file; an older generation, or all, come back.
func TestASpoiledFileIsNamed(t *testing.T) {
	w := newWorld(t)
	w.record(30)
	w.picture(9000)
	w.mustRun()
	w.clock.Advance(24 * time.Hour)
	w.record(10)
	w.mustRun()
	for _, name := range w.disk.names(repository) {
		raw := w.disk.files[name].data
		bad := append([]byte(nil), raw...)
		bad[len(bad)*2/3] ^= 8
		for what, put := range map[string][]byte{"a flipped bit": bad, "a cut": raw[:len(raw)/2], "nothing": {}} {
			w.disk.files[name].data = put
			r := w.open()
			report, err := r.Verify(context.Background(), nil)
			w.ok(err)
			named := false
			for _, p := range report.Problems {
				named = named || repository+"/"+p.File == name
			}
			if !named {
				t.Errorf("%s in %s: named are %v", what, name, report.Problems)
			}
			for _, g := range report.Whole {
				w.restores(g)
			}
			for _, g := range report.Broken {
				into := &memory{files: map[blob.Name][]byte{}}
				done, err := r.Restore(context.Background(), g.Name, journal.Pos{}, into, nil)
				if err == nil && len(done.Lost) == 0 {
					t.Errorf("%s in %s: generation %d is called broken and is not", what, name, g.Number)
				}
				w.same(into)
			}
			r.Close()
		}
		w.disk.files[name].data = raw
	}
	w.whole()
}

// TestARestoreGoesOnWhereItWasCutShort ends a restore after every call.
func TestARestoreGoesOnWhereItWasCutShort(t *testing.T) {
	w := newWorld(t)
	w.record(80)
	w.picture(5000)
	w.picture(5000)
	g := w.mustRun().Generation
	r := w.open()
	defer r.Close()
	into := &memory{files: map[blob.Name][]byte{}}
	cuts := 0
	for n := 1; ; n++ {
		left := n
		into.left = &left
		_, err := r.Restore(context.Background(), g.Name, journal.Pos{}, into, nil)
		if err == nil {
			break
		}
		if !errors.Is(err, errCut) {
			t.Fatal(err)
		}
		cuts++
	}
	w.same(into)
	if cuts < 3 || uint64(len(into.events)) != g.Head.Seq || len(into.files) != 2 {
		t.Errorf("after %d cuts: %d events, %d files", cuts, len(into.events), len(into.files))
	}
	// What is there of another history is not gone on with.
	into.left = nil
	into.events = into.events[:3]
	into.events[2].Chain[0] ^= 1
	if _, err := r.Restore(context.Background(), g.Name, journal.Pos{}, into, nil); !errors.Is(err, backup.ErrOtherStart) {
		t.Errorf("on another start: %v", err)
	}
}

// TestOneCopyOfTheDocumentIsEnough: the other copy is gone, or lies on a sector that
// does not read. The repository opens, and what else is damaged is called so.
func TestOneCopyOfTheDocumentIsEnough(t *testing.T) {
	w := newWorld(t)
	w.day()
	w.mustRun()
	for _, name := range []string{"repository.json", "repository-2.json"} {
		for what, spoil := range map[string]func(*disk, string){
			"gone":        func(d *disk, p string) { delete(d.files, p) },
			"not reading": func(d *disk, p string) { d.spoiled = p },
		} {
			o := w.on(t)
			spoil(o.disk, repository+"/"+name)
			delete(o.disk.files, o.disk.names(repository + "/records/")[0])
			report := o.verify()
			if len(report.Broken) != 1 || len(report.Problems) != 2 {
				t.Errorf("%s %s: %d generations are broken by %v", name, what, len(report.Broken), report.Problems)
			}
		}
	}
}

// TestAFileThatChangesWhileItIsGivenBack is not kept: the bytes that are handed out
// are those that are proven.
func TestAFileThatChangesWhileItIsGivenBack(t *testing.T) {
	w := newWorld(t)
	w.record(3)
	w.picture(9000)
	g := w.mustRun().Generation
	r := w.open()
	defer r.Close()
	attachment := w.disk.names(repository + "/attachments/")[0]
	for opening := 1; opening <= 3; opening++ {
		o := w.disk
		o.turning, o.openings = attachment, opening
		into := &memory{files: map[blob.Name][]byte{}}
		done, err := r.Restore(t.Context(), g.Name, journal.Pos{}, into, nil)
		w.ok(err)
		if o.openings <= 0 && (len(done.Lost) != 1 || len(into.files) != 0) {
			t.Errorf("turned at opening %d: %d files came back, %v are lost", opening, len(into.files), done.Lost)
		}
	}
}
