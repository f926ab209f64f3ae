package sqlite

import (
	"runtime"
	"slices"
	"testing"
	"time"

	"quietline/backend/clinic"
)

var errMissing = clinic.E(CodeMissing)

// The figures are told as the benchmark's own measures, for build/dev to read:
// "ours/ms" and "peer/ms" with the unit, "ratio" with its quartiles, "limit".

// against tells a figure that has a peer. The limit, where not zero, is on the
// ratio.
func against(b *testing.B, unit string, limit, ours, peer float64) {
	alone(b, unit, limit, ours)
	b.ReportMetric(peer, "peer/"+unit)
	if peer > 0 {
		b.ReportMetric(ours/peer, "ratio")
	}
}

// alone tells a figure without a peer. The limit, where not zero, is on it.
func alone(b *testing.B, unit string, limit, ours float64) {
	b.ReportMetric(0, "ns/op") // left out of what is printed
	b.ReportMetric(ours, "ours/"+unit)
	if limit > 0 {
		b.ReportMetric(limit, "limit")
	}
}

// sideBySide is the same work in two forms, done in turn.
type sideBySide struct {
	limit  float64
	unit   string
	rounds int
	// unmeasured is how many rounds go before, a tenth of rounds where zero and
	// none where negative.
	unmeasured int
	// each is how many operations a round holds, 1 where zero.
	each       int
	ours, peer func(round int) error
}

type measured struct {
	ours, peer                       float64
	oursAllocations, peerAllocations float64
}

// measure does the rounds and tells the medians. The ratio is that of each round's two times; its quartiles say how far
// the machine let it vary.
func (s sideBySide) measure(b *testing.B) (m measured) {
	b.Helper()
	each := float64(max(s.each, 1))
	scale := map[string]float64{"ms": 1e6, "µs": 1e3}[s.unit] * each
	var ours, peer, ratios []float64
	var oursAllocations, peerAllocations uint64
	unmeasured := s.unmeasured
	if unmeasured == 0 {
		unmeasured = s.rounds / 10
	}
	unmeasured = max(unmeasured, 0)
	for round := range s.rounds + unmeasured {
		var a, c time.Duration
		var x, y uint64
		// Who goes first alternates: the second finds the machine as the first
		// leaves it.
		if round%2 == 0 {
			a, x = timed(b, s.ours, round)
			c, y = timed(b, s.peer, round)
		} else {
			c, y = timed(b, s.peer, round)
			a, x = timed(b, s.ours, round)
		}
		if round < unmeasured {
			continue
		}
		ours, peer, ratios = append(ours, float64(a)/scale), append(peer, float64(c)/scale), append(ratios, float64(a)/float64(c))
		oursAllocations += x
		peerAllocations += y
	}
	m.ours, m.peer = quantile(ours, 0.5), quantile(peer, 0.5)
	m.oursAllocations = float64(oursAllocations) / float64(s.rounds) / each
	m.peerAllocations = float64(peerAllocations) / float64(s.rounds) / each
	against(b, s.unit, s.limit, m.ours, m.peer)
	b.ReportMetric(quantile(ratios, 0.5), "ratio")
	b.ReportMetric(quantile(ratios, 0.25), "ratio-low")
	b.ReportMetric(quantile(ratios, 0.75), "ratio-high")
	return m
}

func timed(b *testing.B, work func(int) error, round int) (time.Duration, uint64) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	if err := work(round); err != nil {
		b.Fatal(err)
	}
	took := time.Since(start)
	runtime.ReadMemStats(&after)
	return took, after.Mallocs - before.Mallocs
}

func quantile(all []float64, q float64) float64 {
	slices.Sort(all)
	return all[int(q*float64(len(all)-1)+0.5)]
}
