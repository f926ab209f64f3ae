//go:build linux

package windowstory

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"time"
)

// Look returns what the screen shows now.
func (s *Session) Look() (*image.RGBA, error) {
	raw, err := os.ReadFile(s.frame)
	if err != nil {
		return nil, fmt.Errorf("reading the screen: %w", err)
	}
	return Frame(raw)
}

var errFrame = errors.New("the screen's memory is not as expected")

// The places of what is used in the header, counted in words.
const (
	headerSize   = 0
	pixmapWidth  = 4
	pixmapHeight = 5
	bitsPerPixel = 11
	bytesPerLine = 12
	colours      = 19
	headerWords  = 25
	colourBytes  = 12
)

// Frame reads Xvfb's frame buffer, which is an X window dump (XWDFile.h of the
// X.Org project): a header of big-endian 32-bit words, a colour map, then rows
// of blue, green, red and one unused byte. Anything else is an error.
func Frame(raw []byte) (*image.RGBA, error) {
	if len(raw) < headerWords*4 {
		return nil, errFrame
	}
	word := func(i int) int { return int(binary.BigEndian.Uint32(raw[i*4:])) }
	width, height, stride := word(pixmapWidth), word(pixmapHeight), word(bytesPerLine)
	pixels := word(headerSize) + word(colours)*colourBytes
	if word(bitsPerPixel) != 32 || width < 1 || height < 1 || stride < width*4 || len(raw) < pixels+stride*height {
		return nil, errFrame
	}
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		row := raw[pixels+y*stride:]
		out := img.Pix[y*img.Stride:]
		for x := 0; x < width*4; x += 4 {
			out[x], out[x+1], out[x+2], out[x+3] = row[x+2], row[x+1], row[x], 0xff
		}
	}
	return img, nil
}

// Save writes a picture as PNG.
func Save(img image.Image, path string) error {
	var buf bytes.Buffer
	if err := png.Encode(&buf, img); err != nil {
		return fmt.Errorf("encoding a picture: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("making the folder of a picture: %w", err)
	}
	if err := os.WriteFile(path, buf.Bytes(), 0o644); err != nil {
		return fmt.Errorf("writing a picture: %w", err)
	}
	return nil
}

// Detail measures how much there is to see: the share of neighbouring pixels
// that differ clearly, in thousandths. A plain window, whatever its colour, has
// next to none; a page of text has some tens.
func Detail(img *image.RGBA) float64 {
	edges, pairs := 0, 0
	for y := img.Rect.Min.Y; y < img.Rect.Max.Y; y++ {
		row := img.Pix[img.PixOffset(img.Rect.Min.X, y):]
		for x := 4; x < img.Rect.Dx()*4; x += 4 {
			d := 0
			for c := range 3 {
				d += abs(int(row[x+c]) - int(row[x+c-4]))
			}
			if d > 96 {
				edges++
			}
			pairs++
		}
	}
	return 1000 * float64(edges) / float64(pairs)
}

// Unlike measures how much of two pictures of the same size differs clearly, in
// thousandths. A caret or a toast is a few; another screen is some tens.
func Unlike(a, b *image.RGBA) float64 {
	if a.Rect != b.Rect {
		return 1000
	}
	differ := 0
	for i := 0; i < len(a.Pix); i += 4 {
		if abs(int(a.Pix[i])-int(b.Pix[i]))+abs(int(a.Pix[i+1])-int(b.Pix[i+1]))+abs(int(a.Pix[i+2])-int(b.Pix[i+2])) > 24 {
			differ++
		}
	}
	return 1000 * float64(differ) / float64(len(a.Pix)/4)
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}

// ErrNotShown is returned where the screen did not come to show what was awaited.
var ErrNotShown = errors.New("the screen did not show what was awaited")

// Await looks until the screen satisfies ok or ctx ends, and returns the last
// look. It looks some twenty times a second: seldom enough not to take the cores
// from the program that it times.
func (s *Session) Await(ctx context.Context, ok func(*image.RGBA) bool) (*image.RGBA, error) {
	tick := time.NewTicker(40 * time.Millisecond)
	defer tick.Stop()
	for {
		img, err := s.Look()
		if err != nil {
			return nil, err
		}
		if ok(img) {
			return img, nil
		}
		select {
		case <-ctx.Done():
			return img, fmt.Errorf("%w: %w", ErrNotShown, context.Cause(ctx))
		case <-tick.C:
		}
	}
}

// Still looks until two looks in a row, a while apart, are the same: what moved
// has come to rest.
func (s *Session) Still(ctx context.Context) (*image.RGBA, error) {
	const apart = 8 // looks
	var before *image.RGBA
	same := 0
	return s.Await(ctx, func(img *image.RGBA) bool {
		if before != nil && bytes.Equal(before.Pix, img.Pix) {
			same++
		} else {
			same = 0
		}
		before = img
		return same >= apart
	})
}

// Readable reports whether there is something to read: more than the frame of an
// empty window, a cursor or a spinner.
func Readable(img *image.RGBA) bool { return Detail(img) > 4 }
