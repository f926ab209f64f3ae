package clinic

import "context"

type asideKey struct{}

// WithAside returns a context for work in the background that lets others go first:
// Aside calls first, which returns when the work may go on.
func WithAside(ctx context.Context, first func(context.Context)) context.Context {
	return context.WithValue(ctx, asideKey{}, first)
}

// Aside is called by work that may take long, between pieces of about a millisecond,
// where it holds nothing that others wait for: no lock and no transaction. It does
// nothing where the context is not from WithAside. It returns early when the context
// is done, which the work finds out by itself.
func Aside(ctx context.Context) {
	if first, ok := ctx.Value(asideKey{}).(func(context.Context)); ok {
		first(ctx)
	}
}
