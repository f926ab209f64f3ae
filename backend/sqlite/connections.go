package sqlite

import (
	"container/list"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
)

// connections, like [stores] one table for the process, finds a connection by
// SQLite's own handle, which is all that its callbacks are given.
var connections = struct {
	sync.RWMutex
	byHandle map[uintptr]*conn
}{byHandle: map[uintptr]*conn{}}

func connectionOf(handle uintptr) *conn {
	connections.RLock()
	defer connections.RUnlock()
	return connections.byHandle[handle]
}

// connector opens the connections of one database and prepares each of them.
type connector struct {
	path string
	// files is SQLite's name of the file system; its default where empty.
	files   string
	pragmas []string
}

// newConnector describes connections to path that never create a file. The path
// is no secret; keys are found by it, never in it.
func newConnector(path string, o Options, readOnly bool) *connector {
	return &connector{path: path, files: vfsName, pragmas: pragmas(o, readOnly)}
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

// connect opens a connection.
func (o *connector) connect() (*conn, error) {
	// SQLite needs no mutex of its own around each call: a connection serves one
	// goroutine at a time.
	const flags = lib.SQLITE_OPEN_READWRITE | lib.SQLITE_OPEN_NOMUTEX | lib.SQLITE_OPEN_EXRESCODE
	c := &conn{tls: libc.NewTLS(), statements: map[statementKey]*statement{}, used: list.New()}
	path, err := libc.CString(o.path)
	if err != nil {
		c.tls.Close()
		return nil, fmt.Errorf("connect: %w", err)
	}
	defer libc.Xfree(c.tls, path)
	var files uintptr
	if o.files != "" {
		if files, err = libc.CString(o.files); err != nil {
			c.tls.Close()
			return nil, fmt.Errorf("connect: %w", err)
		}
		defer libc.Xfree(c.tls, files)
	}
	place := c.tls.Alloc(8)
	defer c.tls.Free(8)
	rc := lib.Xsqlite3_open_v2(c.tls, path, place, flags, files)
	c.handle = *(*uintptr)(at(place))
	if rc == lib.SQLITE_OK {
		err = c.setUp(o.pragmas)
	} else {
		err = translate(rc, "", stepping)
	}
	if err != nil {
		// With its statements: SQLite keeps a connection open for as long as one of
		// them is left.
		return nil, errors.Join(err, c.close())
	}
	return c, nil
}

// progressEvery is after how many steps of its machine SQLite asks whether to go
// on, some tens of microseconds.
const progressEvery = 1000

// setUp prepares a new connection. Defensive mode and the refusal of
// double-quoted strings are set before any statement runs, and the watch over
// rows is there from the start: a DELETE without WHERE that was prepared before
// it would empty a table without visiting its rows.
func (c *conn) setUp(pragmas []string) error {
	connections.Lock()
	connections.byHandle[c.handle] = c
	connections.Unlock()
	for _, set := range []struct {
		option int32
		to     int32
	}{
		{lib.SQLITE_DBCONFIG_DEFENSIVE, 1}, {lib.SQLITE_DBCONFIG_DQS_DDL, 0}, {lib.SQLITE_DBCONFIG_DQS_DML, 0},
	} {
		if err := c.configure(set.option, set.to); err != nil {
			return err
		}
	}
	lib.Xsqlite3_preupdate_hook(c.tls, c.handle, pointer(rowChanges), 0)
	lib.Xsqlite3_wal_hook(c.tls, c.handle, pointer(logGrew), 0)
	lib.Xsqlite3_progress_handler(c.tls, c.handle, progressEvery, pointer(progress), c.handle)
	for _, p := range pragmas {
		if _, err := c.run("PRAGMA "+p, nil); err != nil {
			return err
		}
	}
	c.keep(0)
	if rc := lib.Xsqlite3_set_authorizer(c.tls, c.handle, pointer(authorize), c.handle); rc != lib.SQLITE_OK {
		return c.fault(rc, stepping)
	}
	return nil
}

// configure sets an option of the connection, which C takes as one number and
// one address.
func (c *conn) configure(option, to int32) error {
	const size = 2 * 8
	args := c.tls.Alloc(size)
	defer c.tls.Free(size)
	if rc := lib.Xsqlite3_db_config(c.tls, c.handle, option, libc.VaList(args, to, uintptr(0))); rc != lib.SQLITE_OK {
		return c.fault(rc, stepping)
	}
	return nil
}

// disconnect lets go of the handle, which may be one that never opened.
func (c *conn) disconnect() error {
	connections.Lock()
	delete(connections.byHandle, c.handle)
	connections.Unlock()
	rc := lib.Xsqlite3_close_v2(c.tls, c.handle)
	c.tls.Close()
	if rc != lib.SQLITE_OK {
		return translate(rc, "", stepping)
	}
	return nil
}

// progress stops a statement whose caller has left. SQLite asks it in the
// goroutine of the statement.
func progress(_ *libc.TLS, handle uintptr) int32 {
	c := connectionOf(handle)
	if c != nil && c.heeded != nil && c.heeded.Err() != nil {
		return 1
	}
	return 0
}

// harmlessPragmas change nothing, and some are used by the full-text index and by
// ALTER TABLE themselves.
var harmlessPragmas = []string{
	"data_version", "table_info", "table_xinfo", "table_list", "index_list", "index_info",
	"index_xinfo", "foreign_key_list", "foreign_key_check", "page_count", "freelist_count",
	"compile_options", "function_list", "quick_check", "integrity_check", "optimize",
}

// authorize keeps callers from ending their transaction themselves, from
// reaching another file, and from changing how this one is kept. SQLite asks it
// while a statement is prepared.
func authorize(_ *libc.TLS, handle uintptr, action int32, name, _, _, _ uintptr) int32 {
	c := connectionOf(handle)
	if c == nil {
		return lib.SQLITE_DENY
	}
	if !c.guarded {
		return lib.SQLITE_OK
	}
	switch action {
	case lib.SQLITE_TRANSACTION, lib.SQLITE_SAVEPOINT, lib.SQLITE_ATTACH, lib.SQLITE_DETACH:
		return lib.SQLITE_DENY
	case lib.SQLITE_PRAGMA:
		if !slices.Contains(harmlessPragmas, strings.ToLower(libc.GoString(name))) {
			return lib.SQLITE_DENY
		}
	}
	return lib.SQLITE_OK
}
