package vault_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"

	"quietline/backend/clinic"
	"quietline/backend/vault"
)

var errDisk = errors.New("the disk failed")

// faultyFiles fails the n-th step that changes the disk, counted from 1. Dead,
// it fails every step after it as well: the machine lost its power there. A
// failing write leaves half of what it was given.
type faultyFiles struct {
	vault.Files
	step, failAt int
	forEver      bool
	with         error
}

func (f *faultyFiles) next() error {
	f.step++
	if f.failAt > 0 && (f.step == f.failAt || f.forEver && f.step > f.failAt) {
		if f.with != nil {
			return f.with
		}
		return errDisk
	}
	return nil
}

func (f *faultyFiles) Create(path string) (vault.File, error) {
	if err := f.next(); err != nil {
		return nil, err
	}
	file, err := f.Files.Create(path)
	return &faultyFile{file, f}, err
}

func (f *faultyFiles) Rename(from, to string) error {
	if err := f.next(); err != nil {
		return err
	}
	return f.Files.Rename(from, to)
}

func (f *faultyFiles) Remove(path string) error {
	if _, err := os.Lstat(path); err != nil {
		return err // nothing changes on the disk
	}
	if err := f.next(); err != nil {
		return err
	}
	return f.Files.Remove(path)
}

func (f *faultyFiles) SyncDir(dir string) error {
	if err := f.next(); err != nil {
		return err
	}
	return f.Files.SyncDir(dir)
}

type faultyFile struct {
	vault.File
	on *faultyFiles
}

func (f *faultyFile) Write(p []byte) (int, error) {
	if err := f.on.next(); err != nil {
		n, _ := f.File.Write(p[:len(p)/2])
		return n, err
	}
	return f.File.Write(p)
}

func (f *faultyFile) Sync() error {
	if err := f.on.next(); err != nil {
		return err
	}
	return f.File.Sync()
}

func (f *faultyFile) Close() error {
	return errors.Join(f.on.next(), f.File.Close())
}

// A change that fails at any step, or is cut off there, leaves the old file or
// the new one, and the next start works.
func TestAWriteThatFailsAnywhere(t *testing.T) {
	for _, powerCut := range []bool{false, true} {
		name := map[bool]string{false: "failure", true: "power cut"}[powerCut]
		t.Run(name, func(t *testing.T) {
			steps := 0
			for ; ; steps++ {
				h := newHouse(t)
				faults := &faultyFiles{Files: vault.MachineFiles()}
				h.cfg.Files = faults
				v := h.restart()
				k := must[*vault.Keys](t)(v.Unlock(t.Context(), h.first.ID, []byte(rightPhrase)))
				faults.step, faults.failAt, faults.forEver = 0, steps+1, powerCut
				m := therapist("Noor Haddad")
				err := v.AddMember(t.Context(), k, m, []byte(otherPhrase))
				if err == nil {
					break
				}
				wantCode(t, err, vault.CodeNotSaved)
				names := must[[]string](t)(vault.MachineFiles().List(h.cfg.Dir))
				if !powerCut && len(names) != 1 {
					t.Errorf("step %d left %v", steps+1, names)
				}
				faults.failAt = 0

				next := h.restart()
				opened := must[*vault.Keys](t)(next.Unlock(t.Context(), h.first.ID, []byte(rightPhrase)))
				if fingerprint(t, opened) != fingerprint(t, k) {
					t.Errorf("step %d changed the keys", steps+1)
				}
				saved := len(next.Members()) == 2
				if shown := len(v.Members()) == 2; !powerCut && shown != saved {
					t.Errorf("step %d: the screen says %v, the file %v", steps+1, shown, saved)
				}
				// And what failed can be done again.
				err = v.AddMember(t.Context(), k, m, []byte(otherPhrase))
				if saved {
					wantCode(t, err, vault.CodeMemberExists)
				} else if err != nil {
					t.Errorf("step %d cannot be repeated: %v", steps+1, err)
				}
				if names := must[[]string](t)(vault.MachineFiles().List(h.cfg.Dir)); len(names) != 1 {
					t.Errorf("step %d: %v stay for ever", steps+1, names)
				}
			}
			// Create, write, sync, close, rename, sync the folder.
			if steps != 6 {
				t.Errorf("%d steps were tried, want 6", steps)
			}
		})
	}
}

func TestACreateThatFailsAnywhere(t *testing.T) {
	steps := 0
	for ; ; steps++ {
		faults := &faultyFiles{Files: vault.MachineFiles(), failAt: steps + 1}
		ring := newKeyring()
		cfg := vault.Config{
			Dir: filepath.Join(t.TempDir(), "c"), Secrets: ring, Clock: clinic.SystemClock(),
			Work: vault.Sample, Files: faults,
		}
		_, _, _, err := vault.Create(t.Context(), cfg, therapist("Noor Haddad"), []byte(rightPhrase))
		if err == nil {
			break
		}
		wantCode(t, err, vault.CodeNotSaved)
		if must[bool](t)(vault.Exists(cfg.Dir)) || len(ring.kept) != 0 {
			t.Errorf("step %d left something behind", steps+1)
		}
		if names := must[[]string](t)(vault.MachineFiles().List(cfg.Dir)); len(names) != 0 {
			t.Errorf("step %d left %v", steps+1, names)
		}
	}
	if steps != 6 {
		t.Errorf("%d steps were tried, want 6", steps)
	}
}

func TestAFullDiskIsNamed(t *testing.T) {
	h := newHouse(t)
	full := error(syscall.ENOSPC)
	if runtime.GOOS == "windows" {
		full = syscall.Errno(112) // ERROR_DISK_FULL
	}
	h.cfg.Files = &faultyFiles{
		Files: vault.MachineFiles(), failAt: 2, with: &os.PathError{Op: "write", Path: "/home/ana/x", Err: full},
	}
	v := must[*vault.Vault](t)(vault.Load(t.Context(), h.cfg))
	before := h.file()
	_, err := v.NewEpoch(t.Context(), h.keys)
	wantCode(t, err, clinic.CodeDiskFull)
	if bytes.Contains([]byte(err.Error()), []byte("ana")) {
		t.Error("the error names a folder")
	}
	if !bytes.Equal(before, h.file()) {
		t.Error("the file changed")
	}
}
