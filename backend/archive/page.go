package archive

import (
	"encoding/base64"
	"encoding/binary"
	"slices"
	"strings"

	"quietline/backend/clinic"
	"quietline/backend/sqlite"
)

// Filter selects threads for the inbox. All of its conditions hold together.
type Filter struct {
	Unread  bool
	Unknown bool
	// Among, where not nil, keeps the threads of these patients and numbers.
	Among *Among
	// Only, where not nil, keeps these threads.
	Only []clinic.ThreadID
}

// Among is a set of patients and numbers, such as a search has found.
type Among struct {
	Patients []clinic.PatientID
	Numbers  []clinic.NumberID
}

// Row is a thread with its newest message.
type Row struct {
	Thread
	Newest Message
}

// Inbox is a page of threads, newest first; Next is empty on the last.
type Inbox struct {
	Rows []Row
	Next string
}

// List returns a page of the inbox. A thread without a message is not in it.
func List(tx *sqlite.Tx, f Filter, after string, limit int) (Inbox, error) {
	if limit < 1 || limit > 200 {
		return Inbox{}, clinic.E(clinic.CodeBadInput)
	}
	where, args := f.condition()
	if after != "" {
		at, id, err := readCursor(after)
		if err != nil {
			return Inbox{}, err
		}
		where += ` AND (t.last_at, t.id) < (?, ?)`
		args = append(args, at, id)
	}
	args = append(args, limit+1)
	rows, err := tx.Query(`SELECT `+threadColumns+`, `+messageColumns+` FROM threads t JOIN messages m ON m.seq = t.last_seq
		WHERE `+where+` ORDER BY t.last_at DESC, t.id DESC LIMIT ?`, args...)
	if err != nil {
		return Inbox{}, wrap("inbox", err)
	}
	defer rows.Close()
	var page Inbox
	for rows.Next() {
		var r Row
		if err := rows.Scan(slices.Concat(r.Thread.fields(), r.Newest.fields())...); err != nil {
			return Inbox{}, wrap("inbox", err)
		}
		if len(page.Rows) == limit {
			last := page.Rows[limit-1]
			page.Next = writeCursor(int64(last.LastAt), last.ID[:])
			break
		}
		page.Rows = append(page.Rows, r)
	}
	return page, wrap("inbox", rows.Err())
}

func (f Filter) condition() (string, []any) {
	where, args := []string{"t.last_at > 0"}, []any(nil)
	if f.Unread {
		where = append(where, "t.unread > 0")
	}
	if f.Unknown {
		where = append(where, "t.patient IS NULL")
	}
	if f.Only != nil {
		where = append(where, "t.id IN ("+marks(len(f.Only))+")")
		for _, id := range f.Only {
			args = append(args, id)
		}
	}
	if f.Among != nil {
		where = append(where, "(t.patient IN ("+marks(len(f.Among.Patients))+") OR t.number IN ("+marks(len(f.Among.Numbers))+"))")
		for _, id := range f.Among.Patients {
			args = append(args, id)
		}
		for _, id := range f.Among.Numbers {
			args = append(args, id)
		}
	}
	return strings.Join(where, " AND "), args
}

func marks(n int) string {
	if n == 0 {
		return "NULL"
	}
	return strings.TrimSuffix(strings.Repeat("?,", n), ",")
}

// CountUnread counts the texts that nobody has read.
func CountUnread(tx *sqlite.Tx) (int, error) {
	var n int
	err := tx.QueryRow(`SELECT coalesce(sum(unread), 0) FROM threads WHERE unread > 0`).Scan(&n)
	return n, wrap("unread count", err)
}

// Messages is a page of a thread, the oldest of its texts first. Earlier is the
// cursor for the texts before them, empty where there are none.
type Messages struct {
	Items   []Message
	Earlier string
}

// History returns the newest texts of a thread, or those before a cursor.
func History(tx *sqlite.Tx, thread clinic.ThreadID, before string, limit int) (Messages, error) {
	if limit < 1 || limit > 200 {
		return Messages{}, clinic.E(clinic.CodeBadInput)
	}
	where, args := `m.thread = ?`, []any{thread}
	if before != "" {
		at, seq, err := readCursor(before)
		if err != nil || len(seq) != 8 {
			return Messages{}, clinic.E(clinic.CodeBadInput)
		}
		where += ` AND (m.at, m.seq) < (?, ?)`
		args = append(args, at, int64(binary.BigEndian.Uint64(seq)))
	}
	args = append(args, limit+1)
	items, err := messages(tx.Query(`SELECT `+messageColumns+` FROM messages m WHERE `+where+
		` ORDER BY m.at DESC, m.seq DESC LIMIT ?`, args...))
	if err != nil {
		return Messages{}, err
	}
	var page Messages
	if len(items) > limit {
		items = items[:limit]
		last := items[limit-1]
		page.Earlier = writeCursor(int64(last.At), binary.BigEndian.AppendUint64(nil, last.Seq))
	}
	slices.Reverse(items)
	page.Items = items
	return page, nil
}

// A cursor is the key of the last row of a page. It is opaque to its holder and
// worth nothing but that: it names no patient.
func writeCursor(at int64, key []byte) string {
	raw := binary.BigEndian.AppendUint64(nil, uint64(at))
	return base64.RawURLEncoding.EncodeToString(append(raw, key...))
}

func readCursor(s string) (at int64, key []byte, err error) {
	raw, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(raw) < 16 || len(raw) > 24 {
		return 0, nil, clinic.E(clinic.CodeBadInput)
	}
	return int64(binary.BigEndian.Uint64(raw[:8])), raw[8:], nil
}
