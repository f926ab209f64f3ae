package sqlite

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
)

// openRaw opens a file through our file system as SQLite would.
func openRaw(t *testing.T, path string, flags int32) (tls *libc.TLS, place uintptr, rc int32) {
	t.Helper()
	tls = libc.NewTLS()
	t.Cleanup(tls.Close)
	name, err := libc.CString(vfsName)
	if err != nil {
		t.Fatal(err)
	}
	defer libc.Xfree(tls, name)
	vfs := lib.Xsqlite3_vfs_find(tls, name)
	place = lib.Xsqlite3_malloc64(tls, handleSize)
	t.Cleanup(func() { lib.Xsqlite3_free(tls, place) })
	clear(bytesAt(place, handleSize))
	// SQLite ends a name with several zeros, after which parameters may follow.
	file := lib.Xsqlite3_malloc64(tls, uint64(len(path)+4))
	t.Cleanup(func() { lib.Xsqlite3_free(tls, file) })
	raw := bytesAt(file, int32(len(path)+4))
	clear(raw)
	copy(raw, path)
	return tls, place, vfsOpen(tls, vfs, file, place, flags, 0)
}

// inEngine copies bytes to SQLite's memory, where its own lie. A slice on a
// goroutine's stack moves when the stack grows, and its address then lies.
func inEngine(t *testing.T, tls *libc.TLS, text []byte) []byte {
	t.Helper()
	p := lib.Xsqlite3_malloc64(tls, uint64(len(text)))
	t.Cleanup(func() { lib.Xsqlite3_free(tls, p) })
	held := bytesAt(p, int32(len(text)))
	copy(held, text)
	return held
}

const openMain = lib.SQLITE_OPEN_MAIN_DB | lib.SQLITE_OPEN_READWRITE | lib.SQLITE_OPEN_CREATE

func openStore(t *testing.T) *store {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.db")
	// The platform gives a log the rights of its database, which must be there.
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	st := claim(t, path)
	if err := st.unlockWith(knownKeys(t)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(st.remove)
	return st
}

// claim makes a store for a file that may have a journal.
func claim(t *testing.T, path string) *store {
	t.Helper()
	full, err := fullPath(path)
	if err != nil {
		t.Fatal(err)
	}
	d, err := platform()
	if err != nil {
		t.Fatal(err)
	}
	st, err := addStore(full, d)
	if err != nil {
		t.Fatal(err)
	}
	st.draft = true
	return st
}

func TestPagesThatSQLiteSkipsAreSealed(t *testing.T) {
	st := openStore(t)
	tls, place, rc := openRaw(t, st.path, openMain)
	if rc != lib.SQLITE_OK {
		t.Fatalf("opening gives %d", rc)
	}
	page := inEngine(t, tls, plainPage(6))
	if rc := fileWrite(tls, place, addressOf(&page[0]), pageSize, 5*pageSize); rc != lib.SQLITE_OK {
		t.Fatalf("writing gives %d", rc)
	}
	got := inEngine(t, tls, make([]byte, pageSize))
	for n := range int64(6) {
		if rc := fileRead(tls, place, addressOf(&got[0]), pageSize, n*pageSize); rc != lib.SQLITE_OK {
			t.Errorf("reading page %d gives %d", n+1, rc)
		}
	}
	if !bytes.Equal(got, page) {
		t.Error("page 6 is not what was written")
	}
	if rc := fileRead(tls, place, addressOf(&got[0]), pageSize, 6*pageSize); rc != lib.SQLITE_IOERR_DATA {
		t.Errorf("reading beyond the end gives %d", rc)
	}
	if rc := fileClose(tls, place); rc != lib.SQLITE_OK {
		t.Errorf("closing gives %d", rc)
	}
	raw := read(t, st.path)
	for n := range 6 {
		if isZero(raw[n*pageSize : (n+1)*pageSize]) {
			t.Errorf("page %d is not sealed", n+1)
		}
	}
}

func TestOnlyWhatTheFormatKnowsIsReadOrWritten(t *testing.T) {
	for name, c := range map[string]struct {
		suffix string
		flags  int32
		// shapes are lengths and offsets that the format has no place for.
		reads, writes [][2]int
	}{
		"database": {"", openMain, [][2]int{{100, 4090}, {8192, 0}}, [][2]int{{100, 0}, {4096, 1}, {8192, 0}}},
		"log": {"-wal", lib.SQLITE_OPEN_WAL | lib.SQLITE_OPEN_READWRITE | lib.SQLITE_OPEN_CREATE,
			[][2]int{{40, 0}, {100, 32}, {4096, 32}, {8, 31}}, [][2]int{{31, 0}, {4096, 32}, {24, 33}, {4120, 32}, {24, 16}}},
		"journal": {"-journal", lib.SQLITE_OPEN_MAIN_JOURNAL | lib.SQLITE_OPEN_READWRITE | lib.SQLITE_OPEN_CREATE,
			[][2]int{{4096, 0}}, [][2]int{{4096, 0}, {4096, 516}, {1000, 0}, {512, 0}, {100, 4}}},
	} {
		t.Run(name, func(t *testing.T) {
			st := openStore(t)
			tls, place, rc := openRaw(t, st.path+c.suffix, c.flags)
			if rc != lib.SQLITE_OK {
				t.Fatalf("opening gives %d", rc)
			}
			buf := inEngine(t, tls, bytes.Repeat([]byte{0x55}, 2*pageSize))
			for _, w := range c.writes {
				if rc := fileWrite(tls, place, addressOf(&buf[0]), int32(w[0]), int64(w[1])); rc != lib.SQLITE_IOERR_WRITE {
					t.Errorf("writing %d bytes at %d gives %d", w[0], w[1], rc)
				}
			}
			for _, r := range c.reads {
				if rc := fileRead(tls, place, addressOf(&buf[0]), int32(r[0]), int64(r[1])); rc == lib.SQLITE_OK {
					t.Errorf("reading %d bytes at %d works", r[0], r[1])
				}
			}
			fileClose(tls, place)
			if raw := read(t, st.path+c.suffix); len(raw) != 0 {
				t.Errorf("%d bytes were written", len(raw))
			}
		})
	}
}

func TestFilesWithoutAKeyAndTemporaryOnesDoNotOpen(t *testing.T) {
	st := openStore(t)
	for name, c := range map[string]struct {
		path  string
		flags int32
	}{
		"an unknown path":   {st.path + "x", openMain},
		"a temporary file":  {st.path, lib.SQLITE_OPEN_TEMP_DB | lib.SQLITE_OPEN_READWRITE | lib.SQLITE_OPEN_CREATE},
		"a statement's":     {st.path, lib.SQLITE_OPEN_SUBJOURNAL | lib.SQLITE_OPEN_READWRITE | lib.SQLITE_OPEN_CREATE},
		"a sorter's":        {st.path, lib.SQLITE_OPEN_TRANSIENT_DB | lib.SQLITE_OPEN_READWRITE | lib.SQLITE_OPEN_CREATE},
		"of many databases": {st.path, lib.SQLITE_OPEN_SUPER_JOURNAL | lib.SQLITE_OPEN_READWRITE | lib.SQLITE_OPEN_CREATE},
	} {
		if _, place, rc := openRaw(t, c.path, c.flags); rc != lib.SQLITE_CANTOPEN || (*handle)(at(place)).methods != 0 {
			t.Errorf("%s: opening gives %d", name, rc)
		}
	}
}

func TestAWipedStoreRefusesEverything(t *testing.T) {
	st := openStore(t)
	tls, place, rc := openRaw(t, st.path, openMain)
	if rc != lib.SQLITE_OK {
		t.Fatalf("opening gives %d", rc)
	}
	page := inEngine(t, tls, plainPage(1))
	if rc := fileWrite(tls, place, addressOf(&page[0]), pageSize, 0); rc != lib.SQLITE_OK {
		t.Fatalf("writing gives %d", rc)
	}
	st.wipe()
	for name, rc := range map[string]int32{
		"write":    fileWrite(tls, place, addressOf(&page[0]), pageSize, 0),
		"read":     fileRead(tls, place, addressOf(&page[0]), pageSize, 0),
		"truncate": fileTruncate(tls, place, 0),
		"sync":     fileSync(tls, place, lib.SQLITE_SYNC_NORMAL),
	} {
		if rc != lib.SQLITE_IOERR_AUTH {
			t.Errorf("%s gives %d", name, rc)
		}
	}
	if !isZero(page) {
		t.Error("a refused read leaves bytes behind")
	}
	if rc := fileClose(tls, place); rc != lib.SQLITE_OK {
		t.Errorf("closing gives %d", rc)
	}
	if raw := read(t, st.path); len(raw) != pageSize || isZero(raw) {
		t.Error("the file has changed")
	}
}
