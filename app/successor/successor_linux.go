package successor

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// Replace replaces this process, and hands its successor a secret of at most
// MaxSecret bytes, which is wiped; none where it is empty. A secret that does not
// cross keeps nothing from being locked: the successor is told that it is without.
// Replace returns only where it failed; the caller then ends the process, for it
// cannot forget.
func Replace(h Handover, secret []byte) error {
	defer clear(secret)
	path, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find the program: %w", err)
	}
	if h.Before, err = children(); err != nil {
		return err
	}
	if len(secret) > 0 {
		if throughPipe(secret) == nil {
			h.Secret = len(secret)
		} else {
			h.Dropped = true
		}
	}
	env, err := environment(h)
	if err != nil {
		return err
	}
	if err := closeOnExec(); err != nil {
		return err
	}
	// What this process has started, the web view's processes above all, has seen
	// as much as it has.
	for _, pid := range h.Before {
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("end a process of this one: %w", err)
		}
	}
	if err := syscall.Exec(path, os.Args, env); err != nil {
		return fmt.Errorf("start the successor: %w", err)
	}
	return nil
}

// throughPipe puts a secret into a pipe that the successor finds as its standard
// input. Nobody reads it before, so it must fit as a whole.
func throughPipe(secret []byte) error {
	var ends [2]int
	if err := unix.Pipe2(ends[:], unix.O_CLOEXEC|unix.O_NONBLOCK); err != nil {
		return fmt.Errorf("make a pipe: %w", err)
	}
	defer func() { _ = unix.Close(ends[1]) }()
	const held = 1 << 16 // what a pipe holds by itself; see pipe(7)
	if len(secret) > held {
		if _, err := unix.FcntlInt(uintptr(ends[1]), unix.F_SETPIPE_SZ, MaxSecret); err != nil {
			return fmt.Errorf("widen a pipe: %w", err)
		}
	}
	if n, err := unix.Write(ends[1], secret); err != nil || n < len(secret) {
		return fmt.Errorf("fill a pipe: %w", err)
	}
	// The successor waits for what it reads.
	if err := unix.SetNonblock(ends[0], false); err != nil {
		return fmt.Errorf("let a pipe wait: %w", err)
	}
	if err := unix.Dup3(ends[0], 0, 0); err != nil {
		return fmt.Errorf("hand on a pipe: %w", err)
	}
	return nil
}

// settle collects the processes that the predecessor had started and ended: they
// are children of this one now, and would stay in the system's table.
func settle(before []int) {
	for _, pid := range before {
		// What is no child of this process, or is collected already, is an error.
		_, _ = syscall.Wait4(pid, nil, 0, nil)
	}
}

// closeOnExec keeps every file but the standard three from the successor.
func closeOnExec() error {
	err := unix.CloseRange(3, ^uint(0)>>1, unix.CLOSE_RANGE_CLOEXEC)
	if err == nil {
		return nil
	}
	// Linux before 5.11.
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return fmt.Errorf("list the open files: %w", err)
	}
	for _, e := range entries {
		if fd, err := strconv.Atoi(e.Name()); err == nil && fd > 2 {
			syscall.CloseOnExec(fd)
		}
	}
	return nil
}

// children lists the processes that this one has started and that are left.
func children() ([]int, error) {
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return nil, err
	}
	own := []byte(strconv.Itoa(os.Getpid()))
	var all []int
	for _, path := range stats {
		text, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended meanwhile
		}
		// The name is in brackets and may hold anything; state and parent follow. See
		// proc_pid_stat(5).
		fields := bytes.Fields(text[bytes.LastIndexByte(text, ')')+1:])
		if len(fields) < 2 || !bytes.Equal(fields[1], own) {
			continue
		}
		if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path))); err == nil {
			all = append(all, pid)
		}
	}
	return all, nil
}
