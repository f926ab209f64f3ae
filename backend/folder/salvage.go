package folder

import (
	"context"
	"fmt"

	"quietline/backend/journal"
	"quietline/backend/salvage"
	"quietline/backend/sqlite"
	"quietline/backend/vault"
)

// Damaged is a clinic whose log cannot all be read. It implements
// [salvage.Source]. The log must not be open otherwise.
type Damaged struct {
	Config
	// Known is how far the log is known to have come, from an anchor.
	Known uint64
}

// Open reads what is left. The clinic's files are left as they are.
func (d Damaged) Open(ctx context.Context, each func(journal.Salvaged) error) (_ salvage.Remains, err error) {
	log, err := openWith(ctx, d.Config, sqlite.Open, journalFile, vault.PurposeJournalFile, sqlite.Options{
		Durability: sqlite.Full, Migrations: journal.LogMigrations(),
	})
	if err != nil {
		return nil, fmt.Errorf("open journal file: %w", err)
	}
	defer func() {
		if err != nil {
			log.Abandon()
		}
	}()
	seats, err := d.Keys.SeatKeys()
	if err != nil {
		return nil, err
	}
	s, err := journal.OpenSalvage(ctx, journal.Config{
		Store: journal.OpenLocalStore(log), Views: journal.NewViewsDir(d.Dir, sqlite.Options{}), Keys: d.Keys,
		Projections: Projections(), Clock: d.Clock,
	}, journal.OpenLocalLog(log, journal.SeatKeys(seats)), journal.SeatKeys(seats), d.Known, each)
	if err != nil {
		return nil, err
	}
	return &remains{s, log}, nil
}

type remains struct {
	*journal.Salvage
	log *sqlite.DB
}

// Close lets go of the files; what was made beside them is removed.
func (r *remains) Close() error {
	err := r.Salvage.Close()
	// The log was only read: closing it in good order would write to it.
	r.log.Abandon()
	return err
}
