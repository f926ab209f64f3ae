package policy_test

import (
	"testing"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/policy"
)

// BenchmarkDecide measures what the composer pays at each key.
func BenchmarkDecide(b *testing.B) {
	for name, change := range map[string]func(*policy.Draft, *policy.Facts){
		"go":   func(*policy.Draft, *policy.Facts) {},
		"wait": func(_ *policy.Draft, f *policy.Facts) { f.Now = f.Now.Add(11 * hour); f.Sent = []clinic.Instant{f.Now} },
	} {
		b.Run(name, func(b *testing.B) {
			draft, facts := ordinaryDay()
			facts.Now = clinic.At(mondayMorning)
			change(&draft, &facts)
			b.ReportAllocs()
			for b.Loop() {
				policy.Decide(draft, facts)
			}
		})
	}
}

// BenchmarkFigures measures the slowest of ordinary decisions for the runner: a text
// that has to find an hour at which it may go.
func BenchmarkFigures(b *testing.B) {
	b.Run("decide", func(b *testing.B) {
		draft, facts := ordinaryDay()
		facts.Now = clinic.At(mondayMorning).Add(11 * hour)
		facts.Sent = []clinic.Instant{facts.Now}
		const rounds = 2000
		began := time.Now()
		for range rounds {
			policy.Decide(draft, facts)
		}
		b.ReportMetric(float64(time.Since(began).Nanoseconds())/rounds/1e6, "ours/ms")
		b.ReportMetric(1, "limit")
	})
}
