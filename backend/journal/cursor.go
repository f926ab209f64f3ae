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
	// behind: the trailing projections are not at head yet, but at trail.
	behind bool
	trail  Head
	// making: the store points to the views although they do not hold all of the log yet;
	// see [Journal.build]. Nobody reads them.
	making bool
}

const (
	headSize = 4 + 8 + 32
	// cursorSize is without trail, as cursors were before there were any.
	cursorSize = 32 + headSize + 32 + 8 + 1
)

const (
	cursorNewer  = 1 << 0
	cursorBehind = 1 << 1
	cursorMaking = 1 << 2
)

func (c *cursor) encode(macKey []byte) []byte {
	b := make([]byte, 0, cursorSize+headSize+sha256.Size)
	b = append(b, c.fingerprint[:]...)
	b = c.head.append(b)
	b = c.digest.append(b)
	b = binary.BigEndian.AppendUint64(b, c.destructions)
	var flags byte
	if c.newer {
		flags |= cursorNewer
	}
	if c.behind {
		flags |= cursorBehind
	}
	if c.making {
		flags |= cursorMaking
	}
	b = c.trail.append(append(b, flags))
	mac := hmac.New(sha256.New, macKey)
	mac.Write(b)
	return mac.Sum(b)
}

// decodeCursor refuses a cursor that was not written under the key with
// CodeViewsTampered. One of before has no trail; that its views are outdated, its
// fingerprint tells.
func decodeCursor(b, macKey []byte) (cursor, error) {
	var c cursor
	size := len(b) - sha256.Size
	if size != cursorSize && size != cursorSize+headSize {
		return c, clinic.E(CodeViewsTampered)
	}
	mac := hmac.New(sha256.New, macKey)
	mac.Write(b[:size])
	if !hmac.Equal(mac.Sum(nil), b[size:]) {
		return c, clinic.E(CodeViewsTampered)
	}
	copy(c.fingerprint[:], b)
	c.head = parseHead(b[32:])
	c.digest = parseRowSum(b[76:])
	c.destructions = binary.BigEndian.Uint64(b[108:])
	c.newer = b[116]&cursorNewer != 0
	c.making = b[116]&cursorMaking != 0
	if size > cursorSize {
		c.behind = b[116]&cursorBehind != 0
		c.trail = parseHead(b[cursorSize:])
	}
	return c, nil
}

func (h Head) append(b []byte) []byte {
	b = binary.BigEndian.AppendUint32(b, h.Incarnation)
	b = binary.BigEndian.AppendUint64(b, h.Seq)
	return append(b, h.Chain[:]...)
}

func parseHead(b []byte) (h Head) {
	h.Incarnation = binary.BigEndian.Uint32(b)
	h.Seq = binary.BigEndian.Uint64(b[4:])
	copy(h.Chain[:], b[12:])
	return h
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
