package blob

import (
	"context"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io"
	"math/bits"

	"golang.org/x/crypto/chacha20poly1305"

	"quietline/backend/clinic"
)

// The layout of a file; backend/doc/blobs.md argues it.
const (
	format   = 1
	preamble = 1
	// lastFormat is the highest number that a newer program may give a format;
	// beyond it the first byte is damage.
	lastFormat = 15
	chunkSize  = 64 << 10
	tagSize    = chacha20poly1305.Overhead
	// smallest is what shorter contents are padded to.
	smallest = 4 << 10
	// MaxSize is the longest content that a file can hold, in bytes.
	MaxSize = 1 << 30

	domain = "quietline/blob/1\x00"
)

// paddedSize is the length that content takes in a file: at least smallest, and
// beyond that rounded up as Padmé does (Nikitin et al., "Reducing Metadata
// Leakage from Encrypted Files and Communication with PURBs", 2019), by a
// sixteenth at most: a length of n bits keeps only its first ⌊log₂(n-1)⌋+2.
func paddedSize(size int64) int64 {
	if size <= smallest {
		return smallest
	}
	exponent := bits.Len64(uint64(size)) - 1
	cleared := exponent - bits.Len(uint(exponent))
	mask := int64(1)<<cleared - 1
	return (size + mask) &^ mask
}

func chunksOf(padded int64) int64 { return (padded + chunkSize - 1) / chunkSize }

// sealedSize is the length of the file for a content.
func sealedSize(size int64) int64 {
	padded := paddedSize(size)
	return preamble + padded + chunksOf(padded)*tagSize
}

// aeadOf returns the cipher of one file. Its key seals this one file and nothing
// else, so that counted nonces never repeat.
func aeadOf(k Key) (cipher.AEAD, error) { return chacha20poly1305.New(k[:]) }

// nonceOf is the number of a chunk, and whether it is the last one: a file that
// is cut at a chunk's border does not open.
func nonceOf(chunk int64, last bool) []byte {
	var nonce [chacha20poly1305.NonceSize]byte
	binary.BigEndian.PutUint64(nonce[3:], uint64(chunk))
	if last {
		nonce[11] = 1
	}
	return nonce[:]
}

func dataOf(n Name) []byte { return append(append([]byte(domain), format), n[:]...) }

// padded yields content and after it the zeros up to its padded length. It
// counts and hashes the content alone.
type padded struct {
	content io.Reader
	limit   int64
	sum     hash.Hash
	size    int64
	zeros   int64 // left to be given; -1 while there is content
}

// Read implements [io.Reader].
func (p *padded) Read(b []byte) (int, error) {
	for p.zeros < 0 {
		n, err := p.content.Read(b)
		p.size += int64(n)
		p.sum.Write(b[:n])
		switch {
		case p.size > p.limit:
			return 0, clinic.E(CodeTooLarge).With("limit", p.limit)
		case errors.Is(err, io.EOF):
			p.zeros = paddedSize(p.size) - p.size
		case err != nil:
			return n, err
		}
		if n > 0 {
			return n, nil
		}
	}
	if p.zeros == 0 {
		return 0, io.EOF
	}
	n := int(min(p.zeros, int64(len(b))))
	clear(b[:n])
	p.zeros -= int64(n)
	return n, nil
}

// unsure wraps an error of the content's source, which has a code of its own,
// to tell it from one of writing.
type unsure struct{ error }

func (e unsure) Unwrap() error { return e.error }

// seal writes the file of a content and returns the content's length and hash.
func seal(ctx context.Context, to io.Writer, content io.Reader, limit int64, aead cipher.AEAD, data []byte) (int64, Hash, error) {
	source := &padded{content: content, limit: min(limit, MaxSize), sum: sha256.New(), zeros: -1}
	if _, err := to.Write([]byte{format}); err != nil {
		return 0, Hash{}, err
	}
	// One chunk is read ahead: whether a chunk is the last is part of its nonce.
	here, ahead := make([]byte, chunkSize), make([]byte, chunkSize)
	defer func() { clear(here); clear(ahead) }()
	sealed := make([]byte, 0, chunkSize+tagSize)
	n, err := io.ReadFull(source, here)
	for chunk := int64(0); ; chunk++ {
		if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
			return 0, Hash{}, unsure{err}
		}
		if stop := ctx.Err(); stop != nil {
			return 0, Hash{}, unsure{stop}
		}
		next := 0
		if err == nil {
			if next, err = io.ReadFull(source, ahead); errors.Is(err, io.EOF) {
				next, err = 0, io.ErrUnexpectedEOF
			}
		}
		if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
			return 0, Hash{}, unsure{err}
		}
		if _, err := to.Write(aead.Seal(sealed, nonceOf(chunk, next == 0), here[:n], data)); err != nil {
			return 0, Hash{}, err
		}
		if next == 0 {
			return source.size, Hash(source.sum.Sum(nil)), nil
		}
		here, ahead, n = ahead, here, next
	}
}

// readPreamble refuses a file whose format or length is not that of the content.
func readPreamble(f ReadFile, size int64) error {
	length, err := f.Size()
	if err != nil {
		return notRead(err)
	}
	var first [preamble]byte
	if _, err := f.ReadAt(first[:], 0); err != nil {
		if errors.Is(err, io.EOF) {
			return clinic.E(CodeDamaged)
		}
		return notRead(err)
	}
	switch {
	case first[0] > format && first[0] <= lastFormat:
		return clinic.E(CodeNewer)
	case first[0] != format || length != sealedSize(size):
		return clinic.E(CodeDamaged)
	}
	return nil
}

// openChunk reads one chunk of a file with so many padded bytes into to, which
// has room for a sealed one.
func openChunk(f ReadFile, aead cipher.AEAD, data []byte, chunk, padded int64, to []byte) ([]byte, error) {
	length := min(padded-chunk*chunkSize, chunkSize) + tagSize
	sealed := to[:length]
	n, err := f.ReadAt(sealed, preamble+chunk*(chunkSize+tagSize))
	if int64(n) < length {
		if err == nil || errors.Is(err, io.EOF) {
			return nil, clinic.E(CodeDamaged)
		}
		return nil, notRead(err)
	}
	plain, err := aead.Open(sealed[:0], nonceOf(chunk, chunk == chunksOf(padded)-1), sealed, data)
	if err != nil {
		return nil, fmt.Errorf("open chunk: %w", clinic.E(CodeDamaged))
	}
	return plain, nil
}
