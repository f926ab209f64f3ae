package journal

import (
	"context"

	"quietline/backend/sqlite"
)

// ViewsFiles makes and opens the files that hold views. They are disposable: a
// generation that the journal does not point to may be removed at any time.
type ViewsFiles interface {
	// Create makes the file of a generation. It fails where the file exists.
	Create(ctx context.Context, generation uint64, key sqlite.Key, schema []sqlite.Migration) (*sqlite.DB, error)
	// Open opens the file of a generation.
	Open(ctx context.Context, generation uint64, key sqlite.Key, schema []sqlite.Migration) (*sqlite.DB, error)
	// Sweep removes the files of every generation but keep.
	Sweep(ctx context.Context, keep uint64) error
}
