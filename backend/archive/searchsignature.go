package archive

import (
	"cmp"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
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
			thread BLOB NOT NULL, period INTEGER NOT NULL, part INTEGER NOT NULL, signature BLOB NOT NULL,
			PRIMARY KEY (thread, period, part)
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
	case len(s) < slicesSize:
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
	first := make(signature, slicesSize).add(doc, tokens)
	if _, err := r.tx.Exec(`INSERT INTO search_signatures VALUES (?, ?, ?, ?)`, t.thread, period, part, []byte(first)); err != nil {
		return fmt.Errorf("archive: sign a text: %w", err)
	}
	return nil
}

var errSignature = errors.New("a signature is too short")

// mostSignatures is after how many of them a page ends, at the end of a period.
// They are some 40,000 texts, and those of a therapist's own patients for years.
const mostSignatures = 2500

// The newest are looked through first and by themselves: most searches find
// enough there.
const firstSignatures, moreSignatures = 256, 4

// signed reads what the signatures of some threads propose, the newest first,
// period by period. What is below the first period at which enough was looked
// through is left to the next page; unless the walk has a floor, which an earlier
// page has set.
func (r *reader) signed(threads []clinic.ThreadID, from, to int64) (end, error) {
	ids, slices := sqlite.Set(threads...), slicesOf(r.facts(r.query.AllTokens()))
	bottom, below := from>>periodBits, (to-1)>>periodBits+1
	at, looked := firstSignatures, 0
	if r.floor == 0 {
		r.left /= 2 // the other half of a page's work are the signatures
	}
	for periods := roomFor(at, len(threads), 0); ; {
		far := looked > firstSignatures
		top, some, err := r.newestPeriod(ids, below)
		if err != nil || !some || top < bottom {
			return end{all: true, far: far}, err
		}
		if periods == 0 {
			if r.floor == 0 {
				return end{doc: below << periodBits, far: far}, nil
			}
			periods = 1
		}
		below = max(bottom, top-periods+1)
		p := proposals{slices: slices, from: from, to: to}
		if err := p.read(r.tx, ids, below, top); err != nil {
			return end{}, err
		}
		if more, err := r.named(p.newest(r.left)); err != nil || !more {
			return end{doc: r.last, far: far}, err
		}
		looked, at = looked+p.looked, at*moreSignatures
		lately := p.looked / int(top-below+1)
		if periods = roomFor(mostSignatures-looked, len(threads), lately); periods > 0 {
			periods = min(periods, roomFor(max(at, lately), len(threads), lately))
		}
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

// proposals are the documents of the texts that have a token in each of some
// slices.
type proposals struct {
	slices   []int
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
	slices.SortFunc(p.docs, func(a, b int64) int { return cmp.Compare(b, a) })
	if most < len(p.docs) {
		return p.docs[:most+1]
	}
	return p.docs
}
