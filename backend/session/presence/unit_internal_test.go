package presence

import (
	"testing"
	"time"
)

func TestTheUnitOfACounterIsLearnedByWatchingItGrow(t *testing.T) {
	type reading struct {
		at    time.Duration
		count uint64
		want  time.Duration // 0: nothing is said
	}
	for name, readings := range map[string][]reading{
		"seconds":      {{0, 7, 0}, {5 * time.Second, 12, 12 * time.Second}, {6 * time.Second, 0, 0}, {40 * time.Second, 34, 34 * time.Second}},
		"milliseconds": {{0, 7000, 0}, {5 * time.Second, 12010, 12010 * time.Millisecond}, {6 * time.Second, 40, 40 * time.Millisecond}},
		"too soon":     {{0, 7, 0}, {time.Second, 8, 0}, {2 * time.Second, 9, 0}, {6 * time.Second, 13, 13 * time.Second}},
		"somebody is busy": {
			{0, 0, 0}, {5 * time.Second, 1, 0}, {10 * time.Second, 0, 0}, {15 * time.Second, 2, 0}, {21 * time.Second, 0, 0},
		},
		"neither":          {{0, 0, 0}, {5 * time.Second, 5_000_000, 0}},
		"out of all sense": {{0, 7, 0}, {5 * time.Second, 12, 12 * time.Second}, {6 * time.Second, 1 << 40, 0}},
	} {
		t.Run(name, func(t *testing.T) {
			var u unit
			for _, r := range readings {
				got, known := u.read(r.count, r.at)
				if wantKnown := r.want > 0 || (u.each > 0 && r.count == 0); got != r.want || known != wantKnown {
					t.Errorf("after %v a count of %d is %v, %v; want %v", r.at, r.count, got, known, r.want)
				}
			}
		})
	}
}
