package policy

import (
	"slices"

	"quietline/backend/clinic"
)

// consentGap returns what keeps texts from resting on a consent, or nothing. A
// consent without an id or a version could not be named in a text's basis.
func consentGap(c *ConsentFact) clinic.Code {
	switch c.State {
	case ConsentGiven, ConsentNarrowed, ConsentExpiring, ConsentVerbal:
		if c.ID.IsZero() || c.Version == "" {
			return CodeConsentUnclear
		}
		return ""
	case ConsentRequested:
		return CodeConsentUnsigned
	case ConsentPending:
		return CodeConsentPending
	case ConsentPaused:
		switch c.Held {
		case HoldAge:
			return CodeConsentGrownUp
		case HoldDispute:
			return CodeConsentDisputed
		case HoldCourt:
			return CodeConsentCourt
		case HoldSelf:
			return CodeConsentSelf
		}
		return CodeConsentPaused
	case ConsentRevoked:
		return CodeConsentRevoked
	case ConsentReplaced:
		return CodeConsentReplaced
	case ConsentExpired:
		return CodeConsentExpired
	case ConsentDeclined:
		return CodeConsentDeclined
	case ConsentUnanswered:
		return CodeConsentUnanswered
	}
	return CodeConsentUnclear
}

func consentInForce(q *question) []Reason {
	switch {
	case q.unwarned(): // has rules of its own
		return nil
	case q.facts.Consent == nil:
		return refuse(CodeNoConsent, SourceUnencrypted, NextRecordConsent)
	}
	return consentInForceOf(q.facts.Consent)
}

func consentInForceOf(c *ConsentFact) []Reason {
	switch gap := consentGap(c); gap {
	case "":
		return nil
	case CodeConsentUnsigned, CodeConsentPending:
		return refuse(gap, SourceUnencrypted, NextFinishConsent)
	case CodeConsentRevoked:
		return refuse(gap, SourceRevocation, NextCallPatient)
	case CodeConsentDeclined:
		return refuse(gap, SourceChannel, NextCallPatient)
	case CodeConsentUnanswered:
		return refuse(gap, SourceUnencrypted, NextRecordConsent)
	case CodeConsentExpired:
		return refuse(gap, SourceForm, NextRenewConsent)
	case CodeConsentUnclear:
		return refuse(gap, SourceProgram, NextCheckConsent)
	case CodeConsentGrownUp, CodeConsentSelf:
		return refuse(gap, SourceRepresents, NextAskPatient)
	case CodeConsentDisputed, CodeConsentCourt:
		return refuse(gap, SourceRepresents, NextAskManager)
	default:
		return refuse(gap, SourceForm, NextCheckConsent)
	}
}

// The rules from here on are about a consent in force; where there is none,
// consentInForce has said so.

func beforeConsentEnds(q *question, t clinic.Instant) (clinic.Instant, bool) {
	if q.consent == nil || q.consent.Ends.IsZero() || t < q.consent.Ends {
		return t, true
	}
	return 0, false
}

func consentEnded(q *question) Reason {
	return refuse(CodeConsentExpired, SourceForm, NextRenewConsent)[0].with("ended", q.consent.Ends)
}

func sinceConsentStarts(q *question, t clinic.Instant) (clinic.Instant, bool) {
	switch {
	case q.consent == nil:
		return t, true
	case q.consent.Starts <= 0:
		return 0, false
	}
	return max(t, q.consent.Starts), true
}

func consentNotBegun(q *question) Reason {
	if q.consent.Starts <= 0 {
		return refuse(CodeConsentUnclear, SourceProgram, NextCheckConsent)[0]
	}
	r := Reason{Code: CodeConsentNotBegun, Source: SourceForm, NextStep: NextWait, Outcome: WaitUntil}
	// The day as it stands on the form; where nobody knows the zone, no day is told.
	if q.consentZone != nil {
		r = r.with("starts", clinic.DateOf(q.consent.Starts.Time().In(q.consentZone)))
	}
	return r
}

// whileOthersDecide: from the day on which she is of age, nobody else's signature
// speaks for the patient. It holds by itself, whether or not anybody at the clinic
// has noticed the birthday.
func whileOthersDecide(q *question, t clinic.Instant) (clinic.Instant, bool) {
	if q.consent == nil || q.consent.OfAge.IsZero() || t < q.consent.OfAge {
		return t, true
	}
	return 0, false
}

func grownUp(q *question) Reason {
	return refuse(CodeConsentGrownUp, SourceRepresents, NextAskPatient)[0]
}

// whileWordsCount: a spoken consent is a note, and no warning was signed. The
// clinic may let it carry texts about visits while the paper is on its way.
func whileWordsCount(q *question, t clinic.Instant) (clinic.Instant, bool) {
	if q.consent == nil || q.consent.State != ConsentVerbal {
		return t, true
	}
	about := q.draft.Category == Scheduling || q.draft.Category == Reminders
	return t, q.facts.Settings.AllowVerbal && about && t < q.consent.Starts.Add(verbalLimit)
}

func onlySpoken(*question) Reason {
	return refuse(CodeConsentVerbal, SourceUnencrypted, NextFinishConsent)[0]
}

// numberIsAgreed: who signs for a child names the phone, and the child's own is
// another one.
// A minor who signs for herself means her own phones: a guardian's counts where she
// names it.
func numberIsAgreed(q *question) []Reason {
	if q.consent == nil || q.number == nil || slices.Contains(q.consent.Numbers, q.number.ID) {
		return nil
	}
	guardians := q.consent.SelfSigned && !q.facts.Patient.Adult && q.number.Guardian
	if len(q.consent.Numbers) == 0 && !guardians {
		return nil
	}
	return refuse(CodeNumberNotAgreed, SourceForm, NextAgreedNumber)
}

func categoryIsCovered(q *question) []Reason {
	c := q.draft.Category
	if q.consent == nil || (c.Valid() && slices.Contains(q.consent.Categories, c) && !slices.Contains(q.consent.Excluded, c)) {
		return nil
	}
	r := refuse(CodeCategory, SourceForm, NextWidenConsent)
	if c.Valid() {
		r[0] = r[0].with("category", c)
	}
	return r
}

func withinConsentHours(q *question, t clinic.Instant) (clinic.Instant, bool) {
	if q.consent == nil || len(q.consent.Hours) == 0 || q.consentZone == nil {
		return t, true
	}
	return firstInstant(t, q.limit, q.consentZone, q.consent.Hours.earliest)
}

func outsideConsentHours(*question) Reason {
	return Reason{Code: CodeConsentHours, Source: SourceForm, NextStep: NextWait, Outcome: WaitUntil}
}

// withinFrequency: how often the patient wants to hear from the clinic. It is a
// promise of the form, so nobody overrides it.
func withinFrequency(q *question, t clinic.Instant) (clinic.Instant, bool) {
	if q.consent == nil {
		return t, true
	}
	limit := q.consent.Frequency
	return q.capped(t, func(d date, sent []date) bool {
		return (limit.PerDay == 0 || dayHasRoom(d, sent, limit.PerDay)) &&
			(limit.PerWeek == 0 || weekHasRoom(d, sent, limit.PerWeek))
	})
}

func overFrequency(q *question) Reason {
	r := Reason{Code: CodeConsentFrequency, Source: SourceForm, NextStep: NextWait, Outcome: WaitUntil}
	return r.with("perDay", q.consent.Frequency.PerDay).with("perWeek", q.consent.Frequency.PerWeek)
}
