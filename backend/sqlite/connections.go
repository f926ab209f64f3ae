package sqlite

import (
	"database/sql/driver"
	"errors"
	"sync"

	"modernc.org/libc"
	driverpkg "modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"
)

// connections, like [stores] one table for the process, finds a connection by SQLite's own handle, which is all that its
// callbacks are given.
var connections = struct {
	sync.RWMutex
	byHandle map[uintptr]*driverConn
}{byHandle: map[uintptr]*driverConn{}}

func connectionOf(handle uintptr) *driverConn {
	connections.RLock()
	defer connections.RUnlock()
	return connections.byHandle[handle]
}

// opening is the handle of the connection that is being opened. The driver
// keeps handles to itself; SQLite tells it to an extension that runs in every
// new connection, in the course of opening it.
var opening struct {
	sync.Mutex
	handle uintptr
}

// connectionOpens is that extension. The hook is there from the start: a DELETE
// without WHERE that was prepared before it would empty a table without visiting
// its rows.
func connectionOpens(tls *libc.TLS, handle, _, _ uintptr) int32 {
	opening.handle = handle
	lib.Xsqlite3_preupdate_hook(tls, handle, pointer(rowChanges), 0)
	return lib.SQLITE_OK
}

// openDriver opens a connection of the driver and learns its handle. The file
// system and the extension are registered before.
func openDriver(dsn string) (driver.Conn, uintptr, error) {
	opening.Lock()
	defer opening.Unlock()
	opening.handle = 0
	c, err := (&driverpkg.Driver{}).Open(dsn)
	if err != nil {
		return nil, 0, translate(err, stepping)
	}
	if opening.handle == 0 {
		return nil, 0, errors.Join(errors.New("connect: the connection was not announced"), c.Close())
	}
	return c, opening.handle, nil
}

func (d *driverConn) register() {
	connections.Lock()
	defer connections.Unlock()
	connections.byHandle[d.handle] = d
}

// Close implements [driver.Conn].
func (d *driverConn) Close() error {
	connections.Lock()
	delete(connections.byHandle, d.handle)
	connections.Unlock()
	return translate(d.rawConn.Close(), stepping)
}
