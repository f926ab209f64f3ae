package provider

import (
	"context"
	"time"

	"quietline/backend/clinic"
)

// Scheduler is the capability of leaving a text with the provider until its
// time, for hours at which no computer of the clinic is on.
type Scheduler interface {
	// Schedule hands over a text that the provider sends at an instant, in whole
	// seconds, between MinAhead and MaxAhead from when it gets it; CodeBadTime
	// where it is not, by the provider's clock; CodeNoScheduler where the number
	// cannot. The message is Scheduled.
	//
	// It tries once, and what is certain after an error is what is certain after
	// one of Send. From here on the provider alone decides: a STOP that comes
	// later does not hold the text back, only Cancel does.
	Schedule(ctx context.Context, text Outgoing, at clinic.Instant) (Message, error)

	// Cancel takes a scheduled text back. A nil error means that it will not be
	// sent; so does clinic.CodeNotFound, the provider does not have it.
	// CodeTooLate means that it has left or is leaving. Every other error leaves
	// that open, and Cancel may be retried.
	Cancel(ctx context.Context, sid SID) (Message, error)
}

// How far ahead a text can be scheduled. The provider's own limit is a minute
// less: the request takes its time.
const (
	MinAhead = 16 * time.Minute
	MaxAhead = 35 * 24 * time.Hour
)

const (
	// CodeBadTime: the provider does not take a text for such a time.
	CodeBadTime clinic.Code = "provider.bad_time"
	// CodeNoScheduler: the clinic's number has nothing at the provider that would keep a
	// text until its time, or the key may not see it. Nothing was handed over.
	CodeNoScheduler clinic.Code = "provider.no_scheduler"
)
