package exchange_test

import (
	"testing"
	"time"

	"quietline/backend/provider/simulator"
)

// BenchmarkReading measures, for the runner, what reading the provider costs: a hundred
// thousand earlier texts over HTTP, the simulator's work and the archive's included, and
// how long the slowest round takes to end once it is told to while the provider keeps
// its answer.
func BenchmarkReading(b *testing.B) {
	const texts = 100_000
	took, grew := readsEarlier(b, texts)
	b.Run("earlier-text", func(b *testing.B) {
		b.ReportMetric(float64(took.Microseconds())/texts, "ours/µs")
		b.ReportMetric(1000, "limit")
	})
	b.Run("heap-a-text", func(b *testing.B) {
		b.ReportMetric(float64(max(grew, 0)), "ours/B")
		b.ReportMetric(bytesPerText, "limit")
	})
	var slowest time.Duration
	for _, r := range heldRounds() {
		for _, hold := range []simulator.Mishap{simulator.HoldBefore, simulator.HoldAfter} {
			slowest = max(slowest, stopping(b, r.prepare, r.round, hold))
		}
	}
	b.Run("told-to-end", func(b *testing.B) {
		b.ReportMetric(float64(slowest.Microseconds())/1000, "ours/ms")
		b.ReportMetric(100, "limit")
	})
}
