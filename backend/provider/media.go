package provider

import (
	"context"
	"io"

	"quietline/backend/clinic"
)

// Media is the capability of bringing what is attached to messages. What comes
// is a stranger's: neither its type nor its length is to be believed before it
// has been looked at.
type Media interface {
	// ListMedia names what is attached to a message, in the provider's order;
	// clinic.CodeNotFound where the provider does not have the message any more.
	// May be retried.
	ListMedia(ctx context.Context, message SID) ([]Medium, error)
	// OpenMedia begins to bring one attachment. The caller reads to the end and
	// closes; the end of the context ends the reading. An attachment that ends is
	// whole: one that breaks off ends in an error.
	//
	// clinic.CodeNotFound: the provider does not have it any more.
	// CodeMediaTooLarge, of OpenMedia or of reading: it is longer than limit bytes.
	// Every other error may be retried.
	OpenMedia(ctx context.Context, message SID, medium MediumSID, limit int64) (io.ReadCloser, error)
}

// MediumSID names an attachment at the provider, for ever.
type MediumSID string

// Medium is an attachment as the provider lists it.
type Medium struct {
	SID MediumSID
	// Type is what the provider calls it: a hint.
	Type string
}

// MaxMedia is how many attachments a message has at most, and MaxMediaBytes how
// long they may be together, in bytes, by the provider's own documents.
const (
	MaxMedia      = 10
	MaxMediaBytes = 5_000_000
)

// CodeMediaTooLarge: an attachment is longer than "limit" bytes.
const CodeMediaTooLarge clinic.Code = "provider.media_too_large"
