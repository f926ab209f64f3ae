package archive

import (
	"encoding/binary"
	"errors"
	"slices"

	"quietline/backend/clinic"
	"quietline/backend/sqlite"
)

// Around returns the texts of a thread around one of them, half of the page
// before it. CodeNotFound means that the thread in sight has no such text.
func Around(tx *sqlite.Tx, s Sight, thread clinic.ThreadID, message clinic.MessageID, limit int) (Messages, error) {
	if limit < 1 || limit > maxPage {
		return Messages{}, clinic.E(clinic.CodeBadInput)
	}
	m, err := GetMessage(tx, s, message)
	if err != nil {
		return Messages{}, err
	}
	if m.Thread != thread {
		return Messages{}, clinic.E(clinic.CodeNotFound)
	}
	before, err := History(tx, s, thread, placeOf(m), max(limit/2, 1))
	if err != nil {
		return Messages{}, err
	}
	after, err := After(tx, s, thread, placeOf(m), max(limit/2, 1))
	if err != nil {
		return Messages{}, err
	}
	return Messages{
		Items:   slices.Concat(before.Items, []Message{m}, after.Items),
		Earlier: before.Earlier, Newer: after.Newer,
	}, nil
}

// After returns the texts of a thread after a cursor, the oldest of them first.
// Pages join in both directions.
// A thread that is out of sight has none.
func After(tx *sqlite.Tx, s Sight, thread clinic.ThreadID, after string, limit int) (Messages, error) {
	if limit < 1 || limit > maxPage {
		return Messages{}, clinic.E(clinic.CodeBadInput)
	}
	at, seq, err := readPlace(thread, after)
	if err != nil {
		return Messages{}, err
	}
	where, args := s.ofThread(thread)
	items, err := messages(tx.Query(`SELECT `+messageColumns+` FROM messages m WHERE `+where+`
		AND (m.at, m.seq) > (?, ?) ORDER BY m.at, m.seq LIMIT ?`, append(args, at, seq, limit+1)...))
	if err != nil {
		return Messages{}, err
	}
	page := Messages{Items: items}
	if len(items) > limit {
		page.Items = items[:limit]
		page.Newer = placeOf(items[limit-1])
	}
	if len(items) > 0 {
		page.Earlier = placeOf(items[0]) // at least what the cursor was written for
	}
	return page, nil
}

// ofThread returns the condition of a thread's messages, as far as it is in
// sight.
func (s Sight) ofThread(thread clinic.ThreadID) (where string, args []any) {
	where, args = `m.thread = ?`, []any{thread}
	if !s.all() {
		seen, more := s.where("t")
		where += ` AND EXISTS (SELECT 1 FROM threads t WHERE t.id = m.thread AND ` + seen + `)`
		args = append(args, more...)
	}
	return where, args
}

// historyCursors are those of a thread's texts, in both directions.
func historyCursors(thread clinic.ThreadID) clinic.Cursors {
	return clinic.CursorsOf("archive.history", thread.String())
}

var errNoPlace = errors.New("a cursor is missing")

// placeOf returns the cursor at a text.
func placeOf(m Message) string {
	at := binary.BigEndian.AppendUint64(nil, uint64(m.At))
	return historyCursors(m.Thread).Write(binary.BigEndian.AppendUint64(at, m.Seq))
}

func readPlace(thread clinic.ThreadID, cursor string) (at, seq int64, err error) {
	if cursor == "" {
		return 0, 0, clinic.E(clinic.CodeBadInput).Because(errNoPlace)
	}
	key, err := historyCursors(thread).Read(cursor, 8+8)
	if err != nil {
		return 0, 0, err
	}
	return int64(binary.BigEndian.Uint64(key)), int64(binary.BigEndian.Uint64(key[8:])), nil
}
