package sqlite

import (
	"context"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
)

// watchedDisk is a disk that tells what is about to be done to the files on it,
// and waits until it has been told.
type watchedDisk struct {
	disk
	about func(suffix string, op DiskOp)
}

type watchedFile struct {
	diskFile
	suffix string
	about  func(suffix string, op DiskOp)
}

func (d watchedDisk) open(tls *libc.TLS, name uintptr, flags int32, outFlags uintptr) (diskFile, int32) {
	f, rc := d.disk.open(tls, name, flags, outFlags)
	if rc != lib.SQLITE_OK {
		return nil, rc
	}
	suffix := ""
	switch {
	case flags&lib.SQLITE_OPEN_WAL != 0:
		suffix = walSuffix
	case flags&lib.SQLITE_OPEN_MAIN_JOURNAL != 0:
		suffix = journalSuffix
	}
	return watchedFile{f, suffix, d.about}, rc
}

func (f watchedFile) read(tls *libc.TLS, dst []byte, offset int64) int32 {
	f.about(f.suffix, DiskRead)
	return f.diskFile.read(tls, dst, offset)
}

func (f watchedFile) write(tls *libc.TLS, src []byte, offset int64) int32 {
	f.about(f.suffix, DiskWrite)
	return f.diskFile.write(tls, src, offset)
}

func (f watchedFile) truncate(tls *libc.TLS, size int64) int32 {
	f.about(f.suffix, DiskTruncate)
	return f.diskFile.truncate(tls, size)
}

func (f watchedFile) sync(tls *libc.TLS, flags int32) int32 {
	f.about(f.suffix, DiskSync)
	return f.diskFile.sync(tls, flags)
}

// OpenWatched opens a database on the platform's disk and tells what is about to be
// done to it and, by their suffixes, to the files beside it.
func OpenWatched(ctx context.Context, path string, key Key, o Options, about func(suffix string, op DiskOp)) (*DB, error) {
	d, err := platform()
	if err != nil {
		return nil, err
	}
	db, _, err := openAt(ctx, watchedDisk{d, about}, path, &key, o.withDefaults())
	return db, err
}
