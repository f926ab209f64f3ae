package sqlite

import (
	"unsafe"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"

	"quietline/backend/clinic"
)

// disk is the file system below the seal, where sealed bytes lie. Each store
// names its own; in the program it is the platform's. Names are SQLite's own
// strings, since a platform may look for parameters behind their end. Results
// are SQLite's.
type disk interface {
	open(tls *libc.TLS, name uintptr, flags int32, outFlags uintptr) (diskFile, int32)
	remove(tls *libc.TLS, name uintptr, syncDir int32) int32
	access(tls *libc.TLS, name uintptr, flags int32, result uintptr) int32
	// hold keeps every other process from the database at path until release is
	// called. It fails with [CodeBusy] where another process holds it.
	hold(path string) (release func(), err error)
}

// diskFile is one open file on a disk. The slices lie in SQLite's memory. A read
// beyond the end fills with zeros and answers SQLITE_IOERR_SHORT_READ.
type diskFile interface {
	read(tls *libc.TLS, dst []byte, offset int64) int32
	write(tls *libc.TLS, src []byte, offset int64) int32
	truncate(tls *libc.TLS, size int64) int32
	sync(tls *libc.TLS, flags int32) int32
	size(tls *libc.TLS) (int64, int32)
	control(tls *libc.TLS, op int32, arg uintptr) int32
	characteristics(tls *libc.TLS) int32
	close(tls *libc.TLS) int32
}

// platformDisk is the file system that SQLite itself has for this platform.
type platformDisk struct{ base *lib.Tsqlite3_vfs }

// platform gives the platform's disk, once the sealing file system stands on it.
func platform() (platformDisk, error) {
	base, err := sealedFileSystem()
	return platformDisk{base}, err
}

func (d platformDisk) open(tls *libc.TLS, name uintptr, flags int32, outFlags uintptr) (diskFile, int32) {
	place := lib.Xsqlite3_malloc64(tls, uint64(d.base.FszOsFile))
	if place == 0 {
		return nil, lib.SQLITE_NOMEM
	}
	clear(bytesAt(place, d.base.FszOsFile))
	f := &platformFile{place: place}
	open := method[func(*libc.TLS, uintptr, uintptr, uintptr, int32, uintptr) int32](d.base.FxOpen)
	rc := open(tls, addressOf(d.base), name, place, flags, outFlags)
	// The platform may have set its methods also where it failed.
	if m := (*lib.Tsqlite3_file)(at(place)).FpMethods; m != 0 {
		f.io = (*lib.Tsqlite3_io_methods)(at(m))
	}
	if rc != lib.SQLITE_OK {
		f.close(tls)
		return nil, rc
	}
	return f, lib.SQLITE_OK
}

func (d platformDisk) remove(tls *libc.TLS, name uintptr, syncDir int32) int32 {
	return method[func(*libc.TLS, uintptr, uintptr, int32) int32](d.base.FxDelete)(tls, addressOf(d.base), name, syncDir)
}

func (d platformDisk) access(tls *libc.TLS, name uintptr, flags int32, result uintptr) int32 {
	return method[func(*libc.TLS, uintptr, uintptr, int32, uintptr) int32](d.base.FxAccess)(tls, addressOf(d.base), name, flags, result)
}

// hold takes the platform's exclusive lock on the file, as SQLite itself does
// before it writes to a database that has no log. A process that dies lets go of
// it.
func (d platformDisk) hold(path string) (func(), error) {
	tls := libc.NewTLS()
	defer tls.Close()
	// The platform keeps the name while the file is open, and reads zeros before
	// and behind it.
	const around = 8
	name := lib.Xsqlite3_malloc64(tls, uint64(len(path)+2*around))
	if name == 0 {
		return nil, errNoMemory
	}
	spelled := bytesAt(name, int32(len(path)+2*around))
	clear(spelled)
	copy(spelled[around:], path)
	opened, rc := d.open(tls, name+around, lib.SQLITE_OPEN_MAIN_DB|lib.SQLITE_OPEN_READWRITE, 0)
	if rc != lib.SQLITE_OK {
		lib.Xsqlite3_free(tls, name)
		return nil, clinic.E(codeOf(int(rc))).Because(&resultError{code: int(rc)})
	}
	f := opened.(*platformFile)
	for _, level := range []int32{lib.SQLITE_LOCK_SHARED, lib.SQLITE_LOCK_EXCLUSIVE} {
		if rc = f.lock(tls, level); rc != lib.SQLITE_OK {
			break
		}
	}
	letGo := func(tls *libc.TLS) {
		f.unlock(tls)
		f.close(tls)
		lib.Xsqlite3_free(tls, name)
	}
	if rc != lib.SQLITE_OK {
		letGo(tls)
		e := clinic.E(codeOf(int(rc))).Because(&resultError{code: int(rc)})
		if e.Code == CodeBusy {
			e = e.Retryable()
		}
		return nil, e
	}
	return func() {
		tls := libc.NewTLS()
		defer tls.Close()
		letGo(tls)
	}, nil
}

// platformFile is a file of the platform. Its structure lies in SQLite's memory,
// at place.
type platformFile struct {
	place uintptr
	io    *lib.Tsqlite3_io_methods // nil where it did not open
}

func (f *platformFile) read(tls *libc.TLS, dst []byte, offset int64) int32 {
	return method[func(*libc.TLS, uintptr, uintptr, int32, int64) int32](f.io.FxRead)(tls, f.place, dataOf(dst), int32(len(dst)), offset)
}

func (f *platformFile) write(tls *libc.TLS, src []byte, offset int64) int32 {
	return method[func(*libc.TLS, uintptr, uintptr, int32, int64) int32](f.io.FxWrite)(tls, f.place, dataOf(src), int32(len(src)), offset)
}

func (f *platformFile) truncate(tls *libc.TLS, size int64) int32 {
	return method[func(*libc.TLS, uintptr, int64) int32](f.io.FxTruncate)(tls, f.place, size)
}

func (f *platformFile) sync(tls *libc.TLS, flags int32) int32 {
	return method[func(*libc.TLS, uintptr, int32) int32](f.io.FxSync)(tls, f.place, flags)
}

func (f *platformFile) size(tls *libc.TLS) (int64, int32) {
	place := tls.Alloc(8)
	defer tls.Free(8)
	rc := method[func(*libc.TLS, uintptr, uintptr) int32](f.io.FxFileSize)(tls, f.place, place)
	return *(*int64)(at(place)), rc
}

func (f *platformFile) control(tls *libc.TLS, op int32, arg uintptr) int32 {
	return method[func(*libc.TLS, uintptr, int32, uintptr) int32](f.io.FxFileControl)(tls, f.place, op, arg)
}

func (f *platformFile) characteristics(tls *libc.TLS) int32 {
	return method[func(*libc.TLS, uintptr) int32](f.io.FxDeviceCharacteristics)(tls, f.place)
}

func (f *platformFile) close(tls *libc.TLS) (rc int32) {
	if f.io != nil {
		rc = method[func(*libc.TLS, uintptr) int32](f.io.FxClose)(tls, f.place)
	}
	lib.Xsqlite3_free(tls, f.place)
	return rc
}

func (f *platformFile) lock(tls *libc.TLS, level int32) int32 {
	return method[func(*libc.TLS, uintptr, int32) int32](f.io.FxLock)(tls, f.place, level)
}

func (f *platformFile) unlock(tls *libc.TLS) {
	method[func(*libc.TLS, uintptr, int32) int32](f.io.FxUnlock)(tls, f.place, lib.SQLITE_LOCK_NONE)
}

// dataOf is the address of a slice in SQLite's memory.
func dataOf(b []byte) uintptr { return uintptr(unsafe.Pointer(unsafe.SliceData(b))) }
