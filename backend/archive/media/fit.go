package media

import (
	"bytes"
	"errors"

	"quietline/backend/clinic"
)

// Codes of pictures that cannot be sent. Each is said to the person who chose it.
const (
	// CodeSendHEIC: the picture is of the kind that only its maker's telephones read.
	CodeSendHEIC clinic.Code = "media.send_heic"
	// CodeSendTooLarge: the picture has more than "limit" millions of pixels.
	CodeSendTooLarge clinic.Code = "media.send_too_large"
	// CodeSendUnreadable: the file is no picture, of a kind that is not sent, or broken.
	CodeSendUnreadable clinic.Code = "media.send_unreadable"
)

// SendSide is the longer side, in pixels, of a picture that is sent: more than a
// telephone shows at once, and enough to read a photographed page.
const SendSide = 1600

// MaxSendPixels bounds what is decoded of a picture that somebody chose: a telephone's
// forty-eight million fit. It is more than [MaxPixels], since what a stranger sends is
// decoded unasked; one at a time takes up to 400 MB of memory, for a moment.
const MaxSendPixels = 50_000_000

// Fitted is a picture as it is sent.
type Fitted struct {
	JPEG []byte
	// Width and Height are its own.
	Width, Height int
}

// sendQualities are tried in turn before the picture is made smaller. Below the last of
// them small letters begin to blur.
var sendQualities = []int{85, 75, 65}

// Fit draws a chosen picture anew, to be sent: a JPEG of SendSide and of limit bytes at
// most, turned as it was held, on white, of an animation the first frame. Nothing of the
// file but its looks goes into it. What it is, its content says.
//
// CodeSendHEIC, CodeSendTooLarge, CodeSendUnreadable.
func Fit(file []byte, limit int) (Fitted, error) {
	t := Sniff(file[:min(len(file), HeadBytes)])
	if t == HEIC {
		return Fitted{}, clinic.E(CodeSendHEIC)
	}
	d, err := drawn(bytes.NewReader(file), int64(len(file)), t, SendSide, MaxSendPixels)
	switch {
	case errors.Is(err, clinic.E(CodeTooManyPixels)):
		return Fitted{}, clinic.E(CodeSendTooLarge).With("limit", MaxSendPixels/1_000_000)
	case err != nil:
		return Fitted{}, clinic.E(CodeSendUnreadable)
	}
	for picture := d.picture; ; {
		b := picture.Bounds()
		for _, quality := range sendQualities {
			small, err := encoded(picture, quality)
			if err != nil {
				return Fitted{}, err
			}
			if len(small) <= limit {
				return Fitted{small, b.Dx(), b.Dy()}, nil
			}
		}
		longer := max(b.Dx(), b.Dy())
		if longer == 1 {
			return Fitted{}, clinic.E(CodeSendUnreadable) // no picture is so short
		}
		picture = shrink(picture, longer*3/4)
	}
}
