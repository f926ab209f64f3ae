package archive

import (
	"quietline/backend/clinic"
	"quietline/backend/sqlite"
)

// KeptText is a text that the provider has a name for, as it lies here.
type KeptText struct {
	Seq     uint64
	ID      clinic.MessageID
	SID     string
	Dossier clinic.DossierID
	Body    string
	// At is when the provider got it, or was to send it, not when it was written here.
	At    clinic.Instant
	State State
	// Media is how many attachments the provider counted, and Stored how many lie
	// here in sealed files; Due says that others are still waited for.
	Media, Stored int
	Due           bool
	// Last is the position of the newest event that brought the text, its name at the
	// provider or one of its attachments: a copy of the log up to there knows that it
	// went out, and holds all of it.
	Last uint64
}

// KeptTexts returns texts that the provider has a name for, in the order of the log
// after a position.
func KeptTexts(tx *sqlite.Tx, after uint64, limit int) ([]KeptText, error) {
	rows, err := tx.Query(`SELECT m.seq, m.id, m.sid, m.dossier, m.body, max(m.at, m.named_at, m.left_at), m.state, m.media,
			(SELECT count(*) FROM attachments a WHERE a.message = m.id AND a.reason = ''),
			EXISTS (SELECT 1 FROM attachments_due w WHERE w.message = m.id),
			max(m.seq, m.named, coalesce((SELECT max(a.seq) FROM attachments a WHERE a.message = m.id), 0))
		FROM messages m WHERE m.seq > ? AND m.sid IS NOT NULL ORDER BY m.seq LIMIT ?`, int64(after), limit)
	if err != nil {
		return nil, wrap("kept texts", err)
	}
	defer rows.Close()
	var all []KeptText
	for rows.Next() {
		var k KeptText
		if err := rows.Scan(&k.Seq, &k.ID, &k.SID, &k.Dossier, &k.Body, &k.At, &k.State, &k.Media, &k.Stored, &k.Due, &k.Last); err != nil {
			return nil, wrap("kept texts", err)
		}
		all = append(all, k)
	}
	return all, wrap("kept texts", rows.Err())
}
