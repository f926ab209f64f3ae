package provider

import (
	"context"
	"strings"

	"quietline/backend/clinic"
)

// Keyholder is the capability of saying what a key is worth, and which numbers it
// opens. It changes nothing.
type Keyholder interface {
	// Examine tries the key. A key that the provider does not take is an answer and
	// no error. May be retried after any.
	Examine(ctx context.Context) (KeyStanding, error)

	// Numbers lists the numbers of the account in the provider's order.
	// CodeUnauthorised: the key may not see them. May be retried.
	Numbers(ctx context.Context) ([]Facts, error)

	// TrySending tries whether the key may send, with a text that has no words and is for
	// nobody, which the provider refuses in any case. CodeUnauthorised: the key may not.
	// Any other error leaves it open. May be retried.
	TrySending(ctx context.Context) error
}

// KeyStanding is what a key is worth.
type KeyStanding struct {
	// Known says that the provider took the key for anything at all. One without a
	// single permission cannot be told from one that does not exist.
	Known bool
	// Region is where an unknown key was taken instead; empty where it was nowhere.
	// Health data stays in the region of the account.
	Region string
	// Lacks are the permissions that nothing works without and that the key has not.
	Lacks []Permission
}

// Permission is one thing that a key has to be allowed.
type Permission string

// The permissions that reading needs. Whether a key may send, TrySending shows.
const (
	MayReadTexts   Permission = "texts"
	MayReadNumbers Permission = "numbers"
)

// Responder is the capability of answering texts at the provider itself, while no
// computer of the clinic is on.
//
// What is left there acts alone. It keeps to the periods that it was given and
// falls silent after the last of them, so whoever leaves it there renews it.
type Responder interface {
	// Respond puts a reply in force for a number, in the place of what was in force
	// before, and returns what it replaced: nothing where a reply of ours was in
	// force already. CodeReplyRefused: the provider does not take it. It may be
	// called again after any error; a reply may then be in force or not.
	Respond(ctx context.Context, number clinic.Phone, reply Reply) (Replaced, error)

	// Replaces returns what Respond would replace now, and changes nothing: so that it can
	// be on record before. Nothing where a reply of ours is in force already. May be
	// retried.
	Replaces(ctx context.Context, number clinic.Phone) (Replaced, error)

	// Responds reports whether a reply of ours is in force. May be retried.
	Responds(ctx context.Context, number clinic.Phone) (bool, error)

	// Withdraw ends the reply and puts back what it replaced. May be retried after
	// any error.
	Withdraw(ctx context.Context, number clinic.Phone, before Replaced) error

	// Forget removes what the provider keeps of the replies that were given, texts
	// of patients among it, and returns how many. May be retried after any error.
	Forget(ctx context.Context, number clinic.Phone) (int, error)
}

// Reply is what is answered, when, and to whom not.
type Reply struct {
	// Periods are in order and do not overlap. Each sender gets the text of a period
	// once within it.
	Periods []Period
	// Silent are words that get no answer where they are the whole text, in any case:
	// those that the provider answers itself.
	Silent []string
	// Refused are numbers that get none. The provider itself answers nobody whom it
	// blocks.
	Refused []clinic.Phone
}

// Period is a stretch of time, From included and To not, and what is answered in it.
type Period struct {
	From, To clinic.Instant
	// Text is of letters without accents, digits, spaces and .,:;()+-: what reads the
	// same wherever it is quoted.
	Text string
}

// Limits of a Reply.
const (
	MaxPeriods   = 400
	MaxReplyText = 320
	MaxRefused   = 5000
)

// Check refuses a reply that cannot be left with a provider.
func (r Reply) Check() error {
	bad := func(field string) error { return clinic.E(clinic.CodeBadInput).With("field", field) }
	if len(r.Periods) == 0 || len(r.Periods) > MaxPeriods {
		return bad("periods")
	}
	end := clinic.Instant(0)
	for _, p := range r.Periods {
		if p.From < end || p.To <= p.From {
			return bad("periods")
		}
		end = p.To
		if p.Text == "" || len(p.Text) > MaxReplyText || !plain(p.Text, " .,:;()+-") {
			return bad("text")
		}
	}
	for _, word := range r.Silent {
		if word == "" || !plain(word, "") {
			return bad("silent")
		}
	}
	if len(r.Refused) > MaxRefused {
		return bad("refused")
	}
	for _, phone := range r.Refused {
		if !phone.Valid() {
			return clinic.E(clinic.CodeBadPhone)
		}
	}
	return nil
}

func plain(text, also string) bool {
	for _, c := range []byte(text) {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9':
		default:
			if strings.IndexByte(also, c) < 0 {
				return false
			}
		}
	}
	return true
}

// Replaced is what a number did with incoming texts before a reply of ours, to be
// put back. Its zero value is nothing.
type Replaced struct {
	URL         string `json:"url,omitempty"`
	Method      string `json:"method,omitempty"`
	Application string `json:"application,omitempty"`
	// Service is the messaging service whose incoming texts were turned over to the
	// number; that is how it keeps them, and so it stays.
	Service string `json:"service,omitempty"`
}

// CodeReplyRefused: the provider does not take a reply of this form.
const CodeReplyRefused clinic.Code = "provider.reply_refused"
