package records

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"quietline/backend/clinic"
)

// unfinished begins the name of a file that is still being written.
const unfinished = "quietline-paper-"

// Save writes a finished paper to path, where whoever may read that folder can read
// it, and replaces what is there. The file bears its name only once it is whole; a
// failure leaves nothing behind, and what was there before as it was. It may be
// repeated.
func Save(path string, paper []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), unfinished+"*.part")
	if err != nil {
		return notSaved(err)
	}
	defer func() {
		if err != nil {
			// What cannot be removed bears no name that anyone would take for whole.
			_ = os.Remove(f.Name())
		}
	}()
	_, err = f.Write(paper)
	if err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return notSaved(err)
	}
	// Some shares and sticks cannot sync a folder. The paper is whole all the same; a
	// loss of power may take its name.
	if dir, opened := os.Open(filepath.Dir(path)); opened == nil {
		_ = dir.Sync()
		_ = dir.Close()
	}
	return nil
}

// notSaved says what happened without the path, which names a person's folders.
func notSaved(err error) error {
	var at *fs.PathError
	var link *os.LinkError
	switch {
	case errors.Is(err, syscall.ENOSPC):
		return clinic.E(clinic.CodeDiskFull)
	case errors.As(err, &at):
		err = at.Err
	case errors.As(err, &link):
		err = link.Err
	}
	return clinic.E(CodeNotSaved).Because(err)
}
