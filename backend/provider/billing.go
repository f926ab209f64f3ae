package provider

import (
	"context"

	"quietline/backend/clinic"
)

// Billing is the capability of saying what texting has come to.
type Billing interface {
	// Usage returns what the provider has counted from one day to another, both
	// included and in UTC, one entry for each kind that there was. What is counted
	// for the last days can still rise. clinic.CodeBadInput: the days are not in
	// order. CodeUnauthorised where the key may not see it. May be retried.
	Usage(ctx context.Context, from, to clinic.Date) ([]Usage, error)
}

// Usage is what one kind of use has come to.
type Usage struct {
	Kind  UsageKind
	Count int   // messages, or segments where the provider bills those
	Cost  Money // to about seven digits
}

// UsageKind is a kind of use.
type UsageKind string

// The kinds of use that have to do with texts, by the provider's names.
const (
	TextsOut    UsageKind = "sms-outbound"
	TextsIn     UsageKind = "sms-inbound"
	PicturesOut UsageKind = "mms-outbound"
	PicturesIn  UsageKind = "mms-inbound"
	CarrierFees UsageKind = "sms-messages-carrierfees"
	// Total is all that the account was billed with, numbers included.
	Total UsageKind = "totalprice"
)

// UsageKinds lists the kinds of use.
func UsageKinds() []UsageKind {
	return []UsageKind{TextsOut, TextsIn, PicturesOut, PicturesIn, CarrierFees, Total}
}
