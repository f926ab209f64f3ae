package sqlite

import (
	"database/sql"
	"errors"
	"fmt"
	"reflect"

	lib "modernc.org/sqlite/lib"
)

var (
	errNull      = errors.New("NULL does not fit")
	errRange     = errors.New("a number is out of range")
	errNoPointer = errors.New("the place is not a pointer")
)

// value is one column of a row, valid until the statement goes on.
type value struct {
	statement *statement
	handle    uintptr
	kind      int32
}

// bytes views a text or a blob in SQLite's memory. Asking for a blob returns a
// text as it is; asking for a text would have SQLite copy it to end it with a
// zero.
func (v value) bytes() []byte {
	tls := v.statement.conn.tls
	p := lib.Xsqlite3_value_blob(tls, v.handle)
	n := lib.Xsqlite3_value_bytes(tls, v.handle)
	if p == 0 || n == 0 {
		return nil
	}
	return bytesAt(p, n)
}

func (v value) int() int64 { return lib.Xsqlite3_value_int64(v.statement.conn.tls, v.handle) }

func (v value) float() float64 { return lib.Xsqlite3_value_double(v.statement.conn.tls, v.handle) }

func (v value) text() bool { return v.kind == lib.SQLITE_TEXT || v.kind == lib.SQLITE_BLOB }

// copied returns a copy that is not nil, so that no bytes are not taken for
// NULL.
func (v value) copied() []byte { return append([]byte{}, v.bytes()...) }

// Raw is a column as it lies in SQLite's memory, for whoever goes through many rows
// and keeps none: Bytes are valid until the next row and are not to be changed.
type Raw struct {
	Type  Type
	Int   int64
	Float float64
	Bytes []byte // of a text or a blob; nil where it has none
}

// Type is one of SQLite's five.
type Type int32

// The types.
const (
	Integer Type = lib.SQLITE_INTEGER
	Real    Type = lib.SQLITE_FLOAT
	Text    Type = lib.SQLITE_TEXT
	Blob    Type = lib.SQLITE_BLOB
	Null    Type = lib.SQLITE_NULL
)

func (v value) raw() Raw {
	r := Raw{Type: Type(v.kind)}
	switch v.kind {
	case lib.SQLITE_INTEGER:
		r.Int = v.int()
	case lib.SQLITE_FLOAT:
		r.Float = v.float()
	case lib.SQLITE_TEXT, lib.SQLITE_BLOB:
		r.Bytes = v.bytes()
	}
	return r
}

// scan copies a column into what dest points to.
func (s *statement) scan(i int32, dest any) error {
	handle := lib.Xsqlite3_column_value(s.conn.tls, s.handle, i)
	v := value{s, handle, lib.Xsqlite3_value_type(s.conn.tls, handle)}
	// What the clinic's tables hold comes first, and costs neither reflection nor
	// an allocation besides what is kept.
	switch d := dest.(type) {
	case *string:
		if v.text() {
			*d = string(v.bytes())
			return nil
		}
	case *int64:
		if v.kind == lib.SQLITE_INTEGER {
			*d = v.int()
			return nil
		}
	case *int:
		if v.kind == lib.SQLITE_INTEGER {
			*d = int(v.int())
			if int64(*d) != v.int() {
				return errRange
			}
			return nil
		}
	case *[]byte:
		switch {
		case v.kind == lib.SQLITE_NULL:
			*d = nil
			return nil
		case v.text():
			*d = v.copied()
			return nil
		}
	case *Raw:
		*d = v.raw()
		return nil
	case *any:
		*d = v.any()
		return nil
	case sql.Scanner:
		if v.kind == lib.SQLITE_BLOB {
			return d.Scan(v.bytes())
		}
		return d.Scan(v.any())
	}
	return v.assign(dest)
}

// any is the value as database/sql would give it.
func (v value) any() any {
	switch v.kind {
	case lib.SQLITE_INTEGER:
		return v.int()
	case lib.SQLITE_FLOAT:
		return v.float()
	case lib.SQLITE_TEXT:
		return string(v.bytes())
	case lib.SQLITE_BLOB:
		return v.copied()
	}
	return nil
}

// assign copies into types that are made of the basic ones.
func (v value) assign(dest any) error {
	p := reflect.ValueOf(dest)
	if p.Kind() != reflect.Pointer || p.IsNil() {
		return errNoPointer
	}
	d := p.Elem()
	if v.kind == lib.SQLITE_NULL {
		if d.Kind() == reflect.Slice {
			d.SetZero()
			return nil
		}
		return errNull
	}
	number := v.kind == lib.SQLITE_INTEGER
	switch k := d.Kind(); {
	case k == reflect.String && v.text():
		d.SetString(string(v.bytes()))
		return nil
	case k == reflect.Slice && d.Type().Elem().Kind() == reflect.Uint8 && v.text():
		d.SetBytes(v.copied())
		return nil
	case d.CanInt() && number:
		if d.OverflowInt(v.int()) {
			return errRange
		}
		d.SetInt(v.int())
		return nil
	case d.CanUint() && number:
		if v.int() < 0 || d.OverflowUint(uint64(v.int())) {
			return errRange
		}
		d.SetUint(uint64(v.int()))
		return nil
	case d.CanFloat() && (number || v.kind == lib.SQLITE_FLOAT):
		d.SetFloat(v.float())
		return nil
	case k == reflect.Bool && number:
		if v.int() != 0 && v.int() != 1 {
			return errRange
		}
		d.SetBool(v.int() == 1)
		return nil
	}
	return fmt.Errorf("a value of SQLite's type %d does not fit a %s", v.kind, d.Type())
}
