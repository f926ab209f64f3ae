// Package sqlite keeps a database file in which nothing can be read without its
// key. It owns files, migrations and transactions; what the tables mean belongs
// to the packages that declare them.
//
// Use [Create] for a file that does not exist yet and [Open] for one that does;
// neither ever does the other's work, and neither deletes, replaces or repairs
// a file that it cannot read. All work runs inside [DB.Read] or [DB.Write].
//
// Guarantees: every page of the database, every frame of its write-ahead log
// and every record of a rollback journal is sealed with AES-256-GCM and bound
// to its place in this one file, so that a flipped bit or a page moved elsewhere
// is an error and never a wrong answer. Temporary data stays in memory. After
// [DB.Forget] nothing more can be opened or sealed, whatever the disk does. Errors
// are [clinic.Error] values and never carry a bound value, a key or a path.
//
// Limits: one process at a time has a file open, and opens it once; another one
// is told so. An old version of a page, or of the whole file, put back in its
// place still opens; whoever keeps decisive facts here holds them against a
// digest of their own (see [Tx.Observe]). File sizes and write times show.
// Plaintext pages live in this process's memory while the file is open. A file
// counts its seals and refuses to be written to before there are 2³², after some
// 15 TiB of writes; a copy made with [DB.CopyTo] has subkeys of its own. The
// format is described in backend/doc/sealed-sqlite.md.
//
// No other package may import the driver.
package sqlite

import (
	"context"
	"io"
	"runtime"
)

// Key is the secret of one file, 256 uniformly random bits. The keys that seal
// are derived from it and the file's salt, so one Key may serve several files.
type Key [32]byte

// Durability says what a returned [DB.Write] survives. Every choice survives
// the death of the process at any moment.
type Durability int

const (
	// Normal may lose the last transactions, but never half of one, when the
	// machine loses power. For what can be built again.
	Normal Durability = iota
	// Full loses nothing: the log is synced before a write returns, down to the
	// platter on macOS. For what is the truth.
	Full
)

// Migration takes a file from version Version-1 to Version. Its statements run
// in one transaction with the change of the version number.
type Migration struct {
	Version    int
	Statements []string
}

// Options say how a file is opened. The zero value is usable.
type Options struct {
	Durability Durability
	// CacheBytes is the page cache of each connection; 16 MiB where zero. A page
	// that is not in it costs a decryption.
	CacheBytes int64
	// Readers is how many reads may run at once; 2 to 4, by processors, where
	// zero.
	Readers int
	// Migrations are numbered 1, 2, 3 and so on without gaps. A file with a
	// higher version than the last is refused as newer.
	Migrations []Migration
	// BeforeMigrate runs before an existing file is migrated, while the file is
	// closed and complete in itself, so that the caller can copy it. An error
	// stops the opening and leaves the file as it was.
	BeforeMigrate func(ctx context.Context, from, to int) error
	// Drive is where Open looks at the first page before SQLite does; nil is the
	// machine's.
	Drive Drive
}

// Drive opens files for a look at them while no database has them open. Errors are
// those of package os.
type Drive interface {
	Open(path string) (DriveFile, error)
}

// DriveFile is a file on a drive.
type DriveFile interface {
	io.ReaderAt
	io.Closer
}

const (
	defaultCacheBytes = 16 << 20
	minReaders        = 2
	maxReaders        = 4
)

func (o Options) withDefaults() Options {
	if o.CacheBytes <= 0 {
		o.CacheBytes = defaultCacheBytes
	}
	if o.Readers <= 0 {
		o.Readers = min(max(runtime.NumCPU(), minReaders), maxReaders)
	}
	return o
}
