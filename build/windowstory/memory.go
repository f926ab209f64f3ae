//go:build linux

package windowstory

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
)

// Run runs a program of the session to its end.
func (s *Session) Run(ctx context.Context, env []string, binary string, args ...string) error {
	p, err := s.start(ctx, env, binary, args...)
	if err != nil {
		return err
	}
	select {
	case <-p.done:
		return p.err
	case <-ctx.Done():
		p.end()
		return context.Cause(ctx)
	}
}

// Processes returns the program's process and all that descend from it, the
// program's first.
func (a *App) Processes() ([]int, error) {
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return nil, err
	}
	children := map[int][]int{}
	for _, path := range stats {
		text, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended meanwhile
		}
		// The name is in brackets and may hold anything; see proc_pid_stat(5).
		fields := bytes.Fields(text[bytes.LastIndexByte(text, ')')+1:])
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		if err != nil || len(fields) < 2 || string(fields[0]) == "Z" {
			continue
		}
		parent, err := strconv.Atoi(string(fields[1]))
		if err != nil {
			return nil, fmt.Errorf("reading the parent of a process: %w", err)
		}
		children[parent] = append(children[parent], pid)
	}
	all := []int{a.p.cmd.Process.Pid}
	for i := 0; i < len(all); i++ {
		all = append(all, children[all[i]]...)
	}
	return all, nil
}

// Holding counts how often each of some texts is in the memory of a process. One
// that has ended holds nothing.
func Holding(pid int, texts ...[]byte) ([]int, error) {
	counts := make([]int, len(texts))
	maps, err := os.ReadFile(fmt.Sprintf("/proc/%d/maps", pid))
	if errors.Is(err, os.ErrNotExist) {
		return counts, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the map of a process: %w", err)
	}
	memory, err := os.Open(fmt.Sprintf("/proc/%d/mem", pid))
	if err != nil {
		return nil, fmt.Errorf("opening the memory of a process: %w", err)
	}
	defer memory.Close()
	longest := 0
	for _, t := range texts {
		longest = max(longest, len(t))
	}
	const part = 1 << 20
	buffer := make([]byte, part+longest)
	for line := range bytes.Lines(maps) {
		var from, to int64
		var may string
		if _, err := fmt.Sscanf(string(line), "%x-%x %s", &from, &to, &may); err != nil || may[0] != 'r' || from < 0 {
			continue
		}
		for at := from; at < to; at += part {
			// Parts overlap by less than a text, so that none is missed or counted twice.
			n, err := memory.ReadAt(buffer[:min(part+int64(longest)-1, to-at)], at)
			if err != nil && n == 0 {
				break // nothing is there, or it is the kernel's
			}
			for i, t := range texts {
				counts[i] += bytes.Count(buffer[:min(n, part+len(t)-1)], t)
			}
		}
	}
	return counts, nil
}

// Gone reports whether none of some processes is left.
func Gone(pids []int) bool {
	return !slices.ContainsFunc(pids, func(pid int) bool {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		return err == nil && !bytes.Contains(text, []byte(") Z "))
	})
}
