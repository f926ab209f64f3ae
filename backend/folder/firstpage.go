package folder

import (
	"context"
	"errors"
	"path/filepath"

	"quietline/backend/clinic"
	"quietline/backend/device"
	"quietline/backend/journal"
	"quietline/backend/sqlite"
	"quietline/backend/vault"
)

var errFirstPage = errors.New("the first page is lost")

// keptPrefix returns what the log's file began with when it was last open on this
// device; zero where nothing says so. That the rows cannot be read is no news here:
// without them it is as if nothing had been kept.
func (cfg Config) keptPrefix(ctx context.Context) sqlite.Prefix {
	db, err := openWith(ctx, cfg, sqlite.Open, deviceFile, vault.PurposeDevice, deviceOptions())
	if err != nil {
		return sqlite.Prefix{}
	}
	if cfg.by != nil {
		defer cfg.by.add(db.Forget)()
	}
	kept, err := device.New(db).LogPrefix(ctx)
	_ = db.Close() // nothing was written
	if err != nil {
		return sqlite.Prefix{}
	}
	return kept
}

// whose says why the log does not open. Where its first page is lost it looks like
// another clinic's, a later program's or no log at all; where its other pages say that
// it is this clinic's it is damaged, and what it holds can be saved. The same goes for a
// log of which the drive does not give a part.
func (cfg Config) whose(ctx context.Context, err error) error {
	switch code := clinic.CodeOf(err); {
	case code == sqlite.CodeNotOurs, code == sqlite.CodeWrongKey, code == sqlite.CodeNewer, sqlite.IsUnread(err):
	default:
		return err
	}
	ours, first := cfg.recognise(ctx)
	switch {
	case ours && sqlite.IsUnread(err):
		return Unread(err)
	case ours && !first:
		return clinic.E(sqlite.CodeDamaged).Because(errFirstPage)
	}
	return err
}

// recognise looks whether the log's file is this clinic's, and whether its first page says
// so. What cannot be looked at is nobody's.
func (cfg Config) recognise(ctx context.Context) (ours, first bool) {
	raw, err := cfg.Keys.Lifetime(vault.PurposeJournalFile)
	if err != nil {
		return false, false
	}
	defer clear(raw)
	f, err := cfg.drive().Open(filepath.Join(cfg.Dir, journalFile))
	if err != nil {
		return false, false
	}
	defer func() { _ = f.Close() }() // it was only read
	size, err := f.Size()
	if err != nil {
		return false, false
	}
	ours, first, err = sqlite.Recognise(ctx, f, size, sqlite.Key(raw), cfg.keptPrefix(ctx))
	return ours && err == nil, first
}

// Unread gives an error that says that the drive did not give a part of the files of an
// open clinic, or of one that is its own, the code CodeUnread; any other it leaves as it is.
func Unread(err error) error {
	if !sqlite.IsUnread(err) {
		return err
	}
	return clinic.E(CodeUnread).Because(err)
}

// looked is the drive on which the log is looked at before it is opened; nil is the
// machine's.
func (cfg Config) looked() sqlite.Drive {
	if cfg.Drive == nil {
		return nil
	}
	return looked{cfg.Drive}
}

type looked struct{ Drive }

func (l looked) Open(path string) (sqlite.DriveFile, error) { return l.Drive.Open(path) }

// mend lets the copy of a log be opened of which the first page is lost, or the end.
func mend(ctx context.Context, copied Config, kept sqlite.Prefix) error {
	raw, err := copied.Keys.Lifetime(vault.PurposeJournalFile)
	if err != nil {
		return err
	}
	defer clear(raw)
	path, key := filepath.Join(copied.Dir, journalFile), sqlite.Key(raw)
	defer clear(key[:])
	if err := sqlite.ReplaceFirstPage(ctx, path, key, kept, len(journal.LogMigrations())); err != nil {
		return err
	}
	return sqlite.Lengthen(path, key)
}
