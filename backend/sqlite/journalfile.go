package sqlite

import (
	"encoding/binary"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
)

// journalState is what a handle of the journal remembers between two calls: the
// page number just written, and the checksum that belongs to the page just
// written or read.
type journalState struct {
	number   uint32
	numberAt int64
	mask     uint32
	maskAt   int64
}

func (f *file) readJournal(tls *libc.TLS, dst []byte, offset int64) int32 {
	if len(dst) == pageSize {
		return f.readRecord(tls, dst, offset)
	}
	rc := f.readRaw(tls, dst, offset)
	if rc != lib.SQLITE_OK || len(dst) != journalFieldSize {
		return rc
	}
	if offset != 0 && offset == f.journal.maskAt {
		unmask(dst, dst, f.journal.mask)
		return rc
	}
	// The sizes that the header gives are always the same. SQLite would go by others.
	said := binary.BigEndian.Uint32(dst)
	if offset == journalSectorAt && said != journalSectorSize || offset == journalPageAt && said != pageSize {
		clear(dst)
		return lib.SQLITE_IOERR_DATA
	}
	return rc
}

// readRecord reads a journalled page. A record that does not verify is an error:
// SQLite counts in the header only the records that were synced, and to stop
// short of one would leave half a transaction behind. So is a record that is
// cut, which SQLite would take for the end.
func (f *file) readRecord(tls *libc.TLS, dst []byte, offset int64) int32 {
	if offset < journalFieldSize {
		return lib.SQLITE_IOERR_READ
	}
	number := f.buf[:journalFieldSize]
	if rc := f.readRaw(tls, number, offset-journalFieldSize); rc != lib.SQLITE_OK {
		clear(dst)
		return damagedIfShort(rc)
	}
	if rc := f.readRaw(tls, dst, offset); rc != lib.SQLITE_OK {
		clear(dst)
		return damagedIfShort(rc)
	}
	return f.open(func(k *subkeys) error {
		mask, err := f.seal.openRecordPage(k, dst, offset, binary.BigEndian.Uint32(number))
		f.journal.mask, f.journal.maskAt = mask, offset+pageSize
		return err
	})
}

func (f *file) writeJournal(tls *libc.TLS, src []byte, offset int64) int32 {
	j := &f.journal
	switch len(src) {
	case pageSize:
		if j.numberAt != offset-journalFieldSize {
			return lib.SQLITE_IOERR_WRITE
		}
		out := f.buf[:pageSize]
		rc := f.shut(func(k *subkeys) error {
			err := f.seal.sealRecordPage(k, out, src, offset, j.number)
			j.mask, j.maskAt = k.sumMask(out[tagEnd:nonceEnd]), offset+pageSize
			return err
		})
		if rc != lib.SQLITE_OK {
			return rc
		}
		return f.writeRaw(tls, out, offset)
	case journalFieldSize:
		out := f.buf[:journalFieldSize]
		if offset == j.maskAt {
			unmask(out, src, j.mask)
			return f.writeRaw(tls, out, offset)
		}
		j.number, j.numberAt = binary.BigEndian.Uint32(src), offset
		copy(out, src)
		return f.writeRaw(tls, out, offset)
	}
	// Headers and parts of them: counts and sizes, then zeros.
	if len(src) > journalSectorSize || !isZero(src[min(len(src), journalHeaderUsed):]) {
		return lib.SQLITE_IOERR_WRITE
	}
	return f.writeRaw(tls, src, offset)
}

func unmask(dst, src []byte, mask uint32) {
	binary.BigEndian.PutUint32(dst, binary.BigEndian.Uint32(src)^mask)
}

func damagedIfShort(rc int32) int32 {
	if rc == lib.SQLITE_IOERR_SHORT_READ {
		return lib.SQLITE_IOERR_DATA
	}
	return rc
}
