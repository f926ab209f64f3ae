package sqlite

import (
	"container/list"
	"context"
	"fmt"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
)

// keptStatements bounds the prepared statements of one connection.
const keptStatements = 128

// conn is one connection with its prepared statements. It speaks to SQLite
// itself and not through database/sql, which starts two goroutines for every
// statement that may be given up, and locks and allocates for every column of
// every row (figures in backend/doc/measurements.md). It serves one transaction
// at a time, and so one goroutine.
type conn struct {
	tls    *libc.TLS
	handle uintptr
	// statements are the prepared ones by text; used holds them, and those that
	// are prepared apart, by their last use, latest first.
	statements map[statementKey]*statement
	used       *list.List
	// heeded, where not nil, is the context whose end stops what runs.
	heeded context.Context
	// guarded says that statements come from a caller, not from this package.
	guarded bool
	// open counts results that were not closed.
	open int
	log  logState
	// failed says that a statement failed since the transaction began.
	failed    bool
	observers []observer
	// panicked is what an observer panicked with, while SQLite was at work.
	panicked any
	// broken says that the connection must not serve another transaction.
	broken bool
}

// statementKey tells what callers may run from what this package runs itself: what
// is allowed is asked when a statement is prepared.
type statementKey struct {
	query   string
	guarded bool
}

// statement gives the prepared statement for query. One that is being read from
// is prepared again, apart: a second use would reset the first.
func (c *conn) statement(query string) (*statement, error) {
	key := statementKey{query, c.guarded}
	if s, ok := c.statements[key]; ok {
		c.used.MoveToFront(s.element)
		if s.busy {
			return c.prepare(query)
		}
		return s, nil
	}
	s, err := c.prepare(query)
	if err == nil {
		s.kept, s.key, c.statements[key] = true, key, s
	}
	return s, err
}

// run carries a statement out.
func (c *conn) run(query string, args []any) (Result, error) {
	s, err := c.statement(query)
	if err != nil {
		return Result{}, err
	}
	defer s.release()
	if err := s.bind(args); err != nil {
		return Result{}, err
	}
	for {
		row, err := s.step()
		if err != nil {
			return Result{}, err
		}
		if !row {
			return Result{affected: lib.Xsqlite3_changes64(c.tls, c.handle)}, nil
		}
	}
}

// read carries a statement out as far as its first row.
func (c *conn) read(query string, args []any) (*Rows, error) {
	s, err := c.statement(query)
	if err != nil {
		return nil, err
	}
	if err := s.bind(args); err != nil {
		s.release()
		return nil, err
	}
	row, err := s.step()
	if err != nil {
		s.release()
		return nil, err
	}
	s.busy = true
	c.open++
	return &Rows{statement: s, row: row, fresh: true}, nil
}

// exec runs a statement of our own, until ctx ends.
func (c *conn) exec(ctx context.Context, query string, args ...any) (Result, error) {
	defer c.heed(ctx)()
	return c.run(query, args)
}

// queryRow is exec for a statement that answers with a row.
func (c *conn) queryRow(ctx context.Context, query string, args ...any) *Row {
	defer c.heed(ctx)()
	rows, err := c.read(query, args)
	return &Row{rows: rows, err: err}
}

// heed lets the end of ctx stop what runs, until the function that it returns is
// called.
func (c *conn) heed(ctx context.Context) (stop func()) {
	before := c.heeded
	c.heeded = ctx
	return func() { c.heeded = before }
}

// begin starts a transaction. The end of ctx is heeded before it and not in the
// middle, so that nobody is left with a transaction that he does not know of.
func (c *conn) begin(ctx context.Context, how string) error {
	if ctx.Err() != nil {
		return cancelled(ctx)
	}
	c.failed = false
	if _, err := c.run(how, nil); err != nil {
		return fmt.Errorf("begin a transaction: %w", err)
	}
	return nil
}

// end finishes a transaction by COMMIT or ROLLBACK and forgets what belonged to
// it. It runs to its end even where the caller's context has ended.
func (c *conn) end(how string) error {
	c.guarded = false
	c.heeded = nil
	c.observers = nil
	if _, err := c.run(how, nil); err != nil {
		return err
	}
	c.keep(keptStatements)
	return nil
}

// keep ends the statements whose last use is longest ago, so that n remain.
func (c *conn) keep(n int) {
	for c.used.Len() > n {
		c.used.Back().Value.(*statement).finalize()
	}
}

// close closes the connection. A result that was left open ends with it.
func (c *conn) close() error {
	c.keep(0)
	return c.disconnect()
}

// fault gives what SQLite answered its code, and notes that something failed.
func (c *conn) fault(rc int32, in phase) error {
	c.failed = true
	if rc == lib.SQLITE_INTERRUPT && c.heeded != nil && c.heeded.Err() != nil {
		return cancelled(c.heeded)
	}
	return translate(rc, libc.GoString(lib.Xsqlite3_errmsg(c.tls, c.handle)), in)
}
