package archive

import (
	"fmt"

	"quietline/backend/clinic"
	"quietline/backend/sqlite"
)

// CameSince returns the texts that came in and were made at an instant or later,
// with when they were made. It walks the threads that have changed since, not the
// texts: a cross join is made in the order in which it is written.
func CameSince(tx *sqlite.Tx, since clinic.Instant) (map[clinic.MessageID]clinic.Instant, error) {
	rows, err := tx.Query(`SELECT m.id, m.at FROM threads t CROSS JOIN messages m
		WHERE m.thread = t.id AND t.last_at >= ?1 AND m.at >= ?1 AND m.way = 'in'`, int64(since))
	if err != nil {
		return nil, fmt.Errorf("archive: read what came: %w", err)
	}
	defer rows.Close()
	came := map[clinic.MessageID]clinic.Instant{}
	for rows.Next() {
		var id clinic.MessageID
		var at clinic.Instant
		if err := rows.Scan(&id, &at); err != nil {
			return nil, fmt.Errorf("archive: read what came: %w", err)
		}
		came[id] = at
	}
	return came, rows.Err()
}
