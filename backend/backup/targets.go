package backup

import (
	"context"

	"quietline/backend/clinic"
)

// Every is how often a clinic that is open should be copied.
const Every = LateAfter / 48

// Outcome is what a run into one of several targets came to.
type Outcome struct {
	Result Result
	Err    error
}

// Each runs into one target after the other and returns their outcomes in this
// order. What one of them fails at keeps the clinic from none of the others; only
// the end of the context ends all.
func Each(ctx context.Context, src Source, targets []*Target, tell func(Progress)) []Outcome {
	all := make([]Outcome, len(targets))
	for i, t := range targets {
		if all[i].Err = cancelled(ctx); all[i].Err == nil {
			all[i].Result, all[i].Err = t.Run(ctx, src, tell)
		}
	}
	return all
}

// State is how a target stands, for whoever tells people.
type State struct {
	// Newest is the newest generation that can be read; its Number is zero where
	// there is none.
	Newest Generation
	// Late says that the clinic has been without a new copy here for too long, or
	// that this cannot be told.
	Late bool
	// Problem is why the target cannot be read, or what is wrong with a file of it;
	// empty where nothing is.
	Problem clinic.Code
}

// State looks how the target stands. It changes nothing and takes no turn.
func (t *Target) State(ctx context.Context, keys Keys, now clinic.Instant) State {
	r, err := t.Open(ctx, ByKeys(keys))
	if err != nil {
		return State{Late: true, Problem: clinic.CodeOf(err)}
	}
	defer r.Close()
	found, broken, err := r.Generations(ctx)
	s := State{Late: true}
	switch {
	case err != nil:
		s.Problem = clinic.CodeOf(err)
	case len(broken) > 0:
		s.Problem = broken[0].Code
	}
	if len(found) > 0 {
		s.Newest, s.Late = found[0], Late(found[0].Made, now)
	}
	return s
}
