package sqlite

import (
	"encoding/binary"
	"fmt"
	"io"
)

// The rollback journal: a header of one sector in clear (counts and sizes, no
// content), then records of page number (4 bytes, clear), page, and checksum (4
// bytes, masked: it is a sum over bytes of the page). SQLite writes each field
// by itself, so the sizes of the writes tell them apart.
const (
	journalFieldSize  = 4
	journalSectorSize = 512
	journalHeaderUsed = 28
	journalSectorAt   = 20 // where the header gives the size of a sector
	journalPageAt     = 24 // and of a page
)

// sealRecordPage seals a journalled page into dst. offset is the page's own.
func (s *sealer) sealRecordPage(k *subkeys, dst, page []byte, offset int64, number uint32) error {
	if len(dst) != pageSize || len(page) != pageSize || !isZero(page[usableSize:]) {
		return errShape
	}
	if _, err := io.ReadFull(k.random, dst[tagEnd:nonceEnd]); err != nil {
		return fmt.Errorf("draw a nonce: %w", err)
	}
	k.record.Seal(dst[:0], dst[tagEnd:nonceEnd], page[:usableSize], s.bind('J', k, uint64(offset), uint64(number)))
	clear(dst[nonceEnd:])
	return nil
}

// openRecordPage opens a journalled page in place and returns the mask of its
// checksum. On failure the page is left blank.
func (s *sealer) openRecordPage(k *subkeys, page []byte, offset int64, number uint32) (mask uint32, err error) {
	if len(page) != pageSize {
		return 0, errShape
	}
	if !isZero(page[nonceEnd:]) {
		clear(page)
		return 0, errForged
	}
	mask = k.sumMask(page[tagEnd:nonceEnd])
	if _, err := k.record.Open(page[:0], page[tagEnd:nonceEnd], page[:tagEnd], s.bind('J', k, uint64(offset), uint64(number))); err != nil {
		clear(page)
		return 0, errForged
	}
	clear(page[usableSize:])
	return mask, nil
}

// sumMask is a pseudo-random function of the page's nonce.
func (k *subkeys) sumMask(nonce []byte) uint32 {
	var block [16]byte
	copy(block[:], nonce)
	k.sum.Encrypt(block[:], block[:])
	return binary.BigEndian.Uint32(block[:])
}
