package media

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/draw"
	"golang.org/x/image/webp"

	"quietline/backend/clinic"
)

const (
	// MaxPixels bounds what is decoded: a camera's twelve million fit, and the
	// memory that one picture takes stays below 200 MB at its worst.
	MaxPixels = 16 << 20
	// PreviewSide is the longer side of a preview in pixels: twice what a
	// conversation shows, for fine screens.
	PreviewSide = 480

	previewQuality = 82
)

// Preview is a small picture of a picture.
type Preview struct {
	// JPEG is the small picture.
	JPEG []byte
	// Width and Height are those of the picture itself, as it is looked at.
	Width, Height int
}

// MakePreview draws the preview of a picture of a type that is Shown, of an
// animation its first frame. CodeTooManyPixels, CodeUnreadable; an error of
// reading content is returned as it is.
func MakePreview(content io.ReaderAt, size int64, t Type) (Preview, error) {
	d, err := drawn(content, size, t, PreviewSide, MaxPixels)
	if err != nil {
		return Preview{}, err
	}
	small, err := encoded(d.picture, previewQuality)
	return Preview{JPEG: small, Width: d.width, Height: d.height}, err
}

func encoded(picture image.Image, quality int) ([]byte, error) {
	var out bytes.Buffer
	if err := jpeg.Encode(&out, picture, &jpeg.Options{Quality: quality}); err != nil {
		return nil, fmt.Errorf("media: encode picture: %w", err)
	}
	return out.Bytes(), nil
}

// drawing is a picture that was drawn anew, as it is looked at.
type drawing struct {
	picture *image.RGBA
	// width and height are those of the picture that it was drawn from.
	width, height int
}

// drawn draws a picture of a type that is Shown anew, turned as it was held and with no
// side longer than side. One of more than most pixels is not decoded.
func drawn(content io.ReaderAt, size int64, t Type, side int, most int64) (_ drawing, err error) {
	source := &watched{reader: io.NewSectionReader(content, 0, size)}
	defer func() {
		if p := recover(); p != nil {
			// A decoder that gives up in this way has met a picture that no camera
			// made. What it says may quote the picture.
			err = clinic.E(CodeUnreadable).Because(fmt.Errorf("decoder panicked with %T", p))
		}
		if err != nil && source.failed != nil {
			err = source.failed
		}
	}()
	decoder, ok := decoders[t]
	if !ok {
		return drawing{}, clinic.E(CodeUnreadable)
	}
	config, err := decoder.config(source)
	if err != nil {
		return drawing{}, unreadable()
	}
	if config.Width <= 0 || config.Height <= 0 {
		return drawing{}, unreadable()
	}
	if int64(config.Width)*int64(config.Height) > most {
		return drawing{}, clinic.E(CodeTooManyPixels).With("limit", most)
	}
	turned := upright
	if t == JPEG {
		turned = orientation(source.again())
	}
	picture, err := decoder.decode(source.again())
	if err != nil {
		return drawing{}, unreadable()
	}
	// The frame of an animation, or a file that contradicts itself.
	if b := picture.Bounds(); b.Empty() || int64(b.Dx())*int64(b.Dy()) > most {
		return drawing{}, unreadable()
	}
	d := drawing{turned.apply(shrink(picture, side)), config.Width, config.Height}
	if turned.sideways() {
		d.width, d.height = d.height, d.width
	}
	return d, nil
}

// unreadable says nothing of what the decoder said, which may quote the picture.
func unreadable() error { return clinic.E(CodeUnreadable) }

var decoders = map[Type]struct {
	config func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error)
}{
	JPEG: {jpeg.DecodeConfig, jpeg.Decode},
	PNG:  {png.DecodeConfig, png.Decode},
	GIF:  {gif.DecodeConfig, gif.Decode},
	WebP: {webp.DecodeConfig, webp.Decode},
}

// shrink draws a picture with no side longer than side, on white: what is transparent in
// it would be black otherwise. A picture that is small already keeps its size.
//
// It halves the picture for as long as that goes and takes the rest in one step. One
// step for all of it would need more memory than the picture itself.
func shrink(picture image.Image, side int) *image.RGBA {
	b := picture.Bounds()
	width, height := within(b.Dx(), b.Dy(), side)
	for {
		w, h := max(width, (b.Dx()+1)/2), max(height, (b.Dy()+1)/2)
		smaller := image.NewRGBA(image.Rect(0, 0, w, h))
		draw.Draw(smaller, smaller.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
		draw.ApproxBiLinear.Scale(smaller, smaller.Bounds(), picture, b, draw.Over, nil)
		if w == width && h == height {
			return smaller
		}
		picture, b = smaller, smaller.Bounds()
	}
}

// within returns the sides of a picture of which none is longer than side.
func within(width, height, side int) (int, int) {
	if longer := max(width, height); longer > side {
		return max(1, width*side/longer), max(1, height*side/longer)
	}
	return width, height
}

// watched remembers why reading failed: a decoder would call a broken disk a
// broken picture.
type watched struct {
	reader *io.SectionReader
	failed error
}

// Read implements [io.Reader].
func (w *watched) Read(p []byte) (int, error) {
	n, err := w.reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		w.failed = err
	}
	return n, err
}

// again begins at the beginning.
func (w *watched) again() io.Reader {
	// Seeking to the start of a section cannot fail.
	_, _ = w.reader.Seek(0, io.SeekStart)
	return w
}
