package sqlite

import (
	"context"
	"errors"
	"fmt"

	lib "modernc.org/sqlite/lib"

	"quietline/backend/clinic"
)

// Codes that this package returns. A statement that breaks a constraint, or
// that is wrong in itself, carries [clinic.CodeInternal]: it is a fault of ours
// and nothing a person at the desk can act on. See [IsUnique].
const (
	// CodeMissing: there is no file at the path.
	CodeMissing clinic.Code = "sqlite.missing"
	// CodeExists: there is something at the path where a file was to be created.
	CodeExists clinic.Code = "sqlite.exists"
	// CodeWrongKey: the file is ours, and was sealed under another key.
	CodeWrongKey clinic.Code = "sqlite.wrong_key"
	// CodeNotOurs: not a sealed database: empty, foreign, plain or a directory.
	CodeNotOurs clinic.Code = "sqlite.not_ours"
	// CodeNewer: written by a later version of the program.
	CodeNewer clinic.Code = "sqlite.newer"
	// CodeDamaged: sealed under this key, and changed or cut since.
	CodeDamaged clinic.Code = "sqlite.damaged"
	// CodeReadOnly: the file or its folder does not allow what was asked.
	CodeReadOnly clinic.Code = "sqlite.read_only"
	// CodeDiskFull: no room to write; nothing of the transaction was kept.
	CodeDiskFull clinic.Code = "sqlite.disk_full"
	// CodeBusy: another program, or this one, holds the file. Worth a retry.
	CodeBusy clinic.Code = "sqlite.busy"
	// CodeDevice: the disk or the network share refused to read or write.
	CodeDevice clinic.Code = "sqlite.device"
	// CodeWorn: the file was sealed as often as its keys allow. It can be read and
	// copied; the copy can be written to.
	CodeWorn clinic.Code = "sqlite.worn"
	// CodeClosed: the database was closed or abandoned.
	CodeClosed clinic.Code = "sqlite.closed"
)

// Codes lists the codes of this package.
func Codes() []clinic.Code {
	return []clinic.Code{
		CodeMissing, CodeExists, CodeWrongKey, CodeNotOurs, CodeNewer, CodeDamaged,
		CodeReadOnly, CodeDiskFull, CodeBusy, CodeDevice, CodeWorn, CodeClosed,
	}
}

// resultError is what SQLite answered, reduced to what may be logged: the
// numeric result and, only where the text can hold nothing but our own schema,
// the text.
type resultError struct {
	code int
	text string
}

func (e *resultError) Error() string {
	if e.text != "" {
		return fmt.Sprintf("sqlite result %d: %s", e.code, e.text)
	}
	return fmt.Sprintf("sqlite result %d", e.code)
}

// IsUnique reports whether err says that a row with the same key is there
// already.
func IsUnique(err error) bool {
	var r *resultError
	if !errors.As(err, &r) {
		return false
	}
	switch r.code {
	case lib.SQLITE_CONSTRAINT_UNIQUE, lib.SQLITE_CONSTRAINT_PRIMARYKEY, lib.SQLITE_CONSTRAINT_ROWID:
		return true
	}
	return false
}

// IsConstraint reports whether err says that a row broke a rule of its table.
func IsConstraint(err error) bool {
	var r *resultError
	return errors.As(err, &r) && r.code&0xff == lib.SQLITE_CONSTRAINT
}

// IsUnread reports whether err says that the disk did not give a part of a file, as
// opposed to not taking one: it carries [CodeDevice].
func IsUnread(err error) bool {
	var r *resultError
	return errors.As(err, &r) && r.code == lib.SQLITE_IOERR_READ
}

// phase is where in a statement's life an error arose. It decides whether
// SQLite's text may be kept: while preparing, the text quotes our SQL; while
// stepping, it may quote a bound value (a search query, for one).
type phase int

const (
	preparing phase = iota
	stepping
)

// translate is the one mapping from what SQLite answers to what callers see.
func translate(rc int32, text string, in phase) error {
	r := &resultError{code: int(rc)}
	primary := r.code & 0xff
	if in == preparing || primary == lib.SQLITE_CONSTRAINT {
		r.text = text
	}
	code := codeOf(r.code)
	e := clinic.E(code).Because(r)
	if code == CodeBusy {
		e = e.Retryable()
	}
	return e
}

func codeOf(result int) clinic.Code {
	switch result {
	case lib.SQLITE_IOERR_DATA, lib.SQLITE_IOERR_SHORT_READ, lib.SQLITE_IOERR_CORRUPTFS:
		return CodeDamaged
	case lib.SQLITE_IOERR_AUTH:
		return CodeClosed
	}
	switch result & 0xff {
	case lib.SQLITE_CORRUPT, lib.SQLITE_NOTADB:
		return CodeDamaged
	case lib.SQLITE_FULL:
		return CodeDiskFull
	case lib.SQLITE_READONLY, lib.SQLITE_PERM, lib.SQLITE_CANTOPEN:
		return CodeReadOnly
	case lib.SQLITE_BUSY, lib.SQLITE_LOCKED, lib.SQLITE_PROTOCOL:
		return CodeBusy
	case lib.SQLITE_IOERR:
		return CodeDevice
	case lib.SQLITE_INTERRUPT:
		return clinic.CodeCancelled
	}
	return clinic.CodeInternal
}

// cancelled turns the end of a context into a code, keeping the cause for
// errors.Is.
func cancelled(ctx context.Context) error {
	return clinic.E(clinic.CodeCancelled).Because(context.Cause(ctx))
}
