//go:build !linux && !preview

package app

// prepareProcess has nothing to do here: the web views of these systems leave
// the Go runtime's signal handlers alone, and write no core dumps by default.
func prepareProcess() {}
