package provider

import (
	"errors"

	"quietline/backend/clinic"
)

// Codes of reasons that the provider names by a number, where none of the codes
// beside [OutcomeOf] says the same. Those of the first group can come as an
// answer to Send as well; then the text was not sent.
const (
	// CodeNotMobile: the number is no cell phone's.
	CodeNotMobile clinic.Code = "provider.not_mobile"
	// CodeRegionOff: texting to the recipient's country is switched off in the
	// account.
	CodeRegionOff clinic.Code = "provider.region_off"
	// CodeUnregistered: the clinic's number is in no campaign that the phone
	// companies know.
	CodeUnregistered clinic.Code = "provider.unregistered"
	// CodeUnverified: the clinic's toll-free number is not verified.
	CodeUnverified clinic.Code = "provider.unverified"
	// CodeNotProvisioned: a phone company does not know the clinic's number yet.
	CodeNotProvisioned clinic.Code = "provider.not_provisioned"
	// CodeQueueFull: more texts waited at the provider than it keeps.
	CodeQueueFull clinic.Code = "provider.queue_full"
	// CodeTooFast: texts followed each other faster than the number may send.
	CodeTooFast clinic.Code = "provider.too_fast"
	// CodeDailyLimit: the number has sent as many texts as it may in a day.
	CodeDailyLimit clinic.Code = "provider.daily_limit"

	// Why a text that the provider took did not arrive.
	CodeUnreachable    clinic.Code = "provider.unreachable"
	CodeBlocked        clinic.Code = "provider.blocked"
	CodeUnknownHandset clinic.Code = "provider.unknown_handset"
	CodeLandline       clinic.Code = "provider.landline"
	CodeFiltered       clinic.Code = "provider.filtered"
	CodeExpired        clinic.Code = "provider.expired"
	CodeNotDelivered   clinic.Code = "provider.not_delivered" // whatever has no code of its own

	// CodePictureLost: the provider could not fetch the picture of a text. The text
	// did not leave without it.
	CodePictureLost clinic.Code = "provider.picture_lost"
	// CodePictureNotTaken: the phone or its company takes no picture, or none with so
	// much in it. The words may well arrive without.
	CodePictureNotTaken clinic.Code = "provider.picture_not_taken"

	// CodeLoopStopped: the provider took an incoming text for one of two machines
	// that answer each other, and passed it on to nobody. Lists show it.
	CodeLoopStopped clinic.Code = "provider.loop_stopped"
	// CodeNotPassedOn: the provider found something else wrong with an incoming
	// text. Lists show it.
	CodeNotPassedOn clinic.Code = "provider.not_passed_on"

	// CodeNotFinished: a message is still on its way, or has only just come to its
	// end, and cannot be changed or deleted yet.
	CodeNotFinished clinic.Code = "provider.not_finished"
	// CodeTooLate: a text cannot be cancelled any more. It has left or is leaving.
	CodeTooLate clinic.Code = "provider.too_late"
)

// Retry says what can follow a text that did not arrive. A text that was taken
// over is never sent again but by a person, whatever its class.
type Retry string

// The classes.
const (
	// Never: the same text to the same number fails again, until somebody has put
	// something in order.
	Never Retry = "never"
	// Later: it passes by itself. A text that was not sent may be tried again
	// unasked, later and ever later.
	Later Retry = "later"
	// Ask: another attempt may help, or may be one too many; a person decides.
	Ask Retry = "ask"
)

// Reason is what one of the provider's numbers means.
type Reason struct {
	Code  clinic.Code
	Retry Retry
}

// reasons holds every number on which something of ours depends. The numbers are
// those of https://www.twilio.com/docs/api/errors; a provider with others would
// bring a table of its own.
var reasons = map[int]Reason{
	// Who asks.
	20003: {CodeUnauthorised, Later}, // once the key is in order

	// The recipient.
	21211: {CodeBadRecipient, Never}, 21217: {CodeBadRecipient, Never}, 21265: {CodeBadRecipient, Never},
	21604: {CodeBadRecipient, Never},
	21610: {CodeOptedOut, Never},
	21614: {CodeNotMobile, Never},

	// The sender, and what it may do.
	21212: {CodeBadSender, Never}, 21603: {CodeBadSender, Never}, 21606: {CodeBadSender, Never},
	21612: {CodeBadSender, Never}, 21659: {CodeBadSender, Never}, 21660: {CodeBadSender, Never},
	21408: {CodeRegionOff, Never},
	21608: {CodeNotApproved, Never},
	30024: {CodeNotProvisioned, Ask},
	30032: {CodeUnverified, Never},
	30034: {CodeUnregistered, Never},

	// The text.
	21602: {CodeEmptyText, Never}, 21619: {CodeEmptyText, Never},
	21605: {CodeTooLong, Never}, 21617: {CodeTooLong, Never},

	// The picture.
	12300: {CodePictureLost, Ask}, 63019: {CodePictureLost, Ask},
	21620: {CodeRefused, Ask}, // an address that is none
	21621: {CodeNoPictures, Never},
	21623: {CodeRefused, Never},
	30011: {CodePictureNotTaken, Never}, 30019: {CodePictureNotTaken, Never},

	// How many.
	14107: {CodeTooFast, Later},
	20429: {CodeBusy, Later},
	21611: {CodeQueueFull, Later},
	30001: {CodeQueueFull, Later},
	30022: {CodeTooFast, Later},
	30027: {CodeDailyLimit, Later},
	63038: {CodeDailyLimit, Later},

	// On the way to the telephone.
	30003: {CodeUnreachable, Ask},
	30004: {CodeBlocked, Never},
	30005: {CodeUnknownHandset, Ask},
	30006: {CodeLandline, Never},
	30007: {CodeFiltered, Never},
	30008: {CodeNotDelivered, Ask},
	30036: {CodeExpired, Ask},
	30039: {CodeLoopStopped, Never},

	// Walks and changes.
	20009: {CodeNotFinished, Later},
	21481: {CodeStalePage, Later},
	30400: {CodeRefused, Never},
	30409: {CodeTooLate, Never},

	// Scheduling.
	35114: {CodeBadTime, Never},
}

// Explain returns what a number means that stands beside a message: a failed
// delivery for a reason without a code of its own, where it is not known.
func Explain(number int) Reason {
	if r, known := reasons[number]; known {
		return r
	}
	return Reason{CodeNotDelivered, Ask}
}

// ExplainInbound returns what a number means that stands beside a text that came
// in: it can be read here, and may have gone to nobody else.
func ExplainInbound(number int) Reason {
	if r := Explain(number); r.Code == CodeLoopStopped {
		return r
	}
	return Reason{CodeNotPassedOn, Never}
}

// Refusal returns what a number means that came as an answer, and false where it
// is not known. What passes by itself is then CodeBusy, whichever limit it was:
// the text has not left and waits.
func Refusal(number int) (Reason, bool) {
	r, known := reasons[number]
	switch r.Code {
	case CodeQueueFull, CodeTooFast, CodeDailyLimit:
		r.Code = CodeBusy
	}
	return r, known
}

// RetryOf says what can follow an error of Send.
func RetryOf(err error) Retry {
	if OutcomeOf(err) != NotSent {
		return Ask
	}
	var e *clinic.Error
	errors.As(err, &e)
	switch e.Code {
	case CodeOffline, CodeBusy, CodeUnauthorised, clinic.CodeCancelled:
		return Later
	case CodeRefused:
		if r, known := reasons[ProviderCode(err)]; known {
			return r.Retry
		}
		return Ask
	}
	return Never
}
