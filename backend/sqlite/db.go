package sqlite

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"quietline/backend/clinic"
)

// DB is one open database. Its methods may be called from any goroutine.
type DB struct {
	store   *store
	writer  *pool
	readers *pool
	copier  *pool // copies the log beside the writer
	options Options
	seals   sealCount

	// life ends when the database is closed or abandoned.
	life context.Context
	end  context.CancelFunc

	mu     sync.Mutex
	closed bool
	// closing is closed with the first call of Close or Abandon.
	closing chan struct{}
}

func newDB(st *store, o Options) *DB {
	db := &DB{
		store:   st,
		options: o,
		closing: make(chan struct{}),
		writer:  newPool(newConnector(st.path, o, false), 1),
		readers: newPool(newConnector(st.path, o, true), o.Readers),
		copier:  newPool(newConnector(st.path, o, false), 1),
	}
	db.life, db.end = context.WithCancel(context.Background())
	return db
}

// take lends a connection of the pool, as long as the database is open.
func (db *DB) take(ctx context.Context, p *pool) (*conn, error) {
	if db.isClosed() || db.store.isWiped() {
		return nil, clinic.E(CodeClosed)
	}
	return p.take(ctx, db.closing)
}

// give returns a connection. Where the database was abandoned meanwhile, its
// last user closes it.
func (db *DB) give(p *pool, c *conn) error {
	db.mu.Lock()
	defer db.mu.Unlock()
	abandoned := db.store.isWiped()
	err := p.give(c, !abandoned)
	if abandoned {
		return nil // closing without keys fails, and is meant to
	}
	return err
}

func (db *DB) isClosed() bool {
	db.mu.Lock()
	defer db.mu.Unlock()
	return db.closed
}

// shut marks the database closed and reports whether it was open.
func (db *DB) shut() bool {
	db.mu.Lock()
	defer db.mu.Unlock()
	if db.closed {
		return false
	}
	db.closed = true
	close(db.closing)
	return true
}

// Close waits for running transactions, copies the log into the database, cuts
// it to nothing and closes the files. A second call does nothing. Where the log
// could not be copied the error says why; it stays on disk and is used at the
// next opening. After [DB.Forget] it does what [DB.Abandon] does.
func (db *DB) Close() error {
	if db.store.isWiped() {
		db.Abandon()
		return nil
	}
	if !db.shut() {
		return nil
	}
	err := db.checkpoint()
	err = errors.Join(err, db.readers.closeAll(), db.copier.closeAll(), db.writer.closeAll())
	db.end()
	db.store.remove()
	if err != nil {
		return fmt.Errorf("close the database: %w", err)
	}
	return nil
}

// checkpoint is what Close does with the log. A function that still reads what
// only the log holds is no error: the log stays.
func (db *DB) checkpoint() error {
	ctx := context.Background()
	c, err := db.writer.take(ctx, nil)
	if err != nil {
		return err
	}
	err = c.emptyLog(ctx)
	if errors.Is(err, clinic.E(CodeBusy)) {
		err = nil
	}
	return errors.Join(err, db.writer.give(c, true))
}

// Checkpoint copies the log into the database and cuts it to nothing, so that
// what was overwritten or deleted lies in neither. It waits for the writer and,
// for a few seconds, for reads that still need the log; then it fails with
// [CodeBusy]. Whatever happens nothing is lost, and it is safe to retry.
func (db *DB) Checkpoint(ctx context.Context) error {
	c, err := db.take(ctx, db.writer)
	if err != nil {
		return db.explain(err)
	}
	err = c.emptyLog(ctx)
	if err := errors.Join(err, db.give(db.writer, c)); err != nil {
		return db.explain(fmt.Errorf("empty the log: %w", err))
	}
	return nil
}

// WriterCache makes the writer's page cache so many times as large as the options say, for
// whoever changes very much at once; zero makes it what it was and gives the memory back.
// It waits for the writer.
func (db *DB) WriterCache(ctx context.Context, times int64) error {
	c, err := db.take(ctx, db.writer)
	if err != nil {
		return db.explain(err)
	}
	if times > 0 {
		_, err = c.run(fmt.Sprintf("PRAGMA cache_size=-%d", max(db.options.CacheBytes*times>>10, 1)), nil)
	} else {
		_, err = c.run(fmt.Sprintf("PRAGMA cache_size=-%d", max(db.options.CacheBytes>>10, 1)), nil)
		if err == nil {
			_, err = c.run("PRAGMA shrink_memory", nil)
		}
	}
	if err := errors.Join(err, db.give(db.writer, c)); err != nil {
		return db.explain(fmt.Errorf("change the cache: %w", err))
	}
	return nil
}

func (c *conn) emptyLog(ctx context.Context) error {
	var busy, frames, copied int
	err := c.queryRow(context.WithoutCancel(ctx), "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &frames, &copied)
	if err == nil && busy != 0 {
		err = clinic.E(CodeBusy).Retryable()
	}
	return err
}

// Forget makes the file unreadable to this process at once: it wipes the keys, so
// that nothing is opened or sealed from then on, and ends running reads. It waits
// for nothing, not for a disk either: what was sealed and is on its way to the
// disk may still arrive there, as if it had been a moment earlier. Nothing that
// was committed is lost. The files stay this process's until [DB.Abandon].
func (db *DB) Forget() {
	db.store.wipe()
	db.end()
}

// Abandon does what [DB.Forget] does and lets go of the files without copying the
// log. It waits for what is with the disk and for nothing else: a function that
// still runs gets [CodeClosed] from its next statement, and its connection is
// closed when it returns.
func (db *DB) Abandon() {
	db.Forget()
	if !db.shut() {
		return
	}
	db.store.remove()
	db.mu.Lock()
	defer db.mu.Unlock()
	// Without keys a connection cannot tidy up as it closes. That is wanted.
	_ = db.writer.closeIdle()
	_ = db.readers.closeIdle()
	_ = db.copier.closeIdle()
}

// Stats returns the counters since the database was opened.
func (db *DB) Stats() Stats { return db.store.stats() }
