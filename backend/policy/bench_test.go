package policy_test

import (
	"testing"

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
