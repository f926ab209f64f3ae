// Package device keeps what belongs to one workstation and not to the clinic's
// history: unsent drafts and their pictures, how the window behaves, where a check of the records
// goes on, which files of attachments are missing or damaged here, what the log's file
// begins with, and what could not be recorded in the history because that is damaged.
//
// The rows lie in a sealed file of their own, which is neither part of a backup
// nor needed for anything else: losing it loses drafts, and the way to save a log
// of which the first page is lost as well. Drafts of two people on
// one workstation are kept apart.
package device

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"quietline/backend/clinic"
	"quietline/backend/sqlite"
)

// Migrations returns the shape of the device's file.
func Migrations() []sqlite.Migration {
	return []sqlite.Migration{{Version: 1, Statements: []string{
		`CREATE TABLE drafts (
			staff BLOB NOT NULL, thread BLOB NOT NULL, body TEXT NOT NULL, at INTEGER NOT NULL,
			PRIMARY KEY (staff, thread)
		) STRICT, WITHOUT ROWID`,
		`CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID`,
	}}, {Version: 2, Statements: []string{
		`CREATE TABLE exports (
			at INTEGER NOT NULL, staff BLOB NOT NULL, events INTEGER NOT NULL, texts INTEGER NOT NULL, unreadable INTEGER NOT NULL,
			PRIMARY KEY (at, staff)
		) STRICT, WITHOUT ROWID`,
	}}, {Version: 3, Statements: []string{
		// An empty code: read as good since the last full check named it.
		`CREATE TABLE lost_files (attachment BLOB PRIMARY KEY, code TEXT NOT NULL) STRICT, WITHOUT ROWID`,
	}}, {Version: 4, Statements: []string{
		`ALTER TABLE drafts ADD COLUMN again BLOB`,
	}}, {Version: 5, Statements: []string{
		// Apart from the words, which are written at each pause in typing.
		`CREATE TABLE draft_pictures (
			staff BLOB NOT NULL, thread BLOB NOT NULL, at INTEGER NOT NULL, jpeg BLOB NOT NULL,
			PRIMARY KEY (staff, thread)
		) STRICT`,
	}}}
}

// CodeUnavailable: the device's file cannot be used; nothing was kept.
const CodeUnavailable clinic.Code = "device.unavailable"

// Codes lists the codes of this package.
func Codes() []clinic.Code { return []clinic.Code{CodeUnavailable} }

// Rows are the rows of this device. Without a database they are empty and keep
// nothing: a clinic whose device file is damaged opens all the same.
type Rows struct{ db *sqlite.DB }

// New returns the rows in a database that was opened with Migrations, or empty
// ones for nil.
func New(db *sqlite.DB) *Rows { return &Rows{db} }

func (r *Rows) write(ctx context.Context, fn func(*sqlite.Tx) error) error {
	if r.db == nil {
		return clinic.E(CodeUnavailable)
	}
	return r.db.Write(ctx, fn)
}

func (r *Rows) read(ctx context.Context, fn func(*sqlite.Tx) error) error {
	if r.db == nil {
		return nil
	}
	return r.db.Read(ctx, fn)
}

// Closing says what closing the window does on this device.
type Closing string

// The choices; an empty setting is Quits.
const (
	Quits Closing = "quits"
	Locks Closing = "locks"
)

// SetClosing keeps what closing the window does.
func (r *Rows) SetClosing(ctx context.Context, c Closing) error {
	if c != Quits && c != Locks {
		return clinic.E(clinic.CodeBadInput)
	}
	return r.set(ctx, "closing", string(c))
}

// Closing returns what closing the window does.
func (r *Rows) Closing(ctx context.Context) (Closing, error) {
	choice, err := r.setting(ctx, "closing", string(Quits))
	return Closing(choice), err
}

func (r *Rows) setting(ctx context.Context, name, otherwise string) (string, error) {
	value := otherwise
	err := r.read(ctx, func(tx *sqlite.Tx) error {
		err := tx.QueryRow(`SELECT value FROM settings WHERE name = ?`, name).Scan(&value)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	if err != nil {
		return "", fmt.Errorf("device: read setting: %w", err)
	}
	return value, nil
}

func (r *Rows) set(ctx context.Context, name, value string) error {
	return r.setAll(ctx, map[string]string{name: value})
}

// setAll keeps all of some settings or none.
func (r *Rows) setAll(ctx context.Context, values map[string]string) error {
	return r.write(ctx, func(tx *sqlite.Tx) error {
		for name, value := range values {
			if _, err := tx.Exec(`INSERT INTO settings VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`, name, value); err != nil {
				return err
			}
		}
		return nil
	})
}
