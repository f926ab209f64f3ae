package backup_test

import (
	"context"
	"maps"
	"slices"
	"testing"
	"time"

	"quietline/backend/archive/blob"
	"quietline/backend/backup"
)

// TestRotIsNotInherited: bits that flip in what earlier runs have copied are found
// within a day of hourly copies, told, and copied again from the clinic.
func TestRotIsNotInherited(t *testing.T) {
	for what, at := range map[string]string{"a segment": "/records/", "an attachment": "/attachments/"} {
		t.Run(what, func(t *testing.T) {
			w := newWorld(t)
			w.record(60)
			for range 3 {
				w.picture(5000)
			}
			w.mustRun()
			// The longest: a short segment at the end is written anew in any case.
			name := slices.MaxFunc(w.disk.names(repository+at), func(a, b string) int {
				return len(w.disk.files[a].data) - len(w.disk.files[b].data)
			})
			raw := w.disk.files[name].data
			raw[len(raw)/2] ^= 1
			told := 0
			var last backup.Generation
			for range 24 {
				w.clock.Advance(time.Hour)
				w.record(1)
				done := w.mustRun()
				last = done.Generation
				for _, p := range done.Broken {
					if repository+"/"+p.File != name {
						t.Errorf("%s is called damaged", p.File)
					}
					told++
				}
			}
			if told == 0 {
				t.Error("nobody was told")
			}
			w.restores(last)
			for _, g := range w.verify().Broken {
				if g.Number == last.Number {
					t.Error("the newest generation is broken")
				}
			}
		})
	}
}

// TestAFileThatIsCutIsCopiedAgain: its length is compared in each run.
func TestAFileThatIsCutIsCopiedAgain(t *testing.T) {
	w := newWorld(t)
	w.record(4)
	w.picture(5000)
	w.mustRun()
	file := w.disk.files[w.disk.names(repository + "/attachments/")[0]]
	file.data = file.data[:100]
	done := w.mustRun()
	if done.Attachments != 1 || len(done.Broken) != 1 {
		t.Errorf("%d files were copied, %v were named", done.Attachments, done.Broken)
	}
	w.restores(done.Generation)
	w.whole()
}

// arriving are files of which one arrives when the list of them was just read.
type arriving struct {
	*pictures
	arrive func()
}

func (a arriving) Sealed(ctx context.Context) ([]blob.Name, error) {
	names, err := a.pictures.Sealed(ctx)
	a.arrive()
	return names, err
}

// TestAnAttachmentThatArrivesMeanwhile is not one that cannot be read.
func TestAnAttachmentThatArrivesMeanwhile(t *testing.T) {
	w := newWorld(t)
	w.day()
	src := w.source()
	src.Attachments = arriving{&w.files, func() {
		w.files.named = maps.Clone(w.files.named)
		w.picture(3000)
	}}
	done, err := w.target.Run(t.Context(), src, nil)
	w.ok(err)
	if done.Generation.Unread != 0 {
		t.Errorf("%d files are called unread", done.Generation.Unread)
	}
}
