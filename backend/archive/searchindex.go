package archive

import (
	"database/sql"
	"errors"
	"fmt"
	"strconv"

	"quietline/backend/archive/terms"
	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/sqlite"
)

// A text in the search index is a document. Its number follows the text's own
// time, so that the newest first is the index read backwards and a text that
// came late stands where it belongs: seconds since 1970 times docsPerSecond, and
// on from there in the order of the log. More texts in a second than that lie a
// second or more later in the order of a search, and nowhere else.
//
// Close numbers make the index small: each entry is kept as its distance from
// the one before.
const docsPerSecond = 16

// docAt returns the first number of the second of an instant.
func docAt(at clinic.Instant) int64 {
	seconds := int64(at) / 1000
	if int64(at)%1000 < 0 {
		seconds--
	}
	return seconds * docsPerSecond
}

// searchSchema makes the index. It holds tokens and no texts: a hit is read from
// messages, and what is not there any more cannot be found. Texts leave it when
// the views are made anew without them, which destroying content does, in a new
// file under a new key; secure-delete stands for whoever takes single ones out.
func searchSchema() []string {
	return append(append(signatureSchema(), stretchSchema()...), []string{
		`CREATE TABLE search_docs (doc INTEGER PRIMARY KEY, seq INTEGER NOT NULL) STRICT`,
		// The seconds whose numbers are all taken, each with a later one that was
		// the next with room when somebody last looked.
		`CREATE TABLE search_full (second INTEGER PRIMARY KEY, next INTEGER NOT NULL) STRICT`,
		`CREATE VIRTUAL TABLE search_index USING fts5 (
			tokens, content = '', columnsize = 0, detail = none, tokenize = "ascii tokenchars '` + terms.TokenChars + `'"
		) -- tokens of version ` + strconv.Itoa(terms.Version),
		`INSERT INTO search_index (search_index, rank) VALUES ('secure-delete', 1)`,
	}...)
}

// Facts of a text that the index holds beside its words.
const (
	factThread = 't'
	factAuthor = 'a'
	factWay    = 'w'
	factMedia  = 'm'
	// Those of stretches go by their width, the widest first.
	factStretch = 'x'
)

// factBytes of an id are enough to propose a text; what it is decides.
const factBytes = 6

func threadFact(id clinic.ThreadID) string { return terms.Fact(factThread, id[:factBytes]) }
func authorFact(id clinic.StaffID) string  { return terms.Fact(factAuthor, id[:factBytes]) }
func wayFact(w Way) string                 { return terms.Fact(factWay, []byte(w)) }
func mediaFact() string                    { return terms.Fact(factMedia, nil) }

// indexed is a text on its way into the index.
type indexed struct {
	thread clinic.ThreadID
	author clinic.StaffID
	way    Way
	body   string
	media  int
	at     clinic.Instant
}

func (t indexed) tokens() string {
	all := terms.Tokens(t.body) + threadFact(t.thread) + " " + wayFact(t.way)
	if !t.author.IsZero() {
		all += " " + authorFact(t.author)
	}
	if t.media > 0 {
		all += " " + mediaFact()
	}
	return all
}

// Index returns the reducer of the search index. It comes after that of [Projection],
// and may be behind it: making it is a third of the work of making the views, and
// nothing is decided from it.
func Index() journal.Trailing { return indexProjection{} }

type indexProjection struct{}

func (indexProjection) Name() string { return "archive search" }

func (indexProjection) Schema() []string { return searchSchema() }

func (indexProjection) Kinds() []journal.Kind {
	return []journal.Kind{KindArrived, KindWritten, KindMoved, KindPutBack}
}

func (indexProjection) Decisive() []string { return nil }

// Trails implements journal.Trailing.
func (indexProjection) Trails() {}

func (indexProjection) Apply(tx *sqlite.Tx, e journal.Applied, _ *journal.Touched) error {
	if e.Body.Destroyed() {
		return nil
	}
	r := indexer{tx, e}
	switch e.Kind {
	case KindArrived.Name:
		return decode(e, func(b Arrived) error {
			way := In
			if b.State != Received {
				way = Out
			}
			return r.index(indexed{thread: b.Thread, way: way, body: b.Body, media: b.Media, at: b.At})
		})
	case KindWritten.Name:
		return decode(e, func(b Written) error {
			return r.index(indexed{thread: b.Thread, author: e.Author, way: Out, body: b.Body, media: b.Pictures, at: e.At})
		})
	case KindMoved.Name, KindPutBack.Name:
		return r.carried()
	}
	return fmt.Errorf("archive: no rule for kind %s in the index", e.Kind)
}

type indexer struct {
	tx *sqlite.Tx
	e  journal.Applied
}

// index puts the text of the event into the search index, and into a signature
// of its thread. A text that was known when the event came has no row of its own: rows
// are made with their event and stay, so that this is the same whenever it is asked.
func (r indexer) index(t indexed) error {
	var own int
	if err := r.tx.QueryRow(`SELECT count(*) FROM messages WHERE seq = ?`, int64(r.e.Pos.Seq)).Scan(&own); err != nil || own == 0 {
		return err
	}
	doc, err := r.freeDoc(t.at)
	if err != nil {
		return fmt.Errorf("archive: number a text: %w", err)
	}
	if _, err := r.tx.Exec(`INSERT INTO search_docs (doc, seq) VALUES (?, ?)`, doc, int64(r.e.Pos.Seq)); err != nil {
		return fmt.Errorf("archive: number a text: %w", err)
	}
	tokens := t.tokens()
	if _, err := r.tx.Exec(`INSERT INTO search_index (rowid, tokens) VALUES (?, ?)`, doc, tokens+stretchFacts(doc)); err != nil {
		return fmt.Errorf("archive: index a text: %w", err)
	}
	if err := r.count(doc); err != nil {
		return fmt.Errorf("archive: count a text: %w", err)
	}
	return r.sign(doc, t, tokens)
}

// freeDoc returns the next number of a second, or of the first later one that
// has room. However many texts share a second, as those of an import may, finding
// it costs a few steps: what is passed over on the way leads straight there from
// then on.
func (r indexer) freeDoc(at clinic.Instant) (int64, error) {
	second, passed, err := roomFrom(r.tx, docAt(at))
	if err != nil {
		return 0, err
	}
	for _, full := range passed {
		if _, err := r.tx.Exec(`UPDATE search_full SET next = ?1 WHERE second = ?2 AND next <> ?1`, second, full); err != nil {
			return 0, err
		}
	}
	var doc int64
	if err := r.tx.QueryRow(`SELECT coalesce(max(doc) + 1, ?1) FROM search_docs WHERE doc >= ?1 AND doc < ?1 + ?2`,
		second, docsPerSecond).Scan(&doc); err != nil {
		return 0, err
	}
	if doc == second+docsPerSecond-1 {
		_, err = r.tx.Exec(`INSERT INTO search_full VALUES (?, ?)`, second, second+docsPerSecond)
	}
	return doc, err
}

// roomFrom returns the first second, from one on, that has a number left, and the
// full ones that led there. A second goes by its first number.
func roomFrom(tx *sqlite.Tx, second int64) (room int64, passed []int64, err error) {
	for {
		var next int64
		err := tx.QueryRow(`SELECT next FROM search_full WHERE second = ?`, second).Scan(&next)
		if errors.Is(err, sql.ErrNoRows) {
			return second, passed, nil
		}
		if err != nil {
			return 0, nil, err
		}
		second, passed = next, append(passed, second)
	}
}
