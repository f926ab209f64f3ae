//go:build !windows

package vault

import (
	"errors"
	"syscall"
)

// IsDiskFull reports whether an error of the file system says that there is no room.
func IsDiskFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}
