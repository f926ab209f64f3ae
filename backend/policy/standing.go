package policy

import (
	"slices"

	"quietline/backend/clinic"
)

// StandingState is the one word of a patient's badge.
type StandingState string

const (
	// CanText: the consent is in force and sets no conditions of its own.
	CanText StandingState = "can_text"
	// LimitedText: some texts may go; Standing.Reasons say what to heed.
	LimitedText StandingState = "limited"
	// CannotText: no text may go to any of the patient's numbers.
	CannotText StandingState = "cannot"
)

// Standing is what a patient may be texted for, apart from any one text and from
// the hour: what a badge, and a caller's "may I text you about that?", need. It
// promises nothing about a text; Decide does.
type Standing struct {
	State StandingState `json:"state"`
	// Categories may be texted about, in the order of the form.
	Categories []Category `json:"categories,omitempty"`
	// Reasons say why not, or what to heed, hardest first. Those that only ask to
	// heed something have the outcome Go. A consent that is about to end is
	// mentioned without limiting anything.
	Reasons []Reason `json:"reasons,omitempty"`
}

// StandingOf returns where a patient stands by the same rules as Decide, taking
// for each patient the number that allows most. Facts about a single text
// (LastInbound, Sent, Findings) and the clinic's limits are not looked at.
func StandingOf(facts Facts) Standing {
	var best Standing
	for i, n := range facts.Numbers {
		if s := standingOfNumber(n.ID, facts); i == 0 || s.better(best) {
			best = s
		}
	}
	if len(facts.Numbers) == 0 {
		best = Standing{State: CannotText, Reasons: standingOfNumber(clinic.NumberID{}, facts).Reasons}
	}
	if best.State != CannotText {
		best.heed(*facts.Consent)
	}
	slices.SortStableFunc(best.Reasons, hardestFirst)
	return best
}

// standingOfNumber asks the standing rules about a reply of every category. Its
// reasons are those that all permitted categories meet or, where none is
// permitted, all of them.
func standingOfNumber(to clinic.NumberID, facts Facts) Standing {
	var permitted []Category
	var open, shut [][]Reason
	table := rules()
	for _, c := range Categories() {
		q := newQuestion(Draft{Patient: facts.Patient.ID, To: to, Category: c, StartedBy: ByPatient}, facts)
		var reasons []Reason
		for _, r := range table {
			if r.standing {
				reasons = append(reasons, r.reasons(q)...)
			}
		}
		if o := hardest(reasons); o == Go || o == NeedsOverride {
			permitted, open = append(permitted, c), append(open, reasons)
		} else {
			shut = append(shut, reasons)
		}
	}
	if len(permitted) == 0 {
		return Standing{State: CannotText, Reasons: common(shut)}
	}
	s := Standing{State: CanText, Categories: permitted, Reasons: common(open)}
	if len(s.Reasons) > 0 {
		s.State = LimitedText
	}
	return s
}

// common returns the reasons whose code is in every list. A reason that is
// about one category loses its name here, where it is about all.
func common(lists [][]Reason) []Reason {
	var out []Reason
	for _, r := range lists[0] {
		everywhere := true
		for _, list := range lists[1:] {
			everywhere = everywhere && slices.ContainsFunc(list, func(o Reason) bool { return o.Code == r.Code })
		}
		if r.Code == CodeCategory {
			r.Params = nil
		}
		if everywhere {
			out = append(out, r)
		}
	}
	return out
}

// better prefers a number that may be texted, then one without conditions.
func (s Standing) better(than Standing) bool {
	order := []StandingState{CannotText, LimitedText, CanText}
	return slices.Index(order, s.State) > slices.Index(order, than.State)
}

// heed mentions what the consent itself asks for.
func (s *Standing) heed(c ConsentFact) {
	limit := func(applies bool, code clinic.Code) {
		if applies {
			s.State = LimitedText
			s.Reasons = append(s.Reasons, Reason{Code: code, Source: SourceForm, NextStep: NextStayWithinLimits, Outcome: Go})
		}
	}
	limit(c.State == ConsentNarrowed, CodeLimitedNarrowed)
	limit(len(c.Excluded) > 0, CodeLimitedExclusions)
	limit(len(c.Hours) > 0, CodeLimitedHours)
	limit(c.Channel != ChannelText, CodeLimitedChannel)
	if c.State == ConsentExpiring {
		ending := Reason{Code: CodeLimitedEnding, Source: SourceForm, NextStep: NextRenewConsent, Outcome: Go}
		if !c.Ends.IsZero() {
			ending = ending.with("ends", c.Ends)
		}
		s.Reasons = append(s.Reasons, ending)
	}
}
