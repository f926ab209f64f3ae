package backup

import (
	"math/rand/v2"
	"testing"
	"time"

	"quietline/backend/clinic"
)

// Two years of hourly copies: what stays is few, reaches back a year, and never
// misses the newest.
func TestWhichGenerationsStay(t *testing.T) {
	start := time.Date(2024, 1, 1, 0, 30, 0, 0, time.UTC)
	var there []Generation
	for hour := range 2 * 365 * 24 {
		g := Generation{Name: clinic.NewID[Name](), Number: uint64(hour) + 1, Made: clinic.At(start.Add(time.Duration(hour) * time.Hour))}
		there = append(there, g)
		keep := kept(there)
		if !keep[g.Name] {
			t.Fatal("the newest is given up")
		}
		var left []Generation
		for _, g := range there {
			if keep[g.Name] {
				left = append(left, g)
			}
		}
		there = left
	}
	if n := len(there); n < 40 || n > keepNewest+keepHours+keepDays+keepWeeks+keepMonths {
		t.Errorf("%d generations stay", n)
	}
	now := there[len(there)-1].Made
	for _, back := range []time.Duration{time.Hour, 23 * time.Hour, 6 * 24 * time.Hour, 28 * 24 * time.Hour, 300 * 24 * time.Hour} {
		near := time.Duration(1 << 62)
		for _, g := range there {
			near = min(near, (now.Sub(g.Made) - back).Abs())
		}
		if near > back/2 {
			t.Errorf("of %s ago the nearest is %s off", back, near)
		}
	}
}

// However the clock jumps, one more copy gives up no more than a few, and never
// the last ones.
func TestAClockThatJumpsRemovesLittle(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var there []Generation
	at := clinic.At(time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC))
	for n := range 3000 {
		at = at.Add(time.Duration(random.IntN(90)) * time.Minute)
		if random.IntN(40) == 0 {
			at = at.Add(time.Duration(random.IntN(20_000)-10_000) * time.Hour)
		}
		there = append(there, Generation{Name: clinic.NewID[Name](), Number: uint64(n) + 1, Made: at})
		keep := kept(there)
		var left []Generation
		for _, g := range there {
			if keep[g.Name] {
				left = append(left, g)
			}
		}
		if gone := len(there) - len(left); gone > 5 {
			t.Fatalf("copy %d gives up %d others at once", n, gone)
		}
		for i := range min(keepNewest, len(there)) {
			if !keep[there[len(there)-1-i].Name] {
				t.Fatalf("one of the newest %d is given up", keepNewest)
			}
		}
		there = left
	}
}
