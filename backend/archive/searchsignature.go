package archive

import (
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"math"
	"math/bits"
	"slices"
	"strconv"
	"strings"

	"quietline/backend/clinic"
	"quietline/backend/sqlite"
)

// A signature stands for up to 32 texts of one thread that lie close in time. For
// each of 192 numbers it says which of the texts have a token with that number,
// one bit for each text; behind that are the numbers of their documents. It is a
// signature file, bit-sliced: the texts that have several tokens are found by as
// many ANDs.
//
// Whoever sees some threads and not others is answered from the signatures of
// hers. The index would have to be walked past what she may not see: a word that
// others' patients use all the time and hers never would take her seconds, and
// the time would tell her so. Signatures of other threads are not even read, so
// that neither a row, nor how far was looked, nor how long it took depends on
// them.
//
// A signature never leaves out a text that has the tokens. That it proposes others,
// too, is found out by reading them, and rare: a word has many tokens.
const (
	// slices are so many that a row is short enough for SQLite to keep it in one
	// piece beside its key.
	slicesOfSignature = 192
	// textsPerSignature are the bits of a slice.
	textsPerSignature = 32
	sliceSize         = textsPerSignature / 8
	slicesSize        = slicesOfSignature * sliceSize
	docSize           = 4
	// periodBits make a period of 97 days: what a page looks through goes by whole
	// periods, the newest first.
	periodBits = 27
)

// signatureVersion names what is in a signature and which slice a token is in. It
// stands in the schema: another version makes the views be made anew.
const signatureVersion = 1

func signatureSchema() []string {
	return []string{
		`CREATE TABLE search_signatures (
			period INTEGER NOT NULL, thread BLOB NOT NULL, part INTEGER NOT NULL, signature BLOB NOT NULL,
			PRIMARY KEY (period, thread, part)
		) STRICT, WITHOUT ROWID -- signatures of version ` + strconv.Itoa(signatureVersion),
	}
}

// signature is the slices and the documents: their distances from the beginning
// of the period.
type signature []byte

func (s signature) texts() int { return (len(s) - slicesSize) / docSize }

// add puts a document and its tokens into the signature.
func (s signature) add(doc int64, tokens string) signature {
	bit := uint32(1) << s.texts()
	for token := range strings.FieldsSeq(tokens) {
		at := s[sliceOf(token)*sliceSize:]
		binary.BigEndian.PutUint32(at, binary.BigEndian.Uint32(at)|bit)
	}
	return binary.BigEndian.AppendUint32(s, uint32(doc-doc>>periodBits<<periodBits))
}

// remove clears the bits of a document, and reports whether the signature has it.
func (s signature) remove(doc int64) (found bool) {
	for n := range s.texts() {
		if binary.BigEndian.Uint32(s[slicesSize+n*docSize:]) != uint32(doc-doc>>periodBits<<periodBits) {
			continue
		}
		found = true
		for at := 0; at < slicesSize; at += sliceSize {
			binary.BigEndian.PutUint32(s[at:], binary.BigEndian.Uint32(s[at:])&^(1<<n))
		}
	}
	return found
}

// having returns which texts have a token in each of some slices, a bit for each.
func (s signature) having(slices []int) uint32 {
	texts := uint32(1<<s.texts() - 1)
	for _, n := range slices {
		texts &= binary.BigEndian.Uint32(s[n*sliceSize:])
	}
	return texts
}

// sliceOf returns the slice of a token.
func sliceOf(token string) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(token)) // it never fails
	return int(uint64(h.Sum32()) * slicesOfSignature >> 32)
}

func slicesOf(tokens []string) []int {
	all := make([]int, len(tokens))
	for i, token := range tokens {
		all[i] = sliceOf(token)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// sign puts a text into the last signature of its thread and period, or begins
// the next one where that is full.
func (r indexer) sign(doc int64, t indexed, tokens string) error {
	var part int
	var s signature
	period := doc >> periodBits
	err := r.tx.QueryRow(`SELECT part, signature FROM search_signatures WHERE period = ? AND thread = ?
		ORDER BY part DESC LIMIT 1`, period, t.thread).Scan(&part, (*[]byte)(&s))
	switch {
	case errors.Is(err, sql.ErrNoRows):
	case err != nil:
		return fmt.Errorf("archive: sign a text: %w", err)
	case len(s) < slicesSize:
		return fmt.Errorf("archive: sign a text: %w", errSignature)
	case s.texts() < textsPerSignature:
		_, err := r.tx.Exec(`UPDATE search_signatures SET signature = ? WHERE period = ? AND thread = ? AND part = ?`,
			[]byte(s.add(doc, tokens)), period, t.thread, part)
		if err != nil {
			return fmt.Errorf("archive: sign a text: %w", err)
		}
		return nil
	default:
		part++
	}
	first := make(signature, slicesSize).add(doc, tokens)
	if _, err := r.tx.Exec(`INSERT INTO search_signatures VALUES (?, ?, ?, ?)`, period, t.thread, part, []byte(first)); err != nil {
		return fmt.Errorf("archive: sign a text: %w", err)
	}
	return nil
}

// unsign takes a text out of the signature of a thread: it is proposed no more for any
// token. Its place in the signature stays taken.
func (r indexer) unsign(doc int64, thread clinic.ThreadID) error {
	rows, err := r.tx.Query(`SELECT part, signature FROM search_signatures WHERE period = ? AND thread = ? ORDER BY part`,
		doc>>periodBits, thread)
	if err != nil {
		return fmt.Errorf("archive: unsign a text: %w", err)
	}
	defer rows.Close()
	changed := map[int]signature{}
	for rows.Next() {
		var part int
		var s signature
		if err := rows.Scan(&part, (*[]byte)(&s)); err != nil {
			return fmt.Errorf("archive: unsign a text: %w", err)
		}
		if len(s) < slicesSize {
			return fmt.Errorf("archive: unsign a text: %w", errSignature)
		}
		if s.remove(doc) {
			changed[part] = s
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("archive: unsign a text: %w", err)
	}
	for part, s := range changed {
		if _, err := r.tx.Exec(`UPDATE search_signatures SET signature = ? WHERE period = ? AND thread = ? AND part = ?`,
			[]byte(s), doc>>periodBits, thread, part); err != nil {
			return fmt.Errorf("archive: unsign a text: %w", err)
		}
	}
	return nil
}

var errSignature = errors.New("a signature is too short")

// mostSignatures is after how many of them a page ends, at the end of a period.
// They are some 14,000 texts, and those of a therapist's own patients for most of a year.
const mostSignatures = 900

// firstSignatures are looked through before that is far.
const firstSignatures = 256

// signed reads what the signatures of some threads propose, the newest first,
// period by period. What is below the last period for which there was room is left
// to the next page; unless the walk has a floor, which an earlier page has set.
// Periods in which none of the threads has a text change nothing.
func (r *reader) signed(threads []clinic.ThreadID, from, to int64) (end, error) {
	slices := slicesOf(r.facts(r.query.AllTokens()))
	signatures, err := r.signaturesOf(threads)
	if err != nil {
		return end{}, err
	}
	if r.floor == 0 {
		r.left /= 2 // the other half of a page's work are the signatures
	}
	looked, lately := 0, 0
	ended, bottom, below := int64(0), from>>periodBits, (to-1)>>periodBits+1
	for {
		far := looked > firstSignatures
		period, some, err := r.periodBefore(below)
		if err != nil || !some || period < bottom {
			return end{all: true, far: far}, err
		}
		if r.floor == 0 && looked > 0 && looked+lately > mostSignatures {
			older, err := r.olderThan(signatures.ids, from, ended<<periodBits)
			return end{all: !older, doc: ended << periodBits, far: far}, err
		}
		p := proposals{slices: slices, from: from, to: to, period: period}
		if err := signatures.read(r.tx, &p); err != nil {
			return end{}, err
		}
		if more, err := r.named(p.newest(r.left)); err != nil || !more {
			return end{doc: r.last, far: far}, err
		}
		if p.looked > 0 {
			looked, lately, ended = looked+p.looked, p.looked, period
		}
		below = period
	}
}

// periodBefore returns the newest period before another of which there are texts,
// of whatever thread.
func (w walk) periodBefore(below int64) (newest int64, some bool, err error) {
	var period sql.Null[int64]
	if err := w.tx.QueryRow(`SELECT max(period) FROM search_signatures WHERE period < ?`, below).Scan(&period); err != nil {
		return 0, false, fmt.Errorf("archive: search: %w", err)
	}
	return period.V, period.Valid, nil
}

// olderThan reports whether some threads have texts from one document on and before
// another: the page that looks for them may be the last all the same.
func (w walk) olderThan(ids string, from, doc int64) (older bool, err error) {
	since := int64(math.MinInt64)
	if from != minDoc {
		since = int64(instantOf(from))
	}
	if err := w.tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM json_each(?) CROSS JOIN messages m
		ON m.thread = unhex(json_each.value) AND m.at >= ? AND m.at < ?)`, ids, since, int64(instantOf(doc))).Scan(&older); err != nil {
		return false, fmt.Errorf("archive: search: %w", err)
	}
	return older, nil
}

// signatures are those of some threads.
type signatures struct {
	ids string
	// only is nil where each thread is looked up. Where they are a good part of all,
	// going through a period is quicker: it passes over the others' signatures
	// unread, and takes as long whatever is in them.
	only map[clinic.ThreadID]bool
}

// lookedUp is how many threads are looked up in the time in which a signature each of
// three times as many is passed over.
const lookedUp = 3

func (w walk) signaturesOf(threads []clinic.ThreadID) (signatures, error) {
	s := signatures{ids: sqlite.Set(threads...)}
	if len(threads) <= mostNamed {
		return s, nil
	}
	var all int
	if err := w.tx.QueryRow(`SELECT count(*) FROM threads`).Scan(&all); err != nil {
		return s, fmt.Errorf("archive: search: %w", err)
	}
	if len(threads)*lookedUp < all {
		return s, nil
	}
	s.only = make(map[clinic.ThreadID]bool, len(threads))
	for _, id := range threads {
		s.only[id] = true
	}
	return s, nil
}

// read reads the signatures of one period.
func (s signatures) read(tx *sqlite.Tx, p *proposals) error {
	if s.only == nil {
		return p.seek(tx, s.ids)
	}
	p.only = s.only
	return p.read(tx.Query(`SELECT thread, signature FROM search_signatures WHERE period = ?`, p.period))
}

// named reads documents in the order in which they are named.
func (r *reader) named(docs []int64) (more bool, err error) {
	if len(docs) == 0 {
		return true, nil
	}
	list := []byte{'['}
	for i, doc := range docs {
		if i > 0 {
			list = append(list, ',')
		}
		list = strconv.AppendInt(list, doc, 10)
	}
	seen, args := r.sight.where("t")
	return r.rows(r.tx.Query(`SELECT `+candidateColumns+` FROM json_each(?) CROSS JOIN search_docs d ON d.doc = json_each.value
		CROSS JOIN messages m ON m.seq = d.seq CROSS JOIN threads t ON t.id = m.thread WHERE `+seen,
		append([]any{string(append(list, ']'))}, args...)...))
}

// proposals are the documents of the texts of a period that have a token in each of
// some slices.
type proposals struct {
	slices   []int
	from, to int64
	period   int64
	docs     []int64
	// looked is how many signatures were read.
	looked int
	// only, where not nil, are the threads whose signatures are read.
	only   map[clinic.ThreadID]bool
	thread clinic.ThreadID
}

// seek reads the signatures of some threads.
func (p *proposals) seek(tx *sqlite.Tx, ids string) error {
	return p.read(tx.Query(`SELECT s.thread, s.signature FROM json_each(?) CROSS JOIN search_signatures s
		ON s.period = ? AND s.thread = unhex(json_each.value)`, ids, p.period))
}

func (p *proposals) read(rows *sqlite.Rows, err error) error {
	if err != nil {
		return fmt.Errorf("archive: search: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(&p.thread, p); err != nil {
			return fmt.Errorf("archive: search: %w", err)
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("archive: search: %w", err)
	}
	return nil
}

// Scan looks at a signature where it lies, in SQLite's memory: copying thousands
// of them a letter would be most of the work.
func (p *proposals) Scan(column any) error {
	if p.only != nil && !p.only[p.thread] {
		return nil
	}
	s, _ := column.([]byte)
	if len(s) < slicesSize {
		return errSignature
	}
	p.looked++
	for texts := signature(s).having(p.slices); texts != 0; texts &= texts - 1 {
		at := slicesSize + docSize*bits.TrailingZeros32(texts)
		doc := p.period<<periodBits + int64(binary.BigEndian.Uint32(s[at:]))
		if doc >= p.from && doc < p.to {
			p.docs = append(p.docs, doc)
		}
	}
	return nil
}

// newest returns so many of the documents and one more, the newest first.
func (p *proposals) newest(most int) []int64 {
	slices.Sort(p.docs)
	p.docs = slices.Compact(p.docs) // one that was moved here and there has several places
	if most < len(p.docs) {
		p.docs = p.docs[len(p.docs)-most-1:]
	}
	slices.Reverse(p.docs)
	return p.docs
}
