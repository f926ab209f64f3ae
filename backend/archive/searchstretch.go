package archive

import (
	"database/sql"
	"encoding/binary"
	"fmt"
	"math"

	"quietline/backend/archive/terms"
	"quietline/backend/clinic"
	"quietline/backend/sqlite"
)

// A question with several tokens makes the index go back and forth between their
// lists until one text has them all. Two words that half of all texts have, and none
// has both, would be gone through from end to end. It goes no further than the
// shortest of the lists; so each text also has tokens of the stretches of time that
// it lies in, a question is asked of so many stretches, the newest first, and a page
// ends after so many texts.
//
// stretchBits are the widths of stretches, in documents: 388 days, 24 days and 36
// hours, so that both few texts in years and very many in a day make some steps.
var stretchBits = [...]int{29, 25, 21}

const finestBits = 21

// walkedPerPage bounds, for one page, the texts that a question goes past times the
// tokens that it asks for. That is some milliseconds; a page that ends by it says how
// far back it came, and the next one goes on.
const walkedPerPage = 100_000

// stretchSchema makes the table of how many texts lie in each of the finest stretches.
func stretchSchema() []string {
	return []string{`CREATE TABLE search_stretches (stretch INTEGER PRIMARY KEY, texts INTEGER NOT NULL) STRICT`}
}

// stretchFact is the token of the stretch of a width that a document lies in.
func stretchFact(width int, doc int64) string {
	var number [4]byte
	binary.BigEndian.PutUint32(number[:], uint32(doc>>stretchBits[width]))
	return terms.Fact(factStretch+byte(width), number[:])
}

func stretchFacts(doc int64) (all string) {
	for width := range stretchBits {
		all += " " + stretchFact(width, doc)
	}
	return all
}

// count counts a document. It is written in two statements: one with a condition
// would be undone by itself, and the index writes out what it has gathered before
// each that is.
func (r indexer) count(doc int64) error {
	done, err := r.tx.Exec(`UPDATE search_stretches SET texts = texts + 1 WHERE stretch = ?`, doc>>finestBits)
	if err != nil {
		return err
	}
	counted, err := done.RowsAffected()
	if err != nil || counted > 0 {
		return err
	}
	_, err = r.tx.Exec(`INSERT INTO search_stretches VALUES (?, 1)`, doc>>finestBits)
	return err
}

// byStretches asks the index for texts that have all of some facts, in the newest
// stretches for which there is room. Texts of the few hidden threads do not count:
// where a page ends must not tell how many they are.
//
// To ask costs about as much as to go past a thousand texts, so that stretches which
// lie one behind the other are asked about together.
func (r *reader) byStretches(facts []string, hidden []clinic.ThreadID, from, to int64) (end, error) {
	room := int64(walkedPerPage / len(facts))
	if r.floor != 0 {
		room = math.MaxInt64 // an earlier page has set the end
	}
	c := counting{walk: r.walk, hidden: hidden}
	for {
		s, err := c.gather(from, to, room)
		if err != nil {
			return end{}, err
		}
		if len(s.facts) == 0 {
			return end{all: s.last, doc: to}, nil
		}
		if e, err := r.asked(facts, s.facts, hidden, max(s.low, from), to); err != nil || !e.all {
			return e, err
		}
		room, to = s.room, s.low
	}
}

// mostStretches are asked about at once.
const mostStretches = 32

// gathered are stretches that lie one behind the other.
type gathered struct {
	facts []string
	low   int64 // the first document of the last of them
	room  int64 // for so many more texts there is room
	last  bool  // below them is no text
}

// gather takes stretches below a document, the newest first, for which there is room.
// The first with a text is taken whether there is room or not: a page gets on.
func (c *counting) gather(from, to, room int64) (gathered, error) {
	s := gathered{low: to, room: room}
	for len(s.facts) < mostStretches {
		newest, some, err := c.newestBefore(s.low)
		if err != nil {
			return s, err
		}
		if !some || newest < from {
			s.last = true
			break
		}
		low, width, texts, err := c.stretch(newest, s.room)
		if err != nil {
			return s, err
		}
		if texts > s.room && c.taken {
			break
		}
		s.facts, s.low = append(s.facts, stretchFact(width, newest)), low
		if texts > 0 {
			s.room, c.taken = max(s.room-texts, 0), true
		}
	}
	return s, nil
}

// newestBefore returns the newest document before another, of whatever thread.
func (w walk) newestBefore(to int64) (newest int64, some bool, err error) {
	var doc sql.Null[int64]
	if err := w.tx.QueryRow(`SELECT max(doc) FROM search_docs WHERE doc < ?`, to).Scan(&doc); err != nil {
		return 0, false, fmt.Errorf("archive: search: %w", err)
	}
	return doc.V, doc.Valid, nil
}

// counting counts the texts of stretches that are not hidden.
type counting struct {
	walk
	hidden []clinic.ThreadID
	// taken says that a stretch with texts that are not hidden was taken.
	taken bool
	// docs are those of the hidden threads in the periods from period on.
	docs   []int64
	period sql.Null[int64]
}

// stretch returns the widest stretch around a document that has no more texts than
// there is room for, or the finest: its first document, its width, and its texts.
func (c *counting) stretch(doc, room int64) (low int64, width int, texts int64, err error) {
	for width = range stretchBits {
		low = doc >> stretchBits[width] << stretchBits[width]
		// To the end of the finest stretch, which is what is counted.
		if texts, err = c.texts(low, doc>>finestBits<<finestBits+1<<finestBits); err != nil || texts <= room {
			return low, width, texts, err
		}
	}
	return low, len(stretchBits) - 1, texts, nil
}

func (c *counting) texts(low, high int64) (n int64, err error) {
	if err := c.tx.QueryRow(`SELECT coalesce(sum(texts), 0) FROM search_stretches WHERE stretch >= ? AND stretch < ?`,
		low>>finestBits, high>>finestBits).Scan(&n); err != nil {
		return 0, fmt.Errorf("archive: search: %w", err)
	}
	if len(c.hidden) == 0 {
		return n, nil
	}
	if err := c.read(low>>periodBits, (high-1)>>periodBits); err != nil {
		return 0, err
	}
	for _, doc := range c.docs {
		if doc >= low && doc < high {
			n--
		}
	}
	return n, nil
}

// read reads the documents of the hidden threads down to a period. They are some
// thousands at the most.
func (c *counting) read(low, top int64) error {
	if c.period.Valid {
		top = c.period.V - 1
	}
	ids := sqlite.Set(c.hidden...)
	for period := top; period >= low; period-- {
		p := proposals{period: period, from: math.MinInt64, to: math.MaxInt64}
		if err := p.seek(c.tx, ids); err != nil {
			return err
		}
		c.docs = append(c.docs, p.docs...)
		c.period = sql.Null[int64]{V: period, Valid: true}
	}
	return nil
}
