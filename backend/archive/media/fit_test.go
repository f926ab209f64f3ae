package media_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"math/rand/v2"
	"testing"

	"quietline/backend/archive/media"
	"quietline/backend/clinic"
)

// most is how long a picture may be in these tests.
const most = 500_000

func TestAChosenPictureIsFitToBeSent(t *testing.T) {
	for _, c := range []struct {
		as                  media.Type
		w, h, width, height int
	}{
		{media.JPEG, 3200, 1600, 1600, 800}, {media.JPEG, 900, 1900, 757, 1600}, {media.JPEG, 1601, 3, 1600, 2}, {media.JPEG, 4000, 1, 1600, 1},
		{media.PNG, 1700, 850, 1600, 800}, {media.PNG, 1600, 40, 1600, 40}, {media.GIF, 1700, 85, 1600, 80}, {media.GIF, 40, 20, 40, 20},
	} {
		p, err := media.Fit(encoded(t, c.as, quarters(c.w, c.h)), most)
		if err != nil {
			t.Fatalf("%s %d×%d: %v", c.as, c.w, c.h, err)
		}
		sent, err := jpeg.Decode(bytes.NewReader(p.JPEG))
		if err != nil {
			t.Fatal(err)
		}
		b := sent.Bounds()
		if b.Dx() != c.width || b.Dy() != c.height || p.Width != c.width || p.Height != c.height || len(p.JPEG) > most {
			t.Errorf("%s: %d×%d becomes %v, said to be %d×%d, of %d bytes", c.as, c.w, c.h, b, p.Width, p.Height, len(p.JPEG))
		}
		if c.height > 8 && lookAt(sent) != "rgbw" {
			t.Errorf("%s %d×%d looks like %s", c.as, c.w, c.h, lookAt(sent))
		}
	}
	raw, err := base64.StdEncoding.DecodeString(tinyWebP)
	if err != nil {
		t.Fatal(err)
	}
	if p, err := media.Fit(raw, most); err != nil || p.Width != 1 || p.Height != 1 {
		t.Errorf("WebP: %d×%d %v", p.Width, p.Height, err)
	}
}

// snow is a picture that no encoder makes short.
func snow(w, h int) *image.RGBA {
	p := image.NewRGBA(image.Rect(0, 0, w, h))
	dice := rand.New(rand.NewPCG(1, 2))
	for i := range p.Pix {
		p.Pix[i] = byte(dice.UintN(256)) | byte(i%4/3*255)
	}
	return p
}

func TestAPictureGivesUpQualityBeforeSize(t *testing.T) {
	file := encoded(t, media.PNG, snow(400, 300))
	for _, c := range []struct{ limit, width int }{{most, 400}, {80_000, 400}, {60_000, 300}, {2_000, 100}} {
		p, err := media.Fit(file, c.limit)
		if err != nil || len(p.JPEG) > c.limit || p.Width > c.width || p.Width < c.width/2 {
			t.Errorf("in %d bytes it is %d wide and of %d bytes: %v", c.limit, p.Width, len(p.JPEG), err)
		}
	}
	if _, err := media.Fit(file, 100); !errors.Is(err, clinic.E(media.CodeSendUnreadable)) {
		t.Errorf("no picture has a hundred bytes: %v", err)
	}
}

func TestAPictureThatIsSentIsTurnedOnWhiteAndTellsNoPlace(t *testing.T) {
	for how, want := range map[uint16]string{1: "rgbw", 3: "bwrg", 6: "wrgb", 8: "gbwr"} {
		p, err := media.Fit(held(t, binary.BigEndian, how), most)
		if err != nil {
			t.Fatal(err)
		}
		sent, err := jpeg.Decode(bytes.NewReader(p.JPEG))
		if err != nil {
			t.Fatal(err)
		}
		if got := lookAt(sent); got != want || (p.Height > p.Width) != (how >= 5) {
			t.Errorf("orientation %d looks like %s, want %s, %d×%d", how, got, want, p.Width, p.Height)
		}
		for _, told := range []string{"Exif", "GPS", "39.7392"} {
			if bytes.Contains(p.JPEG, []byte(told)) {
				t.Errorf("the picture that is sent tells %s", told)
			}
		}
	}
	// A part of it is transparent, and black underneath.
	glass := quarters(100, 100)
	for y := range 50 {
		for x := range 50 {
			glass.SetRGBA(x, y, color.RGBA{})
		}
	}
	p, err := media.Fit(encoded(t, media.PNG, glass), most)
	if err != nil {
		t.Fatal(err)
	}
	if sent, err := jpeg.Decode(bytes.NewReader(p.JPEG)); err != nil || lookAt(sent) != "wgbw" {
		t.Errorf("it looks like %s (%v)", lookAt(sent), err)
	}
	if _, err := media.Fit(encoded(t, media.JPEG, image.NewGray(image.Rect(0, 0, 2000, 10))), most); err != nil {
		t.Error(err)
	}
}

// TestALargeTelephonesPictureFits, although no preview would be drawn of it.
func TestALargeTelephonesPictureFits(t *testing.T) {
	raw := encoded(t, media.JPEG, image.NewGray(image.Rect(0, 0, 6000, 4000)))
	p, err := media.Fit(raw, most)
	if err != nil || p.Width != media.SendSide {
		t.Errorf("%d wide: %v", p.Width, err)
	}
	if _, err := preview(raw, media.JPEG); clinic.CodeOf(err) != media.CodeTooManyPixels {
		t.Errorf("its preview: %v", err)
	}
}

func TestWhatCannotBeSentSaysWhy(t *testing.T) {
	bomb := encoded(t, media.PNG, image.NewGray(image.Rect(0, 0, 8, 8)))
	binary.BigEndian.PutUint32(bomb[16:], 60_000)
	binary.BigEndian.PutUint32(bomb[20:], 60_000)
	fixCRC(bomb)
	good := encoded(t, media.JPEG, quarters(64, 64))
	for _, c := range []struct {
		what string
		raw  []byte
		want clinic.Code
	}{
		{"a telephone's own kind", []byte(ftyp("heic")), media.CodeSendHEIC},
		{"a bomb", bomb, media.CodeSendTooLarge},
		{"a picture that is cut", good[:len(good)/2], media.CodeSendUnreadable},
		{"a paper", []byte("%PDF-1.7"), media.CodeSendUnreadable},
		{"a film", []byte(ftyp("mp42")), media.CodeSendUnreadable},
		{"a drawing that runs", []byte("<svg xmlns="), media.CodeSendUnreadable},
		{"nothing", nil, media.CodeSendUnreadable},
	} {
		if _, err := media.Fit(c.raw, most); !errors.Is(err, clinic.E(c.want)) {
			t.Errorf("%s: %v, want %s", c.what, err, c.want)
		}
	}
}

// Whatever is chosen, fitting it ends, and gives a picture that may be sent, or a code.
func FuzzFit(f *testing.F) {
	for _, as := range []media.Type{media.JPEG, media.PNG, media.GIF} {
		f.Add(encoded(f, as, quarters(16, 12)))
	}
	f.Add(held(f, binary.LittleEndian, 6))
	if raw, err := base64.StdEncoding.DecodeString(tinyWebP); err == nil {
		f.Add(raw)
	}
	f.Add([]byte(ftyp("heic")))
	f.Fuzz(func(t *testing.T, raw []byte) {
		p, err := media.Fit(raw, most)
		if err != nil {
			if code := clinic.CodeOf(err); code != media.CodeSendHEIC && code != media.CodeSendTooLarge && code != media.CodeSendUnreadable {
				t.Fatalf("%v", err)
			}
			return
		}
		sent, err := jpeg.DecodeConfig(bytes.NewReader(p.JPEG))
		if err != nil || len(p.JPEG) > most || sent.Width != p.Width || sent.Height != p.Height || max(p.Width, p.Height) > media.SendSide {
			t.Fatalf("%d bytes, %dx%d: %v", len(p.JPEG), sent.Width, sent.Height, err)
		}
	})
}
