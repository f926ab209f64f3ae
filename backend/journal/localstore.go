package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"

	"quietline/backend/clinic"
	"quietline/backend/sqlite"
)

// LocalStore is the Store of a clinic, in the file of its local log.
type LocalStore struct {
	db *sqlite.DB
}

// OpenLocalStore returns the store in a database that was opened with
// LogMigrations and sqlite.Full. Closing the database is the caller's.
func OpenLocalStore(db *sqlite.DB) *LocalStore { return &LocalStore{db: db} }

const keyColumns = `SELECT id, dossier, class, year, epoch, sealed, destroyed_at FROM content_keys`

// SlotKey implements Store.
func (s *LocalStore) SlotKey(ctx context.Context, slot KeySlot, epoch uint32) (StoredKey, bool, error) {
	return s.key(ctx, keyColumns+` WHERE dossier = ? AND class = ? AND year = ? AND epoch = ? AND destroyed_at IS NULL`,
		slot.Dossier[:], string(slot.Class), int64(slot.Year), int64(epoch))
}

// ContentKey implements Store.
func (s *LocalStore) ContentKey(ctx context.Context, id KeyID) (StoredKey, bool, error) {
	return s.key(ctx, keyColumns+` WHERE id = ?`, id[:])
}

func (s *LocalStore) key(ctx context.Context, query string, args ...any) (k StoredKey, found bool, err error) {
	err = s.db.Read(ctx, func(tx *sqlite.Tx) error {
		k, err = scanKey(tx.QueryRow(query, args...))
		return err
	})
	if errors.Is(err, sql.ErrNoRows) {
		return StoredKey{}, false, nil
	}
	if err != nil {
		return StoredKey{}, false, fmt.Errorf("find content key: %w", err)
	}
	return k, true, nil
}

// keyRow is a row of keyColumns.
type keyRow struct {
	id, dossier, sealed []byte
	class               string
	year, epoch         int64
	destroyed           sql.NullInt64
}

func scanKey(row interface{ Scan(into ...any) error }) (StoredKey, error) {
	var r keyRow
	if err := row.Scan(&r.id, &r.dossier, &r.class, &r.year, &r.epoch, &r.sealed, &r.destroyed); err != nil {
		return StoredKey{}, err
	}
	return r.key()
}

func (r keyRow) key() (k StoredKey, err error) {
	if len(r.id) != len(k.ID) || len(r.dossier) != len(k.Slot.Dossier) || r.year < 1 || r.year > 9999 || r.epoch < 0 || r.epoch > math.MaxUint32 {
		return k, ErrDamaged
	}
	k.ID = KeyID(r.id)
	k.Slot = KeySlot{Dossier: clinic.DossierID(r.dossier), Class: RecordClass(r.class), Year: uint16(r.year)}
	k.Epoch, k.Sealed = uint32(r.epoch), r.sealed
	k.DestroyedAt = clinic.Instant(r.destroyed.Int64)
	return k, nil
}

// AddContentKeys implements Store.
func (s *LocalStore) AddContentKeys(ctx context.Context, keys []StoredKey) error {
	err := s.db.Write(ctx, func(tx *sqlite.Tx) error {
		for _, k := range keys {
			done, err := tx.Exec(`INSERT INTO content_keys (id, dossier, class, year, epoch, sealed)
				VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
				k.ID[:], k.Slot.Dossier[:], string(k.Slot.Class), int64(k.Slot.Year), int64(k.Epoch), k.Sealed)
			if err != nil {
				return err
			}
			if n, err := done.RowsAffected(); err != nil {
				return err
			} else if n != 1 {
				return ErrConflict
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("add content keys: %w", err)
	}
	return nil
}

// DestroyContentKeys implements Store.
func (s *LocalStore) DestroyContentKeys(ctx context.Context, slots []KeySlot, at clinic.Instant) (int, error) {
	var total int64
	err := s.db.Write(ctx, func(tx *sqlite.Tx) error {
		total = 0
		for _, slot := range slots {
			done, err := tx.Exec(`UPDATE content_keys SET sealed = NULL, destroyed_at = ?
				WHERE dossier = ? AND class = ? AND year = ? AND destroyed_at IS NULL`,
				int64(at), slot.Dossier[:], string(slot.Class), int64(slot.Year))
			if err != nil {
				return err
			}
			n, err := done.RowsAffected()
			if err != nil {
				return err
			}
			total += n
		}
		_, err := tx.Exec(`UPDATE meta SET destructions = destructions + ?`, total)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("destroy content keys: %w", err)
	}
	if total > 0 {
		// The log of the file still holds the pages as they were.
		if err := s.db.Checkpoint(ctx); err != nil {
			return int(total), fmt.Errorf("empty the log of content keys: %w", err)
		}
	}
	return int(total), nil
}

// Destructions implements Store.
func (s *LocalStore) Destructions(ctx context.Context) (uint64, error) {
	var n int64
	err := s.db.Read(ctx, func(tx *sqlite.Tx) error {
		return tx.QueryRow(`SELECT destructions FROM meta`).Scan(&n)
	})
	if err != nil {
		return 0, fmt.Errorf("count destroyed content keys: %w", err)
	}
	return uint64(n), nil
}

// Views implements Store.
func (s *LocalStore) Views(ctx context.Context) (ViewsPointer, error) {
	var p ViewsPointer
	var generation int64
	err := s.db.Read(ctx, func(tx *sqlite.Tx) error {
		return tx.QueryRow(`SELECT views_generation, views_key FROM meta`).Scan(&generation, &p.SealedKey)
	})
	if err != nil {
		return ViewsPointer{}, fmt.Errorf("find views: %w", err)
	}
	p.Generation = uint64(generation)
	return p, nil
}

// SwitchViews implements Store.
func (s *LocalStore) SwitchViews(ctx context.Context, from uint64, to ViewsPointer) error {
	err := s.db.Write(ctx, func(tx *sqlite.Tx) error {
		done, err := tx.Exec(`UPDATE meta SET views_generation = ?, views_key = ? WHERE views_generation = ?`,
			int64(to.Generation), to.SealedKey, int64(from))
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil {
			return err
		} else if n != 1 {
			return ErrConflict
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("switch views: %w", err)
	}
	return nil
}
