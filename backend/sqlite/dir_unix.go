//go:build unix

package sqlite

import (
	"errors"
	"os"
	"syscall"
)

// syncDir makes a new name in the directory durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fileError("sync the folder", err)
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return fileError("sync the folder", err)
	}
	return nil
}

func isReadOnly(err error) bool { return errors.Is(err, syscall.EROFS) }
