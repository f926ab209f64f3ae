package sqlite

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// The first page is the one page without which a file does not open at all: its salt is
// part of every key, and its header and schema are what SQLite begins with. The salt can
// be kept elsewhere, and rows are found without the rest (see [DB.LooseRows]).

// Prefix is what a file begins with, in clear: its salt and the check of its key. It is
// no secret, and as long as the file lives it stays the same. Without it no page opens.
type Prefix [prefixSize]byte

// Prefix returns what the file begins with, to be kept outside of it; zero once the
// database is closed.
func (db *DB) Prefix() (p Prefix) {
	db.store.mu.RLock()
	defer db.store.mu.RUnlock()
	if k := db.store.keys; k != nil {
		p = k.prefix
	}
	return p
}

// FirstPageLost reports whether a file is one that key has sealed, of which the first
// page does not open: some other page does. Such a file may look like one under another
// key or of another program. kept is what the file began with; zero where nobody knows,
// and then a file that does not begin with it any more is not recognised. It reads no
// further than to the first page that opens, and changes nothing; the file must not be
// open.
func FirstPageLost(ctx context.Context, path string, key Key, kept Prefix) (lost bool, err error) {
	defer clear(key[:])
	f, err := os.Open(path)
	if err != nil {
		return false, fileError("open the file", err)
	}
	defer func() { _ = f.Close() }() // it was only read
	keys, err := keysWithoutFirstPage(ctx, f, &key, kept)
	if err != nil || keys == nil {
		return false, err
	}
	keys.wipe()
	return true, nil
}

// ReplaceFirstPage lets a file be opened for [DB.LooseRows] of which the first page is
// lost, as [FirstPageLost] says; any other it leaves as it is. What it puts there has no
// table and leads to no page, whatever the file held, and says that migrations have
// brought the tables to version: none is to be run on them.
//
// It is for the copy of a damaged file that is not open. Where the file has a log in which
// the first page lies, SQLite takes it from there as ever.
func ReplaceFirstPage(ctx context.Context, path string, key Key, kept Prefix, version int) (err error) {
	defer clear(key[:])
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return fileError("open the file", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	keys, err := keysWithoutFirstPage(ctx, f, &key, kept)
	if err != nil || keys == nil {
		return err
	}
	defer keys.wipe()
	var s sealer
	sealed := make([]byte, pageSize)
	if err := s.sealPage(keys, sealed, blankFirstPage(version), 1); err != nil {
		return fmt.Errorf("seal the first page: %w", err)
	}
	if _, err := f.WriteAt(sealed, 0); err != nil {
		return fileError("write the first page", err)
	}
	return nil
}

// keysWithoutFirstPage returns the keys of a file whose first page does not open while
// another one does, which proves them; nil for any other file.
func keysWithoutFirstPage(ctx context.Context, f *os.File, key *Key, kept Prefix) (_ *subkeys, err error) {
	in, page := bufio.NewReaderSize(f, 1<<20), make([]byte, pageSize)
	defer clear(page)
	if _, err := io.ReadFull(in, page); isEnd(err) {
		return nil, nil
	} else if err != nil {
		return nil, fileError("read the file", err)
	}
	prefix := Prefix(page[:prefixSize])
	fits, err := keyFits(key, prefix)
	if err == nil && !fits {
		prefix = kept
		fits, err = keyFits(key, prefix)
	}
	if err != nil || !fits {
		return nil, err
	}
	keys, err := deriveSubkeys(key, prefix, rand.Reader)
	if err != nil {
		return nil, err
	}
	var s sealer
	proven := false
	defer func() {
		if !proven {
			keys.wipe()
		}
	}()
	if s.openPage(keys, page, 1) == nil {
		return nil, nil
	}
	for number := uint32(2); ; number++ {
		if err := ctx.Err(); err != nil {
			return nil, cancelled(ctx)
		}
		if _, err := io.ReadFull(in, page); isEnd(err) {
			return nil, nil
		} else if err != nil {
			return nil, fileError("read the file", err)
		}
		if s.openPage(keys, page, number) == nil {
			proven = true
			return keys, nil
		}
	}
}

func isEnd(err error) bool { return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) }

// blankFirstPage is the first page of a database without tables, as
// https://sqlite.org/fileformat2.html has it. It does not say how many pages there are:
// SQLite then counts those of the file and its log.
func blankFirstPage(version int) []byte {
	page := make([]byte, pageSize)
	copy(page, plainMagic)
	binary.BigEndian.PutUint16(page[16:], pageSize)
	page[18], page[19] = 2, 2 // is written and read with a log
	page[20] = tailSize
	page[21], page[22], page[23] = 64, 32, 32              // the same in every file
	binary.BigEndian.PutUint32(page[44:], 4)               // format of the schema, the newest
	binary.BigEndian.PutUint32(page[56:], 1)               // UTF-8
	binary.BigEndian.PutUint32(page[60:], uint32(version)) // user_version
	const schema = 100                                     // where its tree begins
	page[schema] = tableLeaf
	binary.BigEndian.PutUint16(page[schema+5:], usableSize) // no rows: their place begins at its end
	return page
}
