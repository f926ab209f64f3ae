//go:build linux && !preview

package app

import (
	"os"
	"syscall"
)

// prepareProcess is called before the window exists.
//
// The web view's engine installs signal handlers without SA_ONSTACK, on which
// the Go runtime aborts when a nil pointer is dereferenced anywhere; either of
// the two settings keeps it from doing so. Core dumps would hold what is
// readable, so they are off.
func prepareProcess() {
	_ = os.Setenv("JSC_usePollingTraps", "1")
	_ = os.Setenv("JSC_useWasmFaultSignalHandler", "0")
	_ = syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{})
}

// webViewFolder is the web view's to choose.
func webViewFolder() string { return "" }
