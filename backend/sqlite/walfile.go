package sqlite

import (
	"encoding/binary"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
)

// walState is what a handle of the log remembers between two calls.
type walState struct {
	// header is the frame header last written, at headerAt: SQLite writes a
	// frame as header and then page. Zero where nothing was written.
	header   frameHeader
	headerAt int64
	last     int64 // the frame whose header was written last
	// A transaction that outgrows its cache writes frames early and may write a
	// page again in place. SQLite then leaves salts and checksums of later
	// frames at zero and, before it commits, reads every frame from rewriteFrom
	// on and writes its header again. Zero where no rewriting is under way.
	rewriteFrom, rewriteLast int64
}

// frameOf splits an offset in the log into its frame's offset and the place
// within the frame.
func frameOf(offset int64) (frame, within int64) {
	within = (offset - walHeaderSize) % frameSize
	return offset - within, within
}

func (f *file) readWAL(tls *libc.TLS, dst []byte, offset int64) int32 {
	if offset+int64(len(dst)) <= walHeaderSize {
		return f.readRaw(tls, dst, offset)
	}
	if offset < walHeaderSize {
		return lib.SQLITE_IOERR_READ
	}
	frame, within := frameOf(offset)
	end := within + int64(len(dst))
	switch {
	case end <= frameHeaderSize:
		h, rc := f.readFrameHeader(tls, frame)
		if rc == lib.SQLITE_OK {
			copy(dst, h[within:])
		}
		return rc
	case within == frameHeaderSize && end == frameSize:
		// Header and page at once: asking the system twice costs more than the copy.
		raw := f.buf[:frameSize]
		if rc := f.readRaw(tls, raw, frame); rc != lib.SQLITE_OK {
			return rc
		}
		h, rc := f.openHeader(raw[:frameHeaderSize], frame)
		if rc != lib.SQLITE_OK {
			return rc
		}
		copy(dst, raw[frameHeaderSize:])
		return f.openFrame(tls, dst, frame, &h)
	case within == 0 && end == frameSize:
		return f.readFrame(tls, dst, frame)
	}
	return lib.SQLITE_IOERR_READ
}

// readFrame reads header and page at once, as SQLite does in two situations.
// Recovering a log after a crash, it looks for the end of what was written
// whole, and a frame that does not verify is that end: it is answered with
// zeros, which SQLite does not take for a frame. Rewriting headers before a
// commit, it takes what it reads for granted, and a frame that does not verify
// must be an error.
func (f *file) readFrame(tls *libc.TLS, dst []byte, frame int64) int32 {
	if rc := f.readRaw(tls, dst, frame); rc != lib.SQLITE_OK {
		return rc
	}
	h, rc := f.openHeader(dst, frame)
	if rc != lib.SQLITE_OK {
		return rc
	}
	copy(dst, h[:])
	rc = f.openFrame(tls, dst[frameHeaderSize:], frame, &h)
	if rc == lib.SQLITE_IOERR_DATA && f.wal.rewriteFrom == 0 {
		clear(dst)
		return lib.SQLITE_OK
	}
	return rc
}

func (f *file) readFrameHeader(tls *libc.TLS, frame int64) (frameHeader, int32) {
	raw := f.buf[:frameHeaderSize]
	if rc := f.readRaw(tls, raw, frame); rc != lib.SQLITE_OK {
		return frameHeader{}, rc
	}
	return f.openHeader(raw, frame)
}

func (f *file) openHeader(raw []byte, frame int64) (h frameHeader, rc int32) {
	rc = f.store.use(func(k *subkeys) int32 {
		h = k.openFrameHeader(raw, frame)
		return lib.SQLITE_OK
	})
	return h, rc
}

func (f *file) openFrame(tls *libc.TLS, page []byte, frame int64, h *frameHeader) int32 {
	salts, rc := f.saltsOf(tls, h)
	if rc != lib.SQLITE_OK {
		return rc
	}
	return f.open(func(k *subkeys) error { return f.seal.openFramePage(k, page, frame, h, salts) })
}

// saltsOf gives the salts that a frame's page is bound to: those of its header
// or, while a rewriting transaction has left them at zero, those of the log. The
// log's are read each time, since another connection may have begun the log
// anew.
func (f *file) saltsOf(tls *libc.TLS, h *frameHeader) (uint64, int32) {
	if s := h.salts(); s != 0 {
		return s, lib.SQLITE_OK
	}
	raw := f.buf[:8]
	rc := f.readRaw(tls, raw, walSaltsAt)
	return binary.BigEndian.Uint64(raw), rc
}

func (f *file) writeWAL(tls *libc.TLS, src []byte, offset int64) int32 {
	if offset == 0 && len(src) == walHeaderSize {
		f.wal = walState{}
		return f.writeRaw(tls, src, offset)
	}
	if offset < walHeaderSize {
		return lib.SQLITE_IOERR_WRITE
	}
	frame, within := frameOf(offset)
	switch {
	case within == 0 && len(src) == frameHeaderSize:
		return f.writeFrameHeader(tls, frameHeader(src), frame)
	case within == frameHeaderSize && len(src) == pageSize:
		return f.writeFramePage(tls, src, frame)
	}
	return lib.SQLITE_IOERR_WRITE
}

func (f *file) writeFrameHeader(tls *libc.TLS, h frameHeader, frame int64) int32 {
	w := &f.wal
	switch {
	case w.rewriteFrom == 0:
	case h.salts() == 0:
		w.rewriteLast = max(w.rewriteLast, frame)
	case frame < w.rewriteFrom || frame >= w.rewriteLast:
		// The last header was rewritten; or the transaction was rolled back and
		// another one begins.
		w.rewriteFrom, w.rewriteLast = 0, 0
	}
	w.header, w.headerAt, w.last = h, frame, frame
	out := f.buf[:frameHeaderSize]
	rc := f.store.use(func(k *subkeys) int32 {
		k.sealFrameHeader(out, &h, frame)
		return lib.SQLITE_OK
	})
	if rc != lib.SQLITE_OK {
		return rc
	}
	return f.writeRaw(tls, out, frame)
}

func (f *file) writeFramePage(tls *libc.TLS, src []byte, frame int64) int32 {
	w := &f.wal
	h := w.header
	if w.headerAt != frame {
		var rc int32
		if h, rc = f.readFrameHeader(tls, frame); rc != lib.SQLITE_OK {
			return rc
		}
		if w.rewriteFrom == 0 || frame < w.rewriteFrom {
			w.rewriteFrom = frame
		}
		w.rewriteLast = max(w.rewriteLast, frame, w.last)
	}
	// A header serves one page: the next write of a page in the same place is a
	// rewrite.
	w.headerAt = 0
	salts, rc := f.saltsOf(tls, &h)
	if rc != lib.SQLITE_OK {
		return rc
	}
	out := f.buf[:pageSize]
	rc = f.shut(func(k *subkeys) error { return f.seal.sealFramePage(k, out, src, frame, &h, salts) })
	if rc != lib.SQLITE_OK {
		return rc
	}
	return f.writeRaw(tls, out, frame+frameHeaderSize)
}
