package sqlite

import (
	"context"
	"errors"
	"fmt"

	"quietline/backend/clinic"
)

var errMigrationNumbers = errors.New("migrations are not numbered 1, 2, 3 and so on")

// lastVersion checks the numbers and returns the version they lead to.
func lastVersion(all []Migration) (int, error) {
	for i, m := range all {
		if m.Version != i+1 {
			return 0, clinic.E(clinic.CodeInternal).Because(errMigrationNumbers)
		}
	}
	return len(all), nil
}

func (db *DB) version(ctx context.Context) (int, error) {
	c, err := db.writer.take(ctx, nil)
	if err != nil {
		return 0, err
	}
	var v int
	err = c.queryRow(ctx, "PRAGMA user_version").Scan(&v)
	return v, errors.Join(err, db.writer.give(c, true))
}

// migrate runs the migrations after version from. Each is a transaction of its
// own: when one fails the file stays at the version before it.
func (db *DB) migrate(ctx context.Context, from int) error {
	for _, m := range db.options.Migrations[from:] {
		err := db.Write(ctx, func(tx *Tx) error {
			for _, s := range m.Statements {
				if _, err := tx.Exec(s); err != nil {
					return err
				}
			}
			return tx.control(fmt.Sprintf("PRAGMA user_version=%d", m.Version))
		})
		if err != nil {
			return fmt.Errorf("migrate to version %d: %w", m.Version, err)
		}
	}
	return nil
}
