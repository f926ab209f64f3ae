package sqlite

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// A page as SQLite sees it: 4064 bytes of content and a tail of 32 zeros. The
// same page on disk:
//
//	[0:4064]     ciphertext (page 1: the file's prefix, then ciphertext)
//	[4064:4080]  tag
//	[4080:4092]  nonce
//	[4092:4096]  zeros (page 1: the mark of the format and its version)
const (
	pageSize   = 4096
	tailSize   = 32
	usableSize = pageSize - tailSize
	tagEnd     = usableSize + 16
	nonceEnd   = tagEnd + 12
)

// plainMagic is what SQLite expects at the start of page 1; the prefix takes its
// place on disk.
const plainMagic = "SQLite format 3\x00"

// formatMark and formatVersion close page 1.
const (
	formatMark    = "QLs"
	formatVersion = 1
)

var (
	// errForged says that something is not what this key sealed in this place.
	errForged = errors.New("sealed bytes do not verify")
	// errShape says that SQLite asked for something that the format has no
	// place for.
	errShape = errors.New("not a whole page")
)

// sealer seals and opens for one file handle. It holds the scratch space for
// associated data, so it serves one call at a time.
type sealer struct {
	ad [1 + saltSize + 8 + 8 + 8]byte
}

// bind builds the associated data: what is sealed, in which file, and where.
func (s *sealer) bind(kind byte, k *subkeys, place ...uint64) []byte {
	s.ad[0] = kind
	n := 1 + copy(s.ad[1:], k.prefix[:saltSize])
	for _, p := range place {
		binary.BigEndian.PutUint64(s.ad[n:], p)
		n += 8
	}
	return s.ad[:n]
}

// sealPage seals a page of the database into dst. Both are whole pages and do
// not overlap.
func (s *sealer) sealPage(k *subkeys, dst, page []byte, number uint32) error {
	if len(dst) != pageSize || len(page) != pageSize || number == 0 || !isZero(page[usableSize:]) {
		return errShape
	}
	start := 0
	if number == 1 {
		if string(page[:prefixSize]) != plainMagic {
			return errShape
		}
		start = copy(dst, k.prefix[:])
	}
	if _, err := io.ReadFull(k.random, dst[tagEnd:nonceEnd]); err != nil {
		return fmt.Errorf("draw a nonce: %w", err)
	}
	k.page.Seal(dst[:start], dst[tagEnd:nonceEnd], page[start:usableSize], s.bind('D', k, uint64(number)))
	clear(dst[nonceEnd:])
	if number == 1 {
		copy(dst[nonceEnd:], formatMark)
		dst[pageSize-1] = formatVersion
	}
	return nil
}

// openPage opens a page of the database in place. On failure the page is left
// blank.
func (s *sealer) openPage(k *subkeys, page []byte, number uint32) error {
	if len(page) != pageSize || number == 0 {
		return errShape
	}
	start, end := 0, [4]byte{}
	if number == 1 {
		if string(page[:prefixSize]) != string(k.prefix[:]) {
			clear(page)
			return errForged
		}
		start = prefixSize
		copy(end[:], formatMark)
		end[3] = formatVersion
	}
	if [4]byte(page[nonceEnd:]) != end {
		clear(page)
		return errForged
	}
	if _, err := k.page.Open(page[start:start], page[tagEnd:nonceEnd], page[start:tagEnd], s.bind('D', k, uint64(number))); err != nil {
		clear(page)
		return errForged
	}
	if number == 1 {
		copy(page, plainMagic)
	}
	clear(page[usableSize:])
	return nil
}
