package sqlite

import (
	"errors"
	"slices"
	"sync"
	"sync/atomic"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
)

// handle is our file structure in SQLite's memory. It names a file by number,
// since C memory must not hold a Go pointer.
type handle struct {
	methods uintptr
	number  uintptr
}

// handleSize is the size of a handle, rounded up.
const handleSize = 16

// file is one open file of a database. SQLite uses a handle from one thread at
// a time, so it needs no lock of its own.
type file struct {
	store   *store
	kind    kind
	disk    diskFile
	scratch uintptr
	buf     []byte // scratch, as bytes
	seal    sealer
	wal     walState
	journal journalState
}

// files finds a file by the number in its handle. Like [stores] it belongs to the
// process, because SQLite calls back with its own structure and nothing else.
var files openFiles

// openFiles is asked at every read and write, and changed when a file is opened or
// closed: so looking into it takes no lock.
type openFiles struct {
	mu       sync.Mutex              // held while it changes
	byNumber atomic.Pointer[[]*file] // a new one with every change
}

// add gives a file the lowest number that is free.
func (o *openFiles) add(f *file) uintptr {
	o.mu.Lock()
	defer o.mu.Unlock()
	next := o.copied()
	number := slices.Index(next, nil)
	if number < 0 {
		number, next = len(next), append(next, nil)
	}
	next[number] = f
	o.byNumber.Store(&next)
	return uintptr(number)
}

func (o *openFiles) get(place uintptr) *file {
	return (*o.byNumber.Load())[(*handle)(at(place)).number]
}

func (o *openFiles) remove(place uintptr) {
	o.mu.Lock()
	defer o.mu.Unlock()
	next := o.copied()
	next[(*handle)(at(place)).number] = nil
	o.byNumber.Store(&next)
}

func (o *openFiles) copied() []*file {
	if now := o.byNumber.Load(); now != nil {
		return slices.Clone(*now)
	}
	return nil
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
	f.store.locks.unlock(f, lib.SQLITE_LOCK_NONE)
	f.store.index.leave(tls, f)
	rc := f.disk.close(tls)
	clear(f.buf)
	lib.Xsqlite3_free(tls, f.scratch)
	files.remove(place)
	(*handle)(at(place)).methods = 0
	return rc
}

func fileRead(tls *libc.TLS, place, to uintptr, n int32, offset int64) (rc int32) {
	f, dst := files.get(place), bytesAt(to, n)
	if !f.store.enter() {
		clear(dst)
		return lib.SQLITE_IOERR_AUTH
	}
	defer f.store.leave()
	switch f.kind {
	case walFile:
		rc = f.readWAL(tls, dst, offset)
	case journalFile:
		rc = f.readJournal(tls, dst, offset)
	default:
		rc = f.readMain(tls, dst, offset)
	}
	if rc == lib.SQLITE_IOERR_AUTH {
		clear(dst)
	}
	return f.store.noted(rc)
}

func fileWrite(tls *libc.TLS, place, from uintptr, n int32, offset int64) (rc int32) {
	f, src := files.get(place), bytesAt(from, n)
	if !f.store.enter() {
		return lib.SQLITE_IOERR_AUTH
	}
	defer f.store.leave()
	switch f.kind {
	case walFile:
		rc = f.writeWAL(tls, src, offset)
	case journalFile:
		rc = f.writeJournal(tls, src, offset)
	default:
		rc = f.writeMain(tls, src, offset)
	}
	return f.store.noted(rc)
}

func fileTruncate(tls *libc.TLS, place uintptr, size int64) int32 {
	f := files.get(place)
	if !f.store.enter() {
		return lib.SQLITE_IOERR_AUTH
	}
	defer f.store.leave()
	return f.store.noted(f.disk.truncate(tls, size))
}

func fileSync(tls *libc.TLS, place uintptr, flags int32) int32 {
	f := files.get(place)
	if !f.store.enter() {
		return lib.SQLITE_IOERR_AUTH
	}
	defer f.store.leave()
	f.store.syncs.Add(1)
	return f.store.noted(f.disk.sync(tls, flags))
}

// noted remembers a result that is an error. A short read mostly is none: SQLite
// looks for the end of a file that way.
func (st *store) noted(rc int32) int32 {
	if rc != lib.SQLITE_OK && rc != lib.SQLITE_IOERR_SHORT_READ {
		st.fault.Store(rc)
	}
	return rc
}

func fileSize(tls *libc.TLS, place, result uintptr) int32 {
	f := files.get(place)
	size, rc := f.disk.size(tls)
	*(*int64)(at(result)) = size
	return rc
}

// fileLock gives no lock without keys. So a connection that outlives them does
// not take itself for the last one as it closes, and removes no log that has
// become another's.
func fileLock(_ *libc.TLS, place uintptr, level int32) int32 {
	f := files.get(place)
	if f.store.isWiped() {
		return lib.SQLITE_IOERR_AUTH
	}
	return f.store.locks.lock(f, level)
}

func fileUnlock(_ *libc.TLS, place uintptr, level int32) int32 {
	f := files.get(place)
	f.store.locks.unlock(f, level)
	return lib.SQLITE_OK
}

func fileCheckReservedLock(_ *libc.TLS, place, result uintptr) int32 {
	f := files.get(place)
	*(*int32)(at(result)) = 0
	if f.store.locks.reserved() {
		*(*int32)(at(result)) = 1
	}
	return lib.SQLITE_OK
}

// fileControl passes on what has no bearing on content. Everything else is
// answered as unknown, above all hints to grow the file (which would leave
// unsealed pages), to map it into memory, and to write several pages at once
// behind our back.
func fileControl(tls *libc.TLS, place uintptr, op int32, arg uintptr) int32 {
	switch op {
	case lib.SQLITE_FCNTL_SIZE_HINT, lib.SQLITE_FCNTL_CHUNK_SIZE:
		return lib.SQLITE_OK
	case lib.SQLITE_FCNTL_LAST_ERRNO, lib.SQLITE_FCNTL_PERSIST_WAL, lib.SQLITE_FCNTL_HAS_MOVED,
		lib.SQLITE_FCNTL_SYNC, lib.SQLITE_FCNTL_SYNC_OMITTED, lib.SQLITE_FCNTL_OVERWRITE,
		lib.SQLITE_FCNTL_COMMIT_PHASETWO, lib.SQLITE_FCNTL_CKPT_START, lib.SQLITE_FCNTL_CKPT_DONE,
		lib.SQLITE_FCNTL_WIN32_AV_RETRY:
		return files.get(place).disk.control(tls, op, arg)
	}
	return lib.SQLITE_NOTFOUND
}

// fileSectorSize has no bearing where a write disturbs nothing beside it.
func fileSectorSize(*libc.TLS, uintptr) int32 { return pageSize }

// fileDeviceCharacteristics claims that a write never disturbs bytes beside it,
// as SQLite does by default: without it SQLite splits and pads frames, and a
// frame that arrives in two halves cannot be sealed. It hides what would let
// SQLite write or read less than a page.
func fileDeviceCharacteristics(tls *libc.TLS, place uintptr) int32 {
	has := files.get(place).disk.characteristics(tls)
	return has&(lib.SQLITE_IOCAP_UNDELETABLE_WHEN_OPEN|lib.SQLITE_IOCAP_SEQUENTIAL) | lib.SQLITE_IOCAP_POWERSAFE_OVERWRITE
}

func fileShmMap(tls *libc.TLS, place uintptr, region, size, extend int32, result uintptr) int32 {
	*(*uintptr)(at(result)) = 0
	if size != indexRegion {
		return lib.SQLITE_IOERR_SHMSIZE
	}
	f := files.get(place)
	address, rc := f.store.index.region(tls, f, region, extend != 0)
	*(*uintptr)(at(result)) = address
	return rc
}

func fileShmLock(_ *libc.TLS, place uintptr, offset, n, flags int32) int32 {
	f := files.get(place)
	return f.store.index.lock(f, offset, n, flags)
}

func fileShmBarrier(_ *libc.TLS, place uintptr) { files.get(place).store.index.barrier() }

func fileShmUnmap(tls *libc.TLS, place uintptr, _ int32) int32 {
	f := files.get(place)
	f.store.index.leave(tls, f)
	return lib.SQLITE_OK
}

// readRaw reads the sealed bytes of the underlying file into SQLite's memory.
func (f *file) readRaw(tls *libc.TLS, dst []byte, offset int64) int32 {
	if len(dst) == 0 {
		return lib.SQLITE_OK
	}
	return f.disk.read(tls, dst, offset)
}

// writeRaw writes sealed bytes, or bytes that the format leaves in clear.
func (f *file) writeRaw(tls *libc.TLS, src []byte, offset int64) int32 {
	f.store.written.Add(int64(len(src)))
	return f.disk.write(tls, src, offset)
}

// open opens something sealed by fn and gives its result.
func (f *file) open(fn func(k *subkeys) error) int32 {
	return f.store.use(func(k *subkeys) int32 {
		f.store.opened.Add(1)
		switch err := fn(k); {
		case errors.Is(err, errForged):
			return lib.SQLITE_IOERR_DATA
		case err != nil:
			return lib.SQLITE_IOERR_READ
		}
		return lib.SQLITE_OK
	})
}

// shut seals something by fn, counts the seal and gives its result.
func (f *file) shut(fn func(k *subkeys) error) int32 {
	return f.store.use(func(k *subkeys) int32 {
		f.store.sealed[f.kind].Add(1)
		if fn(k) != nil {
			return lib.SQLITE_IOERR_WRITE
		}
		return lib.SQLITE_OK
	})
}
