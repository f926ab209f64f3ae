package policy

import (
	"time"

	"quietline/backend/clinic"
)

// Purpose says for what a text leaves that does not rest on a consent. Health care
// may text a patient without one within narrow limits (47 CFR 64.1200(a)(9)(iv)):
// such a text has ready words, names the clinic and its phone, fits into 160
// characters, and comes once a day and three times a week at most.
type Purpose string

const (
	// Ordinary: the text rests on a consent. So does whatever is not known here.
	Ordinary Purpose = ""
	// AskConsent: the text asks for a consent, or reminds of that question.
	AskConsent Purpose = "ask_consent"
	// FirstAnswer: ready words answer a patient who texted first.
	FirstAnswer Purpose = "first_answer"
)

// RequestFact is what is known about a request for a consent by text.
type RequestFact struct {
	ID clinic.ConsentID
	// Version names the words that ask.
	Version string
	// Open says that it was not answered and has not run out, and that this text is
	// its question or its one reminder.
	Open bool
	// Earlier is the newest other question by text to this patient, or nil.
	Earlier *EarlierFact
}

// EarlierFact is what is known about an earlier question by text. Spoken words hide it
// where the patient's consent is asked about.
type EarlierFact struct {
	State ConsentState
	Asked clinic.Instant
	// Ends is when it ran out, zero where it has not, or never reached her.
	Ends clinic.Instant
}

// MostUnwarned is how long a text to somebody who was not warned may be.
const MostUnwarned = 160

const (
	// unwarnedDay and unwarnedWeek are how many such texts may leave, whatever the
	// clinic's own limits are.
	unwarnedDay, unwarnedWeek = 1, 3
	// unwarnedShort and unwarnedLong are the day and the week of ready answers, counted
	// in hours: of somebody who has just texted for the first time nobody may know the
	// zone yet.
	unwarnedShort, unwarnedLong = 24 * time.Hour, 7 * 24 * time.Hour
	// AskRest is how long nobody is asked by text after a question that stayed
	// without an answer.
	AskRest = 30 * 24 * time.Hour
)

// unwarned reports whether the text leaves without a consent.
func (q *question) unwarned() bool {
	return q.draft.Purpose == AskConsent || q.draft.Purpose == FirstAnswer
}

// mayAsk: a text may ask for a consent where no consent stands, nobody has said no,
// and the answer can be nobody's but the patient's.
func mayAsk(q *question) []Reason {
	if q.draft.Purpose != AskConsent {
		return nil
	}
	r := q.facts.Request
	switch {
	case r == nil || r.ID.IsZero() || r.Version == "":
		return refuse(CodeConsentUnclear, SourceProgram, NextCheckConsent)
	case !r.Open:
		return refuse(CodeAskOver, SourceTextLimits, NextCheckConsent)
	case !q.facts.Patient.Adult:
		return refuse(CodeAskMinor, SourceRepresents, NextRecordConsent)
	case q.number != nil && (q.number.Guardian || q.number.SharedWith != 0):
		return refuse(CodeAskShared, SourceChannel, NextRecordConsent)
	}
	if e := r.Earlier; e != nil {
		if waits := q.askedBefore(e); waits != nil {
			return waits
		}
	}
	if c := q.facts.Consent; c != nil && c.ID != r.ID {
		return q.askedAgain(c)
	}
	return nil
}

// askedBefore is what an earlier question has against another one. Words that the
// patient has spoken since count.
func (q *question) askedBefore(e *EarlierFact) []Reason {
	var spoken clinic.Instant
	if c := q.facts.Consent; c != nil && c.State == ConsentVerbal {
		spoken = c.Starts
	}
	switch e.State {
	case ConsentRequested:
		return refuse(CodeAskWaits, SourceTextLimits, NextCheckConsent)
	case ConsentPending:
		switch {
		case spoken > e.Asked:
		case e.Ends.IsZero() || q.facts.Now < e.Ends:
			return refuse(CodeAskWaits, SourceTextLimits, NextCheckConsent)
		case q.facts.Now < e.Ends.Add(AskRest):
			return refuse(CodeAskLately, SourceTextLimits, NextRecordConsent)
		}
	case ConsentUnanswered:
		if !e.Ends.IsZero() && spoken < e.Ends && q.facts.Now < e.Ends.Add(AskRest) {
			return refuse(CodeAskLately, SourceTextLimits, NextRecordConsent)
		}
	}
	return nil
}

// askedAgain is what a consent, or an earlier request, has against a question.
func (q *question) askedAgain(c *ConsentFact) []Reason {
	switch c.State {
	case ConsentGiven, ConsentNarrowed, ConsentExpiring:
		return refuse(CodeAskNotNeeded, SourceForm, NextCheckConsent)
	case ConsentRequested, ConsentPending:
		return refuse(CodeAskWaits, SourceTextLimits, NextCheckConsent)
	case ConsentUnanswered:
		if !c.Ends.IsZero() && q.facts.Now < c.Ends.Add(AskRest) {
			return refuse(CodeAskLately, SourceTextLimits, NextRecordConsent)
		}
		return nil
	case ConsentVerbal, ConsentExpired, ConsentReplaced:
		return nil
	}
	return consentInForceOf(c)
}

// mayAnswerFirst: who texts a clinic has not agreed to anything. The clinic may let
// ready words answer her, which tell nothing, within a day of her text: once in 24 hours
// and three times in seven days at most, which nobody lifts. Only such answers are counted;
// a question for a consent has caps of its own.
func mayAnswerFirst(q *question) []Reason {
	if q.draft.Purpose != FirstAnswer {
		return nil
	}
	switch {
	case !q.facts.Settings.AnswerFirst:
		return refuse(CodeFirstOff, SourceClinic, NextRecordConsent)
	case !q.reply || q.at > q.facts.LastInbound.At.Add(replyWithin):
		return refuse(CodeFirstLate, SourceTextLimits, NextCallPatient)
	case q.answeredOften():
		return refuse(CodeFirstOften, SourceTextLimits, NextCallPatient)
	}
	if c := q.facts.Consent; c != nil {
		switch c.State {
		case ConsentGiven, ConsentNarrowed, ConsentExpiring:
			return refuse(CodeAskNotNeeded, SourceForm, NextCheckConsent)
		case ConsentRequested, ConsentPending, ConsentUnanswered, ConsentVerbal, ConsentExpired, ConsentReplaced:
		default:
			return consentInForceOf(c)
		}
	}
	return nil
}

// answeredOften reports whether ready words have answered as often as they may. An
// answer of which the clock says that it is still to come counts.
func (q *question) answeredOften() bool {
	lately := func(span time.Duration) (n int) {
		for _, at := range q.facts.Answered {
			if at > q.at.Add(-span) {
				n++
			}
		}
		return n
	}
	limit := q.caps()
	return lately(unwarnedShort) >= limit.PerDay || lately(unwarnedLong) >= limit.PerWeek
}

// unwarnedFits: without a consent a text is short.
func unwarnedFits(q *question) []Reason {
	if !q.unwarned() || q.draft.Characters <= MostUnwarned {
		return nil
	}
	r := refuse(CodeAskTooLong, SourceTextLimits, NextCheckSettings)
	r[0] = r[0].with("limit", MostUnwarned)
	return r
}

// caps are how many texts may leave: the clinic's own limit, or the narrower one of
// texts without a consent, which nobody lifts.
func (q *question) caps() Caps {
	c := q.facts.Settings.Caps
	if q.unwarned() {
		c = Caps{PerDay: min(c.PerDay, unwarnedDay), PerWeek: min(c.PerWeek, unwarnedWeek)}
	}
	return c
}
