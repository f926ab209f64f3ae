package sqlite

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
)

// Statement is a statement that is about to run. Its values are not part of it.
// It is valid until the function that was told of it returns.
type Statement struct {
	// File is the name of the database file, without its folder.
	File string
	// Query is the statement's text.
	Query string

	tx   *Tx
	args []any
}

type traceKey struct{}

// WithTrace returns a context whose transactions tell fn of every statement that
// their functions run, just before it runs. It is for measuring what a call
// costs: how many statements it takes, and by which plans. fn runs within the
// transaction and must not use it otherwise than through the Statement. It is told
// of one statement at a time, also where the transactions run beside each other.
func WithTrace(ctx context.Context, fn func(Statement)) context.Context {
	var one sync.Mutex
	return context.WithValue(ctx, traceKey{}, func(s Statement) {
		one.Lock()
		defer one.Unlock()
		fn(s)
	})
}

// trace is how one transaction tells of its statements; nil where nobody asks.
type trace struct {
	file string
	tell func(Statement)
}

func (db *DB) traceOf(ctx context.Context) *trace {
	tell, ok := ctx.Value(traceKey{}).(func(Statement))
	if !ok {
		return nil
	}
	return &trace{file: filepath.Base(db.store.path), tell: tell}
}

// runs tells that a statement is about to run.
func (tx *Tx) runs(query string, args []any) {
	if t := tx.trace; t != nil {
		t.tell(Statement{File: t.file, Query: query, tx: tx, args: args})
	}
}

// Plan returns the steps by which SQLite will carry out the statement, in the
// words of EXPLAIN QUERY PLAN.
func (s Statement) Plan() (steps []string, err error) {
	rows, err := s.tx.conn.read("EXPLAIN QUERY PLAN "+s.Query, s.args)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var id, parent, unused int
		var step string
		if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
			return nil, err
		}
		steps = append(steps, step)
	}
	return steps, rows.Err()
}
