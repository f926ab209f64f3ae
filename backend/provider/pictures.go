package provider

import (
	"context"
	"log/slog"

	"quietline/backend/clinic"
)

// Pictures is the capability of sending pictures. A provider takes none with a text: it
// fetches them from an address. A desk behind a clinic's router has none, so the picture
// is first lent to the provider's own store, which gives it an address that only its
// holder knows, for some minutes.
//
// Implementations make what they need for it in the account when they are first asked,
// and find it again.
type Pictures interface {
	// Lend leaves a picture with the provider, for one text that follows at once: the
	// address does not last. Nothing has been sent after any error, whatever
	// [OutcomeOf] says about it; trying again leaves a second copy at worst.
	//
	// CodeNoPictures: the account has no such store, or the key may not use it.
	Lend(ctx context.Context, picture Picture) (Loan, error)
	// TakeBack removes a picture that was lent; clinic.CodeNotFound where the provider
	// does not have it any more. A text that was sent with it keeps its own copy, once
	// the provider has fetched it: that is so when the text has left. May be retried.
	TakeBack(ctx context.Context, loan LoanSID) error
}

// Picture is a picture as it is to be sent: a JPEG of MaxPictureBytes at most. It is
// patient data and hides itself from logs.
type Picture struct{ JPEG []byte }

// MaxPictureBytes is the longest picture that is sent. The provider takes ten times as
// much and makes it smaller for each phone company, the strictest of which carry 600 KB
// with the words: https://help.twilio.com/articles/360018832773
const MaxPictureBytes = 500_000

// LogValue implements [slog.LogValuer] and hides the picture.
func (Picture) LogValue() slog.Value { return slog.StringValue("[picture]") }

// Check reports what is no picture to be sent, before anything is stored or lent.
func (p Picture) Check() error {
	if n := len(p.JPEG); n < 4 || n > MaxPictureBytes || p.JPEG[0] != 0xff || p.JPEG[1] != 0xd8 {
		return clinic.E(clinic.CodeBadInput).With("field", "picture")
	}
	return nil
}

// LoanSID names a picture that was lent, for ever.
type LoanSID string

// Loan is a picture that was lent. Its address is a secret: whoever has it has the
// picture, until it has run out or the loan was taken back.
type Loan struct {
	SID     LoanSID
	Address string
}

// String hides the address.
func (Loan) String() string { return "[loan]" }

// GoString hides it from %#v.
func (Loan) GoString() string { return "[loan]" }

// LogValue implements [slog.LogValuer].
func (Loan) LogValue() slog.Value { return slog.StringValue("[loan]") }

// CodeNoPictures: the account has no place from which pictures can be sent, or the key
// may not use it. Nothing was handed over.
const CodeNoPictures clinic.Code = "provider.no_pictures"
