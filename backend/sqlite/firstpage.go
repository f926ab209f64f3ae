package sqlite

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	"quietline/backend/clinic"
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

// Recognise reports whether a file is one that key has sealed, which one page that opens
// proves, and whether that is its first. A file whose first page is lost may look like one
// under another key or of another program. kept is what the file began with; zero where
// nobody knows, and then a file that does not begin with it any more is not recognised.
//
// A page that in does not give is one that does not open: past it the reading goes on twice
// as far from the beginning, since a drive that fails may take half a minute for each.
// Where the first page is whole in form and of another key, as that of another clinic's
// file is, 128 places all over the file are looked into; otherwise all of it is read, up to
// the first page that opens. The file must not be open.
func Recognise(ctx context.Context, in io.ReaderAt, size int64, key Key, kept Prefix) (ours, first bool, err error) {
	defer clear(key[:])
	keys, first, err := recognise(ctx, in, size, &key, kept)
	if err != nil || keys == nil {
		return false, false, err
	}
	keys.wipe()
	return true, first, nil
}

// ReplaceFirstPage lets a file be opened for [DB.LooseRows] of which the first page is
// lost and another opens, as [Recognise] says; any other it leaves as it is. What it puts
// there has no table and leads to no page, whatever the file held, and says that
// migrations have brought the tables to version: none is to be run on them.
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
	info, err := f.Stat()
	if err != nil {
		return fileError("look at the file", err)
	}
	keys, first, err := recognise(ctx, f, info.Size(), &key, kept)
	if err != nil || keys == nil {
		return err
	}
	defer keys.wipe()
	if first {
		return nil
	}
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

const (
	// placesLooked is how many places of a file that looks like another's are looked into,
	// and pagesLooked how many pages of each: 8 MiB in all.
	placesLooked int64 = 128
	pagesLooked  int64 = 16
)

// recognise returns the keys of a file of which a page opens under them, and whether that
// is the first; nil for any other file.
func recognise(ctx context.Context, in io.ReaderAt, size int64, key *Key, kept Prefix) (_ *subkeys, first bool, err error) {
	last := size / pageSize
	if last == 0 {
		return nil, false, nil
	}
	pages := pageReader{in: in, last: last}
	defer func() { clear(pages.block[:cap(pages.block)]) }()
	prefix, another := kept, false
	page, given := pages.at(1)
	if given {
		begins, said := judge(page, key)
		fits, err := keyFits(key, begins)
		if err != nil {
			return nil, false, err
		}
		if fits {
			prefix = begins
		}
		another = errors.Is(said, clinic.E(CodeWrongKey))
	}
	if fits, err := keyFits(key, prefix); err != nil || !fits {
		return nil, false, err
	}
	keys, err := deriveSubkeys(key, prefix, rand.Reader)
	if err != nil {
		return nil, false, err
	}
	proven := false
	defer func() {
		if !proven {
			keys.wipe()
		}
	}()
	var s sealer
	if given && s.openPage(keys, page, 1) == nil {
		proven = true
		return keys, true, nil
	}
	places, each := int64(1), last
	if another && last > placesLooked*pagesLooked {
		places, each = placesLooked, pagesLooked
	}
	for place := range places {
		for number := 2 + place*last/places; number < 2+place*last/places+each && number <= last; {
			if ctx.Err() != nil {
				return nil, false, cancelled(ctx)
			}
			page, given := pages.at(number)
			if !given {
				number *= 2
				continue
			}
			if s.openPage(keys, page, uint32(number)) == nil {
				proven = true
				return keys, false, nil
			}
			number++
		}
	}
	return nil, false, nil
}

// pageReader reads the pages of a file, pagesLooked at a time where all of those can be
// had.
type pageReader struct {
	in    io.ReaderAt
	last  int64  // the number of the last page
	block []byte // pages from begin on
	begin int64
	// singly is up to which page each is read by itself: some of them could not be had
	// together.
	singly int64
}

// at returns a page, which the caller may change; false where it is not given.
func (r *pageReader) at(number int64) (page []byte, given bool) {
	if at := (number - r.begin) * pageSize; r.begin > 0 && at >= 0 && at < int64(len(r.block)) {
		return r.block[at : at+pageSize], true
	}
	many := min(pagesLooked, r.last-number+1)
	if number <= r.singly {
		many = 1
	}
	if r.read(number, many) {
		return r.block[:pageSize], true
	}
	if many == 1 {
		return nil, false
	}
	r.singly = number + many - 1
	if r.read(number, 1) {
		return r.block[:pageSize], true
	}
	return nil, false
}

func (r *pageReader) read(number, many int64) bool {
	if r.block == nil {
		r.block = make([]byte, pagesLooked*pageSize)
	}
	r.block, r.begin = r.block[:many*pageSize], number
	n, _ := r.in.ReadAt(r.block, (number-1)*pageSize)
	if n == len(r.block) {
		return true
	}
	r.block = r.block[:0]
	return false
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
