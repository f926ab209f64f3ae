package backup

import "slices"

// How many generations stay: the newest of each of the last hours, days, weeks and
// months in which any was made, and the last few whatever their times are. They
// are counted and not aged, so that a clock that jumps removes nothing at once.
const (
	keepNewest = 3
	keepHours  = 24
	keepDays   = 7
	keepWeeks  = 5
	keepMonths = 12
)

// kept returns the generations to keep of all that there are, by name.
func kept(all []Generation) map[Name]bool {
	newest := slices.Clone(all)
	slices.SortStableFunc(newest, func(a, b Generation) int {
		switch {
		case a.Number > b.Number:
			return -1
		case a.Number < b.Number:
			return 1
		}
		return 0
	})
	keep := map[Name]bool{}
	for i, g := range newest {
		// Of two with one number neither is known to be the last.
		if i < keepNewest || g.Number == newest[0].Number {
			keep[g.Name] = true
		}
	}
	for _, span := range []struct {
		count int
		of    func(Generation) [2]int
	}{
		{keepHours, func(g Generation) [2]int { t := g.Made.Time(); return [2]int{t.Year(), t.YearDay()*24 + t.Hour()} }},
		{keepDays, func(g Generation) [2]int { t := g.Made.Time(); return [2]int{t.Year(), t.YearDay()} }},
		{keepWeeks, func(g Generation) [2]int { y, w := g.Made.Time().ISOWeek(); return [2]int{y, w} }},
		{keepMonths, func(g Generation) [2]int { t := g.Made.Time(); return [2]int{t.Year(), int(t.Month())} }},
	} {
		seen := map[[2]int]bool{}
		for _, g := range newest {
			at := span.of(g)
			if seen[at] {
				continue
			}
			if len(seen) == span.count {
				break
			}
			seen[at] = true
			keep[g.Name] = true
		}
	}
	return keep
}
