package main

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
	"unsafe"
)

// terminal reports whether a person can be asked through f. Asking for the
// terminal's settings tells it from /dev/null, which is a character device too.
func terminal(f *os.File) bool {
	var settings syscall.Termios
	_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, f.Fd(), syscall.TCGETS, uintptr(unsafe.Pointer(&settings)))
	return errno == 0
}

// memoryDisk is a folder that lies in memory.
const memoryDisk = "/dev/shm"

// freeMemoryDisk returns how many bytes fit into memoryDisk.
func freeMemoryDisk() (uint64, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(memoryDisk, &s); err != nil {
		return 0, err
	}
	const tmpfs = 0x01021994 // linux/magic.h
	if s.Type != tmpfs {
		return 0, errors.ErrUnsupported
	}
	return s.Bavail * uint64(s.Bsize), nil
}

// tie has the kernel end a program whose runner was killed outright.
func tie(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
}
