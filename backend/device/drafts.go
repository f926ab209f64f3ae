package device

import (
	"context"
	"fmt"

	"quietline/backend/clinic"
	"quietline/backend/sqlite"
)

// Drafts returns the threads in which a person has an unsent text.
func (r *Rows) Drafts(ctx context.Context, by clinic.StaffID) ([]clinic.ThreadID, error) {
	var all []clinic.ThreadID
	err := r.read(ctx, func(tx *sqlite.Tx) error {
		all = nil
		rows, err := tx.Query(`SELECT thread FROM drafts WHERE staff = ? ORDER BY thread`, by)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id clinic.ThreadID
			if err := rows.Scan(&id); err != nil {
				return err
			}
			all = append(all, id)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("device: read drafts: %w", err)
	}
	return all, nil
}

// HandOverDrafts gives a person's unsent texts in some threads to another, behind
// what she has written there herself, and forgets the others. All of it happens
// or none of it; doing it again does nothing.
func (r *Rows) HandOverDrafts(ctx context.Context, from, to clinic.StaffID, threads ...clinic.ThreadID) error {
	return r.write(ctx, func(tx *sqlite.Tx) error {
		if _, err := tx.Exec(`INSERT INTO drafts SELECT ?, thread, body, at FROM drafts WHERE staff = ? AND thread IN `+sqlite.InSet+`
			ON CONFLICT (staff, thread) DO UPDATE SET body = drafts.body || char(10) || excluded.body`,
			to, from, sqlite.Set(threads...)); err != nil {
			return err
		}
		_, err := tx.Exec(`DELETE FROM drafts WHERE staff = ?`, from)
		return err
	})
}
