package sqlite

import (
	"database/sql"
	"errors"
	"fmt"

	lib "modernc.org/sqlite/lib"
)

// Result is what a statement did.
type Result struct{ affected int64 }

// RowsAffected is how many rows the statement inserted, changed or deleted. For
// a statement that does none of it, the number is of no meaning. The error is
// always nil.
func (r Result) RowsAffected() (int64, error) { return r.affected, nil }

// Rows is the result of a query, read from the first row to the last and closed
// before its transaction ends. It is for one goroutine at a time.
type Rows struct {
	statement *statement
	// row says that the statement stands on a row; fresh, that Next has not been
	// asked for it.
	row, fresh bool
	closed     bool
	err        error
}

// Next goes to the next row and reports whether there is one. At the end, and
// after an error, which Err then returns, the rows are closed.
func (r *Rows) Next() bool {
	if r.closed {
		return false
	}
	if r.statement.handle == 0 {
		r.fail(errClosed)
		return false
	}
	if c := r.statement.conn; c.heeded != nil && c.heeded.Err() != nil {
		c.failed = true
		r.fail(cancelled(c.heeded))
		return false
	}
	if r.fresh {
		r.fresh = false
	} else if r.row, r.err = r.statement.step(); r.err != nil {
		r.fail(r.err)
		return false
	}
	if !r.row {
		r.end()
	}
	return r.row
}

func (r *Rows) fail(err error) {
	r.err = err
	r.end()
}

// Err returns what ended Next before the last row, if anything did.
func (r *Rows) Err() error { return r.err }

// Close ends the reading. It may be called again, and returns nil.
func (r *Rows) Close() error {
	r.end()
	return nil
}

func (r *Rows) end() {
	if r.closed {
		return
	}
	r.closed, r.row = true, false
	r.statement.conn.open--
	r.statement.release()
}

var (
	errNoRow  = errors.New("there is no row to scan")
	errClosed = errors.New("the rows are closed")
)

// Columns returns the names of the columns.
func (r *Rows) Columns() ([]string, error) {
	if r.closed || r.statement.handle == 0 {
		return nil, errClosed
	}
	return r.statement.columns(), nil
}

// Scan copies the columns of the row into what dest points to: strings, byte
// slices, integers, floats and booleans, types made of them, any, or a
// [sql.Scanner], which must not keep a slice that it is given. NULL goes into a
// byte slice, an any or a Scanner. What does not fit is an error.
func (r *Rows) Scan(dest ...any) error {
	s := r.statement
	if !r.row || r.fresh || s.handle == 0 {
		return errNoRow
	}
	if n := int(lib.Xsqlite3_data_count(s.conn.tls, s.handle)); n != len(dest) {
		return fmt.Errorf("scan: %d places for %d columns", len(dest), n)
	}
	for i, d := range dest {
		if err := s.scan(int32(i), d); err != nil {
			return fmt.Errorf("scan column %d: %w", i, err)
		}
	}
	return nil
}

// Row is the result of a query that returns at most one row.
type Row struct {
	rows *Rows
	err  error
}

// Scan copies the columns of the first row, as [Rows.Scan] does, and closes the
// result. Where there is no row it returns [sql.ErrNoRows].
func (r *Row) Scan(dest ...any) error {
	if r.err != nil {
		return r.err
	}
	defer r.rows.end()
	if !r.rows.Next() {
		if err := r.rows.Err(); err != nil {
			return err
		}
		return sql.ErrNoRows
	}
	return r.rows.Scan(dest...)
}

// Err returns what went wrong before there was a row. The result stays open
// until Scan.
func (r *Row) Err() error { return r.err }
