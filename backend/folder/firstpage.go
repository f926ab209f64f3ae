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
// it is this clinic's it is damaged, and what it holds can be saved.
func (cfg Config) whose(ctx context.Context, err error) error {
	switch clinic.CodeOf(err) {
	case sqlite.CodeNotOurs, sqlite.CodeWrongKey, sqlite.CodeNewer:
	default:
		return err
	}
	raw, keyless := cfg.Keys.Lifetime(vault.PurposeJournalFile)
	if keyless != nil {
		return err
	}
	defer clear(raw)
	lost, unread := sqlite.FirstPageLost(ctx, filepath.Join(cfg.Dir, journalFile), sqlite.Key(raw), cfg.keptPrefix(ctx))
	if unread != nil || !lost {
		return err
	}
	return clinic.E(sqlite.CodeDamaged).Because(errFirstPage)
}

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
