//go:build windowstory

package windowstory_test

import (
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// atRest waits until the machine does next to nothing, so that what is timed is
// the program, and reports whether it came to that.
func atRest(t *testing.T, patience time.Duration) bool {
	t.Helper()
	const enough = 0.7 // of the time idle
	until := time.Now().Add(patience)
	idle, all := processorTime(t)
	for range time.Tick(400 * time.Millisecond) {
		idle2, all2 := processorTime(t)
		if float64(idle2-idle) > enough*float64(all2-all) {
			return true
		}
		if time.Now().After(until) {
			return false
		}
		idle, all = idle2, all2
	}
	return false
}

// processorTime reads how long the processors have been idle, and altogether, in
// the kernel's ticks; see proc_stat(5).
func processorTime(t *testing.T) (idle, all int64) {
	t.Helper()
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		t.Fatal(err)
	}
	line, _, _ := strings.Cut(string(text), "\n")
	for i, word := range strings.Fields(line)[1:9] {
		n, err := strconv.ParseInt(word, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		all += n
		if i == 3 || i == 4 { // idle, and waiting for a disk
			idle += n
		}
	}
	return idle, all
}
