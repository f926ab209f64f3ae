package sqlite

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"quietline/backend/clinic"
)

var errCheckFailed = errors.New("the check found faults")

// QuickCheck reads the whole database and fails with [CodeDamaged] where a page
// does not verify or the structure is wrong.
func (db *DB) QuickCheck(ctx context.Context) error {
	return db.checkWith(ctx, "PRAGMA quick_check")
}

// IntegrityCheck also holds indexes against their tables, and references
// against their rows. It takes longer.
func (db *DB) IntegrityCheck(ctx context.Context) error {
	if err := db.checkWith(ctx, "PRAGMA integrity_check"); err != nil {
		return err
	}
	return db.Read(ctx, func(tx *Tx) error {
		rows, err := tx.Query("PRAGMA foreign_key_check")
		if err != nil {
			return fmt.Errorf("check references: %w", err)
		}
		broken := rows.Next()
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return fmt.Errorf("check references: %w", err)
		}
		if broken {
			return clinic.E(CodeDamaged).Because(errCheckFailed)
		}
		return nil
	})
}

// CheckTable holds the indexes of a table against its rows, both ways: [CodeDamaged]
// where an index leaves out a row, or finds it by what it was.
func (db *DB) CheckTable(ctx context.Context, table string) error {
	return db.checkWith(ctx, `PRAGMA integrity_check("`+strings.ReplaceAll(table, `"`, `""`)+`")`)
}

// checkWith runs a check whose answer is one row, "ok". What else it says names
// tables and pages and is not repeated.
func (db *DB) checkWith(ctx context.Context, query string) error {
	return db.Read(ctx, func(tx *Tx) error {
		var answer string
		if err := tx.QueryRow(query).Scan(&answer); err != nil {
			return fmt.Errorf("check the database: %w", err)
		}
		if answer != "ok" {
			return clinic.E(CodeDamaged).Because(errCheckFailed)
		}
		return nil
	})
}

// Vacuum rewrites the database without its free pages. It needs as much room
// again, in the log.
func (db *DB) Vacuum(ctx context.Context) error {
	c, err := db.take(ctx, db.writer)
	if err != nil {
		return db.explain(err)
	}
	_, err = c.exec(ctx, "VACUUM")
	if err := errors.Join(err, db.give(db.writer, c)); err != nil {
		return db.explain(fmt.Errorf("vacuum the database: %w", err))
	}
	return nil
}

// CopyTo writes what the database holds at this moment to a new sealed file at
// path, under key and a salt of its own, and so with subkeys that have sealed
// nothing yet. Writers go on meanwhile. It fails with
// [CodeExists] where anything is at path, and leaves nothing behind on failure.
func (db *DB) CopyTo(ctx context.Context, path string, key Key) error {
	defer clear(key[:])
	err := build(path, &key, func(st *store) error {
		if err := db.copyInto(ctx, st); err != nil {
			return err
		}
		// SQLite makes copies in rollback mode.
		dst := newDB(st, db.options)
		mode, err := dst.journalMode(ctx, "PRAGMA journal_mode=WAL")
		if err == nil && mode != "wal" {
			err = clinic.E(CodeReadOnly)
		}
		if err == nil {
			// The copy has subkeys of its own and begins to count anew.
			err = dst.Write(ctx, func(*Tx) error { return nil })
		}
		return errors.Join(err, dst.Close())
	})
	if err != nil {
		return db.explain(fmt.Errorf("copy the database: %w", err))
	}
	return nil
}

// copyInto uses a connection of its own: it writes to another file, which a
// reader must not, and takes long, which the writer must not.
func (db *DB) copyInto(ctx context.Context, st *store) error {
	p := newPool(newConnector(db.store.path, db.options, false), 1)
	c, err := db.take(ctx, p)
	if err != nil {
		return err
	}
	_, err = c.exec(ctx, "VACUUM INTO ?", st.path)
	return errors.Join(err, p.give(c, true), p.closeAll())
}
