package sqlite

import (
	"encoding/binary"
	"errors"
	"sync"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
)

// handle is our part of a file structure in SQLite's memory; the platform's own
// follows it. It names a file by number, since C memory must not hold a Go
// pointer.
type handle struct {
	methods uintptr
	number  uintptr
}

// handleSize keeps the platform's structure aligned to 16 bytes.
const handleSize = 16

// file is one open file of a database. SQLite uses a handle from one thread at
// a time, so it needs no lock of its own.
type file struct {
	store   *store
	kind    kind
	inner   uintptr
	io      *lib.Tsqlite3_io_methods
	scratch uintptr
	buf     []byte // scratch, as bytes
	seal    sealer
	wal     walState
	journal journalState
}

// files finds a file by the number in its handle. Like [stores] it belongs to the
// process, because SQLite calls back with its own structure and nothing else.
var files openFiles

type openFiles struct {
	sync.RWMutex
	last     uintptr
	byNumber map[uintptr]*file
}

func (o *openFiles) add(f *file) uintptr {
	o.Lock()
	defer o.Unlock()
	if o.byNumber == nil {
		o.byNumber = map[uintptr]*file{}
	}
	o.last++
	o.byNumber[o.last] = f
	return o.last
}

func (o *openFiles) get(place uintptr) *file {
	o.RLock()
	defer o.RUnlock()
	return o.byNumber[(*handle)(at(place)).number]
}

func (o *openFiles) remove(place uintptr) {
	o.Lock()
	defer o.Unlock()
	delete(o.byNumber, (*handle)(at(place)).number)
}

func fileMethods() lib.Tsqlite3_io_methods {
	return lib.Tsqlite3_io_methods{
		// Version 2 has shared memory and no memory mapping: a mapped page would
		// be ciphertext.
		FiVersion:               2,
		FxClose:                 pointer(fileClose),
		FxRead:                  pointer(fileRead),
		FxWrite:                 pointer(fileWrite),
		FxTruncate:              pointer(fileTruncate),
		FxSync:                  pointer(fileSync),
		FxFileSize:              pointer(fileSize),
		FxLock:                  pointer(fileLock),
		FxUnlock:                pointer(fileUnlock),
		FxCheckReservedLock:     pointer(fileCheckReservedLock),
		FxFileControl:           pointer(fileControl),
		FxSectorSize:            pointer(fileSectorSize),
		FxDeviceCharacteristics: pointer(fileDeviceCharacteristics),
		FxShmMap:                pointer(fileShmMap),
		FxShmLock:               pointer(fileShmLock),
		FxShmBarrier:            pointer(fileShmBarrier),
		FxShmUnmap:              pointer(fileShmUnmap),
	}
}

func fileClose(tls *libc.TLS, place uintptr) int32 {
	f := files.get(place)
	rc := method[func(*libc.TLS, uintptr) int32](f.io.FxClose)(tls, f.inner)
	clear(f.buf)
	lib.Xsqlite3_free(tls, f.scratch)
	files.remove(place)
	(*handle)(at(place)).methods = 0
	return rc
}

func fileRead(tls *libc.TLS, place, to uintptr, n int32, offset int64) (rc int32) {
	f, dst := files.get(place), bytesAt(to, n)
	known := f.store.use(func(k *subkeys) {
		switch f.kind {
		case walFile:
			rc = f.readWAL(tls, k, dst, offset)
		case journalFile:
			rc = f.readJournal(tls, k, dst, offset)
		default:
			rc = f.readMain(tls, k, dst, offset)
		}
	})
	if !known {
		clear(dst)
		return lib.SQLITE_IOERR_AUTH
	}
	return rc
}

func fileWrite(tls *libc.TLS, place, from uintptr, n int32, offset int64) (rc int32) {
	f, src := files.get(place), bytesAt(from, n)
	known := f.store.use(func(k *subkeys) {
		switch f.kind {
		case walFile:
			rc = f.writeWAL(tls, k, src, offset)
		case journalFile:
			rc = f.writeJournal(tls, k, src, offset)
		default:
			rc = f.writeMain(tls, k, src, offset)
		}
	})
	if !known {
		return lib.SQLITE_IOERR_AUTH
	}
	return rc
}

func fileTruncate(tls *libc.TLS, place uintptr, size int64) int32 {
	f := files.get(place)
	if f.store.isWiped() {
		return lib.SQLITE_IOERR_AUTH
	}
	return method[func(*libc.TLS, uintptr, int64) int32](f.io.FxTruncate)(tls, f.inner, size)
}

func fileSync(tls *libc.TLS, place uintptr, flags int32) int32 {
	f := files.get(place)
	if f.store.isWiped() {
		return lib.SQLITE_IOERR_AUTH
	}
	f.store.syncs.Add(1)
	return method[func(*libc.TLS, uintptr, int32) int32](f.io.FxSync)(tls, f.inner, flags)
}

func fileSize(tls *libc.TLS, place, result uintptr) int32 {
	f := files.get(place)
	return method[func(*libc.TLS, uintptr, uintptr) int32](f.io.FxFileSize)(tls, f.inner, result)
}

func fileLock(tls *libc.TLS, place uintptr, level int32) int32 {
	f := files.get(place)
	return method[func(*libc.TLS, uintptr, int32) int32](f.io.FxLock)(tls, f.inner, level)
}

func fileUnlock(tls *libc.TLS, place uintptr, level int32) int32 {
	f := files.get(place)
	return method[func(*libc.TLS, uintptr, int32) int32](f.io.FxUnlock)(tls, f.inner, level)
}

func fileCheckReservedLock(tls *libc.TLS, place, result uintptr) int32 {
	f := files.get(place)
	return method[func(*libc.TLS, uintptr, uintptr) int32](f.io.FxCheckReservedLock)(tls, f.inner, result)
}

// fileControl passes on what has no bearing on content. Everything else is
// answered as unknown, above all hints to grow the file (which would leave
// unsealed pages), to map it into memory, and to write several pages at once
// behind our back.
func fileControl(tls *libc.TLS, place uintptr, op int32, arg uintptr) int32 {
	switch op {
	case lib.SQLITE_FCNTL_SIZE_HINT, lib.SQLITE_FCNTL_CHUNK_SIZE:
		return lib.SQLITE_OK
	case lib.SQLITE_FCNTL_LOCKSTATE, lib.SQLITE_FCNTL_LAST_ERRNO, lib.SQLITE_FCNTL_PERSIST_WAL,
		lib.SQLITE_FCNTL_HAS_MOVED, lib.SQLITE_FCNTL_SYNC, lib.SQLITE_FCNTL_SYNC_OMITTED,
		lib.SQLITE_FCNTL_OVERWRITE, lib.SQLITE_FCNTL_COMMIT_PHASETWO, lib.SQLITE_FCNTL_BUSYHANDLER,
		lib.SQLITE_FCNTL_LOCK_TIMEOUT, lib.SQLITE_FCNTL_CKPT_START, lib.SQLITE_FCNTL_CKPT_DONE,
		lib.SQLITE_FCNTL_WIN32_AV_RETRY, lib.SQLITE_FCNTL_EXTERNAL_READER:
		f := files.get(place)
		return method[func(*libc.TLS, uintptr, int32, uintptr) int32](f.io.FxFileControl)(tls, f.inner, op, arg)
	}
	return lib.SQLITE_NOTFOUND
}

func fileSectorSize(tls *libc.TLS, place uintptr) int32 {
	f := files.get(place)
	return method[func(*libc.TLS, uintptr) int32](f.io.FxSectorSize)(tls, f.inner)
}

// fileDeviceCharacteristics claims that a write never disturbs bytes beside it,
// as SQLite does by default: without it SQLite splits and pads frames, and a
// frame that arrives in two halves cannot be sealed. It hides what would let
// SQLite write or read less than a page.
func fileDeviceCharacteristics(tls *libc.TLS, place uintptr) int32 {
	f := files.get(place)
	has := method[func(*libc.TLS, uintptr) int32](f.io.FxDeviceCharacteristics)(tls, f.inner)
	return has&(lib.SQLITE_IOCAP_UNDELETABLE_WHEN_OPEN|lib.SQLITE_IOCAP_SEQUENTIAL) | lib.SQLITE_IOCAP_POWERSAFE_OVERWRITE
}

func fileShmMap(tls *libc.TLS, place uintptr, region, size, extend int32, result uintptr) int32 {
	f := files.get(place)
	return method[func(*libc.TLS, uintptr, int32, int32, int32, uintptr) int32](f.io.FxShmMap)(tls, f.inner, region, size, extend, result)
}

func fileShmLock(tls *libc.TLS, place uintptr, offset, n, flags int32) int32 {
	f := files.get(place)
	return method[func(*libc.TLS, uintptr, int32, int32, int32) int32](f.io.FxShmLock)(tls, f.inner, offset, n, flags)
}

func fileShmBarrier(tls *libc.TLS, place uintptr) {
	f := files.get(place)
	method[func(*libc.TLS, uintptr)](f.io.FxShmBarrier)(tls, f.inner)
}

func fileShmUnmap(tls *libc.TLS, place uintptr, deleteFile int32) int32 {
	f := files.get(place)
	return method[func(*libc.TLS, uintptr, int32) int32](f.io.FxShmUnmap)(tls, f.inner, deleteFile)
}

// readRaw reads the sealed bytes of the underlying file into SQLite's memory.
func (f *file) readRaw(tls *libc.TLS, dst []byte, offset int64) int32 {
	if len(dst) == 0 {
		return lib.SQLITE_OK
	}
	return method[func(*libc.TLS, uintptr, uintptr, int32, int64) int32](f.io.FxRead)(tls, f.inner, addressOf(&dst[0]), int32(len(dst)), offset)
}

// writeRaw writes sealed bytes, or bytes that the format leaves in clear.
func (f *file) writeRaw(tls *libc.TLS, src []byte, offset int64) int32 {
	f.store.written.Add(int64(len(src)))
	return method[func(*libc.TLS, uintptr, uintptr, int32, int64) int32](f.io.FxWrite)(tls, f.inner, addressOf(&src[0]), int32(len(src)), offset)
}

// rawSize is the size of the underlying file.
func (f *file) rawSize(tls *libc.TLS) (size int64, rc int32) {
	place := tls.Alloc(8)
	defer tls.Free(8)
	rc = method[func(*libc.TLS, uintptr, uintptr) int32](f.io.FxFileSize)(tls, f.inner, place)
	return int64(binary.NativeEndian.Uint64(bytesAt(place, 8))), rc
}

// opened gives the result of opening something sealed.
func (f *file) opened(err error) int32 {
	f.store.opened.Add(1)
	if errors.Is(err, errForged) {
		return lib.SQLITE_IOERR_DATA
	}
	if err != nil {
		return lib.SQLITE_IOERR_READ
	}
	return lib.SQLITE_OK
}

// sealed counts a seal and gives its result.
func (f *file) sealed(err error) int32 {
	f.store.sealed.Add(1)
	if err != nil {
		return lib.SQLITE_IOERR_WRITE
	}
	return lib.SQLITE_OK
}
