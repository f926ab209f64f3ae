// Package icon draws the program's icon: a speech bubble with one quiet line.
//
// The icon is drawn, not stored, so that every size is sharp and the colours can
// be changed in one place. The drawing has no chance in it: the files beside the
// platforms' packaging are compared with it by a test.
package icon

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
)

// The plate's colours, top and bottom, and the bubble's.
var (
	top    = color.RGBA{0x2b, 0x8a, 0x83, 0xff}
	bottom = color.RGBA{0x14, 0x55, 0x51, 0xff}
	paper  = color.RGBA{0xff, 0xff, 0xff, 0xff}
	line   = color.RGBA{0x1d, 0x6f, 0x69, 0xff}
)

// samples per pixel and direction: enough that no edge looks stepped.
const samples = 3

// Draw draws the icon at a size in pixels.
func Draw(size int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, size, size))
	for y := range size {
		for x := range size {
			img.SetNRGBA(x, y, pixel(x, y, size))
		}
	}
	return img
}

// pixel averages its samples, each weighed by how far it covers.
func pixel(x, y, size int) color.NRGBA {
	var r, g, b, covered float64
	for i := range samples * samples {
		// In units of a thirty-second of the icon.
		u := (float64(x) + (float64(i%samples)+0.5)/samples) * 32 / float64(size)
		v := (float64(y) + (float64(i/samples)+0.5)/samples) * 32 / float64(size)
		if c, ok := at(u, v); ok {
			r, g, b, covered = r+float64(c.R), g+float64(c.G), b+float64(c.B), covered+1
		}
	}
	if covered == 0 {
		return color.NRGBA{}
	}
	round := func(f float64) uint8 { return uint8(math.Round(f)) }
	return color.NRGBA{round(r / covered), round(g / covered), round(b / covered), round(255 * covered / (samples * samples))}
}

// at returns the colour of a point.
func at(x, y float64) (color.RGBA, bool) {
	switch {
	case segment(x, y, 11.5, 14.2, 20.5, 14.2) < 1:
		return line, true
	case box(x, y, 6.5, 7.5, 25.5, 20.9, 4.2) < 0, segment(x, y, 11.6, 19.8, 11.2, 24.2) < 0.5+0.32*math.Max(0, 24.6-y):
		return paper, true
	case box(x, y, 1, 1, 31, 31, 7) < 0:
		part := (y - 1) / 30
		mix := func(a, b uint8) uint8 { return uint8(math.Round(float64(a) + part*(float64(b)-float64(a)))) }
		return color.RGBA{mix(top.R, bottom.R), mix(top.G, bottom.G), mix(top.B, bottom.B), 0xff}, true
	}
	return color.RGBA{}, false
}

// box is the distance to a box with round corners, below zero inside.
func box(x, y, x0, y0, x1, y1, radius float64) float64 {
	dx := math.Abs(x-(x0+x1)/2) - (x1-x0)/2 + radius
	dy := math.Abs(y-(y0+y1)/2) - (y1-y0)/2 + radius
	return math.Hypot(math.Max(dx, 0), math.Max(dy, 0)) + math.Min(math.Max(dx, dy), 0) - radius
}

// segment is the distance to a line between two points.
func segment(x, y, x0, y0, x1, y1 float64) float64 {
	dx, dy := x1-x0, y1-y0
	part := math.Max(0, math.Min(1, ((x-x0)*dx+(y-y0)*dy)/(dx*dx+dy*dy)))
	return math.Hypot(x-x0-part*dx, y-y0-part*dy)
}

// PNG returns the icon as PNG.
func PNG(size int) ([]byte, error) {
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, Draw(size)); err != nil {
		return nil, fmt.Errorf("encoding the icon: %w", err)
	}
	return b.Bytes(), nil
}

// ICO returns the icon for Windows: the sizes given, each as PNG, which Windows
// reads since Vista.
func ICO(sizes ...int) ([]byte, error) {
	var head, body bytes.Buffer
	le := binary.LittleEndian
	head.Write(le.AppendUint16(le.AppendUint16(le.AppendUint16(nil, 0), 1), uint16(len(sizes))))
	const entry = 16
	for _, size := range sizes {
		if size < 1 || size > 256 {
			return nil, fmt.Errorf("an icon for Windows is at most 256 pixels wide, not %d", size)
		}
		text, err := PNG(size)
		if err != nil {
			return nil, err
		}
		// 256 is written as 0.
		head.Write([]byte{byte(size), byte(size), 0, 0, 1, 0, 32, 0})
		head.Write(le.AppendUint32(nil, uint32(len(text))))
		head.Write(le.AppendUint32(nil, uint32(6+entry*len(sizes)+body.Len())))
		body.Write(text)
	}
	return append(head.Bytes(), body.Bytes()...), nil
}
