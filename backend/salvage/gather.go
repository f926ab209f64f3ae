package salvage

import (
	"encoding/json"
	"io"
	"path"

	"quietline/backend/archive"
	"quietline/backend/archive/blob"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/journal"
	"quietline/backend/sqlite"
)

// Tables returns the tables in which texts, attachments and scans wait until they are
// written for people. They lie, sealed, beside the views that are made of the
// log, because there may be more of them than fits into memory; and apart from
// those of the domains, whose reducers refuse what refers to something lost. No
// reducer writes in them.
func Tables() journal.Projection { return tables{} }

type tables struct{}

func (tables) Name() string          { return "salvage" }
func (tables) Kinds() []journal.Kind { return nil }
func (tables) Decisive() []string    { return nil }

func (tables) Apply(*sqlite.Tx, journal.Applied, *journal.Touched) error { return nil }

func (tables) Schema() []string {
	return []string{
		// number names the file of a conversation, in the order of their first texts.
		`CREATE TABLE salvage_threads (number INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE) STRICT`,
		`CREATE TABLE salvage_texts (
			number INTEGER PRIMARY KEY, id BLOB NOT NULL, thread INTEGER NOT NULL, at INTEGER NOT NULL, way TEXT NOT NULL,
			author BLOB, body TEXT NOT NULL, media INTEGER NOT NULL -- how many attachments it came with
		) STRICT`,
		`CREATE INDEX salvage_texts_by_thread ON salvage_texts (thread, number)`,
		// state is saved, or why there is no file.
		`CREATE TABLE salvage_attachments (
			number INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, text BLOB NOT NULL, thread INTEGER NOT NULL, at INTEGER NOT NULL,
			type TEXT NOT NULL, name BLOB, key BLOB, size INTEGER NOT NULL, hash BLOB, state TEXT NOT NULL, file TEXT NOT NULL
		) STRICT`,
		`CREATE INDEX salvage_attachments_by_text ON salvage_attachments (text, number)`,
		`CREATE TABLE salvage_scans (
			number INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, consent BLOB NOT NULL, at INTEGER NOT NULL, pages INTEGER NOT NULL,
			type TEXT NOT NULL, name BLOB NOT NULL, key BLOB NOT NULL, size INTEGER NOT NULL, hash BLOB NOT NULL,
			aside INTEGER NOT NULL, state TEXT NOT NULL, file TEXT NOT NULL
		) STRICT`,
	}
}

// line is an event as events.jsonl has it.
type line struct {
	Seq         uint64              `json:"seq"`
	Incarnation uint32              `json:"incarnation"`
	ID          clinic.EventID      `json:"id"`
	At          clinic.Instant      `json:"at"`
	Kind        string              `json:"kind"`
	Version     uint16              `json:"version"`
	Class       journal.RecordClass `json:"class"`
	Author      clinic.StaffID      `json:"author"`
	Dossier     clinic.DossierID    `json:"dossier"`
	// Proven says that chain and signature show its place in the log.
	Proven bool            `json:"proven"`
	Body   json.RawMessage `json:"body,omitempty"`
}

// gatherer takes events one by one: each is a line, and texts, attachments and scans go
// into the tables.
type gatherer struct {
	lines *json.Encoder
	tell  func(seq uint64)
}

func newGatherer(to io.Writer, tell func(seq uint64)) *gatherer {
	lines := json.NewEncoder(to)
	lines.SetEscapeHTML(false)
	return &gatherer{lines, tell}
}

func (g *gatherer) event(tx *sqlite.Tx, e journal.Salvaged) error {
	g.tell(e.Seq)
	if err := g.take(tx, e); err != nil {
		return err
	}
	if err := g.lines.Encode(line{
		Seq: e.Seq, Incarnation: e.Incarnation, ID: e.ID, At: e.At, Kind: e.Kind, Version: e.Version, Class: e.Class,
		Author: e.Author, Dossier: e.Dossier, Proven: e.Proven, Body: e.Content,
	}); err != nil {
		return FolderError(err)
	}
	return nil
}

// take keeps what an event says of a text, an attachment or a scan. A body that cannot be
// understood is in events.jsonl, and nowhere else.
func (g *gatherer) take(tx *sqlite.Tx, e journal.Salvaged) error {
	if len(e.Content) == 0 {
		return nil
	}
	switch e.Kind {
	case archive.KindArrived.Name:
		var b archive.Arrived
		if json.Unmarshal(e.Content, &b) != nil {
			return nil
		}
		way := archive.In
		if b.State != archive.Received {
			way = archive.Out
		}
		return text(tx, b.Thread, b.Message, b.At, way, clinic.StaffID{}, b.Body, b.Media)
	case archive.KindWritten.Name:
		var b archive.Written
		if json.Unmarshal(e.Content, &b) != nil {
			return nil
		}
		return text(tx, b.Thread, b.Message, e.At, archive.Out, e.Author, b.Body, b.Pictures)
	case archive.KindAttachmentStored.Name, archive.KindPictured.Name:
		var b archive.AttachmentStored
		if json.Unmarshal(e.Content, &b) != nil {
			return nil
		}
		return stored(tx, e.At, b)
	case archive.KindAttachmentFailed.Name:
		var b archive.AttachmentFailed
		if json.Unmarshal(e.Content, &b) != nil {
			return nil
		}
		return failed(tx, e.At, b)
	case consent.KindScanned.Name:
		var b consent.Scanned
		if json.Unmarshal(e.Content, &b) != nil {
			return nil
		}
		return scanned(tx, e.At, b)
	case consent.KindScanAside.Name:
		var b consent.ScannedAside
		if json.Unmarshal(e.Content, &b) != nil {
			return nil
		}
		_, err := tx.Exec(`UPDATE salvage_scans SET aside = 1 WHERE id = ?`, b.Scan)
		return err
	}
	return nil
}

func text(tx *sqlite.Tx, thread clinic.ThreadID, id clinic.MessageID, at clinic.Instant, way archive.Way, author clinic.StaffID, body string, media int) error {
	if thread.IsZero() || id.IsZero() {
		return nil
	}
	number, err := numberOf(tx, thread)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO salvage_texts (id, thread, at, way, author, body, media) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		id, number, int64(at), string(way), author, body, media)
	return err
}

// stored takes the place of a failure, as it does in the views.
func stored(tx *sqlite.Tx, at clinic.Instant, b archive.AttachmentStored) error {
	if b.Thread.IsZero() || b.Message.IsZero() || b.Attachment.IsZero() {
		return nil
	}
	number, err := numberOf(tx, b.Thread)
	if err != nil {
		return err
	}
	if !b.Replaces.IsZero() {
		if _, err := tx.Exec(`DELETE FROM salvage_attachments WHERE id = ? AND name IS NULL`, b.Replaces); err != nil {
			return err
		}
	}
	_, err = tx.Exec(`INSERT INTO salvage_attachments (id, text, thread, at, type, name, key, size, hash, state, file)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '', '')
		ON CONFLICT (id) DO UPDATE SET type = excluded.type, name = excluded.name, key = excluded.key, size = excluded.size,
			hash = excluded.hash, state = '' WHERE name IS NULL`,
		b.Attachment, b.Message, number, int64(at), string(b.Type), b.File.Name, b.File.Key, b.File.Size, b.File.Hash)
	return err
}

func failed(tx *sqlite.Tx, at clinic.Instant, b archive.AttachmentFailed) error {
	if b.Thread.IsZero() || b.Message.IsZero() || b.Attachment.IsZero() {
		return nil
	}
	number, err := numberOf(tx, b.Thread)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO salvage_attachments (id, text, thread, at, type, size, state, file)
		VALUES (?, ?, ?, ?, '', 0, ?, '') ON CONFLICT (id) DO NOTHING`,
		b.Attachment, b.Message, number, int64(at), reason(b.Reason))
	return err
}

func scanned(tx *sqlite.Tx, at clinic.Instant, b consent.Scanned) error {
	if b.Scan.IsZero() || b.Consent.IsZero() {
		return nil
	}
	_, err := tx.Exec(`INSERT INTO salvage_scans (id, consent, at, pages, type, name, key, size, hash, aside, state, file)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, '', '') ON CONFLICT (id) DO NOTHING`,
		b.Scan, b.Consent, int64(at), b.Pages, string(b.Type), b.File.Name, b.File.Key, b.File.Size, b.File.Hash)
	return err
}

// numberOf returns the number of a conversation's file.
func numberOf(tx *sqlite.Tx, thread clinic.ThreadID) (n int64, err error) {
	if _, err := tx.Exec(`INSERT INTO salvage_threads (id) VALUES (?) ON CONFLICT (id) DO NOTHING`, thread); err != nil {
		return 0, err
	}
	err = tx.QueryRow(`SELECT number FROM salvage_threads WHERE id = ?`, thread).Scan(&n)
	return n, err
}

// waitingFile is an attachment or a scan whose file has not been copied yet.
type waitingFile struct {
	number int64
	kind   string
	ref    blob.Ref
}

// waitingFiles returns some of them, the first by number, after one.
func waitingFiles(tx *sqlite.Tx, table string, after int64, limit int) ([]waitingFile, error) {
	rows, err := tx.Query(`SELECT number, type, name, key, size, hash FROM `+table+`
		WHERE number > ? AND name IS NOT NULL ORDER BY number LIMIT ?`, after, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var some []waitingFile
	for rows.Next() {
		var w waitingFile
		if err := rows.Scan(&w.number, &w.kind, &w.ref.Name, &w.ref.Key, &w.ref.Size, &w.ref.Hash); err != nil {
			return nil, err
		}
		some = append(some, w)
	}
	return some, rows.Err()
}

// reason is the last word of a code: what a table says of an attachment.
func reason(c clinic.Code) string { return path.Ext("." + string(c))[1:] }
