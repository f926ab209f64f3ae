package archive

import (
	"cmp"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"

	"quietline/backend/clinic"
	"quietline/backend/sqlite"
)

// A signature stands for up to 32 texts of one thread that lie close in time. It
// is a Bloom filter of their tokens, followed by the numbers of their documents.
//
// Whoever sees some threads and not others is answered from the signatures of
// hers. The index would have to be walked past what she may not see: a word that
// others' patients use all the time and hers never would take her seconds, and
// the time would tell her so. Signatures of other threads are not even read, so
// that neither a row, nor how far was looked, nor how long it took depends on
// them.
//
// A signature never leaves out a text that has the tokens; one in thirty proposes
// texts that have not, which reading them finds out.
const (
	// filterSize, in bytes, makes a row short enough for SQLite to keep it in one
	// piece beside its key.
	filterSize = 768
	// filterHashes is how many bits a token sets.
	filterHashes = 4
	// textsPerSignature keeps less than half of the bits of a filter set.
	textsPerSignature = 32
	// periodBits make a period of 97 days: what a page looks through goes by whole
	// periods, the newest first.
	periodBits = 27
)

func signatureSchema() []string {
	return []string{
		`CREATE TABLE search_signatures (
			thread BLOB NOT NULL, period INTEGER NOT NULL, part INTEGER NOT NULL, signature BLOB NOT NULL,
			PRIMARY KEY (thread, period, part)
		) STRICT, WITHOUT ROWID`,
	}
}

// signature is the filter and the documents: their distances from the beginning
// of the period, four bytes each.
type signature []byte

func (s signature) texts() int { return (len(s) - filterSize) / 4 }

// add puts a document and its tokens into the signature.
func (s signature) add(doc int64, tokens string) signature {
	for token := range strings.FieldsSeq(tokens) {
		for _, bit := range bitsOf(token) {
			s[bit/8] |= 1 << (bit % 8)
		}
	}
	return binary.BigEndian.AppendUint32(s, uint32(doc-doc>>periodBits<<periodBits))
}

// has reports whether all of these bits are set.
func (s signature) has(bits []uint16) bool {
	for _, bit := range bits {
		if s[bit/8]&(1<<(bit%8)) == 0 {
			return false
		}
	}
	return true
}

// bitsOf returns the bits of a token. They must stay what they are as long as the
// views do: what was signed by others would not be found.
func bitsOf(token string) (bits [filterHashes]uint16) {
	h := fnv.New64a()
	_, _ = h.Write([]byte(token)) // it never fails
	// Two halves, mixed, make as many as are needed.
	sum := h.Sum64()
	one, two := uint32(sum), uint32(sum>>32)|1
	for i := range bits {
		bits[i] = uint16(uint64(one) * (filterSize * 8) >> 32)
		one += two
	}
	return bits
}

// sign puts a text into the last signature of its thread and period, or begins
// the next one where that is full.
func (r reducer) sign(doc int64, t indexed, tokens string) error {
	var part int
	var s signature
	period := doc >> periodBits
	err := r.tx.QueryRow(`SELECT part, signature FROM search_signatures WHERE thread = ? AND period = ?
		ORDER BY part DESC LIMIT 1`, t.thread, period).Scan(&part, (*[]byte)(&s))
	switch {
	case errors.Is(err, sql.ErrNoRows):
	case err != nil:
		return fmt.Errorf("archive: sign a text: %w", err)
	case len(s) < filterSize:
		return fmt.Errorf("archive: sign a text: %w", errSignature)
	case s.texts() < textsPerSignature:
		_, err := r.tx.Exec(`UPDATE search_signatures SET signature = ? WHERE thread = ? AND period = ? AND part = ?`,
			[]byte(s.add(doc, tokens)), t.thread, period, part)
		if err != nil {
			return fmt.Errorf("archive: sign a text: %w", err)
		}
		return nil
	default:
		part++
	}
	first := make(signature, filterSize).add(doc, tokens)
	if _, err := r.tx.Exec(`INSERT INTO search_signatures VALUES (?, ?, ?, ?)`, t.thread, period, part, []byte(first)); err != nil {
		return fmt.Errorf("archive: sign a text: %w", err)
	}
	return nil
}

var errSignature = errors.New("a signature is too short")

// mostSignatures is after how many of them a page ends, at the end of a period.
// They are some 40,000 texts, and those of a therapist's own patients for years.
const mostSignatures = 2500

// signed reads what the signatures of some threads propose, the newest first,
// period by period. What is below the first period at which enough was looked
// through is left to the next page; unless the walk has a floor, which an earlier
// page has set.
func (r *reader) signed(threads []clinic.ThreadID, from, to int64) (end, error) {
	ids, bits := sqlite.Set(threads...), bitsOfAll(r.facts())
	bottom, below := from>>periodBits, (to-1)>>periodBits+1
	for periods, looked := roomFor(mostSignatures, len(threads), 0), 0; ; {
		top, some, err := r.newestPeriod(ids, below)
		if err != nil || !some || top < bottom {
			return end{all: true}, err
		}
		if periods == 0 {
			if r.floor == 0 {
				return end{doc: below << periodBits}, nil
			}
			periods = 1
		}
		below = max(bottom, top-periods+1)
		p := proposals{bits: bits, from: from, to: to}
		if err := p.read(r.tx, ids, below, top); err != nil {
			return end{}, err
		}
		if more, err := r.named(p.newest(r.left)); err != nil || !more {
			return end{doc: r.last}, err
		}
		looked += p.looked
		periods = roomFor(mostSignatures-looked, len(threads), p.looked/int(top-below+1))
	}
}

// roomFor returns how many periods to look through at once: as many as there is
// room for, were there a signature of each thread in each, or as many as lately if
// that was more; none where there is no room for one like the last.
func roomFor(signatures, threads, lately int) int64 {
	if signatures <= 0 || signatures < lately {
		return 0
	}
	return int64(max(1, signatures/max(threads, lately, 1)))
}

// newestPeriod returns the newest period before another of which some threads
// have texts.
func (r *reader) newestPeriod(ids string, below int64) (newest int64, some bool, err error) {
	var period sql.Null[int64]
	if err := r.tx.QueryRow(`SELECT max((SELECT max(s.period) FROM search_signatures s
			WHERE s.thread = unhex(json_each.value) AND s.period < ?2)) FROM json_each(?1)`, ids, below).Scan(&period); err != nil {
		return 0, false, fmt.Errorf("archive: search: %w", err)
	}
	return period.V, period.Valid, nil
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

// proposals are the documents of the signatures that have some bits.
type proposals struct {
	bits     []uint16
	from, to int64
	docs     []int64
	// looked is how many signatures were read.
	looked int
	period int64
}

func (p *proposals) read(tx *sqlite.Tx, ids string, low, top int64) error {
	rows, err := tx.Query(`SELECT s.period, s.signature FROM json_each(?) CROSS JOIN search_signatures s
		ON s.thread = unhex(json_each.value) AND s.period BETWEEN ? AND ?`, ids, low, top)
	if err != nil {
		return fmt.Errorf("archive: search: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(&p.period, p); err != nil {
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
	b, _ := column.([]byte)
	if len(b) < filterSize {
		return errSignature
	}
	p.looked++
	s := signature(b)
	if !s.has(p.bits) {
		return nil
	}
	for at := filterSize; at+4 <= len(s); at += 4 {
		doc := p.period<<periodBits + int64(binary.BigEndian.Uint32(s[at:]))
		if doc >= p.from && doc < p.to {
			p.docs = append(p.docs, doc)
		}
	}
	return nil
}

// newest returns so many of the documents and one more, the newest first.
func (p *proposals) newest(most int) []int64 {
	slices.SortFunc(p.docs, func(a, b int64) int { return cmp.Compare(b, a) })
	if most < len(p.docs) {
		return p.docs[:most+1]
	}
	return p.docs
}

func bitsOfAll(tokens []string) (all []uint16) {
	for _, t := range tokens {
		bits := bitsOf(t)
		all = append(all, bits[:]...)
	}
	return all
}
