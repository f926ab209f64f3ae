package sqlite

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"unsafe"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
)

// vfsName is the name under which SQLite knows the sealing file system.
const vfsName = "quietline-sealed"

var errNoMemory = errors.New("out of memory")

// sealedFileSystem registers the sealing file system once in the process and
// returns the platform's own, to which it passes what it does not seal. SQLite
// keeps its file systems in a table of the process and never lets go of one in
// use, so this is registered for good.
var sealedFileSystem = sync.OnceValues(func() (*lib.Tsqlite3_vfs, error) {
	tls := libc.NewTLS()
	defer tls.Close()
	found := lib.Xsqlite3_vfs_find(tls, 0)
	if found == 0 {
		return nil, errors.New("find the platform's file system: none is registered")
	}
	base := (*lib.Tsqlite3_vfs)(at(found))

	name, err := libc.CString(vfsName)
	if err != nil {
		return nil, fmt.Errorf("name the file system: %w", err)
	}
	place := lib.Xsqlite3_malloc64(tls, uint64(unsafe.Sizeof(*base)))
	own := lib.Xsqlite3_malloc64(tls, uint64(unsafe.Sizeof(appData{})))
	if place == 0 || own == 0 {
		return nil, errNoMemory
	}
	*(*appData)(at(own)) = appData{methods: fileMethods()}
	// Randomness, sleeping and clocks are the platform's; what names a file goes
	// through us. No system calls are exposed, hence version 2.
	sealed := *base
	sealed.FiVersion = 2
	sealed.FszOsFile = handleSize
	sealed.FpNext = 0
	sealed.FzName = name
	sealed.FpAppData = own
	sealed.FxOpen = pointer(vfsOpen)
	sealed.FxDelete = pointer(vfsDelete)
	sealed.FxAccess = pointer(vfsAccess)
	sealed.FxSetSystemCall, sealed.FxGetSystemCall, sealed.FxNextSystemCall = 0, 0, 0
	*(*lib.Tsqlite3_vfs)(at(place)) = sealed
	if rc := lib.Xsqlite3_vfs_register(tls, place, 0); rc != lib.SQLITE_OK {
		return nil, fmt.Errorf("register the file system: %w", &resultError{code: int(rc)})
	}
	return base, nil
})

// appData hangs on our file system, in SQLite's memory: the methods of every
// file.
type appData struct{ methods lib.Tsqlite3_io_methods }

func appDataOf(vfs uintptr) *appData {
	return (*appData)(at((*lib.Tsqlite3_vfs)(at(vfs)).FpAppData))
}

// at views an address in SQLite's memory. Such memory is never moved or freed by
// the garbage collector.
func at(p uintptr) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&p)) }

// bytesAt views n bytes of SQLite's memory.
func bytesAt(p uintptr, n int32) []byte { return unsafe.Slice((*byte)(at(p)), n) }

func addressOf[T any](p *T) uintptr { return uintptr(unsafe.Pointer(p)) }

// pointer gives a function as SQLite stores it. Only for top-level functions,
// whose descriptors are static: a closure could be collected.
func pointer[F any](f F) uintptr { return *(*uintptr)(unsafe.Pointer(&f)) }

// method is the inverse of pointer.
func method[F any](p uintptr) F { return *(*F)(unsafe.Pointer(&p)) }

// kind is what a file is to SQLite.
type kind int

const (
	mainFile kind = iota
	walFile
	journalFile
	kinds
)

const (
	walSuffix     = "-wal"
	journalSuffix = "-journal"
)

// vfsOpen opens one file of a known database. A path whose keys are not known
// cannot be opened, and neither can a temporary file: those stay in memory
// (temp_store), and if one were asked for, refusing is the only safe answer.
func vfsOpen(tls *libc.TLS, vfs, name, place uintptr, flags int32, outFlags uintptr) int32 {
	// SQLite closes a file whose opening failed unless its methods are nil.
	(*handle)(at(place)).methods = 0
	if name == 0 {
		return lib.SQLITE_CANTOPEN
	}
	path, k := libc.GoString(name), mainFile
	switch {
	case flags&lib.SQLITE_OPEN_MAIN_DB != 0:
	case flags&lib.SQLITE_OPEN_WAL != 0:
		path, k = strings.TrimSuffix(path, walSuffix), walFile
	case flags&lib.SQLITE_OPEN_MAIN_JOURNAL != 0:
		path, k = strings.TrimSuffix(path, journalSuffix), journalFile
	default:
		return lib.SQLITE_CANTOPEN
	}
	st := storeAt(path)
	if st == nil || k == journalFile && !st.draft {
		return lib.SQLITE_CANTOPEN
	}
	if !st.enter() {
		return lib.SQLITE_IOERR_AUTH
	}
	defer st.leave()
	scratch := lib.Xsqlite3_malloc64(tls, frameSize)
	if scratch == 0 {
		return lib.SQLITE_NOMEM
	}
	opened, rc := st.disk.open(tls, name, flags, outFlags)
	if rc != lib.SQLITE_OK {
		lib.Xsqlite3_free(tls, scratch)
		return rc
	}
	h := (*handle)(at(place))
	h.number = files.add(&file{store: st, kind: k, disk: opened, scratch: scratch, buf: bytesAt(scratch, frameSize)})
	h.methods = addressOf(&appDataOf(vfs).methods)
	return lib.SQLITE_OK
}

// beside gives the store to which a file or one beside it belongs, or nil.
func beside(name uintptr) *store {
	return storeAt(strings.TrimSuffix(strings.TrimSuffix(libc.GoString(name), walSuffix), journalSuffix))
}

func vfsDelete(tls *libc.TLS, _, name uintptr, syncDir int32) int32 {
	st := beside(name)
	if st == nil || !st.enter() {
		return lib.SQLITE_IOERR_DELETE
	}
	defer st.leave()
	return st.disk.remove(tls, name, syncDir)
}

// vfsAccess looks for a file. Beside what is not ours there is nothing, and no
// journal beside a finished file.
func vfsAccess(tls *libc.TLS, _, name uintptr, flags int32, result uintptr) int32 {
	st := beside(name)
	if st == nil || !st.draft && strings.HasSuffix(libc.GoString(name), journalSuffix) {
		*(*int32)(at(result)) = 0
		return lib.SQLITE_OK
	}
	return st.disk.access(tls, name, flags, result)
}
