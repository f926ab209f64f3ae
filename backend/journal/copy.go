package journal

import (
	"context"
	"fmt"
	"math"

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

// ContentAt returns ContentHash together with the head that it belongs to.
// Recording goes on meanwhile.
func (j *Journal) ContentAt(ctx context.Context) (at Head, sum [32]byte, err error) {
	if err := j.usable(); err != nil {
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
