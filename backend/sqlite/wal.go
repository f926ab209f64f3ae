package sqlite

import (
	"encoding/binary"
	"fmt"
	"io"
)

// The write-ahead log: a header of 32 bytes in clear, then frames of a header
// (24 bytes) and a page. A frame's header is page number and commit size in
// clear, salts and checksum as one AES block tweaked by the offset. The checksum
// is linear in the plaintext and so must not show.
const (
	walHeaderSize   = 32
	walSaltsAt      = 16 // in the log's header
	frameHeaderSize = 24
	frameSaltsAt    = 8
	frameSaltsEnd   = 16
	frameSize       = frameHeaderSize + pageSize
)

// frameHeader is a frame's header as SQLite sees it.
type frameHeader [frameHeaderSize]byte

// place is what a page in the log is bound to besides its offset.
func (h *frameHeader) place() uint64 { return binary.BigEndian.Uint64(h[:frameSaltsAt]) }

func (h *frameHeader) salts() uint64 {
	return binary.BigEndian.Uint64(h[frameSaltsAt:frameSaltsEnd])
}

// sealFrameHeader encrypts salts and checksum of the header at offset.
func (k *subkeys) sealFrameHeader(dst []byte, h *frameHeader, offset int64) {
	copy(dst[:frameSaltsAt], h[:frameSaltsAt])
	block := dst[frameSaltsAt:frameHeaderSize]
	copy(block, h[frameSaltsAt:])
	tweak(block, offset)
	k.header.Encrypt(block, block)
}

// openFrameHeader undoes sealFrameHeader. A forged header opens to nonsense: it
// is the page's seal that is bound to it, and SQLite's checksum that finds it.
func (k *subkeys) openFrameHeader(src []byte, offset int64) (h frameHeader) {
	copy(h[:frameSaltsAt], src[:frameSaltsAt])
	block := src[frameSaltsAt:frameHeaderSize]
	k.header.Decrypt(block, block)
	tweak(block, offset)
	copy(h[frameSaltsAt:], block)
	return h
}

func tweak(block []byte, offset int64) {
	binary.BigEndian.PutUint64(block, binary.BigEndian.Uint64(block)^uint64(offset))
}

// sealFramePage seals a page of the log into dst. offset is the frame's, salts
// the log's at the time.
func (s *sealer) sealFramePage(k *subkeys, dst, page []byte, offset int64, h *frameHeader, salts uint64) error {
	if len(dst) != pageSize || len(page) != pageSize || !isZero(page[usableSize:]) {
		return errShape
	}
	if _, err := io.ReadFull(k.random, dst[tagEnd:nonceEnd]); err != nil {
		return fmt.Errorf("draw a nonce: %w", err)
	}
	k.frame.Seal(dst[:0], dst[tagEnd:nonceEnd], page[:usableSize], s.bind('W', k, uint64(offset), h.place(), salts))
	clear(dst[nonceEnd:])
	return nil
}

// openFramePage opens a page of the log in place. On failure the page is left
// blank.
func (s *sealer) openFramePage(k *subkeys, page []byte, offset int64, h *frameHeader, salts uint64) error {
	if len(page) != pageSize {
		return errShape
	}
	if !isZero(page[nonceEnd:]) {
		clear(page)
		return errForged
	}
	if _, err := k.frame.Open(page[:0], page[tagEnd:nonceEnd], page[:tagEnd], s.bind('W', k, uint64(offset), h.place(), salts)); err != nil {
		clear(page)
		return errForged
	}
	clear(page[usableSize:])
	return nil
}
