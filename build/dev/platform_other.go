//go:build !linux

package main

import (
	"errors"
	"os"
	"os/exec"
)

// terminal reports whether a person can be asked through f. Only installing
// Debian's packages asks, so elsewhere nobody is.
func terminal(*os.File) bool { return false }

// memoryDisk is a folder that lies in memory; only Linux has one everywhere.
const memoryDisk = ""

func freeMemoryDisk() (uint64, error) { return 0, errors.ErrUnsupported }

// tie does nothing: only Linux ends the children of a process that was killed.
func tie(*exec.Cmd) {}
