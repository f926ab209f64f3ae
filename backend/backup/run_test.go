package backup_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"testing"
	"time"

	"quietline/backend/archive/blob"
	"quietline/backend/backup"
	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/vault"
)

func TestEveryGenerationComesBack(t *testing.T) {
	w := newWorld(t)
	var made []backup.Generation
	for range 5 {
		w.day()
		made = append(made, w.mustRun().Generation)
	}
	w.whole()
	for i, g := range made {
		came := w.restores(g)
		if uint64(len(came.events)) != g.Head.Seq || len(came.files) != i+1 {
			t.Errorf("generation %d came back with %d events and %d files", g.Number, len(came.events), len(came.files))
		}
	}
	listed := w.generations()
	slices.Reverse(listed)
	if !slices.Equal(listed, made) {
		t.Errorf("listed are %v, made were %v", listed, made)
	}
}

// A run copies what is new, and a little of the end again: never all.
func TestARunCopiesWhatIsNew(t *testing.T) {
	w := newWorld(t)
	w.record(400)
	w.picture(100_000)
	first := w.mustRun()
	head, err := w.log.Head(t.Context())
	w.ok(err)
	if first.Events != head.Seq || first.Attachments != 1 {
		t.Errorf("the first run copied %d of %d events and %d files", first.Events, head.Seq, first.Attachments)
	}
	w.record(2)
	second := w.mustRun()
	if second.Events == 0 || second.Events > head.Seq/10 || second.Attachments != 0 {
		t.Errorf("the second run copied %d events and %d files", second.Events, second.Attachments)
	}
	third := w.mustRun()
	if third.Events != 0 || third.Attachments != 0 || third.Generation.Number != 3 {
		t.Errorf("a run after which nothing had happened copied %d events", third.Events)
	}
}

// However often a copy is made, segments stay few and no event is written often.
func TestSegmentsGrowTogether(t *testing.T) {
	w := newWorld(t)
	cfg := w.config()
	cfg.SegmentBytes = 32 << 10
	w.target = backup.NewTarget(cfg)
	var copied uint64
	const runs = 120
	for range runs {
		w.record(1)
		w.clock.Advance(time.Hour)
		copied += w.mustRun().Events
	}
	head, err := w.log.Head(t.Context())
	w.ok(err)
	if times := float64(copied) / float64(head.Seq); times > 8 {
		t.Errorf("an event was written %.1f times", times)
	}
	if n := len(w.disk.names(repository + "/records/")); n > 60 {
		t.Errorf("%d segments for %d events", n, head.Seq)
	}
	w.whole()
	w.restores(w.generations()[0])
}

// A key that was destroyed in the clinic opens nothing any more, whichever
// generation is restored.
func TestWhatWasDestroyedStaysDestroyed(t *testing.T) {
	w := newWorld(t)
	w.day()
	at := w.slot()
	before := w.mustRun().Generation
	if w.restores(before).bag.Keys[at].Sealed == nil {
		t.Fatal("the key is not in the backup")
	}
	w.destroy(at)
	w.day()
	w.mustRun()
	came := w.restores(before)
	if k := came.bag.Keys[at]; k.Sealed != nil || k.DestroyedAt.IsZero() || came.bag.Destructions != 1 {
		t.Error("an older generation brings a destroyed key back")
	}
}

// A log that went on from an older copy leaves a stretch behind. Its generations
// stay what they were, with the keys that only they know; what is destroyed in the
// clinic reaches them, too.
func TestWhatWasLeftBehindComesBack(t *testing.T) {
	w := newWorld(t)
	w.day()
	shared := w.slot()
	w.mustRun()
	kept, base := slices.Clone(w.content.keys), w.all()
	w.day()
	lost := w.slot()
	abandoned := w.mustRun().Generation
	left := w.log

	// An older copy of the log, and of the keys beside it.
	w.newLog()
	w.append(base)
	w.content.keys = slices.Clone(kept)
	if _, err := w.run(); !errors.Is(err, clinic.E(backup.CodeOtherCopy)) {
		t.Fatalf("an older copy writes to the backup of a newer one: %v", err)
	}
	// A person goes on from it.
	w.next = 2
	w.day()
	w.restores(w.mustRun().Generation)
	w.destroy(shared)
	w.restores(w.mustRun().Generation)
	w.whole()

	w.log = left
	keys := w.restores(abandoned).bag.Keys
	if len(keys) != lost+1 || keys[lost].Sealed == nil {
		t.Error("a key of what was left behind is gone")
	}
	if keys[shared].Sealed != nil {
		t.Error("a destroyed key comes back with what was left behind")
	}
}

// all is the log.
func (w *world) all() (entries []journal.Entry) {
	w.t.Helper()
	w.ok(w.log.Tail(context.Background(), journal.Pos{}, func(e journal.Entry) error {
		entries = append(entries, e)
		return nil
	}))
	return entries
}

// append puts entries of another log into this one.
func (w *world) append(entries []journal.Entry) {
	w.t.Helper()
	ctx := context.Background()
	var b journal.Batch
	for _, e := range entries {
		if len(b.Events) == 0 {
			head, err := w.log.Head(ctx)
			w.ok(err)
			b = journal.Batch{Parent: head, Incarnation: e.Incarnation}
		}
		b.Events = append(b.Events, e.Sealed)
		if e.Seal != nil {
			b.Seal = *e.Seal
			_, err := w.log.Append(ctx, b)
			w.ok(err)
			b = journal.Batch{}
		}
	}
}

// The computer that was replaced wakes up: it finds out by its own backup, and has
// changed no byte of it, though its clinic went on to an epoch of its own.
func TestAnotherCopyOfTheClinicFindsOut(t *testing.T) {
	w := newWorld(t)
	w.day()
	w.mustRun()
	base, old := w.all(), w.log
	w.newLog()
	w.append(base)
	w.next = 2
	w.day()
	last := w.mustRun().Generation
	before := w.disk.contents(repository)
	restored, sheet := w.log, w.sheet
	w.log, w.next = old, 1
	w.day()
	w.newSheet()
	if _, err := w.run(); !errors.Is(err, clinic.E(backup.CodeOtherCopy)) {
		t.Fatalf("the replaced one: %v", err)
	}
	if after := w.disk.contents(repository); !maps.Equal(before, after) {
		t.Error("it changed the backup")
	}
	w.log, w.sheet = restored, sheet
	w.restores(last)
}

// newSheet puts a new sheet in the place of the old one: a new epoch with it.
func (w *world) newSheet() {
	w.t.Helper()
	w.sheet = vault.NewRecovery()
	typed := map[int]string{}
	for i, word := range w.sheet.Words() {
		typed[i+1] = word
	}
	w.ok(w.vault.ReplaceRecovery(context.Background(), w.keys, w.sheet, typed))
}

func TestWhoeverLeftOpensNothingThatIsNew(t *testing.T) {
	w := newWorld(t)
	w.day()
	w.mustRun()
	then := map[string][]byte{}
	for _, name := range w.disk.names(repository + "/repository") {
		then[name] = w.disk.files[name].data
	}
	old := w.sheet
	w.newSheet()
	w.day()
	g := w.mustRun().Generation
	w.restores(g)
	if _, err := backup.Open(t.Context(), w.config(), backup.BySheet(old)); !errors.Is(err, clinic.E(vault.CodeWrongWords)) {
		t.Errorf("the sheet that was replaced: %v", err)
	}
	// What lay there for the old sheet opens the old files, and no new one.
	for name, raw := range then {
		w.disk.files[name].data = raw
	}
	r, err := backup.Open(t.Context(), w.config(), backup.BySheet(old))
	w.ok(err)
	defer r.Close()
	found, broken, err := r.Generations(t.Context())
	w.ok(err)
	if len(found) != 1 || len(broken) != 1 || found[0].Number == g.Number {
		t.Errorf("with the old sheet: %v, %v", found, broken)
	}
}

func TestAnAttachmentThatTheClinicLost(t *testing.T) {
	w := newWorld(t)
	name := w.picture(5000)
	other := w.picture(70_000)
	w.files.unread = other
	w.day()
	if g := w.mustRun().Generation; g.Unread != 1 || g.Attachments != 2 {
		t.Fatalf("of two files and one that does not read %d were copied, %d not", g.Attachments, g.Unread)
	}
	w.files.unread = blob.Name{}
	lost := w.files.there[name]
	delete(w.files.there, name)
	g := w.mustRun().Generation
	if g.Unread != 0 {
		t.Errorf("%d files are missing", g.Unread)
	}
	if came := w.restores(g); string(came.files[name]) != string(lost) || came.files[other] == nil {
		t.Error("a file that the clinic has lost does not come back")
	}
	// What no event names any more goes, once no generation needs it.
	delete(w.files.named, name)
	if g := w.mustRun().Generation; w.restores(g).files[name] != nil {
		t.Error("a file that nothing names is still copied")
	}
}

func TestLate(t *testing.T) {
	now := clinic.At(noon)
	for _, c := range []struct {
		made clinic.Instant
		late bool
	}{
		{0, true}, {now, false}, {now.Add(-48 * time.Hour), false}, {now.Add(-48*time.Hour - time.Second), true},
		{now.Add(time.Hour), false}, {now.Add(49 * time.Hour), true},
	} {
		if backup.Late(c.made, now) != c.late {
			t.Errorf("made %s before: late is not %v", now.Sub(c.made), c.late)
		}
	}
}

// TestALockReachesARun: what wipes the repository's keys is handed out for as long as
// they are held, and ends the run; the next one goes on.
func TestALockReachesARun(t *testing.T) {
	w := newWorld(t)
	w.day()
	w.record(40)
	var forget func()
	src, over := w.source(), 0
	src.Reached = func(f func()) func() {
		forget = f
		return func() { over++ }
	}
	_, err := w.target.Run(t.Context(), src, func(at backup.Progress) {
		if at.Stage == backup.StageRecords {
			forget()
		}
	})
	if !errors.Is(err, clinic.E(clinic.CodeLocked)) || over != 1 {
		t.Errorf("it came to %v, given back %d times", err, over)
	}
	w.mustRun()
	w.whole()
}
