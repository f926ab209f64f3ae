package archive

import (
	"fmt"
	"slices"
	"strings"

	"quietline/backend/archive/terms"
	"quietline/backend/clinic"
	"quietline/backend/sqlite"
)

// walk reads the texts that may match, the newest first.
type walk struct {
	tx     *sqlite.Tx
	sight  Sight
	filter SearchFilter
	query  terms.Query
	// floor is the last document that is looked at.
	floor int64
}

// candidate is a text that the index proposes, and what a filter asks of it.
type candidate struct {
	doc    int64
	body   string
	unread int
	Hit
}

func (c *candidate) fields() []any {
	return []any{
		&c.doc, &c.body, &c.Message, &c.At, &c.Way, &c.State, &c.Author, &c.Media,
		&c.Thread, &c.Number, &c.Patient, &c.Dossier, &c.unread,
	}
}

const candidateColumns = `d.doc, m.body, m.id, m.at, m.way, m.state, m.author, m.media,
	t.id, t.number, t.patient, t.dossier, t.unread`

func (c candidate) hit(m terms.Match) Hit {
	c.Hit.Snippet = terms.Cut(c.body, m.Spans)
	return c.Hit
}

// end is where a walk ended: all are read, or those down to doc are.
type end struct {
	all bool
	doc int64
}

// down calls fn with the texts in sight that match, the newest below a document
// first, until it returns false: that text counts as not read. It reads most
// texts at the most.
//
// Sight holds in the statement: what a person may not see is neither read nor
// counted. The filter holds on what was read, so that a filter which leaves out
// nearly everything cannot keep one statement busy for ever; its facts are asked
// of the index, which makes that rare.
func (w walk) down(below int64, most int, fn func(candidate, terms.Match) bool) (end, error) {
	statement, args, some, err := w.statement(below)
	if err != nil || !some {
		return end{all: true}, err
	}
	rows, err := w.tx.Query(statement, args...)
	if err != nil {
		return end{}, fmt.Errorf("archive: search: %w", err)
	}
	defer rows.Close()
	last := below
	for read := 0; rows.Next(); read++ {
		if read == most {
			return end{doc: last}, nil
		}
		var c candidate
		if err := rows.Scan(c.fields()...); err != nil {
			return end{}, fmt.Errorf("archive: search: %w", err)
		}
		if w.filter.keeps(c) {
			if m, matches := w.query.Match(c.body); matches && !fn(c, m) {
				return end{doc: last}, nil
			}
		}
		last = c.doc
	}
	if err := rows.Err(); err != nil {
		return end{}, fmt.Errorf("archive: search: %w", err)
	}
	return end{all: true}, nil
}

// statement returns what is to be read; some is false where there is nothing.
// The order of the joins is fixed: the index leads, and what it gives comes in
// order.
func (w walk) statement(below int64) (statement string, args []any, some bool, err error) {
	tokens, some, err := w.tokens()
	if err != nil || !some {
		return "", nil, false, err
	}
	from, to := w.span(below)
	lead := `search_docs d`
	column := `d.doc`
	if tokens != "" {
		lead, column = `search_index s CROSS JOIN search_docs d ON d.doc = s.rowid`, `s.rowid`
	}
	where := column + ` >= ? AND ` + column + ` < ?`
	args = append(args, from, to)
	if tokens != "" {
		where += ` AND s.search_index MATCH ?`
		args = append(args, tokens)
	}
	seen, more := w.sight.where("t")
	return `SELECT ` + candidateColumns + ` FROM ` + lead + ` CROSS JOIN messages m ON m.seq = d.seq
		CROSS JOIN threads t ON t.id = m.thread WHERE ` + where + ` AND ` + seen + ` ORDER BY ` + column + ` DESC`,
		append(args, more...), true, nil
}

// span returns the documents to be looked at: from the first to before the last.
// Texts of a full second lie up to spill later than their time.
func (w walk) span(below int64) (from, to int64) {
	from, to = w.floor, below
	if from == 0 {
		from = minDoc
	}
	if w.filter.From != 0 {
		from = max(from, docAt(w.filter.From))
	}
	if w.filter.Until != 0 {
		to = min(to, docAt(w.filter.Until)+spill)
	}
	return from, to
}

const (
	minDoc = -1 << 62
	// spill is an hour: room for 57,600 texts of one second.
	spill = 3600 * docsPerSecond
)

// instantOf returns the time of a document, to the second.
func instantOf(doc int64) clinic.Instant { return clinic.Instant(doc / docsPerSecond * 1000) }

// mostThreads bounds the threads that the index is asked for by name. More are
// told apart after reading.
const mostThreads = 64

// tokens returns the question to the index, empty where there is none to ask;
// some is false where no text can match.
func (w walk) tokens() (question string, some bool, err error) {
	all := w.query.Tokens()
	f := w.filter
	if f.Way != "" {
		all = append(all, wayFact(f.Way))
	}
	if !f.Author.IsZero() {
		all = append(all, authorFact(f.Author))
	}
	if f.Attachments {
		all = append(all, mediaFact())
	}
	var parts []string
	for _, t := range all {
		parts = append(parts, `"`+t+`"`)
	}
	if f.ofThreads() || !w.sight.all() {
		threads, err := w.threads()
		switch {
		case err != nil:
			return "", false, err
		case len(threads) == 0:
			return "", false, nil
		case len(threads) <= mostThreads:
			parts = append(parts, eitherThread(threads))
		}
	}
	return strings.Join(parts, " AND "), true, nil
}

func eitherThread(threads []clinic.ThreadID) string {
	names := make([]string, len(threads))
	for i, id := range threads {
		names[i] = `"` + threadFact(id) + `"`
	}
	return "(" + strings.Join(names, " OR ") + ")"
}

// ofThreads reports whether the filter keeps the texts of some threads.
func (f SearchFilter) ofThreads() bool {
	return !f.Patient.IsZero() || f.Unread || f.Unknown || f.Only != nil
}

// threads returns the threads in sight that the filter keeps, and one more than
// mostThreads at the most.
func (w walk) threads() ([]clinic.ThreadID, error) {
	f := w.filter
	where, args := w.sight.where("t")
	if !f.Patient.IsZero() {
		where, args = where+` AND t.patient = ?`, append(args, f.Patient)
	}
	if f.Unread {
		where += ` AND t.unread > 0`
	}
	if f.Unknown {
		where += ` AND t.patient IS NULL`
	}
	if f.Only != nil {
		where, args = where+` AND t.id IN `+sqlite.InSet, append(args, sqlite.Set(f.Only...))
	}
	rows, err := w.tx.Query(`SELECT t.id FROM threads t WHERE `+where+` LIMIT ?`, append(args, mostThreads+1)...)
	if err != nil {
		return nil, fmt.Errorf("archive: search: %w", err)
	}
	defer rows.Close()
	var all []clinic.ThreadID
	for rows.Next() {
		var id clinic.ThreadID
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("archive: search: %w", err)
		}
		all = append(all, id)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("archive: search: %w", err)
	}
	return all, nil
}

// keeps reports whether a text passes the filter.
func (f SearchFilter) keeps(c candidate) bool {
	switch {
	case !f.Patient.IsZero() && c.Patient != f.Patient,
		!f.Author.IsZero() && c.Author != f.Author,
		f.Way != "" && c.Way != f.Way,
		f.From != 0 && c.At < f.From,
		f.Until != 0 && c.At >= f.Until,
		f.Attachments && c.Media == 0,
		f.Unread && c.unread == 0,
		f.Unknown && !c.Patient.IsZero(),
		f.Only != nil && !slices.Contains(f.Only, c.Thread):
		return false
	}
	return true
}
