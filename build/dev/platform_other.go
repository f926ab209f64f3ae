//go:build !linux

package main

import (
	"os"
	"os/exec"
)

// terminal reports whether a person can be asked through f. Only installing
// Debian's packages asks, so elsewhere nobody is.
func terminal(*os.File) bool { return false }

// tie does nothing: only Linux ends the children of a process that was killed.
func tie(*exec.Cmd) {}
