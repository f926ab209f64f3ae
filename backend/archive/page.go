package archive

import (
	"encoding/binary"
	"errors"
	"slices"
	"strconv"
	"strings"

	"quietline/backend/clinic"
	"quietline/backend/patients"
	"quietline/backend/sqlite"
)

// Filter selects threads for the inbox. All of its conditions hold together.
type Filter struct {
	Unread bool
	// Unknown keeps those of which nobody has said yet whose they are.
	Unknown bool
	// Search, where not empty, keeps the threads of the patients and numbers that
	// [patients.Match] finds.
	Search string
	// Only, where not nil, keeps these threads. They may change from page to page.
	Only []clinic.ThreadID
}

// cursors are those of the inbox under this filter.
func (f Filter) cursors() clinic.Cursors {
	return clinic.CursorsOf("archive.inbox", strconv.FormatBool(f.Unread), strconv.FormatBool(f.Unknown),
		f.Search, strconv.FormatBool(f.Only != nil))
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

var errNoNewest = errors.New("the newest text of a thread is missing")

// maxPage bounds the rows of a page.
const maxPage = 200

// List returns a page of the inbox. A thread without a message is not in it.
// CodeBadInput means a limit outside of 1 to 200, or a cursor of another list.
func List(tx *sqlite.Tx, s Sight, f Filter, after string, limit int) (Inbox, error) {
	if limit < 1 || limit > maxPage {
		return Inbox{}, clinic.E(clinic.CodeBadInput)
	}
	where, args := f.condition()
	seen, more := s.where("t")
	where, args = where+" AND "+seen, append(args, more...)
	if after != "" {
		key, err := f.cursors().Read(after, 8+16)
		if err != nil {
			return Inbox{}, err
		}
		where += ` AND (t.last_at, t.id) < (?, ?)`
		args = append(args, int64(binary.BigEndian.Uint64(key)), key[8:])
	}
	threads, err := threadsOf(tx.Query(`SELECT `+threadColumns+` FROM threads t
		WHERE `+where+` ORDER BY t.last_at DESC, t.id DESC LIMIT ?`, append(args, limit+1)...))
	if err != nil {
		return Inbox{}, err
	}
	var page Inbox
	if len(threads) > limit {
		threads = threads[:limit]
		last := threads[limit-1]
		page.Next = f.cursors().Write(append(binary.BigEndian.AppendUint64(nil, uint64(last.LastAt)), last.ID[:]...))
	}
	// The texts come by themselves, so that sorting threads never carries words.
	newest, err := newestOf(tx, threads)
	if err != nil {
		return Inbox{}, err
	}
	for _, t := range threads {
		m, found := newest[t.LastSeq]
		if !found {
			return Inbox{}, wrap("inbox", errNoNewest)
		}
		page.Rows = append(page.Rows, Row{Thread: t, Newest: m})
	}
	return page, nil
}

// newestOf returns the newest messages of threads by their positions.
func newestOf(tx *sqlite.Tx, threads []Thread) (map[uint64]Message, error) {
	positions := make([]string, len(threads))
	for i, t := range threads {
		positions[i] = strconv.FormatUint(t.LastSeq, 10)
	}
	all, err := messages(tx.Query(`SELECT `+messageColumns+` FROM messages m
		WHERE m.seq IN (SELECT value FROM json_each(?))`, "["+strings.Join(positions, ",")+"]"))
	if err != nil {
		return nil, err
	}
	newest := make(map[uint64]Message, len(all))
	for _, m := range all {
		newest[m.Seq] = m
	}
	return newest, nil
}

func (f Filter) condition() (string, []any) {
	where, args := []string{"t.last_at > 0"}, []any(nil)
	if f.Unread {
		where = append(where, "t.unread > 0")
	}
	if f.Unknown {
		where = append(where, "t.patient IS NULL", "NOT "+isNotPatient)
	}
	if f.Only != nil {
		where, args = append(where, "t.id IN "+sqlite.InSet), append(args, sqlite.Set(f.Only...))
	}
	if f.Search != "" {
		match := patients.NewMatch(f.Search)
		of, ofArgs := match.Patients("t.patient")
		at, atArgs := match.Numbers("t.number")
		where = append(where, "("+of+" OR "+at+")")
		args = append(append(args, ofArgs...), atArgs...)
	}
	return strings.Join(where, " AND "), args
}

// CountUnread counts the texts in sight that nobody has read. The total is kept as
// texts come and are read; what is added up is taken away from it where few
// threads are out of sight, and otherwise are the few that are in sight.
func CountUnread(tx *sqlite.Tx, s Sight) (int, error) {
	query, args := `SELECT texts FROM threads_unread_total`, []any(nil)
	hidden, hiddenArgs, few := s.texts.Hidden("t.patient")
	switch {
	case s.all():
	case few && s.strangers:
		query = `SELECT texts - (SELECT coalesce(sum(t.unread), 0) FROM threads t WHERE ` + hidden + `) FROM threads_unread_total`
		args = hiddenArgs
	default:
		query, args = s.where("t")
		query = `SELECT coalesce(sum(t.unread), 0) FROM threads t WHERE t.unread > 0 AND ` + query
	}
	var n int
	err := tx.QueryRow(query, args...).Scan(&n)
	return n, wrap("unread count", err)
}

// Messages is a page of a thread, the oldest of its texts first. Earlier and
// Newer are the cursors for the texts before and after them. Earlier is empty
// where there are none; so is Newer, and on a page that was read from the newest
// on.
type Messages struct {
	Items   []Message
	Earlier string
	Newer   string
}

// History returns the newest texts of a thread, or those before a cursor. A
// thread that is out of sight has none. CodeBadInput means a limit outside of 1
// to 200, or a cursor of another thread.
func History(tx *sqlite.Tx, s Sight, thread clinic.ThreadID, before string, limit int) (Messages, error) {
	if limit < 1 || limit > maxPage {
		return Messages{}, clinic.E(clinic.CodeBadInput)
	}
	where, args := s.ofThread(thread)
	if before != "" {
		at, seq, err := readPlace(thread, before)
		if err != nil {
			return Messages{}, err
		}
		where += ` AND (m.at, m.seq) < (?, ?)`
		args = append(args, at, seq)
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
		page.Earlier = placeOf(items[limit-1])
	}
	slices.Reverse(items)
	page.Items = items
	return page, nil
}
