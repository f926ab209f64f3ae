package sqlite

import (
	"errors"
	"slices"
	"strings"
	"unsafe"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"

	"quietline/backend/clinic"
)

// Op is what happened to a row.
type Op int

// The three things that can happen to a row.
const (
	Insert Op = iota + 1
	Update
	Delete
)

// Change is one row that a statement changed, before and after. Values are
// int64, float64, string, []byte or nil, in the order of the table's columns.
// Old is nil for an Insert, New for a Delete.
type Change struct {
	Table string
	Op    Op
	Old   []any
	New   []any
}

type observer struct {
	tables []string
	fn     func(Change)
}

// Observe calls fn for every row of the tables that changes in the rest of this
// transaction, at the moment of the change, whatever changed it: a statement,
// a cascade, a trigger, a conflict that replaced a row. A row may be reported
// more than once; in order, the reports lead from what was stored to what is. fn
// must not use the transaction. Rows of a virtual table are not reported; those
// of its shadow tables are, under their names.
//
// A caller that adds up changes must not count one that did not happen. So a
// transaction that is observed is rolled back as a whole, whatever its function
// returns, once any statement in it has failed, and it has no savepoints.
func (tx *Tx) Observe(tables []string, fn func(Change)) {
	d := tx.conn
	d.observers = append(d.observers, observer{tables: slices.Clone(tables), fn: fn})
}

// rowChanges is called by SQLite before each change of a row. The driver has
// such a hook of its own; it cuts texts at a zero byte, and a digest of such
// rows would not match what is stored.
func rowChanges(tls *libc.TLS, _, db uintptr, op int32, schema, table uintptr, _, _ int64) {
	d := connectionOf(db)
	if d == nil || len(d.observers) == 0 || cString(tls, schema) != "main" {
		return
	}
	// A panic must not unwind SQLite, which would keep its locks for ever.
	defer func() {
		if p := recover(); p != nil {
			d.failed, d.panicked = true, p
		}
	}()
	name := cString(tls, table)
	var change *Change
	for _, o := range d.observers {
		if !slices.Contains(o.tables, name) {
			continue
		}
		if change == nil {
			c, err := readChange(tls, db, op)
			if err != nil {
				// Whoever adds up changes would miss one.
				d.failed = true
				return
			}
			c.Table = strings.Clone(name)
			change = c
		}
		o.fn(*change)
	}
}

// raise goes on with the panic of an observer, once SQLite has returned and
// holds no locks.
func (d *conn) raise() {
	if p := d.panicked; p != nil {
		d.panicked = nil
		panic(p)
	}
}

// cString views a C string without copying it. It is valid during the call.
func cString(tls *libc.TLS, p uintptr) string {
	return unsafe.String((*byte)(at(p)), int(libc.Xstrlen(tls, p)))
}

func readChange(tls *libc.TLS, db uintptr, op int32) (*Change, error) {
	c := &Change{Op: Delete}
	switch op {
	case lib.SQLITE_INSERT:
		c.Op = Insert
	case lib.SQLITE_UPDATE:
		c.Op = Update
	}
	var err error
	if c.Op != Insert {
		c.Old, err = readRow(tls, db, lib.Xsqlite3_preupdate_old)
	}
	if c.Op != Delete && err == nil {
		c.New, err = readRow(tls, db, lib.Xsqlite3_preupdate_new)
	}
	return c, err
}

func readRow(tls *libc.TLS, db uintptr, column func(*libc.TLS, uintptr, int32, uintptr) int32) ([]any, error) {
	place := tls.Alloc(int(unsafe.Sizeof(uintptr(0))))
	defer tls.Free(int(unsafe.Sizeof(uintptr(0))))
	row := make([]any, lib.Xsqlite3_preupdate_count(tls, db))
	for i := range row {
		if rc := column(tls, db, int32(i), place); rc != lib.SQLITE_OK {
			return nil, &resultError{code: int(rc)}
		}
		row[i] = readValue(tls, *(*uintptr)(at(place)))
	}
	return row, nil
}

func readValue(tls *libc.TLS, v uintptr) any {
	switch lib.Xsqlite3_value_type(tls, v) {
	case lib.SQLITE_INTEGER:
		return int64(lib.Xsqlite3_value_int64(tls, v))
	case lib.SQLITE_FLOAT:
		return lib.Xsqlite3_value_double(tls, v)
	case lib.SQLITE_TEXT:
		p := lib.Xsqlite3_value_text(tls, v)
		return string(copied(p, lib.Xsqlite3_value_bytes(tls, v)))
	case lib.SQLITE_BLOB:
		p := lib.Xsqlite3_value_blob(tls, v)
		return copied(p, lib.Xsqlite3_value_bytes(tls, v))
	}
	return nil
}

func copied(p uintptr, n int32) []byte {
	out := make([]byte, n)
	if n > 0 {
		copy(out, bytesAt(p, n))
	}
	return out
}

// whole refuses a transaction whose observers may have seen what did not happen.
func (d *conn) whole() error {
	if d.failed && len(d.observers) > 0 {
		return clinic.E(clinic.CodeInternal).Because(errors.New("a statement failed in an observed transaction"))
	}
	return nil
}
