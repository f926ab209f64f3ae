package folder

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"quietline/backend/clinic"
	"quietline/backend/vault"
)

// A new clinic is filled in makingDir, which counts for nothing, and becomes a
// clinic at the moment in which that is renamed to madeDir. What is then left to
// do, putting the files in their places, is finished by whoever holds the folder
// next. So a program that is stopped in between leaves either no clinic or a
// whole one.
const (
	makingDir = "making"
	madeDir   = "made"
)

// Make makes a new clinic in the folder: fill puts its files into the directory
// that it is given and has closed all of them when it returns. It refuses with
// vault.CodeExists where the folder holds any part of a clinic, before fill is
// called. After an error, of fill too, there is mostly no clinic; where the last
// steps failed there is a whole one. Either way it may be repeated: a clinic that
// is there is put in place, and refused as one.
func (h *Hold) Make(fill func(dir string) error) error {
	if err := settle(vault.MachineFiles(), h.dir); err != nil {
		return err
	}
	found, err := vault.Exists(h.dir)
	if err != nil {
		return err
	}
	if found {
		return clinic.E(vault.CodeExists)
	}
	making := filepath.Join(h.dir, makingDir)
	if err := os.Mkdir(making, 0o700); err != nil {
		return clinic.E(CodeNoAccess).Because(nameless(err))
	}
	err = fill(making)
	if err == nil {
		err = commit(vault.MachineFiles(), h.dir, makingDir)
	}
	if err != nil {
		// The cause is told; what cannot be removed now is removed by the next Take.
		_ = os.RemoveAll(making)
		return err
	}
	return settle(vault.MachineFiles(), h.dir)
}

// commit makes a clinic of what was filled.
func commit(files vault.Files, dir, filled string) error {
	making := filepath.Join(dir, filled)
	if err := files.SyncDir(making); err != nil {
		return written(err)
	}
	// What settle does next makes the new name last, too.
	if err := files.Rename(making, filepath.Join(dir, madeDir)); err != nil {
		return written(err)
	}
	return nil
}

// settle discards a clinic that was not made whole, and puts in place one that was made
// whole. Nothing is put over a file that is there already.
func settle(files vault.Files, dir string) error {
	if err := os.RemoveAll(filepath.Join(dir, makingDir)); err != nil {
		return clinic.E(CodeNoAccess).Because(nameless(err))
	}
	kept, err := formerFormats(dir)
	for _, name := range kept {
		if strings.HasSuffix(name, unfinishedDir) {
			err = errors.Join(err, os.RemoveAll(filepath.Join(dir, name)))
		}
	}
	if err != nil {
		return clinic.E(CodeNoAccess).Because(nameless(err))
	}
	made := filepath.Join(dir, madeDir)
	names, err := files.List(made)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return clinic.E(CodeNoAccess).Because(nameless(err))
	}
	for _, name := range names {
		to := filepath.Join(dir, name)
		if _, err := os.Lstat(to); err == nil {
			return clinic.E(vault.CodeExists)
		} else if !errors.Is(err, fs.ErrNotExist) {
			return clinic.E(CodeNoAccess).Because(nameless(err))
		}
		if err := files.Rename(filepath.Join(made, name), to); err != nil {
			return written(err)
		}
	}
	if err := files.SyncDir(dir); err != nil {
		return written(err)
	}
	// It is not empty where a name was said to have changed and had not.
	if err := files.Remove(made); err != nil {
		return written(err)
	}
	return nil
}
