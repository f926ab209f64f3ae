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
	*(*appData)(at(own)) = appData{base: found, methods: fileMethods()}
	// Randomness, sleeping and clocks are the platform's; what names a file goes
	// through us. No system calls are exposed, hence version 2.
	sealed := *base
	sealed.FiVersion = 2
	sealed.FszOsFile = handleSize + base.FszOsFile
	sealed.FpNext = 0
	sealed.FzName = name
	sealed.FpAppData = own
	sealed.FxOpen = pointer(vfsOpen)
	sealed.FxDelete = pointer(vfsDelete)
	sealed.FxAccess = pointer(vfsAccess)
	sealed.FxFullPathname = pointer(vfsFullPathname)
	sealed.FxSetSystemCall, sealed.FxGetSystemCall, sealed.FxNextSystemCall = 0, 0, 0
	*(*lib.Tsqlite3_vfs)(at(place)) = sealed
	if rc := lib.Xsqlite3_vfs_register(tls, place, 0); rc != lib.SQLITE_OK {
		return nil, fmt.Errorf("register the file system: %w", &resultError{code: int(rc)})
	}
	if rc := lib.Xsqlite3_auto_extension(tls, pointer(connectionOpens)); rc != lib.SQLITE_OK {
		return nil, fmt.Errorf("watch new connections: %w", &resultError{code: int(rc)})
	}
	return base, nil
})

// appData hangs on our file system, in SQLite's memory: what every call needs.
type appData struct {
	base    uintptr
	methods lib.Tsqlite3_io_methods
}

func appDataOf(vfs uintptr) *appData {
	return (*appData)(at((*lib.Tsqlite3_vfs)(at(vfs)).FpAppData))
}

// platform gives the platform's own file system.
func (d *appData) platform() *lib.Tsqlite3_vfs { return (*lib.Tsqlite3_vfs)(at(d.base)) }

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
	if st == nil {
		return lib.SQLITE_CANTOPEN
	}
	if st.isWiped() {
		return lib.SQLITE_IOERR_AUTH
	}
	scratch := lib.Xsqlite3_malloc64(tls, frameSize)
	if scratch == 0 {
		return lib.SQLITE_NOMEM
	}
	own, inner := appDataOf(vfs), place+handleSize
	open := method[func(*libc.TLS, uintptr, uintptr, uintptr, int32, uintptr) int32](own.platform().FxOpen)
	if rc := open(tls, own.base, name, inner, flags, outFlags); rc != lib.SQLITE_OK {
		// The platform may have set its methods on failure; close what it opened.
		if m := (*lib.Tsqlite3_file)(at(inner)).FpMethods; m != 0 {
			method[func(*libc.TLS, uintptr) int32]((*lib.Tsqlite3_io_methods)(at(m)).FxClose)(tls, inner)
		}
		lib.Xsqlite3_free(tls, scratch)
		return rc
	}
	f := &file{
		store:   st,
		kind:    k,
		inner:   inner,
		io:      (*lib.Tsqlite3_io_methods)(at((*lib.Tsqlite3_file)(at(inner)).FpMethods)),
		scratch: scratch,
		buf:     bytesAt(scratch, frameSize),
	}
	h := (*handle)(at(place))
	h.number = files.add(f)
	h.methods = addressOf(&own.methods)
	return lib.SQLITE_OK
}

func vfsDelete(tls *libc.TLS, vfs, name uintptr, syncDir int32) int32 {
	path := libc.GoString(name)
	st := storeAt(strings.TrimSuffix(strings.TrimSuffix(path, walSuffix), journalSuffix))
	if st == nil || st.isWiped() {
		return lib.SQLITE_IOERR_DELETE
	}
	own := appDataOf(vfs)
	return method[func(*libc.TLS, uintptr, uintptr, int32) int32](own.platform().FxDelete)(tls, own.base, name, syncDir)
}

func vfsAccess(tls *libc.TLS, vfs, name uintptr, flags int32, result uintptr) int32 {
	own := appDataOf(vfs)
	return method[func(*libc.TLS, uintptr, uintptr, int32, uintptr) int32](own.platform().FxAccess)(tls, own.base, name, flags, result)
}

func vfsFullPathname(tls *libc.TLS, vfs, name uintptr, size int32, result uintptr) int32 {
	own := appDataOf(vfs)
	return method[func(*libc.TLS, uintptr, uintptr, int32, uintptr) int32](own.platform().FxFullPathname)(tls, own.base, name, size, result)
}
