package policy

import (
	"time"

	"quietline/backend/clinic"
)

// whileZoneIsKnown: days and hours mean nothing without the patient's zone.
// Replies to a patient who set no hours need none.
func whileZoneIsKnown(q *question, t clinic.Instant) (clinic.Instant, bool) {
	needed := q.limitsBind(t) || (q.consent != nil && len(q.consent.Hours) > 0)
	if needed && q.patientZone == nil {
		return 0, false
	}
	return t, true
}

func zoneUnknown(*question) Reason {
	return refuse(CodeZoneUnknown, SourceCallingHours, NextSetZone)[0]
}

func withinClinicHours(q *question, t clinic.Instant) (clinic.Instant, bool) {
	if !q.limitsBind(t) || q.patientZone == nil {
		return t, true
	}
	return firstInstant(t, q.limit, q.patientZone, q.facts.Settings.Hours.earliest)
}

func outsideClinicHours(q *question) Reason {
	return q.ownLimit(CodeQuietHours, SourceCallingHours)
}

func withinDailyCap(q *question, t clinic.Instant) (clinic.Instant, bool) {
	return q.capped(t, func(d date, sent []date) bool {
		return dayHasRoom(d, sent, q.caps().PerDay)
	})
}

func overDailyCap(q *question) Reason {
	return q.ownLimit(CodeDailyCap, SourceTextLimits).with("limit", q.caps().PerDay)
}

func withinWeeklyCap(q *question, t clinic.Instant) (clinic.Instant, bool) {
	return q.capped(t, func(d date, sent []date) bool {
		return weekHasRoom(d, sent, q.caps().PerWeek)
	})
}

func overWeeklyCap(q *question) Reason {
	return q.ownLimit(CodeWeeklyCap, SourceTextLimits).with("limit", q.caps().PerWeek)
}

// ownLimit is a limit that the clinic set itself and may lift for one text, unless
// the text leaves without a consent: then it is the condition on which it may.
func (q *question) ownLimit(code clinic.Code, source Source) Reason {
	if q.unwarned() {
		return Reason{Code: code, Source: source, NextStep: NextWait, Outcome: WaitUntil}
	}
	return Reason{Code: code, Source: source, NextStep: NextWaitOrOverride, Outcome: WaitUntil, Override: OverrideLimits}
}

// capped finds the first instant from t on that lies on a day with room, given
// the days on which the clinic has started texts.
func (q *question) capped(t clinic.Instant, room func(d date, sent []date) bool) (clinic.Instant, bool) {
	if !q.limitsBind(t) || q.patientZone == nil {
		return t, true
	}
	var sent []date
	for _, s := range q.facts.Sent {
		// What lies further off shares no seven days with any day of the search.
		if s > q.at.Add(-searchDays*24*time.Hour) && s < q.limit.Add(searchDays*24*time.Hour) {
			w, _, _ := wallAt(s, q.patientZone)
			sent = append(sent, w.date())
		}
	}
	return firstInstant(t, q.limit, q.patientZone, func(w wall) (wall, bool) {
		return earliestDay(w, func(d date) bool { return room(d, sent) })
	})
}

func dayHasRoom(d date, sent []date, limit int) bool { return countBetween(sent, d, d) < limit }

// weekHasRoom looks at every seven days in a row that hold d, not only at those
// that end with it: a reminder may already be scheduled for the day after.
func weekHasRoom(d date, sent []date, limit int) bool {
	for first := d - 6; first <= d; first++ {
		if countBetween(sent, first, first+6) >= limit {
			return false
		}
	}
	return true
}

func countBetween(sent []date, first, last date) int {
	n := 0
	for _, d := range sent {
		if first <= d && d <= last {
			n++
		}
	}
	return n
}
