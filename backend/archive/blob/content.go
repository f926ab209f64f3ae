package blob

import (
	"crypto/cipher"
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
