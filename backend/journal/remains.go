package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"quietline/backend/clinic"
	"quietline/backend/sqlite"
)

// lookFurther is how many sequence numbers are tried one by one after the last
// that is known, where the end of the log cannot be read: what came after an
// anchor of at most a minute before.
const lookFurther = 2_000

// Remains hands what can be read of a log whose file is damaged to fn, in order,
// without checking it: each entry that is there, and nothing of those that are
// not. atLeast is how far the log is known to have come, from an anchor. It
// fails where the file cannot be read at all, where fn does, and where the disk
// refuses to work.
func (l *LocalLog) Remains(ctx context.Context, atLeast uint64, fn func(Entry) error) error {
	last, err := l.lastReadable(ctx)
	if err != nil {
		return err
	}
	end := max(last, atLeast)
	if last == 0 {
		end += lookFurther
	}
	for seq := uint64(0); seq < end; {
		entries, next, err := l.stretch(ctx, seq, end)
		if err != nil {
			return err
		}
		for _, e := range entries {
			if err := fn(e); err != nil {
				return err
			}
		}
		if last == 0 && len(entries) > 0 {
			end = max(end, entries[len(entries)-1].Seq+lookFurther)
		}
		seq = next
	}
	return nil
}

// stretch reads what can be read after a sequence number, and returns where to
// go on: at end where the table holds nothing more.
func (l *LocalLog) stretch(ctx context.Context, after, end uint64) (entries []Entry, next uint64, err error) {
	entries, err = l.page(ctx, after, tailPage)
	if spoiled(err) {
		next = min(after+tailPage, end)
		entries, err = l.oneByOne(ctx, after, next)
		return entries, next, err
	}
	if err != nil || len(entries) == 0 {
		return nil, end, err
	}
	return entries, entries[len(entries)-1].Seq, nil
}

// lastReadable returns the log's last sequence number, or zero where the end of
// the table cannot be read.
func (l *LocalLog) lastReadable(ctx context.Context) (uint64, error) {
	head, err := l.Head(ctx)
	switch {
	case err == nil:
		return head.Seq, nil
	case spoiled(err):
		return 0, nil
	}
	return 0, err
}

// oneByOne reads the entries after a sequence number up to another, leaving out
// those that cannot be read.
func (l *LocalLog) oneByOne(ctx context.Context, from, to uint64) ([]Entry, error) {
	var found []Entry
	for seq := from + 1; seq <= to; seq++ {
		e, err := l.entryAt(ctx, seq)
		switch {
		case err == nil:
			found = append(found, e)
		case !spoiled(err) && !errors.Is(err, sql.ErrNoRows):
			return nil, fmt.Errorf("read log at %d: %w", seq, err)
		}
	}
	return found, nil
}

func (l *LocalLog) entryAt(ctx context.Context, seq uint64) (Entry, error) {
	var e Entry
	err := l.db.Read(ctx, func(tx *sqlite.Tx) error {
		rows, err := tx.Query(entryColumns+` WHERE seq = ?`, int64(seq))
		if err != nil {
			return err
		}
		defer rows.Close()
		if !rows.Next() {
			return errors.Join(rows.Err(), sql.ErrNoRows)
		}
		if e, err = scanEntry(rows); err != nil {
			return err
		}
		return rows.Err()
	})
	return e, err
}

// spoiled reports whether an error says that what lies at this place of the file
// cannot be read, whoever asks.
func spoiled(err error) bool {
	return errors.Is(err, clinic.E(sqlite.CodeDamaged)) || errors.Is(err, ErrDamaged)
}
