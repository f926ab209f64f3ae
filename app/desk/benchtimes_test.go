package desk_test

import (
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// figure tells one figure, for build/dev to read. A limit of zero is none.
func figure(b *testing.B, unit string, limit, value float64) {
	b.ReportMetric(0, "ns/op") // left out of what is printed
	b.ReportMetric(value, "ours/"+unit)
	if limit > 0 {
		b.ReportMetric(limit, "limit")
	}
}

// repeat does a thing n times.
func repeat(n int, do func(i int)) (took times) {
	for i := range n {
		took.add(func() { do(i) })
	}
	return took
}

// times are in milliseconds; cpu is what the process has worked, on all cores, in
// all of them together.
type times struct {
	all []float64
	cpu float64
}

func (t *times) add(do func()) {
	begun, worked := time.Now(), processTime()
	do()
	t.all = append(t.all, float64(time.Since(begun).Nanoseconds())/1e6)
	t.cpu += float64((processTime() - worked).Nanoseconds()) / 1e6
}

// p95 is the time that 95 of 100 keep within.
func (t *times) p95() float64 {
	sorted := slices.Sorted(slices.Values(t.all))
	return sorted[int(0.95*float64(len(sorted)-1)+0.5)]
}

// tell tells the p95, and beside it the work of one on average, which depends
// less on what else the machine does.
func (t *times) tell(b *testing.B, name string, limit float64) {
	b.Run(name, func(b *testing.B) { figure(b, "ms", limit, t.p95()) })
	b.Run(name+"-work", func(b *testing.B) { figure(b, "ms", 0, t.cpu/float64(len(t.all))) })
}

// resident is what the whole process holds in memory, in MiB: the program, Go's
// heap and SQLite's caches. Where the system does not tell, it is what Go has
// asked the system for, which leaves SQLite's part out.
func resident(b *testing.B) float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return float64(m.Sys) / (1 << 20)
	}
	for line := range strings.Lines(string(status)) {
		if rest, found := strings.CutPrefix(line, "VmRSS:"); found {
			kib, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			if err != nil {
				b.Fatal(err)
			}
			return kib / 1024
		}
	}
	b.Fatal("the system does not say how much memory the process holds")
	return 0
}
