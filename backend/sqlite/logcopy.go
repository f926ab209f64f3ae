package sqlite

import (
	"context"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
)

// The log is copied into the database while it is written, and begins anew once
// all of it has been copied and nobody reads it. SQLite would copy in the middle
// of a commit. Here the copying runs on a connection of its own, beside the
// function of the next transaction, which it does not disturb; the transaction
// waits for it before it returns, so that nothing goes on behind its back.
//
// What a transaction adds meanwhile is not copied with it. So a log that is all
// but copied is finished before the next transaction begins; under a flood of
// large transactions that moment never comes by itself, and is forced where the
// log has grown to logMost.
const (
	// logKept is how many pages the log may hold before it is copied, as SQLite has
	// it by default.
	logKept = 1000
	// logRest is how many uncopied pages a transaction may be kept waiting for.
	logRest = 100
	// logMost is how long the log may grow, 64 MiB.
	logMost = 16_000
)

// logState is what the writer's connection knows of the log.
type logState struct {
	pages  int // after the last commit
	copied int
}

// logGrew is told of the length of the log after each commit.
func logGrew(_ *libc.TLS, _, handle, _ uintptr, pages int32) int32 {
	if c := connectionOf(handle); c != nil {
		if int(pages) < c.log.pages {
			c.log.copied = 0 // it has begun anew
		}
		c.log.pages = int(pages)
	}
	return lib.SQLITE_OK
}

// copyLog copies the log where it has grown long: at once, or beside what the
// writer goes on with. The function that it returns waits for the end. Failing
// to copy loses nothing: the log stays, and the next transaction tries again.
func (db *DB) copyLog(writer *conn) (wait func()) {
	l := &writer.log
	switch {
	case l.pages < logKept:
		return func() {}
	case l.pages-l.copied <= logRest || l.pages >= logMost:
		writer.copyLog()
		return func() {}
	}
	copier, err := db.take(context.Background(), db.copier)
	if err != nil {
		return func() {}
	}
	done := make(chan int, 1)
	go func() {
		// A connection knows of a log once it has read the file.
		if _, err := copier.run("PRAGMA user_version", nil); err == nil {
			copier.copyLog()
		}
		done <- copier.log.copied
	}()
	return func() {
		if copied := <-done; l.pages >= copied {
			l.copied = copied
		}
		_ = db.give(db.copier, copier)
	}
}

// copyLog copies what it can without waiting for anyone.
func (c *conn) copyLog() {
	const size = 2 * 8
	counts := c.tls.Alloc(size)
	defer c.tls.Free(size)
	if lib.Xsqlite3_wal_checkpoint_v2(c.tls, c.handle, 0, lib.SQLITE_CHECKPOINT_PASSIVE, counts, counts+8) == lib.SQLITE_OK {
		c.log.copied = int(*(*int32)(at(counts + 8)))
	}
}
