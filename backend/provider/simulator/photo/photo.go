// Package photo draws what simulated patients send: an insurance card, the label
// of a pill box, a page of a form, as a telephone would photograph them.
//
// Everything is invented and says so on its face. The same subject and seed give
// the same bytes. It draws with the standard fonts of the Go project and knows
// nothing of texts.
package photo

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"strings"

	"golang.org/x/image/draw"
	"golang.org/x/image/font"
	"golang.org/x/image/font/basicfont"
	"golang.org/x/image/math/fixed"
)

// Subject is what a picture shows.
type Subject string

// The subjects.
const (
	Card  Subject = "card"  // an insurance card
	Label Subject = "label" // the label of a pill box
	Form  Subject = "form"  // a page that was filled in
)

// Subjects lists the subjects.
func Subjects() []Subject { return []Subject{Card, Label, Form} }

// Make returns a file of a type: a picture of the subject where the type is one,
// otherwise a small file that has the marks of its type and nothing in it. It
// returns nil for a type that it cannot make.
func Make(kind string, subject Subject, seed uint64) []byte {
	switch kind {
	case "image/jpeg":
		var out bytes.Buffer
		// Writing to memory does not fail, and the picture is of a size that can be.
		_ = jpeg.Encode(&out, Draw(subject, seed), &jpeg.Options{Quality: 84})
		return out.Bytes()
	case "image/png":
		var out bytes.Buffer
		_ = (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&out, Draw(subject, seed))
		return out.Bytes()
	case "application/pdf":
		return []byte("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n" +
			"trailer<</Root 1 0 R>>\n%%EOF\n" + strings.Repeat("%", 20_000))
	case "text/vcard":
		return []byte("BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Sample Person\r\nEND:VCARD\r\n")
	case "video/mp4":
		return append([]byte("\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"), make([]byte, 300_000)...)
	case "audio/amr":
		return append([]byte("#!AMR\n"), make([]byte, 9_000)...)
	case "image/heic":
		return append([]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), make([]byte, 90_000)...)
	}
	return nil
}

// Draw draws a subject.
func Draw(subject Subject, seed uint64) image.Image {
	dice := rand.New(rand.NewPCG(seed, 0x9e3779b97f4a7c15))
	var s *sheet
	switch subject {
	case Label:
		s = label(dice)
	case Form:
		s = form(dice)
	default:
		s = card(dice)
	}
	s.light(dice)
	return s.RGBA
}

// sheet is a picture in the making.
type sheet struct{ *image.RGBA }

func newSheet(width, height int, paper color.RGBA) *sheet {
	s := &sheet{image.NewRGBA(image.Rect(0, 0, width, height))}
	s.fill(s.Rect, paper)
	return s
}

func (s *sheet) fill(r image.Rectangle, c color.RGBA) {
	draw.Draw(s, r, image.NewUniform(c), image.Point{}, draw.Src)
}

// frame draws the border of a box.
func (s *sheet) frame(r image.Rectangle, width int, c color.RGBA) {
	for _, side := range []image.Rectangle{
		{r.Min, image.Pt(r.Max.X, r.Min.Y+width)}, {image.Pt(r.Min.X, r.Max.Y-width), r.Max},
		{r.Min, image.Pt(r.Min.X+width, r.Max.Y)}, {image.Pt(r.Max.X-width, r.Min.Y), r.Max},
	} {
		s.fill(side, c)
	}
}

// write puts a line of text with its upper left corner at a point, so many times
// the size of the font.
func (s *sheet) write(x, y, size int, c color.RGBA, line string) {
	face := basicfont.Face7x13
	small := image.NewAlpha(image.Rect(0, 0, len(line)*face.Advance, face.Height))
	(&font.Drawer{Dst: small, Src: image.Opaque, Face: face, Dot: fixed.P(0, face.Ascent)}).DrawString(line)
	big := image.NewAlpha(image.Rect(0, 0, small.Rect.Dx()*size, small.Rect.Dy()*size))
	draw.ApproxBiLinear.Scale(big, big.Rect, small, small.Rect, draw.Src, nil)
	draw.DrawMask(s, big.Rect.Add(image.Pt(x, y)), image.NewUniform(c), image.Point{}, big, image.Point{}, draw.Over)
}

// light makes a photograph of it: darker towards one corner, and grainy.
func (s *sheet) light(dice *rand.Rand) {
	b := s.Rect
	tilt := dice.Float64()*0.2 + 0.1
	for y := range b.Dy() {
		for x := range b.Dx() {
			at := s.PixOffset(x, y)
			shade := 1 - tilt*(float64(x)/float64(b.Dx())+float64(y)/float64(b.Dy()))/2
			grain := float64(dice.IntN(9)) - 4
			for i := range 3 {
				s.Pix[at+i] = uint8(min(255, max(0, float64(s.Pix[at+i])*shade+grain)))
			}
		}
	}
}

var (
	ink    = color.RGBA{0x22, 0x28, 0x33, 0xff}
	faint  = color.RGBA{0x9a, 0xa3, 0xae, 0xff}
	white  = color.RGBA{0xfb, 0xfb, 0xf9, 0xff}
	teal   = color.RGBA{0x0f, 0x76, 0x6e, 0xff}
	orange = color.RGBA{0xd9, 0x77, 0x06, 0xff}
	blue   = color.RGBA{0x1d, 0x4e, 0xd8, 0xff}
)

func digits(dice *rand.Rand, n int) string {
	var b strings.Builder
	for range n {
		b.WriteByte(byte('0' + dice.IntN(10)))
	}
	return b.String()
}

func card(dice *rand.Rand) *sheet {
	s := newSheet(1012, 638, white)
	band := []color.RGBA{teal, blue, orange}[dice.IntN(3)]
	s.fill(image.Rect(0, 0, 1012, 150), band)
	s.write(50, 45, 5, white, "MESA VALLEY HEALTH PLAN")
	s.write(50, 190, 3, faint, "MEMBER")
	s.write(50, 235, 5, ink, "SAMPLE PERSON")
	s.write(50, 330, 3, faint, "MEMBER NO.")
	s.write(50, 375, 5, ink, "MVH "+digits(dice, 3)+" "+digits(dice, 4))
	s.write(620, 330, 3, faint, "GROUP")
	s.write(620, 375, 5, ink, digits(dice, 5))
	s.write(50, 470, 3, faint, "OFFICE VISIT  $25     SPECIALIST  $40")
	s.fill(image.Rect(0, 560, 1012, 564), band)
	s.write(50, 582, 3, band, "INVENTED FOR PRACTICE - NOT A REAL CARD")
	return s
}

func label(dice *rand.Rand) *sheet {
	s := newSheet(900, 1100, color.RGBA{0xc9, 0x7a, 0x2b, 0xff})
	s.fill(image.Rect(60, 120, 840, 980), white)
	s.fill(image.Rect(60, 120, 840, 210), orange)
	s.write(90, 140, 4, white, "PRACTICE PHARMACY")
	s.write(90, 250, 3, faint, "RX "+digits(dice, 7))
	s.write(90, 310, 5, ink, "SAMPLE PERSON")
	s.write(90, 420, 4, ink, "TAKE ONE TABLET")
	s.write(90, 490, 4, ink, "IN THE MORNING")
	s.write(90, 600, 3, ink, fmt.Sprintf("QTY %d     REFILLS %d", 30*(1+dice.IntN(3)), dice.IntN(4)))
	x := 90
	for x < 780 {
		bar := 3 + dice.IntN(9)
		s.fill(image.Rect(x, 700, x+bar, 840), ink)
		x += bar + 4 + dice.IntN(8)
	}
	s.write(90, 880, 3, orange, "INVENTED - NOT A MEDICINE")
	return s
}

func form(dice *rand.Rand) *sheet {
	s := newSheet(1000, 1300, white)
	s.write(80, 70, 5, ink, "NEW PATIENT FORM")
	s.write(80, 150, 3, faint, "PAGE 2 OF 3 - INVENTED FOR PRACTICE")
	for i, line := range []string{"NAME", "STREET", "CITY", "EMERGENCY CONTACT", "PHONE"} {
		y := 240 + i*120
		s.write(80, y, 3, faint, line)
		s.fill(image.Rect(80, y+85, 920, y+88), faint)
		s.scribble(dice, 100, y+62, 120+dice.IntN(300), 14)
	}
	for i := range 3 {
		box := image.Rect(80, 860+i*80, 120, 900+i*80)
		s.frame(box, 4, ink)
		if dice.IntN(2) == 0 {
			s.write(86, 858+i*80, 3, blue, "X")
		}
		s.write(150, 862+i*80, 3, ink, []string{"TEXTS ARE FINE", "CALLS ARE FINE", "MAIL IS FINE"}[i])
	}
	s.write(80, 1130, 3, faint, "SIGNATURE")
	s.scribble(dice, 320, 1140, 380, 40)
	s.fill(image.Rect(300, 1190, 920, 1193), faint)
	return s
}

// scribble draws a line of handwriting that says nothing.
func (s *sheet) scribble(dice *rand.Rand, x, y, length, height int) {
	level := 0.0
	for i := range length {
		level = level*0.9 + (dice.Float64()-0.5)*float64(height)*0.6
		at := y + int(min(float64(height), max(-float64(height), level)))
		s.fill(image.Rect(x+i, at, x+i+4, at+5), blue)
	}
}
