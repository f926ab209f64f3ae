package sqlite

import (
	"encoding/binary"
	"math"
)

// Pages of trees and the rows in them, as https://sqlite.org/fileformat2.html has it.
// The bytes were sealed by this program; but a page may be from another day than its
// neighbours, and nothing here may end the program.

// Kinds of pages whose cells hold rows: leaves of tables, and all pages of indexes and
// of tables without rowids.
const (
	tableLeaf     = 0x0d
	indexLeaf     = 0x0a
	indexInterior = 0x02
)

// mostPayload bounds what one row may say it holds. Ours are far below.
const mostPayload = 64 << 20

// cell is a row in its page.
type cell struct {
	rowid int64
	size  int // of the whole payload
	local []byte
	next  uint32 // the page that it goes on in, zero for none
}

func bigEndian32(b []byte) uint32 { return binary.BigEndian.Uint32(b) }

// cellsOf returns the cells of a page, in order. It reports false for a page that holds
// no rows; a cell that is out of shape is left out.
func cellsOf(page []byte, number uint32) (cells []cell, ok bool) {
	header := 0
	if number == 1 {
		header = 100
	}
	kind, start := page[header], header+8
	switch kind {
	case indexInterior:
		start += 4
	case tableLeaf, indexLeaf:
	default:
		return nil, false
	}
	count := int(binary.BigEndian.Uint16(page[header+3:]))
	if start+2*count > len(page) {
		return nil, false
	}
	for i := range count {
		at := int(binary.BigEndian.Uint16(page[start+2*i:]))
		if at >= len(page) {
			continue
		}
		if c, ok := parseCell(page[at:], kind); ok {
			cells = append(cells, c)
		}
	}
	return cells, true
}

func parseCell(b []byte, kind byte) (c cell, ok bool) {
	if kind == indexInterior {
		if len(b) < 4 {
			return c, false
		}
		b = b[4:] // the page to the left
	}
	size, n := varint(b)
	if n == 0 || size < 0 || size > mostPayload {
		return c, false
	}
	b = b[n:]
	if kind == tableLeaf {
		if c.rowid, n = varint(b); n == 0 {
			return c, false
		}
		b = b[n:]
	}
	c.size = int(size)
	local := localSize(c.size, kind)
	if local > len(b) {
		return c, false
	}
	c.local = b[:local]
	if local < c.size {
		if len(b) < local+4 {
			return c, false
		}
		if c.next = bigEndian32(b[local:]); c.next == 0 {
			return c, false
		}
	}
	return c, true
}

// localSize is how much of a payload lies in the page itself.
func localSize(size int, kind byte) int {
	most := usableSize - 35
	if kind != tableLeaf {
		most = (usableSize-12)*64/255 - 23
	}
	if size <= most {
		return size
	}
	least := (usableSize-12)*32/255 - 23
	if n := least + (size-least)%(usableSize-4); n <= most {
		return n
	}
	return least
}

// varint reads a number of SQLite's own form, and how many bytes it takes; zero where
// it is cut.
func varint(b []byte) (v int64, n int) {
	var u uint64
	for i := range min(len(b), 9) {
		if i == 8 {
			return int64(u<<8 | uint64(b[i])), 9
		}
		u = u<<7 | uint64(b[i]&0x7f)
		if b[i] < 0x80 {
			return int64(u), i + 1
		}
	}
	return 0, 0
}

// parseRecord reads a row of so many columns.
func parseRecord(b []byte, columns int) (values []any, ok bool) {
	size, n := varint(b)
	if n == 0 || size < int64(n) || size > int64(len(b)) {
		return nil, false
	}
	types, body := b[n:size], b[size:]
	for len(types) > 0 {
		kind, n := varint(types)
		if n == 0 || len(values) == columns {
			return nil, false
		}
		types = types[n:]
		v, length, ok := parseValue(body, kind)
		if !ok {
			return nil, false
		}
		values, body = append(values, v), body[length:]
	}
	return values, len(values) == columns
}

// integerSizes are those of the types 1 to 6.
var integerSizes = [...]int{0, 1, 2, 3, 4, 6, 8}

func parseValue(b []byte, kind int64) (v any, size int, ok bool) {
	switch {
	case kind == 0:
		return nil, 0, true
	case kind >= 1 && kind <= 6:
		if size = integerSizes[kind]; size > len(b) {
			return nil, 0, false
		}
		n := int64(int8(b[0])) // the sign is in the first byte
		for _, next := range b[1:size] {
			n = n<<8 | int64(next)
		}
		return n, size, true
	case kind == 7:
		if len(b) < 8 {
			return nil, 0, false
		}
		return math.Float64frombits(binary.BigEndian.Uint64(b)), 8, true
	case kind == 8 || kind == 9:
		return kind - 8, 0, true
	case kind >= 12 && (kind-12)/2 <= int64(len(b)):
		size = int((kind - 12) / 2)
		if kind%2 == 0 {
			return append([]byte{}, b[:size]...), size, true
		}
		return string(b[:size]), size, true
	}
	return nil, 0, false
}
