package journal

import (
	"maps"
	"slices"

	"quietline/backend/clinic"
)

// maxTouched is how many ids of one topic a Change names. Beyond it the topic
// alone says less and costs less.
const maxTouched = 100

// Touched collects, during Apply, what a screen may have to show anew.
type Touched struct {
	topics map[string]map[[16]byte]struct{}
}

// Add notes that things of a topic have changed. The ids of package clinic can be
// passed as they are. Without ids, everything under the topic may have changed.
func (t *Touched) Add(topic string, ids ...[16]byte) {
	if t == nil {
		return
	}
	if t.topics == nil {
		t.topics = map[string]map[[16]byte]struct{}{}
	}
	known, seen := t.topics[topic]
	switch {
	case seen && known == nil:
		return
	case len(ids) == 0 || len(known)+len(ids) > maxTouched:
		t.topics[topic] = nil
		return
	case known == nil:
		known = make(map[[16]byte]struct{}, len(ids))
		t.topics[topic] = known
	}
	for _, id := range ids {
		known[id] = struct{}{}
	}
}

// changes returns what was collected, in a settled order.
func (t *Touched) changes(at Pos) []Change {
	var out []Change
	for _, topic := range slices.Sorted(maps.Keys(t.topics)) {
		c := Change{Topic: topic, Pos: at}
		for id := range t.topics[topic] {
			c.IDs = append(c.IDs, clinic.ID[struct{}](id).String())
		}
		slices.Sort(c.IDs)
		out = append(out, c)
	}
	return out
}

// merge adds what another has collected.
func (t *Touched) merge(from *Touched) {
	for topic, ids := range from.topics {
		if ids == nil {
			t.Add(topic)
			continue
		}
		for id := range ids {
			t.Add(topic, id)
		}
	}
}
