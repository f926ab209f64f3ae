package archive

import (
	"fmt"
	"math"
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
	// far says that more than the first signatures were looked through.
	far bool
}

// down calls fn with the texts in sight that match, the newest below a document
// first, until it returns false: that text counts as not read. It reads most
// texts at the most.
//
// What a person may not see is neither read nor counted. Whoever sees some threads
// is answered from their signatures. Whoever sees all, or all but a few, is
// answered from the index, which is asked to leave out those few: it passes over
// them without reading, and they are at most some thousands of texts. Which of the
// two it is follows from threads and care, never from what was written. In both,
// sight holds once more in the statement that reads the texts.
//
// The filter holds on what was read, so that a filter which leaves out nearly
// everything cannot keep one statement busy for ever; its facts are asked of the
// index, which makes that rare.
func (w walk) down(below int64, most int, fn func(candidate, terms.Match) bool) (end, error) {
	from, to, err := w.span(below)
	if err != nil {
		return end{}, err
	}
	r := &reader{walk: w, left: most, last: below, fn: fn}
	hidden, dense, err := w.hidden()
	if err != nil {
		return end{}, err
	}
	if w.filter.ofThreads() || !dense {
		limit := math.MaxInt64
		if dense {
			limit = mostNamed + 1
		}
		threads, err := w.threads(limit)
		if err != nil {
			return end{}, err
		}
		if !dense || len(threads) <= mostNamed {
			return r.signed(threads, from, to)
		}
	}
	return r.indexed(hidden, from, to)
}

// mostNamed bounds the threads that are named in a question, to be looked through
// alone or to be left out.
const mostNamed = 64

// reader reads what is proposed.
type reader struct {
	walk
	left int   // texts that may still be read
	last int64 // the document that was read last
	fn   func(candidate, terms.Match) bool
}

// rows reads the rows of a statement, in their order, and reports whether there
// is reason to go on.
func (r *reader) rows(rows *sqlite.Rows, err error) (more bool, _ error) {
	if err != nil {
		return false, fmt.Errorf("archive: search: %w", err)
	}
	defer rows.Close()
	for ; rows.Next(); r.left-- {
		if r.left == 0 {
			return false, nil
		}
		var c candidate
		if err := rows.Scan(c.fields()...); err != nil {
			return false, fmt.Errorf("archive: search: %w", err)
		}
		if r.filter.keeps(c) {
			if m, matches := r.query.Match(c.body); matches && !r.fn(c, m) {
				return false, nil
			}
		}
		r.last = c.doc
	}
	if err := rows.Err(); err != nil {
		return false, fmt.Errorf("archive: search: %w", err)
	}
	return true, nil
}

// indexed reads what the index proposes, but for some threads.
func (r *reader) indexed(hidden []clinic.ThreadID, from, to int64) (end, error) {
	facts := r.facts(r.query.Tokens())
	if len(facts) > 1 {
		return r.byStretches(facts, hidden, from, to)
	}
	return r.asked(facts, nil, hidden, from, to)
}

// asked reads what has all of some facts, and one of some stretches where there are
// any. The order of the joins is fixed: the index
// leads, and what it gives comes in order.
func (r *reader) asked(facts, stretches []string, hidden []clinic.ThreadID, from, to int64) (end, error) {
	lead, column, asked := `search_docs d`, `d.doc`, ``
	args := []any{from, to}
	if len(facts) > 0 {
		lead, column = `search_index s CROSS JOIN search_docs d ON d.doc = s.rowid`, `s.rowid`
		asked, args = ` AND s.search_index MATCH ?`, append(args, question(facts, stretches, hidden))
	}
	seen, more := r.sight.where("t")
	on, err := r.rows(r.tx.Query(`SELECT `+candidateColumns+` FROM `+lead+` CROSS JOIN messages m ON m.seq = d.seq
		CROSS JOIN threads t ON t.id = m.thread
		WHERE `+column+` >= ? AND `+column+` < ?`+asked+` AND `+seen+` ORDER BY `+column+` DESC`, append(args, more...)...))
	if err != nil || !on {
		return end{doc: r.last}, err
	}
	return end{all: true}, nil
}

// span returns the documents to be looked at: from the first to before the last.
// Texts of a full second lie as far behind it as the next one with room.
func (w walk) span(below int64) (from, to int64, err error) {
	from, to = w.floor, below
	if from == 0 {
		from = minDoc
	}
	if w.filter.From != 0 {
		from = max(from, docAt(w.filter.From))
	}
	if w.filter.Until != 0 {
		last, _, err := roomFrom(w.tx, docAt(w.filter.Until-1))
		if err != nil {
			return 0, 0, fmt.Errorf("archive: search: %w", err)
		}
		to = min(to, last+docsPerSecond)
	}
	return from, to, nil
}

const minDoc = -1 << 62

// instantOf returns the time of a document, to the second.
func instantOf(doc int64) clinic.Instant { return clinic.Instant(doc / docsPerSecond * 1000) }

// facts adds to tokens of the query what the filter asks for.
func (w walk) facts(all []string) []string {
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
	return all
}

// question asks the index for all of some facts, in one of some stretches, in none of
// some threads.
func question(facts, stretches []string, hidden []clinic.ThreadID) string {
	asked := `"` + strings.Join(facts, `" AND "`) + `"`
	if len(stretches) > 0 {
		asked += ` AND ("` + strings.Join(stretches, `" OR "`) + `")`
	}
	if len(hidden) == 0 {
		return asked
	}
	names := make([]string, len(hidden))
	for i, id := range hidden {
		names[i] = `"` + threadFact(id) + `"`
	}
	return "(" + asked + ") NOT (" + strings.Join(names, " OR ") + ")"
}

// hidden returns the threads that are out of sight, where they are so few that
// they can be named; otherwise dense is false.
func (w walk) hidden() (few []clinic.ThreadID, dense bool, err error) {
	out, args, known := w.sight.texts.Hidden("t.patient")
	if !known || !w.sight.strangers {
		return nil, false, nil
	}
	if w.sight.texts.All() {
		return nil, true, nil
	}
	few, err = w.list(out, append(args, mostNamed+1))
	return few, err == nil && len(few) <= mostNamed, err
}

// ofThreads reports whether the filter keeps the texts of some threads.
func (f SearchFilter) ofThreads() bool {
	return !f.Patient.IsZero() || f.Unread || f.Unknown || f.Only != nil
}

// threads returns the threads in sight that the filter keeps, so many of them at
// the most.
func (w walk) threads(most int) ([]clinic.ThreadID, error) {
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
	return w.list(where, append(args, most))
}

func (w walk) list(where string, args []any) (all []clinic.ThreadID, _ error) {
	rows, err := w.tx.Query(`SELECT t.id FROM threads t WHERE `+where+` LIMIT ?`, args...)
	if err != nil {
		return nil, fmt.Errorf("archive: search: %w", err)
	}
	defer rows.Close()
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
