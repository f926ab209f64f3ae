package exchange

import "context"

// turns lets one at a time have a turn; whoever waits for hers may be told to end.
type turns chan struct{}

func newTurns() turns { return make(turns, 1) }

// take waits for a turn, which give ends.
func (t turns) take(ctx context.Context) error {
	select {
	case t <- struct{}{}:
		return nil
	default:
	}
	select {
	case t <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (t turns) give() { <-t }
