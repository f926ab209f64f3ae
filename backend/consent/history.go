package consent

import (
	"encoding/json"
	"fmt"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/policy"
	"quietline/backend/sqlite"
)

const historySchema = `CREATE TABLE consent_history (
	consent BLOB NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL, what TEXT NOT NULL, by BLOB, how TEXT NOT NULL,
	hold TEXT NOT NULL, state TEXT NOT NULL, scope TEXT NOT NULL, PRIMARY KEY (consent, seq)
) STRICT, WITHOUT ROWID`

// remember adds a line to the history of a consent, as it stands after an event.
// A consent whose beginning was destroyed has no history.
func remember(tx *sqlite.Tx, e journal.Applied, id clinic.ConsentID, what What, how How, hold policy.Hold) error {
	_, err := tx.Exec(`INSERT INTO consent_history SELECT id, ?, ?, ?, ?, ?, ?, state, scope FROM consents WHERE id = ?`,
		int64(e.Pos.Seq), int64(e.At), string(what), e.Author, string(how), string(hold), id)
	return err
}

// RecordOf returns all that is kept about a consent, or CodeNotFound.
func RecordOf(tx *sqlite.Tx, id clinic.ConsentID) (Record, error) {
	c, err := Get(tx, id)
	if err != nil {
		return Record{}, err
	}
	r := Record{Code: CodeOf(id), Consent: c}
	if c.Way != Spoken {
		if r.Template, err = TemplateByVersion(tx, c.Form); err != nil {
			return Record{}, err
		}
	}
	if r.Words, err = ofRequest(tx, id); err != nil {
		return Record{}, err
	}
	if r.History, err = HistoryOf(tx, id); err != nil {
		return Record{}, err
	}
	scans, err := ScansOf(tx, id)
	r.Scans = shown(scans[id])
	return r, err
}

// HistoryOf returns what happened to a consent, oldest first.
func HistoryOf(tx *sqlite.Tx, id clinic.ConsentID) ([]Happened, error) {
	rows, err := tx.Query(`SELECT at, what, by, how, hold, state, scope FROM consent_history WHERE consent = ? ORDER BY seq`, id)
	if err != nil {
		return nil, fmt.Errorf("consent: read history: %w", err)
	}
	defer rows.Close()
	var all []Happened
	for rows.Next() {
		var h Happened
		var scope string
		if err := rows.Scan(&h.At, &h.What, &h.By, &h.How, &h.Hold, &h.State, &scope); err != nil {
			return nil, fmt.Errorf("consent: read history: %w", err)
		}
		if err := json.Unmarshal([]byte(scope), &h.Scope); err != nil {
			return nil, fmt.Errorf("consent: read history: %w", err)
		}
		all = append(all, h)
	}
	return all, rows.Err()
}

// ByCode returns the consent whose record code it is, or CodeNotFound.
func ByCode(tx *sqlite.Tx, code RecordCode) (Consent, error) {
	var id clinic.ConsentID
	if err := tx.QueryRow(`SELECT coalesce((SELECT id FROM consents WHERE code = ? ORDER BY seq DESC LIMIT 1), x'')`, string(code)).
		Scan((*optionalConsent)(&id)); err != nil {
		return Consent{}, fmt.Errorf("consent: read code: %w", err)
	}
	return Get(tx, id)
}

// optionalConsent scans an id that may be missing.
type optionalConsent clinic.ConsentID

func (o *optionalConsent) Scan(src any) error {
	b, ok := src.([]byte)
	if ok && len(b) == 0 {
		return nil
	}
	return (*clinic.ConsentID)(o).Scan(src)
}
