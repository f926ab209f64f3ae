package sqlite

import (
	"bytes"
	"encoding/binary"
	"errors"
	"path/filepath"
	"testing"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
)

// fuzzed is a golden file of each kind, and what its sealed parts open to.
type fuzzed struct {
	suffix string
	flags  int32
	keys   *subkeys
	first  []byte // the first page of its database
	raw    []byte
	start  int64 // of the first sealed page
	step   int64 // from one to the next
	pages  [][]byte
}

// goldenKey is the key of the golden database.
func goldenKey() (k Key) {
	for i := range k {
		k[i] = 1 + byte(i)
	}
	return k
}

func everyFuzzed(f *testing.F) []*fuzzed {
	f.Helper()
	db, log := read(f, "testdata/version1.db"), read(f, "testdata/version1.db-wal")
	draft, journal := read(f, goldenDraft), read(f, goldenJournal)
	const record = journalFieldSize + pageSize + journalFieldSize
	all := []*fuzzed{
		{flags: openMain, first: db, raw: db, step: pageSize},
		{suffix: walSuffix, flags: lib.SQLITE_OPEN_WAL | lib.SQLITE_OPEN_READWRITE, first: db, raw: log,
			start: walHeaderSize + frameHeaderSize, step: frameSize},
		{suffix: journalSuffix, flags: lib.SQLITE_OPEN_MAIN_JOURNAL | lib.SQLITE_OPEN_READWRITE, first: draft, raw: journal,
			start: journalSectorSize + journalFieldSize, step: record},
	}
	for i, key := range []Key{goldenKey(), goldenKey(), {1}} {
		z := all[i]
		var err error
		if z.keys, err = deriveSubkeys(&key, [prefixSize]byte(z.first), &countingReader{}); err != nil {
			f.Fatal(err)
		}
		path := filepath.Join(f.TempDir(), "a.db")
		if err := z.read(path, z.raw, func(_ int, page []byte) { z.pages = append(z.pages, bytes.Clone(page)) }); err != nil {
			f.Fatal(err)
		}
		if len(z.pages) < 3 {
			f.Fatalf("only %d sealed pages in the golden file %q", len(z.pages), z.suffix)
		}
	}
	return all
}

// read lays bytes down as the file and reads it as SQLite does: its start, then
// all of each page, and the fields around it. got is given the pages that open.
func (z *fuzzed) read(path string, raw []byte, got func(n int, page []byte)) error {
	full, err := fullPath(path)
	if err != nil {
		return err
	}
	disk := NewMemoryDisk()
	if err := errors.Join(disk.Put(path, "", z.first), disk.Put(path, z.suffix, raw)); err != nil {
		return err
	}
	st, err := addStore(full, disk)
	if err != nil {
		return err
	}
	defer func() {
		st.keys = nil // used again, and so not to be wiped
		st.remove()
	}()
	st.draft, st.keys = true, z.keys
	tls := libc.NewTLS()
	defer tls.Close()
	name := lib.Xsqlite3_malloc64(tls, uint64(len(full)+len(z.suffix)+4))
	place := lib.Xsqlite3_malloc64(tls, handleSize)
	to := lib.Xsqlite3_malloc64(tls, frameSize)
	vfs, err := libc.CString(vfsName)
	if err != nil {
		return err
	}
	defer func() {
		for _, p := range []uintptr{name, place, to} {
			lib.Xsqlite3_free(tls, p)
		}
		libc.Xfree(tls, vfs)
	}()
	clear(bytesAt(name, int32(len(full)+len(z.suffix)+4)))
	copy(bytesAt(name, int32(len(full)+len(z.suffix))), full+z.suffix)
	if rc := vfsOpen(tls, lib.Xsqlite3_vfs_find(tls, vfs), name, place, z.flags, 0); rc != lib.SQLITE_OK {
		return &resultError{code: int(rc)}
	}
	defer fileClose(tls, place)
	for _, n := range []int32{100, walHeaderSize, 28, 8, 4} {
		fileRead(tls, place, to, n, 0)
	}
	for n, offset := 0, z.start; offset < int64(len(raw)); n, offset = n+1, offset+z.step {
		around := max(offset-frameHeaderSize, 0)
		fileRead(tls, place, to, frameHeaderSize, around)
		fileRead(tls, place, to, frameSize, around)
		fileRead(tls, place, to, 16, offset+24)
		rc := fileRead(tls, place, to, pageSize, offset)
		if rc == lib.SQLITE_OK {
			got(n, bytesAt(to, pageSize))
		}
		fileRead(tls, place, to, journalFieldSize, offset+pageSize)
	}
	return nil
}

// FuzzReads lays bytes down as a database, a log or a journal and reads all of it.
// Whatever opens is what was sealed in that place, to the byte.
func FuzzReads(f *testing.F) {
	all := everyFuzzed(f)
	for kind, z := range all {
		f.Add(uint8(kind), z.raw)
		f.Add(uint8(kind), []byte{})
		for _, size := range []int64{1, 31, 33, z.start + 1, z.start + pageSize - 1, z.start + z.step, int64(len(z.raw)) - 1} {
			f.Add(uint8(kind), z.raw[:size])
		}
		swapped := bytes.Clone(z.raw)
		one, other := swapped[z.start:z.start+pageSize], swapped[z.start+z.step:z.start+z.step+pageSize]
		copy(one, other)
		f.Add(uint8(kind), swapped)
		renumbered := bytes.Clone(z.raw)
		if z.start >= journalFieldSize {
			number := renumbered[z.start-journalFieldSize:]
			binary.BigEndian.PutUint32(number, binary.BigEndian.Uint32(number)+1)
		}
		f.Add(uint8(kind), renumbered)
	}
	path := filepath.Join(f.TempDir(), "a.db")
	f.Fuzz(func(t *testing.T, kind uint8, raw []byte) {
		z := all[int(kind)%len(all)]
		err := z.read(path, raw, func(n int, page []byte) {
			if n >= len(z.pages) || !bytes.Equal(page, z.pages[n]) {
				t.Fatalf("page %d opens to what was not sealed there", n)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// FuzzTreePage reads rows out of a page of anything: none may be larger than what it is
// read from, and nothing may end the program.
func FuzzTreePage(f *testing.F) {
	page := make([]byte, usableSize)
	copy(page, "\x0d\x00\x00\x00\x02\x0f\xc0\x00\x0f\xc0\x0f\xd0")
	copy(page[0xfc0:], "\x06\x01\x05\x00\x01\x0d\x0e\x11abc")
	copy(page[0xfd0:], "\xbf\xff\x7f\x02\x07\x06\x07\x08\x09\x12")
	for _, kind := range []byte{tableLeaf, indexLeaf, indexInterior, 0x05, 0} {
		page[0] = kind
		f.Add(bytes.Clone(page), uint32(1), 4)
		f.Add(bytes.Clone(page), uint32(2), 5)
	}
	f.Fuzz(func(t *testing.T, raw []byte, number uint32, columns int) {
		page := make([]byte, usableSize)
		copy(page, raw)
		cells, _ := cellsOf(page, number)
		for _, c := range cells {
			if len(c.local) > c.size || len(c.local) < c.size && c.next == 0 {
				t.Fatalf("%d bytes here of %d, and page %d", len(c.local), c.size, c.next)
			}
			if values, ok := parseRecord(c.local, columns); ok && len(values) != columns {
				t.Fatalf("%d values of %d", len(values), columns)
			}
		}
	})
}
