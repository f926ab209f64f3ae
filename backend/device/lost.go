package device

import (
	"context"
	"fmt"

	"quietline/backend/clinic"
	"quietline/backend/sqlite"
)

// KeepLost keeps what was found of files of attachments: what is wrong with each, or
// an empty code for one that was read as good. What else is kept stays.
// CodeUnavailable says that there is nowhere to keep it. It may be repeated.
func (r *Rows) KeepLost(ctx context.Context, found map[clinic.AttachmentID]clinic.Code) error {
	return r.keepLost(ctx, found, false)
}

// ReplaceLost keeps what is wrong with files of attachments and nothing else, as when
// all of them have been read. Otherwise it is like KeepLost.
func (r *Rows) ReplaceLost(ctx context.Context, lost map[clinic.AttachmentID]clinic.Code) error {
	return r.keepLost(ctx, lost, true)
}

func (r *Rows) keepLost(ctx context.Context, found map[clinic.AttachmentID]clinic.Code, all bool) error {
	err := r.write(ctx, func(tx *sqlite.Tx) error {
		if all {
			if _, err := tx.Exec(`DELETE FROM lost_files`); err != nil {
				return err
			}
		}
		for id, code := range found {
			if _, err := tx.Exec(`INSERT INTO lost_files VALUES (?, ?)
				ON CONFLICT (attachment) DO UPDATE SET code = excluded.code`, id, string(code)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("device: keep lost files: %w", err)
	}
	return nil
}

// Lost returns what was kept of files of attachments.
func (r *Rows) Lost(ctx context.Context) (map[clinic.AttachmentID]clinic.Code, error) {
	kept := map[clinic.AttachmentID]clinic.Code{}
	err := r.read(ctx, func(tx *sqlite.Tx) error {
		clear(kept)
		rows, err := tx.Query(`SELECT attachment, code FROM lost_files`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id clinic.AttachmentID
			var code clinic.Code
			if err := rows.Scan(&id, &code); err != nil {
				return err
			}
			kept[id] = code
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("device: read lost files: %w", err)
	}
	return kept, nil
}
