//go:build unix

package desk_test

import (
	"syscall"
	"time"
)

// processTime is how long the process has worked, on all cores, or zero where the
// system does not say.
func processTime() time.Duration {
	var use syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &use) != nil {
		return 0
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}
