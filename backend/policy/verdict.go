package policy

import "quietline/backend/clinic"

// RulesVersion numbers the meaning of the rules. It grows whenever the same
// facts could give another answer, so that "why was this sent?" can be answered
// years later.
const RulesVersion = 5

// Outcome is what may happen to a text.
type Outcome string

// The outcomes, mildest first.
const (
	// Go: the text may leave at the moment that was asked about.
	Go Outcome = "go"
	// WaitUntil: time alone clears the way; Verdict.Until says when.
	WaitUntil Outcome = "wait_until"
	// NeedsOverride: a person who holds Verdict.Override has to accept it.
	NeedsOverride Outcome = "needs_override"
	// Refused: no waiting and no override helps; the facts have to change.
	Refused Outcome = "refused"
)

// hardness orders outcomes. What is not an outcome is as hard as a refusal.
func (o Outcome) hardness() int {
	switch o {
	case Go:
		return 0
	case WaitUntil:
		return 1
	case NeedsOverride:
		return 2
	}
	return 3
}

// Permission names what a member of staff must be allowed to do in order to
// override a reason. Roles receive permissions elsewhere.
type Permission string

// The permissions, the weaker first. Who holds a stronger one is expected to
// hold the weaker.
const (
	// ConfirmText: read the text again and say that it is still right.
	ConfirmText Permission = "texts.confirm"
	// OverrideLimits: go beyond the clinic's own hours and caps, as on a day on
	// which the clinic has to close. It never reaches what the patient agreed to.
	OverrideLimits Permission = "texts.override_limits"
)

// Covers reports whether who holds p may do what needs q.
func (p Permission) Covers(q Permission) bool {
	return p != "" && (p == q || (p == OverrideLimits && q == ConfirmText))
}

// Reason is one rule that stands in the way of a text.
type Reason struct {
	Code   clinic.Code   `json:"code"`
	Params clinic.Params `json:"params,omitempty"`
	// Source is a stable citation id, one of Sources, whose wording and link are
	// in the locale files.
	Source Source `json:"source"`
	// NextStep is the code of the sentence that says what a person can do now.
	NextStep clinic.Code `json:"nextStep"`
	// Outcome is what this reason leads to where it is the only one.
	Outcome Outcome `json:"outcome"`
	// Override is the permission with which a person may set this reason aside;
	// empty where nobody may.
	Override Permission `json:"override,omitempty"`
	// stays says that waiting changes nothing about it, as about what the text says:
	// who accepted it has accepted it for good.
	stays bool
}

// Verdict is the answer to "may this text go now?".
type Verdict struct {
	Outcome Outcome `json:"outcome"`
	// Until is set for WaitUntil alone: the first instant at which the same text
	// may go, as far as is known now. Decide again then.
	Until clinic.Instant `json:"until,omitempty"`
	// Override is the permission that clears the way. With NeedsOverride it is
	// always set. With WaitUntil it is set where a person may send at once
	// instead of waiting. Who uses it lists, in Draft.Overrides, the codes of the
	// reasons whose own Override it covers; with NeedsOverride, what is left may
	// then be a time to wait for.
	Override Permission `json:"override,omitempty"`
	// Reasons are all rules in the way, hardest first. None for Go.
	Reasons []Reason `json:"reasons,omitempty"`
	// Basis is set for Go alone.
	Basis Basis `json:"basis,omitzero"`
}

// BasisKind says what a text stands on.
type BasisKind string

const (
	// ByConsent: the clinic starts a text under a consent in force.
	ByConsent BasisKind = "consent"
	// ByReply: under a consent in force, a member of staff answers the patient's
	// own text within 24 hours, free of the clinic's caps and hours.
	ByReply BasisKind = "reply_within_24h"
	// ByRequest: without a consent, the text asks for one; ConsentID is the request.
	ByRequest BasisKind = "request"
	// ByFirstText: without a consent, ready words answer the patient's own text.
	ByFirstText BasisKind = "first_text"
)

// Basis is why a text was allowed to leave; the event of a sent text carries it.
type Basis struct {
	Kind           BasisKind        `json:"kind"`
	ConsentID      clinic.ConsentID `json:"consentId"`
	ConsentVersion string           `json:"consentVersion"`
	// InReplyTo is the patient's text that ByReply or ByFirstText rests on.
	InReplyTo clinic.MessageID `json:"inReplyTo,omitzero"`
	DecidedAt clinic.Instant   `json:"decidedAt"`
	// Source is what a text without a consent rests on; empty for others.
	Source Source `json:"source,omitempty"`
	// Rules is the RulesVersion that decided.
	Rules int `json:"rules"`
	// Overrides are those that made a difference.
	Overrides []Override `json:"overrides,omitempty"`
}

func hardestFirst(a, b Reason) int { return b.Outcome.hardness() - a.Outcome.hardness() }
