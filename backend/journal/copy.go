package journal

import (
	"context"
	"errors"
	"fmt"
	"math"

	"quietline/backend/clinic"
	"quietline/backend/sqlite"
)

// What a copy of the log needs that lies outside of the clinic's files, and what
// puts such a copy back. Reading the log itself is [EventLog.Tail].

// ContentKeys returns every content key as it is stored, destroyed ones too, and
// how many were ever destroyed, of one moment. Whoever has found an event in the
// log before the call finds its key in the answer.
func (s *LocalStore) ContentKeys(ctx context.Context) (keys []StoredKey, destructions uint64, err error) {
	err = s.db.Read(ctx, func(tx *sqlite.Tx) error {
		keys = nil
		var n int64
		if err := tx.QueryRow(`SELECT destructions FROM meta`).Scan(&n); err != nil {
			return err
		}
		destructions = uint64(n)
		rows, err := tx.Query(keyColumns + ` ORDER BY id`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			k, err := scanKey(rows)
			if err != nil {
				return err
			}
			keys = append(keys, k)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, 0, fmt.Errorf("list content keys: %w", err)
	}
	return keys, destructions, nil
}

// PutBack fills a store that was made for a restored log with the content keys of
// its copy, in place of what it holds. It is called before a journal is opened
// over the store.
func (s *LocalStore) PutBack(ctx context.Context, keys []StoredKey, destructions uint64) error {
	if destructions > math.MaxInt64 {
		return fmt.Errorf("put content keys back: %w", ErrDamaged)
	}
	err := s.db.Write(ctx, func(tx *sqlite.Tx) error {
		if _, err := tx.Exec(`DELETE FROM content_keys`); err != nil {
			return err
		}
		for _, k := range keys {
			var sealed, destroyed any = k.Sealed, nil
			if !k.DestroyedAt.IsZero() {
				sealed, destroyed = nil, int64(k.DestroyedAt)
			}
			_, err := tx.Exec(`INSERT INTO content_keys (id, dossier, class, year, epoch, sealed, destroyed_at)
				VALUES (?, ?, ?, ?, ?, ?, ?)`,
				k.ID[:], k.Slot.Dossier[:], string(k.Slot.Class), int64(k.Slot.Year), int64(k.Epoch), sealed, destroyed)
			if err != nil {
				return err
			}
		}
		_, err := tx.Exec(`UPDATE meta SET destructions = ?`, int64(destructions))
		return err
	})
	if err != nil {
		return fmt.Errorf("put content keys back: %w", err)
	}
	return nil
}

// PutBack appends entries of a copy of the log in one durable transaction. They
// follow the head and link up with it, whatever became of the ones before; where
// they do not, it appends nothing and returns ErrForked. Signatures are left to
// [EventLog.Tail], which no reader gets past: the last batch need not be whole
// until all of a copy is back.
func (l *LocalLog) PutBack(ctx context.Context, entries []Entry) error {
	err := l.db.Write(ctx, func(tx *sqlite.Tx) error {
		head, err := readHead(tx)
		if err != nil {
			return err
		}
		for _, e := range entries {
			if head = Link(head, e.Incarnation, e.Sealed); head.Pos != e.Pos || head.Chain != e.Chain {
				return ErrForked
			}
			var subject, body, seal any
			if !e.Exclusive.IsZero() {
				subject = e.Exclusive[:]
			}
			if len(e.Body) > 0 {
				body = e.Body
			}
			if e.Seal != nil {
				seal = encodeSeal(*e.Seal)
			}
			_, err := tx.Exec(`INSERT INTO log (seq, incarnation, id, subject, header, body, chain, seal)
				VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
				int64(e.Seq), int64(e.Incarnation), e.ID[:], subject, e.Header, body, e.Chain[:], seal)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("put log back: %w", err)
	}
	return nil
}

// ReadBy reports whether a log that was put back can be read with keys: those of its
// newest event's epoch, and those of every seat that signed in it. Another history of
// the same clinic has others. It reads the whole log once.
func (l *LocalLog) ReadBy(ctx context.Context, keys Keyring, seats SeatKeys) (bool, error) {
	signed, err := l.signedBy(ctx)
	if err != nil {
		return false, err
	}
	for _, seat := range signed {
		if _, known := seats[seat]; !known {
			return false, nil
		}
	}
	var e Entry
	err = l.db.Read(ctx, func(tx *sqlite.Tx) error {
		var id, subject []byte
		err := tx.QueryRow(`SELECT id, subject, header FROM log ORDER BY seq DESC LIMIT 1`).Scan(&id, &subject, &e.Header)
		copy(e.ID[:], id)
		copy(e.Exclusive[:], subject)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("read the end of the log: %w", err)
	}
	number, err := headerEpoch(e.Header)
	if err != nil {
		return false, err
	}
	key, err := useKey(keys.Epoch(number))
	if errors.Is(err, clinic.E(clinic.CodeNotFound)) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	_, err = openHeader(key, e.ID, e.Exclusive, e.Header)
	if errors.Is(err, ErrDamaged) {
		return false, nil
	}
	return err == nil, err
}

func (l *LocalLog) signedBy(ctx context.Context) (seats []clinic.SeatID, err error) {
	err = l.db.Read(ctx, func(tx *sqlite.Tx) error {
		seats = nil
		rows, err := tx.Query(`SELECT DISTINCT substr(seal, 1, 16) FROM log WHERE seal IS NOT NULL`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var seat []byte
			if err := rows.Scan(&seat); err != nil {
				return err
			}
			if len(seat) != len(clinic.SeatID{}) {
				return ErrDamaged
			}
			seats = append(seats, clinic.SeatID(seat))
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("list who signed in the log: %w", err)
	}
	return seats, nil
}

// ContentAt returns ContentHash together with the head that it belongs to.
// Recording goes on meanwhile.
func (j *Journal) ContentAt(ctx context.Context) (at Head, sum [32]byte, err error) {
	if err := j.usable(); err != nil {
		return Head{}, sum, err
	}
	if err := j.Follow(ctx, nil); err != nil {
		return Head{}, sum, err
	}
	if j.behind.Load() {
		if err := j.CatchUp(ctx); err != nil {
			return Head{}, sum, err
		}
	}
	v := j.hold()
	defer v.use.RUnlock()
	err = v.db.Read(ctx, func(tx *sqlite.Tx) error {
		c, err := loadCursor(tx, v.macKey)
		if err != nil {
			return err
		}
		at = c.head
		sum, err = contentHash(tx)
		return err
	})
	return at, sum, j.orClosed(err)
}

// AppendSeal writes the signature over a batch as the log stores it.
func AppendSeal(b []byte, s Seal) []byte { return append(b, encodeSeal(s)...) }

// ParseSeal is the inverse of AppendSeal.
func ParseSeal(b []byte) (Seal, error) { return decodeSeal(b) }

// SealBytes is the length of what AppendSeal writes.
const SealBytes = 84
