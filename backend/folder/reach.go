package folder

import (
	"context"
	"sync"

	"quietline/backend/journal"
	"quietline/backend/sqlite"
)

// reach is what a lock of the clinic wipes besides the clinic's own keys: those of
// copies that are being read, made or tried.
type reach struct {
	mu        sync.Mutex
	forgotten bool
	next      int
	wipes     map[int]func()
}

// add lets forget call wipe, which waits for nothing, until over is called. After
// forget it is called at once.
func (r *reach) add(wipe func()) (over func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.forgotten {
		wipe()
		return func() {}
	}
	if r.wipes == nil {
		r.wipes = map[int]func(){}
	}
	n := r.next
	r.next++
	r.wipes[n] = wipe
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.wipes, n)
	}
}

// forget wipes everything, now and later.
func (r *reach) forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.forgotten = true
	for _, wipe := range r.wipes {
		wipe()
	}
}

func (r *reach) isForgotten() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.forgotten
}

// reachedViews are views which forget reaches while they are made.
type reachedViews struct {
	journal.ViewsFiles
	by *reach
}

func (v reachedViews) Create(ctx context.Context, generation uint64, key sqlite.Key, schema []sqlite.Migration) (*sqlite.DB, error) {
	db, err := v.ViewsFiles.Create(ctx, generation, key, schema)
	if err == nil {
		v.by.add(db.Forget)
	}
	return db, err
}

func (v reachedViews) Open(ctx context.Context, generation uint64, key sqlite.Key, schema []sqlite.Migration) (*sqlite.DB, error) {
	db, err := v.ViewsFiles.Open(ctx, generation, key, schema)
	if err == nil {
		v.by.add(db.Forget)
	}
	return db, err
}
