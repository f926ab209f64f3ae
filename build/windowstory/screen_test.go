//go:build linux

package windowstory_test

import (
	"encoding/binary"
	"image"
	"image/color"
	"testing"

	"quietline/build/windowstory"
)

// frame is a screen of two pixels by one, with one colour in its map.
func frame() []byte {
	words := make([]uint32, 25)
	words[0], words[4], words[5], words[11], words[12], words[19] = 100, 2, 1, 32, 12, 1
	var raw []byte
	for _, w := range words {
		raw = binary.BigEndian.AppendUint32(raw, w)
	}
	raw = append(raw, make([]byte, 12)...)
	return append(raw, 3, 2, 1, 0, 6, 5, 4, 0, 99, 99, 99, 99)
}

func TestFrame(t *testing.T) {
	img, err := windowstory.Frame(frame())
	if err != nil {
		t.Fatal(err)
	}
	if img.RGBAAt(0, 0) != (color.RGBA{1, 2, 3, 255}) || img.RGBAAt(1, 0) != (color.RGBA{4, 5, 6, 255}) || img.Rect.Dx() != 2 {
		t.Errorf("%v", img)
	}
	depth := frame()
	depth[4*11+3] = 16
	for name, raw := range map[string][]byte{"empty": nil, "short": frame()[:120], "another depth": depth} {
		if _, err := windowstory.Frame(raw); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestReadable(t *testing.T) {
	plain := image.NewRGBA(image.Rect(0, 0, 200, 200))
	text := image.NewRGBA(plain.Rect)
	for y := range 200 {
		for x := range 200 {
			plain.SetRGBA(x, y, color.RGBA{246, 247, 247, 255})
			c := color.RGBA{246, 247, 247, 255}
			if y%20 < 8 && x%10 < 3 {
				c = color.RGBA{20, 20, 20, 255}
			}
			text.SetRGBA(x, y, c)
		}
	}
	if windowstory.Readable(plain) {
		t.Error("an empty window is readable")
	}
	if !windowstory.Readable(text) {
		t.Error("a window full of strokes is not readable")
	}
}
