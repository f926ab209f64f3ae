package device

import (
	"context"
	"fmt"

	"quietline/backend/clinic"
	"quietline/backend/sqlite"
)

// KeepCheckPlace keeps where a check of the records goes on once it was cut
// short; empty for the beginning.
func (r *Rows) KeepCheckPlace(ctx context.Context, place string) error {
	return r.set(ctx, "check place", place)
}

// CheckPlace returns what KeepCheckPlace kept.
func (r *Rows) CheckPlace(ctx context.Context) (string, error) {
	return r.setting(ctx, "check place", "")
}

// Export is that somebody carried out what could be read of damaged records,
// kept here until records that are whole can say so.
type Export struct {
	At                        clinic.Instant
	By                        clinic.StaffID
	Events, Texts, Unreadable uint64
}

// NoteExport keeps a note of an export; a later note of the same export replaces
// it. It is durable when it returns: nothing may leave before. CodeUnavailable
// says that there is nowhere to keep it.
func (r *Rows) NoteExport(ctx context.Context, e Export) error {
	err := r.write(ctx, func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`INSERT INTO exports VALUES (?, ?, ?, ?, ?) ON CONFLICT (at, staff) DO UPDATE
			SET events = excluded.events, texts = excluded.texts, unreadable = excluded.unreadable`,
			int64(e.At), e.By, int64(e.Events), int64(e.Texts), int64(e.Unreadable))
		return err
	})
	if err != nil {
		return fmt.Errorf("device: note export: %w", err)
	}
	return nil
}

// Exports returns the notes of exports, the oldest first.
func (r *Rows) Exports(ctx context.Context) ([]Export, error) {
	var all []Export
	err := r.read(ctx, func(tx *sqlite.Tx) error {
		rows, err := tx.Query(`SELECT at, staff, events, texts, unreadable FROM exports ORDER BY at`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var e Export
			if err := rows.Scan(&e.At, &e.By, &e.Events, &e.Texts, &e.Unreadable); err != nil {
				return err
			}
			all = append(all, e)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("device: read exports: %w", err)
	}
	return all, nil
}

// ForgetExports removes the notes of exports that are in the records now.
func (r *Rows) ForgetExports(ctx context.Context, upTo clinic.Instant) error {
	return r.write(ctx, func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`DELETE FROM exports WHERE at <= ?`, int64(upTo))
		return err
	})
}
