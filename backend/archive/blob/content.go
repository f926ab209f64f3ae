package blob

import (
	"context"
	"crypto/cipher"
	"crypto/sha256"
	"io"
	"path/filepath"
	"sync"

	"quietline/backend/clinic"
)

// Content is the content of an open file. Any part of it can be read at the cost
// of the chunks that it lies in. It is safe for concurrent use.
type Content struct {
	store *Store
	file  ReadFile
	data  []byte
	size  int64

	mu    sync.Mutex
	aead  cipher.AEAD // nil once closed
	at    int64       // the chunk that plain holds, or -1
	plain []byte
	room  []byte
}

// Size returns the length of the content.
func (c *Content) Size() int64 { return c.size }

// ReadAt implements [io.ReaderAt]. CodeDamaged: a chunk is not what was stored.
func (c *Content) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 {
		return 0, clinic.E(clinic.CodeBadInput)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	n := 0
	for n < len(p) && off < c.size {
		plain, err := c.load(off / chunkSize)
		if err != nil {
			return n, err
		}
		from := off % chunkSize
		copied := copy(p[n:], plain[from:min(int64(len(plain)), from+c.size-off)])
		n += copied
		off += int64(copied)
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// Reader returns a reader over the whole content.
func (c *Content) Reader() *io.SectionReader { return io.NewSectionReader(c, 0, c.size) }

func (c *Content) chunk(number int64) ([]byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.load(number)
}

func (c *Content) load(number int64) ([]byte, error) {
	if err := c.store.usable(); err != nil {
		return nil, err
	}
	if c.aead == nil {
		return nil, clinic.E(clinic.CodeCancelled)
	}
	if number == c.at {
		return c.plain, nil
	}
	plain, err := openChunk(c.file, c.aead, c.data, number, paddedSize(c.size), c.room)
	if err != nil {
		c.at = -1
		return nil, err
	}
	c.at, c.plain = number, plain
	return plain, nil
}

// walk hands the whole content to each, chunk by chunk, in order, and holds it
// against its hash at the end: what each has taken counts for nothing before walk
// has returned nil. An error of each ends it and is returned as it is.
func (c *Content) walk(ctx context.Context, ref Ref, each func(plain []byte) error) error {
	sum := sha256.New()
	for at := int64(0); at < ref.Size; at += chunkSize {
		if err := ctx.Err(); err != nil {
			return err
		}
		chunk, err := c.chunk(at / chunkSize)
		if err != nil {
			return err
		}
		plain := chunk[:min(int64(len(chunk)), ref.Size-at)]
		sum.Write(plain)
		if err := each(plain); err != nil {
			return err
		}
	}
	// What is padded is read as well: damage there is damage.
	for chunk := (ref.Size + chunkSize - 1) / chunkSize; chunk < chunksOf(paddedSize(ref.Size)); chunk++ {
		if _, err := c.chunk(chunk); err != nil {
			return err
		}
	}
	if Hash(sum.Sum(nil)) != ref.Hash {
		return clinic.E(CodeDamaged)
	}
	return nil
}

// Close closes the file and wipes what was read last.
func (c *Content) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.aead == nil {
		return nil
	}
	clear(c.room)
	c.aead, c.at = nil, -1
	return c.file.Close()
}

func parentOf(dir string) string { return filepath.Dir(filepath.Clean(dir)) }
