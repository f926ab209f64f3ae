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
	maps, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps", pid))
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
	pages, err := os.Open(fmt.Sprintf("/proc/%d/pagemap", pid))
	if err != nil {
		return nil, fmt.Errorf("opening the pages of a process: %w", err)
	}
	defer pages.Close()
	var from, to int64
	readable := false
	for line := range bytes.Lines(maps) {
		var f, t int64
		var may string
		if _, err := fmt.Sscanf(string(line), "%x-%x %s", &f, &t, &may); err == nil && f >= 0 {
			from, to, readable = f, t, may[0] == 'r'
			continue
		}
		var kilobytes int64
		if _, err := fmt.Sscanf(string(line), "Rss: %d kB", &kilobytes); err == nil && kilobytes > 0 && readable {
			for _, run := range present(pages, from, to) {
				count(memory, run[0], run[1], texts, counts)
			}
		}
	}
	return counts, nil
}

const pageSize = 4096

// present returns the stretches of a mapping that are in memory: a web view
// reserves many gigabytes and uses few of them. See proc_pid_pagemap(5).
func present(pages *os.File, from, to int64) (runs [][2]int64) {
	entries := make([]byte, 8*8192)
	for at := from; at < to; {
		want := min(int64(len(entries)), (to-at)/pageSize*8)
		n, err := pages.ReadAt(entries[:want], at/pageSize*8)
		if n < 8 || err != nil && n == 0 {
			break
		}
		for i := 0; i+8 <= n; i += 8 {
			const here = 0x80 // bit 63, in the last byte
			if entries[i+7]&here == 0 {
				continue
			}
			page := at + int64(i/8)*pageSize
			if last := len(runs) - 1; last >= 0 && runs[last][1] == page {
				runs[last][1] += pageSize
			} else {
				runs = append(runs, [2]int64{page, page + pageSize})
			}
		}
		at += int64(n/8) * pageSize
	}
	return runs
}

// count adds how often each text is in a stretch of memory.
func count(memory *os.File, from, to int64, texts [][]byte, counts []int) {
	longest := 0
	for _, t := range texts {
		longest = max(longest, len(t))
	}
	const part = 1 << 20
	buffer := make([]byte, min(to-from, part+int64(longest)))
	for at := from; at < to; at += part {
		// Parts overlap by less than a text, so that none is missed or counted twice.
		n, err := memory.ReadAt(buffer[:min(int64(len(buffer)), part+int64(longest)-1, to-at)], at)
		if err != nil && n == 0 {
			return // it has gone meanwhile
		}
		for i, t := range texts {
			counts[i] += bytes.Count(buffer[:min(n, part+len(t)-1)], t)
		}
	}
}

// Dumps reports whether the system may write the memory of a process to a file when it
// crashes.
func Dumps(pid int) (bool, error) {
	limits, err := os.ReadFile(fmt.Sprintf("/proc/%d/limits", pid))
	if err != nil {
		return false, fmt.Errorf("reading the limits of a process: %w", err)
	}
	for line := range bytes.Lines(limits) {
		// The least of the two is what counts; see proc_pid_limits(5).
		if sizes, found := bytes.CutPrefix(line, []byte("Max core file size")); found {
			return string(bytes.Fields(sizes)[0]) != "0", nil
		}
	}
	return false, errors.New("the limits of a process name no core file")
}

// Gone reports whether none of some processes is left.
func Gone(pids []int) bool {
	return !slices.ContainsFunc(pids, func(pid int) bool {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		return err == nil && !bytes.Contains(text, []byte(") Z "))
	})
}
