package policy

import "quietline/backend/clinic"

// MaxCharacters is the longest text that the provider accepts.
const MaxCharacters = 1600

func lengthFits(q *question) []Reason {
	switch n := q.draft.Characters; {
	case n <= 0:
		return refuse(CodeBodyEmpty, SourceProvider, NextWriteText)
	case n > MaxCharacters:
		r := refuse(CodeBodyTooLong, SourceProvider, NextShortenText)
		r[0] = r[0].with("length", n).with("limit", MaxCharacters)
		return r
	}
	return nil
}

// mayBeScheduled: what is handed to the provider leaves even when this program
// is closed, so it is reminders only, and not far ahead.
func mayBeScheduled(q *question) []Reason {
	ahead := q.draft.SendAt
	switch {
	case ahead <= q.facts.Now:
		return nil
	case q.draft.Pictures > 0:
		// The address from which the provider fetches it lasts for minutes.
		return refuse(CodeSchedulePicture, SourceProvider, NextSendLater)
	case q.draft.Category != Reminders:
		return refuse(CodeScheduleKind, SourceClinic, NextSendLater)
	case ahead > q.facts.Now.Add(scheduleAhead):
		r := refuse(CodeScheduleFar, SourceClinic, NextSendLater)
		r[0] = r[0].with("hours", int(scheduleAhead.Hours()))
		return r
	}
	return nil
}

// nothingFound passes on what the check of the words raised. A finding that
// does not name its source or next step gets the plainest one.
func nothingFound(q *question) []Reason {
	var out []Reason
	for _, f := range q.facts.Findings {
		r := Reason{
			Code: f.Code, Params: f.Params, Source: f.Source, NextStep: f.NextStep,
			Outcome: NeedsOverride, Override: ConfirmText, stays: true,
		}
		if f.Stops {
			r.Outcome, r.Override = Refused, ""
		}
		if r.Source == "" {
			r.Source = SourceClinic
		}
		if r.NextStep == "" {
			r.NextStep = NextReadAgain
		}
		out = append(out, r)
	}
	return out
}

// picturesLookedAt: no check of words reads what a picture shows, so a person says that
// she has looked at it.
func picturesLookedAt(q *question) []Reason {
	if q.draft.Pictures == 0 {
		return nil
	}
	r := confirm(CodePictureUnread, SourceClinic, NextLookAtPicture)
	r[0].stays = true
	return r
}

// notHeldTooLong: what an outage or a lock held back may no longer be true. An
// instant that lies ahead means that the clock was changed meanwhile, so nobody
// knows how long it was.
func notHeldTooLong(q *question) []Reason {
	since, now := q.draft.HeldSince, q.facts.Now
	if since.IsZero() || (since >= now.Add(-heldLimit) && since <= now.Add(clockSkew)) {
		return nil
	}
	r := confirm(CodeHeldTooLong, SourceClinic, NextReadAgain)
	r[0] = r[0].with("since", since).with("minutes", int(heldLimit.Minutes()))
	return r
}

func appointmentAhead(q *question) []Reason {
	at := q.draft.AppointmentAt
	if at.IsZero() || at > q.at {
		return nil
	}
	r := confirm(CodeAppointmentPast, SourceClinic, NextReadAgain)
	r[0].Params = clinic.Params{"appointment": at}
	return r
}
