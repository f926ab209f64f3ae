package main

import (
	"context"
	"os"
	"time"
)

// whileParented returns a context that ends when the process that started this
// one is gone. `go run` dies of a signal without passing it on; without this the
// program it started would go on serving. Where the parent's id never changes,
// as on Windows, nothing happens.
func whileParented(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	parent := os.Getppid()
	go func() {
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				if os.Getppid() != parent {
					cancel()
				}
			}
		}
	}()
	return ctx, cancel
}
