package folder_test

import (
	"context"
	"errors"
	"io"
	"io/fs"
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
	"quietline/backend/journal"
	"quietline/backend/vault"
)

// trouble is what goes wrong with one operation on the disk of the computer to which a
// clinic comes back.
type trouble int

const (
	failsOnce  trouble = iota
	staysFull          // it writes half, and there is no room from then on
	goesAway           // nothing can be written or read from then on
	losesIt            // it says that it worked, and did nothing
	writesHalf         // it says that it wrote all, and wrote half
)

var troubles = map[string]trouble{
	"fails": failsOnce, "is full": staysFull, "goes away": goesAway, "loses it": losesIt, "writes half": writesHalf,
}

// badDisk is the machine's file system, of which the operation at goes wrong, from 1.
type badDisk struct {
	at, done int
	how      trouble
	hit      bool
	// meanwhile, where it is set, happens at that operation, and nothing is wrong with it.
	meanwhile func()
}

func (d *badDisk) disk() folder.Disk {
	return folder.Disk{Files: badFiles{vault.MachineFiles(), d}, Attachments: badBlobs{blob.MachineFiles(), d}}
}

// step returns an operation's error, and whether it is to be done wrongly.
func (d *badDisk) step(writes bool) (wrong bool, err error) {
	if d.done++; d.at == 0 || d.done < d.at {
		return false, nil
	}
	first := d.done == d.at
	switch {
	case d.meanwhile != nil:
		if d.hit = true; first {
			d.meanwhile()
		}
	case d.how == goesAway:
		d.hit = true
		return false, &fs.PathError{Op: "use", Err: syscall.EIO}
	case d.how == staysFull && writes:
		d.hit = true
		return false, &fs.PathError{Op: "write", Err: syscall.ENOSPC}
	case d.how == staysFull:
	case first && d.how == failsOnce:
		d.hit = true
		return false, &fs.PathError{Op: "use", Err: syscall.EIO}
	case first && writes:
		d.hit = true
		return true, nil
	case first:
		d.hit = true // nothing was asked to be written
	}
	return false, nil
}

// write writes b, or what of it the disk takes.
func (d *badDisk) write(to io.Writer, b []byte) (int, error) {
	wrong, err := d.step(true)
	switch {
	case err != nil:
		n, _ := to.Write(b[:len(b)/2])
		return n, err
	case wrong && d.how == losesIt:
		return len(b), nil
	case wrong:
		if n, err := to.Write(b[:len(b)/2]); err != nil {
			return n, err
		}
		return len(b), nil
	}
	return to.Write(b)
}

// do does an operation, or not.
func (d *badDisk) do(writes bool, operation func() error) error {
	if wrong, err := d.step(writes); err != nil || wrong {
		return err
	}
	return operation()
}

type badFiles struct {
	vault.Files
	bad *badDisk
}

func (f badFiles) MkdirAll(dir string) error {
	return f.bad.do(true, func() error { return f.Files.MkdirAll(dir) })
}

func (f badFiles) List(dir string) (names []string, err error) {
	if _, err := f.bad.step(false); err != nil {
		return nil, err
	}
	return f.Files.List(dir)
}

func (f badFiles) Read(path string, limit int64) ([]byte, error) {
	if _, err := f.bad.step(false); err != nil {
		return nil, err
	}
	return f.Files.Read(path, limit)
}

func (f badFiles) Create(path string) (vault.File, error) {
	if _, err := f.bad.step(true); err != nil {
		return nil, err
	}
	file, err := f.Files.Create(path)
	return badFile{file, f.bad}, err
}

func (f badFiles) Rename(from, to string) error {
	return f.bad.do(true, func() error { return f.Files.Rename(from, to) })
}

func (f badFiles) Remove(path string) error {
	return f.bad.do(false, func() error { return f.Files.Remove(path) })
}

func (f badFiles) SyncDir(dir string) error {
	return f.bad.do(true, func() error { return f.Files.SyncDir(dir) })
}

type badFile struct {
	vault.File
	bad *badDisk
}

func (f badFile) Write(b []byte) (int, error) { return f.bad.write(f.File, b) }
func (f badFile) Sync() error                 { return f.bad.do(true, f.File.Sync) }

type badBlobs struct {
	blob.Files
	bad *badDisk
}

func (f badBlobs) MkdirAll(dir string) error {
	return f.bad.do(true, func() error { return f.Files.MkdirAll(dir) })
}

func (f badBlobs) Create(path string) (blob.WriteFile, error) {
	if _, err := f.bad.step(true); err != nil {
		return nil, err
	}
	file, err := f.Files.Create(path)
	return badBlob{file, f.bad}, err
}

func (f badBlobs) Rename(from, to string) error {
	return f.bad.do(true, func() error { return f.Files.Rename(from, to) })
}

func (f badBlobs) SyncDir(dir string) error {
	return f.bad.do(true, func() error { return f.Files.SyncDir(dir) })
}

type badBlob struct {
	blob.WriteFile
	bad *badDisk
}

func (f badBlob) Write(b []byte) (int, error) { return f.bad.write(f.WriteFile, b) }
func (f badBlob) Sync() error                 { return f.bad.do(true, f.WriteFile.Sync) }

// arrives restores onto a disk.
func (c *copied) arrives(p place, g backup.Generation, disk folder.Disk) (backup.Restored, error) {
	c.disk = disk
	defer func() { c.disk = folder.Disk{} }()
	return c.restore(context.Background(), p, g, nil)
}

// TestEveryStepOfARestoreOntoABadDisk breaks each operation of a restore on the files of
// the computer to which the clinic comes back. Either it says so, with a code, and the
// next try brings all of it; or all of it came. What came is held back, whatever the disk
// has lost: a clinic that does not know that something is missing would text by itself.
// (What a bad disk does to the log's own file: package sqlite, and TestALogThatDoesNotFit.)
func TestEveryStepOfARestoreOntoABadDisk(t *testing.T) {
	c := newCopied(t)
	c.add(t, 0, 6)
	files := c.stores(t, strings.Repeat("a scan of a paper ", 500), "a picture")
	g, want := c.copies(t), c.hash(t)
	checked := 0
	check := func(t *testing.T, p place) {
		t.Helper()
		// Opening it takes a while, and the log's own file was written well.
		if checked++; checked%10 == 1 && contentOf(t, p, c.words) != want {
			t.Error("what came back is something else")
		}
		cfg := p.vaultConfig()
		v, err := vault.Load(t.Context(), cfg)
		if err != nil {
			t.Fatal(err)
		}
		defer v.Close()
		keys, err := v.Recover(t.Context(), c.words)
		if err != nil {
			t.Fatal(err)
		}
		defer keys.Zero()
		anchors, _, err := folder.Noted(t.Context(), v, keys)
		if err != nil || !slices.ContainsFunc(anchors, func(a journal.Anchor) bool { return a.Seq > g.Head.Seq }) {
			t.Errorf("nothing holds it back: %v", err)
		}
		blobs := blob.New(blob.Config{Dir: filepath.Join(p.dir(), "blobs")})
		defer blobs.Close()
		for _, ref := range files {
			if err := blobs.Check(t.Context(), ref); err != nil {
				t.Errorf("an attachment: %v", err)
			}
		}
		mustHoldNothingElse(t, p)
	}
	every := 1
	if testing.Short() {
		every = 5
	}
	for what, how := range troubles {
		t.Run(what, func(t *testing.T) {
			steps, told := 0, 0
			for n := 1; ; n += every {
				p := place{t.TempDir()}
				bad := &badDisk{at: n, how: how}
				done, err := c.arrives(p, g, bad.disk())
				if !bad.hit {
					break
				}
				steps++
				if err != nil {
					told++
					if code := clinic.CodeOf(err); code == clinic.CodeInternal || how == staysFull && code != clinic.CodeDiskFull {
						t.Fatalf("step %d: %v", n, err)
					}
					// With a disk that works. The last steps may have left a whole clinic, which
					// is put in its place and refused as one.
					done, err = c.arrives(p, g, folder.Disk{})
					if errors.Is(err, clinic.E(vault.CodeExists)) {
						err = nil
					}
				}
				if err != nil || len(done.Lost) > 0 {
					t.Fatalf("step %d: without %v: %v", n, done.Lost, err)
				}
				check(t, p)
				if t.Failed() {
					t.Fatalf("at step %d", n)
				}
			}
			t.Logf("%d steps, %d of which ended the restore", steps, told)
			if steps*every < 30 || told*every < 5 {
				t.Error("the test does not test much")
			}
		})
	}
	t.Run("the clock jumps", func(t *testing.T) {
		for n := 1; ; n += 4 * every {
			p := place{t.TempDir()}
			years := time.Duration(1-n%8) * 365 * 24 * time.Hour
			c.clock = clinictest.NewClock(noon)
			bad := &badDisk{at: n, meanwhile: func() { c.clock.Jump(years) }}
			_, err := c.arrives(p, g, bad.disk())
			if !bad.hit {
				break
			}
			if err != nil {
				t.Fatalf("step %d: %v", n, err)
			}
			check(t, p)
		}
	})
}

// stores puts files beside the records, as attachments are.
func (c *copied) stores(t *testing.T, contents ...string) (all []blob.Ref) {
	t.Helper()
	for _, content := range contents {
		a, err := c.Blobs.Put(t.Context(), strings.NewReader(content), 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		a.Settle()
		all = append(all, a.Ref)
	}
	return all
}

// mustHoldNothingElse fails where a restored clinic's folder holds what is no part of it.
func mustHoldNothingElse(t *testing.T, p place) {
	t.Helper()
	for _, name := range inside(t, p.dir()) {
		if !slices.Contains([]string{"blobs", "journal.db", vault.FileName}, name) {
			t.Errorf("%s is left", name)
		}
	}
}
