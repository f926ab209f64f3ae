package photo_test

import (
	"bytes"
	"image"
	"testing"

	"quietline/backend/provider/simulator/photo"
)

func TestTheSameSeedGivesTheSameBytes(t *testing.T) {
	if testing.Short() {
		t.Skip("draws every picture three times")
	}
	for _, kind := range []string{"image/jpeg", "image/png"} {
		for _, subject := range photo.Subjects() {
			first := photo.Make(kind, subject, 4)
			if !bytes.Equal(first, photo.Make(kind, subject, 4)) {
				t.Errorf("%s of a %s differs from itself", kind, subject)
			}
			if bytes.Equal(first, photo.Make(kind, subject, 5)) {
				t.Errorf("%s of a %s is the same for another seed", kind, subject)
			}
			config, format, err := image.DecodeConfig(bytes.NewReader(first))
			if err != nil || "image/"+format != kind || config.Width < 800 || config.Height < 600 {
				t.Errorf("%s of a %s: %s %d×%d %v", kind, subject, format, config.Width, config.Height, err)
			}
			if kind == "image/jpeg" && len(first) > 700_000 {
				t.Errorf("a %s takes %d bytes", subject, len(first))
			}
		}
	}
}

func TestOtherFilesHaveTheirMarks(t *testing.T) {
	for kind, begins := range map[string]string{
		"application/pdf": "%PDF-", "text/vcard": "BEGIN:VCARD", "audio/amr": "#!AMR", "video/mp4": "\x00\x00\x00\x18ftyp",
		"image/heic": "\x00\x00\x00\x18ftypheic",
	} {
		if !bytes.HasPrefix(photo.Make(kind, "", 1), []byte(begins)) {
			t.Errorf("%s does not begin as it must", kind)
		}
	}
	if photo.Make("text/plain", photo.Card, 1) != nil {
		t.Error("a file of an unknown type was made")
	}
}
