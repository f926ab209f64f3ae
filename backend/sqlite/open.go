package sqlite

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	lib "modernc.org/sqlite/lib"

	"quietline/backend/clinic"
)

// Open opens the file at path. It fails with [CodeMissing], [CodeNotOurs],
// [CodeNewer], [CodeWrongKey], [CodeDamaged], [CodeReadOnly] or, where the file
// is open in this process already, [CodeBusy]; in each case it leaves the file
// as it was. The directory must allow the log to be written beside it.
func Open(ctx context.Context, path string, key Key, o Options) (*DB, error) {
	defer clear(key[:])
	o = o.withDefaults()
	last, err := lastVersion(o.Migrations)
	if err != nil {
		return nil, err
	}
	d, err := platform()
	if err != nil {
		return nil, err
	}
	db, from, err := openAt(ctx, d, path, &key, o)
	if err != nil {
		return nil, err
	}
	if from < last && o.BeforeMigrate != nil {
		// Closed, the file is complete in itself and may be copied; a copy of
		// an open one would miss its log, and closing the copied descriptor
		// would drop our locks.
		if err := db.Close(); err != nil {
			return nil, err
		}
		if err := o.BeforeMigrate(ctx, from, last); err != nil {
			return nil, fmt.Errorf("prepare a migration: %w", err)
		}
		if db, from, err = openAt(ctx, d, path, &key, o); err != nil {
			return nil, err
		}
	}
	if err := db.migrate(ctx, from); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// openAt opens the file through a disk and returns its version.
func openAt(ctx context.Context, d disk, path string, key *Key, o Options) (*DB, int, error) {
	full, err := fullPath(path)
	if err != nil {
		return nil, 0, err
	}
	st, err := addStore(full, d)
	if err != nil {
		return nil, 0, err
	}
	keys, err := keysOf(full, key, o.Drive)
	if err == nil {
		err = st.unlockWith(keys)
	}
	if err != nil {
		st.remove()
		return nil, 0, err
	}
	return openStored(ctx, st, o)
}

// keysOf derives the keys of an existing file.
func keysOf(full string, key *Key, drive Drive) (*subkeys, error) {
	prefix, err := inspect(full, key, drive)
	if err != nil {
		return nil, err
	}
	return deriveSubkeys(key, prefix, rand.Reader)
}

// openStored opens the database of a store that has its keys, and returns the
// version of its tables. On failure the store is removed.
func openStored(ctx context.Context, st *store, o Options) (*DB, int, error) {
	db := newDB(st, o)
	v, err := db.check(ctx)
	if err != nil {
		db.Abandon()
		return nil, 0, err
	}
	return db, v, nil
}

// check reads the first page through SQLite and refuses what we did not make.
func (db *DB) check(ctx context.Context) (version int, err error) {
	if version, err = db.version(ctx); err != nil {
		return 0, fmt.Errorf("read the version: %w", err)
	}
	if version > len(db.options.Migrations) {
		return 0, clinic.E(CodeNewer)
	}
	mode, err := db.journalMode(ctx, "PRAGMA journal_mode")
	if err != nil {
		return 0, fmt.Errorf("read the journal mode: %w", err)
	}
	if mode != "wal" {
		return 0, clinic.E(CodeDamaged).Because(errors.New("the file is not in write-ahead mode"))
	}
	if err := db.loadSeals(ctx); err != nil {
		return 0, fmt.Errorf("read the count of seals: %w", err)
	}
	return version, nil
}

func (db *DB) journalMode(ctx context.Context, query string) (mode string, err error) {
	c, err := db.writer.take(ctx, nil)
	if err != nil {
		return "", err
	}
	err = c.queryRow(ctx, query).Scan(&mode)
	return mode, errors.Join(err, db.writer.give(c, true))
}

// inspect reads what the format leaves in clear and says what the file is. The
// path is claimed, so that nobody has the file open in this process.
func inspect(path string, key *Key, drive Drive) (prefix [prefixSize]byte, err error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return prefix, clinic.E(CodeMissing)
	case err != nil:
		return prefix, fileError("look at the file", err)
	case !info.Mode().IsRegular() || info.Size() < pageSize:
		return prefix, clinic.E(CodeNotOurs)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0) // whether it may be written to, too
	if err != nil {
		return prefix, fileError("open the file", err)
	}
	page, err := firstPage(f, path, drive)
	if err = errors.Join(err, f.Close()); err != nil {
		return prefix, err
	}
	return judge(page, key)
}

// firstPage reads the first page of a file that is open, from the drive where there is one.
func firstPage(f *os.File, path string, drive Drive) ([]byte, error) {
	var in io.ReaderAt = f
	if drive != nil {
		d, err := drive.Open(path)
		if err != nil {
			return nil, fileError("open the file", err)
		}
		defer func() { _ = d.Close() }() // it was only read
		in = d
	}
	page := make([]byte, pageSize)
	if n, err := in.ReadAt(page, 0); n < pageSize {
		return nil, fileError("read the file", fmt.Errorf("%w: %w", &resultError{code: lib.SQLITE_IOERR_READ}, nameless(err)))
	}
	return page, nil
}

// judge says what a file is by its first page. The order of the answers makes
// the likeliest mistake the one that is named.
func judge(page []byte, key *Key) (prefix [prefixSize]byte, err error) {
	copy(prefix[:], page)
	fits, err := keyFits(key, prefix)
	if err != nil {
		return prefix, err
	}
	marked := string(page[nonceEnd:nonceEnd+len(formatMark)]) == formatMark
	version := page[pageSize-1]
	switch {
	case marked && version > formatVersion:
		return prefix, clinic.E(CodeNewer)
	case fits && marked && version == formatVersion:
		return prefix, nil
	case fits:
		return prefix, clinic.E(CodeDamaged)
	case marked && version == formatVersion:
		return prefix, clinic.E(CodeWrongKey)
	}
	return prefix, clinic.E(CodeNotOurs)
}

// fileError gives an error of the operating system its code. The cause keeps
// the reason and drops the path.
func fileError(action string, err error) error {
	code := CodeDevice
	if errors.Is(err, fs.ErrPermission) || isReadOnly(err) {
		code = CodeReadOnly
	}
	return fmt.Errorf("%s: %w", action, clinic.E(code).Because(nameless(err)))
}

// nameless keeps the reason of an error of the file system and drops the path.
func nameless(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}

// Create makes a new file at path and opens it. It fails with [CodeExists] where
// anything is there, the remains of a log included. The file appears under its
// name only when it is complete; on failure nothing is left behind. A process
// that dies on the way may leave a file that ends in ".new-" and eight bytes in
// hexadecimal, which nobody needs.
func Create(ctx context.Context, path string, key Key, o Options) (*DB, error) {
	defer clear(key[:])
	o = o.withDefaults()
	if _, err := lastVersion(o.Migrations); err != nil {
		return nil, err
	}
	err := build(path, &key, func(st *store) error {
		db := newDB(st, o)
		return errors.Join(db.fill(ctx), db.Close())
	})
	if err != nil {
		return nil, fmt.Errorf("create a database: %w", err)
	}
	return Open(ctx, path, key, o)
}

// fill gives an empty file its mode and its tables.
func (db *DB) fill(ctx context.Context) error {
	mode, err := db.journalMode(ctx, "PRAGMA journal_mode=WAL")
	if err != nil {
		return err
	}
	if mode != "wal" {
		return clinic.E(CodeReadOnly).Because(errors.New("write-ahead mode was refused"))
	}
	return db.migrate(ctx, 0)
}

// build makes a sealed file beside path, has it filled, and gives it its name.
func build(path string, key *Key, fill func(st *store) error) (err error) {
	full, err := fullPath(path)
	if err != nil {
		return err
	}
	d, err := platform()
	if err != nil {
		return err
	}
	if err := mustBeFree(full); err != nil {
		return err
	}
	keys, err := newSubkeys(key, rand.Reader)
	if err != nil {
		return err
	}
	var suffix [8]byte
	if _, err := io.ReadFull(rand.Reader, suffix[:]); err != nil {
		return fmt.Errorf("name a file: %w", err)
	}
	draft := full + ".new-" + hex.EncodeToString(suffix[:])
	f, err := os.OpenFile(draft, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return fileError("make the file", err)
	}
	defer func() {
		for _, s := range []string{"", walSuffix, journalSuffix} {
			if e := os.Remove(draft + s); e != nil && !errors.Is(e, fs.ErrNotExist) {
				err = errors.Join(err, fileError("remove the draft", e))
			}
		}
	}()
	if err := f.Close(); err != nil {
		return fileError("make the file", err)
	}
	st, err := addStore(draft, d)
	if err != nil {
		return err
	}
	st.draft = true
	if err = st.unlockWith(keys); err == nil {
		err = fill(st)
	}
	st.remove()
	if err != nil {
		return err
	}
	return publish(draft, full)
}

func mustBeFree(full string) error {
	for _, s := range []string{"", walSuffix, journalSuffix} {
		if _, err := os.Lstat(full + s); err == nil {
			return clinic.E(CodeExists)
		} else if !errors.Is(err, fs.ErrNotExist) {
			return fileError("look for the file", err)
		}
	}
	return nil
}

// publish gives a finished draft its name, never replacing anything: a link to
// a name that is taken fails, where a renaming would not.
func publish(draft, full string) error {
	f, err := os.OpenFile(draft, os.O_RDWR, 0)
	if err != nil {
		return fileError("sync the file", err)
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return fileError("sync the file", err)
	}
	err = os.Link(draft, full)
	switch {
	case errors.Is(err, fs.ErrExist):
		return clinic.E(CodeExists)
	case err != nil:
		// A file system without links. Look again and rename.
		if err := mustBeFree(full); err != nil {
			return err
		}
		if err := os.Rename(draft, full); err != nil {
			return fileError("name the file", err)
		}
	}
	return syncDir(filepath.Dir(full))
}
