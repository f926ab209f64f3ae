package journal

import (
	"encoding/binary"
	"fmt"

	"quietline/backend/clinic"
)

// header is what an event says of itself, sealed apart from its content so that
// it outlives it. The layout is in backend/doc/journal.md.
type header struct {
	kind      string
	version   uint16
	minReader uint16
	class     RecordClass
	author    clinic.StaffID
	seat      clinic.SeatID
	at        clinic.Instant
	dossier   clinic.DossierID
	derived   bool
	body      bool
	year      uint16
	key       KeyID
}

const (
	headerLayout = 1

	flagDerived = 1 << 0 // the id was derived, not random
	flagBody    = 1 << 1 // the event has content, under the content key named

	maxClassName = 16
	headerFixed  = 1 + 1 + 1 + 2 + 2 + 1 + 16 + 16 + 8 + 16 + 2 + 16
)

func (h *header) append(b []byte) []byte {
	var flags byte
	if h.derived {
		flags |= flagDerived
	}
	if h.body {
		flags |= flagBody
	}
	b = append(b, headerLayout, flags, byte(len(h.kind)))
	b = append(b, h.kind...)
	b = binary.BigEndian.AppendUint16(b, h.version)
	b = binary.BigEndian.AppendUint16(b, h.minReader)
	b = append(b, byte(len(h.class)))
	b = append(b, h.class...)
	b = append(b, h.author[:]...)
	b = append(b, h.seat[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(h.at))
	b = append(b, h.dossier[:]...)
	b = binary.BigEndian.AppendUint16(b, h.year)
	return append(b, h.key[:]...)
}

// parseHeader reads exactly what append writes. A layout of a newer program is
// CodeNewer, anything else that is off is ErrDamaged.
func parseHeader(b []byte) (header, error) {
	var h header
	damaged := func(what string) (header, error) {
		return header{}, fmt.Errorf("parse event header: %s: %w", what, ErrDamaged)
	}
	if len(b) > 0 && b[0] > headerLayout {
		return header{}, clinic.E(CodeNewer)
	}
	if len(b) < headerFixed || b[0] != headerLayout {
		return damaged("layout")
	}
	flags, kind := b[1], int(b[2])
	if flags&^(flagDerived|flagBody) != 0 {
		return damaged("flags")
	}
	h.derived, h.body = flags&flagDerived != 0, flags&flagBody != 0
	b = b[3:]
	if len(b) < kind+headerFixed-3 {
		return damaged("kind")
	}
	h.kind, b = string(b[:kind]), b[kind:]
	h.version, h.minReader = binary.BigEndian.Uint16(b), binary.BigEndian.Uint16(b[2:])
	class := int(b[4])
	b = b[5:]
	if class == 0 || class > maxClassName || len(b) != class+16+16+8+16+2+16 {
		return damaged("length")
	}
	h.class, b = RecordClass(b[:class]), b[class:]
	if h.kind == "" || h.version == 0 || h.minReader == 0 || h.minReader > h.version {
		return damaged("version")
	}
	take := func(to *[16]byte) { b = b[copy(to[:], b):] }
	take((*[16]byte)(&h.author))
	take((*[16]byte)(&h.seat))
	h.at, b = clinic.Instant(binary.BigEndian.Uint64(b)), b[8:]
	take((*[16]byte)(&h.dossier))
	h.year, b = binary.BigEndian.Uint16(b), b[2:]
	take((*[16]byte)(&h.key))
	if h.body != (h.key != KeyID{}) || !h.body && h.year != 0 {
		return damaged("content key")
	}
	return h, nil
}
