package provider

import (
	"context"
	"slices"
	"strings"

	"quietline/backend/clinic"
)

// Inspector is the capability of saying what stands between a number of the
// account and texting with patients. It reads, and changes nothing.
type Inspector interface {
	// Inspect looks at the account, the number and what is registered for it. A
	// part that the key may not see is named in Unseen, and its fields say
	// nothing; CodeUnauthorised means that the key can do nothing at all.
	// CodeNoSuchNumber: the account does not own the number. May be retried.
	Inspect(ctx context.Context, number clinic.Phone) (Standing, error)
}

// Standing is what Inspect found.
type Standing struct {
	Facts
	Type      AccountType
	Suspended bool
	// Redacted says that the provider keeps no words and hides numbers, for the
	// whole account: nothing can be read then. It is known once there is a
	// message.
	Redacted bool
	// Service is the messaging service that the number belongs to, nil for none.
	Service *MessagingService
	// Registration is how far the phone companies know the number: its campaign,
	// or its verification where it is toll-free.
	Registration Registration
	Unseen       []Aspect
}

// Saw reports whether the key could see a part.
func (s Standing) Saw(part Aspect) bool { return !slices.Contains(s.Unseen, part) }

// AccountType is what kind of account it is; empty where that is not known.
type AccountType string

// The kinds of accounts.
const (
	Trial AccountType = "trial" // texts numbers alone that were confirmed before
	Full  AccountType = "full"
)

// MessagingService is a group of numbers that send together.
type MessagingService struct {
	SID, Name string
	// KeepsInbound says that texts which come in are kept. Where they are not,
	// nothing that patients write can ever be read.
	KeepsInbound bool
	// OnNumber says that the number decides where its texts go, and not the service.
	OnNumber bool
	// ChangesBodies says that the provider replaces characters before it sends. A
	// text whose answer was lost may then not be found again by its words.
	ChangesBodies bool
}

// Registration is how far a number is registered for texts to phones in the
// United States; empty where that is not known.
type Registration string

// The states of a registration.
const (
	NotRegistered Registration = "none"
	Pending       Registration = "pending"
	Approved      Registration = "approved"
	Rejected      Registration = "rejected"
)

// Aspect is a part of a Standing.
type Aspect string

// The parts of a Standing.
const (
	AspectAccount      Aspect = "account"      // Type, Suspended
	AspectService      Aspect = "service"      // Service
	AspectRegistration Aspect = "registration" // Registration
)

// tollFree are the area codes of toll-free numbers in the North American plan.
var tollFree = []string{"800", "833", "844", "855", "866", "877", "888"}

// TollFree reports whether a number is toll-free: those are verified, and not
// registered for a campaign.
func TollFree(number clinic.Phone) bool {
	rest, american := strings.CutPrefix(string(number), "+1")
	return american && len(rest) == 10 && slices.Contains(tollFree, rest[:3])
}

// Masked reports whether the provider shows this end of a message with digits
// hidden, as it does where it redacts.
func (a Address) Masked() bool {
	return strings.HasPrefix(string(a), "+") && strings.ContainsAny(string(a), "Xx*")
}
