package icon_test

import (
	"bytes"
	"flag"
	"image/png"
	"os"
	"testing"

	"quietline/build/icon"
)

var update = flag.Bool("update", false, "write the icon's files anew")

// TestTheFilesAreWhatIsDrawn compares pixels, not bytes: how well PNG is packed
// may change with the library.
func TestTheFilesAreWhatIsDrawn(t *testing.T) {
	const place, size = "../appicon.png", 1024
	if *update {
		files := map[string]func() ([]byte, error){
			place:                 func() ([]byte, error) { return icon.PNG(size) },
			"../windows/icon.ico": func() ([]byte, error) { return icon.ICO(256, 128, 64, 48, 32, 16) },
		}
		for name, draw := range files {
			text, err := draw()
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(name, text, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	f, err := os.Open(place)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	have, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	want := icon.Draw(size)
	if have.Bounds() != want.Bounds() {
		t.Fatalf("the file is %v", have.Bounds())
	}
	for y := range size {
		for x := range size {
			r, g, b, a := have.At(x, y).RGBA()
			r2, g2, b2, a2 := want.At(x, y).RGBA()
			if r != r2 || g != g2 || b != b2 || a != a2 {
				t.Fatalf("the file differs at %d, %d; draw it anew with: go test ./build/icon -update", x, y)
			}
		}
	}
}

func TestTheIconForWindowsHoldsEachSize(t *testing.T) {
	text, err := icon.ICO(48, 16)
	if err != nil {
		t.Fatal(err)
	}
	for i, size := range []int{48, 16} {
		entry := text[6+16*i:]
		at := int(entry[12]) | int(entry[13])<<8 | int(entry[14])<<16
		img, err := png.Decode(bytes.NewReader(text[at:]))
		if err != nil || img.Bounds().Dx() != size || int(entry[0]) != size {
			t.Errorf("the picture of %d pixels: %v", size, err)
		}
	}
	if _, err := icon.ICO(512); err == nil {
		t.Error("a size that Windows cannot read was taken")
	}
}
