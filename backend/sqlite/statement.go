package sqlite

import (
	"container/list"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
)

// statement is a prepared statement of one connection.
type statement struct {
	conn   *conn
	handle uintptr
	query  string
	params int
	// element is the statement's place among those of the connection.
	element *list.Element
	// kept statements wait for their next use; others end with the first.
	kept bool
	key  statementKey
	// busy says that a result of the statement is being read.
	busy bool
	// values are the arguments, brought into the few types that SQLite knows.
	values []any
	// room is SQLite's memory, where texts and blobs lie while they are bound.
	room     uintptr
	roomSize int
	roomUsed int
	names    []string
}

var (
	errManyStatements = errors.New("more than one statement")
	errNoStatement    = errors.New("no statement")
)

// prepare compiles query, which is one statement.
func (c *conn) prepare(query string) (*statement, error) {
	text, err := libc.CString(query)
	if err != nil {
		return nil, fmt.Errorf("prepare: %w", err)
	}
	defer libc.Xfree(c.tls, text)
	const size = 2 * 8
	place := c.tls.Alloc(size)
	defer c.tls.Free(size)
	rc := lib.Xsqlite3_prepare_v3(c.tls, c.handle, text, int32(len(query)+1), lib.SQLITE_PREPARE_PERSISTENT, place, place+8)
	if rc != lib.SQLITE_OK {
		return nil, c.fault(rc, preparing)
	}
	s := &statement{conn: c, query: query, handle: *(*uintptr)(at(place))}
	s.element = c.used.PushFront(s)
	rest := query[*(*uintptr)(at(place + 8))-text:]
	switch {
	case s.handle == 0:
		err = errNoStatement
	case strings.Trim(rest, " \t\r\n;") != "":
		err = errManyStatements
	}
	if err != nil {
		s.finalize()
		c.failed = true
		return nil, fmt.Errorf("prepare: %w", err)
	}
	s.params = int(lib.Xsqlite3_bind_parameter_count(c.tls, s.handle))
	return s, nil
}

// bind gives every parameter its value. Texts and blobs are copied once, into
// room that the statement keeps.
func (s *statement) bind(args []any) error {
	if len(args) != s.params {
		s.conn.failed = true
		return fmt.Errorf("bind: %d values for %d parameters", len(args), s.params)
	}
	size := 0
	for _, a := range args {
		v, err := plain(a)
		if err != nil {
			s.conn.failed = true
			return err
		}
		switch v := v.(type) {
		case string:
			size += len(v)
		case []byte:
			size += len(v)
		}
		s.values = append(s.values, v)
	}
	if err := s.reserve(size); err != nil {
		s.conn.failed = true
		return err
	}
	for i, v := range s.values {
		if rc := s.bindOne(int32(i+1), v); rc != lib.SQLITE_OK {
			return s.conn.fault(rc, stepping)
		}
	}
	return nil
}

// reserve makes the room at least size bytes large, and never nothing: SQLite
// takes an empty text at no address for NULL.
func (s *statement) reserve(size int) error {
	if size < s.roomSize {
		return nil
	}
	grown := max(64, 2*size)
	room := lib.Xsqlite3_malloc64(s.conn.tls, uint64(grown))
	if room == 0 {
		return fmt.Errorf("bind: %w", errNoMemory)
	}
	s.freeRoom()
	s.room, s.roomSize = room, grown
	return nil
}

func (s *statement) bindOne(i int32, value any) int32 {
	tls := s.conn.tls
	switch v := value.(type) {
	case nil:
		return lib.Xsqlite3_bind_null(tls, s.handle, i)
	case int64:
		return lib.Xsqlite3_bind_int64(tls, s.handle, i, v)
	case int:
		return lib.Xsqlite3_bind_int64(tls, s.handle, i, int64(v))
	case bool:
		if v {
			return lib.Xsqlite3_bind_int64(tls, s.handle, i, 1)
		}
		return lib.Xsqlite3_bind_int64(tls, s.handle, i, 0)
	case float64:
		return lib.Xsqlite3_bind_double(tls, s.handle, i, v)
	case string:
		p := s.room + uintptr(s.roomUsed)
		s.roomUsed += copy(bytesAt(p, int32(len(v))), v)
		return lib.Xsqlite3_bind_text(tls, s.handle, i, p, int32(len(v)), lib.SQLITE_STATIC)
	case []byte:
		if v == nil {
			return lib.Xsqlite3_bind_null(tls, s.handle, i)
		}
		p := s.room + uintptr(s.roomUsed)
		s.roomUsed += copy(bytesAt(p, int32(len(v))), v)
		return lib.Xsqlite3_bind_blob(tls, s.handle, i, p, int32(len(v)), lib.SQLITE_STATIC)
	}
	return lib.SQLITE_MISUSE
}

// plain brings a value into one of the types that bindOne knows, by the rules of
// database/sql.
func plain(v any) (any, error) {
	switch v.(type) {
	case nil, int64, int, bool, float64, string, []byte:
		return v, nil
	}
	out, err := driver.DefaultParameterConverter.ConvertValue(v)
	if err != nil {
		return nil, fmt.Errorf("bind: %w", err)
	}
	return out, nil
}

// step goes on to the next row, or to the end.
func (s *statement) step() (row bool, err error) {
	switch rc := lib.Xsqlite3_step(s.conn.tls, s.handle); rc {
	case lib.SQLITE_ROW:
		return true, nil
	case lib.SQLITE_DONE:
		return false, nil
	default:
		return false, s.conn.fault(rc, stepping)
	}
}

// release ends the use of a statement. What was bound is overwritten; the
// parameters go on pointing there and are bound anew before the next use.
func (s *statement) release() {
	if s.handle == 0 {
		return // the connection was closed meanwhile
	}
	s.busy = false
	clear(s.values)
	s.values = s.values[:0]
	if !s.kept {
		s.finalize()
		return
	}
	// The result is that of the last step, which has been told.
	lib.Xsqlite3_reset(s.conn.tls, s.handle)
	s.wipeRoom()
}

// roomKept bounds the room that a statement keeps between two uses.
const roomKept = 64 << 10

func (s *statement) wipeRoom() {
	if s.roomUsed > 0 {
		clear(bytesAt(s.room, int32(s.roomUsed)))
		s.roomUsed = 0
	}
	if s.roomSize > roomKept {
		s.freeRoom()
	}
}

func (s *statement) freeRoom() {
	lib.Xsqlite3_free(s.conn.tls, s.room)
	s.room, s.roomSize = 0, 0
}

func (s *statement) finalize() {
	s.conn.used.Remove(s.element)
	if s.kept {
		delete(s.conn.statements, s.key)
	}
	lib.Xsqlite3_finalize(s.conn.tls, s.handle)
	s.handle = 0
	s.wipeRoom()
	s.freeRoom()
}

func (s *statement) columns() []string {
	if s.names == nil {
		for i := range lib.Xsqlite3_column_count(s.conn.tls, s.handle) {
			s.names = append(s.names, libc.GoString(lib.Xsqlite3_column_name(s.conn.tls, s.handle, i)))
		}
	}
	return s.names
}
