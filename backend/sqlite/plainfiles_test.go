package sqlite

import (
	"sync"
	"sync/atomic"
	"unsafe"

	"modernc.org/libc"
	_ "modernc.org/sqlite" // registers the peer's driver
	lib "modernc.org/sqlite/lib"
)

// countedName is the platform's file system with a count of what the peers of a
// benchmark write and sync.
const countedName = "quietline-bench-plain"

var counted countedFiles

type countedFiles struct {
	syncs, written atomic.Int64
	open           func(*libc.TLS, uintptr, uintptr, uintptr, int32, uintptr) int32
	base           uintptr
	// methods are copies of the platform's tables of methods, by their address.
	mu      sync.Mutex
	methods map[uintptr]*countedMethods
}

// countedMethods lie in SQLite's memory: what a file calls, and what that calls.
type countedMethods struct {
	lib.Tsqlite3_io_methods
	inner lib.Tsqlite3_io_methods
}

func (c *countedFiles) stats() Stats {
	return Stats{Syncs: c.syncs.Load(), BytesWritten: c.written.Load()}
}

func init() {
	tls := libc.NewTLS()
	defer tls.Close()
	counted.base = lib.Xsqlite3_vfs_find(tls, 0)
	platform := (*lib.Tsqlite3_vfs)(at(counted.base))
	counted.open = method[func(*libc.TLS, uintptr, uintptr, uintptr, int32, uintptr) int32](platform.FxOpen)
	name, err := libc.CString(countedName)
	if err != nil {
		panic(err)
	}
	own := (*lib.Tsqlite3_vfs)(at(lib.Xsqlite3_malloc64(tls, uint64(unsafe.Sizeof(*platform)))))
	*own = *platform
	own.FpNext, own.FzName, own.FxOpen = 0, name, pointer(countedOpen)
	lib.Xsqlite3_vfs_register(tls, addressOf(own), 0)
}

func countedOpen(tls *libc.TLS, _, name, place uintptr, flags int32, outFlags uintptr) int32 {
	rc := counted.open(tls, counted.base, name, place, flags, outFlags)
	if f := (*lib.Tsqlite3_file)(at(place)); rc == lib.SQLITE_OK {
		f.FpMethods = addressOf(counted.over(tls, f.FpMethods))
	}
	return rc
}

func (c *countedFiles) over(tls *libc.TLS, inner uintptr) *countedMethods {
	c.mu.Lock()
	defer c.mu.Unlock()
	m, known := c.methods[inner]
	if !known {
		m = (*countedMethods)(at(lib.Xsqlite3_malloc64(tls, uint64(unsafe.Sizeof(countedMethods{})))))
		m.inner = *(*lib.Tsqlite3_io_methods)(at(inner))
		m.Tsqlite3_io_methods = m.inner
		m.FxWrite, m.FxSync = pointer(countedWrite), pointer(countedSync)
		if c.methods == nil {
			c.methods = map[uintptr]*countedMethods{}
		}
		c.methods[inner] = m
	}
	return m
}

// innerOf gives the platform's methods of a file.
func innerOf(place uintptr) *lib.Tsqlite3_io_methods {
	return &(*countedMethods)(at((*lib.Tsqlite3_file)(at(place)).FpMethods)).inner
}

func countedWrite(tls *libc.TLS, place, from uintptr, n int32, offset int64) int32 {
	counted.written.Add(int64(n))
	return method[func(*libc.TLS, uintptr, uintptr, int32, int64) int32](innerOf(place).FxWrite)(tls, place, from, n, offset)
}

func countedSync(tls *libc.TLS, place uintptr, flags int32) int32 {
	counted.syncs.Add(1)
	return method[func(*libc.TLS, uintptr, int32) int32](innerOf(place).FxSync)(tls, place, flags)
}
