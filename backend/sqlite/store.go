package sqlite

import (
	"fmt"
	"sync"
	"sync/atomic"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"

	"quietline/backend/clinic"
)

// Stats count the work of one open database since it was opened. They are what
// performance is held to, since times are too noisy.
type Stats struct {
	PagesSealed  int64 // pages, log frames and journal records encrypted
	PagesOpened  int64 // the same, decrypted and verified
	Syncs        int64 // syncs of any of its files
	BytesWritten int64 // bytes handed to the operating system
}

// store is what the VFS knows of one database: its keys and its counters. All
// file handles of the database, of every connection, share it.
type store struct {
	path string
	disk disk
	// draft says that the file is still being made. Only then may it have a
	// rollback journal: a finished one keeps a log, and what lies beside it under
	// the name of a journal was put there.
	draft bool

	// mu is held for reading while a key is in use and for writing while the
	// keys are set or wiped, so that no operation sees half a key. Nobody holds it
	// while a disk works: wiping must not wait for one that hangs.
	mu    sync.RWMutex
	keys  *subkeys // nil until they are known
	wiped atomic.Bool
	// release lets other processes have the file; nil where it is not held.
	release func()
	// busy is held for reading by whoever works on the files, disk included, and
	// for writing before others are let have them: what was sealed before the keys
	// were wiped may still be on its way.
	busy sync.RWMutex

	locks fileLocks
	index walIndex

	// sealed is by kind of file, since each kind has a subkey.
	sealed                 [kinds]atomic.Int64
	opened, syncs, written atomic.Int64
	// fault is the last result of the disk that was an error.
	fault atomic.Int32
}

// use runs fn with the keys, which must not be done with anything but memory.
// Where they are gone the result is SQLITE_IOERR_AUTH.
func (st *store) use(fn func(k *subkeys) int32) int32 {
	st.mu.RLock()
	defer st.mu.RUnlock()
	if st.wiped.Load() || st.keys == nil {
		return lib.SQLITE_IOERR_AUTH
	}
	return fn(st.keys)
}

// enter begins work on the files, which leave ends, or reports false where the
// keys are gone: from then on nobody begins any.
func (st *store) enter() bool {
	// Whoever comes late fails at once and does not wait for a disk with others.
	if st.isWiped() {
		return false
	}
	st.busy.RLock()
	if st.isWiped() {
		st.busy.RUnlock()
		return false
	}
	return true
}

func (st *store) leave() { st.busy.RUnlock() }

func (st *store) isWiped() bool { return st.wiped.Load() }

// wipe waits for the seals that run now, some microseconds, and forgets the keys.
// Every later operation on the files fails. One that is with the disk ends there:
// a page that was sealed before still arrives, and one that is read after does not
// open.
func (st *store) wipe() {
	st.mu.Lock()
	defer st.mu.Unlock()
	if st.wiped.Swap(true) {
		return
	}
	if st.keys != nil {
		st.keys.wipe()
	}
}

// unlockWith gives the store its keys and keeps other processes from its file.
func (st *store) unlockWith(keys *subkeys) error {
	release, err := st.disk.hold(st.path)
	st.mu.Lock()
	defer st.mu.Unlock()
	st.keys, st.release = keys, release
	return err
}

func (st *store) stats() Stats {
	var sealed int64
	for i := range st.sealed {
		sealed += st.sealed[i].Load()
	}
	return Stats{
		PagesSealed:  sealed,
		PagesOpened:  st.opened.Load(),
		Syncs:        st.syncs.Load(),
		BytesWritten: st.written.Load(),
	}
}

// stores finds keys by path. SQLite calls the VFS with a path and nothing else,
// and a key must never be part of a path, so the table has to be one for the
// process, like SQLite's own table of file systems.
var stores = struct {
	sync.RWMutex
	byPath map[string]*store
}{byPath: map[string]*store{}}

// addStore claims path, which is spelled as SQLite will spell it, before anyone
// looks into the file: closing another descriptor of it would drop the locks of
// whoever has it open. A path can be open once in a process.
func addStore(path string, d disk) (*store, error) {
	stores.Lock()
	defer stores.Unlock()
	if _, taken := stores.byPath[path]; taken {
		return nil, clinic.E(CodeBusy).Retryable()
	}
	st := &store{path: path, disk: d}
	stores.byPath[path] = st
	return st, nil
}

// remove forgets the store and its keys, waits for what is with the disk, and lets
// other processes have the file. A second call does nothing.
func (st *store) remove() {
	st.wipe()
	st.busy.Lock()
	defer st.busy.Unlock()
	st.mu.Lock()
	release := st.release
	st.release = nil
	st.mu.Unlock()
	if release != nil {
		release()
	}
	stores.Lock()
	defer stores.Unlock()
	if stores.byPath[st.path] == st {
		delete(stores.byPath, st.path)
	}
}

func storeAt(full string) *store {
	stores.RLock()
	defer stores.RUnlock()
	return stores.byPath[full]
}

// fullPath spells path as SQLite's own file system does, so that what SQLite
// later asks for is found whatever the platform makes of case, links and drive
// letters.
func fullPath(path string) (string, error) {
	base, err := sealedFileSystem()
	if err != nil {
		return "", err
	}
	tls := libc.NewTLS()
	defer tls.Close()
	in, err := libc.CString(path)
	if err != nil {
		return "", fmt.Errorf("spell a path: %w", err)
	}
	defer libc.Xfree(tls, in)
	size := base.FmxPathname + 1
	out := libc.Xmalloc(tls, libc.Tsize_t(size))
	if out == 0 {
		return "", errNoMemory
	}
	defer libc.Xfree(tls, out)
	rc := method[func(*libc.TLS, uintptr, uintptr, int32, uintptr) int32](base.FxFullPathname)(tls, addressOf(base), in, size, out)
	// SQLITE_OK_SYMLINK says that a link was followed; that is success.
	if rc&0xff != lib.SQLITE_OK {
		return "", clinic.E(codeOf(int(rc))).Because(&resultError{code: int(rc)})
	}
	return libc.GoString(out), nil
}
