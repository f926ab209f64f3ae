package folder_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"quietline/backend/archive/blob"
	"quietline/backend/backup"
	"quietline/backend/clinic"
	"quietline/backend/clinic/clinictest"
	"quietline/backend/folder"
	"quietline/backend/sqlite"
)

// restingClock lets whoever rests go on at once.
type restingClock struct {
	*clinictest.Clock
	rested time.Duration
}

func (c *restingClock) Wait(ctx context.Context, d time.Duration) error {
	c.Advance(d)
	c.rested += d
	return ctx.Err()
}

// drills tries the backup in a folder.
func (c *copied) drills(ctx context.Context, in string, tell func(folder.DrillProgress)) (folder.Drilled, error) {
	return c.Drill(ctx, folder.Drill{Vault: c.vault, To: c.target, In: in, Clock: &restingClock{Clock: c.clock}, Tell: tell})
}

// TestADrillProvesTheBackup while people go on working.
func TestADrillProvesTheBackup(t *testing.T) {
	ctx := context.Background()
	c := newCopied(t)
	c.add(t, 0, 30)
	in := t.TempDir()
	scratch := filepath.Join(in, "quietline-drill")
	// One that was killed has left its folder.
	if err := os.MkdirAll(filepath.Join(scratch, "blobs"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(scratch, "journal.db"), []byte("half of one"), 0o600); err != nil {
		t.Fatal(err)
	}
	more := 30
	var stages []folder.DrillStage
	clock := &restingClock{Clock: c.clock}
	d, err := c.Drill(ctx, folder.Drill{Vault: c.vault, To: c.target, In: in, Clock: clock, Tell: func(at folder.DrillProgress) {
		if len(stages) == 0 || stages[len(stages)-1] != at.Stage {
			stages = append(stages, at.Stage)
		}
		c.clock.Advance(time.Second)
		c.add(t, more, more+1)
		more++
	}})
	if err != nil {
		t.Fatal(err)
	}
	if !d.Same || d.Events != d.Head.Seq || d.Events < 30 || d.Spoiled != 0 || d.Content == [32]byte{} {
		t.Errorf("the drill came to %+v", d)
	}
	if d.Copying == 0 || d.Restoring == 0 || d.Opening == 0 || clock.rested < d.Copying+d.Restoring+d.Opening {
		t.Errorf("it worked for %v, %v and %v and rested for %v", d.Copying, d.Restoring, d.Opening, clock.rested)
	}
	if want := []folder.DrillStage{folder.DrillCopying, folder.DrillRestoring, folder.DrillOpening, folder.DrillComparing}; !slices.Equal(stages, want) {
		t.Errorf("its stages: %v", stages)
	}
	if more == 30 {
		t.Error("nobody worked meanwhile")
	}
	if _, err := os.Stat(scratch); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the drill left its folder: %v", err)
	}
	// Nothing of it is noted anywhere: the clinic is the one that it was.
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	c.opened = mustEnter(t, c.place)
	if r := c.Journal.Report(); r.Loss != nil || r.Blocked != "" {
		t.Errorf("after a drill the clinic reports %+v", r)
	}
}

func TestADrillOfASpoiledBackup(t *testing.T) {
	ctx := context.Background()
	c := newCopied(t)
	c.add(t, 0, 20)
	c.copies(t)
	records, err := filepath.Glob(filepath.Join(c.config.Dir, "records", "*"))
	if err != nil || len(records) < 2 {
		t.Fatalf("%d segments: %v", len(records), err)
	}
	for _, path := range records {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		raw[len(raw)/2] ^= 1
		if err := os.WriteFile(path, raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	in := t.TempDir()
	scratch := filepath.Join(in, "quietline-drill")
	d, err := c.drills(ctx, in, nil)
	if err != nil || d.Damage != backup.CodeDamaged || d.Same {
		t.Errorf("it came to %+v: %v", d, err)
	}
	if _, err := os.Stat(scratch); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the drill left its folder: %v", err)
	}
}

func mustBeEmpty(t *testing.T, dir string) {
	t.Helper()
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left over: %v, %v", left, err)
	}
}

// TestADrillNeedsRoom: beside the clinic, and some more for what people record.
func TestADrillNeedsRoom(t *testing.T) {
	c := newCopied(t)
	c.add(t, 0, 3)
	in := t.TempDir()
	room := int64(512 << 20)
	try := folder.Drill{Vault: c.vault, To: c.target, In: in, Clock: c.clock, Room: func(dir string) (int64, error) {
		if dir != in {
			t.Errorf("asked for the room in %s", dir)
		}
		return room, nil
	}}
	var refused *clinic.Error
	if _, err := c.Drill(t.Context(), try); !errors.As(err, &refused) || refused.Code != folder.CodeNoRoom || refused.Params["need"].(int64) < 513 {
		t.Errorf("where the clinic does not fit: %v", err)
	}
	mustBeEmpty(t, in)
	room += 16 << 20
	if d, err := c.Drill(t.Context(), try); err != nil || !d.Same {
		t.Errorf("where it fits: %+v, %v", d, err)
	}
}

// counted are files of which it is counted how many are read.
type counted struct {
	backup.Files
	folder string
	read   int
}

func (c *counted) Open(path string) (blob.ReadFile, error) {
	if filepath.Base(filepath.Dir(path)) == c.folder {
		c.read++
	}
	return c.Files.Open(path)
}

// TestADrillGoesOnAfterALock at each of its stages: every key is gone at once, what lies
// there lets nobody in, and the next sign-in goes on with it. Another backup's drill
// begins anew, and so does one a long time later.
func TestADrillGoesOnAfterALock(t *testing.T) {
	for _, stage := range []folder.DrillStage{folder.DrillCopying, folder.DrillRestoring, folder.DrillOpening, folder.DrillComparing} {
		for _, then := range []string{"the same backup", "another backup", "much later"} {
			if then != "the same backup" && stage != folder.DrillOpening {
				continue
			}
			c := newCopied(t)
			c.add(t, 0, 20)
			files := &counted{Files: backup.MachineFiles(), folder: "records"}
			c.config.Files = files
			c.target = backup.NewTarget(c.config)
			in := t.TempDir()
			scratch := filepath.Join(in, "quietline-drill")
			try := func(name string, tell func(folder.DrillProgress)) (folder.Drilled, error) {
				return c.Drill(t.Context(), folder.Drill{
					Vault: c.vault, To: c.target, Folder: name, In: in, Clock: &restingClock{Clock: c.clock}, Tell: func(at folder.DrillProgress) {
						c.clock.Advance(time.Second)
						tell(at)
					},
				})
			}
			forgotten, began := false, c.clock.Now()
			_, err := try("disk", func(at folder.DrillProgress) {
				if at.Stage == stage && !forgotten && (at.Done > 0 || stage == folder.DrillComparing) {
					forgotten = true
					c.Forget()
				}
			})
			if !forgotten || err == nil {
				t.Errorf("locked while %s: %v, %v", stage, forgotten, err)
			}
			if _, err := os.Stat(filepath.Join(scratch, "vault.json")); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("locked while %s: what is left lets somebody in: %v", stage, err)
			}
			c.Abandon()
			c.opened = mustEnter(t, c.place)
			c.add(t, 20, 22)
			name := "disk"
			switch then {
			case "another backup":
				name = "other disk"
			case "much later":
				c.clock.Advance(8 * 24 * time.Hour)
			}
			restoring, read := false, 0
			d, err := try(name, func(at folder.DrillProgress) {
				if at.Stage == folder.DrillRestoring && !restoring {
					restoring, read = true, files.read
				}
				if at.Stage == folder.DrillOpening {
					restoring = false
				}
			})
			if err != nil || !d.Same || d.Events < 22 {
				t.Errorf("cut short while %s, then %s: %+v, %v", stage, then, d, err)
			}
			goesOn := then == "the same backup" && stage != folder.DrillCopying
			if d.Began == began != (then == "the same backup" && goesOn) {
				t.Errorf("cut short while %s, then %s: it is said to have begun at %v", stage, then, d.Began)
			}
			if all, err := filepath.Glob(filepath.Join(c.config.Dir, "records", "*")); err != nil || files.read-read < len(all) != goesOn {
				t.Errorf("cut short while %s, then %s: it read %d stretches of %d", stage, then, files.read-read, len(all))
			}
			if goesOn && stage != folder.DrillRestoring && d.Restoring < 2*time.Second {
				t.Errorf("cut short while %s: of restoring only %v counts", stage, d.Restoring)
			}
			mustBeEmpty(t, in)
		}
	}
}

// The backup's folder says nothing to whoever reads it.
func TestNothingInABackupIsReadable(t *testing.T) {
	c := newCopied(t)
	c.add(t, 0, 10)
	c.copies(t)
	// Short words lie in any sealed text by chance, and one of the sheet may be that of a
	// field; two of the sheet side by side may not.
	words := []string{"Marisol", "Quill", "Juniper", "303555", "patient", "consent", "America/Denver"}
	sheet := strings.Fields(c.words)
	for i := range len(sheet) - 1 {
		words = append(words, sheet[i]+" "+sheet[i+1])
	}
	var held [][]byte
	err := c.Journal.Read(context.Background(), func(tx *sqlite.Tx) error {
		rows, err := tx.Query(`SELECT id FROM patients`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id []byte
			if err := rows.Scan(&id); err != nil {
				return err
			}
			held = append(held, id)
		}
		return rows.Err()
	})
	if err != nil || len(held) != 10 {
		t.Fatalf("%d ids: %v", len(held), err)
	}
	read := 0
	err = filepath.WalkDir(c.config.Dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		read++
		for _, word := range words {
			if strings.Contains(string(raw), word) {
				t.Errorf("a word of the clinic lies in %s", e.Name())
			}
		}
		for _, id := range held {
			if strings.Contains(string(raw), string(id)) {
				t.Errorf("a patient's id lies in %s", e.Name())
			}
		}
		return nil
	})
	if err != nil || read < 5 {
		t.Errorf("%d files were searched: %v", read, err)
	}
}

// unplugged are the machine's files, of which the n-th that is opened or made cannot
// be reached.
type unplugged struct {
	backup.Files
	left int
}

func (u *unplugged) fails() error {
	if u.left--; u.left == 0 {
		return syscall.EIO
	}
	return nil
}

func (u *unplugged) Open(path string) (blob.ReadFile, error) {
	if err := u.fails(); err != nil {
		return nil, err
	}
	return u.Files.Open(path)
}

func (u *unplugged) Create(path string) (blob.WriteFile, error) {
	if err := u.fails(); err != nil {
		return nil, err
	}
	return u.Files.Create(path)
}

// TestADrillIsCutShortAnywhere: by whoever stops it, and by a disk that fails once. It
// never takes something else for the clinic, the next one is whole, and leaves nothing.
func TestADrillIsCutShortAnywhere(t *testing.T) {
	every := 1
	if testing.Short() {
		every = 6
	}
	c := newCopied(t)
	c.add(t, 0, 4)
	in := t.TempDir()
	cuts := 0
	for n := 1; ; n += every {
		ctx, cancel := context.WithCancel(t.Context())
		told := 0
		_, err := c.drills(ctx, in, func(folder.DrillProgress) {
			if told++; told == n {
				cancel()
			}
		})
		cancel()
		if told < n {
			mustBeEmpty(t, in)
			break
		}
		if err != nil {
			cuts++
		}
	}
	for n := 1; ; n += 3 * every {
		disk := &unplugged{Files: backup.MachineFiles(), left: n}
		cfg := c.config
		cfg.Files = disk
		c.target = backup.NewTarget(cfg)
		d, err := c.drills(t.Context(), in, nil)
		mustBeEmpty(t, in)
		if disk.left > 0 {
			break
		}
		if err == nil && !d.Same {
			t.Fatalf("file %d: something else came back", n)
		}
		if err != nil {
			cuts++
		}
		// A sign may be left.
		c.clock.Advance(6 * time.Minute)
	}
	if cuts < 3 {
		t.Errorf("%d cuts are not many", cuts)
	}
	c.target = backup.NewTarget(c.config)
	if d, err := c.drills(t.Context(), in, nil); err != nil || !d.Same {
		t.Errorf("in the end: %+v, %v", d, err)
	}
}

// misread are files of which some, so many, are read with a wrong bit in them, once.
type misread struct {
	backup.Files
	folder string
	left   int
}

func (m *misread) Open(path string) (blob.ReadFile, error) {
	f, err := m.Files.Open(path)
	if err != nil || m.left == 0 || filepath.Base(filepath.Dir(path)) != m.folder {
		return f, err
	}
	m.left--
	return flipped{f}, nil
}

type flipped struct{ blob.ReadFile }

func (f flipped) ReadAt(p []byte, at int64) (int, error) {
	n, err := f.ReadFile.ReadAt(p, at)
	if n > 0 {
		p[n/2] ^= 1
	}
	return n, err
}

// TestWhatIsMisreadOnceIsNoDamage: a share or a cable gives a wrong bit now and then. And
// what is damaged in the clinic itself is no damage of the backup.
func TestWhatIsMisreadOnceIsNoDamage(t *testing.T) {
	c := newCopied(t)
	c.add(t, 0, 20)
	c.copies(t)
	files := &misread{Files: backup.MachineFiles(), folder: "records"}
	cfg := c.config
	cfg.Files = files
	c.target = backup.NewTarget(cfg)
	began := false
	d, err := c.drills(t.Context(), t.TempDir(), func(at folder.DrillProgress) {
		if at.Stage == folder.DrillRestoring && !began {
			began, files.left = true, 1
		}
	})
	if err != nil || d.Damage != "" || !d.Same || files.left != 0 {
		t.Errorf("one wrong bit came to %+v: %v", d, err)
	}
}

// TestABackupIsProvenOnceADay: what was read counts after a lock and the next sign-in, as
// long as it lies where it lay, and neither for ever nor by a clock that was put back.
func TestABackupIsProvenOnceADay(t *testing.T) {
	ctx := t.Context()
	c := newCopied(t)
	c.add(t, 0, 5)
	made := c.copies(t)
	read := 0
	proves := func() uint64 {
		t.Helper()
		upTo, err := c.Proven(ctx, folder.Proof{
			Vault: c.vault, In: []folder.Kept{{Folder: "disk", Target: c.target}}, Clock: &restingClock{Clock: c.clock},
			Since: c.clock.Now().Add(-24 * time.Hour), Tell: func(backup.Progress) { read++ },
		})
		if err != nil && !errors.Is(err, clinic.E(backup.CodeUnreachable)) {
			t.Fatal(err)
		}
		return upTo
	}
	for what, step := range []struct {
		change func()
		again  bool // it is read again
		upTo   uint64
	}{
		{func() {}, true, made.Head.Seq},
		{func() { c.clock.Advance(time.Hour) }, false, made.Head.Seq},
		{func() { c.add(t, 5, 9); c.copies(t) }, false, made.Head.Seq}, // what is new waits
		{func() {
			if err := c.Close(); err != nil {
				t.Fatal(err)
			}
			c.opened = mustEnter(t, c.place)
		}, false, made.Head.Seq},
		{func() { c.clock.Jump(-2 * time.Hour) }, true, 0}, // it would be of the future
		{func() { c.clock.Advance(23 * time.Hour); c.clock.Jump(-20 * time.Hour) }, false, 0},
		{func() { c.clock.Advance(2 * time.Hour); c.clock.Jump(-time.Hour) }, true, 0},
		{func() {
			if err := c.ForgetProof(ctx, "disk"); err != nil {
				t.Fatal(err)
			}
		}, true, 0},
		{func() {
			if err := os.Rename(c.config.Dir, c.config.Dir+" away"); err != nil {
				t.Fatal(err)
			}
		}, false, none},
	} {
		step.change()
		read = 0
		upTo := proves()
		if read > 0 != step.again || step.upTo == none && upTo != 0 || step.upTo > 0 && step.upTo != none && upTo != step.upTo || step.upTo == 0 && upTo <= made.Head.Seq {
			t.Errorf("step %d: up to %d, and it was read again: %v", what, upTo, read > 0)
		}
	}
}

// none: nothing is proven.
const none = ^uint64(0)
