package archive

import (
	"cmp"
	"encoding/binary"
	"math"
	"slices"
	"strconv"

	"quietline/backend/archive/terms"
	"quietline/backend/clinic"
	"quietline/backend/sqlite"
)

// CodeSearchWords: what was typed is too little to be looked up, or too much.
const CodeSearchWords clinic.Code = "archive.search_words"

// Bounds of the work behind one page of a search. What is beyond them is on the
// next page.
const (
	// examinedPerPage are the texts that a page reads at most, found or not.
	examinedPerPage = 160
	// mostRated are the newest texts that the best ones are chosen from.
	mostRated = 1000
	// examinedForBest bounds the reading for those.
	examinedForBest = 3000
)

// SearchFilter narrows a search. All of its conditions hold together.
type SearchFilter struct {
	// Patient, where not zero, keeps the texts of this patient's threads.
	Patient clinic.PatientID
	// Author, where not zero, keeps the texts that this member of staff wrote.
	Author clinic.StaffID
	// Way, where not empty, keeps one direction.
	Way Way
	// From and Until bound the time of a text; Until is the first instant that is
	// out. Zero leaves that side open.
	From, Until clinic.Instant
	// Attachments keeps the texts that came with one.
	Attachments bool
	// Unread and Unknown keep the texts of threads with unread texts, and of
	// unknown senders.
	Unread, Unknown bool
	// Only, where not nil, keeps the texts of these threads. They may change from
	// page to page.
	Only []clinic.ThreadID
}

// narrows reports whether the filter leaves anything out.
func (f SearchFilter) narrows() bool {
	return !f.Patient.IsZero() || !f.Author.IsZero() || f.Way != "" || f.From != 0 || f.Until != 0 || f.Attachments ||
		f.Unread || f.Unknown || f.Only != nil
}

// Search asks for texts.
type Search struct {
	// Words are what a person has typed; terms says what they find. Empty finds
	// everything that the filter keeps.
	Words  string
	Filter SearchFilter
	// Best puts the texts first that fit best, of the newest 1,000 that match.
	// Otherwise the newest come first.
	Best bool
	// Inside also finds the words in the middle of others.
	Inside bool
	// After is the cursor of the page before, empty for the first.
	After string
	Limit int
}

// Hit is a text that was found, with the thread that it stands in.
type Hit struct {
	Message clinic.MessageID
	At      clinic.Instant
	Way     Way
	State   State
	Author  clinic.StaffID
	Media   int
	Thread  clinic.ThreadID
	Number  clinic.NumberID
	Patient clinic.PatientID // zero for an unknown sender
	Dossier clinic.DossierID
	Snippet terms.Snippet
}

// Hits is a page of what was found.
type Hits struct {
	Items []Hit
	// Next is the cursor of the next page, empty on the last. A page may have few
	// rows or none and still not be the last: reading on was put off.
	Next string
	// Inside says that words were also found in the middle of others: because it
	// was asked for, or because nothing was found otherwise.
	Inside bool
	// BackTo is the time down to which texts were looked through, zero where all
	// of them were.
	BackTo clinic.Instant
	// far says that many signatures were looked through.
	far bool
}

// Texts returns a page of the texts in sight that match a search. Whole words and
// beginnings of words are found; where there are none in the whole archive, the
// search goes on inside of words, on the next page if this one took long enough.
// CodeSearchWords means that there is too little
// to look for, CodeBadInput a limit outside of 1 to 200 or a cursor of another
// search. It is safe to retry.
func Texts(tx *sqlite.Tx, s Sight, q Search) (Hits, error) {
	if q.Limit < 1 || q.Limit > maxPage {
		return Hits{}, clinic.E(clinic.CodeBadInput)
	}
	var query terms.Query
	if q.Words != "" || !q.Filter.narrows() {
		var enough bool
		if query, enough = terms.Parse(q.Words); !enough {
			return Hits{}, clinic.E(CodeSearchWords)
		}
	}
	from, err := q.place()
	if err != nil {
		return Hits{}, err
	}
	from.inside = from.inside || q.Inside
	page, err := q.page(tx, s, query, from)
	nothing := page.Next == "" && len(page.Items) == 0 && !from.found
	if err != nil || !nothing || from.inside || query.Empty() {
		return page, err
	}
	again := start
	again.inside = true
	if page.far {
		// Enough for one page.
		return Hits{Next: q.cursors().Write(again.key())}, nil
	}
	return q.page(tx, s, query, again)
}

func (q Search) page(tx *sqlite.Tx, s Sight, query terms.Query, from place) (Hits, error) {
	if from.inside {
		query = query.Inside()
	}
	w := walk{tx: tx, sight: s, filter: q.Filter, query: query}
	if q.Best {
		return q.best(w, from)
	}
	return q.newest(w, from)
}

// newest returns a page in the order of time.
func (q Search) newest(w walk, from place) (Hits, error) {
	page := Hits{Inside: from.inside}
	end, err := w.down(from.below, examinedPerPage, func(c candidate, m terms.Match) bool {
		if len(page.Items) == q.Limit {
			return false
		}
		page.Items = append(page.Items, c.hit(m))
		return true
	})
	page.far = end.far
	if err != nil || end.all {
		return page, err
	}
	from.below, from.found = end.doc, from.found || len(page.Items) > 0
	page.Next, page.BackTo = q.cursors().Write(from.key()), instantOf(end.doc)
	return page, nil
}

// rated is a text that matches.
type rated struct {
	candidate
	terms.Match
}

func (r rated) compare(other rated) int {
	return cmp.Or(cmp.Compare(other.Score, r.Score), cmp.Compare(other.doc, r.doc))
}

// best returns a page of the best of the newest texts that match. The pages
// after the first choose from the same stretch of time, so that what arrives
// meanwhile neither moves nor hides a row.
func (q Search) best(w walk, from place) (Hits, error) {
	page := Hits{Inside: from.inside}
	most, examined := mostRated, examinedForBest
	if from.found {
		most, examined = math.MaxInt, math.MaxInt
		w.floor = from.floor
	}
	var all []rated
	end, err := w.down(from.below, examined, func(c candidate, m terms.Match) bool {
		if len(all) == most {
			return false
		}
		all = append(all, rated{c, m})
		return true
	})
	if err != nil {
		return page, err
	}
	page.far = end.far
	if !end.all {
		page.BackTo = instantOf(end.doc)
	}
	if len(all) == 0 {
		if !end.all {
			// None of the newest is one: the next page looks further back.
			from.below = end.doc
			page.Next = q.cursors().Write(from.key())
		}
		return page, nil
	}
	if !from.found {
		from.below, from.floor = all[0].doc+1, all[len(all)-1].doc
	}
	slices.SortFunc(all, rated.compare)
	if from.found {
		last := rated{candidate{doc: from.doc}, terms.Match{Score: from.score}}
		all = slices.DeleteFunc(all, func(r rated) bool { return r.compare(last) <= 0 })
	}
	for _, r := range all[:min(q.Limit, len(all))] {
		page.Items = append(page.Items, r.hit(r.Match))
	}
	if len(all) > q.Limit {
		last := all[q.Limit-1]
		from.found, from.doc, from.score = true, last.doc, last.Score
		page.Next = q.cursors().Write(from.key())
	}
	return page, nil
}

// place is where a page begins: the content of a cursor.
type place struct {
	// below is the first document that is not looked at any more.
	below int64
	// inside and found say how the pages before came about: with words found in
	// the middle of others, and with any row at all.
	inside, found bool
	// Of the best ones: the stretch of documents goes down to floor, and the page
	// before ended with doc and its score.
	floor, doc int64
	score      int
}

var start = place{below: math.MaxInt64}

const placeSize = 1 + 4*8

func (p place) key() []byte {
	flags := byte(0)
	if p.inside {
		flags |= 1
	}
	if p.found {
		flags |= 2
	}
	b := []byte{flags}
	for _, n := range []int64{p.below, p.floor, p.doc, int64(p.score)} {
		b = binary.BigEndian.AppendUint64(b, uint64(n))
	}
	return b
}

// place reads the cursor.
func (q Search) place() (place, error) {
	if q.After == "" {
		return start, nil
	}
	key, err := q.cursors().Read(q.After, placeSize)
	if err != nil {
		return place{}, err
	}
	n := func(i int) int64 { return int64(binary.BigEndian.Uint64(key[1+8*i:])) }
	return place{inside: key[0]&1 != 0, found: key[0]&2 != 0, below: n(0), floor: n(1), doc: n(2), score: int(n(3))}, nil
}

// cursors are those of this search.
func (q Search) cursors() clinic.Cursors {
	f := q.Filter
	return clinic.CursorsOf("archive.search", q.Words, strconv.FormatBool(q.Best), strconv.FormatBool(q.Inside),
		f.Patient.String(), f.Author.String(), string(f.Way), strconv.FormatInt(int64(f.From), 10),
		strconv.FormatInt(int64(f.Until), 10), strconv.FormatBool(f.Attachments), strconv.FormatBool(f.Unread),
		strconv.FormatBool(f.Unknown), strconv.FormatBool(f.Only != nil))
}
