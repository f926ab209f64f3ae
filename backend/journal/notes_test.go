package journal_test

import (
	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/sqlite"
)

// notes is a small domain: notes are written, corrected and struck in dossiers,
// and permits decide something.
type notes struct {
	// version is the newest version of note.written that this program knows.
	version uint16
	// schema is added to the tables.
	schema []string
	// refuse makes the reducer refuse a note with this text.
	refuse string
}

var (
	noteWritten  = journal.Kind{Name: "note.written", Version: 2, MinReader: 1, Class: journal.ClassMessage}
	noteStruck   = journal.Kind{Name: "note.struck", Version: 1, MinReader: 1, Class: journal.ClassMessage}
	permitGiven  = journal.Kind{Name: "permit.given", Version: 1, MinReader: 1, Class: journal.ClassConsent}
	permitRevoke = journal.Kind{Name: "permit.revoked", Version: 1, MinReader: 1, Class: journal.ClassConsent}
)

type (
	noteV1 struct {
		Text string `json:"text"`
	}
	noteV2 struct {
		Text string `json:"text"`
		Mood string `json:"mood,omitempty"`
	}
	struck struct {
		Note clinic.EventID `json:"note"`
	}
	permit struct {
		Name string `json:"name"`
	}
)

func (n notes) Name() string { return "notes" }

func (n notes) Schema() []string {
	return append([]string{
		`CREATE TABLE notes (
			id      BLOB PRIMARY KEY,
			seq     INTEGER NOT NULL,
			dossier BLOB,
			text    TEXT,
			mood    TEXT NOT NULL,
			at      INTEGER NOT NULL
		) STRICT, WITHOUT ROWID`,
		`CREATE INDEX notes_by_dossier ON notes (dossier, seq)`,
		`CREATE TABLE permits (name TEXT PRIMARY KEY, seq INTEGER NOT NULL, seal BLOB) STRICT`,
		`CREATE VIRTUAL TABLE notes_text USING fts5 (text, content = '', contentless_delete = 1)`,
	}, n.schema...)
}

func (n notes) Decisive() []string { return []string{"permits"} }

func (n notes) Kinds() []journal.Kind {
	written := noteWritten
	if n.version != 0 {
		written.Version = n.version
	}
	return []journal.Kind{written, noteStruck, permitGiven, permitRevoke}
}

func (n notes) Apply(tx *sqlite.Tx, e journal.Applied, touched *journal.Touched) error {
	switch e.Kind {
	case noteWritten.Name:
		return n.written(tx, e, touched)
	case noteStruck.Name:
		if e.Body.Destroyed() {
			return nil
		}
		var b struck
		if err := e.Body.Decode(&b); err != nil {
			return err
		}
		_, err := tx.Exec(`DELETE FROM notes WHERE id = ?`, b.Note)
		return err
	case permitGiven.Name, permitRevoke.Name:
		if e.Body.Destroyed() {
			return nil
		}
		var b permit
		if err := e.Body.Decode(&b); err != nil {
			return err
		}
		touched.Add("permit")
		if e.Kind == permitRevoke.Name {
			_, err := tx.Exec(`DELETE FROM permits WHERE name = ?`, b.Name)
			return err
		}
		_, err := tx.Exec(`INSERT INTO permits (name, seq, seal) VALUES (?, ?, ?)
			ON CONFLICT (name) DO UPDATE SET seq = excluded.seq`, b.Name, int64(e.Seq), []byte{})
		return err
	}
	return nil
}

func (n notes) written(tx *sqlite.Tx, e journal.Applied, touched *journal.Touched) error {
	var text any
	mood := "unknown"
	if !e.Body.Destroyed() {
		var b noteV2
		if e.Version == 1 || n.version == 1 {
			var old noteV1
			if err := e.Body.Decode(&old); err != nil {
				return err
			}
			b.Text = old.Text
		} else if err := e.Body.Decode(&b); err != nil {
			return err
		}
		if n.refuse != "" && b.Text == n.refuse {
			return clinic.E(clinic.CodeBadInput)
		}
		text = b.Text
		if b.Mood != "" {
			mood = b.Mood
		}
	}
	touched.Add("note", e.ID)
	_, err := tx.Exec(`INSERT INTO notes (id, seq, dossier, text, mood, at) VALUES (?, ?, ?, ?, ?, ?)`,
		e.ID, int64(e.Seq), e.Dossier, text, mood, int64(e.At))
	if err != nil || text == nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO notes_text (rowid, text) VALUES (?, ?)`, int64(e.Seq), text)
	return err
}

func note(text string) journal.Event {
	return journal.Event{Kind: noteWritten, Body: noteV2{Text: text}}
}

func noteIn(dossier clinic.DossierID, text string) journal.Event {
	e := note(text)
	e.Dossier = dossier
	return e
}

func givePermit(name string) journal.Event {
	return journal.Event{Kind: permitGiven, Body: permit{Name: name}}
}

func revokePermit(name string) journal.Event {
	return journal.Event{Kind: permitRevoke, Body: permit{Name: name}}
}

// texts lists the notes in the order of the log; a destroyed one is "—".
func texts(tx *sqlite.Tx) ([]string, error) {
	rows, err := tx.Query(`SELECT coalesce(text, '—') FROM notes ORDER BY seq`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, rows.Err()
}
