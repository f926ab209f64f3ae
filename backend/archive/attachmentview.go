package archive

import (
	"fmt"

	"quietline/backend/archive/blob"
	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/sqlite"
)

// Attachments returns the reducer of the tables of attachments.
func Attachments() journal.Projection { return attachmentProjection{} }

type attachmentProjection struct{}

func (attachmentProjection) Name() string { return "attachments" }

func (attachmentProjection) Schema() []string {
	return []string{
		`CREATE TABLE attachments (
			id BLOB PRIMARY KEY, seq INTEGER NOT NULL, message BLOB NOT NULL, thread BLOB NOT NULL, dossier BLOB NOT NULL,
			reason TEXT NOT NULL, type TEXT NOT NULL,
			name BLOB, key BLOB, size INTEGER NOT NULL, hash BLOB,
			preview_name BLOB, preview_key BLOB, preview_size INTEGER NOT NULL, preview_hash BLOB,
			no_preview TEXT NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL
		) STRICT, WITHOUT ROWID`,
		`CREATE INDEX attachments_by_message ON attachments (message, seq)`,
		// The texts of which fewer attachments are known than the provider counted.
		`CREATE TABLE attachments_due (
			message BLOB PRIMARY KEY, sid TEXT NOT NULL, at INTEGER NOT NULL, media INTEGER NOT NULL, missing INTEGER NOT NULL
		) STRICT, WITHOUT ROWID`,
		`CREATE INDEX attachments_due_by_time ON attachments_due (at DESC, message)`,
	}
}

func (attachmentProjection) Kinds() []journal.Kind {
	return []journal.Kind{KindArrived, KindAttachmentStored, KindPictured, KindAttachmentFailed, KindMoved, KindPutBack}
}

func (attachmentProjection) Decisive() []string { return nil }

func (attachmentProjection) Apply(tx *sqlite.Tx, e journal.Applied, touched *journal.Touched) error {
	if e.Body.Destroyed() {
		return nil
	}
	r := attachmentReducer{tx, e, touched}
	switch e.Kind {
	case KindArrived.Name:
		return decode(e, r.arrived)
	case KindAttachmentStored.Name, KindPictured.Name:
		return decode(e, r.stored)
	case KindAttachmentFailed.Name:
		return decode(e, r.failed)
	case KindMoved.Name, KindPutBack.Name:
		return r.carried()
	}
	return fmt.Errorf("archive: no rule for kind %s", e.Kind)
}

type attachmentReducer struct {
	tx      *sqlite.Tx
	e       journal.Applied
	touched *journal.Touched
}

// carried lets attachments stand where their texts do.
func (r attachmentReducer) carried() error {
	_, err := r.tx.Exec(`UPDATE attachments SET thread = (SELECT m.thread FROM messages m WHERE m.id = message)
		WHERE message IN (SELECT m.id FROM texts_carried c CROSS JOIN messages m ON m.seq = c.text WHERE c.seq = ?)`, int64(r.e.Pos.Seq))
	return err
}

func (r attachmentReducer) arrived(b Arrived) error {
	if b.Media <= 0 {
		return nil
	}
	_, err := r.tx.Exec(`INSERT INTO attachments_due VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		b.Message, b.SID, int64(b.At), b.Media, b.Media)
	return err
}

// stored takes the place of a failure: what was given up may have come after
// all.
func (r attachmentReducer) stored(b AttachmentStored) error {
	preview, previewKey, previewHash := blob.Ref{}, []byte(nil), []byte(nil)
	if b.Preview != nil {
		preview = *b.Preview
		previewKey, previewHash = preview.Key[:], preview.Hash[:]
	}
	known, err := r.known(b.Attachment)
	if err != nil {
		return err
	}
	if !b.Replaces.IsZero() && !known {
		// It was counted when the failure became known.
		gone, err := r.tx.Exec(`DELETE FROM attachments WHERE id = ? AND message = ? AND name IS NULL`, b.Replaces, b.Message)
		if err != nil {
			return err
		}
		n, err := gone.RowsAffected()
		if err != nil {
			return err
		}
		known = n > 0
	}
	if _, err := r.tx.Exec(`INSERT INTO attachments VALUES (?, ?, ?, ?, ?, '', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET reason = '', type = excluded.type, name = excluded.name, key = excluded.key,
			size = excluded.size, hash = excluded.hash, preview_name = excluded.preview_name,
			preview_key = excluded.preview_key, preview_size = excluded.preview_size, preview_hash = excluded.preview_hash,
			no_preview = excluded.no_preview, width = excluded.width, height = excluded.height
		WHERE name IS NULL`,
		b.Attachment, int64(r.e.Pos.Seq), b.Message, b.Thread, r.e.Dossier, string(b.Type),
		b.File.Name, b.File.Key, b.File.Size, b.File.Hash, preview.Name, previewKey, preview.Size, previewHash,
		string(b.NoPreview), b.Width, b.Height); err != nil {
		return err
	}
	return r.settled(b.Message, b.Thread, known)
}

func (r attachmentReducer) failed(b AttachmentFailed) error {
	known, err := r.known(b.Attachment)
	if err != nil {
		return err
	}
	if _, err := r.tx.Exec(`INSERT INTO attachments VALUES (?, ?, ?, ?, ?, ?, '', NULL, NULL, 0, NULL, NULL, NULL, 0, NULL, '', 0, 0)
		ON CONFLICT DO NOTHING`,
		b.Attachment, int64(r.e.Pos.Seq), b.Message, b.Thread, r.e.Dossier, string(b.Reason)); err != nil {
		return err
	}
	return r.settled(b.Message, b.Thread, known)
}

func (r attachmentReducer) known(id clinic.AttachmentID) (bool, error) {
	var n int
	err := r.tx.QueryRow(`SELECT count(*) FROM attachments WHERE id = ?`, id).Scan(&n)
	return n > 0, err
}

// settled counts an attachment that has become known, and forgets the text once
// all of them are.
func (r attachmentReducer) settled(message clinic.MessageID, thread clinic.ThreadID, known bool) error {
	r.touched.Add(TopicThread, thread)
	if known {
		return nil
	}
	if _, err := r.tx.Exec(`UPDATE attachments_due SET missing = missing - 1 WHERE message = ?`, message); err != nil {
		return err
	}
	_, err := r.tx.Exec(`DELETE FROM attachments_due WHERE message = ? AND missing <= 0`, message)
	return err
}
