package journal

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"

	"quietline/backend/clinic"
	"quietline/backend/sqlite"
)

// tailPage is how many rows one read transaction of Tail takes. No transaction
// is open while the caller works on them.
const tailPage = 128

// firstPage is how many it takes first.
const firstPage = 32

// LocalLog is the log of a clinic in a file of its own. The database's lock
// orders appends, also of several processes.
type LocalLog struct {
	db    *sqlite.DB
	seats Seats
}

// OpenLocalLog returns the log in a database that was opened with LogMigrations
// and sqlite.Full. Closing the database is the caller's.
func OpenLocalLog(db *sqlite.DB, seats Seats) *LocalLog {
	return &LocalLog{db: db, seats: seats}
}

// Append implements EventLog. A transaction that fails has written nothing, so the
// outcome is never open.
func (l *LocalLog) Append(ctx context.Context, b Batch) (Pos, error) {
	may := make(chan bool, 1)
	may <- true
	return l.AppendOnce(ctx, b, may)
}

// AppendOnce implements Preparing.
func (l *LocalLog) AppendOnce(ctx context.Context, b Batch, may <-chan bool) (Pos, error) {
	if err := CheckBatch(b); err != nil {
		return Pos{}, err
	}
	// A batch that readers would refuse must not become part of the log for ever.
	if err := VerifyBatch(ctx, l.seats, b); err != nil {
		return Pos{}, err
	}
	var end Pos
	err := l.db.Write(ctx, func(tx *sqlite.Tx) error {
		head, err := readHead(tx)
		if err != nil {
			return err
		}
		if head != b.Parent {
			return ErrConflict
		}
		if end, err = insertBatch(tx, b); err != nil {
			return err
		}
		if !<-may {
			return errWithheld
		}
		return nil
	})
	switch {
	case err == nil:
		return end, nil
	case errors.Is(err, errWithheld):
		return Pos{}, errWithheld
	case !errors.Is(err, ErrConflict):
		return Pos{}, fmt.Errorf("append to log: %w", err)
	}
	return l.present(ctx, b)
}

// insertBatch writes the rows. A row that is refused because its id or subject
// is taken makes the batch a conflict.
func insertBatch(tx *sqlite.Tx, b Batch) (Pos, error) {
	head := b.Parent
	for i, e := range b.Events {
		head = Link(head, b.Incarnation, e)
		var subject, body, seal any
		if !e.Exclusive.IsZero() {
			subject = e.Exclusive[:]
		}
		if len(e.Body) > 0 {
			body = e.Body
		}
		if i == len(b.Events)-1 {
			seal = encodeSeal(b.Seal)
		}
		done, err := tx.Exec(`INSERT INTO log (seq, incarnation, id, subject, header, body, chain, seal)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
			int64(head.Seq), int64(head.Incarnation), e.ID[:], subject, e.Header, body, head.Chain[:], seal)
		if err != nil {
			return Pos{}, err
		}
		if n, err := done.RowsAffected(); err != nil {
			return Pos{}, err
		} else if n != 1 {
			return Pos{}, ErrConflict
		}
	}
	return head.Pos, nil
}

// present answers an append that met a conflict: with the position of the last
// event where all events are in the log, with ErrConflict otherwise.
func (l *LocalLog) present(ctx context.Context, b Batch) (Pos, error) {
	var end Pos
	err := l.db.Read(ctx, func(tx *sqlite.Tx) error {
		for _, e := range b.Events {
			var seq, incarnation int64
			err := tx.QueryRow(`SELECT seq, incarnation FROM log WHERE id = ?`, e.ID[:]).Scan(&seq, &incarnation)
			if errors.Is(err, sql.ErrNoRows) {
				return ErrConflict
			}
			if err != nil {
				return err
			}
			end = Pos{Incarnation: uint32(incarnation), Seq: uint64(seq)}
		}
		return nil
	})
	if errors.Is(err, ErrConflict) {
		return Pos{}, ErrConflict
	}
	if err != nil {
		return Pos{}, fmt.Errorf("look for batch in log: %w", err)
	}
	return end, nil
}

// Tail implements EventLog. Between its pages it lets others go first, as clinic.Aside
// says.
func (l *LocalLog) Tail(ctx context.Context, from Pos, fn func(Entry) error) error {
	start, err := l.headAt(ctx, from)
	if err != nil {
		return err
	}
	v := NewVerifier(start, l.seats, fn)
	// Few want more than the newest; who does soon reads long pages.
	for size := firstPage; ; size = min(2*size, tailPage) {
		clinic.Aside(ctx)
		page, err := l.page(ctx, v.Head().Seq, size)
		if err != nil {
			return err
		}
		for _, e := range page {
			if err := v.Next(ctx, e); err != nil {
				return err
			}
		}
		if len(page) < size {
			return v.End()
		}
	}
}

const entryColumns = `SELECT seq, incarnation, id, subject, header, body, chain, seal FROM log`

func (l *LocalLog) page(ctx context.Context, after uint64, size int) ([]Entry, error) {
	var page []Entry
	err := l.db.Read(ctx, func(tx *sqlite.Tx) error {
		rows, err := tx.Query(entryColumns+` WHERE seq > ? ORDER BY seq LIMIT ?`, int64(after), size)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			e, err := scanEntry(rows)
			if err != nil {
				return err
			}
			page = append(page, e)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("read log: %w", err)
	}
	return page, nil
}

// entryRow is a row of the log.
type entryRow struct {
	seq, incarnation                       int64
	id, subject, header, body, chain, seal []byte
}

func scanEntry(rows *sqlite.Rows) (Entry, error) {
	var r entryRow
	if err := rows.Scan(&r.seq, &r.incarnation, &r.id, &r.subject, &r.header, &r.body, &r.chain, &r.seal); err != nil {
		return Entry{}, err
	}
	return r.entry()
}

func (r entryRow) entry() (e Entry, err error) {
	if len(r.id) != len(e.ID) || len(r.chain) != len(e.Chain) || r.subject != nil && len(r.subject) != len(e.Exclusive) {
		return e, ErrDamaged
	}
	e.Pos = Pos{Incarnation: uint32(r.incarnation), Seq: uint64(r.seq)}
	e.Header, e.Body = r.header, r.body
	copy(e.ID[:], r.id)
	copy(e.Exclusive[:], r.subject)
	copy(e.Chain[:], r.chain)
	if r.seal != nil {
		s, err := decodeSeal(r.seal)
		if err != nil {
			return e, err
		}
		e.Seal = &s
	}
	return e, nil
}

// Verify implements EventLog.
func (l *LocalLog) Verify(ctx context.Context, pos Pos, chain Hash) error {
	at, err := l.headAt(ctx, pos)
	if err != nil {
		return err
	}
	if at.Chain != chain {
		return fmt.Errorf("verify log: link at %d: %w", pos.Seq, ErrForked)
	}
	return nil
}

// Head implements EventLog.
func (l *LocalLog) Head(ctx context.Context) (Head, error) {
	var head Head
	err := l.db.Read(ctx, func(tx *sqlite.Tx) (err error) {
		head, err = readHead(tx)
		return err
	})
	if err != nil {
		return Head{}, fmt.Errorf("read head of log: %w", err)
	}
	return head, nil
}

func readHead(tx *sqlite.Tx) (Head, error) {
	head, err := scanHead(tx.QueryRow(`SELECT seq, incarnation, chain FROM log ORDER BY seq DESC LIMIT 1`))
	if errors.Is(err, sql.ErrNoRows) {
		return Head{}, nil
	}
	return head, err
}

func scanHead(row *sqlite.Row) (Head, error) {
	var seq, incarnation int64
	var chain []byte
	if err := row.Scan(&seq, &incarnation, &chain); err != nil {
		return Head{}, err
	}
	h := Head{Pos: Pos{Incarnation: uint32(incarnation), Seq: uint64(seq)}}
	if copy(h.Chain[:], chain) != len(h.Chain) {
		return Head{}, ErrDamaged
	}
	return h, nil
}

// headAt returns the position with the link that the log holds there.
func (l *LocalLog) headAt(ctx context.Context, pos Pos) (Head, error) {
	if pos.IsZero() {
		return Head{}, nil
	}
	var at, last Head
	err := l.db.Read(ctx, func(tx *sqlite.Tx) (err error) {
		if last, err = readHead(tx); err != nil {
			return err
		}
		if pos.Seq == 0 || pos.Seq > last.Seq {
			return nil
		}
		at, err = scanHead(tx.QueryRow(`SELECT seq, incarnation, chain FROM log WHERE seq = ?`, int64(pos.Seq)))
		return err
	})
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return Head{}, fmt.Errorf("read log at %d: %w", pos.Seq, ErrGap)
	case err != nil:
		return Head{}, fmt.Errorf("read log at %d: %w", pos.Seq, err)
	case pos.Seq > last.Seq:
		return Head{}, fmt.Errorf("read log at %d: %w", pos.Seq, ErrTruncated)
	case at.Pos != pos:
		return Head{}, fmt.Errorf("read log at %d: incarnation: %w", pos.Seq, ErrForked)
	}
	return at, nil
}

func encodeSeal(s Seal) []byte {
	b := append(make([]byte, 0, 84), s.Seat[:]...)
	b = binary.BigEndian.AppendUint32(b, s.Count)
	return append(b, s.Signature[:]...)
}

func decodeSeal(b []byte) (Seal, error) {
	var s Seal
	if len(b) != 84 {
		return s, fmt.Errorf("read seal: %w", ErrDamaged)
	}
	s.Seat = clinic.SeatID(b[:16])
	s.Count = binary.BigEndian.Uint32(b[16:])
	copy(s.Signature[:], b[20:])
	return s, nil
}
