//go:build !preview

package app

import "syscall"

// prepareProcess turns core dumps off, which would hold what is readable. The web view
// leaves the Go runtime's signal handlers alone here.
func prepareProcess() { _ = syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{}) }

// webViewFolder is the system's to choose.
func webViewFolder() string { return "" }
