package sqlite

import (
	"slices"

	driverpkg "modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"
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
// a cascade, a trigger, a conflict that replaced a row. fn must not use the
// transaction. Rows of a virtual table are not reported; those of its shadow
// tables are, under their names.
//
// A caller that adds up changes must not count one that did not happen. So a
// transaction that is observed is rolled back as a whole, whatever its function
// returns, once any statement in it has failed, and it has no savepoints.
func (tx *Tx) Observe(tables []string, fn func(Change)) {
	d := tx.conn.driver
	d.observers = append(d.observers, observer{tables: slices.Clone(tables), fn: fn})
}

// rowChanges is called by SQLite before each change of a row.
func (d *driverConn) rowChanges(data driverpkg.SQLitePreUpdateData) {
	if len(d.observers) == 0 || data.DatabaseName != "main" {
		return
	}
	var change *Change
	for _, o := range d.observers {
		if !slices.Contains(o.tables, data.TableName) {
			continue
		}
		if change == nil {
			c, err := readChange(&data)
			if err != nil {
				d.failed = true
				return
			}
			change = c
		}
		o.fn(*change)
	}
}

func readChange(data *driverpkg.SQLitePreUpdateData) (*Change, error) {
	c := &Change{Table: data.TableName}
	switch data.Op {
	case lib.SQLITE_INSERT:
		c.Op = Insert
	case lib.SQLITE_UPDATE:
		c.Op = Update
	default:
		c.Op = Delete
	}
	n := data.Count()
	if c.Op != Insert {
		c.Old = make([]any, n)
		if err := data.Old(c.Old...); err != nil {
			return nil, err
		}
	}
	if c.Op != Delete {
		c.New = make([]any, n)
		if err := data.New(c.New...); err != nil {
			return nil, err
		}
	}
	return c, nil
}
