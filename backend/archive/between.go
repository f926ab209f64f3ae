package archive

import (
	"fmt"

	"quietline/backend/clinic"
	"quietline/backend/sqlite"
)

// Between is what happened in a thread in a time.
type Between struct {
	Thread
	// Came counts the texts that came in then, and Newest is the position of the one
	// that was archived last of them and of those that were refused.
	Came   int
	Newest uint64
	// Refused says that the provider refused a text with the code that was asked about.
	Refused bool
}

// Spoken returns the threads in sight in which a text came in from an instant on and
// before another, or one was refused with a code of the provider's, the latest first.
func Spoken(tx *sqlite.Tx, s Sight, from, until clinic.Instant, code, limit int) ([]Between, error) {
	where, args := s.where("t")
	rows, err := tx.Query(`SELECT `+threadColumns+`, sum(m.way = 'in'), max(m.seq), max(m.way = 'out')
		FROM threads t CROSS JOIN messages m ON m.thread = t.id AND m.at >= ? AND m.at < ? AND (m.way = 'in' OR m.provider_code = ?)
		WHERE t.last_at >= ? AND `+where+` GROUP BY t.id ORDER BY t.last_at DESC, t.id DESC LIMIT ?`,
		append(append([]any{int64(from), int64(until), code, int64(from)}, args...), limit)...)
	if err != nil {
		return nil, fmt.Errorf("archive: read threads of a time: %w", err)
	}
	defer rows.Close()
	var all []Between
	for rows.Next() {
		var b Between
		if err := rows.Scan(append(b.Thread.fields(), &b.Came, &b.Newest, &b.Refused)...); err != nil {
			return nil, fmt.Errorf("archive: read threads of a time: %w", err)
		}
		all = append(all, b)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("archive: read threads of a time: %w", err)
	}
	return all, nil
}
