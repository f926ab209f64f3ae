package policy

import "quietline/backend/clinic"

// rule is one line of the table. Either blocks or opens is set.
type rule struct {
	// name is how test cases refer to the rule.
	name string
	// standing says that the rule is about the patient, not about one text, and
	// so counts for Standing.
	standing bool
	// blocks returns what is wrong, whatever the hour.
	blocks func(q *question) []Reason
	// opens returns the first instant from t on at which the rule is satisfied,
	// or false where there is none within the search; closed is the reason when
	// that is later than the instant asked about.
	opens  func(q *question, t clinic.Instant) (clinic.Instant, bool)
	closed func(q *question) Reason
}

func (r rule) reasons(q *question) []Reason {
	if r.blocks != nil {
		return r.blocks(q)
	}
	if t, ok := r.opens(q, q.at); ok && t <= q.at {
		return nil
	}
	return []Reason{r.closed(q)}
}

// rules is the whole table, in the order in which reasons of equal weight are
// shown: first what makes the question itself doubtful, then the patient's
// wishes, then the text, then the hour.
func rules() []rule {
	return []rule{
		{name: "clock", standing: true, blocks: clockIsSet},
		{name: "patient", standing: true, blocks: patientIsTheOne},
		{name: "go live", standing: true, blocks: clinicIsLive},

		{name: "opt-out", standing: true, blocks: nobodyOptedOut},
		{name: "number", standing: true, blocks: numberIsTheirs},
		{name: "pause", standing: true, blocks: numberIsNotPaused},
		{name: "consent", standing: true, blocks: consentInForce},
		{name: "request", blocks: mayAsk},
		{name: "first text", blocks: mayAnswerFirst},
		{name: "consent end", standing: true, opens: beforeConsentEnds, closed: consentEnded},
		{name: "consent start", standing: true, opens: sinceConsentStarts, closed: consentNotBegun},
		{name: "coming of age", standing: true, opens: whileOthersDecide, closed: grownUp},
		{name: "spoken consent", standing: true, opens: whileWordsCount, closed: onlySpoken},
		{name: "agreed number", standing: true, blocks: numberIsAgreed},
		{name: "category", standing: true, blocks: categoryIsCovered},

		{name: "length", blocks: lengthFits},
		{name: "short", blocks: unwarnedFits},
		{name: "schedule", blocks: mayBeScheduled},
		{name: "time zone", opens: whileZoneIsKnown, closed: zoneUnknown},

		{name: "verified number", standing: true, blocks: numberIsVerified},
		{name: "shared phone", standing: true, blocks: sharingIsAgreed},
		{name: "guardian's stop", standing: true, blocks: guardianDidNotStop},
		{name: "preferred channel", blocks: channelIsPreferred},
		{name: "right person", blocks: recipientIsMeant},
		{name: "findings", blocks: nothingFound},
		{name: "pictures", blocks: picturesLookedAt},
		{name: "held", blocks: notHeldTooLong},
		{name: "appointment", blocks: appointmentAhead},

		{name: "consent hours", opens: withinConsentHours, closed: outsideConsentHours},
		{name: "consent frequency", opens: withinFrequency, closed: overFrequency},
		{name: "quiet hours", opens: withinClinicHours, closed: outsideClinicHours},
		{name: "daily cap", opens: withinDailyCap, closed: overDailyCap},
		{name: "weekly cap", opens: withinWeeklyCap, closed: overWeeklyCap},
	}
}

// refuse is a reason that nobody can set aside.
func refuse(code clinic.Code, source Source, next clinic.Code) []Reason {
	return []Reason{{Code: code, Source: source, NextStep: next, Outcome: Refused}}
}

// confirm is a reason that a person may set aside by reading the text again.
func confirm(code clinic.Code, source Source, next clinic.Code) []Reason {
	return []Reason{{Code: code, Source: source, NextStep: next, Outcome: NeedsOverride, Override: ConfirmText}}
}

func (r Reason) with(name string, value any) Reason {
	p := clinic.Params{name: value}
	for k, v := range r.Params {
		p[k] = v
	}
	r.Params = p
	return r
}

// clockIsSet: every other answer depends on the hour.
func clockIsSet(q *question) []Reason {
	if q.clockSet() {
		return nil
	}
	return refuse(CodeClockUnset, SourceProgram, NextCheckClock)
}

// patientIsTheOne: the facts must be about the patient whom the text is for.
func patientIsTheOne(q *question) []Reason {
	switch {
	case q.draft.Patient.IsZero():
		return refuse(CodeNoPatient, SourceProgram, NextChoosePatient)
	case q.draft.Patient != q.facts.Patient.ID:
		return refuse(CodeOtherPatient, SourceProgram, NextOpenAgain)
	}
	return nil
}

// clinicIsLive: a real provider carries no text before its agreement is on file, and
// none carries any while the clinic as a whole may not send.
func clinicIsLive(q *question) []Reason {
	switch q.facts.Line {
	case LineSample, LineSimulator, LineLive:
		return nil
	case LineUnreviewed:
		return refuse(CodeNotReviewed, SourceRevocation, NextSignReview)
	case LineElsewhere:
		return refuse(CodeUsedElsewhere, SourceProgram, NextChooseCopy)
	}
	return refuse(CodeNotLive, SourceAssociates, NextGoLive)
}
