package device

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"quietline/backend/clinic"
	"quietline/backend/sqlite"
)

// Draft is an unsent text.
type Draft struct {
	Body string
	// Again is the text that did not arrive and that this one is to send once more; zero
	// for none.
	Again clinic.MessageID
}

// SaveDraft keeps an unsent text; one without words forgets it.
func (r *Rows) SaveDraft(ctx context.Context, by clinic.StaffID, thread clinic.ThreadID, d Draft, at clinic.Instant) error {
	return r.write(ctx, func(tx *sqlite.Tx) error {
		if d.Body == "" {
			_, err := tx.Exec(`DELETE FROM drafts WHERE staff = ? AND thread = ?`, by, thread)
			return err
		}
		_, err := tx.Exec(`INSERT INTO drafts (staff, thread, body, at, again) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (staff, thread) DO UPDATE SET body = excluded.body, at = excluded.at, again = excluded.again`,
			by, thread, d.Body, int64(at), d.Again)
		return err
	})
}

// Draft returns the unsent text of a person in a thread, or nothing.
func (r *Rows) Draft(ctx context.Context, by clinic.StaffID, thread clinic.ThreadID) (Draft, error) {
	var d Draft
	err := r.read(ctx, func(tx *sqlite.Tx) error {
		err := tx.QueryRow(`SELECT body, again FROM drafts WHERE staff = ? AND thread = ?`, by, thread).Scan(&d.Body, &d.Again)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	if err != nil {
		return Draft{}, fmt.Errorf("device: read draft: %w", err)
	}
	return d, nil
}

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
// what she has written there herself, and forgets the others. Where the other
// had a draft already, the two are one, which sends once more what that draft did. All of it
// happens or none of it; doing it again does nothing.
func (r *Rows) HandOverDrafts(ctx context.Context, from, to clinic.StaffID, threads ...clinic.ThreadID) error {
	return r.write(ctx, func(tx *sqlite.Tx) error {
		if _, err := tx.Exec(`INSERT INTO drafts (staff, thread, body, at, again)
			SELECT ?, thread, body, at, again FROM drafts WHERE staff = ? AND thread IN `+sqlite.InSet+`
			ON CONFLICT (staff, thread) DO UPDATE SET body = drafts.body || char(10) || excluded.body`,
			to, from, sqlite.Set(threads...)); err != nil {
			return err
		}
		_, err := tx.Exec(`DELETE FROM drafts WHERE staff = ?`, from)
		return err
	})
}
