package provider

import (
	"errors"

	"quietline/backend/clinic"
)

// Codes of this package. The first group is certain: the text was not sent, and
// will not be. Where the provider gave a number for its reason, the error
// carries it as the parameter "provider_code" (see [ProviderCode]).
const (
	// CodeOffline: the provider could not be reached; not a byte was handed over.
	CodeOffline clinic.Code = "provider.offline"
	// CodeBusy: the provider asks for patience and has not looked at the request.
	// Trying again, later and ever later, is safe. The parameter "retry_after"
	// holds seconds where the provider named them.
	CodeBusy clinic.Code = "provider.busy"
	// CodeUnauthorised: the key is wrong, revoked or may not do this.
	CodeUnauthorised clinic.Code = "provider.unauthorised"
	// CodeRefused: the provider will not take the text, for a reason that has no
	// code of its own below.
	CodeRefused clinic.Code = "provider.refused"
	// CodeOptedOut: the recipient has sent STOP; the provider blocks the number.
	CodeOptedOut clinic.Code = "provider.opted_out"
	// CodeBadRecipient: the number is none, or cannot receive texts.
	CodeBadRecipient clinic.Code = "provider.bad_recipient"
	// CodeBadSender: the clinic's number cannot send to this recipient.
	CodeBadSender clinic.Code = "provider.bad_sender"
	// CodeNotApproved: the account is on trial and texts confirmed numbers alone.
	CodeNotApproved clinic.Code = "provider.not_approved"
	// CodeTooLong: the text is over "limit" characters; it has "length".
	CodeTooLong clinic.Code = "provider.too_long"
	// CodeEmptyText: there is nothing to send.
	CodeEmptyText clinic.Code = "provider.empty_text"

	// CodeUnknown: the text may have been sent, or not. Only Send returns it.
	CodeUnknown clinic.Code = "provider.unknown"

	// CodeUnavailable: the provider answered with an error of its own, with
	// something unreadable, or not in time. Only calls that read return it.
	CodeUnavailable clinic.Code = "provider.unavailable"
	// CodeStalePage: a cursor is worth nothing any more; start the walk again.
	CodeStalePage clinic.Code = "provider.stale_page"
	// CodeNoSuchNumber: the account does not own the number.
	CodeNoSuchNumber clinic.Code = "provider.no_such_number"
	// CodeBadAccount: account, key or address of the provider do not have the
	// form that they must have.
	CodeBadAccount clinic.Code = "provider.bad_account"
)

// Codes lists the codes of this package.
func Codes() []clinic.Code {
	return []clinic.Code{
		CodeOffline, CodeBusy, CodeUnauthorised, CodeRefused, CodeOptedOut, CodeBadRecipient,
		CodeBadSender, CodeNotApproved, CodeTooLong, CodeEmptyText, CodeUnknown,
		CodeUnavailable, CodeStalePage, CodeNoSuchNumber, CodeBadAccount, CodeMediaTooLarge,
		CodeNotMobile, CodeRegionOff, CodeUnregistered, CodeUnverified, CodeNotProvisioned, CodeQueueFull, CodeTooFast,
		CodeDailyLimit, CodeUnreachable, CodeBlocked, CodeUnknownHandset, CodeLandline, CodeFiltered, CodeExpired,
		CodeNotDelivered, CodeLoopStopped, CodeNotPassedOn, CodeNotFinished, CodeTooLate, CodeBadTime, CodeNoScheduler, CodeReplyRefused, CodeNoPictures,
		CodePictureLost, CodePictureNotTaken,
	}
}

// Outcome is what is certain about a text after Send returned.
type Outcome int

// The outcomes. The zero value is the one that asks for most care.
const (
	// Unknown: it may be on its way. Look for it; never send it again unasked.
	Unknown Outcome = iota
	// NotSent: it did not leave, and will not by itself.
	NotSent
	// TakenOver: the provider has it; Send returned a message.
	TakenOver
)

// OutcomeOf reads the result of Send. Everything that is not certain is
// Unknown, errors of other packages included.
//
// clinic.CodeCancelled counts as NotSent: an implementation returns it only
// where the context ended before the first byte was written.
func OutcomeOf(err error) Outcome {
	if err == nil {
		return TakenOver
	}
	var e *clinic.Error
	if !errors.As(err, &e) {
		return Unknown
	}
	switch e.Code {
	case CodeOffline, CodeBusy, CodeUnauthorised, CodeRefused, CodeOptedOut, CodeBadRecipient,
		CodeBadSender, CodeNotApproved, CodeTooLong, CodeEmptyText,
		CodeNotMobile, CodeRegionOff, CodeUnregistered, CodeUnverified, CodeNotProvisioned, CodeBadTime, CodeNoScheduler, CodeNoPictures,
		clinic.CodeBadInput, clinic.CodeCancelled:
		return NotSent
	}
	return Unknown
}

// ProviderCode returns the provider's own number for an error, or 0.
func ProviderCode(err error) int {
	var e *clinic.Error
	if errors.As(err, &e) {
		if n, ok := e.Params["provider_code"].(int); ok {
			return n
		}
	}
	return 0
}
