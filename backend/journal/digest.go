package journal

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"math"
	"math/bits"
	"slices"
	"strings"

	"quietline/backend/sqlite"
)

// rowSum is a hash of a set of rows in which equal rows count as often as they
// stand: the sum of the rows' hashes modulo 2^256. The order of the rows does not
// matter, and a row can be taken out again. Under a secret key nobody can find
// rows that change the set and keep the sum; without one it only compares.
type rowSum [4]uint64

func (s *rowSum) add(h *[32]byte) {
	var carry uint64
	for i := range s {
		s[i], carry = bits.Add64(s[i], binary.LittleEndian.Uint64(h[8*i:]), carry)
	}
}

func (s *rowSum) remove(h *[32]byte) {
	var borrow uint64
	for i := range s {
		s[i], borrow = bits.Sub64(s[i], binary.LittleEndian.Uint64(h[8*i:]), borrow)
	}
}

// join adds the rows of another set.
func (s *rowSum) join(other rowSum) {
	var carry uint64
	for i := range s {
		s[i], carry = bits.Add64(s[i], other[i], carry)
	}
}

func (s *rowSum) append(b []byte) []byte {
	for _, w := range s {
		b = binary.LittleEndian.AppendUint64(b, w)
	}
	return b
}

func parseRowSum(b []byte) (s rowSum) {
	for i := range s {
		s[i] = binary.LittleEndian.Uint64(b[8*i:])
	}
	return s
}

// rowHash hashes rows in their canonical form. It is not safe for concurrent use.
type rowHash struct {
	hash hash.Hash
	room []byte
}

func newRowHash(key []byte) *rowHash { return &rowHash{hash: hmac.New(sha256.New, key)} }

// clone returns another of the same key.
func (r *rowHash) clone() (*rowHash, error) {
	one, ok := r.hash.(hash.Cloner)
	if !ok {
		return nil, errors.ErrUnsupported
	}
	h, err := one.Clone()
	if err != nil {
		return nil, fmt.Errorf("hash rows: %w", err)
	}
	return &rowHash{hash: h}, nil
}

func newPlainRowHash() *rowHash { return &rowHash{hash: sha256.New()} }

// row hashes a row as somebody observes it who sees a write.
func (r *rowHash) row(table string, values []any) (sum [32]byte, err error) {
	if r.room, err = appendRow(r.room[:0], table, values); err != nil {
		return sum, err
	}
	return r.sum(), nil
}

// sum hashes what is in the room.
func (r *rowHash) sum() (sum [32]byte) {
	r.hash.Reset()
	r.hash.Write(r.room)
	r.hash.Sum(sum[:0])
	return sum
}

// change brings what an observed write did into a sum.
func (r *rowHash) change(s *rowSum, c sqlite.Change) error {
	if c.Old != nil {
		h, err := r.row(c.Table, c.Old)
		if err != nil {
			return err
		}
		s.remove(&h)
	}
	if c.New != nil {
		h, err := r.row(c.Table, c.New)
		if err != nil {
			return err
		}
		s.add(&h)
	}
	return nil
}

// table adds every row of a table and returns how many there are.
func (r *rowHash) table(tx *sqlite.Tx, table string, s *rowSum) (int64, error) {
	rows, err := tx.Query(`SELECT * FROM "` + strings.ReplaceAll(table, `"`, `""`) + `"`)
	if err != nil {
		return 0, fmt.Errorf("hash table: %w", err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return 0, fmt.Errorf("hash table: %w", err)
	}
	values := make([]sqlite.Raw, len(columns))
	into := make([]any, len(columns))
	for i := range into {
		into[i] = &values[i]
	}
	var count int64
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return 0, fmt.Errorf("hash table: %w", err)
		}
		r.room = appendText(r.room[:0], 't', table)
		for i := range values {
			r.room = appendRaw(r.room, &values[i])
		}
		h := r.sum()
		s.add(&h)
		count++
	}
	if err := rows.Err(); err != nil {
		return 0, fmt.Errorf("hash table: %w", err)
	}
	return count, nil
}

// appendRow writes a row so that different rows never read the same: each value
// with its type and, where it has one, its length. Two things are evened out,
// because SQLite shows them differently to the observer of a write and to a
// later read: a REAL that is a whole number is written as an INTEGER, and a TEXT
// ends at its first NUL. appendRaw writes a value in the same way.
func appendRow(b []byte, table string, values []any) ([]byte, error) {
	b = appendText(b, 't', table)
	for _, v := range values {
		switch v := v.(type) {
		case nil:
			b = append(b, 'n')
		case int64:
			b = appendInteger(b, v)
		case float64:
			b = appendReal(b, v)
		case string:
			v, _, _ = strings.Cut(v, "\x00")
			b = appendText(b, 's', v)
		case []byte:
			b = appendText(b, 'b', v)
		default:
			return nil, fmt.Errorf("hash row: a value is of type %T", v)
		}
	}
	return b, nil
}

// appendRaw writes a value of a row that is read.
func appendRaw(b []byte, v *sqlite.Raw) []byte {
	switch v.Type {
	case sqlite.Integer:
		return appendInteger(b, v.Int)
	case sqlite.Real:
		return appendReal(b, v.Float)
	case sqlite.Text:
		text, _, _ := bytes.Cut(v.Bytes, []byte{0})
		return appendText(b, 's', text)
	case sqlite.Blob:
		return appendText(b, 'b', v.Bytes)
	}
	return append(b, 'n')
}

func appendText[T string | []byte](b []byte, kind byte, v T) []byte {
	b = binary.BigEndian.AppendUint32(append(b, kind), uint32(len(v)))
	return append(b, v...)
}

func appendInteger(b []byte, v int64) []byte {
	return binary.BigEndian.AppendUint64(append(b, 'i'), uint64(v))
}

func appendReal(b []byte, v float64) []byte {
	if v == math.Trunc(v) && math.Abs(v) < 1<<63 {
		return appendInteger(b, int64(v))
	}
	return binary.BigEndian.AppendUint64(append(b, 'f'), math.Float64bits(v))
}

// contentHash hashes every ordinary table of the projections: full-text indexes
// and their shadow tables depend on the order of writing and are computed from
// the others.
func contentHash(tx *sqlite.Tx) ([32]byte, error) {
	names, err := ordinaryTables(tx)
	if err != nil {
		return [32]byte{}, err
	}
	rows, all := newPlainRowHash(), sha256.New()
	for _, name := range names {
		var sum rowSum
		count, err := rows.table(tx, name, &sum)
		if err != nil {
			return [32]byte{}, err
		}
		b, _ := appendRow(nil, name, []any{count})
		all.Write(sum.append(b))
	}
	return [32]byte(all.Sum(nil)), nil
}

func ordinaryTables(tx *sqlite.Tx) ([]string, error) {
	rows, err := tx.Query(`SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'`)
	if err != nil {
		return nil, fmt.Errorf("list tables: %w", err)
	}
	defer rows.Close()
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, fmt.Errorf("list tables: %w", err)
		}
		if !strings.HasPrefix(name, "sqlite_") && !strings.HasPrefix(name, ownTables) {
			names = append(names, name)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("list tables: %w", err)
	}
	slices.Sort(names)
	return names, nil
}
