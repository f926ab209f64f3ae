package media

import (
	"bufio"
	"encoding/binary"
	"image"
	"io"
)

// turn is how a picture has to be turned to be looked at: the values of the tag
// Orientation of Exif 2.32, §4.6.4, less one.
type turn int

const (
	upright turn = iota
	mirrored
	upsideDown
	upsideDownMirrored
	leftMirrored
	right // a quarter to the right
	rightMirrored
	left
	turns // their number
)

// sideways reports whether width and height change places.
func (t turn) sideways() bool { return t >= leftMirrored }

// apply turns a picture.
func (t turn) apply(from *image.RGBA) *image.RGBA {
	if t == upright {
		return from
	}
	w, h := from.Rect.Dx(), from.Rect.Dy()
	to := image.NewRGBA(image.Rect(0, 0, w, h))
	if t.sideways() {
		to = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range h {
		for x := range w {
			tx, ty := t.place(x, y, w, h)
			to.SetRGBA(tx, ty, from.RGBAAt(x, y))
		}
	}
	return to
}

// place returns where a point of a picture of so many columns and rows goes.
func (t turn) place(x, y, w, h int) (int, int) {
	switch t {
	case mirrored:
		return w - 1 - x, y
	case upsideDown:
		return w - 1 - x, h - 1 - y
	case upsideDownMirrored:
		return x, h - 1 - y
	case leftMirrored:
		return y, x
	case right:
		return h - 1 - y, x
	case rightMirrored:
		return h - 1 - y, w - 1 - x
	case left:
		return y, w - 1 - x
	}
	return x, y
}

// The marks of a JPEG file (ITU-T T.81, annex B) and of Exif in it.
const (
	markStart = 0xd8
	markScan  = 0xda
	markApp1  = 0xe1
	exifOpens = "Exif\x00\x00"
	tagTurn   = 0x0112
	typeShort = 3
)

// orientation reads how a JPEG picture was held. A file that does not say, or
// says nonsense, is upright: this is about looks alone.
func orientation(content io.Reader) turn {
	r := bufio.NewReader(content)
	var two [2]byte
	if _, err := io.ReadFull(r, two[:]); err != nil || two != [2]byte{0xff, markStart} {
		return upright
	}
	// The segment stands before the picture; a file with more of them than this
	// is not worth reading on.
	for range 64 {
		if _, err := io.ReadFull(r, two[:]); err != nil || two[0] != 0xff || two[1] == markScan {
			return upright
		}
		kind := two[1]
		if _, err := io.ReadFull(r, two[:]); err != nil {
			return upright
		}
		length := int(binary.BigEndian.Uint16(two[:])) - len(two)
		if length < 0 {
			return upright
		}
		if kind != markApp1 {
			if _, err := r.Discard(length); err != nil {
				return upright
			}
			continue
		}
		segment := make([]byte, length)
		if _, err := io.ReadFull(r, segment); err != nil {
			return upright
		}
		if len(segment) > len(exifOpens) && string(segment[:len(exifOpens)]) == exifOpens {
			return turnOf(segment[len(exifOpens):])
		}
	}
	return upright
}

// turnOf reads the tag from the first directory of a TIFF structure.
func turnOf(tiff []byte) turn {
	if len(tiff) < 8 {
		return upright
	}
	var order binary.ByteOrder
	switch string(tiff[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return upright
	}
	const entrySize = 12
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return upright
	}
	entries := int(order.Uint16(tiff[at:]))
	rest := tiff[at+2:]
	for i := range entries {
		if len(rest) < (i+1)*entrySize {
			return upright
		}
		e := rest[i*entrySize:]
		if order.Uint16(e) != tagTurn {
			continue
		}
		value := turn(order.Uint16(e[8:])) - 1
		if order.Uint16(e[2:]) != typeShort || value < upright || value >= turns {
			return upright
		}
		return value
	}
	return upright
}
