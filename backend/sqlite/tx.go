package sqlite

import (
	"context"
	"errors"
	"fmt"

	lib "modernc.org/sqlite/lib"

	"quietline/backend/clinic"
)

var errLeftOpen = errors.New("a result was left open at the end of a transaction")

// Tx is one transaction. It is valid until the function that received it
// returns, for one goroutine at a time. Results must be closed before that.
type Tx struct {
	ctx   context.Context
	conn  *conn
	store *store
	trace *trace
}

// Context is the context of the transaction. It ends with the caller's and with
// the transaction; in a read also when the database is abandoned.
func (tx *Tx) Context() context.Context { return tx.ctx }

// Exec runs a statement. It is prepared once per connection.
func (tx *Tx) Exec(query string, args ...any) (Result, error) {
	if tx.ctx.Err() != nil {
		return Result{}, cancelled(tx.ctx)
	}
	if err := tx.stands(); err != nil {
		return Result{}, err
	}
	tx.runs(query, args)
	defer tx.conn.raise()
	return tx.conn.run(query, args)
}

// Query runs a statement that returns rows.
func (tx *Tx) Query(query string, args ...any) (*Rows, error) {
	if tx.ctx.Err() != nil {
		return nil, cancelled(tx.ctx)
	}
	if err := tx.stands(); err != nil {
		return nil, err
	}
	tx.runs(query, args)
	defer tx.conn.raise()
	return tx.conn.read(query, args)
}

// QueryRow runs a statement that returns at most one row; errors come with
// Scan.
func (tx *Tx) QueryRow(query string, args ...any) *Row {
	rows, err := tx.Query(query, args...)
	return &Row{rows: rows, err: err}
}

// stands fails where SQLite has undone the transaction by itself, as it does
// after some errors of the disk, some of which it tells nobody: what ran next
// would be committed by itself. The error is the disk's.
func (tx *Tx) stands() error {
	if lib.Xsqlite3_get_autocommit(tx.conn.tls, tx.conn.handle) == 0 {
		return nil
	}
	tx.conn.failed = true
	rc := tx.store.fault.Load()
	if rc == lib.SQLITE_OK {
		rc = lib.SQLITE_ABORT_ROLLBACK
	}
	return fmt.Errorf("the transaction was undone: %w", translate(rc, "", stepping))
}

// Savepoint runs fn so that its changes are undone where it fails, while the
// transaction goes on. It must not be used in an observed transaction.
func (tx *Tx) Savepoint(fn func() error) error {
	c := tx.conn
	if len(c.observers) > 0 {
		return clinic.E(clinic.CodeInternal).Because(errors.New("savepoint in an observed transaction"))
	}
	if err := tx.control("SAVEPOINT inner_work"); err != nil {
		return fmt.Errorf("begin a savepoint: %w", err)
	}
	err := fn()
	if err != nil {
		err = errors.Join(err, tx.control("ROLLBACK TO inner_work"))
	}
	return errors.Join(err, tx.control("RELEASE inner_work"))
}

// control runs a statement that callers may not run.
func (tx *Tx) control(query string) error {
	c := tx.conn
	before := c.guarded
	c.guarded = false
	defer func() { c.guarded = before }()
	_, err := c.run(query, nil)
	return err
}

// Read runs fn on a snapshot of the database: the first statement fixes what
// all of them see. Reads run beside each other and beside the writer. It is safe
// to retry.
func (db *DB) Read(ctx context.Context, fn func(tx *Tx) error) error {
	// A read ends when the database is abandoned, in the middle of a statement
	// where need be.
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(db.life, func() { cancel(clinic.E(CodeClosed)) })()
	return db.run(ctx, db.readers, "BEGIN", func(c *conn) (*Tx, string) {
		c.heeded = ctx
		return &Tx{ctx: ctx, conn: c}, "ROLLBACK"
	}, fn)
}

// Write runs fn as the only writer. When fn returns nil its changes are
// committed, as durably as the options say; when it fails or panics nothing of
// it remains. The end of ctx stops it between statements, never in the middle
// of one, and never once it commits. An error means that nothing was written,
// as far as this process goes on; where the disk failed to sync ([CodeDevice]),
// a loss of power may yet bring the whole of it to light. [CodeWorn]: the file
// has been sealed as often as is safe, and can only be read and copied.
func (db *DB) Write(ctx context.Context, fn func(tx *Tx) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // a Tx that outlives its function gets an error
	err := db.run(ctx, db.writer, "BEGIN IMMEDIATE", func(c *conn) (*Tx, string) {
		return &Tx{ctx: ctx, conn: c}, "COMMIT"
	}, func(tx *Tx) error {
		if err := fn(tx); err != nil {
			return err
		}
		return db.noteSeals(tx)
	})
	if err != nil {
		db.seals.forget()
	}
	return err
}

func (db *DB) run(ctx context.Context, p *pool, begin string, start func(*conn) (*Tx, string), fn func(*Tx) error) (err error) {
	c, err := db.take(ctx, p)
	if err != nil {
		return db.explain(err)
	}
	defer func() {
		c.broken = c.broken || c.open > 0
		if e := db.give(p, c); e != nil {
			err = errors.Join(err, e)
		}
		err = db.explain(err)
	}()
	if p == db.writer {
		db.store.fault.Store(lib.SQLITE_OK)
		defer db.copyLog(c)()
	}
	if err := c.begin(ctx, begin); err != nil {
		return err
	}
	ended := false
	defer func() {
		// Reached open by an error or a panic.
		if !ended && c.end("ROLLBACK") != nil {
			c.broken = true
		}
	}()
	tx, finish := start(c)
	tx.store, tx.trace = db.store, db.traceOf(ctx)
	c.guarded = true
	err = fn(tx)
	c.raise()
	if err != nil {
		return err
	}
	if c.open > 0 {
		return clinic.E(clinic.CodeInternal).Because(errLeftOpen)
	}
	if err := errors.Join(c.whole(), tx.stands()); err != nil {
		return err
	}
	if finish == "COMMIT" && ctx.Err() != nil {
		return cancelled(ctx)
	}
	if err := c.end(finish); err != nil {
		return fmt.Errorf("end a transaction: %w", err)
	}
	ended = true
	return nil
}

// explain gives an error its code where it has none yet: the end of a context,
// or a database that was abandoned meanwhile.
func (db *DB) explain(err error) error {
	switch {
	case err == nil, errors.Is(err, clinic.E(CodeClosed)):
		return err
	case db.store.isWiped():
		return clinic.E(CodeClosed).Because(err)
	case errors.Is(err, clinic.E(clinic.CodeCancelled)):
		return err
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return clinic.E(clinic.CodeCancelled).Because(err)
	}
	return err
}
