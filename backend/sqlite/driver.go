package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	driverpkg "modernc.org/sqlite"
)

// connector opens the connections of one database and prepares each of them.
type connector struct {
	dsn     string
	pragmas []string
}

// newConnector describes connections to path that never create a file.
// Defensive mode and the refusal of double-quoted strings are set before any
// statement runs. The path is no secret; keys are found by it, never in it.
func newConnector(path string, o Options, readOnly bool) *connector {
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(path)}
	if !strings.HasPrefix(u.Path, "/") {
		u.Path = "/" + u.Path // a drive letter
	}
	q := url.Values{"vfs": {vfsName}, "mode": {"rw"}, "_defensive": {"1"}, "_dqs": {"0"}}
	u.RawQuery = q.Encode()
	return &connector{dsn: u.String(), pragmas: pragmas(o, readOnly)}
}

func pragmas(o Options, readOnly bool) []string {
	p := []string{
		"temp_store=MEMORY",
		"busy_timeout=5000",
		fmt.Sprintf("cache_size=-%d", max(o.CacheBytes>>10, 1)),
		"mmap_size=0",
		"foreign_keys=ON",
		"secure_delete=ON",
		"trusted_schema=OFF",
		"cell_size_check=ON",
	}
	if o.Durability == Full {
		p = append(p, "synchronous=FULL", "fullfsync=ON", "checkpoint_fullfsync=ON")
	} else {
		p = append(p, "synchronous=NORMAL")
	}
	if readOnly {
		p = append(p, "query_only=ON")
	}
	return p
}

// Driver implements [driver.Connector].
func (c *connector) Driver() driver.Driver { return &driverpkg.Driver{} }

// Connect implements [driver.Connector].
func (c *connector) Connect(ctx context.Context) (driver.Conn, error) {
	if ctx.Err() != nil {
		return nil, cancelled(ctx)
	}
	opened, handle, err := openDriver(c.dsn)
	if err != nil {
		return nil, err
	}
	raw, ok := opened.(rawConn)
	if !ok {
		return nil, errors.Join(errors.New("connect: the driver lacks a needed method"), opened.Close())
	}
	d := &driverConn{rawConn: raw, handle: handle}
	if err := d.prepareConnection(ctx, c.pragmas); err != nil {
		return nil, errors.Join(err, raw.Close())
	}
	d.register()
	return d, nil
}

// rawConn is what we use of the driver's connection.
type rawConn interface {
	driver.Conn
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.ConnBeginTx
	driver.SessionResetter
	driverpkg.AuthorizerRegisterer
}

// driverConn stands between database/sql and the driver: it translates errors
// where they arise, so that SQLite's own texts reach no caller, and it watches
// what statements do. It serves one transaction at a time.
type driverConn struct {
	rawConn
	handle uintptr
	// guarded says that statements come from a caller, not from this package.
	guarded bool
	// prepared is the statement prepared last.
	prepared *driverStmt
	// open counts results that were not closed.
	open int
	// failed says that a statement failed since the transaction began.
	failed    bool
	observers []observer
	// panicked is what an observer panicked with, while SQLite was at work.
	panicked any
}

func (d *driverConn) prepareConnection(ctx context.Context, pragmas []string) error {
	for _, p := range pragmas {
		if _, err := d.rawConn.ExecContext(ctx, "PRAGMA "+p, nil); err != nil {
			return translate(err, stepping)
		}
	}
	return translate(d.RegisterAuthorizer(d.authorize), stepping)
}

// harmlessPragmas change nothing, and some are used by the full-text index and by
// ALTER TABLE themselves.
var harmlessPragmas = []string{
	"data_version", "table_info", "table_xinfo", "table_list", "index_list", "index_info",
	"index_xinfo", "foreign_key_list", "foreign_key_check", "page_count", "freelist_count",
	"compile_options", "function_list", "quick_check", "integrity_check", "optimize",
}

// authorize keeps callers from ending their transaction themselves, from
// reaching another file, and from changing how this one is kept.
func (d *driverConn) authorize(action driverpkg.AuthorizerActionCode, arg1, _, _, _ string) driverpkg.AuthorizerReturnCode {
	if !d.guarded {
		return driverpkg.AuthorizerOK
	}
	switch action {
	case driverpkg.AuthTransaction, driverpkg.AuthSavepoint, driverpkg.AuthAttach, driverpkg.AuthDetach:
		return driverpkg.AuthorizerDeny
	case driverpkg.AuthPragma:
		if !slices.Contains(harmlessPragmas, strings.ToLower(arg1)) {
			return driverpkg.AuthorizerDeny
		}
	}
	return driverpkg.AuthorizerOK
}

// PrepareContext implements [driver.ConnPrepareContext].
func (d *driverConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	s, err := d.rawConn.PrepareContext(ctx, query)
	if err != nil {
		d.failed = true
		return nil, translate(err, preparing)
	}
	raw, ok := s.(rawStmt)
	if !ok {
		return nil, errors.Join(errors.New("prepare: the driver lacks a needed method"), s.Close())
	}
	d.prepared = &driverStmt{rawStmt: raw, conn: d}
	return d.prepared, nil
}

// ExecContext implements [driver.ExecerContext]. Skipping it makes database/sql
// prepare the statement first, which is where its errors may be quoted.
func (d *driverConn) ExecContext(context.Context, string, []driver.NamedValue) (driver.Result, error) {
	return nil, driver.ErrSkip
}

// QueryContext implements [driver.QueryerContext], like ExecContext.
func (d *driverConn) QueryContext(context.Context, string, []driver.NamedValue) (driver.Rows, error) {
	return nil, driver.ErrSkip
}

type rawStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

type driverStmt struct {
	rawStmt
	conn *driverConn
	// busy says that a result of the statement is being read. A second use
	// would reset the first.
	busy bool
}

// ExecContext implements [driver.StmtExecContext].
func (s *driverStmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	r, err := s.rawStmt.ExecContext(ctx, args)
	if err != nil {
		s.conn.failed = true
		return nil, translate(err, stepping)
	}
	return r, nil
}

// QueryContext implements [driver.StmtQueryContext].
func (s *driverStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	r, err := s.rawStmt.QueryContext(ctx, args)
	if err != nil {
		s.conn.failed = true
		return nil, translate(err, stepping)
	}
	s.busy = true
	s.conn.open++
	return &driverRows{Rows: r, stmt: s}, nil
}

type driverRows struct {
	driver.Rows
	stmt   *driverStmt
	closed bool
}

// Next implements [driver.Rows].
func (r *driverRows) Next(dest []driver.Value) error {
	err := r.Rows.Next(dest)
	if err != nil && !errors.Is(err, io.EOF) {
		r.stmt.conn.failed = true
		return translate(err, stepping)
	}
	return err
}

// Close implements [driver.Rows].
func (r *driverRows) Close() error {
	if r.closed {
		return nil
	}
	r.closed = true
	r.stmt.busy = false
	r.stmt.conn.open--
	return translate(r.Rows.Close(), stepping)
}
