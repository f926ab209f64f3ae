package provider

import "context"

// Purger is the capability of taking messages out of the provider's records.
// What it does cannot be undone, and says nothing about copies that the provider
// keeps for safety.
//
// Every call may be retried after any error, and does nothing to what is gone
// already. CodeNotFinished: the message is on its way or has only just come to
// its end; later is soon enough.
type Purger interface {
	// Redact empties a message's body. Its numbers, dates and attachments stay.
	// Lists show it from then on without words. clinic.CodeNotFound: the provider
	// does not have it any more.
	Redact(ctx context.Context, sid SID) (Message, error)
	// DeleteMedia removes one attachment; clinic.CodeNotFound as with Redact.
	DeleteMedia(ctx context.Context, message SID, medium MediumSID) error
	// Delete removes a message with all that is attached to it;
	// clinic.CodeNotFound as with Redact. A walk that is under way may find its
	// place gone (CodeStalePage) or miss a message: purge between walks.
	Delete(ctx context.Context, sid SID) error
}
