package sqlite

import (
	"sync"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
)

// walIndex is SQLite's index of the log: which page lies in which frame, and how
// far each reader has got. Elsewhere SQLite maps it from a file that all
// processes share. That file would show page numbers and a checksum of the
// plaintext; and this file has one process. So it lies in this process's memory,
// shared by the connections of one open database, and goes with the last of
// them. What a crash leaves is the log alone, from which the next opening makes
// the index anew, as it does after every crash.
type walIndex struct {
	mu sync.Mutex
	// regions lie in SQLite's memory: it keeps their addresses.
	regions []uintptr
	users   map[*file]*indexLocks
}

// indexRegion is the size of the regions that SQLite asks for.
const indexRegion = 32 << 10

// indexLocks are the slots that one connection has locked, a bit each.
type indexLocks struct{ shared, exclusive uint32 }

// region gives the address of a region, zero where it does not exist and is not
// to be made.
func (x *walIndex) region(tls *libc.TLS, f *file, number int32, make bool) (uintptr, int32) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.join(f)
	for int32(len(x.regions)) <= number {
		if !make {
			return 0, lib.SQLITE_OK
		}
		p := lib.Xsqlite3_malloc64(tls, indexRegion)
		if p == 0 {
			return 0, lib.SQLITE_NOMEM
		}
		clear(bytesAt(p, indexRegion))
		x.regions = append(x.regions, p)
	}
	return x.regions[number], lib.SQLITE_OK
}

func (x *walIndex) join(f *file) *indexLocks {
	own, known := x.users[f]
	if !known {
		if x.users == nil {
			x.users = map[*file]*indexLocks{}
		}
		own = &indexLocks{}
		x.users[f] = own
	}
	return own
}

// lock takes or gives back the slots [offset, offset+n). It never waits.
func (x *walIndex) lock(f *file, offset, n, flags int32) int32 {
	x.mu.Lock()
	defer x.mu.Unlock()
	own := x.join(f)
	slots := (uint32(1)<<n - 1) << offset
	if flags&lib.SQLITE_SHM_UNLOCK != 0 {
		own.shared &^= slots
		own.exclusive &^= slots
		return lib.SQLITE_OK
	}
	for other, theirs := range x.users {
		if other == f {
			continue
		}
		taken := theirs.exclusive
		if flags&lib.SQLITE_SHM_EXCLUSIVE != 0 {
			taken |= theirs.shared
		}
		if taken&slots != 0 {
			return lib.SQLITE_BUSY
		}
	}
	if flags&lib.SQLITE_SHM_EXCLUSIVE != 0 {
		own.exclusive |= slots
	} else {
		own.shared |= slots
	}
	return lib.SQLITE_OK
}

// barrier orders what was read and written in the regions before it and after.
func (x *walIndex) barrier() {
	x.mu.Lock()
	defer x.mu.Unlock()
}

// leave ends the use by one connection. The last one takes the index with it.
func (x *walIndex) leave(tls *libc.TLS, f *file) {
	x.mu.Lock()
	defer x.mu.Unlock()
	delete(x.users, f)
	if len(x.users) > 0 {
		return
	}
	for _, p := range x.regions {
		clear(bytesAt(p, indexRegion))
		lib.Xsqlite3_free(tls, p)
	}
	x.regions = nil
}
