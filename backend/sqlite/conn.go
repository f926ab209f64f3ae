package sqlite

import (
	"container/list"
	"context"
	"database/sql"
	"errors"
	"fmt"

	"quietline/backend/clinic"
)

// keptStatements bounds the prepared statements of one connection.
const keptStatements = 128

// conn is one connection with its prepared statements. It serves one
// transaction at a time.
type conn struct {
	sql    *sql.Conn
	driver *driverConn
	// statements by text, and their elements in order of use, latest first.
	statements map[string]*list.Element
	used       *list.List
	// broken says that the connection must not serve another transaction.
	broken bool
}

type statement struct {
	query string
	sql   *sql.Stmt
	raw   *driverStmt
}

func connect(ctx context.Context, db *sql.DB) (*conn, error) {
	sc, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	c := &conn{sql: sc, statements: map[string]*list.Element{}, used: list.New()}
	err = sc.Raw(func(raw any) error {
		var ok bool
		if c.driver, ok = raw.(*driverConn); !ok {
			return errors.New("connect: not a connection of ours")
		}
		return nil
	})
	if err != nil {
		return nil, errors.Join(err, sc.Close())
	}
	return c, nil
}

// prepare gives the prepared statement for query, or nil where it is being read
// from already and must be prepared apart.
func (c *conn) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	if e, ok := c.statements[query]; ok {
		c.used.MoveToFront(e)
		s := e.Value.(*statement)
		if s.raw.busy {
			return nil, nil
		}
		return s.sql, nil
	}
	st, err := c.sql.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	c.statements[query] = c.used.PushFront(&statement{query: query, sql: st, raw: c.driver.prepared})
	return st, nil
}

func (c *conn) exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	st, err := c.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	if st == nil {
		return c.sql.ExecContext(ctx, query, args...)
	}
	return st.ExecContext(ctx, args...)
}

func (c *conn) query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	st, err := c.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	if st == nil {
		return c.sql.QueryContext(ctx, query, args...)
	}
	return st.QueryContext(ctx, args...)
}

func (c *conn) queryRow(ctx context.Context, query string, args ...any) *sql.Row {
	st, err := c.prepare(ctx, query)
	if st == nil || err != nil {
		// The row carries the error, which is the one that prepare met.
		return c.sql.QueryRowContext(ctx, query, args...)
	}
	return st.QueryRowContext(ctx, args...)
}

// begin starts a transaction. The end of ctx is heeded before it and not in the
// middle: the driver reports a statement as given up that has been carried out,
// and the connection would be returned with a transaction that nobody ends.
func (c *conn) begin(ctx context.Context, how string) error {
	if ctx.Err() != nil {
		return cancelled(ctx)
	}
	c.driver.failed = false
	if _, err := c.exec(context.WithoutCancel(ctx), how); err != nil {
		return fmt.Errorf("begin a transaction: %w", err)
	}
	return nil
}

// end finishes a transaction by COMMIT or ROLLBACK and forgets what belonged to
// it. It runs to its end even where the caller's context has ended.
func (c *conn) end(ctx context.Context, how string) error {
	c.driver.guarded = false
	c.driver.observers = nil
	if _, err := c.exec(context.WithoutCancel(ctx), how); err != nil {
		return err
	}
	for c.used.Len() > keptStatements {
		if err := c.drop(c.used.Back()); err != nil {
			return err
		}
	}
	return nil
}

func (c *conn) drop(e *list.Element) error {
	s := e.Value.(*statement)
	c.used.Remove(e)
	delete(c.statements, s.query)
	return s.sql.Close()
}

func (c *conn) close() error {
	var errs []error
	for c.used.Len() > 0 {
		errs = append(errs, c.drop(c.used.Back()))
	}
	if c.driver.open > 0 {
		// A result was left open; database/sql would wait for it for ever.
		errs = append(errs, c.driver.Close())
	} else {
		errs = append(errs, c.sql.Close())
	}
	return errors.Join(errs...)
}

// pool lends connections, at most as many as it has places. Connections are
// made when first needed.
type pool struct {
	db     *sql.DB
	places chan *conn // nil where no connection has been made
}

func newPool(c *connector, size int) *pool {
	p := &pool{db: sql.OpenDB(c), places: make(chan *conn, size)}
	// A connection is ours until we close it; database/sql keeps none.
	p.db.SetMaxIdleConns(-1)
	for range size {
		p.places <- nil
	}
	return p
}

// take waits for a place, until ctx or stop ends. Every connection taken is given
// back.
func (p *pool) take(ctx context.Context, stop <-chan struct{}) (*conn, error) {
	if ctx.Err() != nil {
		return nil, cancelled(ctx)
	}
	select {
	case c := <-p.places:
		if c != nil {
			return c, nil
		}
	case <-ctx.Done():
		return nil, cancelled(ctx)
	case <-stop:
		return nil, clinic.E(CodeClosed)
	}
	c, err := connect(ctx, p.db)
	if err != nil {
		p.places <- nil
		return nil, err
	}
	return c, nil
}

// give returns a connection; one that is broken, or no longer wanted, is closed.
func (p *pool) give(c *conn, keep bool) error {
	if keep && !c.broken {
		p.places <- c
		return nil
	}
	err := c.close()
	p.places <- nil
	return err
}

// closeIdle closes the connections that nobody uses now, and makes no more.
func (p *pool) closeIdle() error {
	var errs []error
	for range cap(p.places) {
		select {
		case c := <-p.places:
			if c != nil {
				errs = append(errs, c.close())
			}
		default:
		}
	}
	return errors.Join(append(errs, p.db.Close())...)
}

// closeAll waits for every connection and closes it.
func (p *pool) closeAll() error {
	var errs []error
	for range cap(p.places) {
		if c := <-p.places; c != nil {
			errs = append(errs, c.close())
		}
	}
	return errors.Join(append(errs, p.db.Close())...)
}
