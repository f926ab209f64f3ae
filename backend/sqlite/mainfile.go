package sqlite

import (
	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
)

// probeSize is the first read of every connection, before SQLite knows how
// large a page is.
const probeSize = 100

// readMain reads within one page of the database.
func (f *file) readMain(tls *libc.TLS, dst []byte, offset int64) int32 {
	if offset == 0 && len(dst) == probeSize {
		return probe(dst)
	}
	start := offset % pageSize
	if start+int64(len(dst)) > pageSize {
		return lib.SQLITE_IOERR_READ
	}
	page := f.buf[:pageSize]
	if len(dst) == pageSize {
		page = dst
	}
	rc := f.readRaw(tls, page, offset-start)
	if rc == lib.SQLITE_IOERR_SHORT_READ {
		clear(dst)
		size, rc := f.disk.size(tls)
		if rc != lib.SQLITE_OK {
			return rc
		}
		if size == 0 {
			return lib.SQLITE_IOERR_SHORT_READ
		}
		// SQLite would take what lies beyond the end for zeros, that is, for
		// content. The end of a file that was cut is not content.
		return lib.SQLITE_IOERR_DATA
	}
	if rc != lib.SQLITE_OK {
		return rc
	}
	rc = f.open(func(k *subkeys) error { return f.seal.openPage(k, page, uint32(offset/pageSize)+1) })
	if len(dst) != pageSize {
		copy(dst, page[start:])
		clear(page)
	}
	return rc
}

// probe answers the first read, which looks for the size of a page and of its
// reserved tail, with what the format fixes. So a new file is made in this
// shape; and a first page that was torn while the log was copied into it does
// not stop SQLite from finding the whole one in the log.
func probe(dst []byte) int32 {
	clear(dst)
	dst[16], dst[17] = pageSize>>8, pageSize&0xff
	dst[20] = tailSize
	return lib.SQLITE_IOERR_SHORT_READ
}

// writeMain writes one page of the database. Pages between the end of the file
// and this one are sealed too, so that a page of zeros on disk is always an
// error.
func (f *file) writeMain(tls *libc.TLS, src []byte, offset int64) int32 {
	if len(src) != pageSize || offset%pageSize != 0 {
		return lib.SQLITE_IOERR_WRITE
	}
	size, rc := f.disk.size(tls)
	if rc != lib.SQLITE_OK {
		return rc
	}
	for gap := size - size%pageSize; gap < offset; gap += pageSize {
		var blank [pageSize]byte
		if gap == 0 {
			copy(blank[:], plainMagic)
		}
		if rc := f.sealMain(tls, blank[:], gap); rc != lib.SQLITE_OK {
			return rc
		}
	}
	return f.sealMain(tls, src, offset)
}

func (f *file) sealMain(tls *libc.TLS, page []byte, offset int64) int32 {
	out := f.buf[:pageSize]
	rc := f.shut(func(k *subkeys) error { return f.seal.sealPage(k, out, page, uint32(offset/pageSize)+1) })
	if rc != lib.SQLITE_OK {
		return rc
	}
	return f.writeRaw(tls, out, offset)
}
