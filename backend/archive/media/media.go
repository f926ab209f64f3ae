// Package media knows what telephones attach to texts: which sort of thing it
// is, judged by its content alone, and how to draw a picture of it anew, small or
// to be sent.
//
// Names and headers are never believed. What is not on the list is kept like
// everything else and shown nowhere: only pictures that a window can show
// ([Type.Shown]) ever reach it.
//
// A preview, and a picture that is to be sent ([Fit]), is drawn anew from the decoded
// picture, so nothing of the file but its looks goes into it: no place, no time, no
// camera. Pictures of more than [MaxPixels] are not decoded, whatever their files say.
package media

import (
	"bytes"

	"quietline/backend/clinic"
)

// Codes of this package: why there is no preview of a picture.
const (
	// CodeTooManyPixels: the picture has more than "limit" pixels.
	CodeTooManyPixels clinic.Code = "media.too_many_pixels"
	// CodeUnreadable: the picture cannot be decoded.
	CodeUnreadable clinic.Code = "media.unreadable"
)

// Codes lists the codes of this package.
func Codes() []clinic.Code {
	return []clinic.Code{CodeTooManyPixels, CodeUnreadable, CodeSendHEIC, CodeSendTooLarge, CodeSendUnreadable}
}

// MaxBytes is the largest attachment that is kept. The provider takes five
// million bytes; what is larger than twice that is not a telephone's.
const MaxBytes = 10 << 20

// Type is a media type of RFC 6838, one of the list below.
type Type string

// What carriers bring.
const (
	JPEG      Type = "image/jpeg"
	PNG       Type = "image/png"
	GIF       Type = "image/gif"
	WebP      Type = "image/webp"
	HEIC      Type = "image/heic"
	MP4       Type = "video/mp4"
	ThreeGP   Type = "video/3gpp"
	QuickTime Type = "video/quicktime"
	AMR       Type = "audio/amr"
	MP3       Type = "audio/mpeg"
	M4A       Type = "audio/mp4"
	PDF       Type = "application/pdf"
	VCard     Type = "text/vcard"
	Calendar  Type = "text/calendar"
	// Page is a web page: never an attachment, and what a server says in place of
	// one.
	Page Type = "text/html"
	// Other is everything else.
	Other Type = "application/octet-stream"
)

// Shown reports whether a window can show it as a picture.
func (t Type) Shown() bool {
	switch t {
	case JPEG, PNG, GIF, WebP:
		return true
	}
	return false
}

// endings name files by what is in them.
var endings = map[Type]string{
	JPEG: ".jpg", PNG: ".png", GIF: ".gif", WebP: ".webp", HEIC: ".heic", MP4: ".mp4", ThreeGP: ".3gp", QuickTime: ".mov",
	AMR: ".amr", MP3: ".mp3", M4A: ".m4a", PDF: ".pdf", VCard: ".vcf", Calendar: ".ics",
}

// Ending returns the end of the name of a file with such a content, with its
// point; ".bin", which nothing opens by itself, for what is not on the list.
func (t Type) Ending() string {
	if e := endings[t]; e != "" {
		return e
	}
	return ".bin"
}

// HeadBytes is how much of the beginning [Sniff] wants to see.
const HeadBytes = 512

// Sniff tells what a content is from its first HeadBytes bytes, or all of it
// where it is shorter. It looks for the marks that the formats' own documents
// ask for at their beginning.
func Sniff(head []byte) Type {
	for _, m := range marks {
		if bytes.HasPrefix(head, m.mark) {
			return m.is
		}
	}
	switch {
	case len(head) >= 12 && string(head[:4]) == "RIFF" && string(head[8:12]) == "WEBP":
		return WebP
	case len(head) >= 12 && string(head[4:8]) == "ftyp":
		return ofBrand(string(head[8:12]))
	case len(head) >= 3 && head[0] == 0xff && isFrame(head[1], head[2]):
		return MP3
	}
	words := bytes.ToUpper(bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n"))
	for _, m := range openings {
		if bytes.HasPrefix(words, m.mark) {
			return m.is
		}
	}
	return Other
}

type mark struct {
	mark []byte
	is   Type
}

var marks = []mark{
	{[]byte("\xff\xd8\xff"), JPEG},
	{[]byte("\x89PNG\r\n\x1a\n"), PNG},
	{[]byte("GIF87a"), GIF},
	{[]byte("GIF89a"), GIF},
	{[]byte("#!AMR"), AMR},
	{[]byte("ID3"), MP3},
	{[]byte("%PDF-"), PDF},
}

// openings are the first words of texts, in upper case.
var openings = []mark{
	{[]byte("BEGIN:VCARD"), VCard},
	{[]byte("BEGIN:VCALENDAR"), Calendar},
	{[]byte("<!DOCTYPE HTML"), Page},
	{[]byte("<HTML"), Page},
	{[]byte("<?XML"), Page},
}

// ofBrand reads the major brand of an ISO base media file (ISO/IEC 14496-12).
func ofBrand(brand string) Type {
	switch brand {
	case "heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1":
		return HEIC
	case "M4A ", "M4B ":
		return M4A
	case "qt  ":
		return QuickTime
	case "isom", "iso2", "iso4", "iso5", "iso6", "mp41", "mp42", "avc1", "M4V ", "M4VP", "mmp4", "MSNV":
		return MP4
	}
	if brand[:3] == "3gp" || brand[:3] == "3g2" {
		return ThreeGP
	}
	return Other
}

// isFrame reports whether two bytes after 0xff go on as the header of an MPEG
// audio frame of layer III: no reserved version, bit rate or sampling rate.
func isFrame(second, third byte) bool {
	return second&0xe0 == 0xe0 && second&0x18 != 0x08 && second&0x06 == 0x02 &&
		third&0xf0 != 0xf0 && third&0xf0 != 0 && third&0x0c != 0x0c
}
