package sqlite

import (
	"context"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
)

// The log is copied into the database once it has grown long, and begins anew when
// all of it has been copied and nobody reads it. SQLite would copy in the middle
// of a commit. Here it happens before the next transaction; and under a flood of
// large transactions beside it, on a connection of its own, so that two cores
// share the work. The transaction waits for it before it returns: nothing goes on
// behind its back.
//
// What a transaction adds meanwhile is not copied with it, and so the log of a
// flood does not come to its end by itself. It is brought there, by copying the
// rest before a transaction begins, where it has grown to logMost.
const (
	// logKept is how many pages the log may hold before it is copied, as SQLite has
	// it by default.
	logKept = 1000
	// logFlood is how many pages make a transaction a large one.
	logFlood = 100
	// logMost is how long the log may grow, 64 MiB.
	logMost = 16_000
)

// logState is what the writer's connection knows of the log, in pages.
type logState struct {
	length int // after the last commit
	grown  int // by the last commit
}

// logGrew is told of the length of the log after each commit.
func logGrew(_ *libc.TLS, _, handle, _ uintptr, pages int32) int32 {
	if c := connectionOf(handle); c != nil {
		before := c.log.length
		if int(pages) < before {
			before = 0 // it has begun anew
		}
		c.log = logState{length: int(pages), grown: int(pages) - before}
	}
	return lib.SQLITE_OK
}

// copyLog copies the log where it has grown long: at once, or beside what the
// writer goes on with. The function that it returns waits for the end. Failing
// to copy loses nothing: the log stays, and the next transaction tries again.
func (db *DB) copyLog(writer *conn) (wait func()) {
	log := writer.log
	switch {
	case log.length < logKept:
		return func() {}
	case log.grown <= logFlood || log.length >= logMost:
		writer.copyLog()
		return func() {}
	}
	copier, err := db.take(context.Background(), db.copier)
	if err != nil {
		return func() {}
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		// A connection knows of a log once it has read the file.
		if _, err := copier.run("PRAGMA user_version", nil); err == nil {
			copier.copyLog()
		}
	}()
	return func() {
		<-done
		_ = db.give(db.copier, copier)
	}
}

// copyLog copies what it can without waiting for anyone.
func (c *conn) copyLog() {
	lib.Xsqlite3_wal_checkpoint_v2(c.tls, c.handle, 0, lib.SQLITE_CHECKPOINT_PASSIVE, 0, 0)
}
