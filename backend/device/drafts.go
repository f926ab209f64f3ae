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

// SaveDraft keeps the words of an unsent text; one without words forgets them. Its picture
// stays as it is.
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

// SavePicture keeps the picture that goes with an unsent text, in place of another one.
// It is a JPEG as it will be sent.
func (r *Rows) SavePicture(ctx context.Context, by clinic.StaffID, thread clinic.ThreadID, jpeg []byte, at clinic.Instant) error {
	if len(jpeg) == 0 {
		return clinic.E(clinic.CodeBadInput)
	}
	return r.write(ctx, func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`INSERT INTO draft_pictures (staff, thread, jpeg, at) VALUES (?, ?, ?, ?)
			ON CONFLICT (staff, thread) DO UPDATE SET jpeg = excluded.jpeg, at = excluded.at`, by, thread, jpeg, int64(at))
		return err
	})
}

// ForgetPicture forgets the picture of an unsent text, whose words stay as they are.
func (r *Rows) ForgetPicture(ctx context.Context, by clinic.StaffID, thread clinic.ThreadID) error {
	return r.write(ctx, func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`DELETE FROM draft_pictures WHERE staff = ? AND thread = ?`, by, thread)
		return err
	})
}

// Picture returns the picture that goes with the unsent text of a person in a thread, or
// nothing.
func (r *Rows) Picture(ctx context.Context, by clinic.StaffID, thread clinic.ThreadID) ([]byte, error) {
	var jpeg []byte
	err := r.read(ctx, func(tx *sqlite.Tx) error {
		err := tx.QueryRow(`SELECT jpeg FROM draft_pictures WHERE staff = ? AND thread = ?`, by, thread).Scan(&jpeg)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("device: read picture of draft: %w", err)
	}
	return jpeg, nil
}

// HasPicture reports whether a picture goes with the unsent text of a person in a thread.
func (r *Rows) HasPicture(ctx context.Context, by clinic.StaffID, thread clinic.ThreadID) (has bool, err error) {
	if err := r.read(ctx, func(tx *sqlite.Tx) error {
		return tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM draft_pictures WHERE staff = ? AND thread = ?)`, by, thread).Scan(&has)
	}); err != nil {
		return false, fmt.Errorf("device: look for picture of draft: %w", err)
	}
	return has, nil
}

// Drafts returns the threads in which a person has an unsent text: words, a picture or
// both.
func (r *Rows) Drafts(ctx context.Context, by clinic.StaffID) ([]clinic.ThreadID, error) {
	var all []clinic.ThreadID
	err := r.read(ctx, func(tx *sqlite.Tx) error {
		all = nil
		rows, err := tx.Query(`SELECT thread FROM drafts WHERE staff = ?1
			UNION SELECT thread FROM draft_pictures WHERE staff = ?1 ORDER BY thread`, by)
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
// had a draft already, the two are one, which sends once more what that draft did and
// keeps the picture of that draft: a text has one. All of it happens or none of it; doing
// it again does nothing.
func (r *Rows) HandOverDrafts(ctx context.Context, from, to clinic.StaffID, threads ...clinic.ThreadID) error {
	return r.write(ctx, func(tx *sqlite.Tx) error {
		if _, err := tx.Exec(`INSERT INTO drafts (staff, thread, body, at, again)
			SELECT ?, thread, body, at, again FROM drafts WHERE staff = ? AND thread IN `+sqlite.InSet+`
			ON CONFLICT (staff, thread) DO UPDATE SET body = drafts.body || char(10) || excluded.body`,
			to, from, sqlite.Set(threads...)); err != nil {
			return err
		}
		if _, err := tx.Exec(`INSERT INTO draft_pictures (staff, thread, jpeg, at)
			SELECT ?, thread, jpeg, at FROM draft_pictures WHERE staff = ? AND thread IN `+sqlite.InSet+`
			ON CONFLICT (staff, thread) DO NOTHING`,
			to, from, sqlite.Set(threads...)); err != nil {
			return err
		}
		if _, err := tx.Exec(`DELETE FROM draft_pictures WHERE staff = ?`, from); err != nil {
			return err
		}
		_, err := tx.Exec(`DELETE FROM drafts WHERE staff = ?`, from)
		return err
	})
}
