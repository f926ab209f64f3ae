package journal

import (
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"

	"quietline/backend/clinic"
	"quietline/backend/sqlite"
)

// cursor is how far the views have come, and what they are then. It is written
// in the transaction that brings them there.
type cursor struct {
	fingerprint  [32]byte // of the projections that made the views
	head         Head
	digest       rowSum // of the decisive tables
	destructions uint64 // content keys destroyed when the views were made
	newer        bool   // an event was passed over that this program does not know
}

const cursorSize = 32 + 4 + 8 + 32 + 32 + 8 + 1

func (c *cursor) encode(macKey []byte) []byte {
	b := make([]byte, 0, cursorSize+sha256.Size)
	b = append(b, c.fingerprint[:]...)
	b = binary.BigEndian.AppendUint32(b, c.head.Incarnation)
	b = binary.BigEndian.AppendUint64(b, c.head.Seq)
	b = append(b, c.head.Chain[:]...)
	b = c.digest.append(b)
	b = binary.BigEndian.AppendUint64(b, c.destructions)
	if c.newer {
		b = append(b, 1)
	} else {
		b = append(b, 0)
	}
	mac := hmac.New(sha256.New, macKey)
	mac.Write(b)
	return mac.Sum(b)
}

// decodeCursor refuses a cursor that was not written under the key with
// CodeViewsTampered.
func decodeCursor(b, macKey []byte) (cursor, error) {
	var c cursor
	if len(b) != cursorSize+sha256.Size {
		return c, clinic.E(CodeViewsTampered)
	}
	mac := hmac.New(sha256.New, macKey)
	mac.Write(b[:cursorSize])
	if !hmac.Equal(mac.Sum(nil), b[cursorSize:]) {
		return c, clinic.E(CodeViewsTampered)
	}
	copy(c.fingerprint[:], b)
	c.head.Incarnation = binary.BigEndian.Uint32(b[32:])
	c.head.Seq = binary.BigEndian.Uint64(b[36:])
	copy(c.head.Chain[:], b[44:])
	c.digest = parseRowSum(b[76:])
	c.destructions = binary.BigEndian.Uint64(b[108:])
	c.newer = b[116] != 0
	return c, nil
}

// ownTables begins the names of the journal's own tables in the views.
const ownTables = "journal_"

// ownSchema is what the journal keeps in the views for itself. journal_ids holds
// the derived ids, so that a fact that is learned again is known before it is
// recorded.
func ownSchema() []string {
	return []string{
		`CREATE TABLE journal_cursor (
			one   INTEGER PRIMARY KEY CHECK (one = 1),
			state BLOB NOT NULL
		) STRICT`,
		`CREATE TABLE journal_ids (id BLOB PRIMARY KEY) STRICT, WITHOUT ROWID`,
	}
}

func loadCursor(tx *sqlite.Tx, macKey []byte) (cursor, error) {
	var state []byte
	err := tx.QueryRow(`SELECT state FROM journal_cursor`).Scan(&state)
	if errors.Is(err, sql.ErrNoRows) {
		return cursor{}, clinic.E(CodeViewsTampered)
	}
	if err != nil {
		return cursor{}, fmt.Errorf("read cursor: %w", err)
	}
	return decodeCursor(state, macKey)
}

func saveCursor(tx *sqlite.Tx, macKey []byte, c *cursor) error {
	_, err := tx.Exec(`INSERT INTO journal_cursor (one, state) VALUES (1, ?)
		ON CONFLICT (one) DO UPDATE SET state = excluded.state`, c.encode(macKey))
	if err != nil {
		return fmt.Errorf("write cursor: %w", err)
	}
	return nil
}

func knownID(tx *sqlite.Tx, id clinic.EventID) (bool, error) {
	var one int
	err := tx.QueryRow(`SELECT 1 FROM journal_ids WHERE id = ?`, id[:]).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look for event: %w", err)
	}
	return true, nil
}

func noteID(tx *sqlite.Tx, id clinic.EventID) error {
	if _, err := tx.Exec(`INSERT INTO journal_ids (id) VALUES (?) ON CONFLICT DO NOTHING`, id[:]); err != nil {
		return fmt.Errorf("note event: %w", err)
	}
	return nil
}
