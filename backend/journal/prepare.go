package journal

import (
	"context"
	"errors"
)

// Preparing is an EventLog that can do most of an append before it is known
// whether the batch shall be appended, while the reducers are at work on it.
type Preparing interface {
	// AppendOnce does what Append does, and waits for may before anything becomes
	// durable. Where may says false it appends nothing and returns an error; where
	// the append fails for another reason it may return before may says anything.
	AppendOnce(ctx context.Context, b Batch, may <-chan bool) (Pos, error)
}

// errWithheld: the batch was not to be appended after all.
var errWithheld = errors.New("the batch was withheld")

// prepareFrom is from how many events on two cores are quicker than one. A
// single text is over before another goroutine has woken up.
const prepareFrom = 16

// prepare begins to append a batch. The function that it returns ends it, and is
// called exactly once: with true, when the reducers have taken the batch, it
// answers as Append does; with false nothing is appended.
func (j *Journal) prepare(ctx context.Context, b Batch) (finish func(may bool) (Pos, error)) {
	log, can := j.log.(Preparing)
	if !can || len(b.Events) < prepareFrom {
		return func(may bool) (Pos, error) {
			if !may {
				return Pos{}, errWithheld
			}
			return j.log.Append(ctx, b)
		}
	}
	type outcome struct {
		at  Pos
		err error
	}
	may, done := make(chan bool, 1), make(chan outcome, 1)
	go func() {
		at, err := log.AppendOnce(ctx, b, may)
		done <- outcome{at, err}
	}()
	return func(m bool) (Pos, error) {
		may <- m
		o := <-done
		return o.at, o.err
	}
}
