package main

import (
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

// tie has the kernel end a program whose runner was killed outright.
func tie(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
}
