package media_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"strings"
	"testing"

	"quietline/backend/archive/media"
	"quietline/backend/clinic"
)

// A lossless WebP of one red pixel.
const tinyWebP = "UklGRhwAAABXRUJQVlA4TBAAAAAvAAAAEAcQERGIiP4HAA=="

func ftyp(brand string) string { return "\x00\x00\x00\x18ftyp" + brand + "\x00\x00\x00\x00" }

func TestContentTellsWhatItIs(t *testing.T) {
	for _, c := range []struct {
		head string
		want media.Type
	}{
		{"\xff\xd8\xff\xe0\x00\x10JFIF", media.JPEG},
		{"\xff\xd8", media.Other},
		{"\x89PNG\r\n\x1a\n\x00", media.PNG},
		{"\x89PNG\n\x1a\n", media.Other},
		{"GIF87a", media.GIF}, {"GIF89a...", media.GIF}, {"GIF88a", media.Other},
		{"RIFF\x1c\x00\x00\x00WEBPVP8L", media.WebP}, {"RIFF\x1c\x00\x00\x00WAVE", media.Other},
		{ftyp("heic"), media.HEIC}, {ftyp("mif1"), media.HEIC},
		{ftyp("mp42"), media.MP4}, {ftyp("isom"), media.MP4}, {ftyp("3gp4"), media.ThreeGP}, {ftyp("3g2a"), media.ThreeGP},
		{ftyp("M4A "), media.M4A}, {ftyp("qt  "), media.QuickTime}, {ftyp("zzzz"), media.Other},
		{"\x00\x00\x00\x18ftyp", media.Other},
		{"#!AMR\n", media.AMR}, {"#!AMR-WB\n", media.AMR},
		{"ID3\x04", media.MP3}, {"\xff\xfb\x90\x00", media.MP3}, {"\xff\xff\xff\xff", media.Other},
		{"%PDF-1.7", media.PDF},
		{"BEGIN:VCARD\r\nVERSION:3.0", media.VCard}, {"\xef\xbb\xbf\r\nbegin:vcard", media.VCard},
		{"BEGIN:VCALENDAR\r\n", media.Calendar},
		{"<!doctype html><title>503", media.Page}, {"  <html>", media.Page}, {"<?xml version=\"1.0\"?><Error>", media.Page},
		{"", media.Other}, {"MZ\x90", media.Other}, {"PK\x03\x04", media.Other}, {"<svg xmlns=", media.Other},
	} {
		if got := media.Sniff([]byte(c.head)); got != c.want {
			t.Errorf("%q is taken for %s, want %s", c.head, got, c.want)
		}
	}
	for _, t2 := range []media.Type{media.HEIC, media.MP4, media.PDF, media.VCard, media.Page, media.Other, media.AMR} {
		if t2.Shown() {
			t.Errorf("%s would reach the window", t2)
		}
	}
}

// quarters is a picture whose corners are red, green, blue and white, clockwise
// from the upper left.
func quarters(w, h int) *image.RGBA {
	p := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			p.SetRGBA(x, y, corners[[2]bool{x >= w/2, y >= h/2}])
		}
	}
	return p
}

var corners = map[[2]bool]color.RGBA{
	{false, false}: {255, 0, 0, 255}, {true, false}: {0, 255, 0, 255},
	{true, true}: {0, 0, 255, 255}, {false, true}: {255, 255, 255, 255},
}

// lookAt names the colours of the corners, clockwise from the upper left.
func lookAt(p image.Image) string {
	b := p.Bounds()
	var out strings.Builder
	for _, at := range []image.Point{
		{b.Min.X + b.Dx()/8, b.Min.Y + b.Dy()/8}, {b.Max.X - 1 - b.Dx()/8, b.Min.Y + b.Dy()/8},
		{b.Max.X - 1 - b.Dx()/8, b.Max.Y - 1 - b.Dy()/8}, {b.Min.X + b.Dx()/8, b.Max.Y - 1 - b.Dy()/8},
	} {
		r, g, bl, _ := p.At(at.X, at.Y).RGBA()
		letter := "?"
		switch {
		case r > 0xa000 && g > 0xa000 && bl > 0xa000:
			letter = "w"
		case r > 0xa000:
			letter = "r"
		case g > 0xa000:
			letter = "g"
		case bl > 0xa000:
			letter = "b"
		}
		out.WriteString(letter)
	}
	return out.String()
}

func encoded(t testing.TB, as media.Type, p image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	var err error
	switch as {
	case media.JPEG:
		err = jpeg.Encode(&out, p, &jpeg.Options{Quality: 95})
	case media.PNG:
		err = png.Encode(&out, p)
	case media.GIF:
		err = gif.Encode(&out, p, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func preview(raw []byte, as media.Type) (media.Preview, error) {
	return media.MakePreview(bytes.NewReader(raw), int64(len(raw)), as)
}

func TestPreviewsAreSmallAndLookAlike(t *testing.T) {
	for _, as := range []media.Type{media.JPEG, media.PNG, media.GIF} {
		for _, size := range [][4]int{{1200, 800, 480, 320}, {300, 900, 160, 480}, {40, 20, 40, 20}, {3000, 2, 480, 1}} {
			p, err := preview(encoded(t, as, quarters(size[0], size[1])), as)
			if err != nil {
				t.Fatalf("%s %v: %v", as, size, err)
			}
			small, err := jpeg.Decode(bytes.NewReader(p.JPEG))
			if err != nil {
				t.Fatal(err)
			}
			if b := small.Bounds(); b.Dx() != size[2] || b.Dy() != size[3] || p.Width != size[0] || p.Height != size[1] {
				t.Errorf("%s: %d×%d becomes %v, said to be %d×%d", as, size[0], size[1], b, p.Width, p.Height)
			}
			if size[3] > 8 && lookAt(small) != "rgbw" {
				t.Errorf("%s %v looks like %s", as, size, lookAt(small))
			}
		}
	}
	raw, err := base64.StdEncoding.DecodeString(tinyWebP)
	if err != nil {
		t.Fatal(err)
	}
	if p, err := preview(raw, media.WebP); err != nil || p.Width != 1 || p.Height != 1 {
		t.Errorf("WebP: %+v %v", p, err)
	}
}

func TestWhatIsTransparentIsWhite(t *testing.T) {
	p, err := preview(encoded(t, media.PNG, image.NewRGBA(image.Rect(0, 0, 50, 50))), media.PNG)
	if err != nil {
		t.Fatal(err)
	}
	small, err := jpeg.Decode(bytes.NewReader(p.JPEG))
	if err != nil || lookAt(small) != "wwww" {
		t.Errorf("it looks like %s (%v)", lookAt(small), err)
	}
}

// held returns a JPEG whose Exif says how the camera was held, and where.
func held(t testing.TB, order binary.AppendByteOrder, how uint16) []byte {
	t.Helper()
	plain := encoded(t, media.JPEG, quarters(200, 100))
	tiff := []byte("MM\x00*")
	if order.String() == binary.LittleEndian.String() {
		tiff = []byte("II*\x00")
	}
	tiff = order.AppendUint32(tiff, 8)
	tiff = order.AppendUint16(tiff, 2)
	tiff = append(tiff, entry(order, 0x010f, 2, 0)...) // the maker comes first
	tiff = append(tiff, entry(order, 0x0112, 3, how)...)
	tiff = append(tiff, "GPS 39.7392 -104.9903"...)
	segment := append([]byte("Exif\x00\x00"), tiff...)
	out := append([]byte{0xff, 0xd8, 0xff, 0xe1}, binary.BigEndian.AppendUint16(nil, uint16(len(segment)+2))...)
	return append(append(out, segment...), plain[2:]...)
}

func entry(order binary.AppendByteOrder, tag, kind, value uint16) []byte {
	e := order.AppendUint16(nil, tag)
	e = order.AppendUint16(e, kind)
	e = order.AppendUint32(e, 1)
	e = order.AppendUint16(e, value)
	return order.AppendUint16(e, 0)
}

func TestPicturesAreTurnedAndTellNoPlace(t *testing.T) {
	// The corners of the file, clockwise, are r g b w; the numbers are those of
	// the tag.
	for how, want := range map[uint16]string{
		0: "rgbw", 1: "rgbw", 2: "grwb", 3: "bwrg", 4: "wbgr", 5: "rwbg", 6: "wrgb", 7: "bgrw", 8: "gbwr", 9: "rgbw",
	} {
		for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
			p, err := preview(held(t, order, how), media.JPEG)
			if err != nil {
				t.Fatal(err)
			}
			small, err := jpeg.Decode(bytes.NewReader(p.JPEG))
			if err != nil {
				t.Fatal(err)
			}
			if got := lookAt(small); got != want {
				t.Errorf("orientation %d looks like %s, want %s", how, got, want)
			}
			if sideways := how >= 5 && how <= 8; (p.Height > p.Width) != sideways {
				t.Errorf("orientation %d: %d×%d", how, p.Width, p.Height)
			}
			if bytes.Contains(p.JPEG, []byte("Exif")) || bytes.Contains(p.JPEG, []byte("GPS")) {
				t.Error("the preview tells where the picture was taken")
			}
		}
	}
}

func TestBombsAndBrokenPicturesAreRefused(t *testing.T) {
	// Few bytes that claim to be a very large picture.
	bomb := encoded(t, media.PNG, image.NewGray(image.Rect(0, 0, 8, 8)))
	binary.BigEndian.PutUint32(bomb[16:], 60_000)
	binary.BigEndian.PutUint32(bomb[20:], 60_000)
	fixCRC(bomb)
	good := encoded(t, media.JPEG, quarters(64, 64))
	for _, c := range []struct {
		what string
		raw  []byte
		as   media.Type
		want clinic.Code
	}{
		{"a bomb", bomb, media.PNG, media.CodeTooManyPixels},
		{"a picture that is cut", good[:len(good)/2], media.JPEG, media.CodeUnreadable},
		{"another type", good, media.PNG, media.CodeUnreadable},
		{"nothing", nil, media.GIF, media.CodeUnreadable},
		{"no picture", []byte("%PDF-1.7"), media.PDF, media.CodeUnreadable},
	} {
		_, err := preview(c.raw, c.as)
		if !errors.Is(err, clinic.E(c.want)) {
			t.Errorf("%s: %v, want %s", c.what, err, c.want)
		}
	}
}

func TestABrokenDiskIsNotABrokenPicture(t *testing.T) {
	good := encoded(t, media.JPEG, quarters(640, 640))
	broken := errors.New("the disk broke")
	_, err := media.MakePreview(breaking{good, len(good) / 2, broken}, int64(len(good)), media.JPEG)
	if !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
}

type breaking struct {
	raw  []byte
	at   int
	with error
}

func (b breaking) ReadAt(p []byte, off int64) (int, error) {
	if int(off)+len(p) > b.at {
		return 0, b.with
	}
	n := copy(p, b.raw[off:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func fixCRC(p []byte) {
	table := func(c uint32) uint32 {
		for range 8 {
			if c&1 == 1 {
				c = 0xedb88320 ^ c>>1
			} else {
				c >>= 1
			}
		}
		return c
	}
	c := uint32(0xffffffff)
	for _, b := range p[12:29] {
		c = table((c^uint32(b))&0xff) ^ c>>8
	}
	binary.BigEndian.PutUint32(p[29:], c^0xffffffff)
}

// Whatever is attached, looking at it ends, and gives a preview or a code.
func FuzzPreview(f *testing.F) {
	for _, as := range []media.Type{media.JPEG, media.PNG, media.GIF} {
		f.Add(encoded(f, as, quarters(16, 12)))
	}
	f.Add(held(f, binary.LittleEndian, 6))
	f.Add(held(f, binary.BigEndian, 3))
	if raw, err := base64.StdEncoding.DecodeString(tinyWebP); err == nil {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		as := media.Sniff(raw[:min(len(raw), media.HeadBytes)])
		p, err := preview(raw, as)
		if err != nil {
			if code := clinic.CodeOf(err); code != media.CodeUnreadable && code != media.CodeTooManyPixels {
				t.Fatalf("%v", err)
			}
			return
		}
		if small, err := jpeg.DecodeConfig(bytes.NewReader(p.JPEG)); err != nil || max(small.Width, small.Height) > media.PreviewSide {
			t.Fatalf("preview of %dx%d: %v", small.Width, small.Height, err)
		}
	})
}
